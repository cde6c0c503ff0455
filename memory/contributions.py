"""Contributions: what one zone offered to the shared side. The owner sees each of them and can veto or withdraw it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as sql_select
from sqlmodel import col, select, update

from memory.database import Database
from memory.errors import Permanent
from memory.tables import Contribution
from memory.zones import Zone

_CHUNK = 500
"""Values per IN list: below SQLite's limit of 999 in old builds."""
COUNTED = ("offered", "published")
"""The states that count in patterns."""
_LEFT = "opted-out"
"""The state of what was taken back by opting out: joining again offers it again, and nothing that was taken back line by line."""


class UnknownContribution(Permanent):
    """The ledger has no such line."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An anonymised fact on its way into the ledger: words of the vocabulary and keyed hashes, nothing else."""

    exchange_key: str
    contributor_token: str
    customer_token: str
    objection: str
    response: str
    reaction: str
    deal_outcome: str
    industry: str
    size_band: str
    amount_band: str
    channel: str
    weekday_part: str
    days_since_contact: str
    reply_latency: str
    template: str
    epoch: str
    vocabulary_version: str
    kind: str = "exchange"
    deal_stage: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is true of all contributions about one customer, in words of the vocabulary."""

    deal_outcome: str
    industry: str
    size_band: str


class Contributions:
    """The ledger of one zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone this ledger can be of."""
        self._database = database
        self._zone = zone

    def offer(self, offers: Iterable[Offer], now: datetime, reread: Collection[str] = ()) -> int:
        """Write offers into the ledger and return how many are new.

        A known fact is updated (a deal closed, a model improved) unless its owner vetoed or withdrew it. `reread` are the keys of everything that was read
        again: what counts under one of them and is not offered any more was a misreading, and goes.
        """
        wanted = {offer.exchange_key: offer for offer in offers}
        new = 0
        with self._database.transaction() as session:
            known: dict[str, Contribution] = {}
            there = set(session.exec(select(Contribution.exchange_key).where(Contribution.staff_id == self._zone.staff_id)))
            for chunk in _chunks(sorted(there.intersection({*wanted, *reread}))):
                mine = select(Contribution).where(Contribution.staff_id == self._zone.staff_id, col(Contribution.exchange_key).in_(chunk))
                known.update({row.exchange_key: row for row in session.exec(mine)})
            for key, offer in wanted.items():
                row = known.get(key)
                if row is None:
                    session.add(Contribution(staff_id=self._zone.staff_id, created_at=now, **asdict(offer)))
                    new += 1
                elif row.state in COUNTED:
                    for field, value in asdict(offer).items():
                        setattr(row, field, value)
                    session.add(row)
            for key, row in known.items():
                if key not in wanted and row.state in COUNTED:
                    session.delete(row)
        return new

    def restate(self, customer_token: str, facts: CustomerFacts) -> int:
        """Correct what counts about one customer: a deal was closed, an industry was told. Returns how many lines changed."""
        with self._database.transaction() as session:
            query = select(Contribution).where(
                Contribution.staff_id == self._zone.staff_id,
                Contribution.customer_token == customer_token,
                col(Contribution.state).in_(COUNTED),
            )
            changed = 0
            for row in session.exec(query):
                before = (row.deal_outcome, row.industry, row.size_band)
                if before != (facts.deal_outcome, facts.industry, facts.size_band):
                    row.deal_outcome, row.industry, row.size_band = facts.deal_outcome, facts.industry, facts.size_band
                    session.add(row)
                    changed += 1
        return changed

    def responses(self) -> dict[str, str]:
        """The response of every line, by key."""
        with self._database.reading() as session:
            return dict(session.exec(select(Contribution.exchange_key, Contribution.response).where(Contribution.staff_id == self._zone.staff_id)).all())

    def own(self, objection: str) -> list[tuple[str, str, str]]:
        """Response, reaction and deal outcome of every exchange of the zone with this objection, whether it counts for others or not."""
        columns = (Contribution.response, Contribution.reaction, Contribution.deal_outcome)
        mine = (Contribution.staff_id == self._zone.staff_id, Contribution.objection == objection, Contribution.kind == "exchange")
        with self._database.reading() as session:
            return [(response, reaction, outcome) for response, reaction, outcome in session.exec(select(*columns).where(*mine))]

    def counting(self) -> set[str]:
        """The keys of every exchange that counts."""
        mine = (Contribution.staff_id == self._zone.staff_id, Contribution.kind == "exchange", col(Contribution.state).in_(COUNTED))
        with self._database.reading() as session:
            return set(session.exec(select(Contribution.exchange_key).where(*mine)))

    def hear(self, reactions: dict[str, str]) -> int:
        """Set the reaction of counting lines by key: the owner said how it went. Returns how many were there."""
        heard = 0
        with self._database.transaction() as session:
            for chunk in _chunks(sorted(reactions)):
                mine = select(Contribution).where(Contribution.staff_id == self._zone.staff_id, col(Contribution.exchange_key).in_(chunk))
                for row in session.exec(mine):
                    heard += 1
                    if row.state in COUNTED:
                        row.reaction = reactions[row.exchange_key]
                        session.add(row)
        return heard

    def ledger(self) -> Sequence[Contribution]:
        """Every line, newest exchange first."""
        with self._database.reading() as session:
            query = select(Contribution).where(Contribution.staff_id == self._zone.staff_id)
            return session.exec(query.order_by(col(Contribution.epoch).desc(), col(Contribution.created_at).desc(), col(Contribution.id))).all()

    def veto(self, contribution_id: str) -> Contribution:
        """Take one line out for good; patterns lose it at the next learning. Raises UnknownContribution, also for another's line."""
        return self._line_to(contribution_id, (*COUNTED, "withdrawn", _LEFT, "vetoed"), "vetoed")

    def withdraw(self, contribution_id: str) -> Contribution:
        """Take one line back until it is offered again. Raises UnknownContribution, also for a line that is out already."""
        return self._line_to(contribution_id, (*COUNTED, _LEFT), "withdrawn")

    def restore(self, contribution_id: str) -> Contribution:
        """Offer one line again. Raises UnknownContribution, also for a line that was not withdrawn."""
        return self._line_to(contribution_id, ("withdrawn",), "offered")

    def withdraw_all(self) -> int:
        """Take back everything that counts: what opting out means. Returns how many lines."""
        return self._move(COUNTED, _LEFT)

    def restore_withdrawn(self) -> int:
        """Offer again what was taken back by opting out; what was vetoed or withdrawn by itself stays out."""
        return self._move((_LEFT,), "offered")

    def _line_to(self, contribution_id: str, states: Sequence[str], to: str) -> Contribution:
        with self._database.transaction() as session:
            rows = session.exec(
                select(Contribution).where(
                    Contribution.staff_id == self._zone.staff_id,
                    col(Contribution.id).startswith(contribution_id, autoescape=True),
                    col(Contribution.state).in_(states),
                ),
            ).all()
            if len(rows) != 1 or not contribution_id:
                msg = f"Your ledger has no line '{contribution_id[:40]}' of which this could be said: `privacy ledger` shows yours."
                raise UnknownContribution(msg)
            rows[0].state = to
            session.add(rows[0])
        return rows[0]

    def _move(self, states: Sequence[str], to: str) -> int:
        with self._database.transaction() as session:
            rows = session.exec(
                select(Contribution).where(Contribution.staff_id == self._zone.staff_id, col(Contribution.state).in_(states)),
            ).all()
            for row in rows:
                row.state = to
                session.add(row)
        return len(rows)


class CountedLine(NamedTuple):
    """What counting needs of a line: words of the vocabulary and tokens."""

    id: str
    kind: str
    exchange_key: str
    contributor_token: str
    customer_token: str
    objection: str
    response: str
    reaction: str
    deal_outcome: str
    deal_stage: str
    industry: str
    weekday_part: str
    days_since_contact: str
    reply_latency: str
    template: str
    step: int
    epoch: str


def counted(database: Database) -> Sequence[Contribution]:
    """Every contribution that counts, of all zones, with everything that is stored of it."""
    with database.reading() as session:
        query = select(Contribution).where(col(Contribution.state).in_(COUNTED))
        return session.exec(query.order_by(col(Contribution.epoch), col(Contribution.exchange_key))).all()


def counted_lines(database: Database) -> list[CountedLine]:
    """The same for counting. Plain tuples: there may be a hundred thousand."""
    columns = [getattr(Contribution, name) for name in CountedLine._fields]
    with database.reading() as session:
        rows = session.execute(sql_select(*columns).where(col(Contribution.state).in_(COUNTED)).order_by(Contribution.epoch, Contribution.exchange_key))
        return [CountedLine._make(row) for row in rows]


def mark_published(database: Database, ids: Iterable[str]) -> None:
    """Note that exactly these of the counting lines are part of a pattern that was published."""
    wanted = set(ids)
    with database.transaction() as session:
        states = dict(session.exec(select(Contribution.id, Contribution.state).where(col(Contribution.state).in_(COUNTED))).all())
        for to, moved in (
            ("published", [one for one, state in states.items() if state == "offered" and one in wanted]),
            ("offered", [one for one, state in states.items() if state == "published" and one not in wanted]),
        ):
            for chunk in _chunks(moved):
                session.exec(update(Contribution).where(col(Contribution.id).in_(chunk)).values(state=to))


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
