"""Guessing the industry: cue words decide, meaning helps, and "unknown" is an answer."""

from intelligence.industry import Industries, IndustryGuess
from intelligence.vocabulary import UNKNOWN, bundled
from memory.embeddings import HashingEmbedder


def industries() -> Industries:
    return Industries(bundled(), HashingEmbedder())


def test_cue_words_of_one_industry_decide() -> None:
    guess = industries().guess(["Our patients book at the clinic by phone", "the dental chair is new"])
    assert guess.industry == "healthcare"
    assert 0 < guess.confidence <= 1


def test_the_company_name_outweighs_a_word_in_passing() -> None:
    assert industries().guess(["we met at the hotel"], "Nordic Freight Logistics").industry == "logistics"


def test_a_turn_that_says_nothing_about_a_trade_is_unknown() -> None:
    assert industries().guess(["ok 👍"]) == IndustryGuess(UNKNOWN, 0.0)


def test_no_words_at_all_are_unknown() -> None:
    assert industries().guess([]) == IndustryGuess(UNKNOWN, 0.0)
    assert industries().guess([""], "") == IndustryGuess(UNKNOWN, 0.0)


def test_industries_in_balance_are_unknown() -> None:
    assert industries().guess(["the bakery", "the gym"]).industry == UNKNOWN


def test_every_guess_is_a_word_of_the_vocabulary() -> None:
    words = bundled()
    for cue in ("freight", "yoga", "bakery", "university", "scaffolding"):
        assert words.industry(industries().guess([f"we run a {cue}"]).industry)
