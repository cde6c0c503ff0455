"""Fusion: which messages answer a question, from words, meaning, neighbouring turns and the people named. Pure arithmetic over arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

_OWN_WORDS, _NEAR_WORDS, _MEANING = 0.3, 0.3, 0.4
_FROM_BEFORE, _FROM_AFTER = 0.3, 0.2
"""How much of the score of the turn before and after a message is its own: an answer stands beside its question."""
_NAMED = 1.5
"""Lift for messages of a conversation or a side that the question names."""
_ENOUGH_MEANING = 0.30
_ENOUGH_WORDS = 0.25
"""Below both, nothing fits: the cosine of unrelated chat sentences stays under 0.3, and one common word is under a quarter of the best match possible."""


@dataclass(frozen=True, slots=True)
class Focus:
    """Whom a question is about: their conversations, and which side is asked for (`customer`, `marketer` or empty)."""

    conversations: frozenset[str] = frozenset()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores of every message of a zone for one question, in thread order. All arrays have the same length but `joined`, which is one shorter.

    `meaning`: cosine to the question, 0 where the vector search did not return the message. `own_words`, `near_words`: BM25 alone and with its neighbours.
    `possible`: the BM25 score of a message that held every word of the question. `joined`: whether message i + 1 continues the talk of message i.
    `named`: how many of the things the question names (conversation, side) fit the message.
    """

    meaning: Scores
    own_words: Scores
    near_words: Scores
    possible: float
    joined: NDArray[np.bool_]
    named: NDArray[np.int64]


def fused(evidence: Evidence) -> Scores:
    """One score in [0, 1] a message; weights chosen on two long public chat sets, each part alone is clearly worse."""
    own = _OWN_WORDS * _share(evidence.own_words) + _NEAR_WORDS * _share(evidence.near_words) + _MEANING * _share(evidence.meaning)
    lifted = own.copy()
    lifted[1:] += _FROM_BEFORE * np.where(evidence.joined, own[:-1], 0.0)
    lifted[:-1] += _FROM_AFTER * np.where(evidence.joined, own[1:], 0.0)
    most = (1 + _FROM_BEFORE + _FROM_AFTER) * _NAMED ** float(evidence.named.max(initial=0))
    return np.asarray(lifted * _NAMED**evidence.named / most, dtype=np.float64)


def fits(evidence: Evidence) -> bool:
    """Whether anything answers the question at all."""
    best_words = float(evidence.own_words.max(initial=0.0)) / max(evidence.possible, 1e-9)
    return float(evidence.meaning.max(initial=0.0)) >= _ENOUGH_MEANING or best_words >= _ENOUGH_WORDS


def _share(scores: Scores) -> Scores:
    best = float(scores.max(initial=0.0))
    return scores / best if best > 0 else scores
