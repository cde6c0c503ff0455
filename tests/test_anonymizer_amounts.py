import pytest

from intelligence.amounts import amount_of
from intelligence.number_words import value_of


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("$4,999.50", 4999.5),
        ("4.999,50 €", 4999.5),
        ("4.900 €", 4900),
        ("4,900", 4900),
        ("1 000 000 €", 1_000_000),
        ("Rs. 1,50,000/-", 1_500),  # a hundred rupees to the unit of the bands
        ("5k", 5000),
        ("2.5k", 2500),
        ("1.2M", 1_200_000),
        ("15 lakh", 15_000),  # lakhs and crores are of rupees
        ("1.5 crore", 150_000),
        ("2 Mio €", 2_000_000),
        ("5 mil reais", 5000 / 6),  # six reais to the unit
        ("0.5 btc", 0.5),
        ("0,75 €", 0.75),
        ("$3-5k", 5000),
        ("between 3000 and 4000 euros", 4000),
        ("dos mil euros", 2000),
        ("five thousand two hundred dollars", 5200),
        ("half a million dollars", 500_000),
        ("fünftausendzweihundert Euro", 5200),
        ("quatre vingt dix euros", 90),
        ("mil quinhentos reais", 250),
        ("dedh lakh", 1_500),
        ("pachas hazaar", 50_000),
        ("duemila euro", 2000),
        ("٤٥٠٠", 4500),
        ("no money at all", None),
        ("", None),
    ],
)
def test_an_amount_is_read_in_any_writing(text: str, amount: float | None) -> None:
    assert amount_of(text) == (amount if amount is None else pytest.approx(amount))


def test_words_that_are_no_number_have_no_value() -> None:
    assert value_of(["two", "kids"]) is None
    assert value_of([]) is None
