"""The time a question is about, as people say it in English, German, Spanish, French or Portuguese -> a span of days. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lunes lundi segunda segunda-feira",
            "tuesday dienstag martes mardi terca terca-feira",
            "wednesday mittwoch miercoles mercredi quarta quarta-feira",
            "thursday donnerstag jueves jeudi quinta quinta-feira",
            "friday freitag viernes vendredi sexta sexta-feira",
            "saturday samstag sonnabend sabado samedi",
            "sunday sonntag domingo dimanche",
        ),
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janner enero janvier janeiro",
            "february feb februar febrero fevrier fevereiro",
            "march mar marz marzo mars marco",
            "april apr abril avril",
            "may mai mayo maio",
            "june jun juni junio juin junho",
            "july jul juli julio juillet julho",
            "august aug agosto aout",
            "september sep sept septiembre septembre setembro",
            "october oct oktober okt octubre octobre outubro",
            "november nov noviembre novembre novembro",
            "december dec dezember dez diciembre decembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_COUNTS = {
    word: number
    for number, words in enumerate(
        (
            "a an one einem einer un una une um uma",
            "two couple zwei dos deux dois duas",
            "three few drei tres trois",
            "four vier cuatro quatre quatro",
            "five funf cinco cinq",
            "six sechs seis",
        ),
        1,
    )
    for word in words.split()
}
_UNITS = {
    word: days
    for days, words in {
        1: "day days tag tage tagen dia dias jour jours",
        7: "week weeks woche wochen semana semanas semaine semaines",
        30: "month months monat monate monaten mes meses mois",
        365: "year years jahr jahre jahren ano anos an ans",
    }.items()
    for word in words.split()
}


def _any(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_LAST = r"last|past|previous|letzt\w*|vorig\w*|vergangen\w*"
_THIS = r"this|current|dies\w*|est[ae]|cette|ce|nest[ae]"
_BEFORE_NOW = r"pasad[oa]|passad[oa]|dernier|derniere"
_UNIT, _COUNT = _any(_UNITS), rf"\d{{1,3}}|{_any(_COUNTS)}"
_ON = r"in|im|en|em|during|of|vom|since|seit|desde|depuis|before|until|after|vor|bis|nach|antes de|hasta|despues de|avant|apres|last|letzten|from|last|this|ab"
_YEAR = r"(?:19|20)\d\d"
_MONTH_DAY = rf"(?P<month>{_any(_MONTHS)})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<year>{_YEAR})\b)?"
_DAY_MONTH = rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)? ?(?:of |de )?(?P<month>{_any(_MONTHS)})\b\.?(?:,? (?:de |of )?(?P<year>{_YEAR})\b)?"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both ends included."""

    first: date
    last: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the beginning of the first day to the end of the last, in a time zone."""
        return _midnight(self.first, zone), _midnight(self.last + timedelta(days=1), zone)


def period_in(text: str, today: date) -> tuple[Period | None, str]:
    """The first time a text names that is not in the future (`last week`, `on 3 May`, `vor zwei Tagen`, `desde el lunes`), None without one; and the rest.

    A day or month without a year is the latest that has come; ambiguous figures are read with the day first. The rest is in plain letters.
    """
    said = plain(text)
    for pattern, read in _FORMS:
        if found := pattern.search(said):
            period = read(found, today)
            start = min(found.start(name) for name, value in found.groupdict().items() if value) if found.groupdict() else found.start()
            if period is None or period.first > today:
                break
            return _opened(period, said[:start], today), f"{said[: found.start()]} {said[found.end() :]}"
    return None, said


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # At the ends of time an offset would lead outside of it.
    return datetime.combine(day, time(), UTC if day.year in {1, MAXYEAR} else zone)


def _opened(period: Period, before: str, today: date) -> Period:
    """`since`, `after`, `before` and `until` make a span of a day."""
    if re.search(r"\b(since|seit|ab|desde|depuis)( the| dem| der| el| le| la| a| o)?( last| letzten)? ?$", before):
        return Period(period.first, max(today, period.last))
    if re.search(r"\b(after|nach|despues de|apres|depois de)( the| dem| der| el| le| la)? ?$", before):
        return Period(period.last + timedelta(days=1), max(today, period.last + timedelta(days=1)))
    if re.search(r"\b(before|antes de|antes del|avant|vor)( the| dem| der| el| le| la)? ?$", before):
        return Period(date.min, period.first - timedelta(days=1))
    if re.search(r"\b(until|till|bis|hasta|jusqu au|ate)( zum| the| el| o| a)? ?$", before):
        return Period(date.min, period.last)
    return period


def _days_ago(days: int, length: int = 1) -> Callable[[re.Match[str], date], Period | None]:
    return lambda _found, today: Period(today - timedelta(days=days), today - timedelta(days=days - length + 1))


def _ago(found: re.Match[str], today: date) -> Period | None:
    unit = _UNITS[found["unit"]]
    at = today - timedelta(days=_count(found["count"]) * unit)
    around = timedelta(days=unit // 5)  # "two weeks ago" is a day more or less, "two months ago" a week
    return Period(at - around, min(today, at + around))


def _recent(found: re.Match[str], today: date) -> Period | None:
    return Period(today - timedelta(days=_count(found["count"]) * _UNITS[found["unit"]]), today)


def _last_unit(found: re.Match[str], today: date) -> Period | None:
    return _unit(_UNITS[found["unit"]], today, back=1)


def _this_unit(found: re.Match[str], today: date) -> Period | None:
    return _unit(_UNITS[found["unit"]], today, back=0)


def _unit(days: int, today: date, *, back: int) -> Period | None:
    """The calendar week, month or year, `back` of them ago."""
    if days == _UNITS["week"]:
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Period(monday, monday + timedelta(days=6))
    if days == _UNITS["month"]:
        month = today.year * 12 + today.month - 1 - back
        return _month(month // 12, month % 12 + 1)
    if days == _UNITS["year"]:
        return Period(date(today.year - back, 1, 1), date(today.year - back, 12, 31))
    return Period(today - timedelta(days=back), today - timedelta(days=back))


def _weekday(found: re.Match[str], today: date) -> Period | None:
    back = (today.weekday() - _WEEKDAYS[found["weekday"]]) % 7
    if back == 0 and found.groupdict().get("last"):
        back = 7
    return Period(today - timedelta(days=back), today - timedelta(days=back))


def _dated(found: re.Match[str], today: date) -> Period | None:
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"]) or int(parts["month"])
    day = int(parts["day"])
    if month > 12 >= day:  # noqa: PLR2004 - written with the month first
        day, month = month, day
    year = parts.get("year")
    if year:
        at = _real(int(year) if len(year) > 2 else 2000 + int(year), month, day)  # noqa: PLR2004 - two figures
    else:
        at = _real(today.year, month, day)
        if at is None or at > today:
            at = _real(today.year - 1, month, day)
    return None if at is None else Period(at, at)


def _named_month(found: re.Match[str], today: date) -> Period | None:
    month, year = _MONTHS[found["month"]], found.groupdict().get("year")
    return _month(int(year) if year else today.year - (month > today.month), month)


def _named_year(found: re.Match[str], _today: date) -> Period | None:
    return Period(date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31))


def _month(year: int, month: int) -> Period | None:
    if not 1 <= year < MAXYEAR:
        return None
    following = date(year + month // 12, month % 12 + 1, 1)
    return Period(date(year, month, 1), following - timedelta(days=1))


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(word: str) -> int:
    return _COUNTS.get(word) or int(word)


def plain(text: str) -> str:
    """Case and accents folded, apostrophes and runs of space made one space."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"['\u2019]", " ", "".join(one for one in decomposed if not unicodedata.combining(one))).split())


Read = Callable[[re.Match[str], date], Period | None]
_FORMS: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"\b(?P<year>{_YEAR})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})\b", _dated),
        (r"\b(?P<day>\d{1,2})(?P<mark>[./-])(?P<month>\d{1,2})(?P=mark)(?P<year>(?:19|20)?\d\d)\b", _dated),
        (r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?!\d)", _dated),
        (_DAY_MONTH, _dated),
        (rf"\b{_MONTH_DAY}", _dated),
        (r"\b(?:the day before yesterday|vorgestern|anteayer|antier|avant-hier|anteontem)\b", _days_ago(2)),
        (r"\b(?:yesterday|gestern|ayer|hier soir|ontem)\b", _days_ago(1)),
        (r"\b(?:today|heute|hoy|aujourd hui|hoje)\b", _days_ago(0)),
        (rf"\b(?P<count>{_COUNT}) (?P<unit>{_UNIT}) ago\b", _ago),
        (rf"\b(?P<ago>vor|hace|il y a|ha|faz) (?P<count>{_COUNT}) (?P<unit>{_UNIT})\b", _ago),
        (rf"\b(?:{_LAST}|ultim[oa]s|derniers|dernieres) (?P<count>{_COUNT}) (?P<unit>{_UNIT})\b", _recent),
        (rf"\b(?P<count>{_COUNT}) (?:ultim[oa]s|derniers|dernieres) (?P<unit>{_UNIT})\b", _recent),
        (rf"\b(?:{_LAST}) (?P<unit>{_UNIT})\b", _last_unit),
        (rf"\b(?P<unit>{_UNIT}) (?:{_BEFORE_NOW})\b", _last_unit),
        (rf"\b(?:{_THIS}) (?P<unit>{_UNIT})\b", _this_unit),
        (rf"\b(?P<last>{_LAST}) (?P<weekday>{_any(_WEEKDAYS)})\b", _weekday),
        (rf"\b(?P<weekday>{_any(_WEEKDAYS)}) (?P<last>{_BEFORE_NOW})\b", _weekday),
        (rf"\b(?:on|am|el|le|na|no|since|seit|desde|depuis|after|nach|before|until|bis) (?:el )?(?P<weekday>{_any(_WEEKDAYS)})s?\b", _weekday),
        (rf"\b(?P<month>{_any(_MONTHS)}),? (?:de )?(?P<year>{_YEAR})\b", _named_month),
        (rf"\b(?:{_ON}) (?P<month>{_any(_MONTHS)})\b", _named_month),
        (rf"\b(?:in|im jahr|en|em|during|since|seit|desde|depuis) (?P<year>{_YEAR})\b", _named_year),
    )
)
