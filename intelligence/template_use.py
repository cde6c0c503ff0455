"""Which wording works: real use of authored wordings, counted by how near a marketer's own sentence came. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from intelligence.aggregation import Cell, CellKey, Counted, Visible, bounded, split
from intelligence.evidence import Claim, around, claims, overall

CATEGORY = "response-templates"
LEVEL = "wording"


@dataclass(frozen=True, slots=True)
class WordingCase:
    """One exchange whose answer came near an authored wording; `wording` is empty when it came near none."""

    objection: str
    response: str
    wording: str
    case: Counted


def template_use(cases: Iterable[WordingCase], visible: Visible) -> tuple[list[Claim], list[Cell]]:
    """The wordings enough people used, each against all answers of its objection and response."""
    by_pair: defaultdict[tuple[str, str], list[WordingCase]] = defaultdict(list)
    for one in cases:
        by_pair[one.objection, one.response].append(one)
    found, cells = [], []
    for (objection, response), members in sorted(by_pair.items()):
        wording_of = {one.case.order: one.wording for one in members}
        by_wording: defaultdict[CellKey, list[Counted]] = defaultdict(list)
        rest: list[Counted] = []
        kept = bounded(one.case for one in members)
        for case in kept:
            wording = wording_of[case.order]
            place = by_wording[CellKey(CATEGORY, LEVEL, objection, response, "", wording)] if wording else rest
            place.append(case)
        _, shown = split(CellKey(CATEGORY, "", objection, response), by_wording, rest, visible)
        cells += shown
        found += around(shown, overall(kept))
    return claims(found), cells
