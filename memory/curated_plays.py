"""Plays that people wrote for everybody. Every text was checked by the caller; what is shown to others goes through `visible`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from memory.database import Database
from memory.errors import Permanent
from memory.tables import CuratedPlay

PROPOSED, APPROVED, REJECTED, RETIRED = "proposed", "approved", "rejected", "retired"
DECISIONS = {APPROVED: (PROPOSED, APPROVED, REJECTED, RETIRED), REJECTED: (PROPOSED,), RETIRED: (APPROVED,)}
"""What may be decided of a play, and in which states."""
REVIEWED_AFTER = timedelta(days=180)


class UnknownPlay(Permanent):
    """There is no such play, or this cannot be done with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a play says. All words are of the vocabulary; `industry` is empty for every industry."""

    title: str
    objection: str
    industry: str
    response: str
    wording: str


class CuratedPlays:
    """All of the firm."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def propose(self, staff_id: str, draft: Draft, now: datetime) -> CuratedPlay:
        """A new play, seen by its owner and by admins until it is approved."""
        row = CuratedPlay(staff_id=staff_id, created_at=now, changed_at=now, **asdict(draft))
        with self._database.transaction() as session:
            session.add(row)
        return row

    def change(self, staff_id: str, play_id: str, draft: Draft, now: datetime) -> CuratedPlay:
        """Other words: the play is proposed anew. Raises UnknownPlay, also for somebody else's."""
        with self._database.transaction() as session:
            row = self._found(session, play_id)
            if row.staff_id != staff_id:
                raise UnknownPlay("This play is not one of yours: only its owner changes it.")
            row.sqlmodel_update({**asdict(draft), "state": PROPOSED, "review_at": None, "changed_at": now})
            session.add(row)
        return row

    def decide(self, play_id: str, state: str, now: datetime) -> CuratedPlay:
        """Approve, reject or retire; approving sets when to look at it again. Raises UnknownPlay. Who may, the caller says."""
        with self._database.transaction() as session:
            row = self._found(session, play_id)
            if row.state not in DECISIONS[state]:
                raise UnknownPlay(f"This play is {row.state} already: `/playbook plays` shows how it stands.")
            row.sqlmodel_update({"state": state, "review_at": now + REVIEWED_AFTER if state == APPROVED else None, "changed_at": now})
            session.add(row)
        return row

    def get(self, play_id: str) -> CuratedPlay:
        """By id, whatever its state: for its owner and for admins. Raises UnknownPlay."""
        with self._database.reading() as session:
            return self._found(session, play_id)

    def of(self, staff_id: str = "") -> Sequence[CuratedPlay]:
        """Of one owner, or all, whatever their state: what is proposed first, then the latest change."""
        query = select(CuratedPlay).where(CuratedPlay.staff_id == staff_id) if staff_id else select(CuratedPlay)
        with self._database.reading() as session:
            return session.exec(query.order_by(col(CuratedPlay.state) != PROPOSED, col(CuratedPlay.changed_at).desc(), col(CuratedPlay.id))).all()

    def visible(self, now: datetime, *, play_id: str = "") -> Sequence[CuratedPlay]:
        """What everybody may see: approved, and not due to be looked at again. With `play_id` only this one."""
        query = select(CuratedPlay).where(CuratedPlay.state == APPROVED, or_(col(CuratedPlay.review_at).is_(None), col(CuratedPlay.review_at) > now))
        if play_id:
            query = query.where(CuratedPlay.id == play_id)
        with self._database.reading() as session:
            return session.exec(query.order_by(col(CuratedPlay.objection), col(CuratedPlay.title), col(CuratedPlay.id))).all()

    def decided_since(self, since: datetime) -> Sequence[CuratedPlay]:
        """Approved or rejected since then, the first first."""
        query = select(CuratedPlay).where(col(CuratedPlay.state).in_([APPROVED, REJECTED]), col(CuratedPlay.changed_at) >= since)
        with self._database.reading() as session:
            return session.exec(query.order_by(col(CuratedPlay.changed_at), col(CuratedPlay.id))).all()

    def _found(self, session: Session, play_id: str) -> CuratedPlay:
        row = session.get(CuratedPlay, play_id)
        if row is None:
            raise UnknownPlay("This play is not there any more: `/playbook plays` shows those that are.")
        return row
