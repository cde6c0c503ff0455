"""The WhatsApp side of the playground: whom a marketer writes with, and what was said, as the customer's phone would show it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.bootstrap import House
from bot.doubles.twilio import TwilioDouble
from bot.errors import InputRefused
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.playground import Person

_CHANNEL = "whatsapp"
_MOST_SHOWN = 80
_DIGITS = range(7, 16)
"""Of an international number (ITU E.164)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody a marketer writes with."""

    number: str
    name: str
    customer: KnownCustomer | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread; `mine` is the marketer's."""

    mine: bool
    text: str
    at: datetime
    status: str = ""


@dataclass(slots=True)
class Phone:
    """Threads are what the export files told before the playground began, and from then on what stands in Twilio's double."""

    house: House
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def give_numbers(self, people: Iterable["Person"]) -> None:
        """Customers of export files have no number: a fictional one each, so that they can write."""
        for row, person in enumerate(people):
            customers = Customers(self.house.database, self._zone(person))
            unreached = [one for one in customers.all() if not _number(one)]
            with self.house.database.transaction() as session:
                for column, known in enumerate(sorted(unreached, key=lambda one: one.name)):
                    stored = customers.called(session, known.name)
                    if stored is not None:
                        customers.link(session, stored, _CHANNEL, f"+1202555{2000 + row * 100 + column}", self.began)

    def ours(self, person: "Person") -> str:
        """The number customers write to."""
        return self.house.staff.addresses(person.member.id)[0].address

    def contacts(self, person: "Person", twilio: TwilioDouble) -> list[Contact]:
        """Everybody with a number; whoever wrote last stands first."""
        known = Customers(self.house.database, self._zone(person)).all()
        last = {
            message.sender.partition(":")[2]: message.created_at
            for message in twilio.listed(sender="", recipient=f"whatsapp:{self.ours(person)}", after=None, before=None)
        }
        found = [Contact(_number(one), one.name, one) for one in known if _number(one)]
        return sorted(found, key=lambda one: (-(last[one.number].timestamp()) if one.number in last else 0.0, one.name))

    def contact(self, person: "Person", number: str, name: str) -> Contact:
        """A known contact, or a new one. Raises InputRefused for what is no number."""
        digits = "".join(sign for sign in number if sign.isdigit())
        if len(digits) not in _DIGITS:
            msg = "A customer needs a phone number with its country code, such as +1 202 555 0177."
            raise InputRefused(msg)
        written = f"+{digits}"
        known = next((one for one in Customers(self.house.database, self._zone(person)).all() if written in one.addresses), None)
        return Contact(written, name or (known.name if known else written), known)

    def thread(self, person: "Person", contact: Contact, twilio: TwilioDouble) -> list[Said]:
        """Oldest first, the newest of them."""
        before = self._imported(person, contact) if contact.customer else []
        theirs, ours = f"whatsapp:{contact.number}", f"whatsapp:{self.ours(person)}"
        pairs = ((theirs, ours), (ours, theirs))
        live = [one for sender, recipient in pairs for one in twilio.listed(sender=sender, recipient=recipient, after=None, before=None)]
        said = [Said(one.sender == ours, one.body, one.created_at, one.status if one.sender == ours else "") for one in live]
        return sorted([*before, *said], key=lambda one: one.at)[-_MOST_SHOWN:]

    def _imported(self, person: "Person", contact: Contact) -> list[Said]:
        conversations = Conversations(self.house.database, self._zone(person))
        return [
            Said(message.role == "marketer", message.text, message.sent_at)
            for thread in conversations.threads()
            if contact.customer is not None and thread.customer_id == contact.customer.id
            for message in conversations.history(thread.id, limit=_MOST_SHOWN, until=self.began)
            if message.sent_at < self.began
        ]

    def _zone(self, person: "Person") -> Zone:
        return self.house.zones.open(person.member.id)


def _number(customer: KnownCustomer) -> str:
    """Where a customer can be reached; an export file may have left a name only."""
    return next((address for address in customer.addresses if address.startswith("+")), "")
