"""Restoring: the rows of a backup in the place of what a database holds, as a whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from memory.backups import ROWS, SQLITE, Manifest, opened, unpacked
from memory.database import Database, known_revision, upgrade
from memory.errors import BackupUnusable, DatabaseBusy
from memory.row_files import load, transfer

Opens = Callable[[str, bytes], object]
"""Opens a zone's wrapped key (staff id, key). Raises KeyWrong."""
Carry = Callable[[Connection], object]
"""Adds to the backup's rows what must not be lost with what is there now; in the same transaction."""
_ENGINE_SCHEMA = "dbos"
"""Where the job engine keeps its tables on Postgres; it makes them anew, and the sweeper offers it what the inbox says is open."""


def restore(database: Database, source: Path, manifest: Manifest, opens: Opens, carry: Carry = lambda _connection: None) -> int:
    """How many zones it holds now. Every one of them was opened before anything was changed for good. Raises BackupUnusable, KeyWrong, DatabaseBusy."""
    if not known_revision(manifest.schema):
        raise BackupUnusable(f"The backup is of schema {manifest.schema[:40]}, which this version does not know: install the newer version first.")
    if database.path is None:
        return _into_postgres(database, source, manifest, opens, carry)
    return _into_file(database.path, source, manifest, opens, carry)


def _into_file(path: Path, source: Path, manifest: Manifest, opens: Opens, carry: Carry) -> int:
    fresh = path.with_suffix(".restoring")
    fresh.unlink(missing_ok=True)
    if SQLITE in manifest.files:
        unpacked(source, SQLITE, fresh)
    else:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(Database(f"sqlite:///{fresh}")) as copy, copy.engine.begin() as connection:
            if SQLITE not in manifest.files:
                _load(connection, source, manifest)
            zones = _opened(connection, opens)
            carry(connection)
    except BaseException:
        fresh.unlink()
        raise
    for rest in ("-journal", "-wal", "-shm"):
        Path(f"{path}{rest}").unlink(missing_ok=True)
        Path(f"{fresh}{rest}").unlink(missing_ok=True)
    os.replace(fresh, path)  # noqa: PTH105 - one step, on purpose
    return zones


def _into_postgres(database: Database, source: Path, manifest: Manifest, opens: Opens, carry: Carry) -> int:
    """In one transaction, the schema included."""
    with _patient(), database.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '3s'")
        for name in (*SQLModel.metadata.tables, "alembic_version"):
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name} CASCADE")
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_ENGINE_SCHEMA} CASCADE")
        if SQLITE not in manifest.files:
            _load(connection, source, manifest)
        else:
            with tempfile.TemporaryDirectory() as folder:
                unpacked(source, SQLITE, Path(folder) / SQLITE)
                with closing(Database(f"sqlite:///{folder}/{SQLITE}")) as copy:
                    copy.migrate()
                    upgrade(connection)
                    with copy.engine.connect() as rows:
                        transfer(rows, connection)
        zones = _opened(connection, opens)
        upgrade(connection)
        carry(connection)
    return zones


def _load(connection: Connection, source: Path, manifest: Manifest) -> None:
    """Into the schema the rows are of; bringing it to this version's comes later."""
    upgrade(connection, manifest.schema)
    with opened(source) as archive:
        for name in sorted(one for one in manifest.files if one.startswith(ROWS)):
            with archive.open(name) as file:
                load(connection, name.removeprefix(ROWS).partition("-")[2].removesuffix(".copy"), file)


def _opened(connection: Connection, opens: Opens) -> int:
    keys = connection.exec_driver_sql("SELECT staff_id, wrapped FROM zone_key").all()
    for staff_id, wrapped in keys:
        opens(staff_id, bytes(wrapped))
    return len(keys)


@contextmanager
def _patient() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "lock timeout" not in str(error.orig):
            raise
        raise DatabaseBusy("Somebody works with the database: stop every service and command that uses it, then try again.") from error
