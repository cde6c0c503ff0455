"""Indexes: where vector collections lie. A directory of this machine each (the default), or a Chroma server: see memory.collection_server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from memory.collection import Collection, remove, sound
from memory.embeddings import Vectors


class Indexes(Protocol):
    """`directory` names a collection's place; on a server only its name is used."""

    def open(self, directory: Path, name: str) -> Collection:
        """Open or create. Raises DirectoryLocked, IndexDamaged."""
        ...

    def remove(self, directory: Path, name: str) -> None:
        """Remove a collection, open nowhere. Raises DirectoryLocked."""
        ...

    def sound(self, directory: Path, name: str, ids: Sequence[str], vectors: Vectors) -> bool:
        """Whether a collection finds known vectors again."""
        ...

    def check(self) -> None:
        """Raises what opening would."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class Directories:
    """Embedded Chroma: one directory, one collection, one process."""

    def open(self, directory: Path, name: str) -> Collection:
        """Open or create."""
        return Collection.open(directory, name)

    def remove(self, directory: Path, name: str) -> None:  # noqa: ARG002 - the directory is the collection
        """Remove the directory with every byte in it."""
        remove(directory)

    def sound(self, directory: Path, name: str, ids: Sequence[str], vectors: Vectors) -> bool:
        """Asked in a process of its own."""
        return sound(directory, name, ids, vectors)

    def check(self) -> None:
        """Each directory is looked at when it is opened."""

    def close(self) -> None:
        """Each directory is closed by itself."""
