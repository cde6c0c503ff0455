import pytest

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.generalization import amount_band, longest_shared_run, parse_amount, templated
from intelligence.vocabulary import bundled

KNOWN = DenyList(persons=("John Brandt", "Mary Poole"), organizations=("ABC Corp", "Nimbusdesk"))


@pytest.fixture(scope="module")
def anonymizer() -> Anonymizer:
    return Anonymizer()


def test_an_exact_amount_becomes_a_band() -> None:
    words = bundled()
    assert [amount_band(text, words) for text in ("$999", "4.900 €", "15k", "90k", "2 Mio €", "a lot")] == [
        "<1k",
        "1k-10k",
        "10k-50k",
        "50k-250k",
        ">250k",
        "unknown",
    ]
    assert parse_amount("4.900 €") == 4900


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
    assert parse_amount(text) == pytest.approx(euros)


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("I get it John, shall we split the $4,500 in two?", "I get it {first_name}, shall we split the {amount} in two?"),
        ("Fine for ABC Corp if we start on Monday?", "Fine for {company} if we start on {date}?"),
        ("Let us talk in March at 10:30", "Let us talk in {date} at {date}"),
        ("You could try the Basic Plan first", "You could try the {product} first"),
        ("our ROI calculator takes 10 minutes", "our ROI calculator takes 10 minutes"),
        ("they saved 20% in 6 weeks", "they saved 20% in 6 weeks"),
    ],
)
def test_wording_becomes_a_template(anonymizer: Anonymizer, text: str, template: str) -> None:
    assert templated(text, anonymizer.analyze(text, KNOWN)) == template


@pytest.mark.parametrize(
    "text",
    [
        "call me on 415 555 0134",
        "John and Mary agreed",
        "ABC Corp and Nimbusdesk agreed",
        "use {first_name}",
        "write ana@x.com",
        "there are 4500 of them",
        "we met Xerbin and Quolla and Drefti there",
    ],
)
def test_what_cannot_be_replaced_safely_is_no_template(anonymizer: Anonymizer, text: str) -> None:
    assert templated(text, anonymizer.analyze(text, KNOWN)) is None


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("", "anything", 0),
        ("we can split the payment", "can you split the payment?", 2),
        ("the return pays itself back within six months", "It pays itself back within six months, promised", 6),
        ("split the payment in two", "payment two split", 2),
        ("split it in two", "two split", 1),
        ("split {amount} payment", "split the payment", 1),
        ("Split, the PAYMENT!", "split payment", 2),
    ],
)
def test_the_longest_shared_run_counts_content_words(text: str, source: str, words: int) -> None:
    assert longest_shared_run(text, source) == words
