"""Amounts of every currency become comparable bands."""

import pytest

from intelligence.amounts import amount_named, amount_of
from intelligence.vocabulary import bundled


def test_an_exact_amount_becomes_a_band() -> None:
    words = bundled()
    assert [words.amount_band(amount_of(text) or 0) for text in ("$999", "4.900 €", "15k", "90k", "2 Mio €")] == [
        "<1k",
        "1k-10k",
        "10k-50k",
        "50k-250k",
        ">250k",
    ]
    assert amount_of("4.900 €") == 4900


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("₹ 5,00,000", 5000),
        ("1 lakh", 1000),
        ("do lakh rupaye", 2000),
        ("R$ 12.000", 2000),
        ("50000 INR", 500),
        ("30.000 kr", 3000),
        ("£4,000", 4000),
        ("USD 4000", 4000),
        ("80 cents", 0.8),
        ("15k", 15_000),
        ("order 40 units", 40),
    ],
)
def test_amounts_of_different_currencies_land_in_comparable_bands(text: str, euros: float) -> None:
    assert amount_of(text) == pytest.approx(euros)


def test_of_the_numbers_of_a_message_only_money_is_an_amount() -> None:
    assert amount_named("we had 12,450 euros, call 0171 3920042 or come at 10:30 on 3 may for 40 units") == 12_450
    assert amount_named("first $900, now 5k") == 5000
    assert amount_named("dos mil euros y ya") == 2000
    assert amount_named("order 40 units, call 0171 3920042") is None
