# ruff: noqa: RUF001 - punctuation of many scripts
"""The head of a line in a WhatsApp export: date, time and what separates them, in the syntax of any phone's locale. Pure.

WhatsApp prints the date in the short form of the phone's region: no two regions agree on order, separators, digits, calendar or the word for "afternoon",
and the file says nowhere which region it was. A head is therefore read into bare numbers first; which of them is the day is decided over the whole file.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.errors import ExportUnreadable
from bot.export_hours import UNKNOWN, half_of_day, hour_of_day

ORDERS = ("dmy", "mdy", "ymd")
MARKS = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Invisible characters that only direct the writing."""
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ZEROS = (0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10, 0x11136)
"""The zero of every script whose digits a phone may print."""
_FOLDED: dict[int, str | None] = {
    **dict.fromkeys(map(ord, MARKS)),
    **dict.fromkeys(map(ord, _SPACES), " "),
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    ord("／"): "/",
    ord("："): ":",
}
_LONGEST_HEAD = 120
_STARTS = frozenset("[0123456789RH令平民พ")

_DATE = (
    r"(?:令和|平成|民國|民国|พ\.ศ\.)?\s?(?P<a>[RH]?[0-9]{1,4})(?P<s1>\s?[./\-年년]\s?)(?P<b>[0-9]{1,2})(?P<s2>\s?[./\-月월]\s?)(?P<c>[RH]?[0-9]{1,4})(?![0-9])"
)
_TIME = r"(?P<h>[0-9]{1,2})\s?(?P<t1>[:.٫]|h|時|时|시|点|點)\s?(?P<m>[0-9]{2})(?:\s?(?P<t2>[:.٫]|min|分|분)\s?(?P<s>[0-9]{2}))?(?![0-9])"
_BETWEEN = r"(?P<between>[^0-9\[\]:]{1,24}?)"
_AFTER = r"(?P<after>[^0-9\[\]:]{0,24}?)"
_END = r"(?(open)\]|(?P<end>\s[-–—](?=\s|$)|:(?=\s)|,(?=\s)))\s?"
_HEADS = (
    re.compile(rf"\s*(?P<open>\[)?\s?{_DATE}{_BETWEEN}{_TIME}{_AFTER}{_END}"),
    re.compile(rf"\s*(?P<open>\[)?\s?{_TIME}{_AFTER}{_BETWEEN}{_DATE}\.?{_END}"),  # Vietnam, and what WhatsApp Web copies
)
_LETTERS = re.compile(r"[^\W\d_]+")

_EARLIEST, _LATEST = 2009, 2049
"""WhatsApp began in 2009; with a latest year the calendars below never overlap, neither with four digits nor with two."""
_WRITTEN_OUT = range(1970, 2200)
"""A year of four digits that belongs to no other calendar is ours: clocks are set wrong."""
_BUDDHIST, _MINGUO, _REIWA, _HEISEI = 543, 1911, 2018, 1988
_PERSIAN_YEARS = range(1388, 1429)
_ISLAMIC_YEARS = range(1430, 1474)
_NOWRUZ_1400 = date(2021, 3, 21)
_PERSIAN_MONTHS = (31,) * 6 + (30,) * 5

_FEW = 100
"""One in so many heads may be a false one (somebody pasted a list of dates) without casting doubt on a file."""

Numbers = tuple[int, int, int]
Written = tuple[Numbers, Numbers, str]
"""A date as it stands in the file: numbers, how many digits each has, and the letter of an era."""


@dataclass(frozen=True, slots=True)
class Head:
    """Date and time as written. Two heads of one file have the same `shape`."""

    numbers: Numbers
    digits: Numbers
    era: str
    clock: tuple[int, int, int]
    words: tuple[str, str]
    """What stood between date and time, and after the time."""
    shape: tuple[str, ...]
    spaced: bool
    """Whether blanks stand between the numbers of the date: `15. 3. 2026`."""
    end: int
    """Where in the line the head ends."""

    @property
    def written(self) -> Written:
        """The date, equal for equal dates."""
        return self.numbers, self.digits, self.era


def read_head(line: str) -> Head | None:
    """The head of a line, or None when it has none: then the line goes on with the message before."""
    raw = line[:_LONGEST_HEAD]
    folded = raw if raw.isascii() else raw.translate(_FOLDED)
    if folded.lstrip()[:1] not in _STARTS:
        return None
    found = _HEADS[0].match(folded) or _HEADS[1].match(folded)
    if found is None:
        return None
    one = found.groupdict("")
    clock = (int(one["h"]), int(one["m"]), int(one["s"] or 0))
    if clock > (24, 0, 0) or max(clock[1:]) > 59:  # noqa: PLR2004 - a clock; some regions print midnight as 24
        return None
    numbers, digits, eras = zip(*(_number(one[part]) for part in "abc"), strict=True)
    return Head(
        numbers=numbers,
        digits=digits,
        era="".join(eras),
        clock=(clock[0] % 24, *clock[1:]),
        words=(one["between"], one["after"]),
        shape=(
            "date" if found.re is _HEADS[0] else "time",
            *(one[part].replace(" ", "") for part in ("open", "s1", "s2", "t1", "t2", "end")),
            _LETTERS.sub("", one["between"]).replace(" ", ""),
        ),
        spaced=" " in one["s1"],
        end=found.end() if len(folded) == len(raw) else _original(line, found.end()),
    )


def read_moments(heads: Sequence[Head], date_order: str, until: datetime | None) -> tuple[list[datetime | None], bool]:
    """The naive moment of each head (None: it is no date at all in this file's order), and whether day and month could only be guessed.

    `date_order` decides when given. Else an order is possible when nearly every date exists in it and none lies after `until` (naive, when given), and the
    one wins in which the file runs forward in time. Raises ExportUnreadable.
    """
    halves = _halves(heads)
    readings = _readings(heads, date_order, until)
    order, undecided = _forward(heads, readings)
    moments: list[datetime | None] = []
    for head in heads:
        day, half = readings[order][head.written], halves[head.words]
        if day is None or half == UNKNOWN:
            moments.append(None)
        else:
            moments.append(datetime.combine(day, time(hour_of_day(head.clock[0], half), *head.clock[1:])))
    return moments, undecided


def _halves(heads: Sequence[Head]) -> dict[tuple[str, str], str]:
    """The half of the day each pair of words stands for. A word that is not known but stands beside hours past twelve says nothing about it."""
    halves = {words: half_of_day(*words) for words in dict.fromkeys(head.words for head in heads)}
    full = {head.words for head in heads if not 1 <= head.clock[0] <= 12}  # noqa: PLR2004 - a clock
    halves |= {words: "" for words in full if halves[words] == UNKNOWN}
    unknown = [head for head in heads if halves[head.words] == UNKNOWN]
    if len(unknown) * _FEW > len(heads):
        word = " ".join("".join(unknown[0].words).split())
        msg = f"The export writes '{word[:20]}' beside the time and it is not known which half of the day that is: set the phone to 24 hours and export again."
        raise ExportUnreadable(msg)
    return halves


def _readings(heads: Sequence[Head], date_order: str, until: datetime | None) -> dict[str, dict[Written, date | None]]:
    """Every date of the file in each order that is possible; `until` counts only as long as it leaves one. Raises ExportUnreadable."""
    written = dict.fromkeys(head.written for head in heads)
    for last in (until.date() + timedelta(days=1), date.max) if until is not None else (date.max,):
        for orders in ((date_order,),) if date_order else _candidates(heads[0]):
            readings = {order: {one: _date(one, order) for one in written} for order in orders}
            possible = {
                order: reading
                for order, reading in readings.items()
                if sum(day is None or day > last for day in reading.values()) * _FEW <= len(reading) and reading[heads[0].written] is not None
            }
            if possible:
                return possible
    first = heads[0].shape[2].join(str(number) for number in heads[0].numbers)
    if any(number in _ISLAMIC_YEARS for number in heads[0].numbers):
        msg = f"The export is dated in the Islamic calendar ({first}), which does not convert to the day: set the phone to the Gregorian one and export again."
    elif date_order:
        msg = f"The dates of the export (the first is {first}) do not exist in the order {date_order}: leave --date-order out or give another."
    else:
        msg = f"The dates of the export (the first is {first}) cannot be read in any order: set the phone to the Gregorian calendar and export again."
    raise ExportUnreadable(msg)


def _forward(heads: Sequence[Head], readings: dict[str, dict[Written, date | None]]) -> tuple[str, bool]:
    """The order in which the file runs forward, and whether another one does as well."""
    steps = {}
    for order, reading in readings.items():
        days = [day for head in heads if (day := reading[head.written]) is not None]
        steps[order] = sum(later < earlier - timedelta(days=1) for earlier, later in pairwise(days))
    best = min(steps, key=lambda order: steps[order])
    rivals = [order for order in steps if order != best and steps[order] <= 4 * steps[best] and readings[order] != readings[best]]
    return best, bool(rivals)


def _candidates(head: Head) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The orders this way of writing can stand for, and those that only count when none of the former is possible.

    The year is found by its length. Otherwise the regions of the Common Locale Data Repository decide: only slashes are used with the month first, and a year
    of two digits comes first only in a few regions.
    """
    separator = head.shape[2]
    year_first = head.digits[0] > 2 or separator in {"年", "년"} or (head.era and head.digits[0] < head.digits[2])  # noqa: PLR2004 - no day has three digits
    if year_first:
        return ("ymd",), ()
    rare = () if head.digits[2] > 2 or head.era else ("ymd",)  # noqa: PLR2004
    if separator == "/":
        return ("dmy", "mdy"), rare
    korean_or_bosnian = separator == "." and head.spaced and "." in head.shape[-1]
    return (("dmy", *rare), ()) if korean_or_bosnian else (("dmy",), rare)


def _date(written: Written, order: str) -> date | None:
    numbers, digits, era = written
    year, month, day = (numbers[order.index(part)] for part in "ymd")
    return _calendar_date(year, digits[order.index("y")], era, month, day)


def _calendar_date(year: int, digits: int, era: str, month: int, day: int) -> date | None:
    if year in _PERSIAN_YEARS:
        return _persian(year, month, day)
    offset = _offset(year, digits, era)
    if offset is None or (offset and not _EARLIEST <= year + offset <= _LATEST):
        return None
    try:
        return date(year + offset, month, day)
    except ValueError:
        return None


def _offset(year: int, digits: int, era: str) -> int | None:
    """What has to be added to a year as written to make it one of our calendar."""
    rules: Iterable[tuple[Callable[[int], bool], int]] = (
        (lambda _: era == "R", _REIWA),
        (lambda _: era == "H", _HEISEI),
        (lambda one: digits <= 2 and one <= _LATEST - 2000, 2000),  # noqa: PLR2004
        (lambda one: digits <= 2 and one > _LATEST - 2000, 2500 - _BUDDHIST),  # noqa: PLR2004 - Thai phones shorten 2569 to 69
        (lambda one: digits == 3 and _EARLIEST <= one + _MINGUO <= _LATEST, _MINGUO),  # noqa: PLR2004
        (lambda one: one >= _EARLIEST + _BUDDHIST, -_BUDDHIST),
        (lambda one: one in _WRITTEN_OUT, 0),
    )
    return next((offset for holds, offset in rules if holds(year)), None)


def _persian(year: int, month: int, day: int) -> date | None:
    """Solar Hijri to Gregorian. The 33-year rule of leap years is exact from 1178 to 1633 (Borkowski, "The Persian calendar for 3000 years", 1996)."""
    months = (*_PERSIAN_MONTHS, 30 if _persian_leap(year) else 29)
    if not (1 <= month <= len(months) and 1 <= day <= months[month - 1]):
        return None
    since = sum(365 + _persian_leap(one) for one in range(min(year, 1400), max(year, 1400)))
    new_year = _NOWRUZ_1400 + timedelta(days=since if year >= 1400 else -since)  # noqa: PLR2004
    return new_year + timedelta(days=sum(months[: month - 1]) + day - 1)


def _persian_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8  # noqa: PLR2004 - 8 leap years in 33


def _number(written: str) -> tuple[int, int, str]:
    """Value, number of digits, and the letter of a Japanese era."""
    era = written[0] if written[0] in "RH" else ""
    return int(written[len(era) :]), len(written) - len(era), era


def _original(line: str, folded_end: int) -> int:
    """Where the character that became number `folded_end` stands in the line."""
    kept = 0
    for at, character in enumerate(line):
        if kept == folded_end:
            return at
        kept += character not in MARKS
    return len(line)
