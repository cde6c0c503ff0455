"""What a play claims, in words: each category of the playbook says its own thing. Pure."""

from collections.abc import Callable, Mapping

from bot.answers import Curated, Play
from bot.wording import STANDINGS, capital, evidence, scope, spoken

_STEPS = {"contacted": "a first message", "replied": "a reply", "engaged": "a real conversation", "deal": "a deal", "won": "a deal won"}
"""The steps of a conversation."""
_BETWEEN = " > "
_PERCENT = 100


def headline(one: Play | Curated) -> str:
    """`Budget -> ROI proof`, `Objection about price: rising`, or a curated play's title. Empty for what has no words."""
    if isinstance(one, Curated):
        return one.title
    say = _HEADLINES.get(one.category)
    return say(one) if say is not None else ""


def said_of(one: Play | Curated) -> str:
    """The evidence, or that there is none."""
    if isinstance(one, Curated):
        where = f"in {spoken(one.industry)}" if one.industry else "in every industry"
        return f"{capital(spoken(one.objection))} \u2192 {spoken(one.response)}, {where}. Written by {one.owner or 'a colleague'}; nobody has counted it."
    claim = f"{_counted(one)}." if one.category in _COUNTED else f"{evidence(one)}."
    standing = STANDINGS.get(one.standing, "")
    return f"{claim}\n{capital(standing)}." if standing else claim


def _answer(one: Play) -> str:
    if not one.response:
        return ""
    return f"{capital(spoken(one.objection))} \u2192 {spoken(one.response)}" if one.objection else capital(spoken(one.response))


def _strategy(one: Play) -> str:
    return capital(", then ".join(map(spoken, one.detail.split(_BETWEEN))))


def _trend(one: Play) -> str:
    return f"Objections about {spoken(one.objection)}: {spoken(one.detail)}"


def _timing(one: Play) -> str:
    if one.detail.startswith("week"):
        return f"A message on a {one.detail.replace('-', ' ')}"
    return "A message on the same day" if one.detail == "same-day" else f"A message {spoken(one.detail)} after the last one"


def _step(one: Play) -> str:
    begun, _, reached = one.detail.rpartition(_BETWEEN)
    return f"From {_STEPS.get(begun, spoken(begun))} to {_STEPS.get(reached, spoken(reached))}"


def _counted(one: Play) -> str:
    low, high = (round(_PERCENT * value) for value in (one.low, one.high))
    people = "1 colleague" if one.contributors == 1 else f"{one.contributors} colleagues"
    return f"{_COUNTED[one.category].format(successes=one.successes, n=one.n)} ({low}\u2013{high} %), {people}, {scope('', one.industry)}"


_HEADLINES: Mapping[str, Callable[[Play], str]] = {
    "objection-patterns": _answer,
    "response-templates": _answer,
    "success-strategies": _strategy,
    "market-trends": _trend,
    "timing-patterns": _timing,
    "conversion-analytics": _step,
}
_COUNTED = {
    "success-strategies": "{successes} of {n} conversations that went this way were won",
    "market-trends": "{successes} of the {n} latest objections",
    "timing-patterns": "{successes} of {n} such messages were answered within a day",
    "conversion-analytics": "{successes} of {n} conversations got that far",
}
"""What the counts of a category are of, where it is not an answer that worked."""
