"""Which of the trained model's guesses are believed."""

import pytest

from intelligence.findings import Finding
from intelligence.guesses import believable
from intelligence.normalization import normalize


def believed(text: str, said: str, kind: str, score: float = 0.97) -> list[str]:
    start = text.index(said)
    return [text[one.start : one.end] for one in believable(normalize(text), [Finding(start, start + len(said), kind, score, "trained model")])]


@pytest.mark.parametrize(
    ("text", "said", "kind"),
    [
        ("waist 34, sand colour", "34", "ADDRESS"),
        ("talla 42, horma ancha", "42, horma ancha", "ADDRESS"),
        ("hoja 3, columna f, fila 12", "3, columna f, fila 12", "ADDRESS"),
        ("schraube M8 x 40", "M8 x 40", "ADDRESS"),
        ("left, second door, blue gate", "second door, blue gate", "ADDRESS"),
        ("o modelo a54 vem com fio?", "a54", "ORDER"),
        ("spare part XK-220 fits", "XK-220", "PLATE"),
        ("version 10.15.7 please", "10.15.7", "ID"),
        ("by 9:30 or so", "9:30", "ORDER"),
        ("phone?", "phone", "PERSON"),
        ("in july?", "july", "PERSON"),
    ],
)
def test_a_guess_at_sizes_products_ways_and_forms_is_not_believed(text: str, said: str, kind: str) -> None:
    assert believed(text, said, kind) == []


@pytest.mark.parametrize(
    ("text", "said", "kind"),
    [
        ("bring it to 34 sandhill, ntinda", "34 sandhill, ntinda", "ADDRESS"),
        ("after the bridge, kibera side", "bridge, kibera side", "ADDRESS"),
        ("send XK-220-771 again", "XK-220-771", "ORDER"),
        ("priya called", "priya", "PERSON"),
    ],
)
def test_what_may_be_personal_is_believed(text: str, said: str, kind: str) -> None:
    assert believed(text, said, kind) == [said]


def test_the_words_around_a_number_are_left_out() -> None:
    assert believed("its 4471 82 thanks", "its 4471 82 thanks", "ORDER") == ["4471 82"]
