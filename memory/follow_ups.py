"""The follow-ups of one zone: whom to write to again, when, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.errors import Permanent
from memory.tables import FollowUp, new_id
from memory.zones import Zone

_SHORTEST_ID = 4


class UnknownFollowUp(Permanent):
    """There is no such follow-up in this zone, or its short id fits several."""


@dataclass(frozen=True, slots=True)
class KnownFollowUp:
    """A follow-up, unsealed. `due_at` is aware."""

    id: str
    customer_id: str
    note: str
    due_at: datetime
    state: str


class FollowUps:
    """Plan, list and finish the follow-ups of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these follow-ups can be of."""
        self._database = database
        self._zone = zone

    def add(self, customer_id: str, due_at: datetime, *, now: datetime, note: str = "") -> KnownFollowUp:
        """A new one."""
        row = FollowUp(id=new_id(), staff_id=self._zone.staff_id, customer_id=customer_id, due_at=due_at, created_at=now)
        row.sealed_note = self._zone.cipher.seal(note, Cell("follow_up", "sealed_note", row.id)) if note else None
        with self._database.transaction() as session:
            session.add(row)
        return KnownFollowUp(row.id, customer_id, note, due_at, "open")

    def waiting(self) -> list[KnownFollowUp]:
        """What is not done yet, the next first."""
        query = select(FollowUp).where(FollowUp.staff_id == self._zone.staff_id, FollowUp.state != "done").order_by(col(FollowUp.due_at), col(FollowUp.id))
        with self._database.reading() as session:
            return [self._unsealed(row) for row in session.exec(query)]

    def all(self, customer_id: str = "") -> list[KnownFollowUp]:
        """Every one, or those about one customer, done or not, the earliest first."""
        query = select(FollowUp).where(FollowUp.staff_id == self._zone.staff_id).order_by(col(FollowUp.due_at), col(FollowUp.id))
        if customer_id:
            query = query.where(FollowUp.customer_id == customer_id)
        with self._database.reading() as session:
            return [self._unsealed(row) for row in session.exec(query)]

    def get(self, follow_up_id: str) -> KnownFollowUp:
        """One by its id or the beginning of it. Raises UnknownFollowUp."""
        with self._database.reading() as session:
            return self._unsealed(self._mine(session, follow_up_id))

    def finish(self, follow_up_id: str) -> KnownFollowUp:
        """Done. Raises UnknownFollowUp."""
        return self._changed(follow_up_id, state="done")

    def postpone(self, follow_up_id: str, due_at: datetime) -> KnownFollowUp:
        """Remind again, then. Raises UnknownFollowUp."""
        return self._changed(follow_up_id, state="open", due_at=due_at)

    def mark_reminded(self, follow_up_id: str, due_at: datetime) -> None:
        """The reminder for this moment went out; one that was postponed meanwhile stays open."""
        with self._database.transaction() as session:
            row = session.get(FollowUp, follow_up_id)
            if row is not None and row.staff_id == self._zone.staff_id and row.state == "open" and row.due_at == due_at:
                row.state = "reminded"
                session.add(row)

    def _changed(self, follow_up_id: str, **values: object) -> KnownFollowUp:
        with self._database.transaction() as session:
            row = self._mine(session, follow_up_id)
            row.sqlmodel_update(values)
            session.add(row)
            return self._unsealed(row)

    def _mine(self, session: Session, follow_up_id: str) -> FollowUp:
        short = follow_up_id.strip().lower()
        usable = len(short) >= _SHORTEST_ID and short.isalnum()
        query = select(FollowUp).where(FollowUp.staff_id == self._zone.staff_id, col(FollowUp.id).startswith(short)).limit(2)
        found = session.exec(query).all() if usable else ()
        if len(found) != 1:
            msg = f"No follow-up of yours has the id '{follow_up_id[:40]}': `/followup list` shows them."
            raise UnknownFollowUp(msg)
        return found[0]

    def _unsealed(self, row: FollowUp) -> KnownFollowUp:
        note = self._zone.cipher.unseal(row.sealed_note, Cell("follow_up", "sealed_note", row.id)) if row.sealed_note else ""
        return KnownFollowUp(row.id, row.customer_id, note, row.due_at, row.state)


def due(database: Database, now: datetime) -> list[tuple[str, str]]:
    """(staff id, follow-up id) of every reminder that is to go out, of all zones: ids only."""
    with database.reading() as session:
        query = select(FollowUp.staff_id, FollowUp.id).where(FollowUp.state == "open", FollowUp.due_at <= now).order_by(col(FollowUp.due_at))
        return [(staff_id, one) for staff_id, one in session.exec(query)]
