"""What leaves for a language model comes back byte for byte, and nobody can join it across zones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelligence.anonymizer import Anonymizer, Entity
from intelligence.deny_list import DenyList
from intelligence.pseudonyms import Pseudonyms

ANONYMIZER = Anonymizer(seconds=30)
ZONE, OTHER = Pseudonyms(b"zone of alice 123"), Pseudonyms(b"zone of bob 12345")
KNOWN = DenyList(persons=("Priscilla Nakamura",), organizations=("ABC Corp",))
PIECES = st.sampled_from(
    [
        "ana@x.com",
        "Priscilla",
        "priscilla",
        "abc corp",
        "+1 415 555 0134",
        "$5,000",
        "<PERSON-aaaaaa>",
        "<PERSON_1>",
        "<",
        ">",
        "<EMAIL-",
        "-",
        " ",
        "\n",
        "é",
        "\u200b",
        "🙏",
        "ok",
    ],
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_restoring_gives_the_text_back(text: str) -> None:
    hidden = ZONE.replace(text, ANONYMIZER.analyze(text, KNOWN), "document")
    assert hidden.restore(hidden.text) == text


@given(st.text(alphabet="<>PERSON-abcdef_1 ", max_size=40), st.data())
@settings(max_examples=150, deadline=None)
def test_restoring_gives_the_text_back_whatever_is_replaced(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    entities = [Entity(start, end, "PERSON", 1.0, "") for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    hidden = ZONE.replace(text, entities, "document")
    assert hidden.restore(hidden.text) == text


def test_a_placeholder_that_the_text_already_contains_is_not_chosen() -> None:
    entities = [Entity(0, 3, "PERSON", 1.0, "")]
    placeholder = ZONE.replace("Ana", entities, "d").text
    text = f"Ana wrote {placeholder}"
    hidden = ZONE.replace(text, entities, "d")
    assert hidden.text.startswith("<PERSON-")
    assert hidden.text.removesuffix(f" wrote {placeholder}") != placeholder
    assert hidden.restore(hidden.text) == text


def test_one_value_has_one_placeholder_in_a_document_and_another_elsewhere() -> None:
    text = "Ana and Ana"
    entities = [Entity(0, 3, "PERSON", 1.0, ""), Entity(8, 11, "PERSON", 1.0, "")]
    first, second = ZONE.replace(text, entities, "d").text.split(" and ")
    assert first == second
    assert first not in ZONE.replace(text, entities, "another").text
    assert first not in OTHER.replace(text, entities, "d").text


def test_placeholders_of_an_answer_are_restored_and_unknown_ones_stay() -> None:
    hidden = ZONE.replace("Ana pays", [Entity(0, 3, "PERSON", 1.0, "")], "d")
    placeholder = hidden.text.split()[0]
    assert hidden.restore(f"Dear {placeholder}, {placeholder}! <PERSON-zzzzzz>") == "Dear Ana, Ana! <PERSON-zzzzzz>"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Pseudonyms(b"short")
