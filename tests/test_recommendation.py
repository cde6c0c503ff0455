from dataclasses import dataclass
from random import Random

import pytest

from intelligence.bandit import thompson
from intelligence.evaluation import Shown, calibration, doubly_robust, held_out, ips, lift
from intelligence.predictions import predicted
from intelligence.recommendation import rank


@dataclass(frozen=True)
class _Pattern:
    response: str
    mean: float
    n: int = 60
    width: float = 0.2
    base_rate: float = 0.5
    level: str = "objection-response"
    standing: str = "observed"

    @property
    def id(self) -> str:
        return f"{self.level}/{self.response}"

    @property
    def low(self) -> float:
        return self.mean - self.width / 2

    @property
    def high(self) -> float:
        return self.mean + self.width / 2

    @property
    def strength(self) -> float:
        return self.mean * (1 - self.mean) / (self.width / 3.92) ** 2


def _responses(ranked: object) -> list[str]:
    return [one.pattern.response for one in ranked]  # type: ignore[attr-defined]


def test_the_best_expected_improvement_comes_first() -> None:
    assert _responses(rank([], [_Pattern("urgency", 0.55), _Pattern("roi-proof", 0.7)])) == ["roi-proof", "urgency"]


def test_an_industrys_own_pattern_replaces_the_pooled_one() -> None:
    own = _Pattern("roi-proof", 0.6, level="industry-objection-response")
    (only,) = rank([own], [_Pattern("roi-proof", 0.8)])
    assert only.level == "industry-objection-response"


def test_a_small_own_pattern_falls_back_and_says_so() -> None:
    own = _Pattern("roi-proof", 0.9, n=3, level="industry-objection-response")
    (only,) = rank([own], [_Pattern("roi-proof", 0.7)])
    assert only.level == "objection-response"


@pytest.mark.parametrize(
    "pattern",
    [_Pattern("roi-proof", 0.7, n=4), _Pattern("roi-proof", 0.6, width=0.7), _Pattern("other", 0.9), _Pattern("roi-proof", 0.3, standing="anti-pattern")],
)
def test_too_little_evidence_is_no_suggestion(pattern: _Pattern) -> None:
    assert rank([], [pattern]) == []


def test_what_is_surely_worse_than_usual_is_not_shown() -> None:
    assert rank([], [_Pattern("discount", 0.3)]) == []


def test_an_industrys_warning_outweighs_what_works_elsewhere() -> None:
    warning = _Pattern("discount", 0.2, standing="anti-pattern", level="industry-objection-response")
    assert rank([warning], [_Pattern("discount", 0.8)]) == []


def test_an_idea_of_another_kind_comes_before_a_second_of_the_same() -> None:
    patterns = [_Pattern("discount", 0.7), _Pattern("payment-plan", 0.66), _Pattern("roi-proof", 0.62), _Pattern("education", 0.45)]
    assert _responses(rank([], patterns)) == ["discount", "roi-proof", "payment-plan"]


def test_chance_explores_as_often_as_the_propensity_says() -> None:
    patterns = [_Pattern("roi-proof", 0.62), _Pattern("urgency", 0.58), _Pattern("education", 0.40, width=0.3)]
    firsts = []
    for seed in range(400):
        ranked = rank([], patterns, chance=Random(seed))
        firsts.append(ranked[0].pattern.response)
    share = {one.pattern.response: one.propensity for one in rank([], patterns, chance=Random(1))}
    for response in ("roi-proof", "urgency"):
        assert abs(firsts.count(response) / 400 - share[response]) < 0.08
    assert firsts.count("education") < 20
    assert abs(sum(share.values()) - 1) < 1e-9


def test_the_same_seed_ranks_the_same() -> None:
    patterns = [_Pattern("roi-proof", 0.6), _Pattern("urgency", 0.6)]
    assert rank([], patterns, chance=Random(5)) == rank([], patterns, chance=Random(5))


def test_no_arms_no_order() -> None:
    assert thompson([], [], Random(1)) == ([], [])


def test_a_prediction_abstains_and_says_why() -> None:
    assert predicted("roi-proof", [], []).why
    assert predicted("roi-proof", [], [_Pattern("roi-proof", 0.6, n=3)]).probability is None
    certain = predicted("roi-proof", [], [_Pattern("roi-proof", 0.6)])
    assert (certain.probability, certain.base_rate, certain.level) == (0.6, 0.5, "objection-response")


def _log(rates: dict[str, float], shares: dict[str, float], cases: int, seed: int) -> list[Shown]:
    chance = Random(seed)
    chosen = chance.choices(list(shares), list(shares.values()), k=cases)
    return [Shown("budget", one, shares[one], chance.random() < rates[one]) for one in chosen]


def test_off_policy_values_find_what_another_policy_would_have_done() -> None:
    rates, shares = {"a": 0.3, "b": 0.6, "c": 0.5}, {"a": 0.7, "b": 0.2, "c": 0.1}
    held = {"ips": 0, "doubly robust": 0}
    for seed in range(60):
        shown = _log(rates, shares, 400, seed)
        plain, doubly = ips(shown, lambda _: "b"), doubly_robust(shown, lambda _: "b", lambda _, response: rates[response] + 0.1)
        assert plain is not None
        assert doubly is not None
        held["ips"] += plain.low <= 0.6 <= plain.high
        held["doubly robust"] += doubly.low <= 0.6 <= doubly.high
    assert min(held.values()) >= 52


def test_a_policy_that_was_never_shown_has_no_value() -> None:
    assert ips(_log({"a": 0.5}, {"a": 1.0}, 10, 1), lambda _: "b") is None
    assert doubly_robust([], lambda _: "b", lambda _, __: 0.5) is None


def test_lift_can_be_negative_and_needs_both_sides() -> None:
    harmful = lift(20, 100, 60, 100)
    assert harmful is not None
    assert harmful.mean == pytest.approx(-0.4)
    assert harmful.high < 0
    assert lift(1, 2, 0, 0) is None


def test_the_held_out_share_is_held_out_and_stays() -> None:
    held = [held_out(f"message {at}", 0.1) for at in range(5000)]
    assert 0.08 < sum(held) / 5000 < 0.12
    assert held == [held_out(f"message {at}", 0.1) for at in range(5000)]
    assert not held_out("message 1", 0.0)


def test_calibration_compares_with_the_base_rate() -> None:
    chance = Random(2)
    p = [chance.random() for _ in range(4000)]
    happened = [chance.random() < one for one in p]
    good, flat = calibration(p, happened), calibration([0.5] * 4000, happened)
    assert good.brier < good.base_brier < flat.brier + 0.001
    assert good.auc > 0.8
    assert flat.auc == pytest.approx(0.5)
    assert all(abs(said - seen) < 0.08 for said, seen, _ in good.table)
    assert calibration([0.2, 0.3], [1, 1]).auc == 0.5
