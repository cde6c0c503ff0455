"""Reading turns: the shipped weights, the same answer in any company, and learning other labels."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from intelligence.classifier import DIRECTORY, TurnClassifier
from intelligence.glossary import bundled as glossaries
from intelligence.turn_encoder import BothEncoders
from intelligence.turn_features import SIZE, fold, ngrams
from intelligence.turn_model import EmbeddedPairs, TurnFeatures, TurnModel
from intelligence.vocabulary import NONE, REACTIONS, bundled
from memory.embeddings import HashingEmbedder
from memory.errors import ModelFileWrong


@cache
def classifier() -> TurnClassifier:
    return TurnClassifier.load(HashingEmbedder())


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ("Honestly it's too expensive for us, we can't pay that much", "budget"),
        ("I have to ask my boss first, she decides", "authority"),
        ("Is this GDPR compliant? Our auditor will want a certificate", "compliance"),
        ("Es demasiado caro para nosotros", "budget"),
        ("Das muss ich erst mit meinem Chef besprechen", "authority"),
        ("let me think about it", "stall"),
        ("Perfect, see you on Tuesday!", NONE),
    ],
)
def test_plain_objections_are_named_in_several_languages(text: str, objection: str) -> None:
    assert classifier().customer([text], [""])[0].objection == objection


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("We're a small bakery, eleven people. Orders come in on paper and half of them get lost", "What does your ordering look like today?"),
        ("Unsere Termine stehen in drei Kalendern, jede Woche ist einer falsch", "Wie planen Sie im Moment?"),
        ("Somos seis en la oficina, los pedidos llegan por correo y por teléfono", "¿Cómo lo llevan ahora?"),
        ("Registre papier, deux secrétaires, et personne ne retrouve rien", "Comment faites-vous aujourd'hui ?"),
        ("The price is fine, send me the invoice", "It comes to 1,200 a year."),
        ("haan ji, kal tak bhej dena, address wahi hai", "Order confirm kar du?"),
    ],
)
def test_what_hurts_today_is_no_objection_to_what_is_offered(text: str, context: str) -> None:
    assert classifier().customer([text], [context])[0].objection == NONE


def test_a_yes_and_a_no_are_told_apart() -> None:
    agreed, refused = classifier().customer(["Great, where do I sign?", "No, stop writing to me, this is useless"], ["Shall we start on Monday?"] * 2)
    assert (agreed.reaction, refused.reaction) == ("positive", "negative")


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("We can split it into six monthly instalments", "payment-plan"),
        ("I can give you 15 % off if that helps", "discount"),
        ("Try it free for two weeks and see", "demo-or-trial"),
        ("Here are our ISO certificate and the data processing agreement", "certification"),
    ],
)
def test_plain_responses_are_named(text: str, response: str) -> None:
    assert classifier().marketer([text], ["I am not sure"])[0].response == response


def test_answers_are_words_of_the_vocabulary_with_probabilities() -> None:
    words = bundled()
    turn = classifier().customer(["too dear, and my partner says no"], ["1,200 a year"])[0]
    assert words.objection(turn.objection) == (turn.objections[0][0] if turn.objections else NONE)
    assert all(words.objection(label) and 0 < score <= 1 for label, score in turn.objections)
    assert [score for _, score in turn.objections] == sorted((score for _, score in turn.objections), reverse=True)
    assert set(turn.reaction_scores) == set(REACTIONS)
    assert sum(turn.reaction_scores.values()) == pytest.approx(1, abs=1e-4)
    told = classifier().marketer(["hello"], [""])[0]
    assert set(told.scores) == set(words.responses)
    assert told.response == max(told.scores, key=told.scores.__getitem__)


def test_a_turn_is_read_the_same_in_any_company_and_in_any_thread() -> None:
    texts = [f"message {number}: we already have a supplier, thanks" + " really" * number for number in range(12)]
    alone = [classifier().customer([text], ["hi"])[0] for text in texts]
    assert classifier().customer(texts, ["hi"] * len(texts)) == alone
    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(lambda text: classifier().customer([text], ["hi"])[0], texts)) == alone


def test_a_turn_has_one_vector_whatever_it_is_encoded_with() -> None:
    encoder = BothEncoders.load(DIRECTORY / "encoders.npz", glossaries(), threads=2)
    texts = ["ok", "no", "way too much for a shop of our size", "", "let me ask my brother, he signs"]
    contexts = ["1,200 a year", "", "Shall I book it?", "hello", "x" * 300]
    together = encoder.encode(texts, contexts)
    alone = np.vstack([encoder.encode([text], [context]) for text, context in zip(texts, contexts, strict=True)])
    assert together.shape == alone.shape
    assert np.allclose(together, alone, atol=1e-6)
    assert encoder.encode([], []).shape == (0, together.shape[1])


@pytest.mark.parametrize("text", ["", " ", "\n", "🙂🙂🙂", "x" * 50_000, "\u200b\u0000", "你好太贵了", "a\ud800b".encode("utf-8", "replace").decode()])
def test_strange_texts_are_read_without_complaint(text: str) -> None:
    assert len(classifier().customer([text], [text])) == 1
    assert len(classifier().marketer([text], [text])) == 1


def test_no_turns_give_no_answers() -> None:
    assert classifier().customer([], []) == []
    assert classifier().marketer([], []) == []


def test_texts_and_contexts_must_match() -> None:
    with pytest.raises(ValueError, match="one context for each text"):
        classifier().customer(["hello"], [])


@pytest.mark.parametrize("broken", ["config.json", "heads.npz", "encoders.npz"])
def test_a_damaged_file_is_named_in_one_sentence(tmp_path: Path, broken: str) -> None:
    for path in DIRECTORY.iterdir():
        (tmp_path / path.name).write_bytes(b"not this" if path.name == broken else path.read_bytes())
    with pytest.raises(ModelFileWrong, match="install the package again"):
        TurnClassifier.load(HashingEmbedder(), tmp_path)


def test_the_shipped_weights_are_small_and_hold_no_pickle() -> None:
    assert sum(path.stat().st_size for path in DIRECTORY.iterdir()) <= 30_000_000
    with np.load(DIRECTORY / "heads.npz", allow_pickle=False) as stored:
        assert {str(label) for label in stored["objection.labels"]} == {NONE, *bundled().objections}
    assert json.loads((DIRECTORY / "config.json").read_text())["decision"]["objection"] > 0


def features(texts: list[str]) -> TurnFeatures:
    return TurnFeatures.of(EmbeddedPairs(HashingEmbedder()), texts, [""] * len(texts))


def test_other_labels_can_be_learned_and_stored() -> None:
    texts = [f"{word} number {number}" for number in range(8) for word in ("apples please", "pears please")]
    labels = [("pear",) if text.startswith("pears") else ("apple",) for text in texts]
    model = TurnModel.fit(features(texts), labels)
    unseen = features(["some apples please", "some pears please"])
    assert model.predict(unseen) == [("apple",), ("pear",)]
    again = TurnModel.load(model.arrays("fruit"), "fruit")
    assert np.allclose(again.scores(unseen), model.scores(unseen), atol=0.01)


def test_several_labels_of_one_turn_can_be_learned() -> None:
    texts = [f"{word} number {number}" for number in range(8) for word in ("apples", "pears", "apples and pears", "nothing")]
    labels = [tuple(fruit for fruit in ("apple", "pear") if fruit in text) for text in texts]
    model = TurnModel.fit(features(texts), labels, several=True)
    assert model.predict(features(["apples and pears number 3", "nothing number 2"])) == [("apple", "pear"), ()]


def test_one_label_alone_cannot_be_learned() -> None:
    with pytest.raises(ValueError, match="at least two different labels"):
        TurnModel.fit(features(["a", "b"]), [("same",), ("same",)])


def test_folding_forgives_how_chats_vary() -> None:
    assert fold("SOOOO Café 25") == fold("soo cafe 19")
    assert ngrams(["hi"], ["there"]).shape == (1, SIZE)


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("Es demasiado caro", "es", "is too much expensive"),
        ("muito caro, minha esposa decide", "pt", "very expensive, my wife decide"),
        ("zu teuer", "de", "to expensive"),
        ("trop cher", "fr", "too much expensive"),
        ("bahut mehnga hai", "hi-en", "very expensive is"),
        ("too expensive for us", "en", "too expensive for us"),
        ("高すぎる", "en", "高すぎる"),
    ],
)
def test_other_languages_are_recognised_and_glossed(text: str, language: str, english: str) -> None:
    assert glossaries().language(text) == language
    assert glossaries().english(text, language) == english
