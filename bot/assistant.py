"""The use cases: suggest, coach, recall, feedback. Each works for one verified member of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import slots, turns
from bot.advising import Advising, Planned, Situation
from bot.answering import answered
from bot.answers import Advice, Recalled, RecalledMessage
from bot.errors import InputRefused
from bot.noted import beside, noted, recalled
from bot.questions import Question, read
from intelligence.amounts import amount_named, amount_of
from intelligence.languages import written
from intelligence.vocabulary import NONE, UNKNOWN
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.deals import Deals
from memory.retrieval import Focus
from memory.suggestions import Suggestions
from memory.tables import Suggestion

if TYPE_CHECKING:
    from bot.bootstrap import House
    from intelligence.classifier import CustomerTurn

_LONGEST_QUESTION = 2_000
_TOO_LATE = timedelta(hours=24)
"""A message that came in later than this (an outage healed by reconciliation) has been answered, or WhatsApp's window for answering is over."""
_CONTEXT_MESSAGES = 8
_AROUND = 4
"""Messages before and after one that was cited."""
_MOST_OBJECTIONS = 2
"""That one card answers."""


@dataclass(frozen=True, slots=True)
class Coached:
    """Advice about a customer's turn, and the first message of it that objects: the card is about that."""

    planned: Planned
    message_id: str
    sent_at: datetime

    @property
    def advice(self) -> Advice:
        """What to show."""
        return self.planned.advice


class Assistant:
    """Answers questions of one person at a time; the owner's id always comes from a verified caller, never from text."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._advising = Advising(house)

    def suggest(self, staff_id: str, text: str, *, industry: str = "", amount: str = "", objection: str = "") -> Advice:
        """What worked for others when a customer wrote something like this, or when the objection is this."""
        about = self.understood(staff_id, text, industry=industry, amount=amount, objection=objection)
        said = (about.objection, *about.others)
        situation = Situation(said, about.industry, about.amount_band, text, about.industry_source, language=written([text]))
        planned = self._advising.plan(staff_id, situation, {})
        self._advising.note(staff_id, planned)
        return planned.advice

    def understood(self, staff_id: str, text: str, *, industry: str = "", amount: str = "", objection: str = "") -> Advice:
        """The situation alone, without advice. What is given outweighs what the text says, and that outweighs what is usual."""
        if text.strip() or not objection:
            self._refuse_unusable(text)
        member = self._house.staff.get(staff_id)
        words = self._house.vocabulary
        heard = "" if industry else self._house.industry_of(text)
        source = "told" if industry else "words" if heard else "default"
        band = self._band(amount or text, strict=bool(amount))
        raised = (words.objection(objection),) if objection else _raised(self._house.classifier.customer([text], [""])[0])
        meaning = words.objections.get(raised[0], "")
        business = words.industry(industry or heard or member.default_industry)
        return Advice(raised[0], meaning, business, band, "", text, (), industry_source=source, others=raised[1:])

    def amount_band(self, text: str) -> str:
        """The band of the amount a text names, or `unknown`."""
        return self._band(text, strict=False)

    def coach(self, staff_id: str, message_id: str) -> Coached | None:
        """Advice about a customer's turn to which this message belongs; None when the message holds no objection or is not a customer's.

        Nothing is stored: `shown` does that, once it is.
        """
        zone = self._house.zones.open(staff_id)
        conversations = Conversations(self._house.database, zone)
        message = next(iter(conversations.read([message_id])), None)
        if message is None or not turns.is_words(message) or self._house.clock() - message.sent_at > _TOO_LATE:
            return None
        thread = conversations.around(message, _CONTEXT_MESSAGES)
        bubbles = turns.turn(thread, message)
        before = [one for one in thread if one.sent_at < bubbles[0].sent_at]
        context = next((one.text for one in reversed(before) if one.role == "marketer"), "")
        read_turns = self._house.classifier.customer([one.text for one in bubbles], [context] * len(bubbles))
        objecting = [(one, _raised(turn)) for one, turn in zip(bubbles, read_turns, strict=True) if turn.objection != NONE]
        customer = Customers(self._house.database, zone).of_conversation(message.conversation_id)
        if message.id not in {one.id for one, _ in objecting} or customer.opted_out_at is not None:
            return None
        first = objecting[0][0]
        deals = Deals(self._house.database, zone).all(customer.id)
        deal = next((one for one in deals if one.outcome == "open"), next(iter(deals), None))
        said = [one.text for one in (*before, *bubbles)]
        band = deal.amount_band if deal else self._band(" ".join(said), strict=False)
        theirs = [one.text for one in (*before, *bubbles) if one.role == "customer"]
        industry, source = self._industry(staff_id, customer, theirs)
        raised = tuple(dict.fromkeys(objection for _, each in objecting for objection in each))[:_MOST_OBJECTIONS]
        words = "\n".join(one.text for one, _ in objecting)
        about = Situation(raised, industry, band, words, source, customer.name, customer.id, first.id, written(theirs))
        known = {
            "first_name": slots.first_name(customer.name),
            "company": customer.company,
            "product": deal.name if deal else "",
            "amount": deal.amount or "" if deal else "",
        }
        return Coached(self._advising.plan(staff_id, about, known), first.id, first.sent_at)

    def shown(self, staff_id: str, coached: Coached) -> None:
        """Log that advice was shown, or held out. Again changes nothing."""
        self._advising.note(staff_id, coached.planned)

    def note_own_words(self, staff_id: str, advice: Advice, suggestion_id: str, message_id: str, words: str) -> None:
        """An answer without a suggestion: what it was is noted, so that its owner can say how it went."""
        response = self._house.classifier.marketer([words], [advice.words])[0].response
        row = Suggestion(
            id=suggestion_id,
            staff_id=staff_id,
            customer_id=advice.customer_id or None,
            message_id=message_id,
            objection=advice.objection,
            industry=advice.industry,
            amount_band=advice.amount_band,
            response=response,
            rank=1,
            propensity=1.0,
            shown_at=self._house.clock(),
        )
        Suggestions(self._house.database, self._house.zones.open(staff_id)).record([row])

    def _industry(self, staff_id: str, customer: KnownCustomer, said: Sequence[str]) -> tuple[str, str]:
        """A customer's business, and how it is known: what was said, by them or of them, outweighs what is only usual here."""
        if customer.industry != UNKNOWN and customer.industry_source != "default":
            return customer.industry, customer.industry_source
        heard = self._house.guess_industry(said, customer.company)
        if heard != UNKNOWN:
            return heard, "words"
        return (customer.industry if customer.industry != UNKNOWN else self._house.staff.get(staff_id).default_industry), "default"

    def recall(self, staff_id: str, question: str, k: int = 10) -> Recalled:
        """Messages of one's own conversations that answer a question; with a language model also an answer in words."""
        return self.put_in_words(staff_id, self.search(staff_id, question, k))

    def put_in_words(self, staff_id: str, found: Recalled) -> Recalled:
        """The same messages with an answer of the language model's, if there is one and it has something to say."""
        return answered(self._house, self._house.zones.open(staff_id), found)

    def search(self, staff_id: str, question: str, k: int = 10) -> Recalled:
        """Messages of one's own conversations that answer a question."""
        self._refuse_unusable(question)
        database = self._house.database
        with database.reading():
            zone, member = self._house.zones.open(staff_id), self._house.staff.get(staff_id)
            customers = Customers(database, zone).known_by_conversation()
        local = ZoneInfo(member.time_zone)
        asked = read(question, customers, member.name, self._house.clock().astimezone(local).date())
        # Names and times have been understood: left in the question they would draw its vector to whatever else names somebody.
        vector = self._house.embedder.embed([asked.subject or question])[0]
        memory, focus = self._house.memories.within(zone), _focus(asked, local)
        with database.reading():
            found = memory.recall(question, k, focus, subject=asked.subject, vector=vector)
            messages = Conversations(database, zone).read([hit.id for hit in found.hits])
        scores = {hit.id: hit.score for hit in found.hits}
        hits = tuple(recalled(message, customers[message.conversation_id][0], scores[message.id], local) for message in messages)
        people = tuple(dict.fromkeys(hit.customer for hit in hits[: found.people]))
        notes = noted(Customers(database, zone), memory.notes(question, focus, subject=asked.subject, vector=vector), found, local)
        return Recalled(question, beside(hits, notes, first=found.people)[:k], found.abstained and not notes, people)

    def around(self, staff_id: str, message_id: str) -> tuple[RecalledMessage, ...]:
        """A message of one's own with what was said before and after it. Raises InputRefused for what is none, another zone's included."""
        zone = self._house.zones.open(staff_id)
        conversations = Conversations(self._house.database, zone)
        message = next(iter(conversations.read([message_id])), None)
        if message is None:
            raise InputRefused("This message is not one of yours, or it was removed.")
        name = Customers(self._house.database, zone).known_by_conversation()[message.conversation_id][0]
        local = ZoneInfo(self._house.staff.get(staff_id).time_zone)
        return tuple(recalled(one, name, 0.0, local) for one in conversations.around(message, _AROUND))

    def feedback(self, staff_id: str, suggestion_id: str, verdict: str) -> str:
        """Store what the owner says of a suggestion; returns its response. Raises UnknownSuggestion."""
        zone = self._house.zones.open(staff_id)
        return Suggestions(self._house.database, zone).give(suggestion_id, verdict, self._house.clock()).response

    def _band(self, text: str, *, strict: bool) -> str:
        """The band of an amount in a text; with `strict` a text without one is refused."""
        amount = amount_of(text) if strict else amount_named(text)
        if amount is None and strict:
            msg = f"'{text[:40]}' is not an amount: write it like 5000, 12k or 4.900 EUR."
            raise InputRefused(msg)
        return UNKNOWN if amount is None else self._house.vocabulary.amount_band(amount)

    def _refuse_unusable(self, text: str) -> None:
        if not text.strip():
            raise InputRefused("There is nothing to look for: write a question or the customer's words.")
        if len(text) > _LONGEST_QUESTION:
            msg = f"This is longer than {_LONGEST_QUESTION} characters: give the part that matters."
            raise InputRefused(msg)


def _raised(turn: "CustomerTurn") -> tuple[str, ...]:
    """The objections of a turn, the main one first."""
    return tuple(label for label, _ in turn.objections[:_MOST_OBJECTIONS]) or (NONE,)


def _focus(asked: Question, zone: ZoneInfo) -> Focus:
    """Whom and when a question is about, for someone in this time zone."""
    during = asked.period.moments(zone) if asked.period else None
    # A name that is only nearly right, and "who asked about Maria?", may mean others too.
    only = asked.certain and not asked.wants_people
    return Focus(asked.conversations, only, asked.role, during, then_only=during is not None and asked.of_words, apart=asked.wants_people)
