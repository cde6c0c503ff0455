"""The anonymiser with its patterns and the deny-list; what the trained model adds is tested where it is the point."""
# ruff: noqa: RUF001 - letters and digits of other scripts are the point

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise

import pytest

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.errors import CannotAnonymize
from intelligence.findings import TYPES
from intelligence.ner import NamedEntityModel, NamedSpan
from intelligence.vocabulary import bundled
from tests.harmless_cases import HARMLESS
from tests.identifier_cases import planted


@pytest.fixture(scope="module")
def anonymizer() -> Anonymizer:
    return Anonymizer()


@pytest.fixture(scope="module")
def trained() -> Anonymizer:
    return Anonymizer(NamedEntityModel.load())


class ScriptedModel:
    """A model that sees given spans in every text."""

    def __init__(self, *spans: NamedSpan) -> None:
        self._spans = spans
        self.batches: list[int] = []

    def predict(self, texts: list[str]) -> list[list[NamedSpan]]:
        self.batches.append(len(texts))
        return [[span for span in self._spans if span.end <= len(text)] for text in texts]


class BrokenModel:
    def predict(self, texts: list[str]) -> list[list[NamedSpan]]:  # noqa: ARG002 - of the interface
        msg = "out of memory"
        raise RuntimeError(msg)


@pytest.mark.parametrize(("kind", "value", "message"), planted())
def test_a_planted_identifier_is_covered_and_typed(anonymizer: Anonymizer, kind: str, value: str, message: str) -> None:
    entities = anonymizer.analyze(message)
    start = message.rindex(value)
    covered = {at for entity in entities for at in range(entity.start, entity.end)}
    assert [character for at, character in enumerate(value) if character.isalnum() and start + at not in covered] == []
    near = {"ID": {"ID", "ORDER", "CARD"}, "ADDRESS": {"ADDRESS", "PHONE"}}.get(kind, {kind})
    assert near & {entity.type for entity in entities}


@pytest.mark.parametrize("message", HARMLESS)
def test_a_harmless_message_stays_as_it_is(anonymizer: Anonymizer, message: str) -> None:
    assert anonymizer.mask(message).text == message


def test_the_trained_model_leaves_no_planted_identifier_visible_and_nearly_all_harmless_messages_alone(trained: Anonymizer) -> None:
    leaks = []
    for _, value, message in planted():
        covered = {at for entity in trained.analyze(message) for at in range(entity.start, entity.end)}
        start = message.rindex(value)
        if any(message[at].isalnum() and at not in covered for at in range(start, start + len(value))):
            leaks.append(message)
    assert leaks == []
    touched = [message for message in HARMLESS if trained.analyze(message)]
    assert len(touched) <= 0.08 * len(HARMLESS), touched


def test_the_trained_model_finds_people_companies_and_places_in_chat(trained: Anonymizer) -> None:
    assert trained.has_ner
    masked = trained.mask("hey priya, tell marcus from Brightwell Dental in lisbon that i called").text
    for name in ("priya", "marcus", "Brightwell", "lisbon"):
        assert name not in masked
    assert "i called" in masked


def test_without_the_trained_model_the_anonymizer_says_so_and_still_finds_numbers() -> None:
    anonymizer = Anonymizer(None)
    assert not anonymizer.has_ner
    assert anonymizer.mask("Ana: +34 612 345 678").text == "Ana: <PHONE_1>"


def test_offsets_are_those_of_the_input_when_invisible_characters_hide_in_it(anonymizer: Anonymizer) -> None:
    message = "ﬁrst: a\u200bna@exa\u00admple.com, ４１５\u2060５５５０１３４ ok"
    masked = anonymizer.mask(message)
    assert masked.text == "ﬁrst: <EMAIL_1>, <PHONE_1> ok"
    assert [message[entity.start : entity.end] for entity in masked.entities] == ["a\u200bna@exa\u00admple.com", "４１５\u2060５５５０１３４"]


def test_the_same_value_has_the_same_placeholder_and_another_value_another(anonymizer: Anonymizer) -> None:
    masked = anonymizer.mask("ana@x.com and ANA@X.COM and bob@x.com")
    assert masked.text == "<EMAIL_1> and <EMAIL_1> and <EMAIL_2>"


def test_overlapping_findings_become_one_entity_without_a_visible_gap() -> None:
    anonymizer = Anonymizer(ScriptedModel(NamedSpan(0, 8, "PERSON", 0.9), NamedSpan(5, 12, "ORGANIZATION", 0.8)))
    (entity,) = anonymizer.analyze("Anna Bell Ltd")
    assert (entity.start, entity.end, entity.type) == (0, 12, "PERSON")
    assert entity.source == "names: trained model"


def test_entities_come_in_order_without_overlaps_and_of_known_types(anonymizer: Anonymizer) -> None:
    entities = anonymizer.analyze("card 4111 1111 1111 1111, IBAN GB82 WEST 1234 5698 7654 32, 12 rose lane, ana@x.com, $5,000, order #4471, +1 415 555 0134")
    assert all(first.end <= second.start for first, second in pairwise(entities))
    assert {entity.type for entity in entities} <= set(TYPES)
    assert [entity.type for entity in entities] == ["CARD", "IBAN", "ADDRESS", "EMAIL", "AMOUNT", "ORDER", "PHONE"]


def test_every_decision_names_its_recognizer_and_pattern(anonymizer: Anonymizer) -> None:
    text = "iban GB82WEST12345698765432"
    decisions = anonymizer.explain(text)
    assert ("identifiers", "IBAN, mod 97", 1.0) in {(one.recognizer, one.pattern, one.score) for one in decisions}
    (entity,) = anonymizer.analyze(text)
    assert entity.source.startswith("identifiers: IBAN, mod 97")


def test_a_batch_is_read_by_the_model_at_once_and_gives_what_single_texts_give() -> None:
    model = ScriptedModel(NamedSpan(0, 3, "PERSON", 0.9))
    anonymizer = Anonymizer(model)
    model.batches.clear()
    texts = ["Ana wants 5k off", "Bob: bob@x.com", "", "ok"]
    many = anonymizer.analyze_many(texts)
    assert model.batches == [4]
    assert many == [anonymizer.analyze(text) for text in texts]


def test_a_text_that_is_too_long_stays_private(anonymizer: Anonymizer) -> None:
    anonymizer.analyze("a" * 4096)
    with pytest.raises(CannotAnonymize, match="at most 4096"):
        anonymizer.analyze("a" * 4097)


def test_a_text_that_takes_too_long_stays_private() -> None:
    ticks = count()
    patient = Anonymizer(seconds=50, clock=lambda: float(next(ticks)))
    assert patient.mask("ana@x.com").text == "<EMAIL_1>"
    with pytest.raises(CannotAnonymize, match="stays private"):
        Anonymizer(seconds=5, clock=lambda: float(next(ticks)))


def test_a_text_with_more_numbers_than_any_message_has_stays_private(anonymizer: Anonymizer) -> None:
    with pytest.raises(CannotAnonymize, match="no message"):
        anonymizer.analyze("€5 " * 1000)


def test_a_failing_recognizer_means_that_the_text_stays_private() -> None:
    with pytest.raises(CannotAnonymize, match="RuntimeError"):
        Anonymizer(BrokenModel())


def test_what_cannot_be_decided_is_not_clean(anonymizer: Anonymizer) -> None:
    assert not anonymizer.is_clean("fine words " * 500)


@pytest.mark.parametrize(
    "text",
    [
        "write to ana@x.com",
        "in 12 rose lane",
        "for $5,000",
        "reach 4 1 5 5 5 5 0 1 3 4",
        "see http://a.b",
        "<PERSON_1> said so",
        "Acme said so",
        "acmes team said so",
        "a c m e said so",
    ],
)
def test_anything_personal_is_not_clean(anonymizer: Anonymizer, text: str) -> None:
    assert not anonymizer.is_clean(text, DenyList(organizations=("Acme GmbH",)))


def test_sentences_of_the_vocabulary_are_clean(trained: Anonymizer) -> None:
    words = bundled()
    for objection, response in (("budget", "roi-proof"), ("stall", "escalate-to-expert"), ("trust", "case-study")):
        for place in ("across all industries", "in saas", "in public-sector", "in home-decor"):
            assert trained.is_clean(f"{objection} objection answered with {response} {place}: {words.responses[response]}")
    assert not trained.is_clean("budget objection answered with roi-proof in Jane Whitcomb: shows the return in figures")


def test_many_threads_get_the_same_answers(anonymizer: Anonymizer) -> None:
    messages = [message for _, _, message in planted()]
    known = DenyList(persons=("Priscilla Nakamura",))
    expected = [anonymizer.analyze(message, known) for message in messages]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda message: anonymizer.analyze(message, known), messages)) == expected


def test_a_message_is_read_in_milliseconds(anonymizer: Anonymizer) -> None:
    began = time.thread_time()
    for _ in range(100):
        anonymizer.analyze("Hey can you send the quote of $4,500 to John at ABC Corp please, we need 20 boxes by Friday?")
    assert (time.thread_time() - began) / 100 < 0.01
