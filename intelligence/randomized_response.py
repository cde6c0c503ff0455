"""Randomised response: outcomes are told wrongly with a known chance before they are counted, so that no count tells how any one case ended. Pure.

Every outcome is epsilon-differentially private by itself: whether a case worked changes the chance of whatever is released by at most a factor of e^epsilon.
The same case is told the same way for ever ("memoised"), so that counting every night gives no more away than counting once. Sources: Warner, "Randomized
Response", JASA 1965; Erlingsson, Pihur and Korolova, "RAPPOR", CCS 2014, for telling the same case the same way.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from intelligence.evidence import LITTLE, OBSERVED, WIDEST, Claim

LOWEST_EPSILON = 0.5
"""Below, two outcomes in five are told wrongly and rates of a few hundred cases say nothing; a setting below it is refused."""
_EDGE = 0.001
_BITS = 48


@dataclass(frozen=True, slots=True)
class RandomizedResponse:
    """Tells outcomes, and undoes the bias in what was estimated from them."""

    epsilon: float
    keyed: Callable[[str], str]
    """A keyed hash, in hexadecimal: nobody without the key can tell which cases were told wrongly."""

    @property
    def told_wrongly(self) -> float:
        """The share of outcomes told wrongly, below 1/2."""
        return 1 / (1 + math.exp(self.epsilon))

    def told(self, what: str, *, truth: bool) -> bool:
        """The outcome as it is counted. `what` names the case.

        Each of its two outcomes is always told the same way, drawn apart from the other: a case that ends otherwise after all need not show at all.
        """
        drawn = int(self.keyed(f"randomized response {what} {truth}")[: _BITS // 4], 16) / (1 << _BITS)
        return truth != (drawn < self.told_wrongly)

    def rate(self, told: float) -> float:
        """The true rate that lets expect a rate among told outcomes; inside (0, 1)."""
        return min(max((told - self.told_wrongly) / (1 - 2 * self.told_wrongly), _EDGE), 1 - _EDGE)

    def claim(self, told: Claim) -> Claim:
        """What told outcomes say about true ones. What was found better or worse than its base rate stays so: the two scales have the same order."""
        mean, low, high, base = (self.rate(rate) for rate in (told.mean, told.low, told.high, told.base_rate))
        spread = told.mean * (1 - told.mean) / (told.strength + 1) / (1 - 2 * self.told_wrongly) ** 2
        return replace(
            told,
            successes=round(told.n * self.rate(told.successes / told.n)),
            mean=mean,
            low=low,
            high=high,
            base_rate=base,
            strength=max(mean * (1 - mean) / spread - 1, _EDGE),
            standing=LITTLE if told.standing == OBSERVED and high - low > WIDEST else told.standing,
        )
