"""Doctor: looks at an installation from where the service stands, and names each failure with its fix."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.admin_answers import Check
from bot.bootstrap import House
from bot.health import FAILED, OK, configured, deliveries, tried
from bot.settings import Settings
from memory.database import Database
from memory.encryption import MasterKeyFile
from memory.errors import KeyMissing, KeyWrong
from memory.key_check import closed, confirm

_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything looked at."""

    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing failed; warnings are not failures."""
        return all(check.status != FAILED for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The shape `doctor --json` prints."""
        return {"checks": [asdict(check) for check in self.checks], "healthy": self.healthy}


def examine(settings: Settings) -> Report:
    """Look at everything; nothing is changed."""
    return Report(tuple(_checks(settings)))


def _checks(settings: Settings) -> Iterator[Check]:
    yield _python()
    if not settings.data_dir.exists():
        yield Check("data directory", FAILED, f"{settings.data_dir} is missing.", "Run `tradecraft init`, or point TRADECRAFT_DATA_DIR at yours.")
        return
    yield _private("data directory", settings.data_dir, "700")
    try:
        MasterKeyFile.load(settings.master_key)
    except KeyMissing as error:
        file = Database(settings.database).path
        kept = file is None or file.exists()
        yield Check("master key", FAILED, str(error), "Put the key back from where you keep it." if kept else "Run `tradecraft init`.")
        return
    except KeyWrong as error:
        yield Check("master key", FAILED, str(error), "Put the key back from where you keep it.")
        return
    yield _private("master key", settings.master_key, "600")
    if (file := Database(settings.database).path) is not None:
        yield _private("database file", file, "600")
    house = House(settings)
    try:
        yield from (tried(name, look, house) for name, look in _LOOKS.items())
        yield from configured(settings)
    finally:
        house.close()


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return Check("python", FAILED, f"Python {version} is too old.", "Install Python 3.11 or newer.")
    return Check("python", OK, f"Python {version}, SQLite {sqlite3.sqlite_version}.")


def _private(name: str, path: Path, mode: str) -> Check:
    found = path.stat().st_mode & 0o777 if path.exists() else 0
    if found & 0o077:
        return Check(name, FAILED, f"Others can read {path} (mode {found:o}).", f"Run `chmod {mode} {path}`.")
    return Check(name, OK, f"{path}, readable by its owner only.")


def _database(house: House) -> str:
    house.database.migrate()
    house.database.check()
    return f"{house.database.url.get_backend_name()} answers, schema is this version's."


def _zones(house: House) -> str:
    owners, shut = house.zones.owners(), closed(house.database, house.master_key)
    if len(shut) == len(owners):
        confirm(house.database, house.master_key)
    if shut:
        msg = f"{len(shut)} of {len(owners)} zones do not open with this master key (staff {', '.join(shut)}): restore the newest backup, or forget them."
        raise KeyWrong(msg)
    return f"{len(owners)} zones open with the master key."


def _audit(house: House) -> str:
    confirm(house.database, house.master_key)  # under another key an untouched log looks changed
    return f"{house.audit.verify().entries} entries, unbroken."


def _vectors(house: House) -> str:
    house.indexes.check()
    chosen = house.settings.chroma_url
    return f"the Chroma server at {chosen} answers." if chosen else "embedded, a directory for each zone."


def _embedder(house: House) -> str:
    vector = house.embedder.embed(["doctor"])[0]
    return f"{house.embedder.name} answers with {len(vector)} dimensions."


def _anonymizer(house: House) -> str:
    found = house.anonymizer.analyze("Call Maria Gonzalez at +1 415 555 2671")
    return f"finds {len(found)} entities in the sample; {'trained recognizer loaded' if house.anonymizer.has_ner else 'patterns only'}."


def _classifier(house: House) -> str:
    turn = house.classifier.customer(["honestly that is more than we can pay"], [""])[0]
    return f"reads the sample as {turn.objection}."


_LOOKS: dict[str, Callable[[House], str]] = {
    "database": _database,
    "zones": _zones,
    "audit log": _audit,
    "vector index": _vectors,
    "embedding model": _embedder,
    "anonymiser": _anonymizer,
    "classifier": _classifier,
    "deliveries": deliveries,
}
