"""THE door in: whatever the source, a message becomes rows and a job in one transaction; what came before returns quietly."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.messages import InboundMessage
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.database import Database
from memory.staff import StaffDirectory
from memory.tables import Customer, InboxEntry
from memory.zones import Zones

_log = structlog.get_logger()

Enqueue = Callable[[Session, str], None]
"""Puts the work for an inbox entry into the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a delivery."""

    staff_id: str
    message_id: str
    entry_id: str
    """Empty when the delivery was known or carried nothing to do."""

    @property
    def new(self) -> bool:
        """Whether this delivery changed anything."""
        return bool(self.entry_id)


class Inbox:
    """Accepts messages for whoever of our staff they belong to."""

    def __init__(self, database: Database, staff: StaffDirectory, zones: Zones, enqueue: Enqueue) -> None:
        """`enqueue` must write through the session it is given: row and job stand or fall together."""
        self._database = database
        self._staff = staff
        self._zones = zones
        self._enqueue = enqueue

    def accept(self, message: InboundMessage, now: datetime) -> Accepted | None:
        """Store and enqueue; None when no member of staff has this address. When it returns, everything is committed."""
        owner = self._staff.by_address(message.ours.channel, message.ours.value)
        if owner is None:
            _log.warning("inbox.owner_unknown", source=message.source)
            return None
        try:
            return self._stored(owner.id, message, now)
        except IntegrityError:
            # Two copies of one delivery arrived at the same moment on Postgres and the other one won: now it is known.
            return self._stored(owner.id, message, now)

    def _stored(self, staff_id: str, message: InboundMessage, now: datetime) -> Accepted:
        zone = self._zones.open(staff_id)
        customers, conversations = Customers(self._database, zone), Conversations(self._database, zone)
        with self._database.transaction() as session:
            known = session.exec(
                select(InboxEntry).where(
                    InboxEntry.source == message.source,
                    InboxEntry.account == message.account,
                    InboxEntry.external_id == message.external_id,
                ),
            ).first()
            if known is not None:
                return Accepted(staff_id, known.message_id, "")
            customer = self._customer(session, customers, message, now)
            self._note_opt_out(session, customers, customer, message)
            thread = conversations.with_customer(session, customer.id, message.theirs.channel, now)
            incoming = Incoming(message.source, message.external_id, message.role, message.kind, message.text, message.sent_at)
            added = conversations.store(session, thread.id, [incoming], now)
            if not added:
                return Accepted(staff_id, "", "")
            entry = InboxEntry(
                source=message.source,
                account=message.account,
                external_id=message.external_id,
                staff_id=staff_id,
                message_id=added[0].id,
                received_at=now,
            )
            session.add(entry)
            session.flush()
            self._enqueue(session, entry.id)
            return Accepted(staff_id, added[0].id, entry.id)

    def _customer(self, session: Session, customers: Customers, message: InboundMessage, now: datetime) -> Customer:
        customer = customers.at_address(session, message.theirs.channel, message.theirs.value)
        if customer is None:
            # Not matched by profile name: whoever writes chooses that name, and a wrong match would put words into another customer's thread.
            customer = customers.add(session, message.profile_name or message.theirs.value, now=now)
            customers.link(session, customer, message.theirs.channel, message.theirs.value, now)
        return customer

    def _note_opt_out(self, session: Session, customers: Customers, customer: Customer, message: InboundMessage) -> None:
        if message.opt_out == "STOP":
            customers.set_opted_out(session, customer, message.sent_at)
        elif message.opt_out == "START":
            customers.set_opted_out(session, customer, None)
