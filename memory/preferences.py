"""When somebody wants to see coach cards: snooze, working hours in their own time zone, how many an hour, and about which customers none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from memory.database import Database
from memory.errors import Permanent, UnknownCustomer
from memory.tables import Customer, CustomerMute, Preference
from memory.zones import Zone

MOST_CARDS_PER_HOUR = 60
EVERY_DAY = "1234567"
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_DAYS_AHEAD = 8


class PreferenceRefused(Permanent):
    """The value is none that can be kept; the sentence says what can."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """What somebody asked for. Without working hours any time is fine."""

    snoozed_until: datetime | None = None
    works_from: str = ""
    works_until: str = ""
    work_days: str = EVERY_DAY
    cards_per_hour: int = 6

    @property
    def has_hours(self) -> bool:
        """Whether there are times at which no card is wanted."""
        return bool(self.works_from) or self.work_days != EVERY_DAY

    def free_from(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The first moment from `now` on at which a card is wanted: `now` itself, the end of the snooze, or the next start of work."""
        at = max(now, self.snoozed_until) if self.snoozed_until else now
        if not self.has_hours:
            return at
        local = at.astimezone(zone)
        for ahead in range(-1, _DAYS_AHEAD):  # yesterday's shift may last until this morning
            day = local.date() + timedelta(days=ahead)
            if str(day.isoweekday()) not in self.work_days:
                continue
            begins = datetime.combine(day, _clock(self.works_from, "00:00"), zone)
            ends = datetime.combine(day, _clock(self.works_until, "00:00"), zone)
            if ends <= begins:
                ends = datetime.combine(day + timedelta(days=1), _clock(self.works_until, "00:00"), zone)
            if at < ends:
                return max(at, begins)
        return at


class Preferences:
    """The preferences of one zone's owner."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def get(self) -> Quiet:
        """What is in force; the defaults where nothing was said."""
        with self._database.reading() as session:
            row = session.get(Preference, self._zone.staff_id)
        return Quiet() if row is None else Quiet(row.snoozed_until, row.works_from, row.works_until, row.work_days, row.cards_per_hour)

    def snooze(self, until: datetime | None) -> None:
        """No cards before `until` (aware); None ends it."""
        self._set(snoozed_until=until)

    def set_hours(self, begins: str, ends: str, days: str = EVERY_DAY) -> None:
        """Cards from `begins` to `ends` (`HH:MM`, may pass midnight) on these ISO week days; both empty: at any time. Raises PreferenceRefused."""
        checked_hours(begins, ends)
        self._set(works_from=begins, works_until=ends, work_days=checked_days(days))

    def set_cards_per_hour(self, most: int) -> None:
        """At most so many cards an hour, 0 for none at all. Raises PreferenceRefused."""
        if not 0 <= most <= MOST_CARDS_PER_HOUR:
            msg = f"Between 0 and {MOST_CARDS_PER_HOUR} cards an hour can be chosen."
            raise PreferenceRefused(msg)
        self._set(cards_per_hour=most)

    def mute(self, customer_id: str, until: datetime | None = None) -> None:
        """No cards about this customer, until a moment or until it is taken back. Raises UnknownCustomer, also for another zone's."""
        with self._database.transaction() as session:
            customer = session.get(Customer, customer_id)
            if customer is None or customer.staff_id != self._zone.staff_id:
                msg = "No customer of yours has this id: look the name up instead."
                raise UnknownCustomer(msg)
            session.merge(CustomerMute(customer_id=customer_id, staff_id=self._zone.staff_id, until=until))

    def unmute(self, customer_id: str) -> None:
        """Cards about this customer again."""
        with self._database.transaction() as session:
            row = session.get(CustomerMute, customer_id)
            if row is not None and row.staff_id == self._zone.staff_id:
                session.delete(row)

    def muted(self, now: datetime) -> Sequence[str]:
        """The ids of the customers about whom no card is wanted now."""
        with self._database.reading() as session:
            rows = session.exec(select(CustomerMute).where(CustomerMute.staff_id == self._zone.staff_id).order_by(col(CustomerMute.customer_id)))
            return [row.customer_id for row in rows if row.until is None or row.until > now]

    def _set(self, **values: object) -> None:
        with self._database.transaction() as session:
            row = session.get(Preference, self._zone.staff_id) or Preference(staff_id=self._zone.staff_id)
            session.add(row.sqlmodel_update(values))


def _clock(text: str, otherwise: str) -> time:
    return time.fromisoformat(text or otherwise)


def checked_hours(begins: str, ends: str) -> tuple[str, str]:
    """Two times of day, or two empty texts. Raises PreferenceRefused."""
    if bool(begins) != bool(ends) or any(text and not _TIME.fullmatch(text) for text in (begins, ends)):
        msg = "Working hours are two times of day, such as 09:00 and 18:00, or none at all."
        raise PreferenceRefused(msg)
    return begins, ends


def checked_days(days: str) -> str:
    """ISO week days in order, each once. Raises PreferenceRefused."""
    if not days or set(days) - set(EVERY_DAY):
        msg = "Working days are digits from 1 (Monday) to 7 (Sunday), such as 12345: give at least one."
        raise PreferenceRefused(msg)
    return "".join(sorted(set(days)))
