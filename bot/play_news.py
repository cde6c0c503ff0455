"""What became of a play somebody wrote, told to them in Slack once it was decided."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from bot import playbook_cards
from bot.channels.slack_places import Posted
from bot.errors import BotFault
from bot.messages import Card
from memory.curated_plays import CuratedPlays
from memory.errors import MemoryFault
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.tables import CuratedPlay

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()
_NEWS = timedelta(days=4)
"""Older decisions are no news; what was told is remembered for longer."""
_AGAIN = timedelta(minutes=2)
"""Between two tries to tell."""

Show = Callable[[str, Card, str], Posted]


class PlayNews:
    """Goes with the courier's rounds."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._plays = CuratedPlays(house.database)
        self._told = SeenKeys(house.database)

    def tell(self, show: Show) -> int:
        """Tell every decision that its owner does not know of, in their working hours; asking again tells none twice. Returns how many."""
        told = 0
        for play in self._plays.decided_since(self._house.clock() - _NEWS):
            try:
                told += self._tell(play, show)
            except (BotFault, MemoryFault) as error:
                _log.warning("play.not_told", play=play.id, error=type(error).__name__)
        return told

    def _tell(self, play: CuratedPlay, show: Show) -> bool:
        key, now = f"play:{play.id}:{play.state}:{play.changed_at.timestamp():.0f}", self._house.clock()
        if self._told.seen(key):
            return False
        member, zone = self._house.staff.get(play.staff_id), self._house.zones.open(play.staff_id)
        wanted_from = Preferences(self._house.database, zone).get().free_from(now, ZoneInfo(member.time_zone))
        if member.slack_user_id is None or wanted_from > now or not self._told.may_try(f"{key}:try", now, _AGAIN):
            return False
        show(member.slack_user_id, playbook_cards.decided(play.title, play.state), key)
        return self._told.first_time(key, now)
