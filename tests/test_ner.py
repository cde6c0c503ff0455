"""The trained named-entity model, as shipped."""

import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from intelligence.ner import DIRECTORY, TOGETHER, NamedEntityModel, NamedSpan, Thresholds, WordScores, cut_windows, decode, equal_windows
from intelligence.training.examples import IGNORED, LABELS, read_chats
from intelligence.word_features import Word, split_words


@pytest.fixture(scope="module")
def model() -> NamedEntityModel:
    return NamedEntityModel.load()


def found(model: NamedEntityModel, text: str, *labels: str) -> list[str]:
    (spans,) = model.predict([text])
    return [text[span.start : span.end] for span in spans if not labels or span.label in labels]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hi priya, can you send the quote today?", "priya"),
        ("THANKS OLUWASEUN, GOT IT", "OLUWASEUN"),
        ("this is Katarzyna Nowak from accounting", "Katarzyna Nowak"),
        ("tell will to bring the keys", "will"),
        ("gracias lucía❤️❤️", "lucía"),
        ("soy el primo de Xochitl", "Xochitl"),
        ("aqui é a joana, tudo bem?", "joana"),
        ("hier ist frau schneider, guten tag", "schneider"),
        ("c'est mme lefebvre, bonjour", "lefebvre"),
        ("ciao sono giulia, c'è ancora?", "giulia"),
        ("rahul bhaiya kal aayenge", "rahul"),
    ],
)
def test_a_persons_name_is_found_in_chat_of_seven_languages(model: NamedEntityModel, text: str, name: str) -> None:
    assert any(name in part for part in found(model, text, "PERSON"))


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("we got a better offer from blue door bakery", "blue door bakery", "ORGANIZATION"),
        ("Invoice to Kaiser & Sons Ltd please", "Kaiser & Sons Ltd", "ORGANIZATION"),
        ("do you ship to nairobi?", "nairobi", "LOCATION"),
        ("send it to 14 Maple Street, Leeds", "14 Maple Street", "ADDRESS"),
        ("meine adresse ist gartenweg 12, 50667 köln", "gartenweg 12", "ADDRESS"),
    ],
)
def test_companies_places_and_addresses_are_found_whole(model: NamedEntityModel, text: str, name: str, label: str) -> None:
    assert any(name in part for part in found(model, text)), label


@pytest.mark.parametrize(
    "text",
    [
        "will you mark it as paid?",
        "can we meet on friday at 10?",
        "the manager is on holiday until march",
        "do you have the iphone 15 in black?",
        "2 boxes of size m please",
        "está muy caro para nosotros",
        "das ist uns leider zu teuer",
        "c'est trop cher pour nous",
        "é muito caro pra gente",
        "è troppo caro per noi",
        "bahut mehenga hai yaar",
    ],
)
def test_messages_without_names_stay_as_they_are(model: NamedEntityModel, text: str) -> None:
    assert found(model, text) == []


@pytest.mark.parametrize("text", ["", " ", "\n\t", "...", "❤️❤️", "\u200b", "\ud83d"])
def test_texts_without_words_have_no_names_and_break_nothing(model: NamedEntityModel, text: str) -> None:
    assert all(0 <= s.start < s.end <= len(text) for spans in model.predict([text]) for s in spans)


def test_no_texts_give_no_answers(model: NamedEntityModel) -> None:
    assert model.predict([]) == []


def test_spans_lie_inside_the_text_in_order_and_apart(model: NamedEntityModel) -> None:
    text = "María Pérez🎉(Acme GmbH) moved from São Paulo to 5 Elm St; call José or Zoë"
    (spans,) = model.predict([text])
    assert spans
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)
    assert all(0 < s.score <= 1 and s.label in model.labels for s in spans)


def test_a_batch_answers_what_each_text_alone_answers(model: NamedEntityModel) -> None:
    texts = ["hi priya", "the price is too high", "", "Kaiser & Sons, Hauptstr. 5, 10115 Berlin", "ok " * 300 + "maria"]
    assert [_places(spans) for spans in model.predict(texts)] == [_places(model.predict([t])[0]) for t in texts]


def test_a_probability_does_not_depend_on_the_company_of_its_text(model: NamedEntityModel) -> None:
    """Thresholds are cut finely: an answer that moved with its batch would leak in one import and not in the next."""
    texts = [split_words(f"{name} wants the {number} boxes") for name, number in (("priya", "4"), ("will", "!!"), ("THE", "x9"), ("rose", "😀"), ("ok", "big"))]
    together = model.score(texts)
    for words, beside in zip(texts, together, strict=True):
        (alone,) = model.score([words])
        np.testing.assert_allclose(beside.begin, alone.begin, atol=1e-5)
        np.testing.assert_allclose(beside.inside, alone.inside, atol=1e-5)


def test_windows_of_one_length_run_together_in_batches_of_bounded_size() -> None:
    texts = [split_words("a " * count) for count in (2, 3, 2, 1, 0, *[100] * 25)]
    batches = list(equal_windows(cut_windows(Tokenizer.from_file(str(DIRECTORY / "tokenizer.json")), texts)))
    assert all(len({len(window.pieces) for window in batch}) == 1 for batch in batches)
    assert all(sum(len(window.pieces) for window in batch) <= TOGETHER for batch in batches)
    assert sorted(window.text for batch in batches for window in batch) == [0, 1, 2, 3, *range(5, 30)]
    assert len(batches) == 3 + 3


def test_the_same_text_has_the_same_answer_every_time(model: NamedEntityModel) -> None:
    text = "tell Oluwaseun from blue door bakery that I moved to 12 Elm Road"
    assert model.predict([text]) == model.predict([text])


def test_a_name_is_found_wherever_it_stands_in_a_long_text(model: NamedEntityModel) -> None:
    filler = "we talked about the price and the delivery of the boxes. "
    for before in (0, 20, 45, 60):
        text = filler * before + "my name is Oluwaseun Adeyemi. " + filler * (60 - before)
        assert "Oluwaseun Adeyemi" in found(model, text, "PERSON"), before


@pytest.mark.parametrize(
    "unit",
    ["a b ", "a1", ".", "a.b,", "❤", "x", "李伟", "xq zj ", "Abc1 ", "hello priya from acme ", "pneumonoultramicroscopic ", "\u200b", "@a_b "],
)
def test_no_long_text_gives_the_network_more_to_read_than_prose_does(model: NamedEntityModel, unit: str) -> None:
    text = (unit * 4096)[:4096]
    windows = list(cut_windows(Tokenizer.from_file(str(DIRECTORY / "tokenizer.json")), [split_words(text)]))
    assert sum(len(window.pieces) for window in windows) <= 1800
    assert all(0 <= s.start < s.end <= len(text) for spans in model.predict([text]) for s in spans)


def test_threads_share_one_model(model: NamedEntityModel) -> None:
    texts = [f"hi priya, order {n} for Tom Becker is ready" for n in range(20)]
    expected = model.predict(texts)
    answers: list[list[list[NamedSpan]]] = []
    threads = [threading.Thread(target=lambda: answers.append(model.predict(texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4


def test_a_word_is_a_run_of_letters_a_run_of_digits_or_one_sign() -> None:
    assert [w.text for w in split_words("maría❤️!x_12ab 李伟")] == ["maría", "❤", "️", "!", "x", "_", "12", "ab", "李", "伟"]


def test_the_space_inside_a_name_is_covered_and_two_names_stay_two() -> None:
    words = split_words("anna lee tom")
    spans = decode(words, _scores([(0.9, 0.0), (0.1, 0.5), (0.9, 0.0)]), {"PERSON": Thresholds(0.5, 0.3)})
    assert _places(spans) == [(0, 8, "PERSON"), (9, 12, "PERSON")]


def test_an_unsure_word_is_taken_only_beside_a_sure_one() -> None:
    words = split_words("anna lee or tom")
    scores = _scores([(0.9, 0.0), (0.1, 0.3), (0.0, 0.0), (0.4, 0.0)])
    assert _places(decode(words, scores, {"PERSON": Thresholds(0.5, 0.3)})) == [(0, 8, "PERSON")]


def _places(spans: Sequence[NamedSpan]) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in spans]


def _scores(rows: list[tuple[float, float]]) -> WordScores:
    return WordScores(np.array([[begin] for begin, _ in rows], np.float32), np.array([[inside] for _, inside in rows], np.float32))


def test_the_marks_of_the_hand_written_chats_are_balanced_and_known() -> None:
    for example in read_chats(Path(read_chats.__code__.co_filename).parent / "chats"):
        assert "[[" not in example.text, example.text
        assert "]]" not in example.text, example.text
        assert {run.label for run in example.runs} <= {None, IGNORED, *LABELS}, example.text


def test_words_know_their_place() -> None:
    assert split_words("hi anna") == [Word(0, 2, "hi"), Word(3, 7, "anna")]
