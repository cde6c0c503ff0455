"""A vector collection: ids and vectors, nothing else. Derived data: whatever happens to it, SQL has the truth.

The only importer of `chromadb`. Chroma is never given text or metadata: it keeps deleted text on disk and has put one collection's memory into another's files.
"""

import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from filelock import FileLock, Timeout

from memory.embeddings import Vectors
from memory.errors import DirectoryLocked, IndexDamaged, ServerUnsafe

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from chromadb.config import Settings

_BATCH = 5_000
"""Below Chroma's limit of 5,461 records a call."""
_PROBE_SECONDS = 60
_ITSELF = 0.99
"""The cosine of a vector with itself, after rounding to half precision in SQL."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is the cosine clipped to [0, 1]: higher is better."""

    id: str
    score: float


class Collection:
    """One directory, one collection, one process. Close it when done: an open one costs 2.6 MB and file descriptors."""

    def __init__(self, directory: Path, name: str, lock: FileLock, client: "ClientAPI", inner: "ChromaCollection") -> None:
        """Use `open`."""
        self._directory = directory
        self._name = name
        self._lock = lock
        self._client = client
        self._inner = inner

    @classmethod
    def open(cls, directory: Path, name: str) -> Self:
        """Open or create. Raises DirectoryLocked when another process has it, IndexDamaged when it cannot be read."""
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory.with_suffix(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            msg = "Another process has this zone's index open: stop it, or ask it instead."
            raise DirectoryLocked(msg) from error
        try:
            with damage():
                client = _client(directory)
                inner = client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        except BaseException:
            lock.release()
            raise
        return cls(directory, name, lock, client, inner)

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace; `vectors` is [len(ids), dimensions], unit length."""
        with damage():
            for start in range(0, len(ids), _BATCH):
                chosen = slice(start, start + _BATCH)
                self._inner.upsert(ids=list(ids[chosen]), embeddings=np.ascontiguousarray(vectors[chosen]))

    def similar(self, vector: Vectors, k: int) -> list[Hit]:
        """The k nearest of one vector [dimensions], best first."""
        with damage():
            count = self._inner.count()
            if not count:
                return []
            found = self._inner.query(query_embeddings=vector[None], n_results=min(k, count), include=["distances"])
        distances = found["distances"] or [[]]
        return [Hit(one, _score(distance)) for one, distance in zip(found["ids"][0], distances[0], strict=True)]

    def delete(self, ids: Sequence[str]) -> None:
        """Remove from answers. Not erasure: the bytes stay until the directory goes."""
        with damage():
            for start in range(0, len(ids), _BATCH):
                self._inner.delete(ids=list(ids[start : start + _BATCH]))

    def ids(self) -> set[str]:
        """Every id held."""
        with damage():
            return set(self._inner.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors; no proof of health."""
        with damage():
            return self._inner.count()

    def close(self) -> None:
        """Give files and memory back; the collection cannot be used afterwards."""
        try:
            self._client.close()  # type: ignore[attr-defined]  # only the persistent client has it
        finally:
            self._lock.release()

    def drop(self) -> None:
        """Close and remove the directory with every byte in it."""
        self.close()
        remove(self._directory)


def remove(directory: Path) -> None:
    """Remove a collection's directory, open nowhere. Raises DirectoryLocked when another process has it."""
    lock = FileLock(directory.with_suffix(".lock"))
    try:
        with lock.acquire(timeout=0):
            shutil.rmtree(directory, ignore_errors=True)
    except Timeout as error:
        msg = "Another process has this zone's index open: stop it and try again."
        raise DirectoryLocked(msg) from error
    directory.with_suffix(".lock").unlink(missing_ok=True)


def sound(directory: Path, name: str, ids: Sequence[str], vectors: Vectors) -> bool:
    """Whether a collection finds known vectors again; asked in a process of its own, because reading a damaged one may kill the process that does.

    `vectors` is [len(ids), dimensions] as stored. A count is no proof: it comes from another file than the answers do.
    """
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "known.npz"
        np.savez(known, ids=np.array(ids, dtype=str), vectors=vectors)
        asked = [sys.executable, "-m", "memory.collection", str(directory), name, str(known)]
        try:
            done = subprocess.run(asked, check=False, capture_output=True, timeout=_PROBE_SECONDS, cwd=Path(__file__).parent.parent)  # noqa: S603 - ourselves
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def _probed(directory: Path, name: str, known: Path) -> int:
    """The exit code: 0 when every known vector has itself, or an equal one, as its nearest."""
    stored = np.load(known)
    collection = Collection.open(directory, name)
    nearest = [collection.similar(vector, 1) for vector in stored["vectors"]]
    held = collection.ids()
    collection.close()
    return 0 if all(hits and hits[0].score > _ITSELF for hits in nearest) and set(stored["ids"].tolist()) <= held else 1


def _client(directory: Path) -> "ClientAPI":
    # Imported here: chromadb takes most of a second, and half of the commands never open a collection.
    import chromadb

    return chromadb.PersistentClient(path=str(directory), settings=_settings().model_copy())


@cache
def _settings() -> "Settings":
    """Made once: each time it is made it reads the environment, which takes longer than opening a collection."""
    from chromadb.config import Settings

    logging.getLogger("chromadb").setLevel(logging.ERROR)
    return Settings(anonymized_telemetry=False, allow_reset=False)


def _score(distance: float) -> float:
    return min(1.0, max(0.0, 1.0 - distance))


@contextmanager
def damage() -> Iterator[None]:
    """Whatever Chroma raises, as IndexDamaged."""
    try:
        yield
    except (DirectoryLocked, IndexDamaged, ServerUnsafe):
        raise
    except Exception as error:
        msg = "The index of a zone cannot be read: it is rebuilt from the database; until then an exact scan answers."
        raise IndexDamaged(msg) from error


if __name__ == "__main__":
    sys.exit(_probed(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
