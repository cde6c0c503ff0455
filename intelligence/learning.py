"""Learning: private -> anonymise -> extract -> aggregate -> publish. The only writer of the shared side."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from intelligence.anonymizer import Anonymizer
from intelligence.classifier import TurnClassifier
from intelligence.deny_list import DenyList
from intelligence.disclosure import Gate
from intelligence.epochs import epoch_of
from intelligence.evidence import ANTI_PATTERN, VALIDATED, Claim
from intelligence.feedback import Feedbacks
from intelligence.industry import Industries
from intelligence.labelling import Labels
from intelligence.objection_patterns import CATEGORY, OWN, POOLED
from intelligence.publication import Publication, pattern_id, publication, sentence
from intelligence.randomized_response import RandomizedResponse
from intelligence.reader import ZoneReader
from intelligence.release import ReleaseCheck, Source
from intelligence.settling import heard as heard_ends
from intelligence.settling import settle
from intelligence.template_use import CATEGORY as WORDINGS
from intelligence.templates import Templates, Uses
from intelligence.vocabulary import Vocabulary
from memory.contributions import Contributions, CountedLine, CustomerFacts, counted_lines, mark_published
from memory.conversations import Conversations
from memory.database import Database
from memory.embeddings import Embedder
from memory.occasions import note_week
from memory.reading import Readings
from memory.shared import SharedMemory
from memory.staff import StaffDirectory
from memory.tables import PatternSupport, SalesPattern, Staff, WeekOfPatterns
from memory.zones import Zone, Zones

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class LearningReport:
    """What one run did."""

    zones: int
    exchanges: int
    """Exchanges read in what changed since the last run."""
    new_contributions: int
    counted: int
    cells: int
    published: int
    messages: int = 0
    """Messages read."""
    held: int = 0
    """Patterns whose new counts wait until more people changed them."""


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
        embedder: Embedder | None = None,
        templates: Templates | None = None,
        industries: Industries | None = None,
        labels_of: Callable[[Zone], Labels] | None = None,
        known_of: Callable[[Zone], DenyList] = lambda _zone: DenyList.EMPTY,
        half_life_days: float = 180.0,
        randomized: RandomizedResponse | None = None,
    ) -> None:
        """`token` turns a staff or customer id into a keyed hash that only counts distinct people. Without `embedder` no use of a wording is recognised.

        `labels_of` gives the labels of one zone's turns; without it they are the classifier's. With `randomized`, outcomes are counted as it tells them.
        `known_of`: what a zone knows by name.
        """
        self._database = database
        self._zones = zones
        self._staff = staff
        self._shared = shared
        self._released = ReleaseCheck(anonymizer, vocabulary)
        self._known_of = known_of
        self._vocabulary = vocabulary
        self._gate = gate
        self._token = token
        self._templates = templates or Templates.load(vocabulary)
        self._half_life_days = half_life_days
        self._randomized = randomized
        uses = Uses(self._templates, embedder) if embedder is not None else None
        self._reader = ZoneReader(database, classifier, vocabulary, token, uses, industries, labels_of)
        self._feedbacks = Feedbacks(database, vocabulary, token)

    def learn(self, now: datetime, progress: Progress = lambda _what, _done, _all: None) -> LearningReport:
        """Offer what is new in every contributing zone, then count and publish anew."""
        contributing = [member for member in self._staff.all() if member.contributes]
        exchanges = new = messages = 0
        for done, member in enumerate(contributing):
            progress("reading zones", done, len(contributing))
            read, offered, added = self._read(member, now)
            messages, exchanges, new = messages + read, exchanges + offered, new + added
        progress("publishing", len(contributing), len(contributing))
        total, cells, published, held = self._publish(now)
        return LearningReport(len(contributing), exchanges, new, total, cells, published, messages, held)

    def publish(self, now: datetime) -> tuple[int, int, int]:
        """Count every offered line and replace the shared side. Returns how many lines counted, cells there are, and patterns were published."""
        return self._publish(now)[:3]

    def _read(self, member: Staff, now: datetime) -> tuple[int, int, int]:
        """Read one zone. Returns messages read, exchanges found, lines that are new."""
        zone = self._zones.open(member.id)
        ledger = Contributions(self._database, zone)
        found = self._reader.read(member, zone, now)
        ends = heard_ends(found.offers)
        heard = self._feedbacks.of(member, zone, found, ledger.responses())
        new = ledger.offer(found.offers, now, found.reread)
        for customer, deal in found.restated:
            facts = CustomerFacts(deal.outcome if deal else "open", self._vocabulary.industry(customer.industry), customer.size_band)
            ledger.restate(self._token(customer.id), facts)
        ledger.hear(heard)
        settle(self._database, zone, ends, found.keys_of)
        Readings(self._database, zone).mark(found.marks)  # last: after a crash everything is read again, to the same end
        return found.messages, sum(offer.kind == "exchange" for offer in found.offers), new

    def _publish(self, now: datetime) -> tuple[int, int, int, int]:
        cases = counted_lines(self._database)
        found = publication(cases, self._gate.visible, now, self._half_life_days, self._randomized)
        before, support_before = self._shared.released()
        wordings = {claim.key.detail: claim.mean for claim in found.claims if claim.key.category == WORDINGS}
        rows, support, held = [], [], 0
        for claim in found.claims:
            row = self._row(claim, wordings, now)
            shares = found.cells[claim.key].shares
            stands = before.get(row.id)
            if stands is not None and self._waits(support_before.get(row.id, ()), shares, now):
                held += 1
                rows.append(SalesPattern(**stands.model_dump()))
                support += [PatternSupport(**one.model_dump()) for one in support_before.get(row.id, ())]
                continue
            rows.append(row)
            if self._gate.changes_needed == 1:
                continue  # releases are not compared: who stood behind a pattern need not be kept
            support += [PatternSupport(pattern_id=row.id, contributor_token=who, cases=n, successes=s, epoch=epoch_of(now)) for who, (n, s) in shares.items()]
        self._released.check(
            {row.text for row in rows} - {row.text for row in before.values() if row.vocabulary_version == self._vocabulary.version}, self._sources
        )
        published = self._shared.publish(rows, support)
        mark_published(self._database, _shown(cases, found))
        standings = Counter(row.standing for row in rows)
        week = WeekOfPatterns(epoch=epoch_of(now), patterns=published, validated=standings[VALIDATED], anti_patterns=standings[ANTI_PATTERN])
        note_week(self._database, week)
        return len(cases), len(found.cells), published, held

    def _waits(self, before: Iterable[PatternSupport], shares: Mapping[str, tuple[int, int]], now: datetime) -> bool:
        """Whether the released counts stand until more people have changed them or the next epoch begins."""
        released = list(before)
        same_epoch = any(one.epoch == epoch_of(now) for one in released)
        return same_epoch and not self._gate.releasable({one.contributor_token: (one.cases, one.successes) for one in released}, shares)

    def _row(self, claim: Claim, wordings: Mapping[str, float], now: datetime) -> SalesPattern:
        key = claim.key
        template = ""
        if key.category == WORDINGS:
            wording = self._templates.get(key.detail)
            template = wording.said() if wording else ""
        elif key.category == CATEGORY:
            template = self._templates.best(key.objection, key.response, rates=wordings)
        return SalesPattern(
            id=pattern_id(key),
            category=key.category,
            level=key.level,
            objection=key.objection,
            response=key.response,
            industry=key.industry,
            detail=key.detail,
            n=claim.n,
            successes=claim.successes,
            effective_n=claim.effective_n,
            contributors=claim.contributors,
            customers=claim.customers,
            largest_share=claim.largest_share,
            mean=claim.mean,
            low=claim.low,
            high=claim.high,
            strength=claim.strength,
            base_rate=claim.base_rate,
            standing=claim.standing,
            text=sentence(key, self._vocabulary),
            template=template,
            vocabulary_version=self._vocabulary.version,
            published_at=now,
        )

    def _sources(self) -> Iterator[Source]:
        """Every zone that may stand behind a pattern."""
        for member in self._staff.all():
            if member.contributes:
                zone = self._zones.open(member.id)
                yield Source(self._known_of(zone), partial(_said, Conversations(self._database, zone)))


def _said(conversations: Conversations) -> Iterator[str]:
    return (message.text for thread in conversations.threads() for message in conversations.history(thread.id))


def _shown(cases: Iterable[CountedLine], found: Publication) -> list[str]:
    """The ids of the lines that a shown pattern of objections counts."""
    shown = {(key.objection, key.response, key.industry) for key in found.cells if key.category == CATEGORY and key.level in {POOLED, OWN}}
    return [
        case.id
        for case in cases
        if case.kind == "exchange" and ((case.objection, case.response, "") in shown or (case.objection, case.response, case.industry) in shown)
    ]
