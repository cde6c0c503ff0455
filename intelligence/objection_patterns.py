"""Objection x response (x industry) -> outcome: the heart of the shared side. Pure.

Hierarchical empirical Bayes: response -> objection x response -> industry x objection x response. What is expected of a cell comes from what its parts do
elsewhere (effects.py); how far it is drawn there is fitted to it and its siblings (pooling.py); what it must beat is the rate its objection has over all
responses, in its industry when the pattern is one industry's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Generic, TypeVar

import numpy as np

from intelligence.aggregation import Cell, CellKey, Cells, Counted, Visible, bounded, counted, split
from intelligence.changes import change, drift
from intelligence.effects import fit, numbered
from intelligence.evidence import Claim, Estimate, claims
from intelligence.pooling import pooled
from intelligence.vocabulary import UNKNOWN

CATEGORY = "objection-patterns"
POOLED, OWN = "objection-response", "industry-objection-response"
"""Across all industries, and one industry's own."""

Pair = tuple[str, str]
"""Objection and response, for example."""
T = TypeVar("T", str, Pair)


@dataclass(frozen=True, slots=True)
class ObjectionCase:
    """One exchange."""

    objection: str
    response: str
    case: Counted


@dataclass(frozen=True, slots=True)
class ObjectionPatterns:
    """What one run found."""

    claims: tuple[Claim, ...]
    cells: Cells
    """Of the shown claims, for the release check."""
    base_rates: dict[str, float]
    """Objection -> success rate over all responses and industries."""


class _Averages(defaultdict[T, list[float]], Generic[T]):
    """Weighted means by name."""

    def __init__(self) -> None:
        super().__init__(lambda: [0.0, 0.0])

    def add(self, name: T, weight: float, value: float) -> None:
        self[name][0] += weight * value
        self[name][1] += weight

    def means(self) -> dict[T, float]:
        return {name: total / max(weight, 1e-12) for name, (total, weight) in self.items()}


@dataclass(frozen=True, slots=True)
class _Expectations:
    own: dict[CellKey, float]
    """Of an industry's own pattern: what its objection, response, their pair and the industry do elsewhere."""
    pair: dict[Pair, float]
    """Of a pair: what its objection and response do elsewhere, in the industries it is used in."""
    base_rates: dict[str, float]
    base_rates_in: dict[Pair, float]
    """Of an objection in an industry."""

    def of(self, key: CellKey) -> float:
        return self.own[key] if key.industry else self.pair[key.objection, key.response]

    def base(self, key: CellKey) -> float:
        return self.base_rates_in[key.objection, key.industry] if key.industry else self.base_rates[key.objection]


def objection_patterns(cases: Iterable[ObjectionCase], visible: Visible) -> ObjectionPatterns:
    """Every pattern the gate lets pass, with its posterior, its base rate and what may be claimed of it."""
    by_pair: defaultdict[Pair, list[ObjectionCase]] = defaultdict(list)
    for one in cases:
        by_pair[one.objection, one.response].append(one)
    sorted_in = {pair: _by_industry(pair, members) for pair, members in sorted(by_pair.items())}
    if not sorted_in:
        return ObjectionPatterns((), {}, {})
    expectations = _expectations(sorted_in)
    parents, children = [], []
    for pair, (by_industry, rest) in sorted_in.items():
        parent, shown = split(CellKey(CATEGORY, POOLED, *pair), by_industry, rest, visible)
        parents.append(parent)
        children += shown
    doubt = drift(chain(rest, *by_industry.values()) for by_industry, rest in sorted_in.values())
    estimates = [*_estimates([cell for cell in parents if visible(cell)], expectations, doubt), *_estimates(children, expectations, doubt)]
    found = claims(estimates, dispersion=dispersion(parents))
    return ObjectionPatterns(tuple(found), {one.cell.key: one.cell for one in estimates}, expectations.base_rates)


def dispersion(cells: Iterable[Cell]) -> float:
    """How much more the cases of one person in one cell resemble each other than chance would make them, at least 1.

    Pearson's statistic over its degrees of freedom.
    """
    statistic = freedom = 0.0
    for cell in cells:
        rate = cell.successes / cell.n
        if 0 < rate < 1 and cell.contributors > 1:
            statistic += sum((successes - n * rate) ** 2 / (n * rate * (1 - rate)) for n, successes in cell.shares.values())
            freedom += cell.contributors - 1
    return max(1.0, statistic / freedom) if freedom else 1.0


def _by_industry(pair: Pair, members: Iterable[ObjectionCase]) -> tuple[dict[CellKey, list[Counted]], list[Counted]]:
    """The cases of each industry that has a name, and the rest."""
    by_industry: defaultdict[CellKey, list[Counted]] = defaultdict(list)
    rest: list[Counted] = []
    for case in _of_today(bounded(one.case for one in members)):
        place = rest if case.industry == UNKNOWN else by_industry[CellKey(CATEGORY, OWN, *pair, case.industry)]
        place.append(case)
    return by_industry, rest


def _of_today(cases: list[Counted]) -> list[Counted]:
    """The same cases; those from before a convincing change weigh nothing."""
    changed = change(cases)
    return cases if changed is None else [replace(case, weight=0.0) if case.epoch < changed.epoch else case for case in cases]


def _expectations(sorted_in: Mapping[Pair, tuple[dict[CellKey, list[Counted]], list[Counted]]]) -> _Expectations:
    """What is expected of each cell before its own cases are looked at, and what each must beat."""
    cells = [counted(key, cases) for by_industry, _ in sorted_in.values() for key, cases in by_industry.items()]
    cells += [counted(CellKey(CATEGORY, OWN, *pair, UNKNOWN), rest) for pair, (_, rest) in sorted_in.items() if rest]
    keys = [cell.key for cell in cells]
    s, n = np.array([(cell.weighted_successes, cell.weight) for cell in cells]).T
    groupings = (
        [key.objection for key in keys],
        [key.industry for key in keys],
        [(key.industry, key.objection) for key in keys],
        [key.response for key in keys],
        [(key.objection, key.response) for key in keys],
    )
    fitted = fit(s, n, [numbered(names) for names in groupings])
    alone = fitted.rates_without(np.arange(len(keys)), len(groupings))
    without_pair = fitted.rates_without(numbered(groupings[-1]), len(groupings) - 1)
    own = {key: float(rate) for key, rate in zip(keys, alone, strict=True)}
    pair, base, base_in = _Averages[Pair](), _Averages[str](), _Averages[Pair]()
    for key, weight, before, after in zip(keys, n, without_pair, fitted.rates(), strict=True):
        pair.add((key.objection, key.response), weight, before)
        base.add(key.objection, weight, after)
        base_in.add((key.objection, key.industry), weight, after)
    return _Expectations(own, pair.means(), base.means(), base_in.means())


def _estimates(cells: list[Cell], expectations: _Expectations, doubt: float) -> list[Estimate]:
    """Siblings: all pooled across industries, or all of one industry each. `doubt` is how much rates drift."""
    rates = pooled([(cell.weighted_successes, cell.weight, expectations.of(cell.key)) for cell in cells])
    return [Estimate(cell, rate.widened(doubt), expectations.base(cell.key)) for cell, rate in zip(cells, rates, strict=True)]
