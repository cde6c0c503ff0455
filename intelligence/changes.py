"""Has what works changed? The epoch from which a pattern's success rate differs from before, so that old cases stop speaking for new times. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from intelligence.aggregation import Counted
from intelligence.scoring import Floats

_CONVINCING = 11.0
"""Twice the gain in log likelihood that a change must bring. By chance about one pattern in a hundred shows one, over some twenty epochs to choose from."""
_FEWEST = 15
"""Cases before and after."""
_SURE = 200
"""Cases from which a pattern's own difference is clear: bigger ones count no more."""


@dataclass(frozen=True, slots=True)
class Change:
    """From `epoch` on, the rate is another one."""

    epoch: str
    before: float
    after: float


def change(cases: Iterable[Counted]) -> Change | None:
    """The most likely change of these cases' success rate, or None when no change is convincing."""
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        totals[case.epoch][0] += case.success
        totals[case.epoch][1] += 1
    epochs = sorted(totals)
    counts = np.array([totals[epoch] for epoch in epochs], dtype=np.float64).reshape(-1, 2)
    s, n = np.cumsum(counts, axis=0).T
    if len(epochs) < 2 or n[-1] < 2 * _FEWEST:  # noqa: PLR2004 - a change needs a before and an after
        return None
    gain = 2 * (_fit(s, n) + _fit(s[-1] - s, n[-1] - n) - _fit(s[-1:], n[-1:]))
    gain[(n < _FEWEST) | (n[-1] - n < _FEWEST)] = 0.0
    at = int(gain.argmax())
    if gain[at] < _CONVINCING:
        return None
    return Change(epochs[at + 1], float(s[at] / n[at]), float((s[-1] - s[at]) / (n[-1] - n[at])))


def _fit(successes: Floats, n: Floats) -> Floats:
    """The log likelihood of counts under their own rate."""
    failures = n - successes
    size = np.maximum(n, 1.0)
    return np.asarray(xlogy(successes, successes / size) + xlogy(failures, failures / size))


def drift(patterns: Iterable[Iterable[Counted]]) -> float:
    """How far rates of today lie from the rates over all time, in patterns without a convincing change: a variance, as a share of rate x (1 - rate).

    From how much more the later half of each pattern's cases differs from the earlier half than chance lets it. When a step comes at any moment with equal
    chance, the expected squares of both differences are the same.
    """
    excess = weights = squares = 0.0
    for cases in patterns:
        success = [case.success for case in sorted(cases, key=lambda one: (one.epoch, one.order)) if case.weight]
        half = len(success) // 2
        rate = sum(success) / max(len(success), 1)
        if half < _FEWEST or not 0 < rate < 1:
            continue
        apart = sum(success[:half]) / half - sum(success[half:]) / (len(success) - half)
        spread = rate * (1 - rate)
        weight = float(min(half, _SURE))
        noise = 1 / half + 1 / (len(success) - half)
        excess += weight * (apart**2 / spread - noise)
        squares += 2 * (weight * noise) ** 2
        weights += weight
    # Half a standard error is added: that nothing drifted is never sure.
    return max(0.0, excess / weights + squares**0.5 / weights / 2) if weights else 0.0
