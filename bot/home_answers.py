"""What somebody's home tab and weekly digest hold. Values, private to their owner; what colleagues share went through the gate. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answers import Curated, Play, PrivacyStatus
from bot.desk_answers import PlannedFollowUp, QuietCustomer


@dataclass(frozen=True, slots=True)
class Step:
    """One step until everything works; `how` says what to do about it."""

    title: str
    how: str
    done: bool


@dataclass(frozen=True, slots=True)
class OwnResults:
    """What became of suggestions, by their owner's word."""

    shown: int
    used: int
    worked: int
    did_not_work: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A step of conversations, such as `contacted > replied`: how many of one's own made it, and the rate of all who contribute.

    `own_of` is 0 where nothing of one's own was counted; `n` is 0 where too few colleagues stand behind a rate.
    """

    step: str
    own: int = 0
    own_of: int = 0
    successes: int = 0
    n: int = 0
    low: float = 0.0
    high: float = 0.0
    contributors: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """What the shared side holds, and what of it is new or rising. `gained` is against the week before; None where there was none."""

    patterns: int = 0
    validated: int = 0
    gained: int | None = None
    newly_validated: int | None = None
    rising: tuple[Play, ...] = ()
    """Proven answers and rising objections, the best supported first."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything on the home tab."""

    name: str
    steps: tuple[Step, ...]
    follow_ups: tuple[PlannedFollowUp, ...]
    """Due until the end of today."""
    later: int
    """Planned for other days."""
    quiet: tuple[QuietCustomer, ...]
    stages: Mapping[str, int]
    """Open deals by stage, in the order of stages."""
    results: OwnResults
    compared: tuple[Compared, ...]
    learned: Learned
    privacy: PrivacyStatus
    saved: tuple[Play | Curated, ...] = ()
    """What is kept at hand of the playbook, as it may be shown now."""
    to_review: int = 0
    """Plays that wait for this admin; 0 for others."""

    snoozed: str = ""
    """Until when no coach cards come, on the owner's clock; empty when they do."""
    muted: tuple[str, ...] = ()
    """The customers about whom none come."""

    @property
    def connected(self) -> bool:
        """Whether every step is done."""
        return all(step.done for step in self.steps)


@dataclass(frozen=True, slots=True)
class QuietDeal:
    """An open deal with whose customer nobody wrote for so many days. `ours` says that our side wrote last."""

    name: str
    customer: str
    days: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written within some time. `customers` are those with whom."""

    received: int = 0
    sent: int = 0
    customers: int = 0


@dataclass(frozen=True, slots=True)
class Week:
    """One's own last week, what this one brings, and what the network learned."""

    epoch: str
    """Of the week that is over."""
    written: Written
    won: int
    lost: int
    follow_ups: tuple[PlannedFollowUp, ...]
    """Due this week, or overdue."""
    quiet: tuple[QuietDeal, ...]
    results: OwnResults
    compared: tuple[Compared, ...]
    learned: Learned = field(default_factory=Learned)

    @property
    def says_something(self) -> bool:
        """Whether there is anything that a person would want to be told of: standing figures alone are no news."""
        own = self.written.received or self.written.sent or self.won or self.lost or self.results.shown or self.results.used
        return bool(own or self.follow_ups or self.quiet or self.learned.gained or self.learned.newly_validated)
