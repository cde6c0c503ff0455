"""Fusion: which messages answer a question, from words, meaning, neighbouring turns and the people named. Pure arithmetic over arrays."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

_OWN_WORDS, _NEAR_WORDS, _MEANING = 0.3, 0.3, 0.4
_FROM_BEFORE, _FROM_AFTER = 0.3, 0.2
"""How much of the score of the turn before and after a message is its own: an answer stands beside its question."""
_NAMED = 1.5
"""Lift for messages of a conversation or a side that the question names."""
_NEAR_BEST = 0.5
"""A person whose best message scores less than this share of the best of all did not do what was asked."""
ENOUGH = 0.50
"""What a message's cosine and its share of the best match of words possible, its neighbours' words counted too, must come to together.

Chosen on one public set so that three in a hundred answerable questions are wrongly left open, as they then were on another (docs/adr/0014).
"""


@dataclass(frozen=True, slots=True)
class Focus:
    """Whom and when a question is about."""

    conversations: frozenset[str] = frozenset()
    only: bool = False
    """Whether nothing outside these conversations is looked for."""
    role: str = ""
    """The side asked for: `customer`, `marketer` or empty."""
    during: tuple[datetime, datetime] | None = None
    """A span of time, its end excluded. Messages within it come first, those of a day around it next: people are asked about the day of what they wrote of."""
    then_only: bool = False
    """Whether the span is when the words were said, so that messages of other days are no answer."""
    apart: bool = False
    """Whether people are looked for: the best message of each conversation comes before a second one of any."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores of every message of a zone for one question, in thread order. All arrays have the same length but `joined`, which is one shorter.

    `meaning`: cosine to the question, 0 where the vector search did not return the message. `own_words`, `near_words`: BM25 alone and with its neighbours.
    `possible`: the BM25 score of a message that held every word of the question. `joined`: whether message i + 1 continues the talk of message i.
    `named`: how many of the things the question names (conversation, side, time) fit the message.
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


def ranked(scores: Scores, k: int) -> list[int]:
    """The places of the k best scores above 0, best first."""
    order = np.argsort(-scores, kind="stable")[:k]
    return [int(place) for place in order if scores[place] > 0]


def ranked_apart(scores: Scores, k: int, thread: NDArray[np.int64]) -> tuple[list[int], int]:
    """As `ranked`, but the best message of every thread that comes near the best of all stands before any second one; and how many such firsts there are."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > 0]
    near = order[scores[order] >= _NEAR_BEST * scores.max(initial=0.0)]
    firsts = near[np.sort(np.unique(thread[near], return_index=True)[1])][:k]
    rest = order[~np.isin(order, firsts)][: k - len(firsts)]
    return [*firsts.tolist(), *rest.tolist()], len(firsts)


def best_fit(evidence: Evidence) -> float:
    """How well the best message fits; below ENOUGH nothing answers the question at all."""
    return float(np.max(evidence.meaning + evidence.near_words / max(evidence.possible, 1e-9), initial=0.0))


def _share(scores: Scores) -> Scores:
    best = float(scores.max(initial=0.0))
    return scores / best if best > 0 else scores
