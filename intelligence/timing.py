"""When people answer: the rate of replies within a day, by the part of the week a follow-up was sent and by the days since the last contact. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from intelligence.aggregation import Cell, CellKey, Counted, Visible, bounded, counted
from intelligence.evidence import Claim, Estimate, around, claims, overall
from intelligence.vocabulary import UNKNOWN

CATEGORY = "timing-patterns"
PART, GAP, OWN_PART = "weekday-part", "days-since-contact", "industry-weekday-part"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message of a marketer after at least a day of silence; a success when the customer wrote within a day."""

    weekday_part: str
    days_since_contact: str
    case: Counted


def timing_patterns(follow_ups: Iterable[FollowUp], visible: Visible) -> tuple[list[Claim], list[Cell]]:
    """Each part of the week and each gap against the rate of all follow-ups; an industry's parts of the week against the industry's own."""
    by_key: defaultdict[CellKey, list[Counted]] = defaultdict(list)
    everything = list(follow_ups)
    by_industry: defaultdict[str, list[Counted]] = defaultdict(list)
    for one in everything:
        by_key[CellKey(CATEGORY, PART, detail=one.weekday_part)].append(one.case)
        by_key[CellKey(CATEGORY, GAP, detail=one.days_since_contact)].append(one.case)
        by_industry[one.case.industry].append(one.case)
        if one.case.industry != UNKNOWN:
            by_key[CellKey(CATEGORY, OWN_PART, industry=one.case.industry, detail=one.weekday_part)].append(one.case)
    cells = [cell for key, cases in sorted(by_key.items()) if visible(cell := counted(key, bounded(cases)))]
    base = overall(one.case for one in everything)
    found: list[Estimate] = []
    for level in (PART, GAP):
        found += around([cell for cell in cells if cell.key.level == level], base)
    for industry, cases in sorted(by_industry.items()):
        found += around([cell for cell in cells if cell.key.level == OWN_PART and cell.key.industry == industry], overall(cases))
    return claims(found), cells
