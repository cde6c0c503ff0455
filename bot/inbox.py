"""THE door in: whatever the source, a message becomes rows and a job in one transaction; what came before returns quietly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.messages import InboundMessage, Role
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.database import Database
from memory.forgetting import VENDORS
from memory.inbox_entries import InboxEntries, Transaction
from memory.reply_windows import ReplyWindows
from memory.staff import StaffDirectory
from memory.tables import Customer, InboxEntry
from memory.zones import Zone, Zones

_log = structlog.get_logger()

FIRST_LEASE = timedelta(seconds=60)
"""How long the queue has to start on a delivery before the sweeper offers it again."""

Enqueue = Callable[[Transaction, str], None]
"""Puts the work for an inbox entry into the caller's transaction."""
NoteMedia = Callable[[Transaction, Zone, str, InboundMessage, datetime], None]
"""Notes the files of a new message in the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a delivery."""

    staff_id: str
    message_id: str
    entry_id: str
    """Both ids are empty when the delivery was known."""

    @property
    def new(self) -> bool:
        """Whether this delivery changed anything."""
        return bool(self.entry_id)


class Inbox:
    """Accepts messages for whoever of our staff they belong to."""

    def __init__(self, database: Database, staff: StaffDirectory, zones: Zones, enqueue: Enqueue, note_media: NoteMedia | None = None) -> None:
        """`enqueue` and `note_media` must write through the session they are given: row and work stand or fall together."""
        self._database = database
        self._staff = staff
        self._zones = zones
        self._enqueue = enqueue
        self._note_media = note_media
        self._entries = InboxEntries(database)
        self.turned_away = 0
        """Deliveries for addresses of nobody, since the start. Nothing of them is kept."""

    def accept(self, message: InboundMessage, now: datetime) -> Accepted | None:
        """Store and enqueue; None when no member of staff has this address. When it returns, everything is committed."""
        with self._database.urgently():  # a vendor waits for its answer, and sends again when it waits for long
            return self._accept(message, now)

    def _accept(self, message: InboundMessage, now: datetime) -> Accepted | None:
        with self._database.reading():
            owner = self._staff.by_address(message.ours.channel, message.ours.value)
            if owner is None:
                self.turned_away += 1
                _log.warning("inbox.owner_unknown", source=message.source, turned_away=self.turned_away)
                return None
            if self._entries.known_among([(message.source, message.account, message.external_id)]):
                # Copies and replays end here without taking the write lock; what looks new is looked up again inside the transaction.
                return Accepted(owner.id, "", "")
            zone = self._zones.open(owner.id)
        customers, conversations = Customers(self._database, zone), Conversations(self._database, zone)
        with self._database.transaction() as session:
            self._entries.one_at_a_time(session, owner.id)
            if self._entries.known(session, message.source, message.account, message.external_id):
                return Accepted(owner.id, "", "")
            customer = self._customer(session, customers, message, now)
            if message.role is Role.CUSTOMER and message.source in VENDORS:
                ReplyWindows(self._database, zone).note(session, customer.id, message.ours.value, message.theirs.value, message.sent_at)
            thread = conversations.with_customer(session, customer.id, message.theirs.channel, now)
            incoming = Incoming(message.source, message.external_id, message.role, message.kind, message.text, message.sent_at)
            added = conversations.store(session, thread.id, [conversations.aligned(session, thread.id, incoming)], now)
            if not added:
                return Accepted(owner.id, "", "")
            entry = InboxEntry(
                source=message.source,
                account=message.account,
                external_id=message.external_id,
                staff_id=owner.id,
                message_id=added[0].id,
                lease_until=now + FIRST_LEASE,
                received_at=now,
            )
            self._entries.add(session, entry)
            if self._note_media is not None and message.media:
                self._note_media(session, zone, added[0].id, message, now)
            self._enqueue(session, entry.id)
        return Accepted(owner.id, added[0].id, entry.id)

    def missing(self, messages: Sequence[InboundMessage]) -> tuple[list[InboundMessage], int]:
        """Of a batch, those for our staff that were not accepted yet, and how many are for nobody of ours. A quick look: `accept` decides."""
        ours = {address: self._staff.by_address(address.channel, address.value) is not None for address in {message.ours for message in messages}}
        known = self._entries.known_among([(message.source, message.account, message.external_id) for message in messages])
        missing = [message for message in messages if ours[message.ours] and (message.source, message.account, message.external_id) not in known]
        return missing, sum(not ours[message.ours] for message in messages)

    def _customer(self, session: Transaction, customers: Customers, message: InboundMessage, now: datetime) -> Customer:
        addresses = (message.theirs, *message.aliases)
        found = (customers.at_address(session, address.channel, address.value) for address in addresses)
        customer = next((one for one in found if one is not None), None)
        if customer is None:
            # Not matched by profile name: whoever writes chooses that name, and a wrong match would put words into another customer's thread.
            customer = customers.add(session, message.profile_name or message.theirs.value, now=now)
        else:
            customers.set_name(session, customer, message.profile_name, instead_of=message.theirs.value)
        for address in addresses:
            customers.link(session, customer, address.channel, address.value, now)
        customers.note_opt_out(session, customer, message.opt_out, message.sent_at)
        return customer
