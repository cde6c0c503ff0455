"""Backups: one zip file with a consistent copy of the database, the register of forgettings and a signed manifest. Never the master key.

What is sealed in the database is sealed in the backup; names of staff and counts are readable. Vector collections are left out: they are built again from SQL.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert
from sqlalchemy import select as rows
from sqlmodel import SQLModel

from memory.database import Database
from memory.encryption import Signer, signed_by
from memory.errors import BackupUnusable

FORMAT = "tradecraft/backup/1"
SQLITE, ROWS, MANIFEST = "database.sqlite", "rows.jsonl", "manifest.json"
_CHUNK = 1 << 20
_ROW_BATCH = 500


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `files` maps names to SHA-256 digests; `public_key` is of the installation that made it."""

    format: str
    created_at: str
    schema: str
    files: dict[str, str]
    public_key: str

    def signed_content(self) -> bytes:
        """What the signature covers."""
        return json.dumps(asdict(self), sort_keys=True).encode()


def create(database: Database, companions: Mapping[str, Path], target: Path, signer: Signer, now: datetime) -> Manifest:
    """Write the backup, mode 0600, complete or not at all. `companions` are files that go along, where they exist. Raises BackupUnusable."""
    if target.exists():
        raise BackupUnusable(f"{target} is already there: give another name, backups are never overwritten.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy, schema = _copied(database, Path(folder))
        files = {copy.name: copy, **{name: path for name, path in companions.items() if path.exists()}}
        manifest = Manifest(FORMAT, now.isoformat(), schema, {name: _digest(path) for name, path in files.items()}, b64encode(signer.public).decode())
        fresh = Path(folder) / "fresh.zip"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # ciphertext does not compress
                for name, path in files.items():
                    archive.write(path, name)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest) | {"signature": b64encode(signer.sign(manifest.signed_content())).decode()}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    return manifest


def verified(path: Path) -> Manifest:
    """Read all of it: every digest and the signature. Raises BackupUnusable."""
    with opened(path) as archive:
        return _checked(archive, path)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive. Raises BackupUnusable when there is none or it is cut off."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupUnusable(f"There is no backup at {path}: give the file that `backup create` wrote.") from error
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise BackupUnusable(f"{path} is no backup or is damaged: use another one.") from error


def unpacked(path: Path, name: str, target: Path) -> None:
    """One file of the backup, on disk and flushed."""
    with opened(path) as archive, archive.open(name) as source, target.open("wb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())


def load_rows(database: Database, lines: IO[bytes]) -> int:
    """Replace every row of our tables by those of a row dump, in one transaction; how many."""
    loaded = 0
    with database.transaction() as session:
        connection = session.connection()
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        batch: list[dict[str, Any]] = []
        current = ""
        for line in lines:
            stored = json.loads(line)
            if batch and (stored["table"] != current or len(batch) == _ROW_BATCH):
                connection.execute(insert(SQLModel.metadata.tables[current]), batch)
                batch = []
            current = stored["table"]
            batch.append(_row(current, stored["row"]))
            loaded += 1
        if batch:
            connection.execute(insert(SQLModel.metadata.tables[current]), batch)
    return loaded


def dump_rows(connection: Connection, file: IO[str]) -> None:
    """Every row of our tables as JSON lines, what is referred to first; the engine's own tables are left out: the sweeper offers open work again."""
    for table in SQLModel.metadata.sorted_tables:
        for row in connection.execute(rows(table)).mappings():
            file.write(json.dumps({"table": table.name, "row": {name: _plain(value) for name, value in row.items()}}) + "\n")


def _copied(database: Database, folder: Path) -> tuple[Path, str]:
    """A consistent copy of the database and its schema's revision."""
    with database.engine.connect() as connection:
        schema = MigrationContext.configure(connection).get_current_revision() or ""
        if not database.is_sqlite:
            # One snapshot for all tables.
            connection = connection.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901
            with (folder / ROWS).open("w") as file:
                dump_rows(connection, file)
            return folder / ROWS, schema
    copy = folder / SQLITE
    with closing(sqlite3.connect(str(database.path))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy, schema


def _checked(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        stored = json.loads(archive.read(MANIFEST))
        signature = b64decode(stored.pop("signature"))
        manifest = Manifest(**stored)
        right = manifest.format == FORMAT and signed_by(b64decode(manifest.public_key), manifest.signed_content(), signature)
        for name, digest in manifest.files.items():
            with archive.open(name) as file:
                right = right and hashlib.file_digest(file, "sha256").hexdigest() == digest  # type: ignore[arg-type]
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BackupUnusable(f"{path} is no backup or is damaged: use another one.") from error
    if not right or set(archive.namelist()) != {*manifest.files, MANIFEST}:
        raise BackupUnusable(f"{path} was changed after it was made: use another one.")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"bytes": b64encode(value).decode()}
    return {"time": value.isoformat()} if isinstance(value, datetime) else value


def _row(table: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    if table not in SQLModel.metadata.tables:
        raise BackupUnusable(f"The backup has a table called {table[:40]}, which this version does not know: use the version that made it.")
    return {name: _value(value) for name, value in stored.items()}


def _value(stored: object) -> object:
    if not isinstance(stored, dict):
        return stored
    return b64decode(stored["bytes"]) if "bytes" in stored else datetime.fromisoformat(stored["time"])
