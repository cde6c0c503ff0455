"""Fusion: which messages answer a question, from words, meaning and neighbouring turns. Pure arithmetic over arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

_WORDS_SHARE = 0.5
_NEIGHBOUR_SHARE = 0.3
_ENOUGH_MEANING = 0.30
_ENOUGH_WORDS = 0.25
"""Below both, nothing fits: the cosine of unrelated chat sentences stays under 0.3, and one common word is under a quarter of the best match possible."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores of every message of a zone for one question, in thread order. All arrays have the same length.

    `meaning`: cosine to the question, 0 where the vector search did not return the message. `words`: BM25. `possible`: the BM25 score of a message that
    held every word of the question. `thread`: an integer a conversation.
    """

    meaning: Scores
    words: Scores
    possible: float
    thread: NDArray[np.int64]


def fused(evidence: Evidence) -> Scores:
    """One score in [0, 1] a message: words and meaning, lifted by the turns right before and after it in its thread."""
    words = evidence.words / max(evidence.possible, float(evidence.words.max(initial=0.0)), 1e-9)
    own = _WORDS_SHARE * words + (1 - _WORDS_SHARE) * evidence.meaning
    around = np.zeros_like(own)
    same = evidence.thread[1:] == evidence.thread[:-1]
    around[1:] = np.where(same, own[:-1], 0.0)
    around[:-1] = np.maximum(around[:-1], np.where(same, own[1:], 0.0))
    return (1 - _NEIGHBOUR_SHARE) * own + _NEIGHBOUR_SHARE * around


def fits(evidence: Evidence) -> bool:
    """Whether anything answers the question at all."""
    best_words = float(evidence.words.max(initial=0.0)) / max(evidence.possible, 1e-9)
    return float(evidence.meaning.max(initial=0.0)) >= _ENOUGH_MEANING or best_words >= _ENOUGH_WORDS
