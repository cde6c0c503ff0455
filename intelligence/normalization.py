"""Text as the recognizers read it: one form for every way of writing, with the way back to the original characters."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_KEPT_CONTROLS = "\n\t\r"
_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0\u20e3\u180e") | {chr(code) for code in range(0xFE00, 0xFE10)}
"""Fillers, joiners, the enclosing keycap and variation selectors: nothing a reader sees as a character of its own."""

_ITALIC = re.compile(r"(?<![^\W_])_(?=[^\s_])([^_\n]{1,400})(?<=[^\s_])_(?![^\W_])")
"""A stretch between underscores, which chat programs show in italics."""
_BLANK = "\u25a1"
"""Neither a letter nor a digit nor white space: what a pattern sees instead of something it must not see."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """NFKC text without invisible characters and with ASCII digits.

    `offsets[i]` is the index in the original of the character that `text[i]` came from; one more entry closes it.
    `folded` is `text` in lower case, character for character.
    """

    text: str
    folded: str
    offsets: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters [start, end) of `text` in the original; a character that was written as one stays whole."""
        after = end
        while after < len(self.text) and self.offsets[after] == self.offsets[end - 1]:
            after += 1
        return self.offsets[start], self.offsets[after]

    def without(self, pattern: re.Pattern[str]) -> "Normalized":
        """The same text, character for character, with a blank for every character of a match."""
        text = pattern.sub(lambda match: _BLANK * len(match.group()), self.text)
        return self if text == self.text else Normalized(text, "".join(map(_lower, text)), self.offsets)


def normalize(text: str) -> Normalized:
    """Read a text. Time is linear in its length."""
    if text.isascii() and text.isprintable():
        plain = _without_italics(text)
        return Normalized(plain, plain.lower(), range(len(text) + 1))
    characters: list[str] = []
    offsets: list[int] = []
    for start, end in _clusters(text):
        for character in _visible(text[start:end]):
            characters.append(character)
            offsets.append(start)
    offsets.append(len(text))
    plain = _without_italics("".join(characters))
    return Normalized(plain, "".join(map(_lower, plain)), offsets)


def fold(text: str) -> str:
    """For comparing names: normalised, lower case, without accents."""
    plain = unicodedata.normalize("NFKD", normalize(text).text)
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


def _without_italics(text: str) -> str:
    """Blanks for the underscores around italics, unless a single word of letters is between: that may be a handle."""
    return _ITALIC.sub(lambda match: match.group() if match[1].isalpha() else f" {match[1]} ", text) if "_" in text else text


def _clusters(text: str) -> list[tuple[int, int]]:
    """Each character with the combining marks that follow it, so that accents written apart compose."""
    starts = [index for index, character in enumerate(text) if index == 0 or not unicodedata.combining(character)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _visible(cluster: str) -> str:
    if cluster.isascii() and cluster.isprintable():
        return cluster
    seen = "".join(character for character in cluster if not _invisible(character))
    return "".join(_digit(character) for character in unicodedata.normalize("NFKC", seen))


def _invisible(character: str) -> bool:
    if character in _INVISIBLE:
        return True
    category = unicodedata.category(character)
    return category == "Cf" or (category == "Cc" and character not in _KEPT_CONTROLS)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character
