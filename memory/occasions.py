"""The moments at which a suggestion was due: logged in their owner's zone, and read over all contributors only to be counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from memory.database import Database
from memory.tables import Feedback, Occasion, Staff, WeekOfPatterns
from memory.zones import Zone

_USEFUL = ("used", "edited", "worked")


@dataclass(frozen=True, slots=True)
class Began:
    """When a contributor came, and when a suggestion first was of use to them."""

    created_at: datetime
    useful_at: datetime | None


class Occasions:
    """Of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these occasions can be of."""
        self._database = database
        self._zone = zone

    def record(self, occasion: Occasion) -> None:
        """Note one; the same id again replaces what was shown and keeps what came of it."""
        assert occasion.staff_id == self._zone.staff_id  # noqa: S101 - a zone notes its own
        with self._database.transaction() as session:
            known = session.get(Occasion, occasion.id)
            if known is not None:
                occasion.worked, occasion.exchange_key = known.worked, known.exchange_key
            session.merge(occasion)

    def all(self) -> Sequence[Occasion]:
        """Every one, oldest first."""
        with self._database.reading() as session:
            return session.exec(select(Occasion).where(Occasion.staff_id == self._zone.staff_id).order_by(col(Occasion.at), col(Occasion.id))).all()

    def shown(self) -> int:
        """How many were not held out."""
        with self._database.reading() as session:
            query = select(func.count()).select_from(Occasion).where(col(Occasion.staff_id) == self._zone.staff_id, col(Occasion.held_out).is_(False))
            return session.exec(query).one()

    def settle(self, ends: Mapping[str, tuple[bool | None, str]]) -> None:
        """Set by id what came of occasions, and the key of the exchange that told."""
        with self._database.transaction() as session:
            for occasion_id, (worked, key) in ends.items():
                row = session.get(Occasion, occasion_id)
                if row is not None and row.staff_id == self._zone.staff_id:
                    row.worked, row.exchange_key = worked, key
                    session.add(row)


def contributed(database: Database) -> Sequence[Occasion]:
    """Those of everybody who contributes now, for counting: nothing of one person leaves from here but as part of a sum that the gate let pass."""
    with database.reading() as session:
        return session.exec(select(Occasion).join(Staff, col(Staff.id) == Occasion.staff_id).where(col(Staff.contributes)).order_by(col(Occasion.at))).all()


def began(database: Database) -> list[Began]:
    """Of everybody who contributes now."""
    with database.reading() as session:
        members = session.exec(select(Staff).where(col(Staff.contributes))).all()
        said = select(Feedback.staff_id, func.min(Feedback.given_at)).where(col(Feedback.verdict).in_(_USEFUL)).group_by(col(Feedback.staff_id))
        worked = select(Occasion.staff_id, func.min(Occasion.at)).where(col(Occasion.worked).is_(True), col(Occasion.held_out).is_(False))
        first: dict[str, datetime] = {}
        for staff_id, at in (*session.exec(said).all(), *session.exec(worked.group_by(col(Occasion.staff_id))).all()):
            first[staff_id] = min(at, first.get(staff_id, at))
    return [Began(one.created_at, first.get(one.id)) for one in members]


def note_week(database: Database, week: WeekOfPatterns) -> None:
    """Remember a week's figures; a later publication of the same week replaces them."""
    with database.transaction() as session:
        session.merge(week)


def weeks(database: Database) -> Sequence[WeekOfPatterns]:
    """Every week with a publication, oldest first."""
    with database.reading() as session:
        return session.exec(select(WeekOfPatterns).order_by(col(WeekOfPatterns.epoch))).all()
