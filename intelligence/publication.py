"""From the ledger to the shared side: contributions -> the six categories -> rows with sentences. Everything goes through the gate. Pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime, timedelta

from intelligence.aggregation import Case, Cell, CellKey, Counted
from intelligence.epochs import epoch_of, monday
from intelligence.evidence import Claim
from intelligence.funnel import CATEGORY as CONVERSION
from intelligence.funnel import TO, Journey, funnel
from intelligence.objection_patterns import CATEGORY as OBJECTIONS
from intelligence.objection_patterns import ObjectionCase, objection_patterns
from intelligence.outcomes import succeeded, won
from intelligence.randomized_response import RandomizedResponse
from intelligence.scoring import recency
from intelligence.sequences import CATEGORY as STRATEGIES
from intelligence.sequences import THEN, Step, sequences
from intelligence.template_use import CATEGORY as TEMPLATES
from intelligence.template_use import WordingCase, template_use
from intelligence.timing import CATEGORY as TIMING
from intelligence.timing import GAP as BY_GAP
from intelligence.timing import FollowUp, timing_patterns
from intelligence.trends import CATEGORY as TRENDS
from intelligence.trends import Heard, trends
from intelligence.vocabulary import NONE, OTHER, Vocabulary

RECENT = timedelta(weeks=8)
"""The recent window of market trends."""


@dataclass(slots=True)
class Publication:
    """What may be shown of a ledger."""

    claims: list[Claim] = field(default_factory=list)
    cells: dict[CellKey, Cell] = field(default_factory=dict)
    """Of the claims."""
    base_rates: dict[str, float] = field(default_factory=dict)

    def add(self, claims: Iterable[Claim], cells: Iterable[Cell]) -> None:
        """One category's."""
        self.claims += claims
        self.cells.update((cell.key, cell) for cell in cells)


def publication(
    cases: Sequence[Case], visible: Callable[[Cell], bool], now: datetime, half_life_days: float, randomized: RandomizedResponse | None = None
) -> Publication:
    """Everything that may be shown, counted anew from all that counts: joining, leaving and withdrawing are exact because nothing is remembered.

    With `randomized`, outcomes are counted as it tells them. The steps of the funnel are left out then: how many are in one is itself an outcome.
    """
    weights = {epoch: recency(now - monday(epoch), half_life_days) for epoch in {case.epoch for case in cases}}

    def counts(case: Case, outcome: str, *, success: bool) -> Counted:
        told = randomized.told(outcome, truth=success) if randomized else success
        return Counted(case.contributor_token, case.customer_token, case.epoch, case.exchange_key, told, weights[case.epoch], case.industry)

    def estimated(claims: Iterable[Claim]) -> Iterable[Claim]:
        return map(randomized.claim, claims) if randomized else claims

    found = Publication()
    exchanges = [case for case in cases if case.kind == "exchange" and case.objection != NONE and case.response != OTHER]
    answered = [(case, counts(case, f"exchange {case.exchange_key}", success=succeeded(case.reaction, case.deal_outcome))) for case in exchanges]
    patterns = objection_patterns((ObjectionCase(case.objection, case.response, one) for case, one in answered), visible)
    found.base_rates = {objection: randomized.rate(rate) if randomized else rate for objection, rate in patterns.base_rates.items()}
    found.add(estimated(patterns.claims), patterns.cells.values())
    wordings, cells = template_use((WordingCase(case.objection, case.response, case.template, one) for case, one in answered), visible)
    found.add(estimated(wordings), cells)
    since = epoch_of(now - RECENT)
    found.add(*trends((Heard(case.objection, case.epoch > since, one) for case, one in answered), visible))
    closed = [(case, won(case.deal_outcome)) for case in exchanges]
    steps = (Step(case.response, case.step, counts(case, f"deal {case.customer_token}", success=yes)) for case, yes in closed if yes is not None)
    ways, cells = sequences(steps, visible)
    found.add(estimated(ways), cells)
    follow_ups = ((case, counts(case, f"follow-up {case.exchange_key}", success=case.reaction == "positive")) for case in cases if case.kind == "follow-up")
    times, cells = timing_patterns((FollowUp(case.weekday_part, case.days_since_contact, one) for case, one in follow_ups), visible)
    found.add(estimated(times), cells)
    if randomized is None:
        journeys = (case for case in cases if case.kind == "journey")
        found.add(*funnel((Journey(case.deal_stage, won(case.deal_outcome) is not None, counts(case, "", success=False)) for case in journeys), visible))
    return found


def pattern_id(key: CellKey) -> str:
    """The id of a pattern: follows from what identifies it, so that it survives being published again."""
    return hashlib.blake2b("\0".join(astuple(key)).encode(), digest_size=16).hexdigest()


def sentence(key: CellKey, vocabulary: Vocabulary) -> str:
    """The released sentence of a pattern: words of the vocabulary only, no counts; it alone is embedded."""
    place = f"in {key.industry}" if key.industry else "across all industries"
    meaning = vocabulary.responses.get(key.response, "")
    says: Mapping[str, str] = {
        OBJECTIONS: f"{key.objection} objection answered with {key.response} {place}: {meaning}",
        TEMPLATES: f"{key.objection} objection answered with {key.response} in these words: {meaning}",
        TRENDS: f"{key.objection} objections {place} are {key.detail}: {vocabulary.objections.get(key.objection, '')}",
        STRATEGIES: f"sequence of tactics on the way to a deal: {', then '.join(key.detail.split(THEN))}",
        TIMING: f"follow-up sent {_timed(key)} {place}: how often customers answer within a day",
        CONVERSION: f"conversion {place} from {' to '.join(key.detail.split(TO))}",
    }
    return says[key.category]


def _timed(key: CellKey) -> str:
    return f"{key.detail} after the last contact" if key.level == BY_GAP else f"on a {key.detail.replace('-', ' ')}"
