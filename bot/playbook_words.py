"""Words of the vocabulary in what somebody typed. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from intelligence.vocabulary import NONE, OTHER, UNKNOWN, Vocabulary

OBJECTIONS, INDUSTRIES, RESPONSES = "words.objections", "words.industries", "words.responses"
"""The lists that are filled with words of the vocabulary."""
_BETWEEN = re.compile(r"[^\w<>]+")
_SHORT = 4
"""Words up to which something typed is a situation by its words; what is longer is a question."""


_CATEGORIES = {
    "strategies": "success-strategies",
    "sequences": "success-strategies",
    "trends": "market-trends",
    "timing": "timing-patterns",
    "steps": "conversion-analytics",
}
"""What the parts of the playbook are called where somebody asks for one as a whole."""
_FILLING = re.compile(
    r"\b(?:show|me|the|all|success|market|latest|what|which|are|is|there|works?|worked|helps?|best|everything|browse|playbook|for|us|here|most|in|general)\b"
)
"""Words that name no situation: with nothing beside them, everything is asked for."""


@dataclass(frozen=True, slots=True)
class Named:
    """The words of each kind that stand in a text, in the order of the vocabulary."""

    objections: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.objections or self.industries or self.responses)

    @property
    def several(self) -> bool:
        """Whether two of one kind stand in it, so that it is not clear which is meant."""
        return max(map(len, (self.objections, self.industries, self.responses))) > 1


def named(text: str, words: Vocabulary) -> Named:
    """The words as a whole, with or without a plural s: `need` is not in `needle`, `roi proof` is `roi-proof`."""
    plain = f" {_spaced(text)} "

    def among(kind: Iterable[str]) -> tuple[str, ...]:
        return tuple(word for word in kind if word not in {NONE, OTHER, UNKNOWN} and any(f" {_spaced(word)}{end} " in plain for end in ("", "s")))

    return Named(among(words.objections), among(words.industries), among(words.responses))


def wants_all(text: str) -> bool:
    """Whether everything is asked for: nothing, `all`, `what works best?`."""
    return not _core(text)


def category(text: str) -> str:
    """The part of the playbook that is asked for as a whole, such as `market trends`; empty for none."""
    return _CATEGORIES.get(_core(text), "")


def _core(text: str) -> str:
    return _spaced(_FILLING.sub(" ", text.casefold()))


def is_short(text: str) -> bool:
    """Whether this is a situation by its words rather than a question."""
    return len(text.split()) <= _SHORT and "?" not in text


def _spaced(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", text.casefold().replace("_", " ")).split())
