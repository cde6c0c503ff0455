"""Reads one zone: conversations -> exchanges, follow-ups and journeys -> offers over the vocabulary. Only what changed since the last time is read again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from intelligence.classifier import TurnClassifier
from intelligence.extraction import CUSTOMER, Bubble, Exchange, LabelledTurn, Turn, exchanges, follow_ups, turns, unfinished
from intelligence.industry import Industries
from intelligence.labelling import Labels, LocalLabels
from intelligence.offering import Offering, Origin, exchange_key, follow_up_key, possible_exchanges
from intelligence.outcomes import ANSWERED_WITHIN, SILENCE
from intelligence.templates import Uses
from intelligence.vocabulary import OTHER, UNKNOWN, Vocabulary
from memory.contributions import Offer
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.database import Database
from memory.deals import Deals, KnownDeal
from memory.reading import Readings, ThreadState
from memory.tables import LearnedThread, Staff
from memory.zones import Zone


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
    """Customers whose facts changed since they were last offered."""
    messages: int = 0


@dataclass(slots=True)
class _Reading:
    """One conversation on its way through."""

    origin: Origin
    said: list[Turn]
    whole: bool
    """From its beginning; otherwise the first turn is context only."""
    silenced: Sequence[str]
    """Ids of messages between a STOP and the START after it: what was learned from them before the STOP was known is taken back."""
    labelled: list[LabelledTurn] = field(default_factory=list)
    found: list[Exchange] = field(default_factory=list)
    wordings: list[str] = field(default_factory=list)
    """Of the answers of `found`: ids of authored wordings."""


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
        labels_of: Callable[[Zone], Labels] | None = None,
    ) -> None:
        """`token` turns an id into a keyed hash that only counts people. Without `uses` no wording is recognised, without `industries` none is inferred.

        `labels_of` gives the labels of one zone; without it they are the classifier's. Changing from one to the other reads everything again.
        """
        self._database = database
        local = LocalLabels(classifier)
        self._labels_of = labels_of or (lambda _zone: local)
        self._offering = Offering(vocabulary, token)
        self._uses = uses
        self._industries = industries
        self.version = f"{local.version}{'+model' if labels_of else ''}/{vocabulary.version}"

    def read(self, member: Staff, zone: Zone, now: datetime) -> ZoneOffers:
        """What is new in one zone."""
        customers = {one.id: one for one in Customers(self._database, zone).all()}
        deals: dict[str, KnownDeal] = {}
        for deal in reversed(Deals(self._database, zone).all()):
            deals[deal.customer_id] = deal  # the latest change wins
        result = ZoneOffers()
        readings: list[_Reading] = []
        for thread in Readings(self._database, zone).threads():
            origin = Origin(member, zone, thread, customers[thread.customer_id], deals.get(thread.customer_id))
            read = thread.read
            restated = read is not None and read.facts != origin.facts
            if restated:
                result.restated.append((origin.customer, origin.deal))
            if read is None or not self._is_current(thread, read, now):
                readings.append(self._opened(origin))
            elif restated:
                result.offers.append(self._offering.journey(origin, objected=read.steps > 0))
                result.marks.append(LearnedThread(**{**read.model_dump(), "facts": origin.facts}))
        self._label(zone, readings)
        self._find(readings, now)
        for reading in readings:
            self._collect(reading, now, result)
        return result

    def _is_current(self, thread: ThreadState, read: LearnedThread, now: datetime) -> bool:
        return (
            read.reader == self.version
            and read.messages == thread.messages
            and read.stored_until == thread.stored_until
            and (read.due_at is None or now < read.due_at)
        )

    def _opened(self, origin: Origin) -> _Reading:
        """The part of a conversation that has to be read: its end, unless messages came that belong further back."""
        thread, read, limit = origin.thread, origin.thread.read, 0
        readings = Readings(self._database, origin.zone)
        if read is not None and read.reader == self.version:
            arrived, earliest = readings.arrived(thread.id, read.stored_until)
            if arrived == thread.messages - read.messages and (earliest is None or earliest >= read.resume_at):
                limit = readings.since(thread.id, read.resume_at)
        history = Conversations(self._database, origin.zone).history(thread.id, limit=limit)
        bubbles = [
            Bubble(message.id, message.role, message.text if message.kind == "text" else "", message.sent_at)
            for message in history
            if not origin.customer.is_stopped(message.sent_at)
        ]
        silenced = [message.id for message in history if origin.customer.is_stopped(message.sent_at)]
        customer = self._with_industry(origin.zone, origin.customer, bubbles)
        return _Reading(replace(origin, customer=customer), turns(bubbles), whole=limit in {0, thread.messages}, silenced=silenced)

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

    def _label(self, zone: Zone, readings: Sequence[_Reading]) -> None:
        """All conversations of a zone in one go."""
        labels = self._labels_of(zone)
        for reading, labelled in zip(readings, labels.label([reading.said for reading in readings]), strict=True):
            reading.labelled = labelled

    def _find(self, readings: Sequence[_Reading], now: datetime) -> None:
        """The exchanges of each conversation and the authored wordings their answers come near."""
        for reading in readings:
            context = None if reading.whole or not reading.said else reading.said[0].message_ids[0]
            reading.found = [one for one in exchanges(reading.labelled, now) if context is None or not one.place.startswith(f"{context}/")]
            reading.wordings = [""] * len(reading.found)
        if self._uses is None:
            return
        spoken = [(reading, at) for reading in readings for at in range(len(reading.found))]
        names = self._uses.nearest([(reading.found[at].response, reading.found[at].response_text) for reading, at in spoken])
        for (reading, at), name in zip(spoken, names, strict=True):
            reading.wordings[at] = name

    def _collect(self, reading: _Reading, now: datetime, result: ZoneOffers) -> None:
        """Offers, keys and the mark of one conversation."""
        origin, said, found = reading.origin, reading.said, reading.found
        thread, before = origin.thread, origin.thread.read
        steps = 0 if reading.whole or before is None else before.steps
        for at, (exchange, wording) in enumerate(zip(found, reading.wordings, strict=True)):
            result.offers.append(self._offering.exchange(origin, exchange, said, step=steps + at, wording=wording))
            for message_id in exchange.objection_ids:
                result.keys_of.setdefault(message_id, []).append(exchange_key(origin.zone, exchange.place))
        result.offers += [self._offering.follow_up(origin, one) for one in follow_ups(said, now)]
        result.offers.append(self._offering.journey(origin, objected=bool(found) or steps > 0))
        result.reread.update(key for turn in said[not reading.whole :] for key in _possible_keys(origin.zone, turn))
        result.reread.update(key for one in reading.silenced for key in (*possible_exchanges(origin.zone, one), follow_up_key(origin.zone, one)))
        result.messages += sum(len(turn.message_ids) for turn in said)
        resume = max(0, unfinished(reading.labelled) - 1)
        done = {turn.message_ids[0] for turn in said[: resume + 1]}
        result.marks.append(
            LearnedThread(
                conversation_id=thread.id,
                staff_id=origin.member.id,
                messages=thread.messages,
                stored_until=thread.stored_until,
                resume_at=said[resume].began_at if said else thread.began_at,
                due_at=_due(said, now),
                steps=steps + sum(one.place.split("/")[0] in done for one in found),
                reader=self.version,
                facts=origin.facts,
            ),
        )


def _possible_keys(zone: Zone, turn: Turn) -> Iterator[str]:
    """The keys of everything a turn may begin."""
    first = turn.message_ids[0]
    if turn.role == CUSTOMER:
        yield from possible_exchanges(zone, first)
    else:
        yield follow_up_key(zone, first)


def _due(said: Sequence[Turn], now: datetime) -> datetime | None:
    """When the silence after the last turn will mean something."""
    if not said or said[-1].role == CUSTOMER:
        return None
    return next((due for wait in (ANSWERED_WITHIN, SILENCE) if (due := said[-1].ended_at + wait) > now), None)
