"""The categories of the shared side besides objection patterns, from cases whose truth is plain."""

from datetime import UTC, datetime

import pytest

from intelligence.aggregation import CellKey, Counted
from intelligence.disclosure import Gate
from intelligence.epochs import epoch_of, monday
from intelligence.evidence import Claim
from intelligence.funnel import Journey, funnel
from intelligence.outcomes import reaction_after, succeeded, won
from intelligence.publication import pattern_id, sentence
from intelligence.sequences import Step, sequences
from intelligence.template_use import WordingCase, template_use
from intelligence.timing import FollowUp, timing_patterns
from intelligence.trends import Heard, trends
from intelligence.vocabulary import CATEGORIES, bundled

GATE = Gate()


def _case(at: int, *, success: bool, week: int = 7, industry: str = "retail", customer: str = "") -> Counted:
    return Counted(f"m{at % 8}", customer or f"c{at}", f"2026-W{week:02d}", f"{week:02d}{at:05d}", success, 1.0, industry)


def _by_detail(claims: list[Claim]) -> dict[str, Claim]:
    return {one.key.detail: one for one in claims if not one.key.industry}


def test_follow_ups_are_compared_by_part_of_the_week_and_by_days_since_contact() -> None:
    mornings = [FollowUp("weekday-morning", "1-3 days", _case(at, success=at % 5 != 0, week=at // 24 + 1)) for at in range(120)]
    nights = [FollowUp("weekend-night", "8-30 days", _case(at, success=at % 5 == 0, week=at // 24 + 1)) for at in range(200, 320)]
    found = _by_detail(timing_patterns([*mornings, *nights], GATE.visible)[0])
    assert found["weekday-morning"].standing == "validated"
    assert found["weekend-night"].standing == "anti-pattern"
    assert (found["1-3 days"].n, found["1-3 days"].successes) == (120, 96)
    assert found["8-30 days"].mean < found["8-30 days"].base_rate


def test_a_sequence_counts_customers_whose_deal_is_closed_once() -> None:
    steps = []
    for at in range(64):
        tactics = ("roi-proof", "roi-proof", "demo-or-trial") if at // 8 % 2 else ("discount", "urgency")
        steps += [Step(tactic, number, _case(at, success=bool(at // 8 % 2), week=at // 24 + 1)) for number, tactic in enumerate(tactics)]
    found = _by_detail(sequences(steps, GATE.visible)[0])
    assert set(found) == {"roi-proof > demo-or-trial", "discount > urgency"}
    assert (found["roi-proof > demo-or-trial"].n, found["roi-proof > demo-or-trial"].successes) == (32, 32)
    assert found["roi-proof > demo-or-trial"].standing == "validated"


def test_one_tactic_is_no_sequence() -> None:
    assert sequences([Step("discount", 0, _case(at, success=True)) for at in range(20)], GATE.visible) == ([], [])


def test_what_rises_is_emerging_and_what_stays_is_not() -> None:
    heard = [Heard("budget", recent, _case(at, success=False, week=at // 24 + (20 if recent else 1))) for recent in (True, False) for at in range(96)]
    heard += [Heard("compliance", True, _case(at, success=False, week=at // 24 + 20)) for at in range(500, 596)]
    heard += [Heard("compliance", False, _case(at, success=False, week=at // 12 + 1)) for at in range(700, 712)]
    found = {(one.key.objection, one.key.industry): one for one in trends(heard, GATE.visible)[0]}
    assert (found["compliance", ""].key.detail, found["compliance", ""].standing) == ("rising", "emerging")
    assert (found["budget", ""].key.detail, found["budget", ""].standing) == ("falling", "observed")


def test_chance_is_not_called_a_trend() -> None:
    heard = [
        Heard(objection, recent, _case(at, success=False, week=at // 24 + (20 if recent else 1)))
        for objection in ("budget", "need")
        for recent in (True, False)
        for at in range(48)
    ]
    assert {one.key.detail for one in trends(heard, GATE.visible)[0]} == {"steady"}
    assert trends([], GATE.visible) == ([], [])


def test_the_funnel_counts_each_step_of_those_who_reached_it_and_leaves_open_deals_out() -> None:
    stages = ["contacted"] * 20 + ["replied"] * 20 + ["engaged"] * 20 + ["deal"] * 20 + ["won"] * 20
    journeys = [Journey(stage, at >= 60 and at % 4 > 0, _case(at, success=False, week=at // 8 + 1)) for at, stage in enumerate(stages)]
    found = _by_detail(funnel(journeys, GATE.visible)[0])
    assert [(found[step].successes, found[step].n) for step in ("contacted > replied", "replied > engaged", "engaged > deal")] == [
        (80, 100),
        (60, 80),
        (40, 60),
    ]
    assert (found["deal > won"].successes, found["deal > won"].n) == (15, 30)


def test_the_better_wording_is_found() -> None:
    cases = [WordingCase("budget", "roi-proof", "budget.roi-proof.1", _case(at, success=at % 10 != 0, week=at // 24 + 1)) for at in range(96)]
    cases += [WordingCase("budget", "roi-proof", "budget.roi-proof.2", _case(at, success=at % 10 == 0, week=at // 24 + 1)) for at in range(100, 196)]
    cases += [WordingCase("budget", "roi-proof", "", _case(at, success=at % 2 == 0, week=at // 24 + 1)) for at in range(300, 396)]
    # One person says three of the same words a week at most: 24 of 24 a week are kept with eight people.
    found = _by_detail(template_use(cases, GATE.visible)[0])
    assert found["budget.roi-proof.1"].mean > found["budget.roi-proof.1"].base_rate > found["budget.roi-proof.2"].mean


@pytest.mark.parametrize(
    ("reaction", "deal", "good"),
    [("positive", "lost", True), ("neutral", "won", True), ("neutral", "open", False), ("neutral", "stalled", False), ("negative", "won", False)],
)
def test_the_reaction_decides_and_the_deal_only_where_it_was_left_open(reaction: str, deal: str, good: bool) -> None:  # noqa: FBT001 - a table
    assert succeeded(reaction, deal) is good


def test_the_owners_verdict_overrules_what_was_heard() -> None:
    assert reaction_after({"used", "worked"}, "negative") == "positive"
    assert reaction_after({"did-not-work"}, "positive") == "negative"
    assert reaction_after({"edited"}, "neutral") == "neutral"


def test_a_stalled_deal_is_not_won_and_an_open_one_is_unknown() -> None:
    assert [won(one) for one in ("won", "lost", "stalled", "open")] == [True, False, False, None]


def test_epochs_are_iso_weeks_and_begin_on_monday() -> None:
    assert epoch_of(datetime(2027, 1, 1, tzinfo=UTC)) == "2026-W53"
    assert monday("2026-W53") == datetime(2026, 12, 28, tzinfo=UTC)


def test_every_category_has_a_sentence_of_the_vocabulary_without_figures_of_its_own() -> None:
    keys = {
        "objection-patterns": CellKey("objection-patterns", "", "budget", "roi-proof", "retail"),
        "success-strategies": CellKey("success-strategies", "sequence", detail="roi-proof > demo-or-trial"),
        "market-trends": CellKey("market-trends", "objection", "budget", detail="rising"),
        "response-templates": CellKey("response-templates", "wording", "budget", "roi-proof", detail="budget.roi-proof.1"),
        "timing-patterns": CellKey("timing-patterns", "weekday-part", detail="weekday-morning"),
        "conversion-analytics": CellKey("conversion-analytics", "step", detail="deal > won"),
    }
    assert set(keys) == set(CATEGORIES)
    for category, key in keys.items():
        assert not any(letter.isdigit() for letter in sentence(key, bundled())), category
    assert len({pattern_id(key) for key in keys.values()}) == len(keys)
    assert all(len(pattern_id(key)) == 32 for key in keys.values())
