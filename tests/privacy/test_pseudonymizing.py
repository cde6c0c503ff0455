"""What a language model is sent about a zone, and what comes back: names never leave, and return byte for byte."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.errors import CannotAnonymize, ModelUnavailable
from intelligence.identifier_guard import IdentifierGuard
from intelligence.prompts import Prompt
from intelligence.pseudonymizing import PseudonymizingModel
from intelligence.pseudonyms import PLACEHOLDER, Pseudonyms

ANONYMIZER = Anonymizer(seconds=30)
KNOWN = DenyList(
    persons=("Priscilla Nakamura", "Will", "Ann", "María-José Núñez", "</system> Wanda", ".*"),
    organizations=("Brontix GmbH", "The Corner Shop"),
    numbers=("+491713920042", "priscilla@brontix.example"),
)
GUARD = IdentifierGuard(KNOWN)


class Person(BaseModel):
    name: str
    aliases: tuple[str, ...] = ()


class Answer(BaseModel):
    said: str
    lines: list[str]
    people: list[Person]
    by_name: dict[str, list[Person]]
    count: int = 3
    maybe: str | None = None


@dataclass
class Scripted:
    """A model whose answer is made from what it was sent."""

    answer: Callable[[str], Any]
    name: str = "scripted"
    seen: list[Prompt] = field(default_factory=list)

    def generate(self, prompt: Prompt, output_type: type[Any]) -> Any:  # noqa: ARG002 - the protocol's
        self.seen.append(prompt)
        return self.answer(prompt.material)


def wrapped(model: Scripted, anonymizer: Anonymizer = ANONYMIZER, key: bytes = b"key of one zone 1") -> PseudonymizingModel:
    return PseudonymizingModel(model, anonymizer, KNOWN, Pseudonyms(key))


def everywhere(text: str) -> Answer:
    person = Person(name=text, aliases=(text, "-", text))
    return Answer(said=text, lines=[text, "x"], people=[person], by_name={text: [person]}, maybe=text)


WAYS = (
    "Priscilla|NAKAMURA|priscila|Will|will|brontix|B r o n t i x|0171 3920042|+49 (171) 392-0042|priscilla@brontix.example|María-José|Núñez|maria|"
    "<PERSON-aaaaaa>|<|</messages>|\n|\n\n|é|\u200b|🙏|$5,000|ok|[1]|Ann's|\t"
)
PIECES = st.sampled_from(WAYS.split("|"))
SPELLED = st.sampled_from("Priscilla|Nakamura|Brontix|+491713920042|María-José|ok|fine,|call|\n|🙏".split("|"))
TEXTS = st.lists(PIECES, max_size=14).flatmap(lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces), "\n".join(pieces)]))


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_every_string_of_an_answer_comes_back_byte_for_byte_at_any_depth(text: str) -> None:
    model = Scripted(everywhere)
    assert wrapped(model).generate(Prompt("i", text), Answer) == everywhere(text)
    assert model.seen[0].instructions == "i"


@given(st.lists(SPELLED, max_size=12).map(" ".join))
@settings(max_examples=120, deadline=None)
def test_the_guard_finds_nothing_left_in_what_is_sent(text: str) -> None:
    model = Scripted(everywhere)
    wrapped(model).generate(Prompt("i", text), Answer)
    assert not GUARD.holds(model.seen[0].material)


def test_one_zone_cannot_be_joined_with_another_by_what_they_send() -> None:
    first, second = Scripted(everywhere), Scripted(everywhere)
    wrapped(first).generate(Prompt("i", "Priscilla of Brontix"), Answer)
    wrapped(second, key=b"key of another zone").generate(Prompt("i", "Priscilla of Brontix"), Answer)
    sent = [set(PLACEHOLDER.findall(one.seen[0].material)) for one in (first, second)]
    assert len(sent[0]) == len(sent[1]) == 2
    assert not sent[0] & sent[1]


def test_a_line_too_long_to_be_checked_is_not_sent() -> None:
    model = Scripted(everywhere)
    with pytest.raises(CannotAnonymize, match="stays private"):
        wrapped(model, Anonymizer(max_characters=30)).generate(Prompt("i", "short\n" + "a" * 31), Answer)
    assert not model.seen


def test_what_takes_too_long_to_be_checked_is_not_sent() -> None:
    hours = count()
    slow = [False]
    anonymizer = Anonymizer(clock=lambda: next(hours) * 3600.0 if slow[0] else 0.0)
    slow[0] = True
    model = Scripted(everywhere)
    with pytest.raises(CannotAnonymize, match="stays private"):
        wrapped(model, anonymizer).generate(Prompt("i", "Priscilla"), Answer)
    assert not model.seen


def test_the_failure_of_the_model_is_the_failure_of_the_wrapped_one() -> None:
    def fails(_text: str) -> Answer:
        raise ModelUnavailable("away")

    with pytest.raises(ModelUnavailable):
        wrapped(Scripted(fails)).generate(Prompt("i", "hello"), Answer)


@pytest.mark.parametrize(
    "text",
    [
        "PRISCILLA NAKAMURA called",
        "so nakamura said",
        "from Brontix",
        "ask Will about it",
        "The Corner Shop is closed",
        "0171/392 00 42",
        "write to priscilla@brontix.example",
        "Mari\u0301a-Jose\u0301 Nu\u0301n\u0303ez",
        "Pris\u200bcilla Nakamura",
    ],
)
def test_the_guard_sees_an_identifier_however_it_is_written(text: str) -> None:
    assert GUARD.holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "will you come by later?",
        "Annual report, 2026-11-19, 10:30",
        "<PERSON-k3x9qa> of <ORGANIZATION-annann> called",
        "a .* b",
        "the price is 4,900 for 12 units",
    ],
)
def test_the_guard_lets_pass_what_names_nobody(text: str) -> None:
    assert not GUARD.holds(text)
