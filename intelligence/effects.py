"""What a cell's success rate is expected to be, from what its parts do elsewhere: a logistic regression with crossed random effects. Pure.

Industry and objection and response overlap in every mix: an industry looks good because it hears easy objections, a response looks bad because it is used on
hard ones. Fitting all effects together tells them apart. Each kind of effect has its own variance, estimated from the effects themselves, so that what does
not vary is not believed. Method: penalised quasi-likelihood, one Newton step an effect in turn (Breslow and Clayton, JASA 1993).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from intelligence.scoring import Floats, log_odds

Labels = NDArray[np.int64]

_ROUNDS = 60
_VARIANCE, _WORTH = 0.1, 4.0
"""Of an effect's log odds before any is seen, and how many effects that guess is worth: rates differ by some eight points."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Effects of several groupings on the log odds of cells. Arrays have one value a cell, those of `effects` and `curvatures` one a group."""

    overall: float
    groups: tuple[Labels, ...]
    effects: tuple[Floats, ...]
    curvatures: tuple[Floats, ...]
    residual: Floats
    """Successes that are not explained."""
    information: Floats

    def rates(self) -> Floats:
        """What each cell's rate is expected to be, its own cases included."""
        return np.asarray(expit(self.overall + sum(effect[labels] for effect, labels in zip(self.effects, self.groups, strict=True))))

    def rates_without(self, own: Labels, groupings: int) -> Floats:
        """What each cell's rate would be expected to be, had its own cases not been seen, from the first `groupings` groupings.

        `own` numbers what belongs together: leaving a cell out leaves out all cells with its number. Without this a cell would agree with an expectation that
        it made itself, and its siblings would look more alike than they are. One step of the fit, not a new fit.
        """
        total: Floats = np.full(len(self.residual), self.overall)
        for labels, effect, curvature in zip(self.groups[:groupings], self.effects, self.curvatures, strict=False):
            shared = numbered(list(zip(own.tolist(), labels.tolist(), strict=True)))
            unexplained = np.bincount(shared, self.residual)[shared]
            left = curvature[labels] - np.bincount(shared, self.information)[shared]
            total = np.asarray(total + effect[labels] - unexplained / left)
        return np.asarray(expit(total))


def fit(successes: Floats, n: Floats, groups: Sequence[Labels]) -> Fit:
    """The effects of all groupings at once. `groups[k][cell]` numbers the group of each cell from 0; successes and n may be sums of weights."""
    overall = log_odds(float(successes.sum() / max(n.sum(), 1e-9)))
    total: Floats = np.full(len(n), overall)
    effects: list[Floats] = [np.zeros(int(labels.max()) + 1) for labels in groups]
    curvatures: list[Floats] = [np.ones_like(effect) for effect in effects]
    variances = [_VARIANCE] * len(groups)
    for _ in range(_ROUNDS):
        for at, labels in enumerate(groups):
            p = expit(total)
            curvatures[at] = np.asarray(np.bincount(labels, n * p * (1 - p)) + 1 / variances[at], dtype=np.float64)
            step = np.asarray((np.bincount(labels, successes - n * p) - effects[at] / variances[at]) / curvatures[at], dtype=np.float64)
            effects[at] += step
            total += step[labels]
            variances[at] = float((np.sum(effects[at] ** 2 + 1 / curvatures[at]) + _WORTH * _VARIANCE) / (len(effects[at]) + _WORTH))
        p = expit(total)
        shift = float(np.sum(successes - n * p) / max(np.sum(n * p * (1 - p)), 1e-9))
        overall += shift
        total += shift
    p = expit(total)
    return Fit(overall, tuple(groups), tuple(effects), tuple(curvatures), successes - n * p, n * p * (1 - p))


def numbered(names: Sequence[object]) -> Labels:
    """Groups by number, in order of first appearance."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)
