import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import House
from bot.errors import InputRefused
from bot.privacy_export import Exports
from memory.answer_verdicts import AnswerVerdicts
from memory.customers import Customers
from memory.errors import UnknownCustomer
from memory.follow_ups import FollowUps
from memory.notes import Notes
from memory.tables import Staff
from tests.conftest import NOW
from tests.test_forgetting import SECRETS, stocked


def _parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_customer_gets_what_is_stored_about_them_and_about_nobody_else(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    stocked(house, alice, "Maria Gonzalez", "+15550001111")
    done = Exports(house).of_customer(alice.id, "Zebulon", tmp_path / "zebulon.zip")
    parts = _parts(done.file)
    everything = "\n".join(parts.values())
    for secret in SECRETS:
        assert secret in everything or secret in everything.replace("\\", ""), secret
    for other in ("Maria", "15550001111", "Alice", "Okafor"):
        assert other not in everything
    assert json.loads(parts["notes.jsonl"])["written_by"] == "our staff"
    assert {json.loads(line)["from"] for line in parts["messages.jsonl"].splitlines()} == {"you"}
    assert len(parts["derived.jsonl"].splitlines()) == 1
    assert done.records == sum(text.count("\n") for name, text in parts.items() if name.endswith(".jsonl"))


def test_a_member_of_staff_gets_their_own_data_with_customers_as_numbers(house: House, alice: Staff, bob: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    stocked(house, bob, "Yolanda Trumpington", "+15550002222")
    AnswerVerdicts(house.database, house.zones.open(alice.id)).give("D0ALICE:1", "recall", good=True, now=NOW)
    parts = _parts(Exports(house).of_staff(alice.id, tmp_path / "alice.zip").file)
    everything = "\n".join(parts.values())
    for other in ("Zebulon", "Quackenbush", "5558675309", "Glockenspiel", "Yolanda"):
        assert other not in everything, other
    assert json.loads(parts["profile.jsonl"])["name"] == "Alice Okafor"
    assert json.loads(parts["answer_verdicts.jsonl"])["answer"] == "recall"
    assert "Customer 1" in parts["messages.jsonl"]
    assert "xylophone" in parts["messages.jsonl"]
    assert "xylophone" in parts["README.md"]


def test_nothing_is_overwritten_and_nobody_unknown_is_exported(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    (tmp_path / "there.zip").write_text("something")
    with pytest.raises(InputRefused, match="already there"):
        Exports(house).of_customer(alice.id, "Zebulon", tmp_path / "there.zip")
    with pytest.raises(UnknownCustomer):
        Exports(house).of_customer(alice.id, "Maria", tmp_path / "maria.zip")
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["there.zip"]


def test_ones_own_name_stays_in_ones_own_data_and_other_peoples_do_not(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    notes = Notes(house.database, house.zones.open(alice.id))
    notes.add("Alice Okafor promised Zebulon Quackenbush a call, said Alice to Maria Gonzalez", now=NOW)
    text = json.loads(
        next(line for line in _parts(Exports(house).of_staff(alice.id, tmp_path / "a.zip").file)["notes.jsonl"].splitlines() if "promised" in line)
    )
    assert text["text"].startswith("Alice Okafor promised <PERSON_")
    assert "said Alice to <" in text["text"]
    for other in ("Zebulon", "Quackenbush", "Maria", "Gonzalez"):
        assert other not in text["text"]


def test_third_parties_in_notes_about_a_customer_stay_with_us(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    stocked(house, alice, "Yolanda Trumpington", "+15550002222")
    zone = house.zones.open(alice.id)
    about = Customers(house.database, zone).named("Zebulon").id
    said = "Zebulon pays 4,900 EUR; Yolanda Trumpington (+1 555 000 2222) told Alice Okafor so, and her lawyer Margaret Thatcher agreed"
    Notes(house.database, zone).add(said, now=NOW, customer_id=about)
    FollowUps(house.database, zone).add(about, NOW, now=NOW, note="ask Yolanda Trumpington whether Zebulon Quackenbush signed")
    parts = _parts(Exports(house).of_customer(alice.id, "Zebulon", tmp_path / "z.zip").file)
    for name in ("notes.jsonl", "follow_ups.jsonl", "README.md"):
        for other in ("Yolanda", "Trumpington", "0002222", "000 2222", "Okafor", "Thatcher"):
            assert other not in parts[name], (name, other)
    assert "Zebulon pays 4,900 EUR; <PERSON_" in parts["notes.jsonl"]
    assert "whether Zebulon Quackenbush signed" in parts["follow_ups.jsonl"]


def test_the_readable_page_tells_times_of_the_members_zone_and_names_it(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    house.staff.set_profile(alice.id, industry="other", time_zone="Asia/Kolkata")
    Notes(house.database, house.zones.open(alice.id)).add("an observation", now=datetime(2026, 4, 25, 22, 0, tzinfo=UTC))
    parts = _parts(Exports(house).of_staff(alice.id, tmp_path / "a.zip").file)
    assert "Times are those of Asia/Kolkata; in the other files they are in UTC." in parts["README.md"]
    assert "2026-04-26 03:30" in parts["README.md"]
    assert "2026-04-25T22:00:00+00:00" in parts["notes.jsonl"]
