# ruff: noqa: RUF001, DTZ001 - words and digits of many scripts; the times of an export have no zone
"""Export files of many regions, rendered from a talk: what a reader must get back is known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.export_dates import MARKS

NARROW = "\u202f"
BLANK = " \t\r\n\u00a0\u202f" + MARKS
LTR, RTL = "\u200e", "\u200f"


def _digits(zero: str) -> dict[int, str]:
    return {ord(str(digit)): chr(ord(zero) + digit) for digit in range(10)}


def _half(at: datetime, before: str, after: str) -> str:
    return before if at.hour < 12 else after


def _persian(at: datetime) -> str:
    """The date by counting days from a known one: 1 Farvardin 1405 was 21 March 2026."""
    days = (at.date() - datetime(2026, 3, 21).date()).days
    month, day = (days // 31 + 1, days % 31 + 1) if days < 186 else ((days - 186) // 30 + 7, (days - 186) % 30 + 1)
    return f"1405/{month}/{day}".translate(_digits("۰"))


@dataclass(frozen=True)
class Format:
    reason: str
    head: Callable[[datetime], str]
    seconds: bool = False
    separator: str = ": "
    order: str = ""


FORMATS = (
    Format("en-US Android: month first, narrow space before PM", lambda t: f"{t.month}/{t.day}/{t:%y}, {t.hour % 12 or 12}:{t:%M}{NARROW}{t:%p} - "),
    Format("en-US iOS: brackets, seconds", lambda t: f"[{t.month}/{t.day}/{t:%y}, {t.hour % 12 or 12}:{t:%M:%S}{NARROW}{t:%p}] ", seconds=True),
    Format("es-PA: month first though padded", lambda t: f"{t:%m/%d/%y}, {t.hour % 12 or 12}:{t:%M} {_half(t, 'a. m.', 'p. m.')} - "),
    Format("en-GB Android", lambda t: f"{t:%d/%m/%Y}, {t:%H:%M} - "),
    Format("en-IN Android: small letters", lambda t: f"{t:%d/%m/%y}, {t.hour % 12 or 12}:{t:%M}{NARROW}{_half(t, 'am', 'pm')} - "),
    Format("de Android: dots", lambda t: f"{t:%d.%m.%y}, {t:%H:%M} - "),
    Format("de iOS", lambda t: f"[{t:%d.%m.%y}, {t:%H:%M:%S}] ", seconds=True),
    Format("es-ES Android: no padding", lambda t: f"{t.day}/{t.month}/{t:%y}, {t.hour}:{t:%M} - "),
    Format("es-CO: 'p. m.' with spaces inside", lambda t: f"{t.day}/{t:%m/%Y} {t.hour % 12 or 12}:{t:%M} {_half(t, 'a. m.', 'p. m.')} - "),
    Format("pt-BR iOS", lambda t: f"[{t:%d/%m/%y}, {t:%H:%M:%S}] ", seconds=True),
    Format("fr-FR Android: 'à' between", lambda t: f"{t:%d/%m/%Y à %H:%M} - "),
    Format("fr-CA: hours and minutes by letters", lambda t: f"{t:%Y-%m-%d %H h %M} - "),
    Format("fr-CA iOS: seconds by letters", lambda t: f"[{t:%Y-%m-%d %H h %M min %S s}] ", seconds=True),
    Format("sv, lt and ISO phones", lambda t: f"{t:%Y-%m-%d %H:%M} - "),
    Format("en-ZA: year first with slashes", lambda t: f"{t:%Y/%m/%d}, {t:%H:%M} - "),
    Format("nl Android: hyphens", lambda t: f"{t:%d-%m-%Y %H:%M} - "),
    Format("da: dots in the time", lambda t: f"{t:%d.%m.%Y %H.%M} - "),
    Format("fi iOS: 'klo' between", lambda t: f"[{t.day}.{t.month}.{t.year} klo {t.hour}.{t:%M.%S}] ", seconds=True),
    Format("hr: spaces and a dot after the year", lambda t: f"{t:%d. %m. %Y. %H:%M} - "),
    Format("hu: year first with dots and spaces", lambda t: f"{t:%Y. %m. %d.} {t.hour}:{t:%M} - "),
    Format("sk: spaces between", lambda t: f"{t.day}. {t.month}. {t.year} {t.hour}:{t:%M} - "),
    Format("bg: 'г.' after the year", lambda t: f"{t.day}.{t:%m.%y}{NARROW}г., {t.hour}:{t:%M} - "),
    Format("ru Android", lambda t: f"{t:%d.%m.%Y, %H:%M} - "),
    Format("tr Android", lambda t: f"{t.day}.{t:%m.%Y %H:%M} - "),
    Format("tr-CY: öö and ös after", lambda t: f"{t.day}.{t:%m.%Y}, {t.hour % 12 or 12}:{t:%M} {_half(t, 'ÖÖ', 'ÖS')} - "),
    Format("el: Greek halves", lambda t: f"{t.day}/{t.month}/{t:%y}, {t.hour % 12 or 12}:{t:%M} {_half(t, 'π.μ.', 'μ.μ.')} - "),
    Format("eu: the time in round brackets", lambda t: f"{t:%y}/{t.month}/{t.day} ({t:%H:%M}) - ", order="ymd"),
    Format(
        "ko Android: half before, name after a comma",
        lambda t: f"{t.year}. {t.month}. {t.day}. {_half(t, '오전', '오후')} {t.hour % 12 or 12}:{t:%M}, ",
        separator=" : ",
    ),
    Format("ko iOS", lambda t: f"[{t.year}. {t.month}. {t.day}. {_half(t, '오전', '오후')} {t.hour % 12 or 12}:{t:%M:%S}] ", seconds=True),
    Format(
        "ko, older: year, month and day by letters",
        lambda t: f"{t.year}년 {t.month}월 {t.day}일 {_half(t, '오전', '오후')} {t.hour % 12 or 12}:{t:%M}, ",
        separator=" : ",
    ),
    Format("ja Android", lambda t: f"{t:%Y/%m/%d} {t.hour}:{t:%M} - "),
    Format("ja iOS in the Japanese calendar: Reiwa 8", lambda t: f"[R{t.year - 2018}/{t.month}/{t.day}, {t.hour}:{t:%M:%S}] ", seconds=True),
    Format("ja in an American region: era last", lambda t: f"[{t.month}/{t.day}/R{t.year - 2018}, {t:%H:%M:%S}] ", seconds=True),
    Format("zh-CN: half glued to the time", lambda t: f"{t.year}/{t.month}/{t.day} {_half(t, '上午', '下午')}{t.hour % 12 or 12}:{t:%M} - "),
    Format("zh-TW: Minguo year", lambda t: f"{t.year - 1911}/{t.month}/{t.day} {t:%H:%M} - "),
    Format("vi iOS: the time first", lambda t: f"[{t:%H:%M:%S}, {t.day}/{t.month}/{t.year}] ", seconds=True),
    Format("th: Buddhist year", lambda t: f"{t.day}/{t.month}/{t.year + 543} {t:%H:%M} - "),
    Format("th: Buddhist year of two digits", lambda t: f"{t.day}/{t.month}/{(t.year + 543) % 100} {t:%H:%M} - "),
    Format("en on a Thai phone: BE after the year", lambda t: f"[{t.day}/{t.month}/{t.year + 543} BE, {t:%H:%M:%S}] ", seconds=True),
    Format("th with Thai digits", lambda t: f"{t.day}/{t.month}/{t.year + 543} {t:%H:%M} - ".translate(_digits("๐"))),
    Format(
        "ar iOS: Arabic digits, marks inside the date, Arabic comma, ص and م",
        lambda t: f"{RTL}[{t.day}{RTL}/{t.month}{RTL}/{t.year}، {t.hour % 12 or 12}:{t:%M:%S} {_half(t, 'ص', 'م')}] ".translate(_digits("٠")),
        seconds=True,
    ),
    Format("ar-AE Android: Latin digits", lambda t: f"{t.day}{RTL}/{t.month}{RTL}/{t.year}، {t:%H:%M} - "),
    Format("fa: Persian calendar and digits", lambda t: f"{_persian(t)}،{RTL} {t.hour}:{t:%M} - "),
    Format("he iOS", lambda t: f"{RTL}[{t.day}.{t.month}.{t.year}, {t.hour}:{t:%M:%S}] ", seconds=True),
    Format("hi and mr: Devanagari digits", lambda t: f"{t.day}/{t.month}/{t:%y}, {t.hour % 12 or 12}:{t:%M} {_half(t, 'am', 'pm')} - ".translate(_digits("०"))),
    Format("bn: Bengali digits", lambda t: f"{t.day}/{t.month}/{t:%y}, {t.hour % 12 or 12}:{t:%M} {_half(t, 'AM', 'PM')} - ".translate(_digits("০"))),
    Format("WhatsApp before 2016: a colon after the time", lambda t: f"{t:%d/%m/%y %H:%M:%S}: ", seconds=True),
    Format("an en dash", lambda t: f"{t:%d.%m.%Y, %H:%M} – "),
    Format("copied from WhatsApp Web", lambda t: f"[{t.hour % 12 or 12}:{t:%M} {t:%p}, {t.month}/{t.day}/{t.year}] "),
)
PEOPLE = ("Alice Okafor", "María-José Núñez (Hopperly)")
START = datetime(2026, 4, 25, 23, 40, 12)
TALK = (
    (0, 0, "Good evening, the offer: 610 units at $11,300"),
    (0, 1, "too expensive"),
    (31, 1, "first line\n\nthird line: with a colon\n- and a dash"),
    (45, 0, "12:30 works for me, or 1/2/26"),
    (60 * 11, 1, "ok"),
    (60 * 24 * 40, 1, "👍🏽 \u2068@Alice\u2069 شكرا"),
    (3, 0, "[sic] (done)"),
)


def rendered(form: Format, talk: tuple[tuple[int, int, str], ...] = TALK, start: datetime = START) -> tuple[str, list[tuple[datetime, str, str]]]:
    lines, expected, at = [], [], start
    for minutes, side, text in talk:
        at += timedelta(minutes=minutes, seconds=7 if form.seconds else 0)
        lines.append(f"{form.head(at)}{PEOPLE[side]}{form.separator}{text}")
        expected.append((at if form.seconds else at.replace(second=0), PEOPLE[side], text.strip(BLANK)))
    return "\n".join(lines) + "\n", expected
