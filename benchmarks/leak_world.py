"""Synthetic conversations full of canaries: names, numbers, companies and phrases that exist nowhere else, in every place a conversation has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.bootstrap import House
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.notes import Notes
from memory.tables import Staff

BEGAN = datetime(2026, 6, 1, 9, tzinfo=UTC)
CANARIES = 10
"""Of one conversation."""
_STARTS = "zyx quor bront velm thrax jorn kesh wumb drav plon skarn flim gorth mazz nirv hulk pseb tworn vash yeld".split()
_MIDDLES = "a o ine ula oro ami esi ivo ura ento".split()
_ENDS = "bek dorf vane lund stro quist mere zan holt wick fjal goth pram nex tuv yarn rask bloom dale shaw".split()
_COLOURS = "violet amber crooked hollow frozen velvet rusty silent marble crimson feral polished woven sunken brittle gilded drowsy salted".split()
_THINGS = "harbour lantern clockwork orchard saddle anvil thimble compass chimney violin tapestry glacier beehive turnip walrus bellows".split()
_PLACES = "cellar meadow attic quarry lighthouse vineyard monastery tannery windmill arcade boathouse granary foundry pavilion".split()
_OBJECTIONS = {
    "budget": ("That is more than {company} can spend this year, {phrase} and all.", "Honestly it is too expensive for us, {name} said so after {phrase}."),
    "timing": ("Now is a bad moment because of {phrase}, ask me again after the season.", "{company} cannot start anything before spring, {phrase}."),
    "trust": ("How do I know that this really works at {company}? We had {phrase} before.", "We were promised the same with {phrase} and it failed."),
}
_RESPONSES = {
    "roi-proof": "Let me put your own figures for {company} next to it, {first}: you save six hours a week, so {phrase} pays for itself in four months.",
    "demo-or-trial": "Then try it at {company} for two weeks with your own data and {phrase}, free of charge, and decide afterwards, {first}.",
    "reference-call": "I can put you in touch with a customer who knows {phrase} and has used it for a year, so you can ask them yourself, {first}.",
}
_REACTIONS = (
    "Great, send me the contract to {phone}.",
    "That convinces me, let us do it, order {order}.",
    "No, that does not help, {name}.",
    "Not interested, thanks.",
)


@dataclass(slots=True)
class Canaries:
    """What was planted: each is a list of ways in which it would be told, and a way is a row of words in lower case."""

    planted: list[list[tuple[str, ...]]] = field(default_factory=list)

    def add(self, *ways: str) -> None:
        """Plant one."""
        self.planted.append([tuple(way.casefold().split()) for way in ways])


def talk(house: House, member: Staff, chance: Random, canaries: Canaries, number: int) -> list[str]:
    """One customer of a member of staff: name, company, number, conversation, deal and note. Returns the texts of the messages."""
    zone = house.zones.open(member.id)
    first, last = _name(chance, number), _name(chance, number + 7_919)
    company, colleague = _name(chance, number + 3_571), _name(chance, number + 6_007)
    phone, order = f"+49151{number % 10_000:04}{chance.randrange(10**4):04}", f"{4_000_000_000 + number * 7_001 + chance.randrange(7_000)}"
    deal = _phrase(chance, number, 0)
    phrases = iter([_phrase(chance, number, at) for at in (1, 2, 3)])
    canaries.add(f"{first} {last}", last)
    canaries.add(colleague)
    canaries.add(company)
    canaries.add(phone.removeprefix("+49"), phone.removeprefix("+"))
    canaries.add(order)
    said = list(_said(chance, first, colleague, company, phone, order, phrases, canaries, BEGAN + timedelta(days=number % 60, minutes=number)))
    note = f"{first} decides after {_phrase(chance, number, 4)}"
    canaries.add(deal)
    canaries.add(note.partition(" after ")[2])
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        known = customers.add(session, f"{first} {last}", now=BEGAN, company=f"{company.title()} Ltd")
        customers.link(session, known, "whatsapp", phone, BEGAN)
        customers.set_industry(session, known, chance.choice(("retail", "food")), "told")
        thread = conversations.with_customer(session, known.id, "whatsapp", BEGAN)
        conversations.store(session, thread.id, said, BEGAN)
    deals = Deals(house.database, zone)
    opened = deals.add(known.id, deal, now=BEGAN, amount=str(1_000 + number), amount_band="1k-10k")
    deals.set(opened.id, now=BEGAN, outcome=chance.choice(("won", "lost", "open")))
    Notes(house.database, zone).add(note, now=BEGAN, customer_id=known.id)
    return [message.text for message in said]


def _said(  # noqa: PLR0913, PLR0917 - what a conversation is drawn from
    chance: Random, first: str, colleague: str, company: str, phone: str, order: str, phrases: Iterator[str], canaries: Canaries, at: datetime
) -> Iterator[Incoming]:
    def say(role: str, text: str, later: timedelta) -> Incoming:
        nonlocal at
        at += later
        return Incoming("export", "", role, "text", text, at)

    yield say("marketer", f"Hello {first.title()}, this is about the offer for {company.title()}, order {order}.", timedelta())
    yield say("customer", f"Hi, my colleague {colleague.title()} can be reached at {phone}.", timedelta(minutes=20))
    for phrase in phrases:
        canaries.add(phrase)
        words = {"first": first.title(), "name": colleague.title(), "company": company.title(), "phone": phone, "order": order, "phrase": phrase}
        objection, response, reaction = chance.choice(list(_OBJECTIONS.values())), chance.choice(list(_RESPONSES.values())), chance.choice(_REACTIONS)
        yield say("marketer", "Did you have a look at it?", timedelta(days=2))
        yield say("customer", chance.choice(objection).format(**words), timedelta(minutes=30))
        yield say("marketer", response.format(**words), timedelta(minutes=45))
        yield say("customer", reaction.format(**words), timedelta(minutes=50))


def _name(chance: Random, number: int) -> str:
    """A word of no language; `number` makes it one of a kind."""
    letters = "".join("bcdfghjklm"[int(digit)] + "aeiou"[int(digit) % 5] for digit in str(number))
    return chance.choice(_STARTS) + chance.choice(_MIDDLES) + letters + chance.choice(_ENDS)


def _phrase(chance: Random, number: int, at: int) -> str:
    """Five content words in an order that nobody else says; the last is one of a kind."""
    return f"{chance.choice(_COLOURS)} {chance.choice(_THINGS)} {chance.choice(_COLOURS)} {chance.choice(_PLACES)} {_name(chance, number * 10 + at)}"
