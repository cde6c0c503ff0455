import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from bot.bootstrap import House
from memory.conversations import Conversations
from memory.customers import Customers
from memory.deals import Deals
from memory.encryption import MasterKeyFile
from memory.errors import KeyWrong
from memory.keyring import Keyring, sealed_tables
from memory.notes import Notes
from memory.tables import Message, Staff, ZoneKey
from tests.conftest import NOW
from tests.test_forgetting import stocked
from tests.test_zones import _chat

_CUT_OFF = """
import os, signal, sys
from pathlib import Path
from bot.bootstrap import House
from bot.settings import Settings
from memory import keyring

house = House.opened(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
keyring._BATCH = 20
ring = keyring.Keyring(house.database, house.zones, house.master_key)
ring.rotate_data(lambda done: os.kill(os.getpid(), signal.SIGKILL) if done >= 60 else None)
"""


def _keyring(house: House) -> Keyring:
    return Keyring(house.database, house.zones, house.master_key)


def _generations(house: House) -> set[int]:
    with house.database.reading() as session:
        return {sealed[1] for sealed in session.exec(select(Message.sealed_text))}


def test_every_sealed_table_has_an_owner_and_one_key_column() -> None:
    assert {table.name for table in sealed_tables()} == set(
        "customer customer_alias message message_index message_media deal note reply_window outgoing outgoing_file coach_card follow_up".split(),
    )
    assert all("staff_id" in table.columns and len(table.primary_key.columns) == 1 for table in sealed_tables())


def test_new_data_keys_seal_everything_anew_and_everything_is_still_found(house: House, alice: Staff, bob: Staff) -> None:
    for owner in (alice, bob):
        stocked(house, owner)
    with house.database.reading() as session:
        before = {key.staff_id: house.master_key.unwrap(key.wrapped, zone=key.staff_id) for key in session.exec(select(ZoneKey))}
    found = house.memories.of(alice.id).recall("xylophone budget").hits
    done = _keyring(house).rotate_data()
    assert (done.zones, done.cells) == (2, 2 * 8)
    assert _generations(house) == {2}
    zone = house.zones.open(alice.id)
    assert zone.cipher.generations == 1
    assert house.memories.of(alice.id).recall("xylophone budget").hits == found
    customer = Customers(house.database, zone).named("Zebulon Quackenbush")
    assert customer.addresses == ("+15558675309",)
    assert Deals(house.database, zone).all()[0].amount == "$48,213"
    assert Notes(house.database, zone).all()[0].text == "prefers the marimba, always"
    with house.database.reading() as session:
        key = session.get_one(ZoneKey, alice.id)
        old = before[alice.id][33:]
        assert old not in house.master_key.unwrap(key.wrapped, zone=alice.id)  # the old data key is nowhere any more
    assert _chat(house, alice, "Zebulon Quackenbush", "one more")  # tokens did not change: the same customer
    assert len(Customers(house.database, zone).all()) == 1


def test_a_rotation_killed_in_the_middle_loses_nothing_and_is_ended_by_the_next(house: House, alice: Staff, bob: Staff) -> None:
    texts = [f"message number {at} about the fair" for at in range(100)]
    first, second = sorted((alice, bob), key=lambda one: one.id)  # the order zones are done in
    ids = _chat(house, first, "Maria", *texts)
    stocked(house, second)
    house.close()
    killed = subprocess.run([sys.executable, "-c", _CUT_OFF, str(house.settings.data_dir)], check=False, capture_output=True, cwd=Path(__file__).parent.parent)
    assert killed.returncode == -9, killed.stderr.decode()
    conversations = Conversations(house.database, house.zones.open(first.id))
    assert _generations(house) == {1, 2}
    assert [message.text for message in conversations.read(ids)] == texts
    assert _keyring(house).rotate_data().cells == 40 + 8
    assert _generations(house) == {2}
    assert {house.zones.open(owner.id).cipher.generations for owner in (first, second)} == {1}
    conversations = Conversations(house.database, house.zones.open(first.id))
    assert [message.text for message in conversations.read(ids)] == texts


def test_a_new_master_key_wraps_every_zone_and_the_old_one_no_longer_opens_them(house: House, alice: Staff, bob: Staff) -> None:
    stocked(house, alice)
    path = house.settings.master_key
    old = json.loads(path.read_text())
    assert _keyring(house).rotate_master() == 2
    fresh = House(house.settings, clock=lambda: NOW)
    assert Customers(fresh.database, fresh.zones.open(alice.id)).named("Zebulon")
    assert fresh.counting_token("x") == house.counting_token("x")
    fresh.close()
    path.write_text(json.dumps(old))
    with closing(House(house.settings)) as stale, pytest.raises(KeyWrong):
        stale.zones.open(alice.id)
    assert MasterKeyFile.load(path)
