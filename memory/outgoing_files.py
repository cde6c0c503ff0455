"""The bytes of files on their way to customers, sealed in their zone, and for no longer than they are being sent."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.tables import Outgoing, OutgoingFile
from memory.zones import Zone

_ON_ITS_WAY = ("sending", "sent")
_SETTLED = ("delivered", "read", "failed", "unknown")
"""Nothing is sent any more; who sends an unknown one anew attaches the file anew."""


class OutgoingFiles:
    """The files of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def keep(self, session: Session, letter_id: str, content: bytes, now: datetime) -> None:
        """Seal the bytes of an outgoing message, inside the caller's transaction; what is kept already stays."""
        if session.get(OutgoingFile, letter_id) is None:
            sealed = self._zone.cipher.seal(content, _cell(letter_id))
            session.add(OutgoingFile(letter_id=letter_id, staff_id=self._zone.staff_id, sealed_content=sealed, created_at=now))

    def content(self, letter_id: str) -> bytes | None:
        """The bytes; None when they are gone, or another zone's."""
        with self._database.reading() as session:
            row = session.get(OutgoingFile, letter_id)
        if row is None or row.staff_id != self._zone.staff_id:
            return None
        return self._zone.cipher.unseal_bytes(row.sealed_content, _cell(letter_id))


def owner_on_its_way(database: Database, letter_id: str) -> str | None:
    """Whose outgoing message this is, while the vendor may still come for its file."""
    with database.reading() as session:
        return session.exec(select(Outgoing.staff_id).where(Outgoing.id == letter_id, col(Outgoing.state).in_(_ON_ITS_WAY))).first()


def drop_spent(database: Database, sent_before: datetime) -> int:
    """Erase the bytes of what arrived, failed, or was taken before that moment; how many files."""
    with database.reading() as session:
        spent = session.exec(select(OutgoingFile.letter_id).join(Outgoing).where(_spent(sent_before))).all()
    if not spent:
        return 0
    with database.transaction() as session:
        chosen = col(OutgoingFile.letter_id).in_(select(Outgoing.id).where(col(Outgoing.id).in_(spent), _spent(sent_before)))
        return session.exec(delete(OutgoingFile).where(chosen)).rowcount


def _spent(sent_before: datetime) -> ColumnElement[bool]:
    return or_(col(Outgoing.state).in_(_SETTLED), (col(Outgoing.state) == "sent") & (col(Outgoing.updated_at) < sent_before))


def _cell(letter_id: str) -> Cell:
    return Cell("outgoing_file", "sealed_content", letter_id)
