"""Backing up and restoring an installation. A restored backup serves nothing before every forgetting was applied to it again."""

import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from bot.bootstrap import House
from bot.forgetting import RECEIPTS
from memory import backups, restoring
from memory.audit import Carried, carry, legible
from memory.backups import Manifest
from memory.database import Database
from memory.encryption import KeyWrapper, MasterKeyFile
from memory.errors import DirectoryLocked, KeyWrong
from memory.register import FILE as REGISTER
from memory.register import Register

if TYPE_CHECKING:
    from bot.settings import Settings

_AUDIT_HEAD = "audit.head"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    created_at: str
    zones: int
    forgettings_applied: int

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"created_at": self.created_at, "zones": self.zones, "forgettings_applied": self.forgettings_applied}


def create(house: House, target: Path, actor: str) -> Manifest:
    """A backup of everything but the master key and what can be built again."""
    directory = house.settings.data_dir
    house.audit.record("backup.created", actor=actor, subject="", now=house.clock())
    receipts = {f"{RECEIPTS}/{path.name}": path for path in sorted((directory / RECEIPTS).glob("*.json"))}
    companions = {REGISTER: directory / REGISTER, _AUDIT_HEAD: directory / _AUDIT_HEAD, **receipts}
    return backups.create(house.database, companions, target, house.master_key.signer, house.clock())


def restore(settings: "Settings", source: Path, actor: str, keys: KeyWrapper | None = None) -> Restored:
    """Put a backup in the place of what is there; the master key must be there already. Raises BackupUnusable, KeyMissing, DirectoryLocked.

    Nothing is changed before the backup was read completely and every zone in it opened with the master key.
    """
    manifest = backups.verified(source)
    master = keys or MasterKeyFile.load(settings.master_key)
    if master.signer.public != b64decode(manifest.public_key):
        raise KeyWrong(f"The backup belongs to another master key than {settings.master_key}: put the one beside it that was in use when it was made.")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with stopped(settings):
        register = Register(settings.data_dir / REGISTER)
        known = {one.id for one in register.all()}
        carried: list[Carried] = []
        with closing(Database(settings.database)) as database:
            written = legible(database)
            zones = restoring.restore(
                database,
                source,
                manifest,
                lambda staff_id, wrapped: master.unwrap(wrapped, zone=staff_id),
                lambda connection: carried.append(carry(written, connection)),
            )
        if REGISTER in manifest.files:
            with backups.opened(source) as archive:
                register.merge(archive.read(REGISTER).decode())
        _receipts_put_back(settings, source, manifest)
        shutil.rmtree(settings.data_dir / "zones", ignore_errors=True)
        shutil.rmtree(settings.data_dir / "shared", ignore_errors=True)
        house = House(settings, keys=keys)
        try:
            house.database.migrate()
            lost = carried[0] if carried and carried[0].lost else house.audit.missing()
            house.audit.adopt()
            applied = house.erasure.reapply()
            detail = f"{manifest.created_at} {applied} of {len(known)}{lost.told()}"
            house.audit.record("backup.restored", actor=actor, subject="", now=house.clock(), detail=detail)
        finally:
            house.close()
    return Restored(manifest.created_at, zones, applied)


@contextmanager
def stopped(settings: "Settings") -> Iterator[None]:
    """While this lasts, no service runs on the data directory. Raises DirectoryLocked when one does."""
    lock = FileLock(settings.data_dir / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise DirectoryLocked(f"The service runs on {settings.data_dir}: stop it, then try again.") from error
    try:
        yield
    finally:
        lock.release()


def _receipts_put_back(settings: "Settings", source: Path, manifest: Manifest) -> None:
    folder = settings.data_dir / RECEIPTS
    for name in manifest.files:
        target = settings.data_dir / name
        if target.parent == folder and not target.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            backups.unpacked(source, name, target)
