"""How far messages of ours came (queued, sent, delivered ...). Callbacks arrive late, twice and in any order: a status only ever moves forwards."""

from sqlalchemy import update
from sqlmodel import col, select

from memory.database import Database
from memory.tables import Message, MessageOrigin

ORDER = ("", "accepted", "scheduled", "queued", "sending", "sent", "canceled", "failed", "undelivered", "delivered", "read")
"""One line, so that the end is the same in whatever order the steps are told. A device's own receipt counts more than a failure told before it."""


def later(one: str, other: str) -> str:
    """Whichever of two statuses is further along; a word that is not known counts as nothing said."""
    return max(one, other, key=lambda status: ORDER.index(status) if status in ORDER else -1)


class MessageStatuses:
    """The statuses of stored messages, in any zone: whoever calls has checked that the vendor says so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def advance(self, source: str, external_id: str, status: str) -> bool:
        """Move the message of this id forwards, never back; False when no such message is stored."""
        with self._database.transaction() as session:
            found = set(session.exec(select(Message.id).where(Message.source == source, Message.external_id == external_id)))
            found |= set(session.exec(select(MessageOrigin.message_id).where(MessageOrigin.source == source, MessageOrigin.external_id == external_id)))
            if found and status in ORDER:
                behind = ORDER[: ORDER.index(status)]
                moved = update(Message).where(col(Message.id).in_(found), col(Message.status).in_(behind)).values(status=status)
                session.exec(moved.execution_options(synchronize_session=False))
            return bool(found)

    def of(self, source: str, external_id: str) -> str:
        """The status of a stored message; empty when nobody said, or there is none."""
        with self._database.reading() as session:
            return session.exec(select(Message.status).where(Message.source == source, Message.external_id == external_id)).first() or ""
