"""The coach cards of one zone: what each advises, sealed, whether it waits, stands in Slack or is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.errors import Permanent
from memory.tables import CoachCard, Message, new_id
from memory.zones import Zone

_OPEN = ("held", "shown", "set-aside")
_BATCH = 100


class UnknownCard(Permanent):
    """The zone has no such card."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """A card, unsealed. `advice` is JSON; private to the zone's owner."""

    id: str
    customer_id: str
    message_id: str
    advice: str
    state: str
    reason: str
    due_at: datetime | None
    channel: str
    ts: str
    changed: int


class CoachCards:
    """The cards of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def add(self, message_id: str, customer_id: str, advice: str, now: datetime, *, due_at: datetime | None = None, reason: str = "") -> KnownCard:  # noqa: PLR0913 - the columns of the row
        """A card about a message, held; with `due_at` until then. A message has one card: what is there already stays."""
        with self._database.transaction() as session:
            row = session.exec(select(CoachCard).where(CoachCard.staff_id == self._zone.staff_id, CoachCard.message_id == message_id)).first()
            if row is None:
                made = new_id()
                row = CoachCard(
                    id=made,
                    staff_id=self._zone.staff_id,
                    customer_id=customer_id,
                    message_id=message_id,
                    sealed_advice=self._zone.cipher.seal(advice, Cell("coach_card", "sealed_advice", made)),
                    due_at=due_at,
                    reason=reason,
                    created_at=now,
                )
                session.add(row)
        return self._unsealed(row)

    def get(self, card_id: str) -> KnownCard:
        """By id. Raises UnknownCard, also for another zone's."""
        with self._database.reading() as session:
            row = session.get(CoachCard, card_id)
        if row is None or row.staff_id != self._zone.staff_id:
            raise UnknownCard("This card is not one of yours, or it was removed.")
        return self._unsealed(row)

    def about(self, message_id: str) -> KnownCard | None:
        """The card about a message."""
        with self._database.reading() as session:
            row = session.exec(select(CoachCard).where(CoachCard.staff_id == self._zone.staff_id, CoachCard.message_id == message_id)).first()
        return None if row is None else self._unsealed(row)

    def shown_since(self, moment: datetime) -> list[datetime]:
        """When cards were shown since then, oldest first."""
        query = select(CoachCard.shown_at).where(CoachCard.staff_id == self._zone.staff_id, col(CoachCard.shown_at) > moment)
        with self._database.reading() as session:
            return sorted(at for at in session.exec(query) if at is not None)

    def hold(self, card_id: str, due_at: datetime, reason: str) -> None:
        """Show it later."""
        self._change(card_id, ("held",), due_at=due_at, reason=reason)

    def shown(self, card_id: str, channel: str, ts: str, changed: int, now: datetime) -> None:
        """It stands in Slack now, as of this change."""
        with self._database.transaction() as session:
            row = self._mine(session, card_id)
            if row is not None:
                row.state = "shown" if row.state == "held" else row.state
                row.channel, row.ts, row.drawn, row.due_at, row.shown_at = channel, ts, changed, None, row.shown_at or now
                session.add(row)

    def drawn(self, card_id: str, changed: int) -> None:
        """It is drawn in Slack as of this change."""
        with self._database.transaction() as session:
            row = self._mine(session, card_id)
            if row is not None and row.drawn < changed:
                row.drawn = changed
                session.add(row)

    def advise(self, card_id: str, advice: str) -> KnownCard:
        """Other advice; the card with it. What stands in Slack otherwise is drawn again."""
        known = self.get(card_id)
        if known.advice == advice:
            return known
        self._change(card_id, (), sealed_advice=self._zone.cipher.seal(advice, Cell("coach_card", "sealed_advice", card_id)))
        return self.get(card_id)

    def touch(self, card_id: str) -> None:
        """Something it shows changed: it is to be drawn again."""
        self._change(card_id, ())

    def touch_about(self, customer_id: str) -> None:
        """Something that every open card about a customer shows changed."""
        change = update(CoachCard).where(col(CoachCard.customer_id) == customer_id, col(CoachCard.staff_id) == self._zone.staff_id)
        with self._database.transaction() as session:
            open_ones = change.where(col(CoachCard.state).in_(_OPEN)).values(changed=col(CoachCard.changed) + 1)
            session.exec(open_ones.execution_options(synchronize_session=False))

    def set_aside(self, card_id: str, *, aside: bool) -> None:
        """Its owner does not want it now, or wants it again."""
        self._change(card_id, ("shown",) if aside else ("set-aside",), state="set-aside" if aside else "shown")

    def bring_out(self, card_id: str, now: datetime, reason: str) -> None:
        """It stands nowhere yet, and is to be shown now."""
        self._change(card_id, (), state="held", due_at=now, reason=reason)

    def end(self, card_id: str, state: str, reason: str = "") -> None:
        """It is of no more use: `answered`, or `dropped` before it was shown."""
        self._change(card_id, _OPEN, state=state, reason=reason, due_at=None)

    def move_on(self, customer_id: str, before: datetime, reason: str) -> int:
        """The conversation went on: cards about earlier messages are withdrawn, or never shown; how many."""
        query = (
            select(CoachCard)
            .join(Message, col(Message.id) == col(CoachCard.message_id))
            .where(
                CoachCard.staff_id == self._zone.staff_id, CoachCard.customer_id == customer_id, col(CoachCard.state).in_(_OPEN), col(Message.sent_at) < before
            )
        )
        with self._database.reading() as session:
            if session.exec(query.limit(1)).first() is None:
                return 0  # mostly so, and then nobody has to wait for this to be written
        with self._database.transaction() as session:
            rows = session.exec(query).all()
            for row in rows:
                row.state = "dropped" if row.state == "held" else "withdrawn"
                row.reason, row.due_at, row.changed = reason, None, row.changed + 1
                session.add(row)
        return len(rows)

    def _change(self, card_id: str, states: Sequence[str], **values: object) -> None:
        """Change a card in one of these states, or in any when none is named."""
        change = update(CoachCard).where(col(CoachCard.id) == card_id, col(CoachCard.staff_id) == self._zone.staff_id)
        if states:
            change = change.where(col(CoachCard.state).in_(states))
        with self._database.transaction() as session:
            session.exec(change.values(changed=col(CoachCard.changed) + 1, **values).execution_options(synchronize_session=False))

    def _mine(self, session: Session, card_id: str) -> CoachCard | None:
        row = session.get(CoachCard, card_id, with_for_update=True)
        return row if row is not None and row.staff_id == self._zone.staff_id else None

    def _unsealed(self, row: CoachCard) -> KnownCard:
        advice = self._zone.cipher.unseal(row.sealed_advice, Cell("coach_card", "sealed_advice", row.id))
        return KnownCard(row.id, row.customer_id, row.message_id, advice, row.state, row.reason, row.due_at, row.channel, row.ts, row.changed)


def waiting(database: Database, now: datetime) -> list[tuple[str, str]]:
    """(staff id, card id) of held cards whose time has come, oldest first."""
    query = select(CoachCard.staff_id, CoachCard.id).where(CoachCard.state == "held", col(CoachCard.due_at) <= now)
    with database.reading() as session:
        return [(staff_id, card_id) for staff_id, card_id in session.exec(query.order_by(col(CoachCard.due_at)).limit(_BATCH))]


def outdated(database: Database) -> list[tuple[str, str]]:
    """(staff id, card id) of cards that stand in Slack otherwise than they are."""
    query = select(CoachCard.staff_id, CoachCard.id).where(CoachCard.ts != "", col(CoachCard.drawn) < col(CoachCard.changed))
    with database.reading() as session:
        return [(staff_id, card_id) for staff_id, card_id in session.exec(query.limit(_BATCH))]
