from dataclasses import replace

import pytest

from intelligence.anonymizer import Anonymizer
from intelligence.errors import UnknownTerm
from intelligence.languages import written
from intelligence.release import ReleaseCheck
from intelligence.templates import SLOTS, Templates, Uses, bare, slots, starter_playbook
from intelligence.vocabulary import bundled
from memory.embeddings import OnnxEmbedder

TEMPLATES = Templates.load(bundled())
LANGUAGES = {"en", "de", "es", "fr", "pt"}
_LONGEST = 220
_SAID = {"first_name": "Maria", "company": "Hotel Sol", "product": "CRM", "amount": "4.900 EUR", "date": "14.12."}


def test_every_objection_has_wordings_and_practice() -> None:
    covered = {one.objection for one in TEMPLATES.all()}
    assert covered == set(bundled().objections)
    assert set(starter_playbook(bundled())) == set(bundled().objections)


def test_wordings_hold_only_known_slots_and_no_figures() -> None:
    for one in TEMPLATES.all():
        for text in one.text.values():
            assert set(slots(text)) <= set(SLOTS)
            assert not any(letter.isdigit() for letter in text), one.id


def test_every_wording_is_written_in_every_language_with_the_same_slots_and_is_short() -> None:
    for one in TEMPLATES.all():
        assert set(one.text) == LANGUAGES, one.id
        for language, text in one.text.items():
            assert sorted(slots(text)) == sorted(slots(one.said())), (one.id, language)
            assert len(text) <= _LONGEST, (one.id, language)
            assert text.strip() == text, (one.id, language)
    assert len({one.said() for one in TEMPLATES.all()}) == len(TEMPLATES.all())


def test_a_wording_reads_as_the_language_it_is_written_in() -> None:
    for one in TEMPLATES.all():
        for language, text in one.text.items():
            assert written([text.format_map(_SAID)]) == language, one.id


def test_no_wording_in_any_language_looks_like_personal_data() -> None:
    texts = [said for one in TEMPLATES.all() for text in one.text.values() for said in (text, bare(text))]
    ReleaseCheck(Anonymizer(), bundled()).check(texts, lambda: ())


def test_a_wording_is_given_in_the_language_asked_for_else_in_english_and_says_which() -> None:
    one = TEMPLATES.of("budget", "roi-proof")[0]
    assert TEMPLATES.translated(one.said(), "pt_BR") == (one.text["pt"], "pt")
    assert TEMPLATES.translated(one.said(), "DE") == (one.text["de"], "de")
    assert TEMPLATES.translated(one.said(), "hi-en") == (one.said(), "en")
    assert TEMPLATES.translated("Words of an older release.", "de") == ("Words of an older release.", "en")
    assert TEMPLATES.best("budget", "roi-proof", "fr") == one.text["fr"]


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


def test_a_draft_sent_in_another_language_counts_as_the_use_of_its_wording(embedder: OnnxEmbedder) -> None:
    sent = [(one, language) for one in TEMPLATES.all()[:12] for language in sorted(LANGUAGES)]
    found = Uses(TEMPLATES, embedder).nearest([(one.response, one.said(language).format_map(_SAID)) for one, language in sent])
    assert found == [one.id for one, _ in sent]
    assert Uses(TEMPLATES, embedder).nearest([("payment-plan", "das wetter war herrlich, und dem hund hat der strand gefallen")]) == [""]


def test_a_pattern_word_outside_the_vocabulary_is_refused() -> None:
    smaller = replace(bundled(), responses={word: text for word, text in bundled().responses.items() if word != "roi-proof"})
    with pytest.raises(UnknownTerm):
        Templates.load(smaller)
