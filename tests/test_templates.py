from dataclasses import replace

import pytest

from intelligence.errors import UnknownTerm
from intelligence.templates import SLOTS, Templates, Uses, bare, slots, starter_playbook
from intelligence.vocabulary import bundled
from memory.embeddings import OnnxEmbedder

TEMPLATES = Templates.load(bundled())


def test_every_objection_has_wordings_and_practice() -> None:
    covered = {one.objection for one in TEMPLATES.all()}
    assert covered == set(bundled().objections)
    assert set(starter_playbook(bundled())) == set(bundled().objections)


def test_wordings_hold_only_known_slots_and_no_figures() -> None:
    for one in TEMPLATES.all():
        for text in one.text.values():
            assert set(slots(text)) <= set(SLOTS)
            assert not any(letter.isdigit() for letter in text), one.id


def test_the_best_wording_is_the_first_until_rates_say_otherwise() -> None:
    first, second = TEMPLATES.of("budget", "roi-proof")[:2]
    assert TEMPLATES.best("budget", "roi-proof") == first.said()
    assert TEMPLATES.best("budget", "roi-proof", rates={second.id: 0.6}) == second.said()
    assert TEMPLATES.best("budget", "roi-proof", rates={first.id: 0.7, second.id: 0.6}) == first.said()
    assert TEMPLATES.best("budget", "other") == ""


def test_a_wording_is_found_by_its_id() -> None:
    one = TEMPLATES.all()[0]
    assert TEMPLATES.get(one.id) == one
    assert TEMPLATES.get("nowhere") is None


def test_slots_are_left_out_of_what_is_compared() -> None:
    assert bare("{first_name}, would it help to spread {amount} over the year?") == "would it help to spread over the year?"


def test_a_sentence_near_a_wording_of_its_response_counts_as_its_use(embedder: OnnxEmbedder) -> None:
    uses = Uses(TEMPLATES, embedder)
    found = uses.nearest(
        [
            ("payment-plan", "we could bill you in quarters so the machine earns its keep while you pay for it"),
            ("discount", "we could bill you in quarters so the machine earns its keep while you pay for it"),
            ("roi-proof", "the weather in Lisbon was lovely and the dog enjoyed the beach"),
            ("roi-proof", ""),
            ("other", "hello"),
        ]
    )
    assert found[0] == "budget.payment-plan.2"
    assert found[2:] == ["", "", ""]
    assert not found[1].startswith("budget.payment-plan")


def test_a_pattern_word_outside_the_vocabulary_is_refused() -> None:
    smaller = replace(bundled(), responses={word: text for word, text in bundled().responses.items() if word != "roi-proof"})
    with pytest.raises(UnknownTerm):
        Templates.load(smaller)
