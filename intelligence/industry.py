"""Which industry texts speak of: cue words of the vocabulary first, then meaning; `unknown` when neither is sure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from intelligence.vocabulary import OTHER, UNKNOWN, Vocabulary

_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_ENOUGH_CUES = 1.0
_NEAR, _MARGIN = 0.42, 0.06
"""Cosine between a text and an industry's cue words from which meaning alone decides, and how far the second must be behind."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape [len(texts), dimensions]."""
        ...


@dataclass(frozen=True, slots=True)
class IndustryGuess:
    """`unknown` with confidence 0 when nothing speaks for any; confidence in [0, 1]."""

    industry: str
    confidence: float


class Industries:
    """Guesses from texts and, when known, the company's name."""

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder) -> None:
        """Cue words come from the vocabulary, an operator's too."""
        self._cues = {industry: tuple(cues) + _named(industry) for industry, cues in vocabulary.industries.items() if industry != OTHER}
        self._finders = {industry: re.compile("|".join(rf"\b{re.escape(cue)}s?\b" for cue in cues)) for industry, cues in self._cues.items()}
        self._embedder = embedder

    def guess(self, texts: Sequence[str], company: str = "") -> IndustryGuess:
        """The industry most texts speak of. A cue in the company's name counts three times; one text counts a cue once."""
        said = [text.casefold() for text in texts]
        votes = {
            industry: sum(len(set(finder.findall(text))) for text in said) + 3 * len(set(finder.findall(company.casefold())))
            for industry, finder in self._finders.items()
        }
        ranked = sorted(votes.items(), key=lambda vote: -vote[1])
        (first, most), (_, next_most) = ranked[0], ranked[1]
        if most >= _ENOUGH_CUES and most > next_most:
            return IndustryGuess(first, most / (most + next_most + 1))
        return self._by_meaning(" ".join(texts)) if most == 0 and not company else IndustryGuess(UNKNOWN, 0.0)

    def _by_meaning(self, text: str) -> IndustryGuess:
        if not _WORD.search(text):
            return IndustryGuess(UNKNOWN, 0.0)
        names, vectors = self._vectors
        cosines = vectors @ self._embedder.embed([text])[0]
        best, second = np.sort(cosines)[::-1][:2]
        if best < _NEAR or best - second < _MARGIN:
            return IndustryGuess(UNKNOWN, 0.0)
        return IndustryGuess(names[int(cosines.argmax())], float(best))

    @cached_property
    def _vectors(self) -> tuple[list[str], NDArray[np.float32]]:
        names = list(self._cues)
        return names, self._embedder.embed([f"{name.replace('-', ' ')}: {', '.join(self._cues[name])}" for name in names])


def _named(industry: str) -> tuple[str, ...]:
    return (industry, industry.replace("-", " ")) if "-" in industry else (industry,)
