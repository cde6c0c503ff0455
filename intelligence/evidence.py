"""What is known about a pattern, ready to be shown: counts, an interval, and what may be claimed of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intelligence.aggregation import Cell, CellKey, Counted
from intelligence.pooling import Rate, pooled
from intelligence.scoring import Floats, chance_of_as_few, chance_of_as_many, discoveries

ENOUGH_TO_CLAIM = 10
"""Cases below which nothing is called validated or an anti-pattern."""
WIDEST = 0.6
"""An interval wider than this says nothing: 3 of 3 spans 0.46-1.00 and is the edge."""

LITTLE, OBSERVED, VALIDATED, EMERGING, ANTI_PATTERN = "little-evidence", "observed", "validated", "emerging", "anti-pattern"


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the shared side before it is written."""

    key: CellKey
    n: int
    successes: int
    effective_n: float
    """What the cases are worth after recency."""
    contributors: int
    customers: int
    largest_share: float
    mean: float
    low: float
    high: float
    strength: float
    """How many cases the whole belief is worth, prior included: with `mean` it is the posterior again."""
    base_rate: float
    standing: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A cell with what is believed about its rate and what it must beat."""

    cell: Cell
    rate: Rate
    base_rate: float


def claims(estimates: Sequence[Estimate], *, dispersion: float = 1.0, standings: bool = True) -> list[Claim]:
    """The claims of one family of cells, tested together. `dispersion` (at least 1) is how much more cases of one person resemble each other than chance."""
    rows = [_claim(one) for one in estimates]
    if not standings or not rows:
        return rows
    s = np.array([one.cell.weighted_successes for one in estimates]) / dispersion
    n = np.array([one.cell.weight for one in estimates]) / dispersion
    base = np.array([one.base_rate for one in estimates])
    tested = np.array([one.cell.n >= ENOUGH_TO_CLAIM for one in estimates])
    better = _found(chance_of_as_many(s, n, base), tested)
    worse = _found(chance_of_as_few(s, n, base), tested)
    return [_claimed(row, better=bool(better[at]), worse=bool(worse[at])) for at, row in enumerate(rows)]


def around(cells: Iterable[Cell], base_rate: float) -> list[Estimate]:
    """Sibling cells pooled around one rate, which is also what they must beat: for families without further structure."""
    kept = list(cells)
    rates = pooled([(cell.weighted_successes, cell.weight, base_rate) for cell in kept])
    return [Estimate(cell, rate, base_rate) for cell, rate in zip(kept, rates, strict=True)]


def overall(cases: Iterable[Counted]) -> float:
    """The success rate of all cases, recent ones counting more; a half when there are none."""
    successes, n = 0.5, 1.0
    for case in cases:
        successes += case.weight * case.success
        n += case.weight
    return successes / n


def _found(chances: Floats, tested: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros(len(chances), dtype=bool)
    found[tested] = discoveries(chances[tested])
    return found


def _claimed(row: Claim, *, better: bool, worse: bool) -> Claim:
    if better and row.low > row.base_rate:
        return replace(row, standing=VALIDATED)
    if worse and row.high < row.base_rate:
        return replace(row, standing=ANTI_PATTERN)
    return row


def _claim(one: Estimate) -> Claim:
    cell, rate = one.cell, one.rate
    return Claim(
        key=cell.key,
        n=cell.n,
        successes=cell.successes,
        effective_n=cell.weight,
        contributors=cell.contributors,
        customers=cell.customers,
        largest_share=cell.largest_share,
        mean=rate.mean,
        low=rate.low,
        high=rate.high,
        strength=rate.strength,
        base_rate=one.base_rate,
        standing=LITTLE if rate.high - rate.low > WIDEST else OBSERVED,
    )
