"""The use case around the weekly digest: each Monday morning, once, to those who want it and have something to read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import digest_cards
from bot.channels.slack_places import Posted
from bot.errors import BotFault
from bot.home_answers import Week, Written
from bot.home_page import HomePages
from bot.messages import Card
from intelligence.epochs import epoch_of
from memory.conversations import Conversations
from memory.deals import Deals
from memory.errors import MemoryFault
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.staff_choices import StaffChoices, digest_readers
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()
_MORNING = timedelta(hours=8)
"""When Monday begins for somebody without working hours."""
_LATEST = timedelta(hours=24)
"""After the moment it was due a digest is stale, and a newcomer of the middle of a week has no last one."""
_AGAIN = timedelta(minutes=2)
"""How long a try has to succeed before any process tries again."""

Show = Callable[[str, Card, str], Posted]
"""Posts a card to a Slack user; the same key twice is one message."""


class WeeklyDigests:
    """Works through everybody; what it reads of one person goes to that person alone."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._tried = SeenKeys(house.database)

    def send(self, show: Show) -> int:
        """Send every digest that is due; asking again, after a crash too, sends none twice. Returns how many."""
        sent, now = 0, self._house.clock()
        for staff_id, time_zone, digested in digest_readers(self._house.database):
            begins, ends = last_week(now, ZoneInfo(time_zone))
            # Nothing of a zone is opened for those whose digest was sent or whose Monday is over.
            if digested == epoch_of(begins) or now < ends + _MORNING:
                continue
            try:
                sent += self._send(staff_id, show)
            except (BotFault, MemoryFault) as error:
                _log.warning("digest.not_sent", staff=staff_id, error=type(error).__name__)
        return sent

    def week(self, staff_id: str) -> Week:
        """The digest as it would be sent now."""
        house, zone, now = self._house, self._house.zones.open(staff_id), self._house.clock()
        begins, ends = last_week(now, ZoneInfo(house.staff.get(staff_id).time_zone))
        pages, deals = HomePages(house), Deals(house.database, zone)
        closed = [steps[-1].outcome for steps in deals.steps().values() if steps and begins <= steps[-1].at < ends]
        return Week(
            epoch=epoch_of(begins),
            written=self._written(zone, begins, ends),
            won=closed.count("won"),
            lost=closed.count("lost"),
            follow_ups=tuple(one for one in house.follow_ups.waiting(staff_id) if one.due_at < ends + timedelta(days=7)),
            quiet=house.records.quiet_deals(staff_id),
            results=pages.results(staff_id, begins, ends),
            compared=pages.compared(zone),
            learned=pages.learned(),
        )

    def _send(self, staff_id: str, show: Show) -> bool:
        house, member, zone, now = self._house, self._house.staff.get(staff_id), self._house.zones.open(staff_id), self._house.clock()
        local = ZoneInfo(member.time_zone)
        ends = last_week(now, local)[1]
        quiet = Preferences(house.database, zone).get()
        due = quiet.free_from(ends + _MORNING, local)
        if not due <= now < due + _LATEST or quiet.free_from(now, local) > now:
            return False
        week = self.week(staff_id)
        if week.says_something:
            key = f"digest:{house.counting_token(staff_id)}:{week.epoch}"  # says to Slack, too, which digest it is: no id of a person stands in it
            if not self._tried.may_try(key, now, _AGAIN):
                return False
            show(member.slack_user_id or "", digest_cards.digest(week), key)
        StaffChoices(house.database, zone).note_digest(week.epoch)
        return week.says_something

    def _written(self, zone: Zone, begins: datetime, ends: datetime) -> Written:
        rows = Conversations(self._house.database, zone).written(begins, ends)
        sides = {side: sum(count for role, _, count in rows if role == side) for side in ("customer", "marketer")}
        return Written(sides["customer"], sides["marketer"], len({conversation_id for _, conversation_id, _ in rows}))


def last_week(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The Monday midnights, on its owner's clock, between which the last whole week lies."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(days=7), monday
