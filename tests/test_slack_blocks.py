"""Cards as Block Kit: within every limit, and never anything but text."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.strange_cards import strange_card
from bot.channels import slack_blocks
from bot.doubles.slack_rules import problems, view_problems
from bot.messages import Card, Fact, Section


def _leaves(value: Any) -> list[dict[str, Any]]:
    """Every object of a structure."""
    if isinstance(value, dict):
        return [value, *(leaf for one in value.values() for leaf in _leaves(one))]
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else []


def assert_harmless(drawn: Any) -> None:
    """No mention, link, emoji or markup that Slack would act upon."""
    for leaf in _leaves(drawn):
        assert leaf.get("type") not in {"link", "user", "usergroup", "channel", "broadcast", "emoji", "image"}
        if leaf.get("type") == "mrkdwn":
            assert leaf["verbatim"] is True
            assert "<" not in leaf["text"]
            assert ">" not in leaf["text"]
    assert "evil.example/?" not in json.dumps(drawn)
    assert "://" not in json.dumps(drawn)


def test_two_thousand_cards_are_within_slacks_limits_and_harmless() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        message = slack_blocks.message(strange_card(chance))
        assert problems(message["blocks"]) == []
        assert message["text"].strip()
        assert len(message["text"]) <= 3_000
        assert "<" not in message["text"]
        assert_harmless(message)
        json.dumps(message, ensure_ascii=False).encode()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_becomes_valid_blocks(title: str, text: str) -> None:
    sections = tuple(Section(text, title, quote, (Fact(title, text),)) for quote in (True, False))
    assert problems(slack_blocks.blocks(Card(title, text, sections, footnote=text))) == []


def test_any_card_fits_a_window_and_any_cards_fit_a_home_tab() -> None:
    chance = random.Random(8)
    for _ in range(40):
        cards = [strange_card(chance) for _ in range(4)]
        assert view_problems(slack_blocks.modal(cards[0])) == []
        assert view_problems(slack_blocks.home(cards)) == []
        assert len(slack_blocks.plain(cards[0])) <= 11_001


def test_a_long_text_is_split_and_not_lost() -> None:
    words = " ".join(f"word{number}" for number in range(900))
    drawn = slack_blocks.blocks(Card("t", "s", (Section(words),)))
    said = " ".join(leaf["text"] for leaf in _leaves(drawn) if leaf.get("type") == "text")
    assert said.split() == words.split()


def test_what_does_not_fit_is_said() -> None:
    drawn = slack_blocks.blocks(Card("t", "s", tuple(Section(f"line {number}") for number in range(80)), footnote="foot"))
    assert len(drawn) == 50
    assert "does not fit" in str(drawn[-2])
    assert "foot" in str(drawn[-1])


def test_our_own_links_are_links_and_nothing_else_is() -> None:
    drawn = slack_blocks.blocks(Card("t", "s", (Section("open https://ours.example/zone or https://evil.example/"),)), ["https://ours.example"])
    links = [leaf["url"] for leaf in _leaves(drawn) if leaf.get("type") == "link"]
    assert links == ["https://ours.example/zone"]
    assert "evil" not in str(drawn)


def test_what_can_be_typed_is_drawn_so_and_a_word_before_a_colon_is_no_link() -> None:
    paragraph, small = slack_blocks.blocks(Card("Deals", "Deals.", (Section("slack: ready, say `/deal list`"),), footnote="Try `/deal`."))[-2:]
    assert [(one["text"], one.get("style")) for one in paragraph["elements"][0]["elements"]] == [("slack: ready, say ", None), ("/deal list", {"code": True})]
    assert small["elements"][0]["text"] == "Try /deal."
    (hidden,) = slack_blocks.blocks(Card("", "x", (Section("data:text/html,x"),)))
    assert "data:" not in json.dumps(hidden)


def test_a_customers_words_are_set_apart_and_shown_as_they_are() -> None:
    words = "*really* <b>too</b> expensive & late :("
    drawn = slack_blocks.blocks(Card("t", "s", (Section(words, quote=True),)))
    quote = drawn[1]["elements"][0]
    assert quote == {"type": "rich_text_quote", "elements": [{"type": "text", "text": words}]}


def test_the_rules_of_the_double_notice_what_slack_refuses() -> None:
    text = {"type": "plain_text", "text": "x"}
    button = {"type": "button", "text": text, "action_id": "a"}
    wrong: list[Any] = [
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "actions", "elements": [button] * 2}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [{**button, "text": {"type": "plain_text", "text": "x" * 76}}]}],
        [{"type": "section", "fields": [text] * 11}],
        [{"type": "section"}],
        [{"type": "context", "elements": [text] * 11}],
        [{"type": "rich_text", "elements": []}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]}],
        [{"type": "unheard-of"}],
        [{"type": "divider"}] * 51,
        [{"type": "divider", "block_id": "one"}] * 2,
    ]
    for blocks in wrong:
        assert problems(blocks), blocks
