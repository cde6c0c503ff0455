"""Word search without readable words: texts become keyed hashes of word stems, and BM25 runs over the hashes."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_HASH_BYTES = 4
_K1, _B = 1.2, 0.6
"""BM25's usual saturation; length matters little among chat messages."""
_SUFFIXES = ("ational", "ingly", "edly", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s")
_MIN_STEM = 3


class WordHasher:
    """Turns texts into arrays of uint32: the first four bytes of an HMAC of each stem. Without the key a hash tells nothing about its word."""

    def __init__(self, key: bytes) -> None:
        """`key` is the zone's secret for words."""
        self._key = key

    def hashes(self, text: str) -> NDArray[np.uint32]:
        """In order, repeats kept."""
        return np.array([self.hash(word) for word in stems(text)], dtype="<u4")

    def hash(self, stem: str) -> int:
        """Of one stem."""
        return int.from_bytes(hmac.new(self._key, stem.encode(), hashlib.sha256).digest()[:4], "little")


class Bm25:
    """Okapi BM25 over hashed documents, computed by scanning: 600,000 words take about a millisecond a query word.

    `near` scores a document together with its neighbours: the answer to a question often stands beside the words of the question.
    """

    def __init__(self, documents: Sequence[bytes], joined: NDArray[np.bool_]) -> None:
        """A document is its packed word hashes; `joined[i]` says whether documents i and i + 1 belong together, length len(documents) - 1."""
        self._size = len(documents)
        self._joined = joined
        lengths = np.fromiter(map(len, documents), dtype=np.int64, count=self._size) // _HASH_BYTES
        self._words = np.frombuffer(b"".join(documents), dtype="<u4")
        self._owner = np.repeat(np.arange(self._size), lengths)
        self._norm = _length_norm(lengths)
        self._near_norm = _length_norm(self._with_neighbours(lengths))

    def scores(self, query: NDArray[np.uint32]) -> tuple[Scores, Scores, float]:
        """Own scores, scores with neighbours (both one a document, 0 where no word matches), and about what an average document with every word would get."""
        own, near, possible = np.zeros(self._size), np.zeros(self._size), 0.0
        for word in np.unique(query):
            counts = np.bincount(self._owner[self._words == word], minlength=self._size)
            own_rarity, around = self._rarity(counts), self._with_neighbours(counts)
            own += own_rarity * counts * (_K1 + 1) / (counts + self._norm)
            near += self._rarity(around) * around * (_K1 + 1) / (around + self._near_norm)
            possible += own_rarity
        return own, near, possible

    def rarity(self, word: int) -> float:
        """How much a word tells apart."""
        return self._rarity(np.bincount(self._owner[self._words == word], minlength=self._size))

    def _with_neighbours(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        total = values.copy()
        total[1:] += np.where(self._joined, values[:-1], 0)
        total[:-1] += np.where(self._joined, values[1:], 0)
        return total

    def _rarity(self, counts: NDArray[np.int64]) -> float:
        holders = np.count_nonzero(counts)
        return float(np.log1p((self._size - holders + 0.5) / (holders + 0.5)))


def _length_norm(lengths: NDArray[np.int64]) -> Scores:
    mean = lengths.mean() if lengths.sum() else 1.0
    return _K1 * (1 - _B + _B * lengths / mean)


def stems(text: str) -> list[str]:
    """Case and accents folded, compatibility forms unified, English endings cut; other languages keep their words whole."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return [_stem(word) for word in _WORD.findall(plain) if word not in STOP_WORDS]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM:
            root = word[: -len(suffix)]
            return root + "y" if suffix in {"ies", "ied"} else root.rstrip("e") if len(root) > _MIN_STEM else root
    return word.rstrip("e") if len(word) > _MIN_STEM + 1 else word


STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have he her him his how i if in is it its me my of on or our she so that the "
    "their them they this to was we were what when where which who whom why will with would you your about".split(),
)
"""English function words; they say nothing about which message is meant."""
