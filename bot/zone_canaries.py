"""Canaries: a customer with secrets planted in every zone, asked for by everybody else, and removed again whatever happens."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from memory import suggestions
from memory.coach_cards import CoachCards
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import UnknownStaff
from memory.forgetting import Subject, erase
from memory.inbox_entries import Transaction
from memory.notes import Notes
from memory.outbox import Outbox
from memory.outgoing_files import OutgoingFiles
from memory.suggestions import Suggestions
from memory.tables import Setting, Suggestion, new_id

if TYPE_CHECKING:
    from bot.bootstrap import House

_PLANTED = "zone-proof.planted"
_NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""When a planted card is shown."""
_LONGEST = timedelta(minutes=10)
"""What a proof may take."""
_LETTERS = "bcdfghjklmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Canary:
    """One zone's secrets. `handle` is what others may know and ask by; `secret` and `phone` are what nobody else may ever be told."""

    staff_id: str
    staff_name: str
    handle: str
    secret: str
    phone: str
    customer_id: str
    message_id: str
    deal_id: str
    suggestion_id: str
    card_id: str
    letter_id: str

    @property
    def secrets(self) -> tuple[str, str]:
        """What must not be seen outside the zone."""
        return self.secret, self.phone.lstrip("+")


class Canaries:
    """Plants and removes. A run that was killed is cleaned up by the next one."""

    def __init__(self, house: "House", chance: random.Random) -> None:
        self._house = house
        self._chance = chance

    def temporary_staff(self, count: int) -> list[str]:
        """Members of staff who exist for the proof only."""
        made = [self._house.staff.add(f"Zone proof {self._word()}", now=self._house.clock()).id for _ in range(count)]
        self._note([f"staff:{one}" for one in made])
        return made

    def plant(self, staff_id: str) -> Canary:
        """A customer with a conversation, a deal and a note, all telling the zone's secret."""
        house, zone, now = self._house, self._house.zones.open(staff_id), self._house.clock()
        handle, secret = self._word(), self._word() + self._word()
        phone = "+1999" + "".join(self._chance.choices("0123456789", k=11))
        customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
        with house.database.transaction() as session:
            customer = customers.add(session, f"Canary {handle} {secret}", now=now, company=f"{secret} Holdings")
            customers.link(session, customer, "whatsapp", phone, now)
            thread = conversations.with_customer(session, customer.id, "whatsapp", now)
            told = [
                Incoming("zone-proof", new_id(), "customer", "text", f"The {handle} codeword is {secret}", now),
                Incoming("zone-proof", new_id(), "marketer", "text", f"Our quote is $5,000 for the year. {handle}: {secret}, {phone}", now),
            ]
            objection = f"Sorry, that is too expensive, we do not have the budget for it this year. {secret}"
            told.append(Incoming("zone-proof", new_id(), "customer", "text", objection, now + timedelta(minutes=1)))
            rows = conversations.store(session, thread.id, told, now)
            self._noted(session, [f"customer:{staff_id}:{customer.id}"])
        house.memories.of(staff_id).remember([row.id for row in rows])
        Notes(house.database, zone).add(f"{handle} prefers {secret}", now=now, customer_id=customer.id)
        deal = Deals(house.database, zone).add(customer.id, f"{handle} fleet {secret}", now=now, amount="48213", amount_band="10k-50k")
        shown = Suggestion(
            id=new_id(), staff_id=staff_id, customer_id=customer.id, message_id=rows[0].id, objection="budget", industry="other",
            amount_band="unknown", response="roi-proof", rank=1, propensity=1.0, shown_at=now,
        )  # fmt: skip
        Suggestions(house.database, zone).record([shown])
        card = CoachCards(house.database, zone).add(rows[-1].id, customer.id, json.dumps({"words": f"{handle} {secret}"}), now, due_at=_NEVER)
        letter = Outbox(house.database, zone).save_draft(customer.id, card.id, shown.id, f"{handle}: {secret}, {phone}", now)
        with house.database.transaction() as session:
            OutgoingFiles(house.database, zone).keep(session, letter, f"{handle}: {secret}, {phone}".encode(), now)
        return Canary(staff_id, house.staff.get(staff_id).name, handle, secret, phone, customer.id, rows[-1].id, deal.id, shown.id, card.id, letter)

    def note_asking(self, staff_ids: Sequence[str]) -> None:
        """From now on these are asking: what they are shown is no suggestion that anybody saw."""
        self._note([f"asked:{one}:{self._house.clock().timestamp():.0f}" for one in staff_ids])

    def remove(self) -> int:
        """Erase everything planted or caused by this run or by one that was killed; how many zones were touched."""
        with self._house.database.reading() as session:
            noted = session.get(Setting, _PLANTED)
        planted = noted.value.split() if noted else []
        touched = set()
        for one in sorted(planted):  # customers come before the staff they belong to
            kind, staff_id, *rest = one.split(":")
            touched.add(staff_id)
            if kind == "asked":
                began = datetime.fromtimestamp(int(rest[0]), UTC)
                suggestions.unsay(self._house.database, staff_id, began, began + _LONGEST)
            else:
                self._erased(Subject(kind, staff_id, "".join(rest)))
        if planted:
            with self._house.database.transaction() as session:
                session.delete(session.get_one(Setting, _PLANTED))
            self._house.database.shred()
        return len(touched)

    def _erased(self, subject: Subject) -> None:
        house = self._house
        try:
            house.memories.of(subject.staff_id).erase_index()
        except UnknownStaff:
            return
        with house.database.transaction() as session:
            erase(session, subject, "zone-proof", house.clock())
        if subject.kind == "staff":
            house.memories.drop(subject.staff_id)
            house.zones.drop(subject.staff_id)
        else:
            house.memories.of(subject.staff_id).reindex()

    def _note(self, planted: Sequence[str]) -> None:
        with self._house.database.transaction() as session:
            self._noted(session, planted)

    def _noted(self, session: Transaction, planted: Sequence[str]) -> None:
        """Written with what it tells about, so that whatever is planted can be found again."""
        noted = session.get(Setting, _PLANTED) or Setting(name=_PLANTED, value="")
        noted.value = f"{noted.value} {' '.join(planted)}".strip()
        session.add(noted)

    def _word(self) -> str:
        """Letters that no language puts in a row: found nowhere by chance, and one word for every search."""
        return "zq" + "".join(self._chance.choices(_LETTERS, k=10))
