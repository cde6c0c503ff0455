"""Deliveries that were acknowledged and how far each has come: the only source of truth about what is still to be done.

An attempt is numbered. Work carries its number along, and stops quietly when the row has moved on: a crashed worker that comes back cannot undo what a
later attempt did.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from memory.database import Database
from memory.tables import InboxEntry, RemoteErasure

Transaction = Session
"""What Database.transaction() yields."""

OPEN = ("accepted", "remembered")
_BATCH = 200
_LOCK_NAMESPACE = 7_431
"""Keeps our advisory locks on Postgres apart from those of others."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One numbered try at one delivery; ids only."""

    entry_id: str
    number: int
    staff_id: str
    message_id: str
    state: str


def standing(database: Database) -> Counter[str]:
    """How many deliveries are in each state."""
    with database.reading() as session:
        return Counter(dict(session.exec(select(InboxEntry.state, func.count()).group_by(col(InboxEntry.state))).all()))


def dead(database: Database, limit: int = 20) -> list[tuple[str, str, int]]:
    """(entry id, class of the last error, attempts) of deliveries that were given up, newest first."""
    with database.reading() as session:
        rows = session.exec(select(InboxEntry).where(InboxEntry.state == "dead").order_by(col(InboxEntry.received_at).desc()).limit(limit)).all()
    return [(row.id, row.failure, row.attempts) for row in rows]


class InboxEntries:
    """The rows of the inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def one_at_a_time(self, session: Session, staff_id: str) -> None:
        """Let what arrives for one member of staff wait for one another until this transaction ends.

        Copies of one delivery, and the same message from two sources, then see each other instead of colliding. SQLite has one writer anyway.
        """
        if not self._database.is_sqlite:
            key = zlib.crc32(staff_id.encode()) - 2**31
            session.connection().execute(text("SELECT pg_advisory_xact_lock(:namespace, :key)"), {"namespace": _LOCK_NAMESPACE, "key": key})

    def known(self, session: Session, source: str, account: str, external_id: str) -> bool:
        """Whether a delivery came before."""
        query = select(InboxEntry.id).where(InboxEntry.source == source, InboxEntry.account == account, InboxEntry.external_id == external_id)
        forgotten = select(RemoteErasure.id).where(RemoteErasure.source == source, RemoteErasure.external_id == external_id)
        return session.exec(query).first() is not None or session.exec(forgotten).first() is not None

    def known_among(self, deliveries: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
        """Those of these (source, account, external id) that came before."""
        known: set[tuple[str, str, str]] = set()
        ids = sorted({external_id for _, _, external_id in deliveries})
        with self._database.reading() as session:
            for start in range(0, len(ids), _BATCH):
                chunk = ids[start : start + _BATCH]
                rows = session.exec(
                    select(InboxEntry.source, InboxEntry.account, InboxEntry.external_id).where(col(InboxEntry.external_id).in_(chunk)),
                )
                known.update((source, account, external_id) for source, account, external_id in rows)
                # What was forgotten here and still lies with its vendor must not come in again as if it were new.
                forgotten = set(session.exec(select(RemoteErasure.source, RemoteErasure.external_id).where(col(RemoteErasure.external_id).in_(chunk))))
                known.update(one for one in deliveries if (one[0], one[2]) in forgotten)
        return known

    def add(self, session: Session, entry: InboxEntry) -> None:
        """A new delivery, in the transaction that stores its message."""
        session.add(entry)
        session.flush()

    def current(self, entry_id: str, number: int) -> Attempt | None:
        """This attempt, as long as it may work: None when the delivery is done, given up, gone, or a later attempt has it."""
        with self._database.reading() as session:
            row = session.get(InboxEntry, entry_id)
        if row is None or row.state not in OPEN or row.attempts != number:
            return None
        return Attempt(entry_id, number, row.staff_id, row.message_id, row.state)

    def advance(self, attempt: Attempt, state: str, now: datetime) -> bool:
        """Record how far this attempt has come; False when a later attempt has the delivery."""
        with self._database.transaction() as session:
            row = self._current(session, attempt.entry_id, attempt.number)
            if row is None:
                return False
            row.state = state
            if state not in OPEN:
                row.lease_until, row.failure = now, ""
            session.add(row)
            return True

    def fail(self, attempt: Attempt, failure: str, retry_at: datetime | None) -> None:
        """Record the class of an error; the next attempt comes at `retry_at`, or never (dead) when it is None."""
        with self._database.transaction() as session:
            row = self._current(session, attempt.entry_id, attempt.number)
            if row is None:
                return
            row.failure = failure
            row.lease_until = retry_at
            if retry_at is None:
                row.state, row.attempts = "dead", attempt.number + 1
            session.add(row)

    def overdue(self, now: datetime) -> list[tuple[str, int]]:
        """(entry id, attempt) of open deliveries past their lease, oldest lease first; takes no lock."""
        query = select(InboxEntry.id, InboxEntry.attempts).where(col(InboxEntry.state).in_(OPEN), col(InboxEntry.lease_until) <= now)
        with self._database.reading() as session:
            return [(entry_id, number) for entry_id, number in session.exec(query.order_by(col(InboxEntry.lease_until)).limit(_BATCH))]

    def redrive(
        self,
        attempts: Sequence[tuple[str, int]],
        lease_until: datetime,
        most_attempts: int,
        enqueue: Callable[[Session, str, int], None],
    ) -> tuple[int, int]:
        """Give these deliveries their next attempt, in one transaction with its work: (re-driven, given up)."""
        again = given_up = 0
        with self._database.transaction() as session:
            for entry_id, number in attempts:
                row = self._current(session, entry_id, number)
                if row is None:
                    continue
                row.attempts += 1
                if row.attempts >= most_attempts:
                    # Its worker vanished every time: whatever kills it must not kill the service for ever.
                    row.state, row.failure, row.lease_until = "dead", row.failure or "WorkerVanished", None
                    given_up += 1
                else:
                    row.lease_until = lease_until
                    enqueue(session, row.id, row.attempts)
                    again += 1
                session.add(row)
        return again, given_up

    def extend(self, entry_ids: Sequence[str], lease_until: datetime) -> None:
        """Renew the lease of deliveries whose work is known to be waiting or running."""
        with self._database.transaction() as session:
            for row in session.exec(select(InboxEntry).where(col(InboxEntry.id).in_(entry_ids), col(InboxEntry.state).in_(OPEN))):
                row.lease_until = lease_until
                session.add(row)

    def _current(self, session: Session, entry_id: str, number: int) -> InboxEntry | None:
        row = session.get(InboxEntry, entry_id, with_for_update=True)
        return row if row is not None and row.state in OPEN and row.attempts == number else None
