"""Which responses to show for a situation, best first. Pure: patterns in, ranked patterns out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

ENOUGH_CASES = 5
"""Below this a pattern says too little to be suggested, whatever its rate."""
WIDEST = 0.6
"""An interval wider than this says nothing: 3 of 3 spans 0.46-1.00 and is the edge."""


class Evidence(Protocol):
    """A visible pattern."""

    id: str
    level: str
    response: str
    n: int
    mean: float
    low: float
    high: float
    base_rate: float


E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when help is asked for; words of the vocabulary."""

    objection: str
    industry: str = "unknown"
    amount_band: str = "unknown"


@dataclass(frozen=True, slots=True)
class Recommendation(Generic[E]):
    """A pattern worth showing."""

    pattern: E
    improvement: float
    """Posterior mean minus the objection's base rate."""


def rank(in_industry: Iterable[E], across: Iterable[E], *, most: int = 3) -> list[Recommendation[E]]:
    """At most one pattern a response: the industry's own when it has enough evidence, else the one pooled across industries; by expected improvement."""
    best: dict[str, E] = {}
    for pattern in (*across, *in_industry):
        if pattern.response != "other" and pattern.n >= ENOUGH_CASES and pattern.high - pattern.low <= WIDEST:
            best[pattern.response] = pattern
    ranked: Sequence[Recommendation[E]] = [Recommendation(pattern, pattern.mean - pattern.base_rate) for pattern in best.values()]
    return sorted(ranked, key=lambda one: (-one.improvement, -one.pattern.n, one.pattern.response))[:most]
