"""A moment as people write it -> an aware time. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MORNING = time(9)
_PARTS = {"morning": time(9), "noon": time(12), "midday": time(12), "afternoon": time(15), "evening": time(18), "tonight": time(19)}
_CLOCK = re.compile(r"\b(?:at\s+)?(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))?\s*(?P<half>am|pm)?\b")
_SPELLED_CLOCK = re.compile(r"\b(?:at\s+\d{1,2}(?:[:.h][0-5]\d)?\s*(?:am|pm)?|\d{1,2}[:.h][0-5]\d\s*(?:am|pm)?|\d{1,2}\s*(?:am|pm))\b")
_IN = re.compile(r"\bin\s+(?P<count>\d{1,3}|an?|one|two|three|four|five|six)\s+(?P<unit>minute|hour|day|week|month)s?\b")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{'|'.join(one[:3] for one in _MONTHS)})[a-z]*\b")
_MONTH_DAY = re.compile(rf"\b(?P<month>{'|'.join(one[:3] for one in _MONTHS)})[a-z]*\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b")


def moment_in(text: str, now: datetime) -> datetime | None:
    """`tomorrow`, `friday 14:00`, `in 3 days`, `next week`, `12 may at 9`, `2026-12-01 09:30`, `tonight`; None for what is none of them.

    `now` is local and aware; so is the answer. A day without a time means nine in the morning.
    """
    said = " ".join(text.casefold().split())
    if found := _IN.search(said):
        count = _COUNTS.get(found["count"]) or int(found["count"])
        return _later(now, count, found["unit"], said)
    clock = _clock(said)
    day = _day(said, now)
    if day is None:
        if clock is None:
            return None
        today = datetime.combine(now.date(), clock, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    return datetime.combine(day, clock or _MORNING, now.tzinfo)


def _later(now: datetime, count: int, unit: str, said: str) -> datetime:
    if unit == "minute":
        return now + timedelta(minutes=count)
    if unit == "hour":
        return now + timedelta(hours=count)
    days = {"day": 1, "week": 7, "month": 30}[unit] * count
    return datetime.combine(now.date() + timedelta(days=days), _clock(_IN.sub(" ", said)) or _MORNING, now.tzinfo)


def _day(said: str, now: datetime) -> date | None:
    today = now.date()
    if found := _ISO.search(said):
        return _dated(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _DAY_MONTH.search(said) or _MONTH_DAY.search(said):
        month = next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(found["month"]))
        this_year = _dated(today.year, month, int(found["day"]))
        return this_year if this_year is None or this_year >= today else _dated(today.year + 1, month, int(found["day"]))
    days = next((days(today) for words, days in _SPOKEN_DAYS.items() if words in said), None)
    if days is None:
        named = next((number for number, name in enumerate(_DAYS) if re.search(rf"\b{name[:3]}(?:{name[3:]})?\b", said)), None)
        days = None if named is None else (named - today.weekday() - 1) % 7 + 1
    return None if days is None else today + timedelta(days=days)


_SPOKEN_DAYS: Mapping[str, Callable[[date], int]] = {
    "day after tomorrow": lambda _today: 2,
    "tomorrow": lambda _today: 1,
    "today": lambda _today: 0,
    "tonight": lambda _today: 0,
    "next week": lambda today: 7 - today.weekday(),
}


def _clock(said: str) -> time | None:
    written = _SPELLED_CLOCK.search(said)
    if written is None:
        return next((at for word, at in _PARTS.items() if re.search(rf"\b{word}\b", said)), None)
    found = _CLOCK.search(written[0])
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"] == "pm" and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    if found["half"] == "am" and hour == 12:  # noqa: PLR2004 - midnight
        hour = 0
    return time(hour, int(found["minute"] or 0))


def _dated(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
