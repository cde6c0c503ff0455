"""What was seen before: deliveries from outside that come more than once."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from memory.database import Database
from memory.tables import SeenKey

_KEPT = timedelta(days=7)
"""Longer than anybody redelivers: Slack gives up after minutes, a button may be clicked again after days and is then told what was stored."""


class SeenKeys:
    """Remembers keys across workers and restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_time(self, key: str, now: datetime) -> bool:
        """Whether nobody asked about this key before; asking is remembering, in one step."""
        try:
            with self._database.transaction() as session:
                session.add(SeenKey(key=key, seen_at=now))
        except IntegrityError:
            return False
        return True

    def seen(self, key: str) -> bool:
        """Whether somebody asked about this key before; asking this leaves no trace."""
        with self._database.reading() as session:
            return session.get(SeenKey, key) is not None

    def may_try(self, key: str, now: datetime, every: timedelta) -> bool:
        """Whether it is time to try something, again perhaps: one process at a time, and a failure is not repeated at once."""
        return self.first_time(f"{key}:{now.timestamp() // every.total_seconds():.0f}", now)

    def forget_old(self, now: datetime) -> None:
        """Drop keys nobody will send again."""
        with self._database.transaction() as session:
            session.exec(delete(SeenKey).where(col(SeenKey.seen_at) < now - _KEPT))
