"""What is indexed of one zone's messages, in SQL: sealed vectors and blinded words. The truth that everything recall holds in memory is made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Executable, String, func, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select

from memory.database import Database
from memory.embeddings import Vectors
from memory.tables import Message, MessageIndex
from memory.zones import Zone

Words = NDArray[np.uint32]
Moments = NDArray[np.datetime64]

_CHUNK = 500
"""Ids an IN list: SQLite takes 999 values in old builds."""
_TABLE = SQLModel.metadata.tables[str(MessageIndex.__tablename__)]


@dataclass(frozen=True, slots=True)
class Indexed:
    """Indexed messages as parallel columns, in order of thread and time. Times are UTC without saying so; `vectors` is [n, dimensions] or empty."""

    ids: list[str]
    threads: list[str]
    roles: list[str]
    sent_at: Moments
    stored_at: Moments
    words: list[bytes]
    """Packed word hashes, as they are stored."""
    vectors: Vectors


class IndexRows:
    """The index rows of an open zone, for one embedder: vectors of another are as good as none."""

    def __init__(self, database: Database, zone: Zone, embedder: str, dimensions: int) -> None:
        """`embedder` is the name vectors are stored under."""
        self._database = database
        self._zone = zone
        self._embedder = embedder
        self._dimensions = dimensions

    def write(self, ids: Sequence[str], vectors: Vectors, words: Sequence[Words]) -> None:
        """Add these rows or take the place of what is indexed already, in one transaction."""
        # Half precision: the cosine moves by less than 0.001 and the row is half as long.
        plain = vectors.astype("<f2")
        sealed = self._zone.cipher.seal_all([row.tobytes() for row in plain], "message_index", "sealed_vector", ids)
        rows: list[dict[str, object]] = [
            {"message_id": one, "staff_id": self._zone.staff_id, "embedder": self._embedder, "sealed_vector": cell, "words": said.tobytes()}
            for one, cell, said in zip(ids, sealed, words, strict=True)
        ]
        if rows:
            with self._database.transaction() as session:
                session.connection().execute(self._replacing(), rows)

    def pending(self) -> list[str]:
        """Ids of stored messages that are not indexed yet, oldest first."""
        with self._database.reading() as session:
            query = (
                select(Message.id)
                .outerjoin(MessageIndex, col(MessageIndex.message_id) == col(Message.id))
                .where(Message.staff_id == self._zone.staff_id, col(MessageIndex.message_id).is_(None))
                .order_by(col(Message.sent_at))
            )
            return list(session.exec(query).all())

    def outdated(self) -> list[str]:
        """Ids of messages whose vectors another embedder made."""
        with self._database.reading() as session:
            query = select(MessageIndex.message_id).where(MessageIndex.staff_id == self._zone.staff_id, MessageIndex.embedder != self._embedder)
            return list(session.exec(query).all())

    def count(self) -> int:
        """How many messages are indexed, whatever the embedder: a fraction of a millisecond, since only an index is read."""
        with self._database.reading() as session:
            return session.exec(select(func.count()).select_from(MessageIndex).where(MessageIndex.staff_id == self._zone.staff_id)).one()

    def ids(self, limit: int | None = None) -> set[str]:
        """Ids of the messages with a vector of this embedder, or of some of them."""
        query = select(MessageIndex.message_id).where(MessageIndex.staff_id == self._zone.staff_id, MessageIndex.embedder == self._embedder)
        with self._database.reading() as session:
            return set(session.exec(query.order_by(col(MessageIndex.message_id)).limit(limit) if limit else query).all())

    def vectors(self, only: set[str] | None = None) -> tuple[list[str], Vectors]:
        """Ids and vectors [n, dimensions], of all messages or of some."""
        query = select(MessageIndex.message_id, MessageIndex.sealed_vector).where(
            MessageIndex.staff_id == self._zone.staff_id,
            MessageIndex.embedder == self._embedder,
        )
        with self._database.reading() as session:
            rows = [row for row in session.exec(query).all() if only is None or row[0] in only]
        ids = [row[0] for row in rows]
        return ids, self._opened(ids, [row[1] for row in rows])

    def read(self, only: Sequence[str] | None = None, *, vectors: bool) -> Indexed:
        """Everything indexed, or what is indexed of these messages; without vectors where the caller has another way to ask them.

        Two plain queries instead of a join that carries the sealed vectors through a sort: half the time.
        """
        about = (Message.id, Message.conversation_id, Message.role, type_coerce(Message.sent_at, String), type_coerce(Message.stored_at, String))
        order = (Message.conversation_id, Message.sent_at, Message.stored_at, Message.id)
        described = select(*about).where(Message.staff_id == self._zone.staff_id).order_by(*order)  # type: ignore[call-overload]  # five columns
        held = (MessageIndex.message_id, MessageIndex.embedder, MessageIndex.words, *((MessageIndex.sealed_vector,) if vectors else ()))
        indexed = select(*held).where(MessageIndex.staff_id == self._zone.staff_id)
        if only is not None:
            described = described.where(col(Message.id).in_(only[:_CHUNK]))
            indexed = indexed.where(col(MessageIndex.message_id).in_(only[:_CHUNK]))
        with self._database.reading() as session:
            entries = {row[0]: row for row in session.connection().execute(indexed).all()}
            rows = [row for row in session.connection().execute(described).all() if row[0] in entries]
        ids = [row[0] for row in rows]
        matrix = np.zeros((len(ids) if vectors else 0, self._dimensions), dtype=np.float32)
        ours = [place for place, one in enumerate(ids) if vectors and entries[one][1] == self._embedder]
        if ours:
            opened = self._opened([ids[place] for place in ours], [entries[ids[place]][3] for place in ours])
            if len(ours) == len(ids):
                matrix = opened
            else:
                matrix[ours] = opened
        return Indexed(
            ids=ids,
            threads=[row[1] for row in rows],
            roles=[row[2] for row in rows],
            sent_at=_moments([row[3] for row in rows]),
            stored_at=_moments([row[4] for row in rows]),
            words=[entries[one][2] for one in ids],
            vectors=matrix,
        )

    def _opened(self, ids: Sequence[str], sealed: Sequence[bytes]) -> Vectors:
        plain = b"".join(self._zone.cipher.unseal_all(sealed, "message_index", "sealed_vector", ids))
        return np.frombuffer(plain, dtype="<f2").reshape(len(ids), self._dimensions).astype(np.float32)

    def _replacing(self) -> Executable:
        # Of the table and not the class, and one statement for all rows: naming the values of each in the SQL took longer than storing them.
        into = sqlite.insert(_TABLE) if self._database.is_sqlite else postgresql.insert(_TABLE)
        replaced = {name: into.excluded[name] for name in ("embedder", "sealed_vector", "words")}
        statement: Executable = into.on_conflict_do_update(index_elements=["message_id"], set_=replaced)
        return statement


def _moments(stored: Sequence[str | datetime]) -> Moments:
    """Thousands of times at once, as SQLite (text) or Postgres (aware datetimes) hands them over: parsing them one by one took longer than the query."""
    return np.array([one if isinstance(one, str) else one.astimezone(UTC).replace(tzinfo=None) for one in stored], dtype="datetime64[us]")
