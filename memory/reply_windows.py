"""When and from where the customers of one zone last wrote: what WhatsApp's 24-hour window is counted from."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.tables import ReplyWindow, new_id
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class LastHeard:
    """The last message of a customer to one of our addresses, unsealed."""

    ours: str
    theirs: str
    at: datetime


class ReplyWindows:
    """The windows of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def note(self, session: Session, customer_id: str, ours: str, theirs: str, at: datetime) -> None:
        """A customer wrote to this address of ours, inside the caller's transaction; what is older than known changes nothing."""
        query = select(ReplyWindow).where(ReplyWindow.staff_id == self._zone.staff_id, ReplyWindow.customer_id == customer_id, ReplyWindow.ours == ours)
        row = session.exec(query).first()
        if row is None:
            row = ReplyWindow(id=new_id(), staff_id=self._zone.staff_id, customer_id=customer_id, ours=ours, sealed_theirs=b"", last_at=at)
        elif at <= row.last_at:
            return
        row.last_at = at
        row.sealed_theirs = self._zone.cipher.seal(theirs, Cell("reply_window", "sealed_theirs", row.id))
        session.add(row)

    def latest(self, customer_id: str) -> LastHeard | None:
        """Where the customer wrote last; None when they never wrote by a way that can be answered."""
        query = select(ReplyWindow).where(ReplyWindow.staff_id == self._zone.staff_id, ReplyWindow.customer_id == customer_id)
        with self._database.reading() as session:
            row = session.exec(query.order_by(col(ReplyWindow.last_at).desc())).first()
        if row is None:
            return None
        return LastHeard(row.ours, self._zone.cipher.unseal(row.sealed_theirs, Cell("reply_window", "sealed_theirs", row.id)), row.last_at)
