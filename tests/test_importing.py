import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func
from sqlmodel import select

from bot.bootstrap import House
from bot.errors import BotFault, ExportUndecided, ExportUnreadable, InputRefused
from bot.export_people import number_of
from bot.importing import Importing
from intelligence.errors import UnknownTerm
from memory.conversations import Conversations, Incoming, StoredMessage
from memory.customers import Customers, KnownCustomer
from memory.embeddings import HashingEmbedder, Vectors
from memory.private import PrivateMemories
from memory.staff import UnknownTimeZone
from memory.tables import Conversation, Customer, Message, MessageIndex, Staff
from tests.conftest import NOW

CHAT = """25/04/2026, 10:00 - Messages and calls are end-to-end encrypted. Tap to learn more.
25/04/2026, 10:00 - Dana Whitfield: Hi Alice, the quote for 610 units is too expensive
25/04/2026, 10:00 - Alice Okafor: Let me show what a missed appointment costs you
25/04/2026, 10:00 - Dana Whitfield: ok
25/04/2026, 10:00 - Dana Whitfield: ok
25/04/2026, 10:02 - Alice Okafor: <Media omitted>
25/04/2026, 18:30 - Dana Whitfield: Convincing. Send the contract:
to dana@whitfield.example
"""
NAME = "WhatsApp Chat with Dana Whitfield.txt"


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str = CHAT, name: str = NAME) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


@pytest.fixture
def quick(house: House) -> House:
    """The house with the embedder that costs nothing."""
    house.__dict__["embedder"] = HashingEmbedder()
    return house


def stored(house: House, owner: Staff) -> list[StoredMessage]:
    conversations = Conversations(house.database, house.zones.open(owner.id))
    return [message for thread in conversations.threads() for message in conversations.history(thread.id)]


def customers(house: House, owner: Staff) -> list[KnownCustomer]:
    return Customers(house.database, house.zones.open(owner.id)).all()


def rows(house: House) -> list[int]:
    with house.database.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in (Customer, Conversation, Message, MessageIndex)]


def test_an_export_becomes_messages_in_order_with_their_sides(house: House, alice: Staff, export: Callable[..., Path]) -> None:
    report = house.importing.run(alice, export(), now=NOW)
    assert report.as_json() == {
        "messages": 6,
        "added": 6,
        "participants": {"Dana Whitfield": 4, "Alice Okafor": 2},
        "first": "2026-04-25T10:00:00+00:00",
        "last": "2026-04-25T18:30:00+00:00",
        "media": 1,
        "system": 1,
        "ambiguous_dates": False,
        "truncated": False,
        "time_zone": "UTC",
    }
    messages = stored(house, alice)
    assert [(message.role, message.kind, message.text.split()[0]) for message in messages] == [
        ("customer", "text", "Hi"),
        ("marketer", "text", "Let"),
        ("customer", "text", "ok"),
        ("customer", "text", "ok"),
        ("marketer", "media", "<media>"),
        ("customer", "text", "Convincing."),
    ]
    assert messages[-1].text.endswith("\nto dana@whitfield.example")
    assert [one.name for one in customers(house, alice)] == ["Dana Whitfield"]
    hits = house.memories.of(alice.id).recall("who wanted the contract sent", 1).hits
    assert hits[0].id == messages[-1].id
    assert report.sentence() == "6 new of 6 messages with Dana Whitfield from 25 April 2026 to 25 April 2026, 1 with media. Times are read as UTC."


def test_again_adds_nothing_and_overlapping_exports_merge(house: House, export: Callable[..., Path]) -> None:
    member = house.staff.add("Alice Okafor", now=NOW)
    lines = CHAT.splitlines(keepends=True)
    assert house.importing.run(member, export("".join(lines[:5])), now=NOW).added == 4
    later = "25/04/2026, 18:30 - Dana Whitfield: ok\n25/04/2026, 18:31 - Dana Whitfield: ok\n"
    assert house.importing.run(member, export("".join(lines[2:]) + later), now=NOW).added == 4
    assert house.importing.run(member, export(CHAT + later), now=NOW).added == 0
    messages = stored(house, member)
    assert [message.text for message in messages].count("ok") == 4
    assert rows(house) == [1, 1, 8, 8]
    assert customers(house, member)[0].addresses == ()
    assert house.memories.of(member.id).remember([message.id for message in messages]) == 8
    assert rows(house) == [1, 1, 8, 8]


def test_a_message_that_came_by_webhook_meets_its_copy_in_the_export(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    zone = quick.zones.open(alice.id)
    with quick.database.transaction() as session:
        known, conversations = Customers(quick.database, zone), Conversations(quick.database, zone)
        dana = known.add(session, "Dana Whitfield", now=NOW)
        thread = conversations.with_customer(session, dana.id, "whatsapp", NOW)
        minute = datetime(2026, 4, 25, 10, tzinfo=UTC)
        came = [
            Incoming("twilio", "SM1", "customer", "text", "Hi Alice, the quote for 610 units is too expensive", minute + timedelta(seconds=41)),
            Incoming("twilio", "SM2", "marketer", "media", "<image>", minute + timedelta(minutes=2, seconds=3)),
        ]
        conversations.store(session, thread.id, came, NOW)
    assert quick.importing.run(alice, export(), now=NOW).added == 4
    assert len(stored(quick, alice)) == 6
    assert rows(quick) == [1, 1, 6, 6]


def test_a_preview_tells_everything_and_stores_nothing(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    report = quick.importing.run(alice, export(), now=NOW, dry_run=True)
    assert (report.messages, report.added, report.ambiguous_dates) == (6, 0, False)
    assert report.sentence().startswith("Nothing was stored. The file holds 6 messages with Dana Whitfield")
    report = quick.importing.run(alice, export(CHAT.replace("25/04", "05/04")), now=NOW, dry_run=True)
    assert report.ambiguous_dates
    assert "--date-order" in report.sentence()
    assert rows(quick) == [0, 0, 0, 0]


def test_dates_that_could_be_read_in_two_ways_are_asked_about(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    path = export("05/04/2026, 10:00 - Dana: hi\n06/05/2026, 10:00 - Alice Okafor: hello")
    with pytest.raises(ExportUndecided, match="--date-order dmy or mdy"):
        quick.importing.run(alice, path, now=NOW)
    assert rows(quick) == [0, 0, 0, 0]
    assert quick.importing.run(alice, path, now=NOW, date_order="mdy").first == datetime(2026, 5, 4, 10, tzinfo=UTC)


def test_what_would_lie_in_the_future_decides(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    path = export("05/04/2026, 10:00 - Dana: hi\n06/12/2026, 10:00 - Alice Okafor: hello")
    assert quick.importing.run(alice, path, now=NOW).first == datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "people", "name", "options", "me", "customer"),
    [
        ("named like the member of staff", ("Dana", "ALICE  Okafor"), "_chat.txt", {}, "ALICE Okafor", "Dana"),
        ("told", ("Dana", "Ali"), "_chat.txt", {"me": "Ali"}, "Ali", "Dana"),
        ("told by a part of the name", ("Dana", "Ali O. (work)"), "_chat.txt", {"me": "ali o"}, "Ali O. (work)", "Dana"),
        ("the file name tells the other", ("Dana", "Ali"), "WhatsApp Chat with Dana.txt", {}, "Ali", "Dana"),
        ("the customer is told", ("Dana", "Ali"), "_chat.txt", {"customer": "dana"}, "Ali", "dana"),
        ("another name for the customer", ("Dana", "Alice Okafor"), "_chat.txt", {"customer": "Dana Whitfield"}, "Alice Okafor", "Dana Whitfield"),
        ("the version that writes 'You'", ("Dana", "You"), "_chat.txt", {}, "You", "Dana"),
        ("her own number, not saved", ("Dana", "+1 202-555-0101"), "_chat.txt", {}, "+1 202-555-0101", "Dana"),
        ("her first name only", ("Dana", "Alice"), "_chat.txt", {}, "Alice", "Dana"),
        ("the customer never answered", ("Alice Okafor",), "WhatsApp Chat with Dana.txt", {}, "Alice Okafor", "Dana"),
        ("the member of staff never wrote", ("Dana",), "WhatsApp Chat with Dana.txt", {}, "", "Dana"),
        ("somebody not in the contacts", ("~\u202fDana", "Alice Okafor"), "WhatsApp Chat - ~ Dana.txt", {}, "Alice Okafor", "Dana"),
    ],
)
def test_who_is_who(  # noqa: PLR0917 - the columns of the table
    quick: House,
    alice: Staff,
    export: Callable[..., Path],
    reason: str,
    people: tuple[str, ...],
    name: str,
    options: dict[str, str],
    me: str,
    customer: str,
) -> None:
    lines = [f"[25.04.26, 10:0{minute}:00] {people[minute % len(people)]}: message {minute}" for minute in range(4)]
    report = quick.importing.run(alice, export("\n".join(lines), name), now=NOW, **options)  # type: ignore[arg-type]
    assert (report.me, report.customer) == (me, customer), reason
    assert {message.role for message in stored(quick, alice)} == {"customer", "marketer"} - ({"customer"} if people == ("Alice Okafor",) else set()) - (
        set() if me else {"marketer"}
    )
    assert [one.name for one in customers(quick, alice)] == [customer]


@pytest.mark.parametrize(
    ("reason", "content", "name", "options", "error", "says"),
    [
        ("nobody knows who is who", "25/4/26, 10:00 - Dana: hi\n25/4/26, 10:01 - Eve: ho", "_chat.txt", {}, InputRefused, "Dana, Eve"),
        ("nobody of that name", "25/4/26, 10:00 - Dana: hi\n25/4/26, 10:01 - Eve: ho", "_chat.txt", {"me": "Zoe"}, InputRefused, "Zoe"),
        ("a group", "".join(f"25/4/26, 10:0{at} - {who}: hi\n" for at, who in enumerate("ABC")), NAME, {}, InputRefused, "group chat \\(A, B, C\\)"),
        ("nobody to talk to", "25/4/26, 10:00 - Alice Okafor: hi", "_chat.txt", {}, InputRefused, "--customer"),
        ("only WhatsApp speaks", "25/4/26, 10:00 - Dana: Missed voice call", NAME, {}, InputRefused, "no message"),
        ("no export", "Dear Dana,", NAME, {}, ExportUnreadable, "no WhatsApp export"),
        ("empty", "", NAME, {}, ExportUnreadable, "empty"),
        ("an order that does not exist", CHAT, NAME, {"date_order": "mdy"}, ExportUnreadable, "mdy"),
        ("an unknown time zone", CHAT, NAME, {"time_zone": "Mars/Olympus"}, UnknownTimeZone, "IANA"),
        ("an unknown industry", CHAT, NAME, {"industry": "alchemy"}, UnknownTerm, "alchemy"),
    ],
)
def test_what_cannot_be_imported_is_refused_and_leaves_nothing(  # noqa: PLR0917 - the columns of the table
    quick: House,
    alice: Staff,
    export: Callable[..., Path],
    reason: str,
    content: str,
    name: str,
    options: dict[str, str],
    error: type[BotFault],
    says: str,
) -> None:
    with pytest.raises(error, match=says) as refused:
        quick.importing.run(alice, export(content, name), now=NOW, **options)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value), reason
    assert rows(quick) == [0, 0, 0, 0]


def test_a_number_is_a_customer_and_later_gets_a_name(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    chat = "21.07.26, 16:20 - +49 171 3920042: Grüezi\n21.07.26, 16:21 - Alice Okafor: Grüezi!\n"
    quick.importing.run(alice, export(chat, "WhatsApp-Chat mit +49 171 3920042.txt"), now=NOW)
    assert [(one.name, one.addresses) for one in customers(quick, alice)] == [("+491713920042", ("+491713920042",))]
    more = chat + "21.07.26, 16:25 - +49\u00a0171\u00a03920042: Verleih auch\n"
    report = quick.importing.run(alice, export(more, "WhatsApp-Chat mit +49 171 3920042.txt"), now=NOW, customer="Tobias Zimmerli")
    assert report.added == 1
    assert [(one.name, one.addresses) for one in customers(quick, alice)] == [("Tobias Zimmerli", ("+491713920042",))]


@pytest.mark.parametrize(
    ("written", "number"),
    [("+49 171 3920042", "+491713920042"), ("\u202a+1 (202) 555\u20110101\u202c", "+12025550101"), ("0171 3920042", ""), ("Dana", ""), ("+49", ""), ("12", "")],
)
def test_numbers_are_known_in_international_form_only(written: str, number: str) -> None:
    assert number_of(written) == number


def test_another_name_for_the_customer_makes_no_second_customer(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    path = export(CHAT.replace("Dana Whitfield", "Dana W Northgate"), "_chat.txt")
    assert quick.importing.run(alice, path, now=NOW).added == 6
    assert quick.importing.run(alice, path, now=NOW, customer="Dana Whitfield").added == 0
    assert quick.importing.run(alice, path, now=NOW).added == 0
    assert [one.name for one in customers(quick, alice)] == ["Dana Whitfield"]


def test_the_industry_is_told_or_the_members_default(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    quick.importing.run(alice, export(), now=NOW)
    assert [(one.industry, one.industry_source) for one in customers(quick, alice)] == [("manufacturing", "default")]
    quick.importing.run(alice, export(), now=NOW, industry="healthcare")
    quick.importing.run(alice, export(), now=NOW)
    assert [(one.industry, one.industry_source) for one in customers(quick, alice)] == [("healthcare", "told")]


def test_times_are_of_the_members_zone_also_where_the_clock_goes_back(quick: House, export: Callable[..., Path]) -> None:
    member = quick.staff.add("Dieter Voss", now=NOW, time_zone="Europe/Berlin")
    times = ("25.10.25, 23:30", "26.10.25, 02:10", "26.10.25, 02:50", "26.10.25, 02:20", "26.10.25, 02:55", "26.10.25, 03:05")
    chat = "\n".join(f"{time} - {('Ilse', 'Dieter Voss')[place % 2]}: message {place}" for place, time in enumerate(times))
    quick.importing.run(member, export(chat), now=NOW)
    messages = stored(quick, member)
    assert [message.text[-1] for message in messages] == list("012345")
    assert [f"{message.sent_at:%H:%M}" for message in messages] == ["21:30", "00:10", "00:50", "01:20", "01:55", "02:05"]
    other = quick.staff.add("Dieter Voss Jr", now=NOW, time_zone="Europe/Berlin")
    report = quick.importing.run(other, export(chat), now=NOW, me="Dieter Voss", time_zone="America/New_York", dry_run=True)
    assert report.first == datetime(2025, 10, 26, 3, 30, tzinfo=UTC)


def test_a_thousand_equal_messages_in_a_minute_stay_a_thousand(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    lines = ["25/04/2026, 10:00 - Dana: hi", *["25/04/2026, 10:01 - Dana: yes"] * 1_100, *["25/04/2026, 10:02 - Alice Okafor: good"] * 30]
    seen: list[tuple[int, int]] = []
    report = quick.importing.run(alice, export("\n".join(lines)), now=NOW, progress=lambda done, every: seen.append((done, every)))
    assert report.added == 1_131
    assert seen == [(1_101, 1_131), (1_131, 1_131)]
    assert quick.importing.run(alice, export("\n".join(lines)), now=NOW).added == 0
    assert rows(quick) == [1, 1, 1_131, 1_131]


class Breaking(HashingEmbedder):
    """Fails once, at the second batch."""

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls == 2:
            raise RuntimeError
        return np.asarray(super().embed(texts))


def test_after_a_crash_the_same_import_completes_without_doubles(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    lines = [f"25/04/2026, {10 + place // 60:02}:{place % 60:02} - {('Dana', 'Alice Okafor')[place % 2]}: message {place % 700}" for place in range(800)]
    lines += [f"26/04/2026, {10 + place // 60:02}:{place % 60:02} - {('Dana', 'Alice Okafor')[place % 2]}: message {place % 700}" for place in range(800)]
    path = export("\n".join(lines))
    memories = PrivateMemories(quick.database, quick.zones, Breaking())
    with pytest.raises(RuntimeError):
        Importing(quick.database, quick.zones, quick.staff, memories, quick.vocabulary).run(alice, path, now=NOW)
    memories.close()
    assert rows(quick) == [1, 1, 1_600, 1_000]
    assert quick.importing.run(alice, path, now=NOW).added == 0
    assert rows(quick) == [1, 1, 1_600, 1_600]
    assert quick.memories.of(alice.id).pending() == []


def test_an_archive_is_imported_without_being_unpacked(quick: House, alice: Staff, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Dana Whitfield.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", "[25.04.26, 10:00:00] Dana Whitfield: look\n[25.04.26, 10:00:05] Dana Whitfield: \u200e<attached: 1-PHOTO-2.jpg>\n")
        archive.writestr("1-PHOTO-2.jpg", b"\xff\xd8\xff")
    report = quick.importing.run(alice, path, now=NOW)
    assert (report.customer, report.added, report.media) == ("Dana Whitfield", 2, 1)
    assert [message.text for message in stored(quick, alice)] == ["look", "<image>"]
    assert set(tmp_path.iterdir()) == {path, quick.settings.data_dir}


def test_the_members_own_zone_is_the_only_one_that_changes(quick: House, alice: Staff, bob: Staff, export: Callable[..., Path]) -> None:
    quick.importing.run(alice, export(), now=NOW)
    assert customers(quick, bob) == []
    assert stored(quick, bob) == []


def test_a_stop_in_an_export_holds_from_when_it_was_said_whoever_else_says_the_word(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    chat = CHAT + "26/04/2026, 08:00 - Alice Okafor: stop\n26/04/2026, 09:00 - Dana Whitfield: STOP.\n26/04/2026, 09:30 - Dana Whitfield: stop by any time\n"
    for _ in range(2):
        quick.importing.run(alice, export(chat), now=NOW)
        assert [one.opted_out_at for one in customers(quick, alice)] == [datetime(2026, 4, 26, 9, 0, tzinfo=UTC)]
    quick.importing.run(alice, export(chat + "27/04/2026, 10:00 - Dana Whitfield: start\n"), now=NOW)
    quick.importing.run(alice, export(chat), now=NOW)
    assert [one.opted_out_at for one in customers(quick, alice)] == [None]


LONGER = """25/04/2026, 10:00 - Maria Ov.: Hi Alice, the quote is too expensive
25/04/2026, 10:05 - Alice Okafor: Let me show what a missed appointment costs
25/04/2026, 18:30 - Maria Ov.: Convincing, send the contract please
25/04/2026, 18:31 - Alice Okafor: It is on its way to you
"""


@pytest.mark.parametrize(("first", "then", "apart"), [("UTC", "America/New_York", "4 h earlier"), ("Asia/Kolkata", "UTC", "5.5 h earlier")])
def test_a_chat_that_is_there_in_another_time_zone_is_not_doubled(  # noqa: PLR0917 - the columns of the table
    quick: House, alice: Staff, export: Callable[..., Path], first: str, then: str, apart: str
) -> None:
    path = export(LONGER, "WhatsApp Chat with Maria Ov.txt")
    assert quick.importing.run(alice, path, now=NOW, time_zone=first).added == 4
    more = export(LONGER + "26/04/2026, 10:00 - Maria Ov.: Thank you, it came this morning\n", "WhatsApp Chat with Maria Ov.txt")
    for dry_run in (True, False):
        with pytest.raises(ExportUndecided, match=apart):
            quick.importing.run(alice, more, now=NOW, time_zone=then, dry_run=dry_run)
    assert len(stored(quick, alice)) == 4
    assert quick.importing.run(alice, more, now=NOW, time_zone=first).added == 1


def test_what_came_by_webhook_tells_a_wrong_time_zone_too(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    zone = quick.zones.open(alice.id)
    with quick.database.transaction() as session:
        known, conversations = Customers(quick.database, zone), Conversations(quick.database, zone)
        thread = conversations.with_customer(session, known.add(session, "Maria Ov.", now=NOW).id, "whatsapp", NOW)
        minute = datetime(2026, 4, 25, 8, tzinfo=UTC)
        words = ("Hi Alice, the quote is too expensive", "Let me show what a missed appointment costs", "Convincing, send the contract please")
        moments = (minute, minute + timedelta(minutes=5), minute + timedelta(hours=8, minutes=30))
        roles = ("customer", "marketer", "customer")
        came = [Incoming("twilio", f"SM{at}", role, "text", text, at) for role, text, at in zip(roles, words, moments, strict=True)]
        conversations.store(session, thread.id, came, NOW)
    with pytest.raises(ExportUndecided, match="2 h earlier"):
        quick.importing.run(alice, export(LONGER), now=NOW)
    assert quick.importing.run(alice, export(LONGER), now=NOW, time_zone="Europe/Berlin").added == 1


def test_greetings_repeated_every_day_are_no_sign_of_a_wrong_time_zone(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    greeting = "{day}/04/2026, 09:00 - Dana: Good morning, any news?\n{day}/04/2026, 09:01 - Alice Okafor: {said}\n"
    days = [greeting.format(day=day, said=f"Day {day} brought nothing new for us") for day in range(14, 20)]
    assert quick.importing.run(alice, export("".join(days[:3])), now=NOW).added == 6
    assert quick.importing.run(alice, export("".join(days[3:])), now=NOW).added == 6


@pytest.mark.parametrize("later", ["~ Mary", "~\u202fMary", "+49 171 3920042"])
def test_the_file_name_tells_a_customer_whom_the_file_calls_otherwise(quick: House, alice: Staff, export: Callable[..., Path], later: str) -> None:
    name = "WhatsApp Chat with Maria Ov.txt"
    assert quick.importing.run(alice, export(LONGER, name), now=NOW).added == 4
    assert quick.importing.run(alice, export(LONGER.replace("Maria Ov.", later), name), now=NOW).added == 0
    assert quick.importing.run(alice, export(LONGER.replace("Maria Ov.", later), "_chat.txt"), now=NOW, me="Alice Okafor").added == 0
    assert [one.name for one in customers(quick, alice)] == ["Maria Ov."]


def test_whoever_was_first_known_otherwise_is_known_by_the_file_name_later(quick: House, alice: Staff, export: Callable[..., Path]) -> None:
    name = "WhatsApp Chat with Maria Ov.txt"
    assert quick.importing.run(alice, export(LONGER.replace("Maria Ov.", "~ Mary"), name), now=NOW).added == 4
    assert quick.importing.run(alice, export(LONGER, name), now=NOW).added == 0
    assert len(customers(quick, alice)) == 1
