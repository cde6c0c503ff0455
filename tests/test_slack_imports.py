"""A chat export dropped on the app: looked at, asked about, imported once, and left nowhere in the clear."""

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest

from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.cards import said
from bot.channels.slack_imports import EXPORT
from bot.doubles.slack_workspace import BOT_USER, Message
from bot.import_cards import ASK, START
from bot.messages import Card, Work
from memory.conversations import Conversations
from memory.embeddings import HashingEmbedder
from memory.seen_keys import SeenKeys
from memory.tables import Staff
from tests.conftest import NOW, sqlite_only
from tests.slack_stage import BOB, EVE, ScriptedAnswers, Stage, staged
from tests.test_importing import CHAT, NAME

ALICE = "U0ALICE"


@pytest.fixture
def owner(house: House) -> Staff:
    house.__dict__["embedder"] = HashingEmbedder()
    house.staff.add("Eve Marlow", now=NOW, slack_user_id=EVE)
    return house.staff.add("Alice Okafor", now=NOW, slack_user_id=ALICE, time_zone="Europe/Berlin")


@pytest.fixture
def stage(house: House, owner: Staff) -> Iterator[Stage]:
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW)) as fresh:
        yield fresh


def _cards(stage: Stage, user: str = ALICE) -> list[Message]:
    return [message for message in stage.slack.direct_messages(user) if message.user == BOT_USER]


def _dropped(stage: Stage, name: str, content: bytes, user: str = ALICE, more: dict[str, object] | None = None) -> Message:
    before = len(_cards(stage, user))
    stage.slack.drops(name, content, user=user, more=more)
    return stage.slack.wait_for(lambda: _cards(stage, user)[before:])[0]


def _stored(house: House, owner: Staff) -> list[object]:
    conversations = Conversations(house.database, house.zones.open(owner.id))
    return [message for thread in conversations.threads() for message in conversations.history(thread.id)]


@sqlite_only
def test_a_dropped_chat_is_shown_imported_once_and_left_nowhere_in_the_clear(stage: Stage, house: House, owner: Staff, tmp_path: Path) -> None:
    card = _dropped(stage, NAME, CHAT.encode())
    shown = str(card.blocks)
    assert "You are Alice Okafor. The other side is Dana Whitfield." in shown
    assert "Dana Whitfield (4), Alice Okafor (2)" in shown
    assert "25 April 2026" in shown
    assert "Europe/Berlin" in shown
    assert not _stored(house, owner)
    assert card.thread_ts

    stage.slack.click(card, START, user=ALICE)
    stage.slack.wait_for(lambda: "6 of 6 messages are new" in str(card.blocks))
    assert card.edited >= 2
    assert len(_stored(house, owner)) == 6
    assert _stored(house, owner)[0].sent_at.hour == 8

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(NAME, CHAT)
    again = _dropped(stage, NAME.replace(".txt", ".zip"), archive.getvalue())
    stage.slack.click(again, START, user=ALICE)
    stage.slack.wait_for(lambda: "nothing is new" in str(again.blocks))
    assert len(_stored(house, owner)) == 6

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(b"missed appointment" in path.read_bytes() for path in files)


@sqlite_only
def test_what_the_file_does_not_say_is_asked_in_a_window(stage: Stage, house: House, owner: Staff) -> None:
    chat = b"03/04/2026, 10:00 - Dana: hello there\n05/04/2026, 10:01 - Mobile: good morning\n"
    card = _dropped(stage, "_chat.txt", chat)
    assert "Which of the names is yours?" in str(card.blocks)
    assert "with the day or with the month" in str(card.blocks)
    assert START not in str(card.blocks)
    stage.slack.click(card, ASK, user=ALICE)
    view = stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if one.get("callback_id") == "import.send"])[0]
    assert "Month first: 04 March 2026 to 04 May 2026" in str(view)
    stage.slack.submit(view, user=ALICE, values={"me": "1", "order": "mdy", "time_zone": "Nowhere/Atall"})
    view = stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if "is not a time zone" in str(one)])[0]
    stage.slack.submit(view, user=ALICE, values={"me": "1", "order": "mdy", "time_zone": "Asia/Kolkata"})
    stage.slack.wait_for(lambda: "2 of 2 messages are new" in str(card.blocks))
    assert [(one.role, f"{one.sent_at:%d %b %H:%M}") for one in _stored(house, owner)] == [("customer", "04 Mar 04:30"), ("marketer", "04 May 04:31")]
    assert "It has begun" in str(stage.slack.workspace.views)


@sqlite_only
def test_whose_time_zone_was_never_said_is_asked(stage: Stage) -> None:
    assert "In which time zone was the phone?" in str(_dropped(stage, NAME.replace("Dana", "Alice"), CHAT.replace("Alice", "Eve").encode(), user=EVE).blocks)


@sqlite_only
def test_what_is_no_export_of_ones_own_is_told_in_one_sentence(stage: Stage, house: House, owner: Staff) -> None:
    group = "".join(f"25/4/26, 10:0{at} - {who}: hi\n" for at, who in enumerate("ABC"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_chat.txt", b"0" * 40_000_000)
    for name, content, more, sentence in (
        ("holiday.png", b"\x89PNG", {}, "This is no WhatsApp export"),
        ("shopping.txt", b"milk\nbread", {}, "no line begins with a date"),
        ("_chat.txt", group.encode(), {}, "group chat"),
        ("_chat.zip", bomb.getvalue(), {}, "suspiciously"),
        ("_chat.zip", b"PK\x03\x04 broken", {}, "damaged"),
        (NAME, CHAT.encode(), {"size": EXPORT.largest + 1}, "without media"),
        (NAME, CHAT.encode(), {"user": BOB}, "Only whoever dropped a file"),
        (NAME, CHAT.encode(), {"is_external": True}, "This is no WhatsApp export"),
        (NAME, CHAT.encode(), {"url_private_download": "https://files.slack.com.evil.example/x"}, "This is no WhatsApp export"),
    ):
        assert sentence in str(_dropped(stage, name, content, more=more).blocks)
    stage.slack.files.readable = False
    assert "permission" in str(_dropped(stage, NAME, CHAT.encode()).blocks)
    assert len(_cards(stage)) == 10
    assert not _stored(house, owner)


@sqlite_only
def test_a_file_in_a_channel_is_not_looked_at(stage: Stage) -> None:
    stage.slack.drops(NAME, CHAT.encode(), user=ALICE, channel="C0GENERAL")
    stage.quiet()
    assert not stage.slack.files.fetched
    assert not stage.public_messages()


@sqlite_only
def test_a_file_taken_away_before_its_import_is_told(stage: Stage, house: House, owner: Staff) -> None:
    card = _dropped(stage, NAME, CHAT.encode())
    stage.slack.files.remove(stage.slack.files.fetched[0])
    stage.slack.click(card, START, user=ALICE)
    assert "not there any more" in str(stage.slack.wait_for(lambda: stage.slack.ephemerals(ALICE))[0].blocks)
    assert not _stored(house, owner)


def test_a_button_used_twice_begins_its_work_once_and_says_how_far_it_is() -> None:
    begun: list[str] = []
    free = threading.Event()

    def go(show: Callable[[Card], None]) -> Card:
        begun.append("begun")
        show(said("Halfway", "halfway"))
        free.wait(30)
        return said("All of it", "done")

    class Held(ScriptedAnswers):
        @property
        def imports(self) -> SimpleNamespace:
            return SimpleNamespace(start=lambda _staff, _file: Work(said("Begun", "begun"), go))

    with staged(answers=Held()) as stage:
        file = stage.slack.files.add(BOB, NAME, CHAT.encode()).id
        button = {"type": "button", "action_id": START, "value": file, "text": {"type": "plain_text", "text": "Import"}}
        card = stage.slack.workspace.post(stage.slack.workspace.direct_channel(BOB), text="x", blocks=[{"type": "actions", "elements": [button]}])
        before = replace(card)
        stage.slack.click(card, START, user=BOB)
        stage.slack.wait_for(lambda: begun)
        stage.slack.click(before, START, user=BOB)
        stage.slack.wait_for(lambda: "halfway" in str(card.blocks))
        free.set()
        stage.slack.wait_for(lambda: "done" in str(card.blocks))
        stage.quiet()
        assert begun == ["begun"]


@sqlite_only
def test_the_double_gives_a_file_to_nobody_without_the_token(stage: Stage) -> None:
    file = stage.slack.files.shown(stage.slack.files.add(BOB, NAME, b"x"))
    assert httpx2.get(file["url_private"]).status_code == 302
    assert httpx2.get(file["url_private"], headers={"Authorization": f"Bearer {stage.slack.bot_token}"}).content == b"x"
