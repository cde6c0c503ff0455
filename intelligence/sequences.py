"""Which order of tactics led to a won deal: two and three responses after one another with one customer. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from intelligence.aggregation import Cell, CellKey, Counted, Visible, bounded, counted
from intelligence.evidence import Claim, around, claims, overall

CATEGORY = "success-strategies"
LEVEL = "sequence"
THEN = " > "
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One answered objection on the way to a deal that is closed; success is the deal's."""

    response: str
    step: int
    """Position among the exchanges with this customer."""
    case: Counted


def sequences(steps: Iterable[Step], visible: Visible) -> tuple[list[Claim], list[Cell]]:
    """Each sequence enough people used, over customers whose deal is closed, against the rate of all customers with at least two answered objections."""
    by_customer: defaultdict[str, list[Step]] = defaultdict(list)
    for one in steps:
        by_customer[one.case.customer].append(one)
    by_key: defaultdict[CellKey, list[Counted]] = defaultdict(list)
    customers: list[Counted] = []
    for path in by_customer.values():
        path.sort(key=lambda one: (one.step, one.case.epoch, one.case.order))
        tactics = [one.response for at, one in enumerate(path) if not at or path[at - 1].response != one.response]
        if len(tactics) < 2:  # noqa: PLR2004 - one tactic is no sequence
            continue
        case = replace(path[-1].case, order=path[-1].case.customer)
        customers.append(case)
        runs = {tuple(tactics[at : at + length]) for length in range(2, _LONGEST + 1) for at in range(len(tactics) - length + 1)}
        for run in runs:
            by_key[CellKey(CATEGORY, LEVEL, detail=THEN.join(run))].append(case)
    cells = [cell for key, cases in sorted(by_key.items()) if visible(cell := counted(key, bounded(cases)))]
    return claims(around(cells, overall(customers))), cells
