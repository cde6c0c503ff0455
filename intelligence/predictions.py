"""How likely is this approach to work here: a probability with its interval, or an abstention that says why. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from intelligence.evidence import WIDEST
from intelligence.recommendation import ENOUGH_CASES, Evidence


@dataclass(frozen=True, slots=True)
class Prediction:
    """Association, not effect: of cases like this one, so many ended well."""

    probability: float | None
    """None: not enough evidence."""
    low: float
    high: float
    level: str
    """Which pattern spoke: the industry's own, or the one pooled across industries; empty when none did."""
    base_rate: float | None
    why: str
    """Why there is no probability; empty when there is one."""


def predicted(response: str, in_industry: Iterable[Evidence], across: Iterable[Evidence]) -> Prediction:
    """The success probability of answering with `response`, from the visible patterns of the objection."""
    mine = [pattern for pattern in (*in_industry, *across) if pattern.response == response]
    if not mine:
        return Prediction(None, 0.0, 1.0, "", None, "nobody knows enough about this response to this objection yet")
    for pattern in mine:
        if pattern.n >= ENOUGH_CASES and pattern.high - pattern.low <= WIDEST:
            return Prediction(pattern.mean, pattern.low, pattern.high, pattern.level, pattern.base_rate, "")
    widest = mine[-1]
    return Prediction(None, widest.low, widest.high, "", widest.base_rate, "the few cases there are leave it too uncertain")
