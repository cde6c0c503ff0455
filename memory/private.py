"""PrivateMemory: remember, recall, forget. The only door to a staff member's collection."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import RLock

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from sqlalchemy import Executable, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from memory.collection import Collection, Hit
from memory.conversations import Conversations
from memory.database import Database
from memory.embeddings import Embedder, Vectors
from memory.encryption import Cell
from memory.errors import DirectoryLocked, IndexDamaged
from memory.indexes import Directories, Indexes
from memory.lexical import Bm25, WordHasher
from memory.retrieval import Evidence, Focus, fits, fused
from memory.rotation import Rotation
from memory.tables import Message, MessageIndex
from memory.zones import Zone, Zones

_COLLECTION = "messages"
_CANDIDATES = 200
_BATCH = 1_000
"""Messages embedded and indexed at a time: enough to make a transaction and an upsert worth their price, 1.5 MB of vectors."""
_ROWS = 100
"""Rows a statement: SQLite takes 999 values in old builds."""
_PROBED = 5
"""Vectors a self-query looks for."""
_SAME_TALK = timedelta(hours=8)
"""A longer silence ends a talk: the next message is no neighbour."""
NOBODY = Focus()
EMBEDDED = Directories()


@dataclass(frozen=True, slots=True)
class Recollection:
    """The best messages for a question, best first, and whether nothing fitted well enough to be called an answer."""

    hits: tuple[Hit, ...]
    abstained: bool


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What recall needs of a zone, held in memory while the zone is open."""

    ids: list[str]
    position: dict[str, int]
    thread: NDArray[np.str_]
    role: NDArray[np.str_]
    joined: NDArray[np.bool_]
    words: Bm25


class PrivateMemory:
    """One zone's memory. Thread-safe; hold it through PrivateMemories so that few are open at a time."""

    def __init__(self, database: Database, zone: Zone, embedder: Embedder, indexes: Indexes = EMBEDDED) -> None:
        """Opens nothing yet."""
        self._database = database
        self._zone = zone
        self._embedder = embedder
        self._indexes = indexes
        self._conversations = Conversations(database, zone)
        self._hasher = WordHasher(zone.cipher.secret("words"))
        self._rotation = Rotation(zone.cipher.secret("rotation"), embedder.dimensions)
        self._collection: Collection | None = None
        self._snapshot: _Snapshot | None = None
        self._lock = RLock()

    def of_zone(self, zone: Zone) -> bool:
        """Whether this memory works with the keys the zone has now."""
        return self._zone.cipher is zone.cipher

    def remember(self, message_ids: Sequence[str]) -> int:
        """Embed and index these messages; what is already indexed is indexed again with the same result. Returns how many."""
        done = 0
        for start in range(0, len(message_ids), _BATCH):
            messages = self._conversations.read(message_ids[start : start + _BATCH])
            texts = {text: place for place, text in enumerate(dict.fromkeys(message.text for message in messages))}
            distinct = self._embedder.embed(list(texts))
            vectors = distinct[[texts[message.text] for message in messages]]
            rows: list[dict[str, object]] = [
                {
                    "message_id": message.id,
                    "staff_id": self._zone.staff_id,
                    "embedder": self._embedder.name,
                    "sealed_vector": self._sealed(vector, message.id),
                    "words": self._hasher.hashes(message.text).tobytes(),
                }
                for message, vector in zip(messages, vectors, strict=True)
            ]
            with self._database.transaction() as session:
                for at in range(0, len(rows), _ROWS):
                    session.execute(self._replacing(rows[at : at + _ROWS]))
            self._upsert([message.id for message in messages], vectors)
            done += len(messages)
        with self._lock:
            self._snapshot = None
        return done

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

    def recall(self, question: str, k: int = 10, focus: Focus = NOBODY) -> Recollection:
        """The k best messages of this zone for a question; `focus` says whom it names."""
        with self._lock:
            snapshot = self._loaded()
        if not snapshot.ids:
            return Recollection((), abstained=True)
        query = self._hasher.hashes(question)
        vector = self._embedder.embed([question])[0]
        meaning = np.zeros(len(snapshot.ids))
        for hit in self._nearest(vector):
            if hit.id in snapshot.position:
                meaning[snapshot.position[hit.id]] = hit.score
        own, near, possible = snapshot.words.scores(query)
        named = np.isin(snapshot.thread, list(focus.conversations)).astype(np.int64)
        if focus.role:
            named += (named > 0 if focus.conversations else True) & (snapshot.role == focus.role)
        evidence = Evidence(meaning, own, near, possible, snapshot.joined, named)
        scores = fused(evidence)
        best = np.argsort(-scores, kind="stable")[:k]
        hits = tuple(Hit(snapshot.ids[one], float(min(1.0, scores[one]))) for one in best if scores[one] > 0)
        return Recollection(hits, abstained=not fits(evidence))

    def reindex(self) -> int:
        """Build the vector collection anew from the database. Returns how many vectors."""
        with self._lock:
            self.erase_index()
            ids, vectors = self._vectors()
            self._upsert(ids, vectors)
        return len(ids)

    def open(self) -> None:
        """Load what recall needs, so that the first question does not wait."""
        with self._lock:
            self._loaded()
            try:
                with self._opened():
                    pass
            except (IndexDamaged, DirectoryLocked):
                return  # the exact scan answers

    def erase_index(self) -> None:
        """Remove the vector directory with every byte in it; the next call builds it again from the database. Raises DirectoryLocked."""
        with self._lock:
            self.close()
            self._indexes.remove(self._zone.directory, _COLLECTION)
            self._marker.unlink(missing_ok=True)

    def close(self) -> None:
        """Give memory and files back; the next call opens them again."""
        with self._lock:
            if self._collection is not None:
                self._collection.close()
                self._marker.unlink(missing_ok=True)
            self._collection = None
            self._snapshot = None

    def _nearest(self, vector: Vectors) -> list[Hit]:
        try:
            with self._lock, self._opened() as collection:
                return collection.similar(self._rotation.apply(vector[None])[0], _CANDIDATES)
        except (IndexDamaged, DirectoryLocked):
            return self._scan(vector)

    def _scan(self, vector: Vectors) -> list[Hit]:
        """The exact answer from the sealed vectors in SQL: serves while the collection is missing, damaged or held by another process."""
        ids, vectors = self._vectors()
        scores = np.clip(vectors @ vector, 0.0, 1.0) if ids else np.empty(0)
        best = np.argsort(-scores, kind="stable")[:_CANDIDATES]
        return [Hit(ids[one], float(scores[one])) for one in best]

    def _upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Derived data: when the collection cannot take it now, opening it later finds it behind SQL and fills it."""
        if not ids:
            return
        try:
            with self._lock:
                was_open = self._collection is not None
                with self._opened() as collection:
                    if was_open:  # opening fills it with whatever SQL has, these among it
                        collection.upsert(ids, self._rotation.apply(vectors))
        except (IndexDamaged, DirectoryLocked):
            self.close()

    @contextmanager
    def _opened(self) -> Iterator[Collection]:
        if self._collection is None:
            if self._marker.exists() and not self._sound():
                self._indexes.remove(self._zone.directory, _COLLECTION)
            self._collection = self._indexes.open(self._zone.directory, _COLLECTION)
            self._marker.touch()
            self._fill(self._collection)
        yield self._collection

    @property
    def _marker(self) -> Path:
        """There while the collection is open: found before opening, it says that a process died with it and may have left it damaged."""
        return self._zone.directory.with_suffix(".open")

    def _sound(self) -> bool:
        """Self-query: some vectors of SQL are looked for in the collection, by another process. Raises DirectoryLocked while somebody has it open."""
        if not self._zone.directory.exists():
            return True
        held = FileLock(self._zone.directory.with_suffix(".lock"))
        try:
            held.acquire(timeout=0)
            held.release()
        except Timeout as error:
            raise DirectoryLocked("Another process has this zone's index open: stop it, or ask it instead.") from error
        with self._database.reading() as session:
            query = select(MessageIndex.message_id).where(MessageIndex.staff_id == self._zone.staff_id, MessageIndex.embedder == self._embedder.name)
            some = set(session.exec(query.order_by(col(MessageIndex.message_id)).limit(_PROBED)).all())
        ids, vectors = self._vectors(some)
        return self._indexes.sound(self._zone.directory, _COLLECTION, ids, self._rotation.apply(vectors)) if ids else False

    def _fill(self, collection: Collection) -> None:
        """Bring a collection that lags behind SQL (a crash, another process, a lost directory) up to date."""
        mine = (MessageIndex.staff_id == self._zone.staff_id, MessageIndex.embedder == self._embedder.name)
        with self._database.reading() as session:
            if session.exec(select(func.count()).select_from(MessageIndex).where(*mine)).one() == collection.count():
                return
            indexed = set(session.exec(select(MessageIndex.message_id).where(*mine)).all())
        held = collection.ids()
        if missing := sorted(indexed - held):
            ids, vectors = self._vectors(set(missing))
            collection.upsert(ids, self._rotation.apply(vectors))
        if surplus := sorted(held - indexed):
            collection.delete(surplus)

    def _loaded(self) -> _Snapshot:
        if self._snapshot is None:
            with self._database.reading() as session:
                rows = session.exec(
                    select(  # type: ignore[call-overload]  # SQLModel types up to four columns
                        Message.id,
                        Message.conversation_id,
                        Message.role,
                        Message.sent_at,
                        MessageIndex.words,
                    )
                    .join(MessageIndex, col(MessageIndex.message_id) == col(Message.id))
                    .where(Message.staff_id == self._zone.staff_id)
                    .order_by(col(Message.conversation_id), col(Message.sent_at), col(Message.stored_at), col(Message.id)),
                ).all()
            ids = [row[0] for row in rows]
            joined = np.array([one[1] == after[1] and after[3] - one[3] <= _SAME_TALK for one, after in pairwise(rows)], dtype=bool)
            self._snapshot = _Snapshot(
                ids=ids,
                position={one: at for at, one in enumerate(ids)},
                thread=np.array([row[1] for row in rows], dtype=str),
                role=np.array([row[2] for row in rows], dtype=str),
                joined=joined,
                words=Bm25([np.frombuffer(row[4], dtype="<u4") for row in rows], joined),
            )
        return self._snapshot

    def _vectors(self, only: set[str] | None = None) -> tuple[list[str], Vectors]:
        """Ids and vectors [n, dimensions] from SQL, of all messages or of some."""
        with self._database.reading() as session:
            query = select(MessageIndex.message_id, MessageIndex.sealed_vector).where(
                MessageIndex.staff_id == self._zone.staff_id,
                MessageIndex.embedder == self._embedder.name,
            )
            rows = [row for row in session.exec(query).all() if only is None or row[0] in only]
        vectors = np.empty((len(rows), self._embedder.dimensions), dtype=np.float32)
        for at, (message_id, sealed) in enumerate(rows):
            plain = self._zone.cipher.unseal_bytes(sealed, Cell("message_index", "sealed_vector", message_id))
            vectors[at] = np.frombuffer(plain, dtype="<f2")
        return [row[0] for row in rows], vectors

    def _replacing(self, rows: list[dict[str, object]]) -> Executable:
        """One statement that adds these rows or takes the place of what is indexed already."""
        into = sqlite.insert(MessageIndex).values(rows) if self._database.is_sqlite else postgresql.insert(MessageIndex).values(rows)
        replaced = {name: into.excluded[name] for name in ("embedder", "sealed_vector", "words")}
        statement: Executable = into.on_conflict_do_update(index_elements=["message_id"], set_=replaced)
        return statement

    def _sealed(self, vector: Vectors, message_id: str) -> bytes:
        # Half precision: the cosine moves by less than 0.001 and the row is half as long.
        return self._zone.cipher.seal(vector.astype("<f2").tobytes(), Cell("message_index", "sealed_vector", message_id))


class PrivateMemories:
    """The open zones' memories, least recently used closed first."""

    def __init__(self, database: Database, zones: Zones, embedder: Embedder, *, most_open: int = 24, indexes: Indexes = EMBEDDED) -> None:
        """`most_open` bounds memory and file descriptors: about 4 MB and 8 descriptors each at 2,000 messages."""
        self._database = database
        self._zones = zones
        self._embedder = embedder
        self._indexes = indexes
        self._most_open = most_open
        self._open: OrderedDict[str, PrivateMemory] = OrderedDict()
        self._lock = RLock()

    def of(self, staff_id: str) -> PrivateMemory:
        """The memory of one zone. Raises what Zones.open raises."""
        with self._lock:
            zone = self._zones.open(staff_id)
            memory = self._open.pop(staff_id, None)
            if memory is not None and not memory.of_zone(zone):
                memory.close()
                memory = None
            memory = memory or PrivateMemory(self._database, zone, self._embedder, self._indexes)
            self._open[staff_id] = memory
            while len(self._open) > self._most_open:
                self._open.popitem(last=False)[1].close()
        return memory

    def forget(self, staff_id: str) -> None:
        """Close and drop a zone's memory and its key; rows are deleted by the caller."""
        self.of(staff_id).erase_index()
        self.drop(staff_id)
        self._zones.forget_key(staff_id)

    def drop(self, staff_id: str) -> None:
        """Close a zone's memory."""
        with self._lock:
            memory = self._open.pop(staff_id, None)
        if memory is not None:
            memory.close()

    def close(self) -> None:
        """Close every open zone."""
        with self._lock:
            for memory in self._open.values():
                memory.close()
            self._open.clear()
