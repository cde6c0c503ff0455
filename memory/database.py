"""The SQL database: SQLite by default, Postgres by its URL. Database.transaction() is the only place that commits."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlmodel import Session, SQLModel

from memory.errors import DatabaseBusy, DatabaseDamaged, DatabaseNewer, Retryable
from memory.write_turns import WriteTurns

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 30_000
_LOCK_TIMEOUT_MS = 10_000
_DAMAGED = ("malformed", "not a database")
"""What SQLite says of a file that was overwritten."""
_SAFE_WAL = (3, 51, 3)
"""Below this SQLite can corrupt a WAL database that has several writing connections; a rollback journal is slower and safe."""


@dataclass(frozen=True, slots=True)
class Shredded:
    """How many tables were written anew without what was deleted from them, and how many could not be: somebody worked on them, or the role may not."""

    tables: int
    kept: int


class DatabaseUnreachable(Retryable):
    """The database server does not answer."""


class Database:
    """An engine and the two ways to use it: `transaction()` to write, `reading()` to read."""

    def __init__(self, url: str) -> None:
        """`url` is an SQLAlchemy URL: `sqlite:////absolute/path.db` or `postgresql+psycopg://...`. Nothing is opened yet."""
        self.url = make_url(url)
        self.engine = self._sqlite_engine() if self.is_sqlite else create_engine(self.url, pool_pre_ping=True)
        self._writer = self.engine.execution_options(writes=True)
        self._readers = threading.local()
        self._turns = WriteTurns(_BUSY_TIMEOUT_MS / 1000)

    @property
    def is_sqlite(self) -> bool:
        """Whether everything lies in one file on this machine."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file, for SQLite."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def urgently(self) -> Iterator[None]:
        """Inside, what somebody waits for within seconds is read and written: with SQLite, whose writers take turns, before all else of this process."""
        with self._turns.turn(urgent=True) if self.is_sqlite else nullcontext():
            yield

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed as a whole at the end, or rolled back. No network or model call belongs inside."""
        with self._turns.turn() if self.is_sqlite else nullcontext(), self._translated(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; whatever it changes is thrown away. Inside another reading of the same thread it is the same session.

        Nothing is written inside: with SQLite the writer would wait for its own reader.
        """
        outer: Session | None = getattr(self._readers, "session", None)
        if outer is not None:
            yield outer
            return
        with self._translated(), Session(self.engine, expire_on_commit=False) as session:
            self._readers.session = session
            try:
                yield session
            finally:
                self._readers.session = None

    def answer(self) -> None:
        """Ask the database anything. Raises when it does not answer."""
        with self.reading() as session:
            session.connection().exec_driver_sql("SELECT 1")

    def check(self) -> None:
        """Read every page of a database file. Raises DatabaseDamaged."""
        if self.is_sqlite:
            with self._translated(), self.engine.connect() as connection:
                if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
                    raise self._damaged()

    def migrate(self) -> None:
        """Bring the schema to this version's. An existing SQLite file is copied beside itself first. Raises DatabaseNewer."""
        scripts = ScriptDirectory(str(_MIGRATIONS))
        with self._translated(), self._writer.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
            if current == scripts.get_current_head():
                return
            if current is not None and not known_revision(current):
                msg = f"The database is at schema {current}, which this version does not know: install the newer version again."
                raise DatabaseNewer(msg)
            if current is not None and self.path is not None:
                shutil.copy2(self.path, self.path.with_suffix(f".before-{scripts.get_current_head()}.db"))
            upgrade(connection)
            connection.commit()

    def shred(self, wait_ms: int = _LOCK_TIMEOUT_MS) -> Shredded:
        """Make sure that deleted bytes are gone from the files: every table is written anew without them.

        On Postgres a table that somebody works on for longer than `wait_ms` is left as it is, and the server's log of changes keeps what was deleted until
        it is written over: see docs/adr/0007.
        """
        if self.is_sqlite:
            with self._translated(), closing(self.engine.raw_connection()) as connection:
                # Below SQLAlchemy, which would begin a transaction: VACUUM refuses to run in one.
                cursor = connection.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.execute("VACUUM")
            return Shredded(len(SQLModel.metadata.tables), 0)
        with self._translated(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"SET lock_timeout = {wait_ms}")
            # The planner's statistics hold samples of what was in the tables.
            kept = [name for name in (*sorted(SQLModel.metadata.tables), "pg_catalog.pg_statistic") if not _rewritten(connection, name)]
            if connection.exec_driver_sql("SELECT pg_has_role('pg_checkpoint', 'USAGE')").scalar_one():
                connection.exec_driver_sql("CHECKPOINT")  # the old files go now
            connection.exec_driver_sql("RESET lock_timeout")
        return Shredded(len(SQLModel.metadata.tables) + 1 - len(kept), len(kept))

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _sqlite_engine(self) -> Engine:
        engine = create_engine(self.url, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
        journal = "WAL" if sqlite3.sqlite_version_info >= _SAFE_WAL else "TRUNCATE"

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own type is private
            connection.isolation_level = None  # we emit BEGIN ourselves, below
            for pragma in (
                f"busy_timeout={_BUSY_TIMEOUT_MS}",
                f"journal_mode={journal}",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            # A transaction that starts by reading and then writes fails at once when another writer came between: take the lock first.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

        return engine

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            if "database is locked" in str(error.orig):
                msg = "Another process is writing to the database: wait for it to finish (an import, perhaps) and try again."
                raise DatabaseBusy(msg) from error
            if not self.is_sqlite and error.connection_invalidated is not False and "connect" in str(error.orig).lower():
                msg = f"The database server at {self.url.host} does not answer: start it, or correct TRADECRAFT_DATABASE_URL."
                raise DatabaseUnreachable(msg) from error
            raise
        except (DatabaseError, sqlite3.DatabaseError) as error:
            cause = str(getattr(error, "orig", error))
            if self.is_sqlite and any(sign in cause for sign in _DAMAGED):
                raise self._damaged() from error
            raise

    def _damaged(self) -> DatabaseDamaged:
        return DatabaseDamaged(f"The database {self.path} is damaged: put the newest backup in its place with `tradecraft backup restore`.")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def known_revision(revision: str) -> bool:
    """Whether this version knows a schema."""
    return revision in {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}


def _rewritten(connection: Connection, table: str) -> bool:
    """Whether a Postgres table could be written anew; a table somebody works on for long is left as it is."""
    try:
        before = connection.exec_driver_sql(f"SELECT pg_relation_filenode('{table}')").scalar_one()
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
        return bool(before != connection.exec_driver_sql(f"SELECT pg_relation_filenode('{table}')").scalar_one())
    except DBAPIError:
        return False
