"""Contributions become cells: sufficient counts that can be added and subtracted exactly. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

MOST_PER_EPOCH = 3
"""Cases one person may add to one pattern in one epoch: nobody can push a pattern up alone."""


class Case(Protocol):
    """What a contribution says: words of the vocabulary and keyed hashes."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def exchange_key(self) -> str: ...  # noqa: D102
    @property
    def contributor_token(self) -> str: ...  # noqa: D102
    @property
    def customer_token(self) -> str: ...  # noqa: D102
    @property
    def objection(self) -> str: ...  # noqa: D102
    @property
    def response(self) -> str: ...  # noqa: D102
    @property
    def reaction(self) -> str: ...  # noqa: D102
    @property
    def deal_outcome(self) -> str: ...  # noqa: D102
    @property
    def deal_stage(self) -> str: ...  # noqa: D102
    @property
    def industry(self) -> str: ...  # noqa: D102
    @property
    def weekday_part(self) -> str: ...  # noqa: D102
    @property
    def days_since_contact(self) -> str: ...  # noqa: D102
    @property
    def reply_latency(self) -> str: ...  # noqa: D102
    @property
    def template(self) -> str: ...  # noqa: D102
    @property
    def step(self) -> int: ...  # noqa: D102
    @property
    def epoch(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """Which cases are counted together; empty fields are pooled over."""

    category: str
    level: str
    objection: str = ""
    response: str = ""
    industry: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One case as a cell sees it."""

    contributor: str
    customer: str
    epoch: str
    order: str
    """Decides which cases stay when somebody has too many: the same ones whatever order they came in."""
    success: bool
    weight: float = 1.0
    industry: str = "unknown"


@dataclass(slots=True)
class Cell:
    """The counts of one cell."""

    key: CellKey
    n: int = 0
    successes: int = 0
    weight: float = 0.0
    """Sum of the cases' weights: how many recent cases they are worth."""
    weighted_successes: float = 0.0
    shares: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Contributor token -> (cases, successes)."""
    by_customer: Counter[str] = field(default_factory=Counter)

    def add(self, case: Counted) -> None:
        """Count one case."""
        self.n += 1
        self.successes += case.success
        self.weight += case.weight
        self.weighted_successes += case.weight * case.success
        cases, successes = self.shares.get(case.contributor, (0, 0))
        self.shares[case.contributor] = (cases + 1, successes + case.success)
        self.by_customer[case.customer] += 1

    @property
    def contributors(self) -> int:
        """Distinct staff members behind it."""
        return len(self.shares)

    @property
    def customers(self) -> int:
        """Distinct customers behind it."""
        return len(self.by_customer)

    @property
    def largest_share(self) -> float:
        """Share of the cases that came from the contributor with the most."""
        return max((cases for cases, _ in self.shares.values()), default=0) / self.n if self.n else 0.0


Cells = dict[CellKey, Cell]
Visible = Callable[[Cell], bool]


def bounded(cases: Iterable[Counted], most: int = MOST_PER_EPOCH) -> list[Counted]:
    """At most `most` cases of one person in one epoch, in order of epoch and key."""
    taken: Counter[tuple[str, str]] = Counter()
    kept = []
    for case in sorted(cases, key=lambda one: (one.epoch, one.order)):
        turn = (case.contributor, case.epoch)
        if taken[turn] < most:
            taken[turn] += 1
            kept.append(case)
    return kept


def counted(key: CellKey, cases: Iterable[Counted]) -> Cell:
    """The cell of these cases."""
    cell = Cell(key)
    for case in cases:
        cell.add(case)
    return cell


def split(parent: CellKey, children: dict[CellKey, list[Counted]], rest: Sequence[Counted], visible: Visible) -> tuple[Cell, list[Cell]]:
    """A parent cell and those of its children that may be shown, safe against subtraction.

    Somebody who subtracts the shown children from the parent learns the counts of what is left. When too few people stand behind that, the parent counts the
    shown children only; nothing is subtractable then. Without shown children the parent counts everything.
    """
    shown = [cell for key, cases in sorted(children.items()) if visible(cell := counted(key, cases))]
    inside = [case for cell in shown for case in children[cell.key]]
    hidden = {cell.key for cell in shown}
    left = [*rest, *(case for key, cases in sorted(children.items()) if key not in hidden for case in cases)]
    safe = not shown or not left or visible(counted(parent, left))
    return counted(parent, [*inside, *left] if safe else inside), shown
