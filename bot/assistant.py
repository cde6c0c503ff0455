"""The use cases: suggest, coach, recall, feedback. Each works for one verified member of staff."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.answering import answered
from bot.answers import Advice, OwnCases, Recalled, RecalledMessage, Suggested
from bot.errors import InputRefused
from bot.questions import Question, read
from intelligence.amounts import amount_named, amount_of
from intelligence.bandit import thompson
from intelligence.evaluation import held_out
from intelligence.outcomes import succeeded
from intelligence.recommendation import Recommendation, rank
from intelligence.vocabulary import NONE, OTHER, UNKNOWN
from memory.contributions import Contributions
from memory.conversations import Conversations, StoredMessage
from memory.customers import Customers
from memory.deals import Deals
from memory.occasions import Occasions
from memory.retrieval import Focus
from memory.suggestions import Suggestions
from memory.tables import Occasion, SalesPattern, Suggestion, new_id
from memory.zones import Zone

if TYPE_CHECKING:
    from bot.bootstrap import House

_LONGEST_QUESTION = 2_000
_TOO_LATE = timedelta(hours=24)
"""A message that came in later than this (an outage healed by reconciliation) has been answered, or WhatsApp's window for answering is over."""
_CONTEXT_MESSAGES = 8
_AROUND = 4
"""Messages before and after one that was cited."""
_OWN_SHOWN = 3
_FIRST_CARDS = 20
"""Nobody's first cards are held out: a newcomer shall see what this is for."""
_UNCOUNTED = 4.0
"""How many cases it is worth that a wording nobody counted yet does as well as its response."""
_TITLES = {"dr", "dra", "mr", "mrs", "ms", "miss", "prof", "sr", "sra", "herr", "frau", "mme", "m"}


class Assistant:
    """Answers questions of one person at a time; the owner's id always comes from a verified caller, never from text."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def suggest(self, staff_id: str, text: str, *, industry: str = "", amount: str = "", objection: str = "") -> Advice:
        """What worked for others when a customer wrote something like this, or when the objection is this."""
        about = self.understood(staff_id, text, industry=industry, amount=amount, objection=objection)
        return self._advice(staff_id, about.objection, about.industry, about.amount_band, words=text)

    def understood(self, staff_id: str, text: str, *, industry: str = "", amount: str = "", objection: str = "") -> Advice:
        """The situation alone, without advice. What is given outweighs what the text says."""
        if text.strip() or not objection:
            self._refuse_unusable(text)
        member = self._house.staff.get(staff_id)
        words = self._house.vocabulary
        guessed = industry or self._house.industry_of(text) or member.default_industry
        band = self._band(amount or text, strict=bool(amount))
        heard = words.objection(objection) if objection else self._house.classifier.customer([text], [""])[0].objection
        return Advice(heard, words.objections.get(heard, ""), words.industry(guessed), band, "", text, ())

    def amount_band(self, text: str) -> str:
        """The band of the amount a text names, or `unknown`."""
        return self._band(text, strict=False)

    def coach(self, staff_id: str, message_id: str) -> Advice | None:
        """Advice about a customer's message that has just arrived; None when it holds no objection, is not a customer's, or is held out."""
        zone = self._house.zones.open(staff_id)
        conversations = Conversations(self._house.database, zone)
        message = next(iter(conversations.read([message_id])), None)
        if message is None or message.role != "customer" or message.kind != "text" or not message.text:
            return None
        if self._house.clock() - message.sent_at > _TOO_LATE:
            return None
        thread = conversations.history(message.conversation_id, limit=_CONTEXT_MESSAGES, until=message.sent_at)
        context = next((one.text for one in reversed(thread) if one.role == "marketer"), "")
        turn = self._house.classifier.customer([message.text], [context])[0]
        if turn.objection == NONE:
            return None
        customer = Customers(self._house.database, zone).of_conversation(message.conversation_id)
        if customer.opted_out_at is not None:
            return None
        member = self._house.staff.get(staff_id)
        industry = customer.industry if customer.industry != UNKNOWN else member.default_industry
        deal = next(iter(Deals(self._house.database, zone).all(customer.id)), None)
        band = deal.amount_band if deal else self._band(" ".join(one.text for one in thread), strict=False)
        found = self._advice(
            staff_id,
            turn.objection,
            industry,
            band,
            words=message.text,
            customer=customer.name,
            customer_id=customer.id,
            message_id=message.id,
        )
        return None if found.held_out else found

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
        with database.reading():
            found = self._house.memories.within(zone).recall(question, k, _focus(asked, local), subject=asked.subject, vector=vector)
            messages = Conversations(database, zone).read([hit.id for hit in found.hits])
        scores = {hit.id: hit.score for hit in found.hits}
        hits = tuple(_recalled(message, customers[message.conversation_id][0], scores[message.id]) for message in messages)
        people = tuple(dict.fromkeys(hit.customer for hit in hits[: found.people]))
        return Recalled(question, hits, found.abstained, people)

    def around(self, staff_id: str, message_id: str) -> tuple[RecalledMessage, ...]:
        """A message of one's own with what was said before and after it. Raises InputRefused for what is none, another zone's included."""
        zone = self._house.zones.open(staff_id)
        conversations = Conversations(self._house.database, zone)
        message = next(iter(conversations.read([message_id])), None)
        if message is None:
            raise InputRefused("This message is not one of yours, or it was removed.")
        name = Customers(self._house.database, zone).known_by_conversation()[message.conversation_id][0]
        return tuple(_recalled(one, name, 0.0) for one in conversations.around(message, _AROUND))

    def feedback(self, staff_id: str, suggestion_id: str, verdict: str) -> str:
        """Store what the owner says of a suggestion; returns its response. Raises UnknownSuggestion."""
        zone = self._house.zones.open(staff_id)
        return Suggestions(self._house.database, zone).give(suggestion_id, verdict, self._house.clock()).response

    def _advice(  # noqa: PLR0913 - a situation and where it came from
        self,
        staff_id: str,
        objection: str,
        industry: str,
        band: str,
        *,
        words: str,
        customer: str = "",
        customer_id: str | None = None,
        message_id: str | None = None,
    ) -> Advice:
        meanings = self._house.vocabulary.objections
        if objection == NONE:
            return Advice(NONE, "no objection", industry, band, customer, words, ())
        shared = self._house.shared
        chance = Random(message_id or f"{staff_id}/{words}")  # the same question gets the same answer
        ranked = rank(shared.situation(objection, industry), shared.situation(objection), chance=chance)
        zone = self._house.zones.open(staff_id)
        rows = [
            Suggestion(
                # Derived from its cause: coaching the same message again shows and stores the same suggestion.
                id=zone.cipher.token(f"{message_id}/{at}", "suggestion") if message_id else new_id(),
                staff_id=staff_id,
                customer_id=customer_id,
                message_id=message_id,
                objection=objection,
                industry=industry,
                amount_band=band,
                response=one.pattern.response,
                pattern_id=one.pattern.id,
                rank=at,
                propensity=one.propensity,
                shown_at=self._house.clock(),
            )
            for at, one in enumerate(ranked, 1)
        ]
        wording, likely = self._wording(objection, ranked, chance)
        hidden = bool(ranked) and self._holds_out(staff_id, zone, message_id)
        if ranked:
            self._note(rows[0], ranked[0], wording, likely, hidden=hidden)
        if hidden:
            return Advice(objection, meanings[objection], industry, band, customer, words, (), held_out=True)
        Suggestions(self._house.database, zone).record(rows)
        suggestions = tuple(
            self._suggested(row.id, one.pattern, customer, wording if at == 0 else "") for at, (row, one) in enumerate(zip(rows, ranked, strict=True))
        )
        practice = () if suggestions else self._house.playbooks.practice(objection)
        return Advice(objection, meanings[objection], industry, band, customer, words, suggestions, practice, self._own(zone, objection))

    def _own(self, zone: Zone, objection: str) -> tuple[OwnCases, ...]:
        """What the owner's own cases say: the ledger's, or before anything was offered, their verdicts."""
        told = [(response, succeeded(reaction, outcome)) for response, reaction, outcome in Contributions(self._house.database, zone).own(objection)]
        told = told or [(response, verdict == "worked") for response, verdict in Suggestions(self._house.database, zone).judged(objection)]
        counts = Counter(response for response, _ in told if response != OTHER)
        worked = Counter(response for response, yes in told if yes)
        return tuple(OwnCases(response, worked[response], n) for response, n in counts.most_common(_OWN_SHOWN))

    def _holds_out(self, staff_id: str, zone: Zone, message_id: str | None) -> bool:
        """Whether this card is not shown, so that there is something to compare with. The same message gets the same answer."""
        share = self._house.settings.held_out_share
        if message_id is None or not share or not self._house.staff.get(staff_id).contributes:
            return False
        return held_out(zone.cipher.token(message_id, "held-out"), share) and Occasions(self._house.database, zone).shown() >= _FIRST_CARDS

    def _note(self, row: Suggestion, first: Recommendation[SalesPattern], wording: str, likely: float, *, hidden: bool) -> None:
        """Log the moment, so that it can be told later whether suggestions help."""
        token = self._house.counting_token
        occasion = Occasion(
            id=row.id,
            staff_id=row.staff_id,
            message_id=row.message_id,
            customer_token=token(row.customer_id or f"unnamed/{row.staff_id}"),
            suggestion_id="" if hidden else row.id,
            objection=row.objection,
            industry=row.industry,
            response=row.response,
            own_industry=bool(first.pattern.industry),
            propensity=row.propensity,
            expected=first.pattern.mean,
            wording=wording,
            wording_propensity=likely,
            held_out=hidden,
            at=row.shown_at,
        )
        Occasions(self._house.database, self._house.zones.open(row.staff_id)).record(occasion)

    def _wording(self, objection: str, ranked: Sequence[Recommendation[SalesPattern]], chance: Random) -> tuple[str, float]:
        """Which authored wording the first suggestion is said in, and how likely that was: what may be better gets its turn here too."""
        if not ranked:
            return "", 1.0
        first = ranked[0].pattern
        wordings = self._house.templates.of(objection, first.response)
        if not wordings:
            return "", 1.0
        counted = {one.detail: (one.mean, one.strength) for one in self._house.shared.wordings(objection, first.response)}
        arms = [counted.get(one.id, (first.mean, _UNCOUNTED)) for one in wordings]
        order, shares = thompson(arms, [0.0] * len(arms), chance)
        return wordings[order[0]].id, shares[order[0]]

    def _suggested(self, suggestion_id: str, pattern: SalesPattern, customer: str, wording: str) -> Suggested:
        said = self._house.templates.get(wording)
        return Suggested(
            suggestion_id=suggestion_id,
            pattern_id=pattern.id,
            response=pattern.response,
            meaning=self._house.vocabulary.responses[pattern.response],
            successes=pattern.successes,
            n=pattern.n,
            low=round(pattern.low, 4),
            high=round(pattern.high, 4),
            contributors=pattern.contributors,
            level=pattern.level,
            industry=pattern.industry,
            template=_filled(
                said.said() if said else pattern.template or self._house.templates.best(pattern.objection, pattern.response),
                customer,
            ),
        )

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


def _filled(template: str, customer: str) -> str:
    """A wording with the customer's first name where it is known; it is shown to the owner only."""
    names = [part for part in customer.split() if part.rstrip(".").casefold() not in _TITLES]
    return template.replace("{first_name}", names[0]) if names and names[0][0].isalpha() else template


def _focus(asked: Question, zone: ZoneInfo) -> Focus:
    """Whom and when a question is about, for someone in this time zone."""
    during = asked.period.moments(zone) if asked.period else None
    # A name that is only nearly right, and "who asked about Maria?", may mean others too.
    only = asked.certain and not asked.wants_people
    return Focus(asked.conversations, only, asked.role, during, then_only=during is not None and asked.of_words, apart=asked.wants_people)


def _recalled(message: StoredMessage, customer: str, score: float) -> RecalledMessage:
    return RecalledMessage(message.id, message.conversation_id, customer, message.sent_at, message.role, message.text, score)
