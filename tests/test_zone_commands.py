"""`/zone` over the double of Slack, down to the rows: taking back, the own data as a file, forgetting with a receipt, the proof."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.doubles.slack_rules import view_problems
from bot.privacy_export import Exports
from memory.contributions import Contributions
from memory.customers import Customers
from memory.encryption import MasterKeyFile
from memory.errors import UnknownCustomer
from memory.receipts import verified
from memory.seen_keys import SeenKeys
from memory.tables import Staff
from tests.conftest import NOW, sqlite_only
from tests.slack_stage import BOB, EVE, Stage, staged
from tests.test_forgetting import stocked

NAME = "Zebulon Quackenbush"


@pytest.fixture
def stage(house: House, bob: Staff) -> Iterator[Stage]:
    house.staff.add("Eve Marlow", now=NOW, slack_user_id=EVE, whatsapp=["+12025550107"])
    seen = SeenKeys(house.database)
    assert bob.slack_user_id == BOB

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW), patience_seconds=120.0) as fresh:
        yield fresh


def _ask(stage: Stage, command: str, text: str, user: str = BOB, seconds: float = 5.0) -> str:
    before = len(stage.slack.ephemerals(user))
    stage.slack.slash(command, text, user=user)
    return str(stage.slack.wait_for(lambda: [one.blocks for one in stage.slack.ephemerals(user)[before:] if "One moment" not in str(one.blocks)], seconds)[0])


def _window(stage: Stage, callback: str) -> dict[str, Any]:
    return dict(stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if one.get("callback_id") == callback])[-1])


@sqlite_only
def test_what_is_stored_is_shown_and_lines_of_the_ledger_are_withdrawn_offered_again_and_vetoed(stage: Stage, house: House, bob: Staff) -> None:
    stocked(house, bob)
    house.follow_ups.plan(bob.id, NAME, "tomorrow", "call")
    house.privacy.set_contributing(bob.id, contributes=True)
    assert "Follow-ups*\\n1" in _ask(stage, "/zone", "status")
    ledger = Contributions(house.database, house.zones.open(bob.id))
    (line,) = ledger.ledger()
    assert "zone.withdraw" in _ask(stage, "/zone", "ledger")
    for said, answer, state in (("withdraw", "Withdrawn", "withdrawn"), ("restore", "Offered again", "offered"), ("veto", "Taken back", "vetoed")):
        assert answer in _ask(stage, "/zone", f"{said} {line.id[:8]}"), said
        assert ledger.ledger()[0].state == state
    for said in (f"restore {line.id[:8]}", f"withdraw {line.id[:8]}", "veto 00000000"):
        assert "did not work" in _ask(stage, "/zone", said), said
    assert "did not work" in _ask(stage, "/zone", f"withdraw {line.id}", user=EVE)
    assert "Give the id" in _ask(stage, "/zone", "restore")
    assert "I do not know" in _ask(stage, "/zone", "explode")
    house.privacy.set_contributing(bob.id, contributes=False)
    assert "opt in first" in _ask(stage, "/zone", f"restore {line.id}")


@sqlite_only
def test_ones_own_data_comes_as_a_file_by_direct_message_and_where_slack_takes_none_the_way_is_told(stage: Stage, house: House, bob: Staff) -> None:
    stocked(house, bob)
    house.follow_ups.plan(bob.id, NAME, "tomorrow", f"call {NAME}")
    house.follow_ups.finish(bob.id, house.follow_ups.waiting(bob.id)[0].id)
    stage.slack.rate_limit("files.getUploadURLExternal")
    assert "Your data" in _ask(stage, "/zone", "export")
    (file,) = stage.slack.uploads.all
    assert (file.channel, file.name) == (stage.slack.workspace.direct_channel(BOB), "tradecraft-2026-11-20.zip")
    assert file.content is not None
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "Zebulon" not in "".join(parts.values())
    assert json.loads(parts["follow_ups.jsonl"])["state"] == "done"
    assert json.loads(parts["choices.jsonl"])["wants_digest"] is True
    assert "muted" in json.loads(parts["preferences.jsonl"])
    stage.slack.fail("files.getUploadURLExternal", "missing_scope")
    assert 'tradecraft privacy export my-data.zip --staff "Bob Lindgren"' in _ask(stage, "/zone", "export")
    assert len(stage.slack.uploads.all) == 1
    assert house.audit.entries(1)[0].actor == f"staff:{bob.id}"


@sqlite_only
def test_a_customers_own_request_tells_of_follow_ups_too(house: House, bob: Staff, tmp_path: Path) -> None:
    stocked(house, bob)
    house.follow_ups.plan(bob.id, NAME, "tomorrow", "call")
    with zipfile.ZipFile(Exports(house).of_customer(bob.id, NAME, tmp_path / "one.zip").file) as archive:
        assert json.loads(archive.read("follow_ups.jsonl"))["text"] == "call"


@sqlite_only
def test_a_customer_is_forgotten_when_their_name_was_typed_and_the_receipt_is_right(stage: Stage, house: House, bob: Staff) -> None:
    stocked(house, bob)
    theirs = stocked(house, house.staff.named("Eve"), "Yolanda Trumpington", "+15550002222")
    stage.slack.slash("/zone", f"forget {NAME}", user=BOB)
    view = _window(stage, "zone.forgotten")
    assert view_problems(view) == []
    stage.slack.submit(view, user=BOB, values={"confirm": "Zebulon"})
    again = stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if "Not erased" in str(one)])[-1]
    assert Customers(house.database, house.zones.open(bob.id)).named(NAME)
    stage.slack.submit(again, user=BOB, values={"confirm": " zebulon  quackenbush "})
    done = str(stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if "Signed receipt" in str(one)], 30))
    assert "Zebulon" not in done
    (receipt,) = (house.settings.data_dir / "receipts").glob("*.json")
    assert receipt.stem in done
    assert verified(receipt.read_text(), MasterKeyFile.load(house.settings.master_key).signer.public).ours
    with pytest.raises(UnknownCustomer):
        Customers(house.database, house.zones.open(bob.id)).named(NAME)
    assert house.audit.entries(1)[0].actor == f"staff:{bob.id}"
    stage.slack.slash("/zone", "forget", user=BOB)
    fresh = _window(stage, "zone.forgotten")
    stage.slack.submit(fresh, user=BOB, values={"customer": theirs, "confirm": "Yolanda Trumpington"})  # another zone's
    stage.slack.wait_for(lambda: "No customer of yours" in str((stage.slack.workspace.views, [one.blocks for one in stage.slack.direct_messages(BOB)])))
    assert Customers(house.database, house.zones.open(house.staff.named("Eve").id)).get(theirs)
    assert "did not work" in _ask(stage, "/zone", "forget Nobody Known")


@sqlite_only
def test_where_no_window_can_be_opened_a_button_opens_it(stage: Stage, house: House, bob: Staff) -> None:
    stocked(house, bob)
    stage.slack.mentions("zone forget", user=BOB)
    card = stage.slack.wait_for(lambda: [one for one in stage.slack.direct_messages(BOB) if "zone.forget" in str(one.blocks)])[0]
    stage.slack.click(card, "zone.forget", user=BOB)
    view = _window(stage, "zone.forgotten")
    offered = stage.slack.look_up(view, "customer", "customer.search", "zeb", user=BOB)
    assert [NAME in one["text"]["text"] for one in offered] == [True]


@sqlite_only
def test_the_proof_of_ones_own_zone_is_a_card_and_leaves_nothing_behind(stage: Stage, house: House, bob: Staff) -> None:
    stocked(house, bob)
    house.clock = lambda: NOW + timedelta(hours=1)
    before = (len(house.staff.all()), Customers(house.database, house.zones.open(bob.id)).names())
    shown = _ask(stage, "/zone", "proof", seconds=120)
    assert "Your zone is closed" in shown, shown
    for surface in ("Commands and cards", "Command line", "Backups", "Files", "Database"):
        assert f"\u2713 {surface}" in shown, surface
    assert (len(house.staff.all()), Customers(house.database, house.zones.open(bob.id)).names()) == before
