# ruff: noqa: RUF001, DTZ001 - words and digits of many scripts; the times of an export have no zone
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import ExportUnreadable
from bot.export_bodies import read_body
from bot.export_dates import MARKS, read_head
from bot.exports import Export, clean_name, decoded, read_export, title_of
from bot.messages import Kind

FILES = Path(__file__).parent / "exports"
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


def said(export: Export) -> list[tuple[datetime, str, str]]:
    return [(message.sent_at, message.sender, message.text) for message in export.messages]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.reason)
def test_every_region_is_read_to_the_minute(form: Format) -> None:
    text, expected = rendered(form)
    export = read_export("chat.txt", text.encode(), date_order=form.order)
    assert said(export) == expected
    assert not export.ambiguous_dates
    assert export.participants == {PEOPLE[0]: 3, PEOPLE[1]: 4}
    assert (export.first, export.last) == (expected[0][0], expected[-1][0])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.reason)
def test_carriage_returns_a_mark_and_two_byte_text_change_nothing(form: Format) -> None:
    text, expected = rendered(form)
    for content in (
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode("utf-16-be"),
        "".join(f"{LTR}{line}\n" if read_head(line) else f"{line}\n" for line in text.rstrip("\n").split("\n")).encode(),
    ):
        assert said(read_export("chat.txt", content, date_order=form.order)) == expected


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from("\n:-[]/.,<>"), min_size=1, max_size=60)
talks = st.lists(st.tuples(st.integers(0, 60 * 24 * 3), st.integers(0, 1), words), min_size=1, max_size=12).map(tuple)


@settings(max_examples=150, deadline=None)
@given(form=st.sampled_from(FORMATS), talk=talks, minute=st.integers(0, 60 * 24 * 5))
def test_whatever_people_say_reads_back_the_same_in_every_format(form: Format, talk: tuple[tuple[int, int, str], ...], minute: int) -> None:
    told = tuple((gap, side, text) for gap, side, text in talk if _plain(text))
    assume(told)
    # The chat begins on one of the last days of a month, so that day and month cannot be confused.
    text, expected = rendered(form, told, datetime(2026, 5, 24) + timedelta(minutes=minute))
    export = read_export("chat.txt", text.encode(), date_order=form.order)
    assert said(export) == expected


def _plain(text: str) -> bool:
    """Words that are nothing special to the reader: no placeholder, no head of a line."""
    body = read_body(text)
    stripped = text.strip(BLANK)
    return body.kind == Kind.TEXT and not body.attachment and body.text == stripped == text.strip() and not any(read_head(line) for line in text.split("\n"))


BODIES = (
    ("Android, without media", "<Media omitted>", Kind.MEDIA, "<media>"),
    ("the same in German", "<Medien ausgeschlossen>", Kind.MEDIA, "<media>"),
    ("the same in Arabic", "<تم استبعاد الوسائط>", Kind.MEDIA, "<media>"),
    ("the same in Japanese", "<メディアなし>", Kind.MEDIA, "<media>"),
    ("a caption follows on the next line", "<Media omitted>\nthe signed contract", Kind.TEXT, "the signed contract"),
    ("Android, with media", "IMG-20260403-WA0007.jpg (file attached)", Kind.MEDIA, "<image>"),
    ("newer Android marks the name", f"{LTR}PTT-20260403-WA0001.opus (file attached)", Kind.MEDIA, "<audio>"),
    ("the same in Spanish", "VID-20260403-WA0001.mp4 (archivo adjunto)", Kind.MEDIA, "<video>"),
    ("a sticker", "STK-20260403-WA0001.webp (Datei angehängt)", Kind.MEDIA, "<sticker>"),
    ("a document keeps its name", "Offer Northgate.pdf (fichier joint)", Kind.MEDIA, "<document> Offer Northgate.pdf"),
    ("a contact", "Bob Müller.vcf (file attached)", Kind.MEDIA, "<contact> Bob Müller"),
    ("a caption on Android", "IMG-20260403-WA0007.jpg (file attached)\nour stand", Kind.TEXT, "our stand"),
    ("somebody's own brackets are words", "I read report.pdf (all of it)", Kind.TEXT, "I read report.pdf (all of it)"),
    ("iOS, with media", f"{LTR}<attached: 00000012-PHOTO-2026-04-03-10-11-12.jpg>", Kind.MEDIA, "<image>"),
    ("the same in German", f"{LTR}<Anhang: 00000013-AUDIO-2026-04-03-10-11-12.opus>", Kind.MEDIA, "<audio>"),
    ("an animation on iOS", f"{LTR}<attached: 00000014-GIF-2026-04-03-10-11-12.mp4>", Kind.MEDIA, "<gif>"),
    ("a document on iOS", f"Offer.pdf • {LTR}2 pages {LTR}<attached: 00000015-Offer.pdf>", Kind.MEDIA, "<document> Offer.pdf"),
    ("a caption before the file, newer iOS", f"our stand in hall 3 {LTR}<attached: 00000016-PHOTO-2026-04-03-10-11-12.jpg>", Kind.TEXT, "our stand in hall 3"),
    ("iOS, without media", f"{LTR}image omitted", Kind.MEDIA, "<image>"),
    ("the same without its mark", "image omitted", Kind.MEDIA, "<image>"),
    ("a document on iOS, without media", f"Offer.pdf • {LTR}2 pages {LTR}document omitted", Kind.MEDIA, "<document> Offer.pdf"),
    ("the same in Portuguese", f"Offer.pdf • {LTR}2 páginas {LTR}documento omitido", Kind.MEDIA, "<document> Offer.pdf"),
    ("an image in Portuguese", f"{LTR}imagem ocultada", Kind.MEDIA, "<image>"),
    ("a voice message in German", f"{LTR}Audio weggelassen", Kind.MEDIA, "<audio>"),
    ("a contact in Spanish", f"{LTR}Tarjeta de contacto omitida", Kind.MEDIA, "<contact>"),
    ("a video in French", f"{LTR}vidéo absente", Kind.MEDIA, "<video>"),
    ("an image in Japanese", f"{LTR}画像は含まれていません", Kind.MEDIA, "<image>"),
    ("an image in Vietnamese", f"{LTR}đã bỏ qua hình ảnh", Kind.MEDIA, "<image>"),
    ("an image in Thai", f"{LTR}ไม่มีรูปภาพ", Kind.MEDIA, "<image>"),
    ("a Thai person says the same", "ไม่มีรูปภาพ", Kind.TEXT, "ไม่มีรูปภาพ"),
    ("a video message", f"{LTR}Video note omitted", Kind.MEDIA, "<video>"),
    ("a language nobody listed", f"{LTR}irudia baztertuta", Kind.MEDIA, "irudia baztertuta"),
    ("a marked number is somebody's number", f"{LTR}+1 202 555 0101", Kind.TEXT, "+1 202 555 0101"),
    ("seen once only", "", Kind.MEDIA, "<media>"),
    ("what the exporter does not know", "null", Kind.MEDIA, "<media>"),
    ("a location on Android", "location: https://maps.google.com/?q=52.5,13.4", Kind.MEDIA, "<location> https://maps.google.com/?q=52.5,13.4"),
    (
        "a location on iOS in Ukrainian",
        f"{LTR}Розташування: https://maps.google.com/?q=52.5,13.4",
        Kind.MEDIA,
        "<location> https://maps.google.com/?q=52.5,13.4",
    ),
    ("a live location", "live location shared", Kind.MEDIA, "<location>"),
    (
        "a poll keeps its words",
        f"{LTR}POLL:\nWhich day?\n{LTR}OPTION: Monday ({LTR}1 vote)",
        Kind.TEXT,
        f"POLL:\nWhich day?\n{LTR}OPTION: Monday ({LTR}1 vote)",
    ),
    ("edited, Android", "Council meets on 4 November <This message was edited>", Kind.TEXT, "Council meets on 4 November"),
    ("edited, iOS", f"Council meets {LTR}<This message was edited>", Kind.TEXT, "Council meets"),
    ("edited in Spanish", "palabra de librera <Se editó este mensaje.>", Kind.TEXT, "palabra de librera"),
    ("edited in a language nobody listed", f"bai, noski {LTR}<Mezu hau editatu da>", Kind.TEXT, "bai, noski"),
    ("somebody's own angle brackets", "press <Enter>", Kind.TEXT, "press <Enter>"),
    ("deleted", "This message was deleted", Kind.SYSTEM, "This message was deleted"),
    ("deleted, iOS", f"{LTR}You deleted this message.", Kind.SYSTEM, "You deleted this message."),
    ("deleted in Russian", "Данное сообщение удалено", Kind.SYSTEM, "Данное сообщение удалено"),
    ("about deleting", "This message was deleted by mistake, sorry", Kind.TEXT, "This message was deleted by mistake, sorry"),
    ("a missed call", f"{LTR}Missed voice call", Kind.SYSTEM, "Missed voice call"),
    ("a call and its length", f"{LTR}Voice call, {LTR}4 min", Kind.SYSTEM, f"Voice call, {LTR}4 min"),
    ("about a call", "voice call tomorrow at 10?", Kind.TEXT, "voice call tomorrow at 10?"),
    (
        "the notice iOS puts beside a name",
        f"{LTR}Messages and calls are end-to-end encrypted. Learn more.",
        Kind.SYSTEM,
        "Messages and calls are end-to-end encrypted. Learn more.",
    ),
    ("a customer who asks about it", "Are messages end-to-end encrypted with you?", Kind.TEXT, "Are messages end-to-end encrypted with you?"),
)


@pytest.mark.parametrize(("reason", "written", "kind", "text"), BODIES, ids=lambda value: value if isinstance(value, str) and len(value) < 50 else "")
def test_what_stands_after_a_name_is_words_a_file_or_whatsapps_own(reason: str, written: str, kind: Kind, text: str) -> None:
    body = read_body(written)
    assert (body.kind, body.text) == (kind, text), reason


def _android(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_lines_without_a_name_are_whatsapps_own_even_with_a_colon_in_them() -> None:
    export = read_export(
        "x.txt",
        _android(
            "25/04/2026, 10:00 - Messages and calls are end-to-end encrypted: no one outside of this chat can read them.",
            "25/04/2026, 10:00 - Ana changed their phone number to a new number. Tap to message or add the new number.",
            "25/04/2026, 10:01 - Ana: Hi",
        ),
    )
    assert [message.kind for message in export.messages] == [Kind.SYSTEM, Kind.SYSTEM, Kind.TEXT]
    assert export.participants == {"Ana": 1}
    assert (export.system, export.media) == (2, 0)


def test_a_name_may_hold_colons_when_all_its_lines_agree() -> None:
    lines = [f"25/04/2026, 10:{minute:02} - ACME: Sales: question {minute}" for minute in range(20)]
    export = read_export("x.txt", _android(*lines, "25/04/2026, 10:30 - Alice: Note: answer"))
    assert export.participants == {"ACME: Sales": 20, "Alice": 1}
    assert export.messages[0].text == "question 0"
    assert export.messages[-1].text == "Note: answer"


def test_the_file_name_tells_that_a_colon_belongs_to_a_name() -> None:
    content = _android("25/04/2026, 10:00 - ACME: Sales: hello")
    assert read_export("WhatsApp Chat with ACME_ Sales.txt", content).participants == {"ACME: Sales": 1}
    assert read_export("WhatsApp Chat with ACME.txt", content).participants == {"ACME": 1}


@pytest.mark.parametrize("body", ["<attached: 1-PHOTO-2.jpg>", "location: https://maps.google.com/?q=1,2", "Q: why?"])
def test_what_somebody_sends_again_and_again_is_not_their_name(body: str) -> None:
    export = read_export("WhatsApp Chat with Ana.txt", _android(*[f"25/04/2026, 10:00 - Ana: {body}"] * 30))
    assert export.participants == {"Ana": 30}


@pytest.mark.parametrize(
    ("written", "name"),
    [("~\u202fKeiko Yamashiro", "Keiko Yamashiro"), ("~Ken", "Ken"), ("\u202a+49 171 3920042\u202c", "+49 171 3920042"), (" Bo\u00a0 Li ", "Bo Li")],
)
def test_names_lose_tildes_and_invisible_marks(written: str, name: str) -> None:
    assert clean_name(written) == name
    export = read_export("x.txt", f"[25.04.26, 10:00:00] {written}: hi".encode())
    assert export.participants == {name: 1}


def test_a_chat_pasted_into_a_message_stays_inside_it() -> None:
    export = read_export(
        "x.txt",
        _android(
            "[25.04.26, 10:00:00] Ana: look what they wrote:",
            "[13.02.26, 09:00:01] Rival Sales: we are cheaper",
            "[13.02.26, 09:00:09] Ana: are you?",
            "[25.04.26, 10:01:00] Alice: I see",
            "[25.04.26, 10:02:00] Ana: agenda",
            "[30.06.26, 10:00:00] Kick-off",
            "[10:22, 3/2/2026] Rival Sales: from the Web",
            "1/2/26, 10:00 - in another shape",
            "[25.04.26, 10:03:00] Alice: fine",
        ),
    )
    assert set(export.participants) == {"Ana", "Alice"}
    assert export.messages[0].text == "look what they wrote:\n[13.02.26, 09:00:01] Rival Sales: we are cheaper"
    assert export.messages[3].text == "agenda\n[30.06.26, 10:00:00] Kick-off\n[10:22, 3/2/2026] Rival Sales: from the Web\n1/2/26, 10:00 - in another shape"


def test_a_third_person_who_writes_in_time_makes_a_group() -> None:
    export = read_export("x.txt", _android(*(f"25/04/2026, 10:0{place} - {name}: hi" for place, name in enumerate(("Ana", "Alice", "Carl", "Ana")))))
    assert export.group
    assert set(export.participants) == {"Ana", "Alice", "Carl"}


ORDERS = (
    ("a day past twelve", "", None, ["3/4/2026", "25/4/2026"], (4, 3), False),
    ("a month cannot be past twelve", "", None, ["3/4/2026", "4/25/2026"], (3, 4), False),
    ("time runs forward only with the day first", "", None, ["11/3/2026", "2/4/2026", "5/4/2026"], (3, 11), False),
    ("time runs forward only with the month first", "", None, ["3/11/2026", "4/2/2026", "4/5/2026"], (3, 11), False),
    ("both run forward", "", None, ["3/4/2026", "4/5/2026"], (4, 3), True),
    ("both run forward, and somebody said which", "mdy", None, ["3/4/2026", "4/5/2026"], (3, 4), False),
    ("both give the same days", "", None, ["4/4/2026", "5/5/2026"], (4, 4), False),
    ("one of them lies in the future", "", datetime(2026, 6, 1), ["3/4/2026", "4/12/2026"], (3, 4), False),
    ("dots never put the month first", "", None, ["03.04.26", "04.05.26"], (4, 3), False),
    ("the year of two digits first, only when nothing else is possible", "", datetime(2027, 1, 1), ["26/3/15", "26/12/31"], (3, 15), False),
)


@pytest.mark.parametrize(("reason", "order", "until", "dates", "first", "ambiguous"), ORDERS, ids=[row[0] for row in ORDERS])
def test_day_and_month_are_told_apart_by_the_whole_file(  # noqa: PLR0917 - the columns of the table
    reason: str,
    order: str,
    until: datetime | None,
    dates: list[str],
    first: tuple[int, int],
    ambiguous: bool,  # noqa: FBT001 - a column of the table
) -> None:
    export = read_export("x.txt", _android(*(f"{date}, 10:00 - Ana: hi" for date in dates)), date_order=order, until=until)
    assert export.first is not None
    assert (export.first.month, export.first.day) == first, reason
    assert export.ambiguous_dates is ambiguous


REFUSED = (
    ("empty", b"", "empty"),
    ("blank", b" \n\n", "empty"),
    ("no export", b"Dear Ana,\nthe offer is attached.\n", "no WhatsApp export"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0", "not text"),
    ("zeros inside", b"25/04/2026, 10:00 - Ana: h\0i", "not text"),
    ("an old Windows encoding", "25.04.26, 10:00 - Ana: für dich".encode("cp1252"), "UTF-8"),
    ("half a character of two bytes", "25.04.26, 10:00 - Ana: hi".encode("utf-16")[:-1], "UTF-8"),
    ("dates without names", b"25/04/2026, 10:00 - started\n25/04/2026, 10:05 - stopped", "no names"),
    ("impossible dates", b"41/14/2026, 10:00 - Ana: hi", "cannot be read in any order"),
    ("the Islamic calendar", b"[12/9/1447, 10:00:00] Ana: hi", "Islamic calendar"),
    ("an unknown word for the half of the day", b"25/4/2026, 3:05 zork - Ana: hi", "zork"),
)


@pytest.mark.parametrize(("reason", "content", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_export_is_refused_in_one_sentence(reason: str, content: bytes, says: str) -> None:
    with pytest.raises(ExportUnreadable) as refused:
        read_export("x.txt", content)
    assert says in str(refused.value), reason
    assert "\n" not in str(refused.value)


def test_an_order_in_which_the_dates_do_not_exist_is_refused() -> None:
    with pytest.raises(ExportUnreadable, match="do not exist in the order mdy"):
        read_export("x.txt", b"25/04/2026, 10:00 - Ana: hi", date_order="mdy")
    with pytest.raises(ExportUnreadable, match="no order of a date"):
        read_export("x.txt", b"25/04/2026, 10:00 - Ana: hi", date_order="dym")


def test_a_word_beside_hours_past_twelve_says_nothing_about_the_half() -> None:
    export = read_export("x.txt", b"25/4/2026 zork 3:05 - Ana: hi\n25/4/2026 zork 15:05 - Ana: ho")
    assert [message.sent_at.hour for message in export.messages] == [3, 15]


@pytest.mark.parametrize(
    ("written", "hour"),
    [("凌晨12:30", 0), ("清晨5:30", 5), ("上午11:30", 11), ("中午12:30", 12), ("中午1:30", 13), ("下午1:30", 13), ("晚上8:30", 20), ("晚上12:30", 0)],
)
def test_chinese_has_more_than_two_halves(written: str, hour: int) -> None:
    assert read_export("x.txt", f"2026/4/25 {written} - 安娜: 你好".encode()).messages[0].sent_at.hour == hour


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("WhatsApp Chat with Maria Gonzalez.txt", "Maria Gonzalez"),
        ("WhatsApp Chat - ~ Keiko Yamashiro.zip", "Keiko Yamashiro"),
        ("WhatsApp-Chat mit +49 171 3920042.txt", "+49 171 3920042"),
        ("Chat de WhatsApp con Andrés Quintana (2).txt", "Andrés Quintana"),
        ("Conversa do WhatsApp com Bruno.txt", "Bruno"),
        ("Discussion WhatsApp avec Hélène.txt", "Hélène"),
        ("Чат WhatsApp с контактом Ольга.txt", "Ольга"),
        ("WhatsApp_Chat_with_Ana.txt", "Ana"),
        ("_chat.txt", ""),
        ("notes.txt", ""),
    ],
)
def test_the_file_name_tells_the_other_side(name: str, title: str) -> None:
    assert title_of(name) == title


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    export = read_export("x.txt", b"25/04/2026, 10:00 - Ana: one\ntwo\n\nfour\n25/04/2026, 10:01 - Ana: five\n")
    assert [(message.line, message.text) for message in export.messages] == [(1, "one\ntwo\n\nfour"), (5, "five")]


def test_a_separator_inside_a_line_is_no_new_line() -> None:
    export = read_export("x.txt", "25/04/2026, 10:00 - Ana: one\u2028two\x0bthree\x85four".encode())
    assert export.messages[0].text == "one\u2028two\x0bthree\x85four"


@pytest.mark.parametrize(
    ("count", "body", "truncated"), [(39_000, "hi", False), (39_999, "hi", True), (9_999, "<attached: 1-PHOTO-2.jpg>", True), (9_999, "hi", False)]
)
def test_a_file_as_long_as_whatsapp_lets_one_be_is_possibly_truncated(count: int, body: str, truncated: bool) -> None:  # noqa: FBT001 - a column
    content = "".join(f"[25.04.26, 10:00:00] Ana: {body}\n" for _ in range(count)).encode()
    assert read_export("x.txt", content).truncated is truncated


def test_forty_thousand_messages_take_less_than_two_seconds() -> None:
    form = FORMATS[1]
    lines = [
        f"{form.head(START + timedelta(minutes=minute))}{PEOPLE[minute % 2]}: message {minute} about the offer\nand its second line" for minute in range(40_000)
    ]
    content = "\n".join(lines).encode()
    began = time.process_time()
    export = read_export("x.txt", content)
    assert time.process_time() - began < 2.0
    assert len(export.messages) == 40_000


def test_a_long_line_of_digits_costs_nothing() -> None:
    content = b"25/04/2026, 10:00 - Ana: hi\n" + b"1/" * 200_000 + b"\n" + b"[" * 100_000 + b"\n" + b"1" * 300_000
    began = time.process_time()
    assert len(read_export("x.txt", content).messages) == 1
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[1] / "bot" / "demo_data").glob("*/*.txt")), ids=lambda file: file.stem)
def test_no_line_of_the_demo_is_lost(file: Path) -> None:
    content = file.read_bytes()
    export = read_export(file.name, content)
    text = decoded(content)
    kept = "\n".join(message.text for message in export.messages)
    for line in (one for one in text.split("\n") if one.strip()):
        head = read_head(line)
        assert head is not None or line.strip() in kept
    assert len(export.messages) == sum(read_head(line) is not None for line in text.split("\n"))
    assert len(export.participants) == 2
    assert not export.ambiguous_dates
    assert export.title in export.participants
