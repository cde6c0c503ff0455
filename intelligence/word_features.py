"""Words of a text and what can be seen of each from outside: case, neighbours, letters and lexicon membership.

The encoder's vocabulary is lower-cased and mostly English; these features give the case, the accents and the
other languages back. Training and run time share this file, so the two can never disagree.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# A word is a run of letters, a run of digits, one ideograph, or one other visible character.
WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]"
    r"|[^\W\d_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+(?:[\u0300-\u036f]+[^\W\d_]*)*"
    r"|\d+"
    r"|\S",
)

CROWDED = 0.3
"""Words for each character from which a long text is no prose, but a way to keep the network busy."""
CROWD = 512
COARSE = re.compile(r"\S{1,24}(?:\s\S(?!\S)){0,23}")

SHAPES = ("none", "lower", "title", "upper", "mixed", "initial", "digits", "mark", "symbol", "uncased")
TEXT_CASES = ("mixed", "lower", "upper", "title")
TITLED = 3
"""Fewer capitalised words than this say nothing about the text."""
LETTERS = 16
"""Characters of a word the network sees: the first twelve and the last four."""

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789áàâãäåæçéèêëíìîïñóòôõöøúùûüýßşğ\u0131łńżźśćčřšžőű'\u2019-&.@#_/,:;!?()+*°º€$£"
_LETTER_ID = {letter: number + 2 for number, letter in enumerate(ALPHABET)}
ALPHABET_SIZE = len(ALPHABET) + 2
"""0 is padding, 1 any other character."""

FLAGS = ("rare", "common", "usual", "frequent", "given", "family", "place", "glued_left", "glued_right")
_LEXICON_FLAGS = 7


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: characters [start, end)."""

    start: int
    end: int
    text: str


def split_words(text: str) -> list[Word]:
    """Return the words of a text from left to right; white space belongs to none of them.

    A long text of single letters or signs is cut coarsely, so that reading it takes no longer than prose.
    """
    words = [Word(match.start(), match.end(), match.group()) for match in WORD.finditer(text)]
    if len(words) > max(CROWD, CROWDED * len(text)):
        return [Word(match.start(), match.end(), match.group()) for match in COARSE.finditer(text)]
    return words


@lru_cache(maxsize=32_768)
def lexicon_key(word: str) -> int:
    """Return the lexicon's 32-bit key of a word: case and accents do not matter."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return zlib.crc32(plain.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=32_768)
def shape(word: str) -> int:
    """Return the index in SHAPES of how a word is written."""
    if word[0].isdigit():
        name = "digits"
    elif not word[0].isalpha():
        name = "mark" if unicodedata.category(word[0])[0] == "P" else "symbol"
    elif word.islower():
        name = "lower"
    elif word.isupper():
        name = "upper" if len(word) > 1 else "initial"
    elif word.istitle():
        name = "title"
    else:
        name = "mixed" if word.lower() != word.upper() else "uncased"
    return SHAPES.index(name)


@lru_cache(maxsize=32_768)
def letters(word: str) -> tuple[int, ...]:
    """Return LETTERS character numbers of a word, padded with 0."""
    seen = word if len(word) <= LETTERS else word[:12] + word[-4:]
    return tuple(_LETTER_ID.get(c, 1) for c in seen) + (0,) * (LETTERS - len(seen))


def text_case(words: Sequence[Word]) -> int:
    """Return the index in TEXT_CASES of how a whole text is written: a lower-case word says nothing in lower-case text."""
    shapes = [SHAPES[shape(word.text)] for word in words]
    cased = [name for name in shapes if name in {"lower", "title", "upper", "mixed"}]
    if not cased or all(name == "lower" for name in cased):
        return TEXT_CASES.index("lower")
    if sum(name == "upper" for name in cased) >= 0.7 * len(cased):
        return TEXT_CASES.index("upper")
    if len(cased) >= TITLED and sum(name != "lower" for name in cased) >= 0.8 * len(cased):
        return TEXT_CASES.index("title")
    return TEXT_CASES.index("mixed")


class Lexicon:
    """Which words are common in some language, and which are known as given names, family names or places.

    Stored as sorted 32-bit keys with one byte of flags each: no word can be read back from it.
    """

    def __init__(self, keys: NDArray[np.uint32], flags: NDArray[np.uint8]) -> None:
        self._keys = keys
        self._flags = flags

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(stored["keys"], stored["flags"])

    def save(self, path: Path) -> None:
        """Write keys and flags to a compressed file."""
        np.savez_compressed(path, keys=self._keys, flags=self._flags)

    def flags(self, words: Sequence[Word]) -> NDArray[np.float32]:
        """Return float32 [words, len(FLAGS)] of zeros and ones."""
        wanted = np.array([lexicon_key(word.text) for word in words], dtype=np.uint32)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        found = np.where(self._keys[place] == wanted, self._flags[place], 0).astype(np.uint8)
        out = np.zeros((len(words), len(FLAGS)), dtype=np.float32)
        out[:, :_LEXICON_FLAGS] = np.unpackbits(found[:, None], axis=1, bitorder="little")[:, :_LEXICON_FLAGS]
        starts = np.array([word.start for word in words])
        ends = np.array([word.end for word in words])
        if len(words) > 1:
            out[1:, -2] = starts[1:] == ends[:-1]
            out[:-1, -1] = out[1:, -2]
        return out
