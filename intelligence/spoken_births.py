"""Dates of birth said in words: `the third of march nineteen fifty one`, `dos de mayo del setenta y siete`, `geboren am zwölften juli neunundsechzig`."""

import re
from collections.abc import Iterator

from intelligence.findings import Finding
from intelligence.normalization import Normalized
from intelligence.number_words import CONNECTORS, is_number_word, value_of

_ORDINALS = {
    word: number
    for number, listed in enumerate(
        (
            "first premier primero primeiro primo ersten erster", "second zweiten", "third dritten", "fourth vierten", "fifth fünften", "sixth sechsten",
            "seventh siebten siebenten", "eighth achten", "ninth neunten", "tenth zehnten", "eleventh elften", "twelfth zwölften", "thirteenth dreizehnten",
            "fourteenth vierzehnten", "fifteenth fünfzehnten", "sixteenth sechzehnten", "seventeenth siebzehnten", "eighteenth achtzehnten",
            "nineteenth neunzehnten", "twentieth zwanzigsten",
        ),
        1,
    )
    for word in listed.split()
}  # fmt: skip
_MONTHS = frozenset(
    "january february march april may june july august september october november december enero febrero marzo abril mayo junio julio agosto septiembre "
    "octubre noviembre diciembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januar jänner februar märz mai juni juli oktober "
    "dezember janvier février mars avril juin juillet août septembre octobre novembre décembre gennaio febbraio aprile maggio giugno luglio settembre "
    "ottobre dicembre".split(),
)
_SMALL = frozenset("of de del di the year of the vom im do da".split())
_ARTICLES = frozenset("the el le il den o".split())
_WORD = re.compile(r"[^\W_]+")
_EARLIEST, _LATEST = 1920, 2009
_SHORT_EARLIEST = 20


def spoken_births(read: Normalized) -> Iterator[Finding]:
    """Day, month and year of which day or year is said in words; a date without a year is no date of birth."""
    if not any(month in read.folded for month in _MONTHS):
        return
    tokens = list(_WORD.finditer(read.folded))
    said = [token.group() for token in tokens]
    for at, word in enumerate(said):
        if word not in _MONTHS:
            continue
        first = _day(said, at)
        last = _year(said, at)
        if first and said[first - 1] in _ARTICLES:
            first -= 1
        if first is not None and last is not None and not (said[first].isdigit() and said[last].isdigit()):
            yield Finding(tokens[first].start(), tokens[last].end(), "BIRTHDATE", 0.8, "date of birth in words")


def _day(said: list[str], month: int) -> int | None:
    """The first word of the day before a month; between may be `of`."""
    at = month - 1
    if at >= 0 and said[at] in _SMALL:
        at -= 1
    if at < 0:
        return None
    word = said[at]
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th|er|º|ª)?", word) or word in _ORDINALS:
        return at - 1 if word in _ORDINALS and at and said[at - 1] in {"twenty", "thirty"} else at
    value = value_of([word]) if is_number_word(word) else None
    if value is None:
        return None
    if at >= 2 and said[at - 1] in CONNECTORS and said[at - 2] in {"veinte", "treinta", "vinte", "trinta", "trenta"}:  # noqa: PLR2004 - treinta y uno
        return at - 2
    return at if 1 <= value <= 31 else None  # noqa: PLR2004 - days of a month


def _year(said: list[str], month: int) -> int | None:
    """The last word of the year after a month."""
    at = month + 1
    while at < len(said) and said[at] in _SMALL:
        at += 1
    if at < len(said) and said[at].isdigit():
        year = int(said[at]) if len(said[at]) <= 4 else 0  # noqa: PLR2004 - digits of a year
        return at if _EARLIEST <= year <= _LATEST or (len(said[at]) == 2 and year) else None  # noqa: PLR2004 - two digits
    end = at
    while end < len(said) and end - at < 6 and (is_number_word(said[end]) or said[end] in CONNECTORS):  # noqa: PLR2004 - words of a year
        end += 1
    while end > at:
        if said[end - 1] not in CONNECTORS and _is_year(said[at:end]):
            return end - 1
        end -= 1
    return None


def _is_year(words: list[str]) -> bool:
    value = value_of(words) or 0
    if words[0] in {"nineteen", "neunzehn"} and len(words) > 1:
        value = 1900 + (value_of(words[1:]) or 0)
    return _EARLIEST <= value <= _LATEST or _SHORT_EARLIEST <= value < 100  # noqa: PLR2004 - a year of two digits
