"""What a member of staff decided: consent, settings, the weekly digest."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.tables import Staff, StaffChoice
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is in force; the defaults where nothing was said."""

    consented_at: datetime | None = None
    settled_at: datetime | None = None
    wants_digest: bool = True
    digested: str = ""


class StaffChoices:
    """Of one zone's owner."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def get(self) -> Chosen:
        """What was decided."""
        with self._database.reading() as session:
            row = session.get(StaffChoice, self._zone.staff_id)
        return Chosen() if row is None else Chosen(row.consented_at, row.settled_at, row.wants_digest, row.digested)

    def note_consent(self, now: datetime) -> None:
        """Yes or no to contributing was said."""
        self._set(consented_at=now)

    def note_settled(self, now: datetime) -> None:
        """The settings were saved."""
        self._set(settled_at=now)

    def set_digest(self, *, wanted: bool) -> None:
        """Whether the weekly digest comes."""
        self._set(wants_digest=wanted)

    def note_digest(self, epoch: str) -> None:
        """The digest about this ISO week was sent, or there was nothing to say of it."""
        self._set(digested=epoch)

    def _set(self, **values: object) -> None:
        with self._database.transaction() as session:
            row = session.get(StaffChoice, self._zone.staff_id) or StaffChoice(staff_id=self._zone.staff_id)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)


def digest_readers(database: Database) -> list[tuple[str, str, str]]:
    """(staff id, time zone, week of the last digest) of everybody who is in Slack and wants the weekly digest: nothing private."""
    query = (
        select(Staff.id, Staff.time_zone, StaffChoice.digested)
        .join(StaffChoice, col(StaffChoice.staff_id) == Staff.id, isouter=True)
        .where(col(Staff.slack_user_id).is_not(None), col(StaffChoice.wants_digest).is_not(False))
        .order_by(col(Staff.id))
    )
    with database.reading() as session:
        return [(staff_id, time_zone, digested or "") for staff_id, time_zone, digested in session.exec(query)]
