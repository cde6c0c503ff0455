"""The use cases around one's own customers: list, look at, correct, mute."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.desk_answers import CustomerPage, CustomerRow
from bot.errors import InputRefused
from bot.fresh_letters import reached
from bot.records import whatsapp_address
from memory.coach_cards import CoachCards
from memory.conversations import Conversations, StoredMessage
from memory.customers import Customers, KnownCustomer
from memory.preferences import Preferences
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_NOTES_SHOWN = 5
_CHOICES = 100
_CHANNEL = "whatsapp"


class CustomerDesk:
    """Works for one verified member of staff at a time; another zone's customers do not exist for it."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def everybody(self, staff_id: str) -> list[CustomerRow]:
        """Everybody, whoever was written with last first."""
        zone = self._house.zones.open(staff_id)
        last = self._last(zone)
        known = Customers(self._house.database, zone).all()
        known.sort(key=lambda one: last[one.id].sent_at.timestamp() if one.id in last else 0.0, reverse=True)
        return [
            CustomerRow(one.name, one.company, one.industry, last[one.id].sent_at if one.id in last else None, one.opted_out_at is not None) for one in known
        ]

    def found(self, staff_id: str, typed: str) -> list[KnownCustomer]:
        """Customers whose name or company holds what was typed: what a list in a window offers."""
        wanted = typed.casefold().strip()
        known = Customers(self._house.database, self._house.zones.open(staff_id)).all()
        return sorted((one for one in known if wanted in f"{one.name} {one.company}".casefold()), key=lambda one: one.name.casefold())[:_CHOICES]

    def page(self, staff_id: str, name: str) -> CustomerPage:
        """All there is about a customer. Raises UnknownCustomer."""
        return self._page(staff_id, Customers(self._house.database, self._house.zones.open(staff_id)).named(name))

    def page_of(self, staff_id: str, customer_id: str) -> CustomerPage:
        """The same by id; another zone's is refused. Raises UnknownCustomer."""
        return self._page(staff_id, Customers(self._house.database, self._house.zones.open(staff_id)).get(customer_id))

    def set_industry(self, staff_id: str, name: str, industry: str) -> CustomerPage:
        """Correct the industry; what a person says outweighs every guess. Raises UnknownCustomer, UnknownTerm."""
        return self.set_industry_of(staff_id, Customers(self._house.database, self._house.zones.open(staff_id)).named(name).id, industry)

    def set_industry_of(self, staff_id: str, customer_id: str, industry: str) -> CustomerPage:
        """The same by id; another zone's is refused. Raises UnknownCustomer, UnknownTerm."""
        word = self._house.vocabulary.industry(industry.strip().casefold().replace(" ", "-"))
        customers = Customers(self._house.database, self._house.zones.open(staff_id))
        known = customers.get(customer_id)
        with self._house.database.transaction() as session:
            row = customers.called(session, known.name)
            if row is not None:
                customers.set_industry(session, row, word, "told")
        CoachCards(self._house.database, self._house.zones.open(staff_id)).touch_about(known.id)
        return self.page_of(staff_id, known.id)

    def rename(self, staff_id: str, name: str, new_name: str) -> CustomerPage:
        """Another name. Raises UnknownCustomer, InputRefused."""
        clean = " ".join(new_name.split())
        if not clean:
            msg = "The new name is empty: write `/customer rename Maria Lopez to Maria Ruiz`."
            raise InputRefused(msg)
        customers = Customers(self._house.database, self._house.zones.open(staff_id))
        known = customers.named(name)
        with self._house.database.transaction() as session:
            taken = customers.called(session, clean)
            if taken is not None and taken.id != known.id:
                msg = f"You already have a customer called {clean}: choose another name."
                raise InputRefused(msg)
            row = customers.called(session, known.name)
            if row is not None:
                customers.set_name(session, row, clean, instead_of=known.name)
        return self.page_of(staff_id, known.id)

    def add_number(self, staff_id: str, name: str, number: str) -> CustomerPage:
        """A WhatsApp number of a customer, so that what comes from it lands in their conversation. Raises UnknownCustomer, InputRefused."""
        address = whatsapp_address(number)
        customers = Customers(self._house.database, self._house.zones.open(staff_id))
        known = customers.named(name)
        with self._house.database.transaction() as session:
            holder = customers.at_address(session, _CHANNEL, address)
            if holder is not None and holder.id != known.id:
                msg = "Another customer of yours has this number already: `/customer list` shows them."
                raise InputRefused(msg)
            row = customers.called(session, known.name)
            if row is not None:
                customers.link(session, row, _CHANNEL, address, self._house.clock())
        return self.page_of(staff_id, known.id)

    def mute(self, staff_id: str, name: str, *, muted: bool) -> CustomerPage:
        """No coach cards about a customer, or cards again. Raises UnknownCustomer."""
        return self.mute_of(staff_id, Customers(self._house.database, self._house.zones.open(staff_id)).named(name).id, muted=muted)

    def mute_of(self, staff_id: str, customer_id: str, *, muted: bool) -> CustomerPage:
        """The same by id; another zone's is refused. Raises UnknownCustomer."""
        preferences = Preferences(self._house.database, self._house.zones.open(staff_id))
        if muted:
            preferences.mute(customer_id)
        else:
            preferences.unmute(customer_id)
        CoachCards(self._house.database, self._house.zones.open(staff_id)).touch_about(customer_id)
        return self.page_of(staff_id, customer_id)

    def _page(self, staff_id: str, known: KnownCustomer) -> CustomerPage:
        house, zone = self._house, self._house.zones.open(staff_id)
        conversations = Conversations(house.database, zone)
        said = [message for thread in conversations.with_any_of([known.id]) for message in conversations.history(thread)]
        last = max(said, key=lambda one: one.sent_at, default=None)
        deals = [deal for deal in house.records.deals(staff_id) if deal["customer"] == known.name]
        local = ZoneInfo(house.staff.get(staff_id).time_zone)
        return CustomerPage(
            id=known.id,
            name=known.name,
            company=known.company,
            industry=known.industry,
            industry_source=known.industry_source,
            addresses=tuple(address for address in known.addresses if address.startswith("+")),
            messages=len(said),
            last_at=last.sent_at.astimezone(local) if last else None,
            last_ours=last is not None and last.role == "marketer",
            deals=tuple(f"{deal['name']}: {deal['stage']}, {deal['outcome']}{', ' + deal['amount'] if deal['amount'] else ''}" for deal in deals),
            notes=tuple(note["text"] for note in house.records.notes(staff_id, known.name)[:_NOTES_SHOWN]),
            follow_ups=tuple(one for one in house.follow_ups.waiting(staff_id) if one.customer == known.name),
            muted=known.id in Preferences(house.database, zone).muted(house.clock()),
            opted_out=known.opted_out_at is not None,
            write_to=reached(house, known),
        )

    def _last(self, zone: Zone) -> dict[str, StoredMessage]:
        """The last message with each customer, by customer."""
        conversations = Conversations(self._house.database, zone)
        found: dict[str, StoredMessage] = {}
        for thread in conversations.threads():
            for message in conversations.history(thread.id, limit=1):
                if thread.customer_id not in found or found[thread.customer_id].sent_at < message.sent_at:
                    found[thread.customer_id] = message
        return found
