"""Contributions: what one zone offered to the shared side. The owner sees each of them and can veto or withdraw it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.errors import Permanent
from memory.tables import Contribution
from memory.zones import Zone

COUNTED = ("offered", "published")
"""The states that count in patterns."""


class UnknownContribution(Permanent):
    """The ledger has no such line."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An anonymised exchange on its way into the ledger: words of the vocabulary and keyed hashes, nothing else."""

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


class Contributions:
    """The ledger of one zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone this ledger can be of."""
        self._database = database
        self._zone = zone

    def offer(self, offers: Iterable[Offer], now: datetime) -> int:
        """Write offers into the ledger and return how many are new.

        A known exchange is updated (a deal closed, a model improved) unless its owner vetoed or withdrew it.
        """
        new = 0
        with self._database.transaction() as session:
            known = {row.exchange_key: row for row in session.exec(select(Contribution).where(Contribution.staff_id == self._zone.staff_id))}
            for offer in offers:
                row = known.get(offer.exchange_key)
                if row is None:
                    row = Contribution(staff_id=self._zone.staff_id, created_at=now, **asdict(offer))
                    known[offer.exchange_key] = row
                    new += 1
                elif row.state in COUNTED:
                    for field, value in asdict(offer).items():
                        setattr(row, field, value)
                session.add(row)
        return new

    def ledger(self) -> Sequence[Contribution]:
        """Every line, newest exchange first."""
        with self._database.reading() as session:
            query = select(Contribution).where(Contribution.staff_id == self._zone.staff_id)
            return session.exec(query.order_by(col(Contribution.epoch).desc(), col(Contribution.created_at).desc(), col(Contribution.id))).all()

    def veto(self, contribution_id: str) -> Contribution:
        """Take one line out for good; patterns lose it at the next learning. Raises UnknownContribution, also for another's line."""
        with self._database.transaction() as session:
            rows = session.exec(
                select(Contribution).where(
                    Contribution.staff_id == self._zone.staff_id,
                    col(Contribution.id).startswith(contribution_id, autoescape=True),
                ),
            ).all()
            if len(rows) != 1 or not contribution_id:
                msg = f"Your ledger has no line '{contribution_id[:40]}': `privacy ledger` shows yours."
                raise UnknownContribution(msg)
            rows[0].state = "vetoed"
            session.add(rows[0])
        return rows[0]

    def withdraw_all(self) -> int:
        """Take back everything that counts: what opting out means. Returns how many lines."""
        return self._move(COUNTED, "withdrawn")

    def restore_withdrawn(self) -> int:
        """Offer again what was taken back by opting out; vetoed lines stay out."""
        return self._move(("withdrawn",), "offered")

    def _move(self, states: Sequence[str], to: str) -> int:
        with self._database.transaction() as session:
            rows = session.exec(
                select(Contribution).where(Contribution.staff_id == self._zone.staff_id, col(Contribution.state).in_(states)),
            ).all()
            for row in rows:
                row.state = to
                session.add(row)
        return len(rows)


def counted(database: Database) -> Sequence[Contribution]:
    """Every contribution that counts, of all zones: vocabulary words and tokens, for learning only."""
    with database.reading() as session:
        query = select(Contribution).where(col(Contribution.state).in_(COUNTED))
        return session.exec(query.order_by(col(Contribution.epoch), col(Contribution.exchange_key))).all()


def mark_published(database: Database, ids: Iterable[str]) -> None:
    """Note that these lines are part of a pattern that was published."""
    wanted = set(ids)
    with database.transaction() as session:
        for row in session.exec(select(Contribution).where(Contribution.state == "offered")):
            if row.id in wanted:
                row.state = "published"
                session.add(row)
