"""What people type, understood."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command_list import KNOWN
from bot.command_routes import routed
from bot.commands import Command, HelpWanted, parse

_NAMES = [known.name for known in KNOWN]


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("suggest", "that's over our budget", Command("suggest", text="that's over our budget")),
        ("suggest", "too dear industry:Healthcare", Command("suggest", text="too dear", industry="healthcare")),
        ("suggest", "\u2014industry real-estate too dear", Command("suggest", text="too dear", industry="real-estate")),
        ("suggest", "our industry is slow", Command("suggest", text="our industry is slow")),
        ("playbook", "budget manufacturing", Command("playbook", text="budget manufacturing")),
        ("playbook", "all", Command("playbook")),
        ("recall", "  what did Maria want? ", Command("recall", text="what did Maria want?")),
        ("deal", "list", Command("deal", "list")),
        ("deal", "add Booth package for Maria Lopez at 4,900 EUR", Command("deal", "add", "Booth package", "Maria Lopez", amount="4,900 EUR")),
        ("deal", "add Guide for beginners for Maria", Command("deal", "add", "Guide for beginners", "Maria")),
        ("deal", "set 1a2b won", Command("deal", "set", "won", value="1a2b")),
        ("deal", "set 1a2b stage proposal", Command("deal", "set", "proposal", value="1a2b")),
        ("deal", "set 1a2b amount 5.200", Command("deal", "set", amount="5.200", value="1a2b")),
        ("note", "about Maria Lopez: decides after Easter", Command("note", "add", "decides after Easter", "Maria Lopez")),
        ("note", "add mornings are quiet", Command("note", "add", "mornings are quiet")),
        ("note", "mornings are quiet", Command("note", "add", "mornings are quiet")),
        ("note", "list Maria Lopez", Command("note", "list", customer="Maria Lopez")),
        ("zone", "STATUS", Command("zone", "status")),
        ("zone", "ledger 2", Command("zone", "ledger", value="2")),
        ("zone", "optout", Command("zone", "opt-out")),
        ("zone", "veto 9f3c", Command("zone", "veto", value="9f3c")),
    ],
)
def test_commands_are_understood(name: str, typed: str, meant: Command) -> None:
    assert parse(name, typed) == meant


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("typed", ["", "   ", "help", "HELP", "?", "--help"])
def test_help_and_nothing_give_help(name: str, typed: str) -> None:
    assert parse(name, typed) == HelpWanted(name)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("zone", "explode"),
        ("zone", "veto"),
        ("zone", "status please"),
        ("deal", "sell"),
        ("deal", "add"),
        ("deal", "add Booth"),
        ("deal", "set 1a2b"),
        ("note", "add"),
        ("suggest", "industry:retail"),
    ],
)
def test_what_cannot_be_understood_gives_help_with_the_reason(name: str, typed: str) -> None:
    wanted = parse(name, typed)
    assert isinstance(wanted, HelpWanted)
    assert wanted.name == name
    assert wanted.reason


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("how do I answer 'too expensive' from a clinic?", "playbook"),
        ("what did Maria want?", "recall"),
        ("which deals went quiet?", "deal"),
        ("who went quiet?", "followup"),
        ("which deals are open?", "deal"),
        ("recall the boat offer", "recall"),
        ("/playbook budget", "playbook"),
        ("that is over our budget", "suggest"),
        ("show my notes", "note"),
        ("what left my zone?", "zone"),
        ("when does the clinic open in spring?", "recall"),
        ("suggest: we have no money", "suggest"),
    ],
)
def test_plain_words_find_their_use_case(said: str, meant: str) -> None:
    wanted = routed(said)
    assert isinstance(wanted, Command)
    assert wanted.name == meant


@pytest.mark.parametrize("said", ["", "hi", "Hello!", "help", "thank you"])
def test_a_greeting_is_answered_with_what_can_be_asked(said: str) -> None:
    assert routed(said) == HelpWanted("")


@given(st.sampled_from(_NAMES), st.text(max_size=300))
def test_nothing_that_is_typed_can_break_it(name: str, typed: str) -> None:
    for wanted in (parse(name, typed), routed(typed)):
        assert isinstance(wanted, Command | HelpWanted)
        assert wanted.name in {*_NAMES, ""}


def test_long_and_twisted_input_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for typed in ("add " + " for " * 20_000, "about " * 20_000, "industry:" * 20_000, "how do " * 20_000, "a" * 100_000):
        for name in _NAMES:
            parse(name, typed)
        routed(typed)
    assert time.perf_counter() - began < 3


def test_every_example_of_the_help_is_understood() -> None:
    for known in KNOWN:
        for usage in known.usages:
            assert isinstance(parse(known.name, usage.example), Command), usage
            # Commands do not work in threads: a mention of the same words does the same.
            assert routed(f"{known.name} {usage.example}") == parse(known.name, usage.example), usage
