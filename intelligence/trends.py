"""What is rising: the share of each objection among all objections of the recent weeks against the weeks before, by industry. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from intelligence.aggregation import Cell, CellKey, Counted, Visible, bounded, counted
from intelligence.evidence import EMERGING, OBSERVED, Claim, around, claims
from intelligence.scoring import chance_of_rise, discoveries
from intelligence.vocabulary import UNKNOWN

CATEGORY = "market-trends"
POOLED, OWN = "objection", "industry-objection"
RISING, STEADY, FALLING = "rising", "steady", "falling"


@dataclass(frozen=True, slots=True)
class Heard:
    """An objection that was heard. The case's success means nothing here."""

    objection: str
    recent: bool
    case: Counted


@dataclass(frozen=True, slots=True)
class _Window:
    """One objection in one market: its cell over all recent objections, and how it was before."""

    cell: Cell
    earlier: int
    earlier_n: int


def trends(heard: Iterable[Heard], visible: Visible) -> tuple[list[Claim], list[Cell]]:
    """Every objection whose recent and earlier cases have enough people behind them; what rose is called emerging after correction for looking at all."""
    markets: defaultdict[str, list[Heard]] = defaultdict(list)
    for one in heard:
        markets[""].append(one)
        if one.case.industry != UNKNOWN:
            markets[one.case.industry].append(one)
    windows = [window for industry, members in sorted(markets.items()) for window in _windows(industry, members, visible)]
    if not windows:
        return [], []
    counts = [(one.cell.successes, one.cell.n, one.earlier, one.earlier_n) for one in windows]
    recent, n, before, size = (list(column) for column in zip(*counts, strict=True))
    rose = discoveries(chance_of_rise(recent, n, before, size))
    fell = discoveries(chance_of_rise([t - s for s, t in zip(recent, n, strict=True)], n, [t - s for s, t in zip(before, size, strict=True)], size))
    found = [_claim(one, rose=bool(up), fell=bool(down)) for one, up, down in zip(windows, rose, fell, strict=True)]
    return found, [replace(one.cell, key=claim.key) for one, claim in zip(windows, found, strict=True)]


def _windows(industry: str, members: list[Heard], visible: Visible) -> list[_Window]:
    recent, earlier = ([one for one in members if one.recent == now] for now in (True, False))
    kept = {one.order for now in (recent, earlier) for objection in {one.objection for one in now} for one in _bounded(now, objection)}
    recent, earlier = ([one for one in now if one.case.order in kept] for now in (recent, earlier))
    found = []
    for objection in sorted({one.objection for one in recent}):
        key = CellKey(CATEGORY, OWN if industry else POOLED, objection, industry=industry)
        mine = [one.case for one in recent if one.objection == objection]
        before = [one.case for one in earlier if one.objection == objection]
        if visible(counted(key, mine)) and visible(counted(key, before)):
            share = counted(key, (replace(one.case, success=one.objection == objection, weight=1.0) for one in recent))
            found.append(_Window(share, len(before), len(earlier)))
    return found


def _bounded(members: list[Heard], objection: str) -> list[Counted]:
    return bounded(one.case for one in members if one.objection == objection)


def _claim(one: _Window, *, rose: bool, fell: bool) -> Claim:
    share = one.earlier / one.earlier_n
    claim = claims(around([one.cell], float(np.clip(share, 0.001, 0.999))), standings=False)[0]
    direction = RISING if rose else FALLING if fell else STEADY
    return replace(claim, base_rate=share, key=replace(claim.key, detail=direction), standing=EMERGING if rose else OBSERVED)
