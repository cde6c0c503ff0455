"""Which responses to show for a situation, best first. Pure: patterns in, ranked patterns out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Generic, Protocol, TypeVar

from intelligence.bandit import thompson
from intelligence.evidence import ANTI_PATTERN, WIDEST
from intelligence.vocabulary import OTHER

ENOUGH_CASES = 5
"""Below this a pattern says too little to be suggested, whatever its rate."""
FAMILIES = {
    "money": ("discount", "payment-plan", "scope-change"),
    "proof": ("roi-proof", "case-study", "reference-call", "certification"),
    "experience": ("demo-or-trial", "guarantee", "education"),
    "conversation": ("question-back", "escalate-to-expert", "follow-up-later", "urgency"),
}
"""Responses that are alike: three ways to talk about money are one idea."""
_FAMILY = {response: family for family, responses in FAMILIES.items() for response in responses}


class Evidence(Protocol):
    """A visible pattern."""

    id: str
    level: str
    response: str
    n: int
    mean: float
    low: float
    high: float
    strength: float
    base_rate: float
    standing: str


E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when help is asked for; words of the vocabulary."""

    objection: str
    industry: str = "unknown"
    amount_band: str = "unknown"


@dataclass(frozen=True, slots=True)
class Recommendation(Generic[E]):
    """A pattern worth showing. Its `level` says whether it is the industry's own or pooled across all."""

    pattern: E
    improvement: float
    """Posterior mean minus the base rate of the objection."""
    propensity: float = 1.0
    """The probability with which this response came first."""

    @property
    def level(self) -> str:
        """What was pooled."""
        return self.pattern.level


def rank(in_industry: Iterable[E], across: Iterable[E], *, most: int = 3, chance: Random | None = None) -> list[Recommendation[E]]:
    """At most one pattern a response: the industry's own when it has enough evidence, else the one pooled across industries.

    Without `chance` by expected improvement over the base rate. With it by Thompson sampling: what is surely better still comes first, what may be better gets
    its turn, and the propensity says how often. The first stays first; after it an idea of another kind comes before a second of the same kind, unless it is
    surely worse. Nothing is shown that is surely worse than what usually happens, and an empty answer means: not enough evidence.
    """
    best: dict[str, E] = {}
    for pattern in (*across, *in_industry):
        if _speaks(pattern):
            best[pattern.response] = pattern
        elif pattern.standing == ANTI_PATTERN:
            best.pop(pattern.response, None)  # the industry's own warning outweighs what works elsewhere
    kept = [pattern for pattern in best.values() if pattern.high > pattern.base_rate]
    kept.sort(key=lambda one: (-_improvement(one), -one.n, one.response))
    shares = [1.0] + [0.0] * (len(kept) - 1) if kept else []
    if chance is not None and kept:
        order, shares = thompson([(one.mean, one.strength) for one in kept], [one.base_rate for one in kept], chance)
        kept, shares = [kept[at] for at in order], [shares[at] for at in order]
    ranked = [Recommendation(pattern, _improvement(pattern), share) for pattern, share in zip(kept, shares, strict=True)]
    return _diverse(ranked, most)


def _speaks(pattern: Evidence) -> bool:
    return pattern.response != OTHER and pattern.standing != ANTI_PATTERN and pattern.n >= ENOUGH_CASES and pattern.high - pattern.low <= WIDEST


def _improvement(pattern: Evidence) -> float:
    return pattern.mean - pattern.base_rate


def _diverse(ranked: Sequence[Recommendation[E]], most: int) -> list[Recommendation[E]]:
    """The first `most`, where a second idea of the same family waits for one of another family that may be as good."""
    left = list(ranked)
    chosen: list[Recommendation[E]] = []
    while left and len(chosen) < most:
        shown = {_FAMILY.get(one.pattern.response, one.pattern.response) for one in chosen}
        following = left[0]
        if _FAMILY.get(following.pattern.response, following.pattern.response) in shown:
            others = (one for one in left if _FAMILY.get(one.pattern.response, one.pattern.response) not in shown)
            following = next((one for one in others if one.pattern.high >= following.pattern.mean), following)
        chosen.append(following)
        left.remove(following)
    return chosen
