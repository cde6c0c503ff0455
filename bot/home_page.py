"""The use case around the home tab: what its owner needs to see first."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.answers import PrivacyStatus
from bot.book_cards import BookCards
from bot.curation import Curation
from bot.home_answers import Compared, HomePage, Learned, OwnResults, Step
from intelligence.epochs import epoch_of
from intelligence.funnel import CATEGORY as CONVERSION
from intelligence.funnel import POOLED, STAGES, TO
from intelligence.objection_patterns import CATEGORY as OBJECTIONS
from intelligence.trends import CATEGORY as TRENDS
from intelligence.vocabulary import DEAL_STAGES
from memory.contributions import Contributions
from memory.customers import Customers
from memory.deals import Deals
from memory.occasions import weeks
from memory.preferences import Preferences
from memory.staff_choices import StaffChoices
from memory.suggestions import Suggestions
from memory.tables import Contribution, Staff
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_QUIET_DAYS = 7
_NEW = "open"
"""The stage of a deal that nobody moved yet."""
_RISING_SHOWN = 4
_NEWS = ("validated", "emerging")
_USED = ("used", "edited")
_COUNTED = ("offered", "published")


class HomePages:
    """Works for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def of(self, staff_id: str) -> HomePage:
        """The home tab as it is now."""
        house, zone = self._house, self._house.zones.open(staff_id)
        member, status = house.staff.get(staff_id), house.privacy.status(staff_id)
        planned = house.follow_ups.waiting(staff_id)
        tonight = house.clock().astimezone(ZoneInfo(member.time_zone)).replace(hour=23, minute=59, second=59, microsecond=999_999)
        today = tuple(one for one in planned if one.due_at <= tonight)
        stages = Counter(deal.stage for deal in Deals(house.database, zone).all() if deal.outcome in {"open", "stalled"})
        return HomePage(
            name=member.name,
            steps=self._steps(member, zone, status),
            follow_ups=today,
            later=len(planned) - len(today),
            quiet=tuple(house.follow_ups.quiet(staff_id, _QUIET_DAYS)),
            stages={stage: stages[stage] for stage in (_NEW, *DEAL_STAGES) if stages[stage]},
            results=self.results(staff_id),
            compared=self.compared(zone),
            learned=self.learned(),
            privacy=status,
            saved=BookCards(house).kept(staff_id).shown,
            to_review=Curation(house).waiting(staff_id),
            snoozed=self._snoozed(member, zone),
            muted=muted(house, zone),
        )

    def _snoozed(self, member: Staff, zone: Zone) -> str:
        until = Preferences(self._house.database, zone).get().snoozed_until
        return f"{until.astimezone(ZoneInfo(member.time_zone)):%H:%M}" if until and until > self._house.clock() else ""

    def results(self, staff_id: str, since: datetime | None = None, until: datetime | None = None) -> OwnResults:
        """What was suggested and what its owner said of it, from a moment on and before another."""
        book = Suggestions(self._house.database, self._house.zones.open(staff_id))
        shown = [one for one in book.shown() if one.pattern_id and _within(one.shown_at, since, until)]  # own words were no suggestion
        said: Counter[str] = Counter()
        used = set()
        for one in book.feedback():
            if _within(one.given_at, since, until):
                said[one.verdict] += 1
                used |= {one.suggestion_id} if one.verdict in {*_USED, "worked", "did-not-work"} else set()
        return OwnResults(len(shown), len(used), said["worked"], said["did-not-work"])

    def learned(self) -> Learned:
        """What the shared side holds against the week before, read through the gate."""
        house = self._house
        history = {one.epoch: one for one in weeks(house.database)}
        if not history:
            return Learned()
        last = history[max(history)]
        before = history.get(max((epoch for epoch in history if epoch < min(last.epoch, epoch_of(house.clock()))), default=""))
        news = [one for category in (TRENDS, OBJECTIONS) for one in house.shared.category(category) if one.standing in _NEWS]
        return Learned(
            last.patterns,
            last.validated,
            last.patterns - before.patterns if before else None,
            last.validated - before.validated if before else None,
            tuple(house.playbooks.play(one) for one in news[:_RISING_SHOWN]),
        )

    def _steps(self, member: Staff, zone: Zone, status: PrivacyStatus) -> tuple[Step, ...]:
        house = self._house
        chosen, hours = StaffChoices(house.database, zone).get(), Preferences(house.database, zone).get()
        return (
            Step("WhatsApp number", "ask an admin to add your number: `/tradecraft admin`", done=bool(house.staff.addresses(member.id))),
            Step("First conversation", "write with a customer on WhatsApp, or drop a chat's export into our direct conversation", done=status.messages > 0),
            Step("Industry", "press Set up", done=member.default_industry != "other" or chosen.settled_at is not None),
            Step("Consent", "press Set up: contribute anonymous exchanges, or keep everything", done=status.contributes or chosen.consented_at is not None),
            Step("Working hours", "press Set up", done=hours.has_hours or chosen.settled_at is not None),
        )

    def compared(self, zone: Zone) -> tuple[Compared, ...]:
        """Each step of conversations: one's own from the own ledger, all from the shared side, through its gate."""
        own = _own_steps([line for line in Contributions(self._house.database, zone).ledger() if line.kind == "journey" and line.state in _COUNTED])
        shared = {one.detail: one for one in self._house.shared.category(CONVERSION) if one.level == POOLED}
        found = []
        for at, stage in enumerate(STAGES[:-1]):
            detail = stage + TO + STAGES[at + 1]
            reached, made = own.get(detail, (0, 0))
            all_of = shared.get(detail)
            evidence = (all_of.successes, all_of.n, all_of.low, all_of.high, all_of.contributors) if all_of else ()
            if reached or all_of:
                found.append(Compared(detail, made, reached, *evidence))
        return tuple(found)


def muted(house: "House", zone: Zone) -> tuple[str, ...]:
    """The names of the customers about whom their owner wants no coach cards."""
    ids = Preferences(house.database, zone).muted(house.clock())
    return tuple(sorted(one.name for one in Customers(house.database, zone).all(ids))) if ids else ()


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _own_steps(journeys: Sequence[Contribution]) -> dict[str, tuple[int, int]]:
    """Of each step: how many conversations reached its beginning and how many made it; an open deal is not yet a lost one."""
    found: dict[str, tuple[int, int]] = {}
    for at, stage in enumerate(STAGES[:-1]):
        reached = [one for one in journeys if STAGES.index(one.deal_stage) >= at]
        if STAGES[at + 1] == "won":
            reached = [one for one in reached if one.deal_outcome in {"won", "lost"}]
        found[stage + TO + STAGES[at + 1]] = (len(reached), sum(STAGES.index(one.deal_stage) > at for one in reached))
    return found
