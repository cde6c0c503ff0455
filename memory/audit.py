"""The audit log: who did what to whose data. Ids only, one chain of keyed hashes; its head is also kept in a file, so that a cut tail is noticed."""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func
from sqlalchemy import select as rows_of
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, SQLModel, col, select

from memory.database import Database
from memory.errors import AuditBroken, DatabaseDamaged
from memory.tables import AuditEntry

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Checked:
    """An intact log: how many entries, and the hash of the last."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the entries that were written after a backup, when it was restored."""

    kept: int
    lost: int
    head: str = ""
    """The hash of the last entry that was lost."""

    def told(self) -> str:
        """For the entry about the restore; empty when nothing was lost."""
        return f", {self.lost} entries lost up to {self.head[:16]}" if self.lost else ""


def legible(database: Database) -> list[AuditEntry]:
    """The log as it stands, oldest first; nothing where there is no database yet or it cannot be read, which is why a backup is restored."""
    if database.path is not None and not database.path.exists():
        return []
    try:
        with database.reading() as session:
            return list(session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all())
    except (SQLAlchemyError, DatabaseDamaged):
        return []


def carry(rows: Sequence[AuditEntry], connection: Connection) -> Carried:
    """Put entries written after a backup behind those of the backup, inside the connection's transaction. A log that is no continuation is lost, and told."""
    table = SQLModel.metadata.tables[AuditEntry.__tablename__]
    there = {row.sequence: row.mac for row in connection.execute(rows_of(table.c.sequence, table.c.mac))}
    later = [row for row in rows if there.get(row.sequence) != row.mac]
    if not later:
        return Carried(0, 0)
    if later[0].sequence != max(there, default=0) + 1:  # the backup is of another past, or newer than what was here
        return Carried(0, len(later), later[-1].mac)
    connection.execute(table.insert(), [row.model_dump() for row in later])
    return Carried(len(later), 0)


class AuditLog:
    """Append and verify. Content never gets in: actions are words, subjects and details are ids and counts."""

    def __init__(self, database: Database, key: bytes, head: Path) -> None:
        """`key` is secret to the installation; `head` is the file that remembers the last entry apart from the database."""
        self._database = database
        self._key = key
        self._head = head

    def record(self, action: str, *, actor: str, subject: str, now: datetime, detail: str = "") -> int:
        """Append an entry and return its number."""
        with self._database.transaction() as session:
            last = self._last(session)
            entry = AuditEntry(sequence=(last.sequence if last else 0) + 1, at=now, action=action, actor=actor, subject=subject, detail=detail, mac="")
            entry.mac = self._mac(entry, last.mac if last else _START)
            session.add(entry)
        self._remember(entry)
        return entry.sequence

    def entries(self, limit: int = 0) -> Sequence[AuditEntry]:
        """Newest first; with `limit` only so many."""
        query = select(AuditEntry).order_by(col(AuditEntry.sequence).desc())
        with self._database.reading() as session:
            return session.exec(query.limit(limit) if limit else query).all()

    def verify(self) -> Checked:
        """Recompute the chain. Raises AuditBroken with the number of the first entry that does not fit."""
        mac, number = _START, 0
        for entry in reversed(self.entries()):
            number += 1
            if entry.sequence != number or not hmac.compare_digest(entry.mac, self._mac(entry, mac)):
                raise AuditBroken(f"The audit log was changed at entry {number}: compare it with the newest backup, and find out who had access.")
            mac = entry.mac
            if number == self._remembered()[0] and mac != self._remembered()[1]:
                raise AuditBroken(f"Entry {number} of the audit log is not the one that was written: somebody replaced the database.")
        if number < self._remembered()[0]:
            raise AuditBroken(f"The audit log ends at entry {number}, but {self._remembered()[0]} were written: somebody removed its end.")
        return Checked(number, mac)

    def missing(self) -> Carried:
        """What the file beside the database knows of and the database does not hold: nothing after an ordinary restore."""
        number, mac = self._remembered()
        with self._database.reading() as session:
            last = self._last(session)
        return Carried(0, max(0, number - (last.sequence if last else 0)), mac)

    def adopt(self) -> None:
        """Take the database's last entry as the last one: after a restore, which is an entry of its own."""
        with self._database.reading() as session:
            last = self._last(session)
        self._head.unlink(missing_ok=True)
        if last is not None:
            self._remember(last)

    def _last(self, session: Session) -> AuditEntry | None:
        return session.exec(select(AuditEntry).where(AuditEntry.sequence == select(func.max(AuditEntry.sequence)).scalar_subquery())).first()

    def _mac(self, entry: AuditEntry, before: str) -> str:
        fields = [before, entry.sequence, entry.at.timestamp(), entry.action, entry.actor, entry.subject, entry.detail]
        return hmac.new(self._key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()

    def _remember(self, entry: AuditEntry) -> None:
        # Written after the commit: dying in between leaves a head that is behind, which is not a break.
        fresh = self._head.with_suffix(f".{os.getpid()}.new")
        fresh.write_text(json.dumps({"sequence": entry.sequence, "mac": entry.mac}))
        fresh.replace(self._head)

    def _remembered(self) -> tuple[int, str]:
        try:
            stored = json.loads(self._head.read_text())
        except FileNotFoundError:
            return 0, _START
        return int(stored["sequence"]), str(stored["mac"])
