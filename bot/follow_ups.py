"""The use cases around writing to a customer again: when it is best, being reminded, done."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import follow_up_cards
from bot.channels.slack_places import Posted
from bot.desk_answers import BestTime, PlannedFollowUp, QuietCustomer
from bot.errors import BotFault, InputRefused
from bot.fresh_letters import reached
from bot.messages import Card
from bot.moments import moment_in
from intelligence.timing import OWN_PART, PART
from intelligence.vocabulary import weekday_part
from memory import follow_ups as stored_follow_ups
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.errors import MemoryFault
from memory.follow_ups import FollowUps, KnownFollowUp
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()
_HOURS = {"morning": 10, "midday": 13, "afternoon": 15, "evening": 18, "night": 20}
"""A sensible hour of each part of the day."""
_DAYS_AHEAD = 8
_OWN_NEEDED = 5
"""Messages of a customer below which their own habit says nothing."""
_SOON = timedelta(hours=4)
_FAR = timedelta(days=730)
_AGAIN = timedelta(minutes=2)
"""Between two tries to send a reminder."""


class FollowUpDesk:
    """Works for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._tried = SeenKeys(house.database)

    def best_time(self, staff_id: str, customer: str) -> BestTime:
        """When to write to a customer again, and what says so. Raises UnknownCustomer; InputRefused for who asked not to be written to."""
        zone = self._house.zones.open(staff_id)
        return self._best(staff_id, zone, _willing(Customers(self._house.database, zone).named(customer)))

    def best_time_of(self, staff_id: str, customer_id: str) -> BestTime:
        """The same for a customer's id; another zone's is refused."""
        zone = self._house.zones.open(staff_id)
        return self._best(staff_id, zone, _willing(Customers(self._house.database, zone).get(customer_id)))

    def plan(self, staff_id: str, customer: str, when: str = "", note: str = "") -> PlannedFollowUp:
        """Remind of a customer, by name; without `when` at the best time. Raises UnknownCustomer, InputRefused."""
        known = Customers(self._house.database, self._house.zones.open(staff_id)).named(customer)
        return self.plan_for(staff_id, known.id, when, note)

    def plan_for(self, staff_id: str, customer_id: str, when: str = "", note: str = "") -> PlannedFollowUp:
        """The same for a customer's id, another zone's is refused."""
        zone, now = self._house.zones.open(staff_id), self._house.clock()
        known = _willing(Customers(self._house.database, zone).get(customer_id))
        due_at = self._moment(staff_id, when) if when.strip() else self._best(staff_id, zone, known).at
        return self._planned(staff_id, FollowUps(self._house.database, zone).add(known.id, due_at, now=now, note=note.strip()), known)

    def waiting(self, staff_id: str) -> list[PlannedFollowUp]:
        """What is not done yet, the next first."""
        zone = self._house.zones.open(staff_id)
        by_id = {one.id: one for one in Customers(self._house.database, zone).all()}
        return [self._planned(staff_id, one, by_id[one.customer_id]) for one in FollowUps(self._house.database, zone).waiting()]

    def finish(self, staff_id: str, follow_up_id: str) -> PlannedFollowUp:
        """Done. Raises UnknownFollowUp."""
        return self._named(staff_id, FollowUps(self._house.database, self._house.zones.open(staff_id)).finish(follow_up_id))

    def postpone(self, staff_id: str, follow_up_id: str, when: str = "") -> PlannedFollowUp:
        """Later: at a given moment, or the same time tomorrow. Raises UnknownFollowUp, InputRefused."""
        due_at = self._moment(staff_id, when or "tomorrow")
        return self._named(staff_id, FollowUps(self._house.database, self._house.zones.open(staff_id)).postpone(follow_up_id, due_at))

    def quiet(self, staff_id: str, days: int = 7) -> list[QuietCustomer]:
        """Conversations in which nothing was said for so many days, the longest silence last."""
        zone, now = self._house.zones.open(staff_id), self._house.clock()
        conversations = Conversations(self._house.database, zone)
        threads = conversations.threads()
        known = {one.id: one for one in Customers(self._house.database, zone).all() if one.opted_out_at is None}
        last = [(known[thread.customer_id], one) for thread in threads if thread.customer_id in known for one in conversations.history(thread.id, limit=1)]
        still = [(now - one.sent_at, customer, one.role == "marketer") for customer, one in last if now - one.sent_at >= timedelta(days=days)]
        still.sort(key=lambda one: (one[0], one[1].name))
        return [QuietCustomer(customer.name, silence.days, ours, reached(self._house, customer)) for silence, customer, ours in still]

    def remind(self, show: Callable[[str, Card, str], Posted]) -> int:
        """Send every reminder that is due, at its owner's working hours; asking again sends none twice. Returns how many."""
        sent = 0
        for staff_id, one in stored_follow_ups.due(self._house.database, self._house.clock()):
            try:
                sent += self._remind(staff_id, one, show)
            except (BotFault, MemoryFault) as error:
                _log.warning("followup.reminder_failed", staff=staff_id, error=type(error).__name__)
        return sent

    def _remind(self, staff_id: str, follow_up_id: str, show: Callable[[str, Card, str], Posted]) -> bool:
        member, now = self._house.staff.get(staff_id), self._house.clock()
        zone = self._house.zones.open(staff_id)
        if member.slack_user_id is None or Preferences(self._house.database, zone).get().free_from(now, ZoneInfo(member.time_zone)) > now:
            return False
        follow_ups = FollowUps(self._house.database, zone)
        found = follow_ups.get(follow_up_id)
        if found.state != "open":
            return False
        key = f"followup:{found.id}:{found.due_at.timestamp():.0f}"
        if not self._tried.may_try(key, now, _AGAIN):
            return False
        stopped = Customers(self._house.database, zone).get(found.customer_id).opted_out_at is not None
        show(member.slack_user_id, follow_up_cards.reminder(self._named(staff_id, found), stopped=stopped), key)
        follow_ups.mark_reminded(found.id, found.due_at)
        return True

    def _best(self, staff_id: str, zone: Zone, customer: KnownCustomer) -> BestTime:
        member = self._house.staff.get(staff_id)
        local = ZoneInfo(member.time_zone)
        now = self._house.clock().astimezone(local)
        own = self._own_parts(zone, customer, local)
        rates = self._shared_parts(customer.industry)
        days = [now.date() + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
        hours = sorted({hour for part, hour in _HOURS.items() if part != "night"})
        moments = [datetime.combine(day, datetime.min.time(), local).replace(hour=hour) for day in days for hour in hours]
        wanted = Preferences(self._house.database, zone).get()
        possible = [one for one in moments if one - now >= _SOON and wanted.free_from(one, local) == one] or [now + timedelta(days=1)]
        total = sum(own.values())

        def worth(at: datetime) -> tuple[float, float]:
            part = weekday_part(at)
            shared = rates[part][0] if part in rates else 0.0
            habit = own[part] / total if total >= _OWN_NEEDED else 0.0
            return (shared + habit, -(at - now).total_seconds())

        best = max(possible, key=worth)
        part = weekday_part(best)
        said = rates.get(part)
        known = (own[part], total) if total >= _OWN_NEEDED else (0, 0)
        return BestTime(customer.id, customer.name, best, part, *known, *(said[1:] if said else ()))

    def _own_parts(self, zone: Zone, customer: KnownCustomer, local: ZoneInfo) -> Counter[str]:
        """When this customer wrote, by the part of the week."""
        conversations = Conversations(self._house.database, zone)
        threads = conversations.with_any_of([customer.id])
        return Counter(
            weekday_part(message.sent_at.astimezone(local)) for thread in threads for message in conversations.history(thread) if message.role == "customer"
        )

    def _shared_parts(self, industry: str) -> dict[str, tuple[float, int, int, float, float, int]]:
        """Of each part of the week: the lower bound of its rate, then the evidence. An industry's own figures outweigh those of all."""
        found = {}
        for level in (PART, OWN_PART):
            for pattern in self._house.shared.category("timing-patterns"):
                if pattern.level == level and pattern.industry in {"", industry}:
                    found[pattern.detail] = (pattern.low, pattern.successes, pattern.n, pattern.low, pattern.high, pattern.contributors)
        return found

    def _moment(self, staff_id: str, when: str) -> datetime:
        now = self._house.clock()
        at = moment_in(when, now.astimezone(ZoneInfo(self._house.staff.get(staff_id).time_zone)))
        if at is None:
            msg = f"I cannot read '{when.strip()[:40]}' as a time: write it like tomorrow, friday 14:00, in 3 days or 2026-12-01 09:30."
            raise InputRefused(msg)
        if not now < at < now + _FAR:
            msg = "This moment is past or more than two years away: choose another."
            raise InputRefused(msg)
        return at

    def _named(self, staff_id: str, one: KnownFollowUp) -> PlannedFollowUp:
        customer = Customers(self._house.database, self._house.zones.open(staff_id)).get(one.customer_id)
        return self._planned(staff_id, one, customer)

    def _planned(self, staff_id: str, one: KnownFollowUp, customer: KnownCustomer) -> PlannedFollowUp:
        local = one.due_at.astimezone(ZoneInfo(self._house.staff.get(staff_id).time_zone))
        overdue = one.due_at <= self._house.clock()
        return PlannedFollowUp(one.id, customer.name, one.note, local, overdue, reached(self._house, customer))


def _willing(customer: KnownCustomer) -> KnownCustomer:
    """Whoever may be written to. Raises InputRefused."""
    if customer.opted_out_at is not None:
        msg = f"{customer.name} asked not to be written to (STOP), so there is no good time and no reminder. They have to write START first."
        raise InputRefused(msg)
    return customer
