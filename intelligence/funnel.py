"""How far conversations get: the rate of each step from first contact to a won deal, by industry. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from intelligence.aggregation import Cell, CellKey, Counted, Visible, bounded, counted
from intelligence.evidence import Claim, Estimate, around, claims, overall
from intelligence.vocabulary import UNKNOWN

CATEGORY = "conversion-analytics"
POOLED, OWN = "step", "industry-step"
STAGES = ("contacted", "replied", "engaged", "deal", "won")
"""Contacted; the customer wrote; the customer objected or wrote often; a deal was opened; it was won."""
TO = " > "


@dataclass(frozen=True, slots=True)
class Journey:
    """One customer's way."""

    stage: str
    """The furthest stage reached."""
    closed: bool
    """Whether the deal ended: an open deal is not yet a lost one."""
    case: Counted


def funnel(journeys: Iterable[Journey], visible: Visible) -> tuple[list[Claim], list[Cell]]:
    """Each step's rate of those who reached its beginning, over all industries and in each; an industry must beat the rate over all."""
    by_key: defaultdict[CellKey, list[Counted]] = defaultdict(list)
    for one in journeys:
        reached = STAGES.index(one.stage)
        for at, (stage, following) in enumerate(pairwise(STAGES)):
            if reached < at or (following == "won" and not one.closed):
                continue
            case = replace(one.case, success=reached > at)
            by_key[CellKey(CATEGORY, POOLED, detail=stage + TO + following)].append(case)
            if case.industry != UNKNOWN:
                by_key[CellKey(CATEGORY, OWN, industry=case.industry, detail=stage + TO + following)].append(case)
    cells = [cell for key, cases in sorted(by_key.items()) if visible(cell := counted(key, bounded(cases)))]
    found: list[Estimate] = []
    for detail in sorted({cell.key.detail for cell in cells}):
        base = overall(by_key[CellKey(CATEGORY, POOLED, detail=detail)])
        found += around([cell for cell in cells if cell.key.detail == detail and cell.key.level == POOLED], base)
        found += around([cell for cell in cells if cell.key.detail == detail and cell.key.level == OWN], base)
    return claims(found), cells
