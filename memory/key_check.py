"""Whether a master key is the one a database belongs to: looked at before anything is written under it."""

from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from memory.database import Database
from memory.encryption import KEY_BYTES, KeyWrapper
from memory.errors import KeyWrong
from memory.tables import Setting, ZoneKey

_NAME = "master_key.fingerprint"
_SHOWN = KEY_BYTES  # hexadecimal characters: half of what is derived


def confirm(database: Database, master: KeyWrapper) -> None:
    """Compare the key with the stored fingerprint and with the zones' keys; remember it where nothing is stored yet. Raises KeyWrong.

    A zone that does not open by itself is that zone's damage; none that opens means another key, such as the file from before a rotation.
    """
    mine = master.derive("fingerprint").hex()[:_SHOWN]
    with database.reading() as session:
        stored = session.get(Setting, _NAME)
        known = stored.value if stored is not None else ""
        keys = session.exec(select(ZoneKey.staff_id, ZoneKey.wrapped).order_by(ZoneKey.staff_id)).all()
    opened = [key for key in keys if _opens(master, *key)] if not known else next(([key] for key in keys if _opens(master, *key)), [])
    if known not in {"", mine} or (keys and not opened):
        raise KeyWrong("This data directory does not open with this master key: put back the master key that belongs to it. Nothing was changed.")
    if not known and len(opened) == len(keys):  # a foreign key is never remembered
        with suppress(IntegrityError), database.transaction() as session:  # another process may be first
            if session.get(Setting, _NAME) is None:
                session.add(Setting(name=_NAME, value=mine))


def closed(database: Database, master: KeyWrapper) -> list[str]:
    """The staff ids of the zones whose keys do not open."""
    with database.reading() as session:
        keys = session.exec(select(ZoneKey.staff_id, ZoneKey.wrapped).order_by(ZoneKey.staff_id)).all()
    return [staff_id for staff_id, wrapped in keys if not _opens(master, staff_id, wrapped)]


def _opens(master: KeyWrapper, staff_id: str, wrapped: bytes) -> bool:
    try:
        master.unwrap(wrapped, zone=staff_id)
    except KeyWrong:
        return False
    return True
