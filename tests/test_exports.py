# ruff: noqa: RUF001, DTZ001 - words and digits of many scripts; the times of an export have no zone
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import ExportUnreadable
from bot.export_bodies import read_body
from bot.export_dates import read_head
from bot.exports import Export, clean_name, read_export, title_of
from bot.messages import Kind
from tests.export_formats import BLANK, FORMATS, LTR, PEOPLE, START, Format, rendered


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
    ("all of them do: then the clock is wrong and tells nothing", "", datetime(2026, 1, 1), ["3/4/2026", "25/4/2026"], (4, 3), False),
    ("a clock that stands at its beginning", "", None, ["1/1/1970", "25/4/2026"], (1, 1), False),
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


def test_what_stands_before_the_first_message_is_counted() -> None:
    export = read_export("x.txt", b"Chat history\n\nsaved for Bob\n25/04/2026, 10:00 - Ana: hi\n")
    assert (len(export.messages), export.unread) == (1, 2)


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


def test_eight_times_the_messages_take_about_eight_times_as_long() -> None:
    form = FORMATS[1]
    lines = [
        f"{form.head(START + timedelta(minutes=minute))}{PEOPLE[minute % 2]}: message {minute} about the offer\nand its second line" for minute in range(40_000)
    ]

    def took(count: int) -> float:
        began = time.thread_time()
        assert len(read_export("x.txt", "\n".join(lines[:count]).encode()).messages) == count
        return time.thread_time() - began

    assert min(took(40_000) for _ in range(2)) < 24 * min(took(5_000) for _ in range(3))  # were it quadratic: 64


def test_a_long_line_of_digits_costs_nothing() -> None:
    content = b"25/04/2026, 10:00 - Ana: hi\n" + b"1/" * 200_000 + b"\n" + b"[" * 100_000 + b"\n" + b"1" * 300_000
    began = time.process_time()
    assert len(read_export("x.txt", content).messages) == 1
    assert time.process_time() - began < 1.0
