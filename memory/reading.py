"""How far learning has read each conversation of a zone, and what there is to read anew."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import col, delete, select

from memory.database import Database
from memory.tables import Conversation, LearnedThread, Message
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class ThreadState:
    """One conversation now, beside what was read of it."""

    id: str
    customer_id: str
    channel: str
    messages: int
    from_customer: int
    stored_until: datetime
    began_at: datetime
    read: LearnedThread | None


class Readings:
    """The reading marks of one zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these marks can be of."""
        self._database = database
        self._zone = zone

    def threads(self) -> list[ThreadState]:
        """Every conversation with at least one message, oldest first."""
        with self._database.reading() as session:
            counts = (
                select(  # type: ignore[call-overload]  # sqlmodel types at most four columns
                    Conversation.id,
                    Conversation.customer_id,
                    Conversation.channel,
                    func.count(),
                    func.sum(case((col(Message.role) == "customer", 1), else_=0)),
                    func.max(Message.stored_at),
                    func.min(Message.sent_at),
                )
                .join(Message, col(Message.conversation_id) == col(Conversation.id))
                .where(Conversation.staff_id == self._zone.staff_id)
                .group_by(Conversation.id, Conversation.customer_id, Conversation.channel)
                .order_by(func.min(Message.sent_at), Conversation.id)
            )
            rows = session.exec(counts).all()
            marks = {mark.conversation_id: mark for mark in session.exec(select(LearnedThread).where(LearnedThread.staff_id == self._zone.staff_id))}
        return [ThreadState(*row, read) for row, read in ((tuple(row), marks.get(row[0])) for row in rows)]  # type: ignore[call-arg]  # seven columns

    def since(self, conversation_id: str, moment: datetime) -> int:
        """How many messages of a conversation were sent at or after a moment."""
        with self._database.reading() as session:
            query = select(func.count()).select_from(Message).where(Message.conversation_id == conversation_id, Message.sent_at >= moment)
            return session.exec(query).one()

    def arrived(self, conversation_id: str, stored_after: datetime) -> tuple[int, datetime | None]:
        """How many messages were stored after a moment, and when the earliest of them was sent."""
        with self._database.reading() as session:
            query = select(func.count(), func.min(Message.sent_at)).where(Message.conversation_id == conversation_id, Message.stored_at > stored_after)
            return session.exec(query).one()

    def mark(self, marks: Iterable[LearnedThread]) -> None:
        """Remember how far was read."""
        with self._database.transaction() as session:
            for mark in marks:
                session.merge(mark)


def forget_marks(database: Database, staff_ids: Sequence[str]) -> None:
    """Read everything of these zones again next time."""
    with database.transaction() as session:
        session.exec(delete(LearnedThread).where(col(LearnedThread.staff_id).in_(staff_ids)))
