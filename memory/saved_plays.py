"""What one member of staff keeps at hand of the playbook."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.tables import SavedPlay
from memory.zones import Zone


class SavedPlays:
    """Of one zone's owner. Ids only: what stands behind one is read through the gate each time."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def save(self, play_id: str, now: datetime) -> None:
        """Keep one; keeping it again changes nothing."""
        with self._database.transaction() as session:
            if session.get(SavedPlay, (self._zone.staff_id, play_id)) is None:
                session.add(SavedPlay(staff_id=self._zone.staff_id, play_id=play_id, saved_at=now))

    def remove(self, play_id: str) -> None:
        """Keep it no longer; nothing happens where it was not kept."""
        with self._database.transaction() as session:
            row = session.get(SavedPlay, (self._zone.staff_id, play_id))
            if row is not None:
                session.delete(row)

    def all(self) -> Sequence[SavedPlay]:
        """What is kept, the latest first."""
        query = select(SavedPlay).where(SavedPlay.staff_id == self._zone.staff_id).order_by(col(SavedPlay.saved_at).desc(), col(SavedPlay.play_id))
        with self._database.reading() as session:
            return session.exec(query).all()
