"""Where to draw the line between labels: offsets on their opinions that give the best macro-F1 on turns a model has not learnt. Pure."""

import numpy as np
from numpy.typing import NDArray

Opinions = NDArray[np.float64]
Wanted = NDArray[np.bool_]
"""Bool [n, labels]."""
_STEPS = np.linspace(-1.5, 1.5, 13)
_ROUNDS = 2
_PULL = 0.004
"""Macro-F1 that a shift by one must gain at least: small samples would otherwise move every line."""


def macro_f1(found: Wanted, wanted: Wanted) -> float:
    """Unweighted mean over the labels that are wanted at all."""
    right, all_of_it = (found & wanted).sum(axis=0), found.sum(axis=0) + wanted.sum(axis=0)
    occurs = wanted.any(axis=0)
    return float(np.mean(2 * right[occurs] / all_of_it[occurs])) if occurs.any() else 0.0


def decided(opinions: Opinions, *, several: bool) -> Wanted:
    """Every label above zero, or the highest one."""
    return opinions > 0 if several else np.eye(opinions.shape[1], dtype=bool)[opinions.argmax(axis=1)]


def best_offsets(opinions: Opinions, wanted: Wanted, *, several: bool) -> NDArray[np.float64]:
    """Float64 [labels] to add to the opinions. One label after the other is moved, twice round."""
    offsets = np.zeros(opinions.shape[1])
    for _ in range(_ROUNDS):
        for label in range(len(offsets)):
            offsets[label] = max(_STEPS, key=lambda step: _worth(opinions, wanted, offsets, label, float(step), several=several))
    return offsets


def _worth(  # noqa: PLR0913 - one move among many
    opinions: Opinions, wanted: Wanted, offsets: NDArray[np.float64], label: int, step: float, *, several: bool
) -> float:
    tried = offsets.copy()
    tried[label] = step
    return macro_f1(decided(opinions + tried, several=several), wanted) - _PULL * abs(step)
