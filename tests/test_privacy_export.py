import json
import zipfile
from pathlib import Path

import pytest

from bot.bootstrap import House
from bot.errors import InputRefused
from bot.privacy_export import Exports
from memory.answer_verdicts import AnswerVerdicts
from memory.errors import UnknownCustomer
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
