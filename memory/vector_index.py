"""The vector collection of one large zone, kept beside SQL: opened, questioned, filled, erased. Derived data, whatever happens to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock

from filelock import FileLock, Timeout

from memory.collection import Collection, Hit
from memory.embeddings import Vectors
from memory.errors import DirectoryLocked, IndexDamaged
from memory.index_rows import IndexRows
from memory.indexes import Directories, Indexes
from memory.rotation import Rotation
from memory.zones import Zone

_COLLECTION = "messages"
_PROBED = 5
"""Vectors a self-query looks for."""
EMBEDDED = Directories()


class VectorIndex:
    """Thread-safe. What cannot be read or is held by another process raises IndexDamaged or DirectoryLocked: the caller scans instead."""

    def __init__(self, rows: IndexRows, zone: Zone, dimensions: int, indexes: Indexes = EMBEDDED) -> None:
        """Opens nothing yet."""
        self._rows = rows
        self._zone = zone
        self._indexes = indexes
        self._dimensions = dimensions
        self._collection: Collection | None = None
        self._lock = RLock()

    @cached_property
    def _rotation(self) -> Rotation:
        return Rotation(self._zone.cipher.secret("rotation"), self._dimensions)

    @property
    def is_open(self) -> bool:
        """Whether files are held."""
        return self._collection is not None

    def nearest(self, vector: Vectors, k: int) -> list[Hit]:
        """The k nearest of one vector [dimensions], best first. Raises IndexDamaged or DirectoryLocked."""
        with self._lock, self._opened() as collection:
            return collection.similar(self._rotation.apply(vector[None])[0], k)

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """When the collection cannot take it now, opening it later finds it behind SQL and fills it."""
        try:
            with self._lock:
                was_open = self.is_open
                with self._opened() as collection:
                    if was_open:  # opening fills it with whatever SQL has, these among it
                        collection.upsert(ids, self._rotation.apply(vectors))
        except (IndexDamaged, DirectoryLocked):
            self.close()

    def open(self) -> None:
        """Bring it up to date, as far as it can be opened."""
        try:
            with self._lock, self._opened():
                pass
        except (IndexDamaged, DirectoryLocked):
            self.close()

    def ids(self) -> set[str]:
        """Every id held. Raises IndexDamaged or DirectoryLocked."""
        with self._lock, self._opened() as collection:
            return collection.ids()

    def erase(self) -> None:
        """Remove the directory with every byte in it; the next call builds it again from the database. Raises DirectoryLocked."""
        with self._lock:
            self.close()
            self._indexes.remove(self._zone.directory, _COLLECTION)
            self.marker.unlink(missing_ok=True)

    def close(self) -> None:
        """Give files back."""
        with self._lock:
            if self._collection is not None:
                self._collection.close()
                self.marker.unlink(missing_ok=True)
            self._collection = None

    @property
    def marker(self) -> Path:
        """There while the collection is open: found before opening, it says that a process died with it and may have left it damaged."""
        return self._zone.directory.with_suffix(".open")

    def sound(self) -> bool:
        """Self-query: some vectors of SQL are looked for in the collection, by another process. Raises DirectoryLocked while somebody has it open."""
        if not self._zone.directory.exists():
            return True
        held = FileLock(self._zone.directory.with_suffix(".lock"))
        try:
            held.acquire(timeout=0)
            held.release()
        except Timeout as error:
            raise DirectoryLocked("Another process has this zone's index open: stop it, or ask it instead.") from error
        ids, vectors = self._rows.vectors(self._rows.ids(_PROBED))
        return self._indexes.sound(self._zone.directory, _COLLECTION, ids, self._rotation.apply(vectors)) if ids else False

    @contextmanager
    def _opened(self) -> Iterator[Collection]:
        if self._collection is None:
            if self.marker.exists() and not self.sound():
                self._indexes.remove(self._zone.directory, _COLLECTION)
            self._collection = self._indexes.open(self._zone.directory, _COLLECTION)
            self.marker.touch()
            self._fill(self._collection)
        yield self._collection

    def _fill(self, collection: Collection) -> None:
        """Bring a collection that lags behind SQL (a crash, another process, a lost directory) up to date."""
        indexed, held = self._rows.ids(), collection.ids()
        if missing := indexed - held:
            ids, vectors = self._rows.vectors(missing)
            collection.upsert(ids, self._rotation.apply(vectors))
        if surplus := sorted(held - indexed):
            collection.delete(surplus)
