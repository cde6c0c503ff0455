"""The keyring: a new master key, new data keys. Both can be cut off at any moment and run again to the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, or_
from sqlalchemy import select as rows
from sqlmodel import Session, SQLModel, select

from memory.database import Database
from memory.encryption import Cell, KeyWrapper, ZoneCipher
from memory.slack_installations import bound_to
from memory.tables import Setting, SlackInstallation, ZoneKey
from memory.zones import Zones

_BATCH = 500
_ROTATING = "keyring.waiting"
Progress = Callable[[int], None]
"""Told how many cells were sealed anew so far."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done."""

    zones: int
    cells: int


class Keyring:
    """Rotation of the keys of an installation that nothing else works on at the time."""

    def __init__(self, database: Database, zones: Zones, master: KeyWrapper) -> None:
        self._database = database
        self._zones = zones
        self._master = master

    def rotate_master(self) -> int:
        """A new master key that wraps every zone's key from now on; how many. The old one stays for backups made under it."""
        self._master.rotate()
        return self.rewrap()

    def rewrap(self) -> int:
        """Wrap every zone's key, and the tokens of Slack workspaces, with the current master key, in one transaction; how many zones."""
        with self._database.transaction() as session:
            keys = session.exec(select(ZoneKey)).all()
            for key in keys:
                key.wrapped = self._master.wrap(self._master.unwrap(key.wrapped, zone=key.staff_id), zone=key.staff_id)
                session.add(key)
            for one in session.exec(select(SlackInstallation)).all():
                token = self._master.unwrap(one.wrapped_token, zone=bound_to(one.team_id))
                one.wrapped_token = self._master.wrap(token, zone=bound_to(one.team_id))
                session.add(one)
        return len(keys)

    def rotate_data(self, progress: Progress = lambda _done: None) -> Rotated:
        """A new data key for every zone, everything sealed with it, the old one destroyed. Tokens stay, so everything is still found.

        A rotation that was cut off is ended, not begun again.
        """
        done, zones = 0, 0
        waiting = self._waiting()
        while waiting:
            owner = waiting[0]
            if self._zones.open(owner).cipher.generations == 1:  # with more it was cut off in this zone
                self._set_secret(owner, ZoneCipher.rotated)
            for batch in self._sealed_anew(owner):
                done += batch
                progress(done)
            self._set_secret(owner, ZoneCipher.pruned)
            zones, waiting = zones + 1, waiting[1:]
            self._note(waiting)
        self._database.shred()  # what the old keys sealed is gone from the file too
        return Rotated(zones, done)

    def _waiting(self) -> list[str]:
        """The owners whose zones wait for a new key: of the rotation that was cut off, or everybody."""
        with self._database.reading() as session:
            noted = session.get(Setting, _ROTATING)
        owners = list(self._zones.owners())
        if noted is not None:
            return [owner for owner in noted.value.split() if owner in set(owners)]
        self._note(owners)
        return owners

    def _note(self, waiting: Sequence[str]) -> None:
        with self._database.transaction() as session:
            noted = session.get(Setting, _ROTATING)
            if waiting:
                session.merge(Setting(name=_ROTATING, value=" ".join(waiting)))
            elif noted is not None:
                session.delete(noted)

    def _set_secret(self, owner: str, change: Callable[[bytes], bytes]) -> None:
        with self._database.transaction() as session:
            key = session.get_one(ZoneKey, owner)
            changed = change(self._master.unwrap(key.wrapped, zone=owner))
            if change is ZoneCipher.pruned and any(self._stale(session, table, owner, ZoneCipher(changed).generation, 1) for table in sealed_tables()):
                return  # somebody sealed with the old key meanwhile: the next run ends it
            key.wrapped, key.generation = self._master.wrap(changed, zone=owner), key.generation + 1
            session.add(key)
        self._zones.drop(owner)

    def _sealed_anew(self, owner: str) -> Iterator[int]:
        """Batch by batch, each in its own transaction."""
        for table in sealed_tables():
            while True:
                with self._database.transaction() as session:
                    # Unwrapped anew for each batch: the key must be the one the row of this moment holds.
                    cipher = self._zones.open(owner).cipher
                    batch = self._stale(session, table, owner, cipher.generation, _BATCH)
                    for row in batch:
                        session.connection().execute(table.update().where(_key(table) == row[0]).values(_resealed(table, row, cipher)))
                if not batch:
                    break
                yield len(batch)

    def _stale(self, session: Session, table: Table, owner: str, generation: int, limit: int) -> Sequence[Any]:
        """Rows with a cell that another generation sealed: the second byte of a sealed value is its generation."""
        columns = sealed_columns(table)
        old = [table.c[name].is_not(None) & (func.substr(table.c[name], 2, 1) != bytes([generation])) for name in columns]
        query = rows(_key(table), *(table.c[name] for name in columns)).where(table.c.staff_id == owner, or_(*old)).limit(limit)
        return session.connection().execute(query).all()


def sealed_columns(table: Table) -> list[str]:
    """The columns that hold ciphertext."""
    return [column.name for column in table.columns if column.name.startswith("sealed_")]


def sealed_tables() -> list[Table]:
    """Every table with such a column; all of them have an owner."""
    return [table for table in SQLModel.metadata.sorted_tables if sealed_columns(table)]


def _key(table: Table) -> Any:  # noqa: ANN401 - a column of whatever type
    (column,) = table.primary_key.columns
    return column


def _resealed(table: Table, row: Sequence[Any], cipher: ZoneCipher) -> dict[str, bytes]:
    fresh = {}
    for name, sealed in zip(sealed_columns(table), row[1:], strict=True):
        if sealed is not None:
            cell = Cell(table.name, name, row[0])
            fresh[name] = cipher.seal(cipher.unseal_bytes(sealed, cell), cell)
    return fresh
