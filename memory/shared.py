"""SharedMemory: publish, recall, retract. The only door to the global collection; nothing is read through it that the gate does not let pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import numpy as np
from sqlalchemy import func, insert
from sqlmodel import col, delete, select

from memory.collection import Collection, Hit
from memory.database import Database
from memory.embeddings import Embedder, Vectors
from memory.errors import DirectoryLocked, IndexDamaged
from memory.indexes import Directories, Indexes
from memory.tables import PatternSupport, SalesPattern

COLLECTION = "global-sales-intelligence"

_KEPT = 10_000
"""Vectors of sentences kept for the next publication: 15 MB. Most sentences stay from one to the next."""

EMBEDDED = Directories()
Gate = Callable[[SalesPattern], bool]
"""Whether a pattern may be seen by anybody; asked again at every read."""


@dataclass(frozen=True, slots=True)
class PatternHit:
    """A pattern and how near its released text is to the question, in [0, 1]."""

    pattern: SalesPattern
    score: float


class SharedMemory:
    """The shared side: rows of released patterns and one collection of the vectors of their released sentences."""

    def __init__(self, database: Database, embedder: Embedder, directory: Path, gate: Gate, indexes: Indexes = EMBEDDED) -> None:
        """`gate` comes from intelligence.disclosure; memory does not decide what may be seen, it only asks."""
        self._database = database
        self._embedder = embedder
        self._directory = directory / COLLECTION
        self._gate = gate
        self._indexes = indexes
        self._collection: Collection | None = None
        self._vectors: dict[str, Vectors] = {}
        self._lock = RLock()

    def publish(self, patterns: Sequence[SalesPattern], support: Sequence[PatternSupport] = ()) -> int:
        """Replace everything shared by these patterns, in one transaction; those the gate refuses are left out. Returns how many are published.

        The collection is replaced too whenever a sentence is gone, so that a retracted one leaves no bytes behind.
        """
        released = [pattern for pattern in patterns if self._gate(pattern)]
        kept = {pattern.id for pattern in released}
        with self._database.transaction() as session:
            sentences = dict(session.exec(select(SalesPattern.id, SalesPattern.text)).all())
            session.exec(delete(SalesPattern))
            session.exec(delete(PatternSupport))
            session.add_all(released)
            if lines := [row.model_dump() for row in support if row.pattern_id in kept]:
                session.execute(insert(PatternSupport), lines)  # in bulk: there may be a hundred thousand
        if sentences != {pattern.id: pattern.text for pattern in released}:
            self._replace(released)
        return len(released)

    def released(self) -> tuple[dict[str, SalesPattern], dict[str, list[PatternSupport]]]:
        """The patterns in force by id, and who stands behind each: for learning, which compares the next release with them."""
        support: dict[str, list[PatternSupport]] = {}
        with self._database.reading() as session:
            for row in session.exec(select(PatternSupport)):
                support.setdefault(row.pattern_id, []).append(row)
            return {row.id: row for row in session.exec(select(SalesPattern))}, support

    def situation(self, objection: str, industry: str = "") -> list[SalesPattern]:
        """Patterns for an objection: of one industry, or pooled over all when empty."""
        query = select(SalesPattern).where(
            SalesPattern.category == "objection-patterns", SalesPattern.objection == objection, SalesPattern.industry == industry
        )
        with self._database.reading() as session:
            return self._visible(session.exec(query.order_by(col(SalesPattern.mean).desc(), col(SalesPattern.id))).all())

    def wordings(self, objection: str, response: str) -> list[SalesPattern]:
        """Visible patterns of the wordings of one answer."""
        query = select(SalesPattern).where(
            SalesPattern.category == "response-templates", SalesPattern.objection == objection, SalesPattern.response == response
        )
        with self._database.reading() as session:
            return self._visible(session.exec(query.order_by(col(SalesPattern.id))).all())

    def category(self, category: str) -> list[SalesPattern]:
        """Every visible pattern of one of the six categories, best supported first."""
        query = select(SalesPattern).where(SalesPattern.category == category)
        with self._database.reading() as session:
            return self._visible(session.exec(query.order_by(col(SalesPattern.n).desc(), col(SalesPattern.id))).all())

    def get(self, pattern_id: str) -> SalesPattern | None:
        """A visible pattern by id."""
        with self._database.reading() as session:
            row = session.get(SalesPattern, pattern_id)
        return row if row is not None and self._gate(row) else None

    def recall(self, question: str, k: int = 10) -> list[PatternHit]:
        """The visible patterns whose sentences are nearest to the question, best first."""
        vector = self._embedder.embed([question])[0]
        with self._database.reading() as session:
            count = session.exec(select(func.count()).select_from(SalesPattern)).one()
        wanted = min(count, max(4 * k, 40))
        hits = self._nearest(vector, wanted, count)
        rows = self._by_id(hits)
        if len(rows) < len(hits):
            # As many sentences as rows, but others: an earlier publication's, which another process replaced.
            self._replace(self._all())
            hits = self._nearest(vector, wanted, count)
            rows = self._by_id(hits)
        visible = [PatternHit(rows[hit.id], hit.score) for hit in hits if hit.id in rows and self._gate(rows[hit.id])]
        return visible[:k]

    def close(self) -> None:
        """Give memory and files back."""
        with self._lock:
            if self._collection is not None:
                self._collection.close()
            self._collection = None

    def _nearest(self, vector: Vectors, k: int, count: int) -> list[Hit]:
        if not count:
            return []
        try:
            with self._lock:
                if self._opened().count() != count:
                    # The collection belongs to an earlier publication, of another process perhaps: build it from the rows in force.
                    self._replace(self._all())
                return self._opened().similar(vector, k)
        except (IndexDamaged, DirectoryLocked):
            rows = self._all()
            scores = np.clip(self._embedder.embed([row.text for row in rows]) @ vector, 0.0, 1.0)
            return [Hit(rows[at].id, float(scores[at])) for at in np.argsort(-scores, kind="stable")[:k]]

    def _replace(self, rows: Sequence[SalesPattern]) -> None:
        fresh = sorted({row.text for row in rows} - self._vectors.keys())
        self._vectors.update(zip(fresh, self._embedder.embed(fresh), strict=True))
        vectors = np.array([self._vectors[row.text] for row in rows])
        if len(self._vectors) > _KEPT:
            self._vectors.clear()
        with self._lock:
            self.close()
            try:
                self._indexes.remove(self._directory, COLLECTION)
                if rows:
                    self._opened().upsert([row.id for row in rows], vectors)
            except (IndexDamaged, DirectoryLocked):
                # Another process serves from it: it notices that the counts differ, or that ids are not in the rows, and rebuilds.
                self.close()

    def _by_id(self, hits: Sequence[Hit]) -> dict[str, SalesPattern]:
        with self._database.reading() as session:
            return {row.id: row for row in session.exec(select(SalesPattern).where(col(SalesPattern.id).in_([hit.id for hit in hits])))}

    def _all(self) -> Sequence[SalesPattern]:
        with self._database.reading() as session:
            return session.exec(select(SalesPattern).order_by(col(SalesPattern.id))).all()

    def _opened(self) -> Collection:
        if self._collection is None:
            self._collection = self._indexes.open(self._directory, COLLECTION)
        return self._collection

    def _visible(self, rows: Sequence[SalesPattern]) -> list[SalesPattern]:
        return [row for row in rows if self._gate(row)]


def everything_shared(database: Database) -> Sequence[SalesPattern]:
    """Every stored pattern, visible or not: for scans that prove what is not there, never for answers."""
    with database.reading() as session:
        return session.exec(select(SalesPattern)).all()
