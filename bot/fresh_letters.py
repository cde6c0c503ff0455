"""A card for what somebody writes of their own accord: it stands in Slack once the words are approved, and says how far they came."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.answers import Advice
from bot.errors import InputRefused
from intelligence.vocabulary import NONE, UNKNOWN
from memory.coach_cards import CoachCards, KnownCard
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer

if TYPE_CHECKING:
    from bot.bootstrap import House

WRITTEN = "written"
"""Why such a card waits to be shown."""


def card_for(house: "House", staff_id: str, customer_id: str) -> str:
    """The card about the last message with a customer, made where there is none; its id. Raises UnknownCustomer, InputRefused."""
    zone = house.zones.open(staff_id)
    customer, conversations = Customers(house.database, zone).get(customer_id), Conversations(house.database, zone)
    said = [message for thread in conversations.with_any_of([customer_id]) for message in conversations.history(thread, limit=1)]
    last = max(said, key=lambda one: one.sent_at, default=None)
    if last is None:
        msg = f"You and {customer.name} have not written to each other yet: begin on your phone."
        raise InputRefused(msg)
    book = CoachCards(house.database, zone)
    known = book.about(last.id)
    if known is not None:
        return known.id
    words = last.text if last.role == "customer" else ""
    advice = Advice(NONE, "", UNKNOWN, UNKNOWN, customer.name, words, (), customer_id=customer.id)
    return book.add(last.id, customer.id, json.dumps(asdict(advice), ensure_ascii=False), house.clock(), reason=WRITTEN).id


def bring_out(book: CoachCards, card: KnownCard, house: "House") -> None:
    """Something was approved on it: a card that stands nowhere yet is to be shown, one that does is drawn again."""
    if card.ts:
        book.end(card.id, "answered")
        book.touch(card.id)
    else:
        book.bring_out(card.id, house.clock(), WRITTEN)


def reached(house: "House", customer: KnownCustomer) -> str:
    """A customer's id where they can be written to from here, else empty."""
    return customer.id if house.sending is not None and customer.opted_out_at is None else ""
