"""Noise must not open what is closed: casing, spacing, emoji, zero-width characters; masking twice changes nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from tests.harmless_cases import HARMLESS
from tests.identifier_cases import planted

ANONYMIZER = Anonymizer(seconds=30)
KNOWN = DenyList(persons=("Priscilla Nakamura", "Rosalind Achebe"), organizations=("Nimbusdesk GmbH",), numbers=("+491713920042",))
CARRIERS = ["{}", "hey {} pls", "ok: {}", "({})", "🙏{}🙏", "a\n{}\nb", "„{}“", "{}!!!", "*{}*", "_{}_ ok", "well... {}, ok?"]
IDENTIFIERS = [
    "+1 415 555 0134",
    "ana.lopez@example.com",
    "bob at gmail dot com",
    "4111 1111 1111 1111",
    "GB82 WEST 1234 5698 7654 32",
    "078-05-1120",
    "@bella.rose_88",
    "529.982.247-25",
    "Priscilla",
    "rosalind achebe",
    "Nimbusdesk",
    "0171 3920042",
    "https://acme.example/x",
    "86.231.85.193",
    "ORD-2024-0098",
]
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e"]


def visible(text: str, identifier: str) -> bool:
    """Whether anything of an identifier that stands once in a text is left after masking."""
    start = text.index(identifier)
    covered = {at for entity in ANONYMIZER.analyze(text, KNOWN) for at in range(entity.start, entity.end)}
    return any(text[at].isalnum() and at not in covered for at in range(start, start + len(identifier)))


@given(st.sampled_from(IDENTIFIERS), st.sampled_from(CARRIERS), st.sampled_from([str.lower, str.upper, str.title, str.swapcase]))
@settings(max_examples=120, deadline=None)
def test_casing_and_surroundings_reveal_nothing(identifier: str, carrier: str, case: object) -> None:
    written = case(identifier)  # type: ignore[operator]
    assert not visible(carrier.format(written), written)


@given(st.sampled_from(IDENTIFIERS), st.data())
@settings(max_examples=120, deadline=None)
def test_invisible_characters_reveal_nothing(identifier: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(1, len(identifier) - 1), max_size=5))
    written = identifier
    for place in sorted(places, reverse=True):
        written = written[:place] + data.draw(st.sampled_from(INVISIBLE)) + written[place:]
    assert not visible(f"hey {written} ok", written)


@given(st.sampled_from(["4155550134", "5550100199", "9876543210"]), st.sampled_from([" ", "-", ".", "·", "  ", " - ", "*", "_"]))
@settings(max_examples=24, deadline=None)
def test_digits_apart_reveal_nothing(number: str, separator: str) -> None:
    written = separator.join(number)
    assert not visible(f"so {written} ok", written)


@given(st.sampled_from(["4155550134", "9876543210"]), st.sampled_from([0x0660, 0x06F0, 0x0966, 0xFF10, 0x1D7CE, 0x0E50]))
@settings(max_examples=12, deadline=None)
def test_digits_of_other_scripts_reveal_nothing(number: str, zero: int) -> None:
    written = "".join(chr(zero + int(digit)) for digit in number)
    assert not visible(f"call {written} ok", written)


@pytest.mark.parametrize("message", [message for _, _, message in planted()] + HARMLESS)
def test_masking_a_masked_message_changes_nothing(message: str) -> None:
    once = ANONYMIZER.mask(message, KNOWN).text
    assert ANONYMIZER.mask(once, KNOWN).text == once


@given(st.lists(st.sampled_from([*IDENTIFIERS, "ok", "and", "$5,000", "12 rose lane", "call", ",", "\n"]), max_size=8).map(" ".join))
@settings(max_examples=80, deadline=None)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = ANONYMIZER.mask(text, KNOWN).text
    assert ANONYMIZER.mask(once, KNOWN).text == once


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_analysed_and_spans_lie_inside_it(text: str) -> None:
    end = 0
    for entity in ANONYMIZER.analyze(text, KNOWN):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end
