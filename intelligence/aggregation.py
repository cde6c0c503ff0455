"""Contributions become cells: sufficient counts at three levels of pooling. Pure; adding and leaving out a case are exact."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

LEVELS = ("response", "objection-response", "industry-objection-response")
"""From most pooled to least."""
_MOST_PER_EPOCH = 3
"""Cases one person may add to one cell in one epoch (a day): nobody can push a pattern up alone."""


class Case(Protocol):
    """What a contribution says."""

    exchange_key: str
    contributor_token: str
    customer_token: str
    objection: str
    response: str
    reaction: str
    industry: str
    epoch: str
    template: str


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """Which cases are pooled; empty fields are pooled over."""

    level: str
    objection: str
    response: str
    industry: str


@dataclass(slots=True)
class Cell:
    """The counts of one cell."""

    key: CellKey
    n: int = 0
    successes: int = 0
    by_contributor: Counter[str] = field(default_factory=Counter)
    customers: set[str] = field(default_factory=set)
    templates: Counter[str] = field(default_factory=Counter)
    """Wordings of successful cases."""

    def add(self, case: Case) -> None:
        """Count one case."""
        success = case.reaction == "positive"
        self.n += 1
        self.successes += success
        self.by_contributor[case.contributor_token] += 1
        self.customers.add(case.customer_token)
        if success and case.template:
            self.templates[case.template] += 1

    @property
    def contributors(self) -> int:
        """Distinct staff members behind it."""
        return len(self.by_contributor)

    @property
    def largest_share(self) -> float:
        """Share of the cases that came from the contributor with the most."""
        return max(self.by_contributor.values(), default=0) / self.n if self.n else 0.0


def cells(cases: Iterable[Case]) -> dict[CellKey, Cell]:
    """Every cell of every level. Cases are taken in order of epoch and key, so that the bound keeps the same ones whatever order they came in."""
    pooled: dict[CellKey, Cell] = {}
    taken: Counter[tuple[str, CellKey, str]] = Counter()
    for case in sorted(cases, key=lambda one: (one.epoch, one.exchange_key)):
        for key in keys_of(case):
            turn = (case.contributor_token, key, case.epoch)
            if taken[turn] < _MOST_PER_EPOCH:
                taken[turn] += 1
                pooled.setdefault(key, Cell(key)).add(case)
    return pooled


def keys_of(case: Case) -> tuple[CellKey, ...]:
    """The cells a case belongs to, most pooled first."""
    keys = [CellKey("response", "", case.response, ""), CellKey("objection-response", case.objection, case.response, "")]
    if case.industry != "unknown":
        keys.append(CellKey("industry-objection-response", case.objection, case.response, case.industry))
    return tuple(keys)


def base_rates(pooled: dict[CellKey, Cell]) -> dict[str, float]:
    """The success rate of each objection over all responses and industries: what a response must beat."""
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, cell in pooled.items():
        if key.level == "objection-response":
            totals[key.objection][0] += cell.successes
            totals[key.objection][1] += cell.n
    return {objection: successes / n for objection, (successes, n) in totals.items() if n}
