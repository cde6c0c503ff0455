"""What somebody's own desk holds: customers, follow-ups, results. Values, private to their owner. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BestTime:
    """When to write to a customer again.

    `own` of `own_of` messages of theirs came in this part of the week, 0 of 0 when too few say anything; the rest is the shared rate of follow-ups in this
    part that were answered within a day, all 0 when none may be shown.
    """

    customer_id: str
    customer: str
    at: datetime
    part: str
    own: int
    own_of: int
    successes: int = 0
    n: int = 0
    low: float = 0.0
    high: float = 0.0
    contributors: int = 0


@dataclass(frozen=True, slots=True)
class PlannedFollowUp:
    """A customer to write to again; `due_at` on the owner's clock."""

    id: str
    customer: str
    note: str
    due_at: datetime
    overdue: bool = False
    write_to: str = ""
    """The customer's id where they can be written to from here."""


@dataclass(frozen=True, slots=True)
class QuietCustomer:
    """Somebody with whom nobody wrote for so many days. `ours` says that our side wrote last."""

    customer: str
    days: int
    ours: bool
    write_to: str = ""
    """The customer's id where they can be written to from here."""


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """All there is about one customer."""

    id: str
    name: str
    company: str
    industry: str
    industry_source: str
    addresses: tuple[str, ...]
    messages: int
    last_at: datetime | None
    last_ours: bool
    deals: tuple[str, ...]
    notes: tuple[str, ...]
    follow_ups: tuple[PlannedFollowUp, ...]
    muted: bool
    opted_out: bool
    write_to: str = ""
    """The same id where they can be written to from here."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the list of customers."""

    name: str
    company: str
    industry: str
    last_at: datetime | None
    opted_out: bool = False
