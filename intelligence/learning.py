"""Learning: private -> anonymise -> extract -> aggregate -> publish. The only writer of the shared side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from intelligence.aggregation import Cell, base_rates, cells
from intelligence.anonymizer import Anonymizer
from intelligence.classifier import TurnClassifier
from intelligence.disclosure import Gate
from intelligence.errors import CannotAnonymize, RefusedPublication
from intelligence.extraction import CUSTOMER, Bubble, Exchange, LabelledTurn, Turn, exchanges, turns
from intelligence.generalization import parse_amount
from intelligence.scoring import jeffreys
from intelligence.vocabulary import UNKNOWN, Vocabulary, contact_band, latency_band, weekday_part
from memory.contributions import Contributions, Offer, counted, mark_published
from memory.conversations import Conversations
from memory.customers import Customers, KnownCustomer
from memory.database import Database
from memory.deals import Deals, KnownDeal
from memory.shared import SharedMemory
from memory.staff import StaffDirectory
from memory.tables import SalesPattern, Staff
from memory.zones import Zone, Zones

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

CATEGORY = "objection-patterns"


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What one run did."""

    zones: int
    exchanges: int
    new_contributions: int
    counted: int
    cells: int
    published: int


class Learning:
    """Runs over every opted-in zone. Running twice changes nothing; a vetoed line never comes back."""

    def __init__(  # noqa: PLR0913 - everything learning stands on
        self,
        *,
        database: Database,
        zones: Zones,
        staff: StaffDirectory,
        shared: SharedMemory,
        classifier: TurnClassifier,
        anonymizer: Anonymizer,
        vocabulary: Vocabulary,
        gate: Gate,
        token: Callable[[str], str],
    ) -> None:
        """`token` turns a staff or customer id into a keyed hash that only counts distinct people."""
        self._database = database
        self._zones = zones
        self._staff = staff
        self._shared = shared
        self._classifier = classifier
        self._anonymizer = anonymizer
        self._vocabulary = vocabulary
        self._gate = gate
        self._token = token

    def learn(self, now: datetime, progress: Progress = lambda _what, _done, _all: None) -> LearningReport:
        """Offer what is new in every contributing zone, then count and publish anew."""
        contributing = [member for member in self._staff.all() if member.contributes]
        found = new = 0
        for done, member in enumerate(contributing):
            progress("reading zones", done, len(contributing))
            offers = self.offers(member)
            found += len(offers)
            new += Contributions(self._database, self._zones.open(member.id)).offer(offers, now)
        progress("publishing", len(contributing), len(contributing))
        total, pooled, published = self.publish(now)
        return LearningReport(len(contributing), found, new, total, pooled, published)

    def offers(self, member: Staff) -> list[Offer]:
        """The anonymous exchanges of one zone."""
        zone = self._zones.open(member.id)
        conversations, deals = Conversations(self._database, zone), Deals(self._database, zone)
        customers = {one.id: one for one in Customers(self._database, zone).all()}
        collected = []
        for thread in conversations.threads():
            customer = customers[thread.customer_id]
            bubbles = [
                Bubble(message.id, message.role, message.text if message.kind == "text" else "", message.sent_at)
                for message in conversations.history(thread.id)
                if customer.opted_out_at is None or message.sent_at < customer.opted_out_at
            ]
            latest = next(iter(deals.all(customer.id)), None)
            said = turns(bubbles)
            for exchange in exchanges(self.labelled(said)):
                collected.append(self._offer(member, zone, customer, latest, thread.channel, said, exchange))  # noqa: PERF401 - reads better
        return collected

    def labelled(self, said: Sequence[Turn]) -> list[LabelledTurn]:
        """Each turn with the classifier's labels, read in the context of the turn before it."""
        contexts = ["", *(turn.text for turn in said[:-1])]
        by_role = {role: [at for at, turn in enumerate(said) if (turn.role == CUSTOMER) == (role == CUSTOMER)] for role in (CUSTOMER, "marketer")}
        labels: dict[int, LabelledTurn] = {}
        theirs, ours = by_role[CUSTOMER], by_role["marketer"]
        for at, heard in zip(theirs, self._classifier.customer([said[at].text for at in theirs], [contexts[at] for at in theirs]), strict=True):
            labels[at] = LabelledTurn(said[at], tuple(label for label, _ in heard.objections), heard.reaction)
        for at, told in zip(ours, self._classifier.marketer([said[at].text for at in ours], [contexts[at] for at in ours]), strict=True):
            labels[at] = LabelledTurn(said[at], response=told.response)
        return [labels[at] for at in range(len(said))]

    def publish(self, now: datetime) -> tuple[int, int, int]:
        """Count every offered line and replace the shared side. Returns how many lines counted, cells there are, and patterns were published."""
        cases = counted(self._database)
        pooled = cells(cases)
        rates = base_rates(pooled)
        patterns = [
            pattern
            for key, cell in sorted(pooled.items())
            if key.level != "response" and self._gate.visible(pattern := self._pattern(cell, rates[key.objection], now))
        ]
        for pattern in patterns:
            self._refuse_identifiers(pattern)
        published = self._shared.publish(patterns)
        shown = {(pattern.level, pattern.objection, pattern.response, pattern.industry) for pattern in patterns}
        mark_published(
            self._database,
            [
                case.id
                for case in cases
                if ("objection-response", case.objection, case.response, "") in shown
                or ("industry-objection-response", case.objection, case.response, case.industry) in shown
            ],
        )
        return len(cases), len(pooled), published

    def _offer(  # noqa: PLR0913 - where an exchange comes from
        self,
        member: Staff,
        zone: Zone,
        customer: KnownCustomer,
        deal: KnownDeal | None,
        channel: str,
        said: Sequence[Turn],
        exchange: Exchange,
    ) -> Offer:
        local = exchange.objected_at.astimezone(ZoneInfo(member.time_zone))
        return Offer(
            exchange_key=zone.cipher.token("\0".join((exchange.objection, exchange.response, *exchange.message_ids)), "exchange"),
            contributor_token=self._token(member.id),
            customer_token=self._token(customer.id),
            objection=self._vocabulary.objection(exchange.objection),
            response=self._vocabulary.response(exchange.response),
            reaction=exchange.reaction,
            deal_outcome=deal.outcome if deal else "open",
            industry=self._vocabulary.industry(customer.industry),
            size_band=customer.size_band,
            amount_band=deal.amount_band if deal and deal.amount_band != UNKNOWN else self._amount_band(said, exchange),
            channel=channel,
            weekday_part=weekday_part(local),
            days_since_contact=contact_band(exchange.silence_before.total_seconds() / 86_400),
            reply_latency=latency_band(exchange.latency),
            template="",
            epoch=local.date().isoformat(),
            vocabulary_version=self._vocabulary.version,
        )

    def _amount_band(self, said: Sequence[Turn], exchange: Exchange) -> str:
        """The band of the last amount named before the answer; the amount itself goes nowhere."""
        before = [turn for turn in said if turn.began_at <= exchange.objected_at]
        for turn in reversed(before):
            try:
                amounts = [entity for entity in self._anonymizer.analyze(turn.text) if entity.type == "AMOUNT"]
            except CannotAnonymize:
                continue
            for entity in reversed(amounts):
                amount = parse_amount(turn.text[entity.start : entity.end])
                if amount is not None:
                    return self._vocabulary.amount_band(amount)
        return UNKNOWN

    def _pattern(self, cell: Cell, base_rate: float, now: datetime) -> SalesPattern:
        interval = jeffreys(cell.successes, cell.n)
        key = cell.key
        place = f" in {key.industry}" if key.industry else " across all industries"
        return SalesPattern(
            category=CATEGORY,
            level=key.level,
            objection=key.objection,
            response=key.response,
            industry=key.industry,
            n=cell.n,
            successes=cell.successes,
            contributors=cell.contributors,
            customers=len(cell.customers),
            largest_share=cell.largest_share,
            mean=interval.mean,
            low=interval.low,
            high=interval.high,
            base_rate=base_rate,
            standing="observed",
            text=f"{key.objection} objection answered with {key.response}{place}: {self._vocabulary.responses[key.response]}",
            vocabulary_version=self._vocabulary.version,
            published_at=now,
        )

    def _refuse_identifiers(self, pattern: SalesPattern) -> None:
        """The second check. Pattern sentences are built from the vocabulary, so a hit means a word list was spoiled: nothing is published then."""
        if not self._anonymizer.is_clean(pattern.text):
            msg = "A pattern's sentence contains something that looks like personal data: check the vocabulary file; nothing was published."
            raise RefusedPublication(msg)
