"""Outcomes told wrongly on purpose: what it protects, and that what is said of them stays true."""

import hashlib
import hmac
import math
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from intelligence.disclosure import Gate
from intelligence.epochs import epoch_of
from intelligence.objection_patterns import CATEGORY, POOLED
from intelligence.publication import Publication, publication
from intelligence.randomized_response import RandomizedResponse

NOW = datetime(2026, 11, 20, tzinfo=UTC)
RATES = {"roi-proof": 0.7, "discount": 0.3, "empathize": 0.5}


def _keyed(identifier: str) -> str:
    return hmac.new(b"key", identifier.encode(), hashlib.sha256).hexdigest()[:24]


def test_the_chance_of_either_answer_differs_by_at_most_e_to_the_epsilon() -> None:
    randomized = RandomizedResponse(1.0, _keyed)
    told = {truth: [randomized.told(f"case {at}", truth=truth) for at in range(40_000)] for truth in (True, False)}
    yes, no = (sum(answers) / len(answers) for answers in (told[True], told[False]))
    assert yes / no == pytest.approx(math.e, rel=0.05)
    assert (1 - no) / (1 - yes) == pytest.approx(math.e, rel=0.05)
    assert randomized.rate(yes * 0.3 + no * 0.7) == pytest.approx(0.3, abs=0.02)
    again = [RandomizedResponse(1.0, _keyed).told(f"case {at}", truth=True) for at in range(1000)]
    assert again == told[True][:1000]  # counting every night tells no more than counting once
    changed = [one != other for one, other in zip(told[True], told[False], strict=True)]
    assert 0.5 < sum(changed) / len(changed) < 0.7  # a case that ended otherwise after all shows in about three of five


def test_rates_are_estimated_without_bias_and_intervals_know_of_the_noise() -> None:
    draws = [_published(RandomizedResponse(1.0, lambda name, key=key: _keyed(f"{key} {name}"))) for key in range(3)]  # type: ignore[misc]
    covered = 0
    for response, rate in RATES.items():
        found = [_pattern(one, response) for one in draws]
        covered += sum(one.low < rate < one.high for one in found)
        assert sum(one.successes / one.n for one in found) / len(found) == pytest.approx(rate, abs=0.05)
        assert all(one.high - one.low > 2 * 2 * 1.96 * math.sqrt(rate * (1 - rate) / one.n) for one in found)  # 1 / (1 - 2p) is 2.16 at epsilon 1
        assert all(one.strength < one.n for one in found)
    assert covered >= 8  # of 9
    for response, right in (("roi-proof", "validated"), ("discount", "anti-pattern")):
        standings = [_pattern(one, response).standing for one in draws]
        assert right in standings
        assert set(standings) <= {right, "observed"}


def test_the_funnel_is_left_out_because_its_counts_are_outcomes() -> None:
    categories = [{claim.key.category for claim in _published(randomized).claims} for randomized in (None, RandomizedResponse(10.0, _keyed))]
    assert categories[0] - categories[1] == {"conversion-analytics"}


def test_a_budget_that_would_leave_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal"):
        Settings(_env_file=None, outcome_epsilon=0.1)


def _pattern(found: Publication, response: str) -> Any:
    return next(claim for claim in found.claims if claim.key.category == CATEGORY and claim.key.level == POOLED and claim.key.response == response)


def _published(randomized: RandomizedResponse | None) -> Publication:
    draw = Random(6)
    cases = [
        SimpleNamespace(
            kind="exchange",
            exchange_key=f"{response} {at}",
            contributor_token=f"person {at % 30}",
            customer_token=f"customer {response} {at}",
            objection="price",
            response=response,
            reaction="positive" if draw.random() < rate else "negative",
            deal_outcome="won" if at % 3 else "open",
            deal_stage="won",
            industry="retail",
            weekday_part="weekday-morning",
            days_since_contact="same-day",
            reply_latency="<1 h",
            template="",
            step=0,
            epoch=epoch_of(NOW - timedelta(weeks=at // 30 % 30)),
        )
        for response, rate in RATES.items()
        for at in range(900)
    ]
    cases += [SimpleNamespace(**{**vars(case), "kind": "journey", "exchange_key": f"journey {case.exchange_key}"}) for case in cases]
    return publication(cases, Gate().visible, NOW, 10_000.0, randomized)
