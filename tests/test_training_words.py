"""The words and names that the recognizer's training makes."""

import random

import pytest

from intelligence.training.nicknames import Inventor, shortened
from intelligence.training.romanization import spellings


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("मालिक", {"malik", "maalik"}),
        ("अच्छा", {"accha", "achcha"}),
        ("समझना", {"samajhna"}),
        ("लंबा", {"lamba"}),
        ("ज़मीन", {"zamin", "zameen"}),
        ("सावन", {"sawan", "savan"}),
        ("राजनीति", {"rajniti", "raajneeti"}),
    ],
)
def test_hindi_is_spelt_as_people_type_it(written: str, typed: set[str]) -> None:
    assert typed <= spellings(written)


@pytest.mark.parametrize("written", ["the", "12", "", "दिल2", "\u093c"])
def test_what_is_no_hindi_word_has_no_spelling(written: str) -> None:
    assert spellings(written) == set()


def test_short_forms_begin_like_the_name_and_end_like_the_language() -> None:
    rng = random.Random(1)
    forms = {shortened("Ursula", "de", rng) for _ in range(60)}
    assert "ursi" in forms
    assert all(form.startswith("urs") or form in {"uu", "ursula"} for form in forms)
    assert [shortened(name, "it", rng) for name in ("Mia", "李伟")] == ["Mia", "李伟"]


def test_invented_names_are_short_words_made_of_the_letters_of_the_shown_ones() -> None:
    shown = ["anna", "hannah", "johanna", "susanna", "marianne"]
    inventor, rng = Inventor(shown), random.Random(2)
    names = {inventor.invent(rng) for _ in range(50)}
    assert names - set(shown)
    assert all(3 <= len(name) <= 11 and set(name) <= set("".join(shown)) for name in names)
