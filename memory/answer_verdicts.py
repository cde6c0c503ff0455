"""Whether answers were of use, as their readers say. Read over all people only to be counted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.tables import AnswerVerdict
from memory.zones import Zone


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of the answers of one kind, and by how many people."""

    route: str
    good: int
    bad: int
    people: int


class AnswerVerdicts:
    """Of one zone's owner."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def give(self, answer_id: str, route: str, *, good: bool, now: datetime) -> None:
        """Say it of an answer; the last word counts."""
        with self._database.transaction() as session:
            mine = (AnswerVerdict.staff_id == self._zone.staff_id, AnswerVerdict.answer_id == answer_id)
            row = session.exec(select(AnswerVerdict).where(*mine)).first() or AnswerVerdict(
                staff_id=self._zone.staff_id, answer_id=answer_id, route=route, good=good, given_at=now
            )
            row.good, row.given_at = good, now
            session.add(row)

    def all(self) -> Sequence[AnswerVerdict]:
        """Everything said, oldest first."""
        with self._database.reading() as session:
            return session.exec(select(AnswerVerdict).where(AnswerVerdict.staff_id == self._zone.staff_id).order_by(col(AnswerVerdict.given_at))).all()


def judged(database: Database) -> Sequence[Judged]:
    """Over everybody, by kind of answer. Whoever shows it must see to it that enough people stand behind a count."""
    with database.reading() as session:
        rows = session.exec(select(AnswerVerdict.route, AnswerVerdict.good, AnswerVerdict.staff_id)).all()
    by_route: defaultdict[str, list[tuple[bool, str]]] = defaultdict(list)
    for route, good, staff_id in rows:
        by_route[route].append((good, staff_id))
    return [
        Judged(route, sum(good for good, _ in said), sum(not good for good, _ in said), len({who for _, who in said}))
        for route, said in sorted(by_route.items())
    ]
