"""Vector collections on a Chroma server (`chroma run`) instead of in directories: for several workers on one machine.

Such a server asks nobody who they are, so only one that nobody else reaches is used: on loopback, and the Rust one. Vectors in it are rotated by their
zones, as in directories; what is deleted from it stays in its files until it writes over them (docs/adr/0008).
"""

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx2

from memory.collection import Collection, damage
from memory.embeddings import Vectors
from memory.errors import DirectoryLocked, IndexDamaged, ServerUnsafe
from memory.indexes import Directories, Indexes

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from filelock import FileLock

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_RUST = "chroma-frontend"
"""How the Rust server calls itself; the one in Python lets anybody run code in it (CVE-2026-45829)."""
_SECONDS = 10.0
_ITSELF = 0.99


def chosen(url: str, prefix: str) -> Indexes:
    """Directories without an address, else the server there. Raises ServerUnsafe."""
    return ChromaServer(url, prefix) if url else Directories()


class ServedCollection(Collection):
    """A collection on the server; closing it closes nothing, the connection is everybody's."""

    def close(self) -> None:
        """Nothing to give back."""


class ChromaServer:
    """Opens and removes collections on one server. Connects when it is first needed, so that a server that is down does not stop the house."""

    def __init__(self, url: str, prefix: str) -> None:
        """`prefix` keeps installations that share a server apart. Raises ServerUnsafe for an address that others reach."""
        host, port = _address(url)
        if host not in _LOOPBACK or not port:
            raise ServerUnsafe(
                "A Chroma server asks nobody for a password: TRADECRAFT_CHROMA_URL must be on this machine, such as http://127.0.0.1:8000; "
                "reach one on another machine through a tunnel or an authenticating proxy that listens here.",
            )
        self._host, self._port = host, port
        self._url = f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{self._port}"
        self._prefix = prefix
        self._lock = RLock()

    def open(self, directory: Path, name: str) -> Collection:
        """Open or create. Raises IndexDamaged while the server does not answer, ServerUnsafe when it is another program."""
        directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # marks of open collections lie there
        with self._lock, damage():
            client = self._client
            inner = client.get_or_create_collection(self._named(directory, name), embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        return ServedCollection(directory, name, cast("FileLock", None), client, inner)

    def remove(self, directory: Path, name: str) -> None:
        """Remove a collection, if there is one. Raises DirectoryLocked while the server does not answer."""
        from chromadb.errors import NotFoundError

        try:
            with self._lock, damage():
                try:
                    self._client.delete_collection(self._named(directory, name))
                except NotFoundError:
                    return
        except IndexDamaged as error:
            raise DirectoryLocked(f"The Chroma server at {self._url} does not answer: start it (`chroma run`) and try again.") from error

    def sound(self, directory: Path, name: str, ids: Sequence[str], vectors: Vectors) -> bool:
        """Asked here: what may break is another process already."""
        try:
            collection = self.open(directory, name)
            held = collection.ids()
            return set(ids) <= held and all(hits and hits[0].score > _ITSELF for hits in (collection.similar(vector, 1) for vector in vectors))
        except IndexDamaged:
            return False

    def check(self) -> None:
        """Raises IndexDamaged or ServerUnsafe: for doctor and the start of the service."""
        with self._lock, damage():
            self._client.heartbeat()

    def close(self) -> None:
        """Disconnect; the next call connects again."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            for one in (client, client._admin_client):  # noqa: SLF001 - nothing of the client itself closes its connections
                one._server._session.close()  # noqa: SLF001 - the same

    @cached_property
    def _client(self) -> "ClientAPI":
        import chromadb
        from chromadb.config import Settings

        described: Any = httpx2.get(f"{self._url}/openapi.json", timeout=_SECONDS, trust_env=False).json()
        if described.get("info", {}).get("title") != _RUST:
            raise ServerUnsafe(f"What answers at {self._url} is not the Rust server of Chroma: start one with `chroma run --host 127.0.0.1`.")
        logging.getLogger("chromadb").setLevel(logging.ERROR)
        client = chromadb.HttpClient(self._host, self._port, settings=Settings(anonymized_telemetry=False))
        session = cast("Any", client)._server._session  # noqa: SLF001 - it would wait for ever, and take a proxy from the environment
        session.timeout = _SECONDS
        session._mounts.clear()  # noqa: SLF001 - the same
        return client

    def _named(self, directory: Path, name: str) -> str:
        return f"{self._prefix}-{directory.name}-{name}"


def _address(url: str) -> tuple[str, int]:
    """Host and port; nothing for what is no plain HTTP address."""
    try:
        parts = urlsplit(url)
        return (str(parts.hostname), parts.port or 0) if parts.scheme == "http" else ("", 0)
    except ValueError:
        return "", 0
