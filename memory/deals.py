"""The deals of one zone: what is being sold, for how much, and how it ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.errors import UnknownDeal
from memory.tables import Deal, DealStep, new_id
from memory.zones import Zone

FIRST_STAGE = "lead"
_OLDER = {"open": FIRST_STAGE}
"""What deals began with before, which is no stage of the vocabulary: such rows are read as leads."""


@dataclass(frozen=True, slots=True)
class KnownDeal:
    """A deal, unsealed. `amount` is as written by its owner, with its currency, or empty."""

    id: str
    customer_id: str
    name: str
    amount: str
    amount_band: str
    stage: str
    outcome: str
    updated_at: datetime


class Deals:
    """Add, change and list the deals of an open zone. Words (stage, outcome, band) are checked by the caller against the vocabulary."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these deals can be of."""
        self._database = database
        self._zone = zone

    def add(self, customer_id: str, name: str, *, now: datetime, amount: str = "", amount_band: str = "unknown") -> KnownDeal:
        """A new open deal with a customer of this zone."""
        row = Deal(id=new_id(), staff_id=self._zone.staff_id, customer_id=customer_id, sealed_name=b"", stage=FIRST_STAGE, created_at=now, updated_at=now)
        row.sealed_name = self._zone.cipher.seal(name, Cell("deal", "sealed_name", row.id))
        self._set_amount(row, amount, amount_band)
        with self._database.transaction() as session:
            session.add(row)
            session.flush()
            session.add(self._step(row, now))
        return self._unsealed(row)

    def set(  # noqa: PLR0913 - every field may change
        self,
        deal_id: str,
        *,
        now: datetime,
        amount: str = "",
        amount_band: str = "",
        stage: str = "",
        outcome: str = "",
    ) -> KnownDeal:
        """Change what is given, keep the rest. Raises UnknownDeal, also for a deal of another zone."""
        with self._database.transaction() as session:
            row = self._mine(session, deal_id)
            if amount:
                self._set_amount(row, amount, amount_band)
            before = (row.stage, row.outcome)
            row.stage, row.outcome, row.updated_at = stage or _OLDER.get(row.stage, row.stage), outcome or row.outcome, now
            session.add(row)
            if before != (row.stage, row.outcome):
                session.add(self._step(row, now))
        return self._unsealed(row)

    def all(self, customer_id: str = "") -> list[KnownDeal]:
        """Every deal, or those with one customer, latest change first."""
        query = select(Deal).where(Deal.staff_id == self._zone.staff_id).order_by(col(Deal.updated_at).desc(), col(Deal.id))
        if customer_id:
            query = query.where(Deal.customer_id == customer_id)
        with self._database.reading() as session:
            return [self._unsealed(row) for row in session.exec(query)]

    def steps(self) -> dict[str, list[DealStep]]:
        """By deal, each stage it came to and its end, oldest first."""
        found: dict[str, list[DealStep]] = {}
        with self._database.reading() as session:
            for row in session.exec(select(DealStep).where(DealStep.staff_id == self._zone.staff_id).order_by(col(DealStep.at), col(DealStep.id))):
                row.stage = _OLDER.get(row.stage, row.stage)
                found.setdefault(row.deal_id, []).append(row)
        return found

    def _step(self, row: Deal, now: datetime) -> DealStep:
        return DealStep(deal_id=row.id, staff_id=row.staff_id, stage=row.stage, outcome=row.outcome, at=now)

    def _mine(self, session: Session, deal_id: str) -> Deal:
        matches = session.exec(select(Deal).where(Deal.staff_id == self._zone.staff_id, col(Deal.id).startswith(deal_id, autoescape=True))).all()
        if len(matches) != 1 or not deal_id:
            msg = f"No deal of yours has the id '{deal_id[:40]}': `deal list` shows yours."
            raise UnknownDeal(msg)
        return matches[0]

    def _set_amount(self, row: Deal, amount: str, band: str) -> None:
        row.sealed_amount = self._zone.cipher.seal(amount, Cell("deal", "sealed_amount", row.id)) if amount else None
        row.amount_band = band or "unknown"

    def _unsealed(self, row: Deal) -> KnownDeal:
        return KnownDeal(
            id=row.id,
            customer_id=row.customer_id,
            name=self._zone.cipher.unseal(row.sealed_name, Cell("deal", "sealed_name", row.id)),
            amount=self._zone.cipher.unseal(row.sealed_amount, Cell("deal", "sealed_amount", row.id)) if row.sealed_amount else "",
            amount_band=row.amount_band,
            stage=_OLDER.get(row.stage, row.stage),
            outcome=row.outcome,
            updated_at=row.updated_at,
        )
