"""How sure are we: posteriors of rates, tests against a base rate, and correction for looking at many cells. Pure: numbers in, numbers out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv
from scipy.stats import hypergeom

_TAIL = 0.025
"""Two of these are left out by a 95 % interval."""
FALSE_DISCOVERIES = 0.05
"""Expected share of wrong claims among those made."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate and its central 95 % credible interval, all in [0, 1]."""

    mean: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """How little is known: 1 is nothing."""
        return self.high - self.low


def jeffreys(successes: float, n: float) -> Interval:
    """The posterior of a rate under the Jeffreys prior Beta(1/2, 1/2); 29 of 34 gives 0.84 (0.71-0.94).

    Source: Brown, Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 2001. The ends are 0 and 1 when nothing or
    everything succeeded, as they recommend.
    """
    return posterior(successes, n, 0.5, 0.5)


def posterior(successes: float, n: float, prior_successes: float, prior_failures: float) -> Interval:
    """The posterior of a rate under a Beta prior; `n` may be a sum of weights."""
    if not 0 <= successes <= n:
        msg = f"successes must lie between 0 and n, got {successes} of {n}"
        raise ValueError(msg)
    a, b = successes + prior_successes, n - successes + prior_failures
    low = 0.0 if successes == 0 else float(betaincinv(a, b, _TAIL))
    high = 1.0 if successes == n else float(betaincinv(a, b, 1 - _TAIL))
    return Interval(a / (a + b), low, high)


def recency(age: timedelta, half_life_days: float) -> float:
    """The weight of a case in (0, 1]: halves every half-life. What lies in the future counts in full."""
    return float(0.5 ** (max(age, timedelta()) / timedelta(days=half_life_days)))


def shifted(rate: float, by: float) -> float:
    """A rate moved by a difference of log odds; stays inside (0, 1)."""
    return 1 / (1 + math.exp(-(log_odds(rate) + by)))


def log_odds(rate: float) -> float:
    """The logarithm of rate / (1 - rate); the rate is kept a thousandth away from 0 and 1."""
    inside = min(max(rate, 0.001), 0.999)
    return math.log(inside / (1 - inside))


def chance_of_as_many(successes: ArrayLike, n: ArrayLike, rate: ArrayLike) -> Floats:
    """The probability of at least so many successes if the true rate were `rate`; sums of weights are allowed (the incomplete beta function)."""
    s, total, base = (np.asarray(values, dtype=np.float64) for values in (successes, n, rate))
    return np.where(s <= 0, 1.0, betainc(np.maximum(s, 1e-12), total - s + 1, base))


def chance_of_as_few(successes: ArrayLike, n: ArrayLike, rate: ArrayLike) -> Floats:
    """The probability of at most so many successes if the true rate were `rate`."""
    s, total, base = (np.asarray(values, dtype=np.float64) for values in (successes, n, rate))
    return chance_of_as_many(total - s, total, 1 - base)


def chance_of_rise(successes: Sequence[int], n: Sequence[int], earlier_successes: Sequence[int], earlier_n: Sequence[int]) -> Floats:
    """The probability of at least so many of all successes falling into the recent window if nothing had changed (Fisher's exact test, one-sided)."""
    recent, size, before, size_before = (np.asarray(values) for values in (successes, n, earlier_successes, earlier_n))
    return np.asarray(hypergeom.sf(recent - 1, size + size_before, recent + before, size), dtype=np.float64)


def discoveries(chances: ArrayLike, false_share: float = FALSE_DISCOVERIES) -> NDArray[np.bool_]:
    """Which of many tests may be called findings: the false ones among them stay below `false_share` on average.

    Source: Benjamini and Hochberg, "Controlling the False Discovery Rate", JRSS B 1995.
    """
    p = np.asarray(chances, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    passing = np.flatnonzero(p[order] <= false_share * np.arange(1, p.size + 1) / max(p.size, 1))
    found = np.zeros(p.size, dtype=bool)
    if passing.size:
        found[order[: passing[-1] + 1]] = True
    return found
