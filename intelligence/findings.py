"""What a pattern finds in a text, and the shapes that find it. Every shape is linear in the length of the text.

A shape's expression starts at a word boundary or at a literal and repeats only bounded parts; tests feed all of
them texts made to be slow.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from intelligence.normalization import Normalized

TYPES = tuple("PERSON ORGANIZATION LOCATION ADDRESS PHONE EMAIL URL HANDLE CARD IBAN ID PLATE ORDER BIRTHDATE AMOUNT IP".split())
PLACEHOLDER = re.compile(rf"<(?:{'|'.join(TYPES)})_\d{{1,3}}>")
"""What is written instead of an entity; never an entity itself."""
ANY = "any"
DIGIT = "digit"


class Span(Protocol):
    """An entity of a text: what it is, and the characters [start, end)."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""

    @property
    def type(self) -> str:
        """One of TYPES."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters [start, end) of a normalised text are an entity of a type, says a pattern, this surely."""

    start: int
    end: int
    type: str
    score: float
    pattern: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One way an entity is written.

    `pattern` runs on the folded text unless `cased`; its group `value`, if it has one, is the entity. A shape with
    `needs` is tried only when the text has such a character (DIGIT: any digit). `check` decides on the matched value.
    """

    name: str
    type: str
    pattern: re.Pattern[str]
    score: float
    needs: str = DIGIT
    cased: bool = False
    check: Callable[[str], bool] | None = None


def shape(  # noqa: PLR0913 - the parts of a shape
    name: str,
    kind: str,
    pattern: str,
    score: float,
    *,
    needs: str = DIGIT,
    cased: bool = False,
    check: Callable[[str], bool] | None = None,
) -> Shape:
    """Compile a shape."""
    return Shape(name, kind, re.compile(pattern), score, needs, cased, check)


def find(shapes: Iterable[Shape], read: Normalized) -> Iterator[Finding]:
    """Every match of every shape; matches of different shapes may overlap."""
    digits = has_digit(read.text)
    for one in shapes:
        if not (digits if one.needs == DIGIT else one.needs == ANY or one.needs in read.folded):
            continue
        for match in one.pattern.finditer(read.text if one.cased else read.folded):
            group = "value" if "value" in one.pattern.groupindex and match["value"] is not None else 0
            start, end = match.span(group)
            if start < end and (one.check is None or one.check(read.text[start:end])):
                yield Finding(start, end, one.type, one.score, one.name)


def has_digit(text: str) -> bool:
    """Whether any ASCII digit is in a normalised text."""
    return _DIGIT.search(text) is not None


def words(text: str) -> str:
    """An alternation of words, longest first, for a pattern; a space in a word matches any white space."""
    listed = sorted(set(text.split("|") if "|" in text else text.split()), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word.strip()).replace(r"\ ", r"\s") for word in listed) + ")"


_DIGIT = re.compile(r"[0-9]")
