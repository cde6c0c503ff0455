"""Partial pooling: children are drawn towards what their parent lets expect, as strongly as the children themselves agree with it. Pure.

Each rate has a Beta prior around its expected mean, worth an unknown number of cases. That number is not one for all: it is a mixture over a grid whose
weights are fitted to all siblings (empirical Bayes by expectation and maximisation). Siblings that mostly agree are drawn together and the few that differ are
left alone, which one strength for all cannot do. The idea: Stephens, "False discovery rates: a new deal", Biostatistics 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln

Floats = NDArray[np.float64]

_STRENGTHS = np.geomspace(2.0, 2_000.0, 13)
"""How many cases a parent may be worth: from next to nothing to a rule without exceptions."""
_GUESS, _DOUBT, _WORTH = 12.0, 1.0, 6.0
"""Before any sibling is seen: about twelve cases, give or take a factor of three; this guess is worth six siblings."""
_ROUNDS = 100
_HALVINGS = 30
"""Of the unit interval while looking for a quantile: 1e-9."""
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Rate:
    """What is believed about a rate: its mean, its central 95 % interval, and how many cases the belief is worth (of the Beta with its mean and variance)."""

    mean: float
    low: float
    high: float
    strength: float

    def widened(self, variance: float) -> "Rate":
        """The same belief with more doubt: `variance` is a share of mean x (1 - mean)."""
        strength = 1 / (1 / (self.strength + 1) + variance) - 1
        wider = ((self.strength + 1) / (strength + 1)) ** 0.5
        low, high = self.mean - wider * (self.mean - self.low), self.mean + wider * (self.high - self.mean)
        return Rate(self.mean, max(low, 0.0), min(high, 1.0), max(strength, 1e-3))


def pooled(rows: Sequence[tuple[float, float, float]]) -> list[Rate]:
    """The posterior of each sibling from (successes, n, expected rate); successes and n may be sums of weights."""
    if not rows:
        return []
    s, n, expected = np.array(rows, dtype=np.float64).T[:, :, None]
    expected = np.clip(expected, 0.001, 0.999)
    prior_a, prior_b = _STRENGTHS * expected, _STRENGTHS * (1 - expected)
    a, b = prior_a + s, prior_b + n - s
    likelihood = betaln(a, b) - betaln(prior_a, prior_b)
    weights = _responsibilities(likelihood, _fitted(likelihood))
    means = a / (a + b)
    mean = (weights * means).sum(axis=1)
    variance = (weights * (means * (1 - means) / (a + b + 1) + means**2)).sum(axis=1) - mean**2
    strength = np.maximum(mean * (1 - mean) / np.maximum(variance, 1e-12) - 1, 1e-3)
    low, high = (_quantile(weights, a, b, tail) for tail in (_TAIL, 1 - _TAIL))
    return [Rate(*map(float, row)) for row in zip(mean, low, high, strength, strict=True)]


def _fitted(likelihood: Floats) -> Floats:
    """The weight of each strength, given the log likelihood [siblings, strengths]."""
    guess = np.exp(-0.5 * ((np.log(_STRENGTHS) - np.log(_GUESS)) / _DOUBT) ** 2)
    before = _WORTH * guess / guess.sum()
    weights: Floats = before / before.sum()
    for _ in range(_ROUNDS):
        counts = before + _responsibilities(likelihood, weights).sum(axis=0)
        weights = counts / counts.sum()
    return weights


def _responsibilities(likelihood: Floats, weights: Floats) -> Floats:
    """The probability of each strength for each sibling."""
    scores = likelihood + np.log(np.maximum(weights, 1e-300))
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def _quantile(weights: Floats, a: Floats, b: Floats, share: float) -> Floats:
    """Of mixtures of Betas, one a row, by halving."""
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = (weights * betainc(a, b, middle[:, None])).sum(axis=1) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
