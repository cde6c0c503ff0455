"""The notes of one zone: private observations, about a customer or about nobody in particular."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.encryption import Cell
from memory.tables import Note, new_id
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class KnownNote:
    """A note, unsealed."""

    id: str
    customer_id: str | None
    text: str
    created_at: datetime


class Notes:
    """Add and list the notes of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these notes can be of."""
        self._database = database
        self._zone = zone

    def add(self, text: str, *, now: datetime, customer_id: str | None = None) -> KnownNote:
        """A new note."""
        row = Note(id=new_id(), staff_id=self._zone.staff_id, customer_id=customer_id, sealed_text=b"", created_at=now)
        row.sealed_text = self._zone.cipher.seal(text, Cell("note", "sealed_text", row.id))
        with self._database.transaction() as session:
            session.add(row)
        return KnownNote(row.id, customer_id, text, now)

    def all(self, customer_id: str = "") -> list[KnownNote]:
        """Every note, or those about one customer, newest first."""
        query = select(Note).where(Note.staff_id == self._zone.staff_id).order_by(col(Note.created_at).desc(), col(Note.id))
        if customer_id:
            query = query.where(Note.customer_id == customer_id)
        with self._database.reading() as session:
            rows = session.exec(query).all()
        return [
            KnownNote(row.id, row.customer_id, self._zone.cipher.unseal(row.sealed_text, Cell("note", "sealed_text", row.id)), row.created_at) for row in rows
        ]
