"""Reads one zone: conversations -> exchanges, follow-ups and journeys -> offers over the vocabulary. Only what changed since the last time is read again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intelligence.classifier import TurnClassifier
from intelligence.epochs import epoch_of
from intelligence.extraction import CUSTOMER, Bubble, Exchange, FollowUp, LabelledTurn, Turn, exchanges, follow_ups, turns, unfinished
from intelligence.funnel import STAGES
from intelligence.generalization import parse_amount
from intelligence.industry import Industries
from intelligence.outcomes import ANSWERED_WITHIN, SILENCE
from intelligence.templates import Uses
from intelligence.vocabulary import NONE, OTHER, UNKNOWN, Vocabulary, contact_band, latency_band, weekday_part
from memory.contributions import Offer
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.database import Database
from memory.deals import Deals, KnownDeal
from memory.reading import Readings, ThreadState
from memory.tables import LearnedThread, Staff
from memory.zones import Zone

_OFTEN = 3
"""Messages from which a customer counts as engaged, objection or not."""
_MOST_PLACES = 3
"""Objections in a turn, and answers to one, that keys are made for when a turn is read again."""
_AMOUNT_TURNS = 12
"""How far back an amount still belongs to the objection."""


@dataclass(slots=True)
class ZoneOffers:
    """What one zone offers, and what must be remembered once it is stored."""

    offers: list[Offer] = field(default_factory=list)
    reread: set[str] = field(default_factory=set)
    """Keys of everything that was read again."""
    marks: list[LearnedThread] = field(default_factory=list)
    keys_of: dict[str, list[str]] = field(default_factory=dict)
    """Id of a message of an objection -> keys of its exchanges."""
    restated: list[tuple[KnownCustomer, KnownDeal | None]] = field(default_factory=list)
    """Customers whose facts changed though nothing new was written."""
    messages: int = 0


@dataclass(slots=True)
class _Reading:
    """One conversation on its way through."""

    thread: ThreadState
    customer: KnownCustomer
    deal: KnownDeal | None
    said: list[Turn]
    whole: bool
    """From its beginning; otherwise the first turn is context only."""
    labelled: list[LabelledTurn] = field(default_factory=list)


class ZoneReader:
    """Reads zones. Nothing it returns holds a word of a conversation."""

    def __init__(  # noqa: PLR0913, PLR0917 - everything reading stands on
        self,
        database: Database,
        classifier: TurnClassifier,
        vocabulary: Vocabulary,
        token: Callable[[str], str],
        uses: Uses | None = None,
        industries: Industries | None = None,
    ) -> None:
        """`token` turns an id into a keyed hash that only counts people. Without `uses` no wording is recognised, without `industries` none is inferred."""
        self._database = database
        self._classifier = classifier
        self._vocabulary = vocabulary
        self._token = token
        self._uses = uses
        self._industries = industries
        self.version = f"{getattr(classifier, 'version', '')}/{vocabulary.version}"

    def read(self, member: Staff, zone: Zone, now: datetime) -> ZoneOffers:
        """What is new in one zone."""
        customers = {one.id: one for one in Customers(self._database, zone).all()}
        deals: dict[str, KnownDeal] = {}
        for deal in reversed(Deals(self._database, zone).all()):
            deals[deal.customer_id] = deal  # the latest change wins
        result = ZoneOffers()
        readings: list[_Reading] = []
        for thread in Readings(self._database, zone).threads():
            customer, last_deal = customers[thread.customer_id], deals.get(thread.customer_id)
            facts, read = _facts(customer, last_deal, thread), thread.read
            if read is not None and read.facts != facts:
                result.restated.append((customer, last_deal))
            if self._is_current(thread, now):
                if read is not None and read.facts != facts:
                    result.offers.append(self._journey(member, zone, thread, customer, last_deal, objected=read.steps > 0))
                    result.marks.append(LearnedThread(**{**read.model_dump(), "facts": facts}))
                continue
            readings.append(self._opened(zone, thread, customer, last_deal))
        self._label(readings)
        for reading in readings:
            self._collect(member, zone, reading, now, result)
        self._name_wordings(result, readings)
        return result

    def _is_current(self, thread: ThreadState, now: datetime) -> bool:
        read = thread.read
        return (
            read is not None
            and read.reader == self.version
            and read.messages == thread.messages
            and read.stored_until == thread.stored_until
            and (read.due_at is None or now < read.due_at)
        )

    def _opened(self, zone: Zone, thread: ThreadState, customer: KnownCustomer, deal: KnownDeal | None) -> _Reading:
        """The part of a conversation that has to be read: its end, unless messages came that belong further back."""
        readings, read, limit = Readings(self._database, zone), thread.read, 0
        if read is not None and read.reader == self.version:
            arrived, earliest = readings.arrived(thread.id, read.stored_until)
            if arrived == thread.messages - read.messages and (earliest is None or earliest >= read.resume_at):
                limit = readings.since(thread.id, read.resume_at)
        history = Conversations(self._database, zone).history(thread.id, limit=limit)
        bubbles = [
            Bubble(message.id, message.role, message.text if message.kind == "text" else "", message.sent_at)
            for message in history
            if customer.opted_out_at is None or message.sent_at < customer.opted_out_at
        ]
        customer = self._with_industry(zone, customer, bubbles)
        return _Reading(thread, customer, deal, turns(bubbles), whole=limit in {0, thread.messages})

    def _with_industry(self, zone: Zone, customer: KnownCustomer, bubbles: Sequence[Bubble]) -> KnownCustomer:
        """Infer the industry where nobody has told it."""
        if self._industries is None or customer.industry_source in {"told", "inferred"} or not bubbles:
            return customer
        guess = self._industries.guess([bubble.text for bubble in bubbles if bubble.text], customer.company)
        if guess.industry in {UNKNOWN, OTHER}:
            return customer
        known = Customers(self._database, zone)
        with self._database.transaction() as session:
            row = known.called(session, customer.name)
            if row is not None and row.id == customer.id:
                known.set_industry(session, row, guess.industry, "inferred")
        return known.get(customer.id)

    def _label(self, readings: Sequence[_Reading]) -> None:
        """The classifier's labels of each turn in the context of the turn before it, all conversations of a zone in one go."""
        places = [(reading, at) for reading in readings for at in range(len(reading.said))]
        for reading in readings:
            reading.labelled = [LabelledTurn(turn) for turn in reading.said]
        for role in (CUSTOMER, "marketer"):
            chosen = [(reading, at) for reading, at in places if (reading.said[at].role == CUSTOMER) == (role == CUSTOMER) and reading.said[at].text]
            texts = [reading.said[at].text for reading, at in chosen]
            contexts = [reading.said[at - 1].text if at else "" for reading, at in chosen]
            if role == CUSTOMER:
                for (reading, at), heard in zip(chosen, self._classifier.customer(texts, contexts), strict=True):
                    reading.labelled[at] = LabelledTurn(reading.said[at], tuple(label for label, _ in heard.objections), heard.reaction)
            else:
                for (reading, at), told in zip(chosen, self._classifier.marketer(texts, contexts), strict=True):
                    reading.labelled[at] = LabelledTurn(reading.said[at], response=told.response)

    def _collect(self, member: Staff, zone: Zone, reading: _Reading, now: datetime, result: ZoneOffers) -> None:
        """Offers, keys and the mark of one conversation."""
        labelled, said, before = reading.labelled, reading.said, reading.thread.read
        context = None if reading.whole or not said else said[0].message_ids[0]
        found = [one for one in exchanges(labelled, now) if context is None or not one.place.startswith(f"{context}/")]
        steps = 0 if reading.whole or before is None else before.steps
        for at, exchange in enumerate(found):
            result.offers.append(self._exchange(member, zone, reading, exchange, steps + at))
            for message_id in exchange.objection_ids:
                result.keys_of.setdefault(message_id, []).append(_key(zone, "exchange", exchange.place))
        result.offers += [self._follow_up(member, zone, reading, one) for one in follow_ups(said, now)]
        result.offers.append(self._journey(member, zone, reading.thread, reading.customer, reading.deal, objected=bool(found) or steps > 0))
        result.reread.update(key for turn in said[context is not None :] for key in _possible_keys(zone, turn))
        result.messages += sum(len(turn.message_ids) for turn in said)
        resume = max(0, unfinished(labelled) - 1)
        kept = {turn.message_ids[0] for turn in said[: resume + 1]}
        thread = reading.thread
        result.marks.append(
            LearnedThread(
                conversation_id=thread.id,
                staff_id=member.id,
                messages=thread.messages,
                stored_until=thread.stored_until,
                resume_at=said[resume].began_at if said else thread.began_at,
                due_at=_due(said, now),
                steps=steps + sum(one.place.split("/")[0] in kept for one in found),
                reader=self.version,
                facts=_facts(reading.customer, reading.deal, thread),
            ),
        )

    def _exchange(self, member: Staff, zone: Zone, reading: _Reading, exchange: Exchange, step: int) -> Offer:
        local = exchange.objected_at.astimezone(ZoneInfo(member.time_zone))
        return self._offer(
            member,
            reading.customer,
            reading.deal,
            reading.thread.channel,
            key=_key(zone, "exchange", exchange.place),
            moment=local,
            objection=self._vocabulary.objection(exchange.objection),
            response=self._vocabulary.response(exchange.response),
            reaction=exchange.reaction,
            amount_band=self._amount_band(reading, exchange),
            days_since_contact=contact_band(exchange.silence_before.total_seconds() / 86_400),
            reply_latency=latency_band(exchange.latency),
            step=step,
            template=exchange.response_text,  # replaced by the id of a wording before anybody sees it
        )

    def _follow_up(self, member: Staff, zone: Zone, reading: _Reading, one: FollowUp) -> Offer:
        answered = one.answered_after is not None and one.answered_after <= ANSWERED_WITHIN
        return self._offer(
            member,
            reading.customer,
            reading.deal,
            reading.thread.channel,
            kind="follow-up",
            key=_key(zone, "follow-up", one.place),
            moment=one.sent_at.astimezone(ZoneInfo(member.time_zone)),
            reaction="positive" if answered else "neutral",
            days_since_contact=contact_band(one.silence.total_seconds() / 86_400),
            reply_latency="none" if one.answered_after is None else latency_band(one.answered_after),
        )

    def _journey(  # noqa: PLR0913 - where a conversation stands
        self, member: Staff, zone: Zone, thread: ThreadState, customer: KnownCustomer, deal: KnownDeal | None, *, objected: bool = False
    ) -> Offer:
        reached = [True, thread.from_customer > 0, objected or thread.from_customer >= _OFTEN, deal is not None, deal is not None and deal.outcome == "won"]
        return self._offer(
            member,
            customer,
            deal,
            thread.channel,
            kind="journey",
            key=_key(zone, "journey", thread.id),
            moment=thread.began_at.astimezone(ZoneInfo(member.time_zone)),
            deal_stage=STAGES[max(at for at, yes in enumerate(reached) if yes)],
        )

    def _offer(  # noqa: PLR0913 - the columns of a contribution
        self,
        member: Staff,
        customer: KnownCustomer,
        deal: KnownDeal | None,
        channel: str,
        *,
        key: str,
        moment: datetime,
        kind: str = "exchange",
        objection: str = NONE,
        response: str = OTHER,
        reaction: str = "neutral",
        amount_band: str = UNKNOWN,
        days_since_contact: str = UNKNOWN,
        reply_latency: str = UNKNOWN,
        deal_stage: str = "",
        step: int = 0,
        template: str = "",
    ) -> Offer:
        return Offer(
            kind=kind,
            exchange_key=key,
            contributor_token=self._token(member.id),
            customer_token=self._token(customer.id),
            objection=objection,
            response=response,
            reaction=reaction,
            deal_outcome=deal.outcome if deal else "open",
            deal_stage=deal_stage,
            step=step,
            industry=self._vocabulary.industry(customer.industry),
            size_band=customer.size_band,
            amount_band=deal.amount_band if deal and deal.amount_band != UNKNOWN else amount_band,
            channel=channel,
            weekday_part=weekday_part(moment),
            days_since_contact=days_since_contact,
            reply_latency=reply_latency,
            template=template,
            epoch=epoch_of(moment),
            vocabulary_version=self._vocabulary.version,
        )

    def _name_wordings(self, result: ZoneOffers, readings: Sequence[_Reading]) -> None:
        """Replace what was said by the id of the wording it comes near: from here on no offer holds words."""
        spoken = [at for at, offer in enumerate(result.offers) if offer.template]
        pairs = [(result.offers[at].response, result.offers[at].template) for at in spoken]
        names = self._uses.nearest(pairs) if self._uses is not None and readings else [""] * len(pairs)
        for at, name in zip(spoken, names, strict=True):
            result.offers[at] = _renamed(result.offers[at], name)

    def _amount_band(self, reading: _Reading, exchange: Exchange) -> str:
        """The band of the last amount named before the objection; the amount itself goes nowhere."""
        before = [turn for turn in reading.said if turn.began_at <= exchange.objected_at]
        for turn in reversed(before[-_AMOUNT_TURNS:]):
            amount = parse_amount(turn.text) if any(letter.isdigit() for letter in turn.text) else None
            if amount is not None:
                return self._vocabulary.amount_band(amount)
        return UNKNOWN


def possible_exchanges(zone: Zone, message_id: str) -> list[str]:
    """The keys of the exchanges that a turn beginning with this message may have started."""
    return [_key(zone, "exchange", f"{message_id}/{which}/{order}") for which in range(_MOST_PLACES) for order in range(_MOST_PLACES)]


def feedback_key(zone: Zone, suggestion_id: str) -> str:
    """The key of an exchange that only its owner's verdict tells about."""
    return _key(zone, "feedback", suggestion_id)


def _key(zone: Zone, kind: str, place: str) -> str:
    return zone.cipher.token(f"{kind}\0{place}", "exchange")


def _possible_keys(zone: Zone, turn: Turn) -> Iterator[str]:
    """The keys of everything a turn may begin."""
    first = turn.message_ids[0]
    if turn.role == CUSTOMER:
        yield from possible_exchanges(zone, first)
    else:
        yield _key(zone, "follow-up", first)


def _facts(customer: KnownCustomer, deal: KnownDeal | None, thread: ThreadState) -> str:
    said = (customer.industry, customer.size_band, deal.outcome if deal else "open", deal.amount_band if deal else "", str(customer.opted_out_at or ""))
    return "|".join((*said, thread.channel))


def _due(said: Sequence[Turn], now: datetime) -> datetime | None:
    """When the silence after the last turn will mean something."""
    if not said or said[-1].role == CUSTOMER:
        return None
    moments: list[timedelta] = [ANSWERED_WITHIN, SILENCE]
    return next((due for wait in moments if (due := said[-1].ended_at + wait) > now), None)


def _renamed(offer: Offer, name: str) -> Offer:
    return replace(offer, template=name)
