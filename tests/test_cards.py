"""What the cards say: always with counts and an interval, and nobody's name but the owner's own customers'."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from bot import cards, guide_cards, playbook_cards, record_cards, zone_cards
from bot.answers import Advice, Play, Playbook, Practice, PrivacyStatus, Recalled, RecalledMessage, Suggested
from bot.channels import slack_blocks
from bot.command_list import ADMIN, KNOWN
from bot.commands import HelpWanted
from bot.doubles.slack_rules import problems
from bot.messages import Button, Card, Visibility
from bot.recollections import recollection
from bot.wording import spoken

_ROI = Suggested(
    suggestion_id="s1",
    pattern_id="p1",
    response="roi-proof",
    meaning="shows the return in figures",
    successes=29,
    n=34,
    low=0.7077,
    high=0.9386,
    contributors=9,
    level="industry-objection-response",
    industry="manufacturing",
    template="{first_name}, may I send figures?",
)
_PLAN = replace(_ROI, suggestion_id="s2", response="payment-plan", successes=21, n=30, contributors=7, level="objection-response", industry="", template="")
_ADVICE = Advice("budget", "cannot pay that much", "manufacturing", "1k-10k", "Ruth Calloway", "we can't afford this", (_ROI, _PLAN))
_PLAY = Play("p1", "objection-patterns", "budget", "roi-proof", "shows figures", "", "", 29, 34, 0.7077, 0.9386, 9, "validated", "")
_HIT = RecalledMessage("m1", "c1", "Maria Lopez", datetime(2026, 3, 4, 9, 31, tzinfo=UTC), "customer", "a booth for <May>", 0.8)
_STATUS = PrivacyStatus(contributes=True, customers=4, messages=120, deals=2, notes=1, follow_ups=2, offered=3, published=2, vetoed=1, withdrawn=0)
_LINE = {
    "id": "9f3c" * 8,
    "kind": "exchange",
    "epoch": "2026-W10",
    "objection": "budget",
    "response": "roi-proof",
    "reaction": "positive",
    "deal_outcome": "won",
    "industry": "manufacturing",
    "size_band": "unknown",
    "amount_band": "1k-10k",
    "channel": "whatsapp",
    "weekday_part": "weekday-morning",
    "days_since_contact": "1-3 days",
    "reply_latency": "<1 h",
    "template": "",
    "state": "published",
}
_EVERY_CARD = [
    cards.advice(_ADVICE),
    cards.advice(replace(_ADVICE, suggestions=(), practice=(Practice("question-back", "ask what lies behind it"),))),
    cards.advice(replace(_ADVICE, objection="none", suggestions=())),
    playbook_cards.playbook(Playbook("budget", "budget", "", (_PLAY,))),
    playbook_cards.playbook(Playbook("budget", "budget", "", ())),
    recollection(Recalled("what did Maria want?", (_HIT,), abstained=False)),
    recollection(Recalled("x", (), abstained=True)),
    zone_cards.ledger([_LINE]),
    zone_cards.ledger([]),
    zone_cards.zone(_STATUS),
    record_cards.deals([{"id": "d" * 32, "customer": "Maria Lopez", "name": "Booth", "amount": "4900", "stage": "proposal", "outcome": "open"}]),
    record_cards.deals([]),
    record_cards.notes([{"customer": "", "text": "quiet mornings", "created_at": "2026-03-04T09:31:00+00:00"}]),
    record_cards.notes([]),
    cards.not_linked("U0NOBODY"),
    cards.refused("Nothing was found: ask in other words."),
    guide_cards.guide(HelpWanted("")),
    *(guide_cards.guide(HelpWanted(known.name, "I do not know 'x'.")) for known in KNOWN),
]


def _words(card: Card) -> str:
    return unescape(slack_blocks.plain(card))


def _buttons(card: Card) -> list[Button]:
    return [*(button for section in card.sections for button in section.buttons), *card.buttons]


@pytest.mark.parametrize("card", _EVERY_CARD, ids=lambda card: card.title)
def test_every_card_is_valid_in_slack_and_has_a_summary(card: Card) -> None:
    assert problems(slack_blocks.blocks(card)) == []
    assert card.summary.strip()
    assert card.title.strip()


@pytest.mark.parametrize("card", _EVERY_CARD, ids=lambda card: card.title)
def test_a_percentage_never_stands_without_cases_and_colleagues(card: Card) -> None:
    for line in _words(card).splitlines():
        if "%" in line:
            assert re.search(r"Worked in \d+ of \d+ cases? \(\d+\u2013\d+ %\), \d+ colleagues?, (in|across) ", line), line


def test_the_advice_card_says_who_wrote_what_and_what_worked() -> None:
    said = _words(cards.advice(_ADVICE))
    assert "Ruth Calloway wrote\n> we can't afford this" in said
    assert "Worked in 29 of 34 cases (71\u201394 %), 9 colleagues, in manufacturing" in said
    assert "Worked in 21 of 30 cases (71\u201394 %), 7 colleagues, across all industries" in said


def test_the_notification_holds_no_customer_and_none_of_their_words() -> None:
    card = cards.advice(_ADVICE)
    assert "Ruth" not in card.summary
    assert "afford" not in card.summary


def test_each_answer_can_be_judged_and_the_buttons_carry_ids_only() -> None:
    buttons = _buttons(cards.advice(_ADVICE))
    assert [(one.action, one.value) for one in buttons] == [
        ("suggestion.used", "s1"),
        ("suggestion.worked", "s1"),
        ("suggestion.did-not-work", "s1"),
        ("suggestion.used", "s2"),
        ("suggestion.worked", "s2"),
        ("suggestion.did-not-work", "s2"),
        ("suggestion.not-now", "s1"),
    ]


def test_what_was_not_stored_cannot_be_judged() -> None:
    unstored = replace(_ADVICE, suggestions=(replace(_ROI, suggestion_id=""),))
    assert _buttons(cards.advice(unstored)) == []


def test_a_fall_back_to_all_industries_is_named() -> None:
    pooled = cards.advice(replace(_ADVICE, suggestions=(_PLAN,)))
    assert "not enough evidence in manufacturing alone yet" in _words(pooled)
    assert "alone yet" not in _words(cards.advice(_ADVICE))
    assert "alone yet" not in _words(cards.advice(replace(_ADVICE, industry="unknown", suggestions=(_PLAN,))))


def test_too_little_evidence_says_so_and_marks_general_practice() -> None:
    card = cards.advice(replace(_ADVICE, suggestions=(), practice=(Practice("question-back", "ask what lies behind it"),)))
    said = _words(card)
    assert "not enough evidence yet" in card.title
    assert "General practice (nobody here has counted it)" in said
    assert "ask what lies behind it" in said
    assert "%" not in said
    assert _buttons(card) == []


def test_the_recall_card_shows_customer_date_and_words() -> None:
    said = _words(recollection(Recalled("what did Maria want?", (_HIT,), abstained=False)))
    assert "Maria Lopez \u00b7 04 Mar 2026, 09:31" in said
    assert "> a booth for <May>" in said
    unsure = recollection(Recalled("what did Maria want?", (_HIT,), abstained=True))
    assert "Nothing in your conversations answers this" in _words(unsure)
    hits = tuple(replace(_HIT, message_id=f"m{at}", text=f"some words {at}", score=score) for at, score in enumerate((0.9, 0.5, 0.4, 0.3)))
    assert "words 1" in (said := _words(recollection(Recalled("q", hits, abstained=False))))
    assert "words 2" not in said  # far behind the best one
    assert "words 2" in _words(recollection(Recalled("q", hits, abstained=False, answer="In words.", citations=("m2",))))


def test_the_ledger_shows_each_line_with_a_way_to_take_it_back() -> None:
    card = zone_cards.ledger([_LINE, {**_LINE, "id": "aaaa" * 8, "state": "vetoed"}])
    assert [(button.action, button.value) for button in _buttons(card)] == [("zone.veto", _LINE["id"]), ("zone.withdraw", _LINE["id"])]
    assert "Budget objection, answered with ROI proof: positive" in _words(card)
    assert "1 anonymous" in card.summary


def test_many_lines_plays_and_hits_are_cut_and_the_rest_is_said() -> None:
    first, second = zone_cards.ledger([_LINE] * 12), zone_cards.ledger([_LINE] * 12, 9)
    assert ("Lines 1 to 10 of 12" in first.footnote, "Lines 11 to 12 of 12" in second.footnote) == (True, True)
    assert [(one.label, one.value) for card in (first, second) for one in card.buttons] == [("Older lines", "2"), ("Newer lines", "1")]
    assert "5 more" in playbook_cards.playbook(Playbook("", "", "", (_PLAY,) * 15)).footnote
    assert len(slack_blocks.blocks(zone_cards.ledger([_LINE] * 40))) <= 50


def test_the_zone_card_offers_the_opposite_of_what_is() -> None:
    assert [button.action for button in _buttons(zone_cards.zone(_STATUS))] == ["zone.ledger", "zone.opt-out", "zone.export", "zone.forget", "zone.proof"]
    silent = replace(_STATUS, contributes=False)
    assert [button.action for button in _buttons(zone_cards.zone(silent))] == ["zone.ledger", "zone.opt-in", "zone.export", "zone.forget", "zone.proof"]
    assert "nothing leaves your zone" in _words(zone_cards.zone(silent))


def test_only_what_holds_nothing_private_may_be_shown_to_anybody() -> None:
    public = {card.title for card in _EVERY_CARD if card.visibility is Visibility.ANYONE}
    assert public == {"What you can ask", *(f"/{known.name}" for known in KNOWN if known.name != ADMIN)}
    assert playbook_cards.playbook(Playbook("", "", "", (_PLAY,))).visibility is Visibility.ANYONE


@pytest.mark.parametrize(
    ("word", "said"),
    [("roi-proof", "ROI proof"), ("<1k", "below 1k"), (">250k", "above 250k"), ("saas", "SaaS"), ("1-3 days", "1-3 days"), ("e-commerce", "e-commerce")],
)
def test_words_of_the_vocabulary_are_said_as_people_write_them(word: str, said: str) -> None:
    assert spoken(word) == said
