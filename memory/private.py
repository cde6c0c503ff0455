"""PrivateMemory: remember, recall, forget. The only door to what a staff member's zone remembers."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from memory.collection import Hit
from memory.conversations import Conversations
from memory.database import Database
from memory.embeddings import Embedder, Vectors
from memory.errors import DirectoryLocked, IndexDamaged
from memory.index_rows import IndexRows
from memory.indexes import Indexes
from memory.lexical import Scores, WordHasher
from memory.note_search import FoundNote, NoteSearch
from memory.retrieval import ENOUGH, Evidence, Focus, best_fit, fused, ranked, ranked_apart
from memory.snapshot import Snapshot
from memory.vector_index import EMBEDDED, VectorIndex
from memory.zones import Zone, Zones

_CANDIDATES = 200
_BATCH = 1_000
"""Messages embedded and indexed at a time: enough to make a transaction and an upsert worth their price, 1.5 MB of vectors."""
_FEW = 50
"""So many new messages are put into an open zone's memory; more make the next question read it anew."""
SCANNED = 50_000
"""Messages up to which a zone is searched by scanning its vectors: 77 MB in memory at most. Larger zones have a collection of their own (docs/adr/0013)."""
NOBODY = Focus()


@dataclass(frozen=True, slots=True)
class Recollection:
    """The best messages for a question, best first, and whether nothing fitted well enough to be called an answer."""

    hits: tuple[Hit, ...]
    abstained: bool
    people: int = 0
    """How many of the first hits are each the best of another conversation, where people were looked for."""
    fit: float = 0.0
    """How well the best of all messages fits, on the scale of FoundNote."""


class PrivateMemory:
    """One zone's memory. Thread-safe; hold it through PrivateMemories so that few are open at a time."""

    def __init__(self, database: Database, zone: Zone, embedder: Embedder, indexes: Indexes = EMBEDDED, *, scanned: int = SCANNED) -> None:
        """Opens nothing yet. A zone of more than `scanned` messages is searched through its collection."""
        self._zone = zone
        self._embedder = embedder
        self._scanned = scanned
        self._conversations = Conversations(database, zone)
        self._notes = NoteSearch(database, zone, embedder)
        self._hasher = WordHasher(zone.cipher.secret("words"))
        self._rows = IndexRows(database, zone, embedder.name, embedder.dimensions)
        self._index = VectorIndex(self._rows, zone, embedder.dimensions, indexes)
        self._snapshot: Snapshot | None = None
        self._lock = RLock()

    def of_zone(self, zone: Zone) -> bool:
        """Whether this memory works with the keys the zone has now."""
        return self._zone.cipher is zone.cipher

    @property
    def nbytes(self) -> int:
        """About how much memory it holds at the moment."""
        snapshot = self._snapshot
        return snapshot.nbytes if snapshot else 0

    def remember(self, message_ids: Sequence[str]) -> int:
        """Embed and index these messages; what is already indexed is indexed again with the same result. Returns how many."""
        done = 0
        for start in range(0, len(message_ids), _BATCH):
            messages = self._conversations.read(message_ids[start : start + _BATCH])
            ids = [message.id for message in messages]
            texts = {text: place for place, text in enumerate(dict.fromkeys(message.text for message in messages))}
            vectors = self._embedder.embed(list(texts))[[texts[message.text] for message in messages]]
            self._rows.write(ids, vectors, [self._hasher.hashes(message.text) for message in messages])
            if ids and self._rows.count() > self._scanned:
                self._index.upsert(ids, vectors)
            self._learn(ids)
            done += len(messages)
        return done

    def pending(self) -> list[str]:
        """Ids of stored messages that are not indexed yet, oldest first."""
        return self._rows.pending()

    def recall(self, question: str, k: int = 10, focus: Focus = NOBODY, *, subject: str = "", vector: Vectors | None = None) -> Recollection:
        """The k best messages of this zone for a question; `focus` says whom and when it names, `subject` has its other words.

        `vector` is the question's, where the caller reads the database meanwhile: a model is not waited for inside a transaction.
        """
        vector = self._embedder.embed([question])[0] if vector is None else vector
        snapshot = self._loaded()
        if not snapshot.of.ids:
            return Recollection((), abstained=True)
        allowed = snapshot.within(focus.conversations) if focus.only else np.ones(len(snapshot.of.ids), dtype=np.bool_)
        inside, around = snapshot.during(focus.during)
        nothing_then = focus.then_only and not np.any(around & allowed)
        if focus.then_only and not nothing_then:
            allowed &= around
        own, near, possible = snapshot.words.scores(self._hasher.hashes(subject or question))
        meaning = self._meaning(snapshot, vector, allowed)
        evidence = Evidence(meaning, own * allowed, near * allowed, possible, snapshot.joined, _named(snapshot, focus) + inside + around)
        scores = fused(evidence)
        places, people = ranked_apart(scores, k, snapshot.thread) if focus.apart else (ranked(scores, k), 0)
        hits = tuple(Hit(snapshot.of.ids[one], float(min(1.0, scores[one]))) for one in places)
        fit = 0.0 if nothing_then else best_fit(evidence)
        return Recollection(hits, abstained=fit < ENOUGH, people=people, fit=fit)

    def notes(self, question: str, focus: Focus = NOBODY, *, subject: str = "", vector: Vectors | None = None) -> list[FoundNote]:
        """The notes of this zone that answer a question, best first; the arguments are those of `recall`."""
        vector = self._embedder.embed([question])[0] if vector is None else vector
        return self._notes.find(vector, subject or question, focus, lambda stem: self._loaded().words.rarity(self._hasher.hash(stem)))

    def reindex(self) -> int:
        """Build everything derived anew from the messages: vectors of another embedder, and a large zone's collection. Returns how many vectors."""
        self.erase_index()
        self.remember(self._rows.outdated())
        count = self._rows.count()
        if count > self._scanned:
            self._index.open()
        return count

    def open(self) -> None:
        """Load what recall needs, so that the first question does not wait."""
        snapshot = self._loaded()
        if len(snapshot.of.ids) > self._scanned:
            self._index.open()

    def erase_index(self) -> None:
        """Remove the vector directory with every byte in it; the next call builds it again from the database. Raises DirectoryLocked."""
        with self._lock:
            self.close()
            self._index.erase()

    def close(self) -> None:
        """Give memory and files back; the next call opens them again."""
        with self._lock:
            self._snapshot = None
            self._notes.close()
            self._index.close()

    def _meaning(self, snapshot: Snapshot, vector: Vectors, allowed: NDArray[np.bool_]) -> Scores:
        """The cosine of the nearest messages of those allowed, 0 for all others."""
        if len(snapshot.of.vectors):
            return snapshot.nearest(vector, _CANDIDATES, allowed)
        try:
            hits = self._index.nearest(vector, _CANDIDATES)
        except (IndexDamaged, DirectoryLocked):
            return Snapshot(self._rows.read(vectors=True)).nearest(vector, _CANDIDATES, allowed)  # read, asked once, let go
        meaning = np.zeros(len(snapshot.of.ids))
        for hit in hits:
            if hit.id in snapshot.position:
                meaning[snapshot.position[hit.id]] = hit.score
        return meaning * allowed

    def _loaded(self) -> Snapshot:
        """What is in memory, if it still is what SQL holds: another process may have imported or forgotten meanwhile."""
        with self._lock:
            count = self._rows.count()
            if self._snapshot is None or len(self._snapshot.of.ids) != count:
                self._snapshot = Snapshot(self._rows.read(vectors=count <= self._scanned))
                if count <= self._scanned and self._zone.directory.exists():
                    self._give_up_collection()
            return self._snapshot

    def _give_up_collection(self) -> None:
        """A zone that is scanned needs none (any more): nothing of it stays behind."""
        try:
            self._index.erase()
        except DirectoryLocked:
            return

    def _learn(self, ids: Sequence[str]) -> None:
        """Keep an open zone's memory up to date with what was just written."""
        with self._lock:
            if self._snapshot is not None and len(ids) <= _FEW:
                self._snapshot = self._snapshot.having(self._rows.read(ids, vectors=bool(len(self._snapshot.of.vectors))))
            else:
                self._snapshot = None


def _named(snapshot: Snapshot, focus: Focus) -> NDArray[np.int64]:
    """How many of conversation and side fit each message."""
    within = snapshot.within(focus.conversations)
    named = within.astype(np.int64)
    if focus.role:
        named += (within if focus.conversations else True) & (snapshot.from_customer == (focus.role == "customer"))
    return named


class PrivateMemories:
    """The open zones' memories, least recently used closed first."""

    def __init__(  # noqa: PLR0913 - limits, each with its meaning below
        self,
        database: Database,
        zones: Zones,
        embedder: Embedder,
        *,
        most_open: int = 48,
        most_bytes: int = 2**28,
        scanned: int = SCANNED,
        indexes: Indexes = EMBEDDED,
    ) -> None:
        """`most_open` bounds file descriptors (8 a large zone), `most_bytes` memory: 2,000 messages take 4 MB. The zone used last always stays."""
        self._database = database
        self._zones = zones
        self._embedder = embedder
        self._most_open = most_open
        self._most_bytes = most_bytes
        self._scanned = scanned
        self._indexes = indexes
        self._open: OrderedDict[str, PrivateMemory] = OrderedDict()
        self._lock = RLock()

    def of(self, staff_id: str) -> PrivateMemory:
        """The memory of one zone. Raises what Zones.open raises."""
        return self.within(self._zones.open(staff_id))

    def within(self, zone: Zone) -> PrivateMemory:
        """The memory of a zone that was just opened."""
        staff_id = zone.staff_id
        with self._lock:
            memory = self._open.pop(staff_id, None)
            if memory is not None and not memory.of_zone(zone):
                memory.close()
                memory = None
            memory = memory or PrivateMemory(self._database, zone, self._embedder, self._indexes, scanned=self._scanned)
            self._open[staff_id] = memory
            while len(self._open) > self._most_open or (len(self._open) > 1 and sum(one.nbytes for one in self._open.values()) > self._most_bytes):
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
