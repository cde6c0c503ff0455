"""What was suggested to one staff member, and what they said of it. Private to its owner."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from memory.database import Database
from memory.errors import Permanent
from memory.tables import Feedback, Occasion, Suggestion
from memory.zones import Zone

VERDICTS = ("used", "edited", "not-now", "worked", "did-not-work")
_USEFUL = ("used", "edited", "worked")
_OPPOSITE = {"worked": "did-not-work", "did-not-work": "worked"}


def readers(database: Database, since: datetime) -> set[str]:
    """Who was shown a suggestion from a moment on: to be counted, never to be named."""
    with database.reading() as session:
        return set(session.exec(select(Suggestion.staff_id).where(Suggestion.shown_at >= since).distinct()))


def users(database: Database, since: datetime) -> set[str]:
    """Who used one, by their own word: to be counted, never to be named."""
    with database.reading() as session:
        return set(session.exec(select(Feedback.staff_id).where(Feedback.given_at >= since, col(Feedback.verdict).in_(_USEFUL)).distinct()))


def unsay(database: Database, staff_id: str, began: datetime, ended: datetime) -> None:
    """Forget what somebody was suggested about no message within a time in which a program asked in their name; what they asked themselves goes with it."""
    shown, noted = (
        (col(table.staff_id) == staff_id, col(table.message_id).is_(None), col(at).between(began, ended))
        for table, at in ((Suggestion, Suggestion.shown_at), (Occasion, Occasion.at))
    )
    with database.transaction() as session:
        session.exec(delete(Feedback).where(col(Feedback.suggestion_id).in_(select(Suggestion.id).where(*shown))))
        session.exec(delete(Suggestion).where(*shown))
        session.exec(delete(Occasion).where(*noted))


class UnknownSuggestion(Permanent):
    """The zone was never shown this suggestion."""


class Suggestions:
    """Shown suggestions and feedback of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these suggestions can be of."""
        self._database = database
        self._zone = zone

    def record(self, shown: Sequence[Suggestion]) -> None:
        """Remember what is about to be shown, with rank and propensity; the same id again replaces the row."""
        with self._database.transaction() as session:
            known = set(session.exec(select(Suggestion.id).where(col(Suggestion.id).in_([row.id for row in shown]))))
            for row in shown:
                if row.id in known:
                    session.merge(row)
                else:
                    session.add(row)

    def give(self, suggestion_id: str, verdict: str, now: datetime) -> Suggestion:
        """Store a verdict; saying it twice is saying it once, and "worked" takes back "did not work". Raises UnknownSuggestion, also for another's."""
        with self._database.transaction() as session:
            suggestion = session.get(Suggestion, suggestion_id)
            if suggestion is None or suggestion.staff_id != self._zone.staff_id or verdict not in VERDICTS:
                msg = "This suggestion is not one of yours, or it was removed: nothing was stored."
                raise UnknownSuggestion(msg)
            said = {row.verdict: row for row in session.exec(select(Feedback).where(Feedback.suggestion_id == suggestion_id))}
            if (opposite := _OPPOSITE.get(verdict)) in said:
                session.delete(said[opposite])
            if verdict not in said:
                session.add(Feedback(suggestion_id=suggestion_id, staff_id=self._zone.staff_id, verdict=verdict, given_at=now))
        return suggestion

    def judged(self, objection: str) -> list[tuple[str, str]]:
        """Response and verdict of every suggestion for this objection that its owner said the outcome of."""
        query = select(Suggestion.response, Feedback.verdict).join(Feedback, col(Feedback.suggestion_id) == Suggestion.id)
        mine = (Suggestion.staff_id == self._zone.staff_id, Suggestion.objection == objection, col(Feedback.verdict).in_(_OPPOSITE))
        with self._database.reading() as session:
            return [(response, verdict) for response, verdict in session.exec(query.where(*mine))]

    def shown(self, message_id: str = "") -> Sequence[Suggestion]:
        """What was shown, newest first; for one message when given."""
        query = select(Suggestion).where(Suggestion.staff_id == self._zone.staff_id)
        if message_id:
            query = query.where(Suggestion.message_id == message_id)
        with self._database.reading() as session:
            return session.exec(query.order_by(col(Suggestion.shown_at).desc(), col(Suggestion.rank))).all()

    def feedback(self) -> Sequence[Feedback]:
        """Every verdict given, oldest first."""
        with self._database.reading() as session:
            return session.exec(select(Feedback).where(Feedback.staff_id == self._zone.staff_id).order_by(col(Feedback.given_at))).all()
