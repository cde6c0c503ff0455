from datetime import timedelta

import numpy as np
import pytest

from intelligence.pooling import Rate, pooled
from intelligence.scoring import chance_of_as_few, chance_of_as_many, chance_of_rise, discoveries, jeffreys, recency


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(29, 34, 0.71, 0.94), (3, 3, 0.46, 1.0), (8, 10, 0.50, 0.96), (4, 5, 0.37, 0.98)],
)
def test_jeffreys_intervals_are_those_of_the_design(successes: int, n: int, low: float, high: float) -> None:
    interval = jeffreys(successes, n)
    assert (round(interval.low, 2), round(interval.high, 2)) == (low, high)


def test_more_successes_than_cases_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and n"):
        jeffreys(4, 3)


def test_weights_halve_every_half_life_and_the_future_counts_in_full() -> None:
    assert recency(timedelta(days=180), 180) == 0.5
    assert recency(timedelta(days=360), 180) == 0.25
    assert recency(timedelta(days=-3), 180) == 1.0


def test_tails_are_those_of_the_binomial() -> None:
    # P(X >= 8) and P(X <= 2) of Bin(10, 0.5)
    assert chance_of_as_many([8], [10], [0.5])[0] == pytest.approx(56 / 1024)
    assert chance_of_as_few([2], [10], [0.5])[0] == pytest.approx(56 / 1024)
    assert chance_of_as_many([0], [10], [0.5])[0] == 1.0


def test_a_rise_is_tested_exactly() -> None:
    # Fisher's tea: 3 of 4 recent, 1 of 4 earlier -> (16 + 1) / 70
    assert chance_of_rise([3], [4], [1], [4])[0] == pytest.approx(17 / 70)


def test_discoveries_follow_benjamini_and_hochberg() -> None:
    # 0.012 is below 2/5 of 0.05, 0.035 is above 3/5 of it
    assert discoveries([0.5, 0.012, 0.001, 0.035, 0.9]).tolist() == [False, True, True, False, False]
    # a later one that passes takes earlier ones with it
    assert discoveries([0.026, 0.024]).tolist() == [True, True]
    assert discoveries([]).tolist() == []


def test_false_discoveries_stay_rare_when_nothing_is_true() -> None:
    chance = np.random.default_rng(7)
    wrong = [discoveries(chance.uniform(size=200)).any() for _ in range(300)]
    assert np.mean(wrong) <= 0.09


def test_siblings_that_agree_are_drawn_together_and_one_that_differs_is_left_alone() -> None:
    rows = [(10.0 + at % 3, 22.0, 0.5) for at in range(40)] + [(38.0, 40.0, 0.5)]
    rates = pooled(rows)
    assert all(abs(rate.mean - 0.5) < 0.04 for rate in rates[:40])
    assert rates[40].mean > 0.8
    assert rates[40].low > 0.6


def test_a_pooled_interval_holds_the_truth_in_nineteen_of_twenty() -> None:
    chance = np.random.default_rng(3)
    held = []
    for _ in range(12):
        truth = np.where(chance.uniform(size=150) < 0.7, 0.4, np.clip(chance.normal(0.4, 0.15, 150), 0.05, 0.95))
        n = chance.integers(10, 60, 150)
        s = chance.binomial(n, truth)
        rates = pooled([(float(a), float(b), 0.4) for a, b in zip(s, n, strict=True)])
        held += [rate.low <= true <= rate.high for rate, true in zip(rates, truth, strict=True)]
    assert 0.93 <= np.mean(held) <= 0.98


def test_nothing_pooled_is_nothing() -> None:
    assert pooled([]) == []


def test_more_doubt_widens_and_keeps_the_mean() -> None:
    rate = Rate(0.5, 0.4, 0.6, 100.0)
    wider = rate.widened(0.01)
    assert wider.mean == 0.5
    assert wider.low < rate.low
    assert wider.high > rate.high
    assert wider.strength < 100
    assert rate.widened(0.0).low == pytest.approx(0.4)
