"""The files of one zone's messages: where each is to be fetched from, and, where media are kept, its sealed content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.tables import Message, MessageMedia, new_id
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class AwaitedFile:
    """A file that was not fetched yet, unsealed."""

    id: str
    message_id: str
    content_type: str
    url: str


def awaited(database: Database, limit: int = 500) -> Sequence[tuple[str, str]]:
    """(staff id, message id) of messages with files that were not fetched yet, oldest first."""
    with database.reading() as session:
        query = (
            select(MessageMedia.staff_id, MessageMedia.message_id).where(MessageMedia.state == "pending").order_by(col(MessageMedia.created_at)).limit(limit)
        )
        return list(dict.fromkeys(session.exec(query)))


class MediaOfZone:
    """The files of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these files can be of."""
        self._database = database
        self._zone = zone

    def expect(self, session: Session, message_id: str, files: Sequence[tuple[str, str]], now: datetime) -> None:
        """Note the files of a new message as (content type, URL), inside the caller's transaction."""
        for position, (content_type, url) in enumerate(files):
            row = new_id()
            sealed = self._zone.cipher.seal(url, Cell("message_media", "sealed_url", row))
            session.add(
                MessageMedia(
                    id=row,
                    staff_id=self._zone.staff_id,
                    message_id=message_id,
                    position=position,
                    content_type=content_type,
                    sealed_url=sealed,
                    created_at=now,
                ),
            )

    def waiting(self, message_id: str) -> list[AwaitedFile]:
        """The files of a message that were not fetched yet."""
        query = select(MessageMedia).where(MessageMedia.staff_id == self._zone.staff_id, MessageMedia.message_id == message_id, MessageMedia.state == "pending")
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(MessageMedia.position))).all()
        return [
            AwaitedFile(row.id, row.message_id, row.content_type, self._zone.cipher.unseal(row.sealed_url, Cell("message_media", "sealed_url", row.id)))
            for row in rows
        ]

    def finish(self, file_id: str, state: str, content: bytes | None = None, words: str = "") -> None:
        """A file is done or refused: its content is kept, sealed, where it is given, and its words become those of a message that had none."""
        with self._database.transaction() as session:
            row = session.exec(select(MessageMedia).where(MessageMedia.staff_id == self._zone.staff_id, MessageMedia.id == file_id)).first()
            if row is None:  # forgotten meanwhile
                return
            row.state = state
            row.sealed_content = None if content is None else self._zone.cipher.seal(content, Cell("message_media", "sealed_content", row.id))
            session.add(row)
            message = session.get_one(Message, row.message_id)
            if words and message.kind == "media":
                # The fingerprint stays that of a file: copies of it from other sources still meet this row.
                message.kind, message.sealed_text = "text", self._zone.cipher.seal(words, Cell("message", "sealed_text", message.id))
                session.add(message)

    def kept(self, message_id: str) -> list[tuple[str, bytes]]:
        """(content type, content) of a message's kept files, in order."""
        query = select(MessageMedia).where(MessageMedia.staff_id == self._zone.staff_id, MessageMedia.message_id == message_id)
        with self._database.reading() as session:
            rows = session.exec(query.order_by(col(MessageMedia.position))).all()
        cipher = self._zone.cipher
        return [
            (row.content_type, cipher.unseal_bytes(row.sealed_content, Cell("message_media", "sealed_content", row.id)))
            for row in rows
            if row.sealed_content is not None
        ]
