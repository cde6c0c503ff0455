"""How words of the vocabulary and rates are said to people. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.answers import Play, Suggested

ONLY_YOU = "Only you see this."
"""At the foot of everything private."""
STANDINGS = {
    "validated": "proven: better than the usual result, corrected for chance",
    "emerging": "rising lately",
    "anti-pattern": "works worse than the usual result",
    "little-evidence": "little evidence",
}
"""What a pattern's standing means; `observed` needs no words."""


_KNOWN_FROM = {"told": "you said so", "default": "your usual one", "inferred": "guessed from the conversation", "words": "from their words"}


def spoken(word: str) -> str:
    """A word of the vocabulary as people write it: `roi-proof` -> `ROI proof`, `<1k` -> `below 1k`."""
    if word.startswith("<"):
        return f"below {word[1:]}"
    if word.startswith(">"):
        return f"above {word[1:]}"
    plain = word if word[:1].isdigit() or word == "e-commerce" else word.replace("-", " ")
    return " ".join({"roi": "ROI", "saas": "SaaS"}.get(part, part) for part in plain.split(" "))


def industry(word: str, source: str) -> str:
    """`Manufacturing (your usual one)`: an industry never without how it is known."""
    known_from = _KNOWN_FROM.get(source, "")
    return f"{capital(spoken(word))} ({known_from})" if known_from and word != "unknown" else capital(spoken(word))


def evidence(one: Suggested | Play) -> str:
    """`Worked in 29 of 34 cases (71-94 %), 9 colleagues, across all industries`: the only way a rate is ever said."""
    where = scope("" if isinstance(one, Play) else one.level, one.industry)
    people = "1 colleague" if one.contributors == 1 else f"{one.contributors} colleagues"
    cases = "case" if one.n == 1 else "cases"
    return f"Worked in {one.successes} of {one.n} {cases} ({_percent(one.low)}\u2013{_percent(one.high)} %), {people}, {where}"


def scope(level: str, industry: str) -> str:
    """Whose cases were counted: names the level that was fallen back to."""
    where = f"in {spoken(industry)}" if industry else "across all industries"
    return f"{where}, whatever the objection" if level == "response" else where


def capital(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def happened(line: Mapping[str, Any]) -> str:
    """A line of the ledger in words: an exchange, a message after a silence, or how far a conversation got."""
    if line["kind"] == "follow-up":
        return "A message after a silence: " + ("answered within a day" if line["reaction"] == "positive" else "not answered within a day")
    if line["kind"] == "journey":
        return f"How far a conversation got: {spoken(line['deal_stage'])}"
    return f"{capital(spoken(line['objection']))} objection, answered with {spoken(line['response'])}: {line['reaction']}"


def counted(number: int, noun: str) -> str:
    """`1 deal`, `3 deals`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def foot(*parts: str) -> str:
    """The parts of a footnote that there are."""
    return " ".join(part for part in parts if part)


def _percent(rate: float) -> int:
    return round(rate * 100)
