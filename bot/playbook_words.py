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


def is_short(text: str) -> bool:
    """Whether this is a situation by its words rather than a question."""
    return len(text.split()) <= _SHORT and "?" not in text


def _spaced(text: str) -> str:
    return " ".join(_BETWEEN.sub(" ", text.casefold().replace("_", " ")).split())
