"""The fixed vocabulary: objections, responses, outcomes, industries, bands. Pure; the lists live in data/vocabulary.toml."""

import hashlib
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from intelligence.errors import UnknownTerm, VocabularyInvalid

NONE = "none"
"""No objection."""
OTHER = "other"
UNKNOWN = "unknown"
REACTIONS = ("positive", "neutral", "negative")
DEAL_OUTCOMES = ("won", "lost", "open", "stalled")
DEAL_STAGES = ("lead", "qualified", "proposal", "negotiation", "closed")
CATEGORIES = (
    "objection-patterns",
    "success-strategies",
    "market-trends",
    "response-templates",
    "timing-patterns",
    "conversion-analytics",
)
DAY_PARTS = ("night", "morning", "midday", "afternoon", "evening")
_DAY_PART_STARTS = (6, 11, 14, 18)
CONTACT_BANDS = ("same-day", "1-3 days", "4-7 days", "8-30 days", ">30 days")
_CONTACT_BAND_ENDS = (1, 4, 8, 31)
LATENCY_BANDS = ("<1 h", "1-24 h", "1-3 days", ">3 days")
_LATENCY_BAND_ENDS = (timedelta(hours=1), timedelta(days=1), timedelta(days=3))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a pattern row may hold. Mappings go from the word to its meaning (or cue words, or upper bound, exclusive)."""

    objections: Mapping[str, str]
    responses: Mapping[str, str]
    industries: Mapping[str, tuple[str, ...]]
    size_bands: Mapping[str, float]
    amount_bands: Mapping[str, float]
    version: str
    """First 12 hexadecimal digits of the hash of the files it was read from."""

    @classmethod
    def load(cls, extension: Path | None = None) -> "Vocabulary":
        """Read the bundled lists and, if given, an operator's file that adds words. Raises VocabularyInvalid."""
        bundled = files("intelligence").joinpath("data/vocabulary.toml").read_bytes()
        return _parse(bundled, _read_extension(extension))

    def objection(self, word: str) -> str:
        """The word itself, or raise UnknownTerm with the nearest known words."""
        return _known(word, "objection", (*self.objections, NONE))

    def response(self, word: str) -> str:
        """The word itself, or raise UnknownTerm."""
        return _known(word, "response", self.responses)

    def industry(self, word: str) -> str:
        """The word itself, or raise UnknownTerm."""
        return _known(word, "industry", (*self.industries, UNKNOWN))

    def amount_band(self, amount: float) -> str:
        """The band of an amount of money, in about euros: intelligence/currencies.py."""
        return _band(amount, self.amount_bands)

    def size_band(self, employees: float) -> str:
        """The band of a number of employees; upper bounds are inclusive."""
        return next(band for band, upper in self.size_bands.items() if employees <= upper)


def weekday_part(moment: datetime) -> str:
    """`weekday-morning`, `weekend-evening`: from a local time; months and dates never leave a zone."""
    days = "weekend" if moment.weekday() >= 5 else "weekday"  # noqa: PLR2004 - Saturday
    return f"{days}-{DAY_PARTS[bisect_right(_DAY_PART_STARTS, moment.hour)]}"


def contact_band(days: float) -> str:
    """The band of the days since the last contact."""
    return CONTACT_BANDS[bisect_right(_CONTACT_BAND_ENDS, days)]


def latency_band(latency: timedelta) -> str:
    """The band of the time somebody took to answer."""
    return LATENCY_BANDS[bisect_right(_LATENCY_BAND_ENDS, latency)]


def one_of(word: str, what: str, known: Iterable[str]) -> str:
    """The word itself when it is known, else UnknownTerm: for the lists that are not extendable (reactions, outcomes, stages)."""
    return _known(word, what, known)


@cache
def bundled() -> Vocabulary:
    """The vocabulary as shipped."""
    return Vocabulary.load()


def _read_extension(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"The vocabulary file {path} cannot be read: check the path in TRADECRAFT_VOCABULARY."
        raise VocabularyInvalid(msg) from error


def _parse(bundled_text: bytes, extension_text: bytes) -> Vocabulary:
    base = tomllib.loads(bundled_text.decode())
    try:
        added = tomllib.loads(extension_text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"The vocabulary file is not valid TOML ({error}): correct it or unset TRADECRAFT_VOCABULARY."
        raise VocabularyInvalid(msg) from error
    extendable = ("objections", "responses", "industries")
    for section, words in added.items():
        if section not in extendable or not isinstance(words, dict):
            msg = f"The vocabulary file has [{section}]: only [objections], [responses] and [industries] can be extended."
            raise VocabularyInvalid(msg)
    merged: dict[str, dict[str, Any]] = {section: {**words, **added.get(section, {})} for section, words in base.items()}
    return Vocabulary(
        objections=MappingProxyType(merged["objections"]),
        responses=MappingProxyType(merged["responses"]),
        industries=MappingProxyType({word: tuple(cues) for word, cues in merged["industries"].items()}),
        size_bands=MappingProxyType(merged["size_bands"]),
        amount_bands=MappingProxyType(merged["amount_bands"]),
        version=hashlib.sha256(bundled_text + extension_text).hexdigest()[:12],
    )


def _band(value: float, bands: Mapping[str, float]) -> str:
    return next(band for band, upper in bands.items() if value < upper or upper == float("inf"))


def _known(word: str, what: str, known: Iterable[str]) -> str:
    words = tuple(known)
    folded = word.strip().lower().replace(" ", "-").replace("_", "-")
    if folded in words:
        return folded
    near = get_close_matches(folded, words, n=3, cutoff=0.5) or words
    article = "an" if what[0] in "aeiou" else "a"
    msg = f"'{word[:40]}' is not {article} {what} of the vocabulary: use {', '.join(near[:-1]) + ' or ' if len(near) > 1 else ''}{near[-1]}."
    raise UnknownTerm(msg)
