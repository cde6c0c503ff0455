"""Cards nobody should make: injections, endless texts, empty ones, too many buttons. Drawn from a seeded generator."""

import random

from bot.messages import Button, Card, Fact, Section

_NASTY = (
    "<!channel>",
    "<@U0EVE>",
    "<https://evil.example|bank>",
    "https://evil.example/?q=",
    "http://evil.example",
    "www.evil.example/x",
    "@here",
    "&amp;<>",
    "*bold* _it_ ~no~ `code`",
    ":bomb:",
    "\u202egnp.exe",
    "\x00\x07",
    "\ud800",
    "\U0001f600" * 40,
    "x" * 3_500,
    "wort " * 900,
    "\n" * 20,
    "javascript:alert(1)",
    "",
    " ",
    "too expensive",
    "\u00e9\u4f60\u0627",
    "&" * 2_500,
)
_ACTIONS = ("suggestion.worked", "suggestion.used", "zone.veto", "zone.opt-out", "a" * 300)


def _words(chance: random.Random) -> str:
    return " ".join(chance.choice(_NASTY) for _ in range(chance.choice((0, 1, 1, 1, 2, 4))))


def _button(chance: random.Random) -> Button:
    return Button(_words(chance), chance.choice(_ACTIONS), chance.choice(("", "9f3c", "v" * 3_000)), chance.choice(("", "primary", "danger", "odd")))


def _section(chance: random.Random) -> Section:
    facts = tuple(Fact(_words(chance), _words(chance)) for _ in range(chance.choice((0, 0, 1, 3, 12))))
    return Section(_words(chance), _words(chance), chance.random() < 0.4, facts, _buttons(chance, (0, 0, 1, 4)))


def _buttons(chance: random.Random, counts: tuple[int, ...]) -> tuple[Button, ...]:
    return tuple(_button(chance) for _ in range(chance.choice(counts)))


def strange_card(chance: random.Random) -> Card:
    """A card of nasty words, too many of everything, and nothing at all."""
    sections = [_section(chance) for _ in range(chance.choice((0, 1, 2, 5)))] * chance.choice((1, 1, 1, 20))
    return Card(_words(chance), _words(chance), tuple(sections), _buttons(chance, (0, 1, 3, 30)), _words(chance))
