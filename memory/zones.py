"""Zones: everything private to one staff member: rows, key, directory. Opening one needs a staff id that a verified caller was mapped to."""

import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from memory.database import Database
from memory.encryption import KeyWrapper, ZoneCipher
from memory.errors import UnknownStaff, ZoneClosed
from memory.tables import Staff, ZoneKey


@dataclass(frozen=True, slots=True)
class Zone:
    """An open zone: what every row of it needs to be sealed, found and opened."""

    staff_id: str
    cipher: ZoneCipher
    directory: Path
    """Of the vector collection; its name tells nothing about its owner."""


class Zones:
    """Creates, opens and forgets zones. A missing or unknown owner never opens anything."""

    def __init__(self, database: Database, wrapper: KeyWrapper, directory: Path) -> None:
        """`directory` holds one folder per zone."""
        self._database = database
        self._wrapper = wrapper
        self._directory = directory
        self._ciphers: dict[str, tuple[int, ZoneCipher]] = {}
        """With the generation of the row each came from."""
        self._lock = threading.Lock()

    def create(self, session: Session, staff_id: str, now: datetime) -> Zone:
        """Give a new staff member a key, inside the caller's transaction."""
        secret = ZoneCipher.new_secret()
        session.add(ZoneKey(staff_id=staff_id, wrapped=self._wrapper.wrap(secret, zone=staff_id), created_at=now))
        return self._zone(staff_id, ZoneCipher(secret))

    def open(self, staff_id: str) -> Zone:
        """The zone. Raises UnknownStaff, ZoneClosed (forgotten) or KeyWrong.

        The row is looked at each time: a zone that another process forgot, or gave a new key, is not served from what this one remembers.
        """
        generation = self._generation(staff_id)
        with self._lock:
            known = self._ciphers.get(staff_id)
        if known is None or known[0] != generation:
            known = self._unwrapped(staff_id)
            with self._lock:
                self._ciphers[staff_id] = known
        return self._zone(staff_id, known[1])

    def directories(self) -> Sequence[Path]:
        """The vector directories of all zones."""
        return [self.open(owner).directory for owner in self.owners()]

    def owners(self) -> Sequence[str]:
        """The staff ids of all zones that can be opened."""
        with self._database.reading() as session:
            return session.exec(select(ZoneKey.staff_id).order_by(ZoneKey.staff_id)).all()

    def forget_key(self, staff_id: str) -> None:
        """Destroy the key and the directory: what is left of the zone cannot be read by anybody. Rows are deleted by the caller."""
        with self._lock:
            known = self._ciphers.pop(staff_id, None)
        directory = self._zone(staff_id, (known or self._unwrapped(staff_id))[1]).directory
        with self._database.transaction() as session:
            key = session.get(ZoneKey, staff_id)
            if key is not None:
                session.delete(key)
        shutil.rmtree(directory, ignore_errors=True)
        self._database.shred()

    def drop(self, staff_id: str) -> None:
        """Forget what this process remembers of a zone's key."""
        with self._lock:
            self._ciphers.pop(staff_id, None)

    def _generation(self, staff_id: str) -> int | None:
        with self._database.reading() as session:
            return session.exec(select(ZoneKey.generation).where(ZoneKey.staff_id == staff_id)).first()

    def _unwrapped(self, staff_id: str) -> tuple[int, ZoneCipher]:
        with self._database.reading() as session:
            key = session.get(ZoneKey, staff_id) if staff_id else None
            if key is None:
                self.drop(staff_id)
                if staff_id and session.get(Staff, staff_id) is not None:
                    msg = "This zone was forgotten: its key is destroyed and nothing of it can be read again."
                    raise ZoneClosed(msg)
                msg = "Nobody with this id is known: add the person with `tradecraft staff add`."
                raise UnknownStaff(msg)
        return key.generation, ZoneCipher(self._wrapper.unwrap(key.wrapped, zone=staff_id))

    def _zone(self, staff_id: str, cipher: ZoneCipher) -> Zone:
        return Zone(staff_id, cipher, self._directory / cipher.token(staff_id, "directory"))
