"""A synthetic market with known truth: how likely each response to each objection really works in each industry, and what marketers would have recorded."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from intelligence.epochs import epoch_of
from intelligence.vocabulary import OTHER, Vocabulary

NO_EFFECT = 0.6
"""Share of objection x response pairs that do no better or worse than the objection lets expect."""
OWN_EFFECT = 0.2
"""Share of industries in which a pair does something of its own."""
DRIFTING = 0.1
"""Share of pairs whose effect changes."""
DRIFT_AT = 0.6
"""When, as a share of the time."""
_INDUSTRIES_EACH = 3
_CUSTOMERS_EACH = 60


@dataclass(frozen=True, slots=True)
class Case:
    """One exchange as it happened."""

    marketer: int
    customer: str
    industry: str
    objection: str
    response: str
    at: datetime
    success: bool


class Market:
    """The truth. Built from a seed; everything asked of it afterwards is exact."""

    def __init__(self, vocabulary: Vocabulary, chance: Random, began: datetime, days: int) -> None:
        self.chance, self.began, self.days = chance, began, days
        self.objections = list(vocabulary.objections)
        self.responses = [word for word in vocabulary.responses if word != OTHER]
        self.industries = [word for word in vocabulary.industries if word != OTHER]
        draw = chance
        pairs = [(objection, response) for objection in self.objections for response in self.responses]
        self._objection = {one: draw.gauss(-0.2, 0.5) for one in self.objections}
        self._industry = {one: draw.gauss(0.0, 0.25) for one in self.industries}
        self._pair = {pair: 0.0 if draw.random() < NO_EFFECT else draw.gauss(0.0, 0.7) for pair in pairs}
        self._own = {(one, *pair): draw.gauss(0.0, 0.5) if draw.random() < OWN_EFFECT else 0.0 for one in self.industries for pair in pairs}
        self.drifts = {pair: draw.gauss(0.0, 0.8) if draw.random() < DRIFTING else 0.0 for pair in pairs}
        self._objection_shares = {one: draw.gammavariate(1.5, 1.0) for one in self.objections}
        self._industry_shares = {one: draw.gammavariate(1.0, 1.0) for one in self.industries}
        self._habits = {pair: draw.gammavariate(0.8, 1.0) for pair in pairs}

    def rate(self, industry: str, objection: str, response: str, at: datetime) -> float:
        """The true probability of success, of a marketer of average skill."""
        return _rate(self._odds(industry, objection, response, at))

    @property
    def drifts_at(self) -> datetime:
        """The moment of change."""
        return self.began + timedelta(days=self.days * DRIFT_AT)

    @property
    def ends(self) -> datetime:
        """The end of what is recorded."""
        return self.began + timedelta(days=self.days)

    def cases(self, marketers: int) -> Iterator[Case]:
        """One to three exchanges a marketer and day, in order of marketer and time; marketers differ in skill and in the industries they know."""
        draw = self.chance
        for marketer in range(marketers):
            skill = draw.gauss(0.0, 0.25)
            home = draw.choices(self.industries, list(self._industry_shares.values()), k=_INDUSTRIES_EACH)
            customers = {number: draw.choice(home) for number in range(_CUSTOMERS_EACH)}
            for day in range(self.days):
                for _ in range(draw.randint(1, 3)):
                    number = draw.randrange(_CUSTOMERS_EACH)
                    objection = draw.choices(self.objections, list(self._objection_shares.values()))[0]
                    response = draw.choices(self.responses, [self._habits[objection, one] for one in self.responses])[0]
                    at = self.began + timedelta(days=day, minutes=draw.randrange(480, 1200))
                    worked = draw.random() < _rate(self._odds(customers[number], objection, response, at) + skill)
                    yield Case(marketer, f"{marketer}-{number}", customers[number], objection, response, at, worked)

    def situations(self, number: int) -> list[tuple[str, str]]:
        """(industry, objection) as they will occur."""
        industries = self.chance.choices(self.industries, list(self._industry_shares.values()), k=number)
        return list(zip(industries, self.chance.choices(self.objections, list(self._objection_shares.values()), k=number), strict=True))

    def _odds(self, industry: str, objection: str, response: str, at: datetime) -> float:
        drifted = self.drifts[objection, response] if at >= self.drifts_at else 0.0
        return self._objection[objection] + self._industry[industry] + self._pair[objection, response] + self._own[industry, objection, response] + drifted


def row(case: Case, number: int, staff_id: str, deal_outcome: str, version: str) -> dict[str, object]:
    """The ledger line of a case: exactly what a zone offers."""
    return {
        "id": f"{number:032x}",
        "staff_id": staff_id,
        "kind": "exchange",
        "exchange_key": f"{number:024x}",
        "contributor_token": f"marketer-{case.marketer}",
        "customer_token": f"customer-{case.customer}",
        "objection": case.objection,
        "response": case.response,
        "reaction": "positive" if case.success else "negative",
        "deal_outcome": deal_outcome,
        "deal_stage": "",
        "step": number,
        "industry": case.industry,
        "size_band": "unknown",
        "amount_band": "unknown",
        "channel": "whatsapp",
        "weekday_part": "weekday-morning",
        "days_since_contact": "same-day",
        "reply_latency": "<1 h",
        "template": "",
        "state": "offered",
        "epoch": epoch_of(case.at),
        "vocabulary_version": version,
        "created_at": case.at,
    }


def _rate(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
