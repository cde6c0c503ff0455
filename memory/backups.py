"""Backups: one zip file with a consistent copy of the database, the register of forgettings and a signed manifest. Never the master key.

Of SQLite the file is copied, of Postgres the rows of our tables; either can be restored on both. What is sealed in the database is sealed in the backup;
names of staff and counts are readable. Vector collections are left out: they are built again from SQL.
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

from memory import row_files
from memory.database import Database
from memory.encryption import Signing, signed_by
from memory.errors import BackupUnusable

FORMAT = "tradecraft/backup/1"
SQLITE, ROWS, MANIFEST = "database.sqlite", "rows/", "manifest.json"
_CHUNK = 1 << 20


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


def create(database: Database, companions: Mapping[str, Path], target: Path, signer: Signing, now: datetime) -> Manifest:
    """Write the backup, mode 0600, complete or not at all. `companions` are files that go along, where they exist. Raises BackupUnusable."""
    if target.exists():
        raise BackupUnusable(f"{target} is already there: give another name, backups are never overwritten.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copies, schema = _copied(database, Path(folder))
        files = {**copies, **{name: path for name, path in companions.items() if path.exists()}}
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


def _copied(database: Database, folder: Path) -> tuple[dict[str, Path], str]:
    """A consistent copy of the database, and its schema's revision."""
    if database.is_sqlite:
        copy = folder / SQLITE
        with closing(sqlite3.connect(str(database.path))) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            (schema,) = target.execute("SELECT version_num FROM alembic_version").fetchone()
        return {SQLITE: copy}, str(schema)
    # One snapshot for all tables, while others go on writing.
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        schema = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        return {f"{ROWS}{name}": path for name, path in row_files.write(connection, folder).items()}, str(schema)


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
