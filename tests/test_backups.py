import io
import json
import shutil
import stat
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from sqlmodel import select

from bot import backups
from bot.bootstrap import House
from bot.settings import Settings
from memory import backups as files
from memory.customers import Customers
from memory.database import Database
from memory.errors import BackupUnusable, DirectoryLocked, KeyMissing, KeyWrong, UnknownCustomer, UnknownStaff
from memory.tables import Message, Staff
from tests.conftest import NOW
from tests.test_forgetting import stocked


@pytest.fixture
def made(house: House, alice: Staff, bob: Staff, tmp_path: Path) -> Path:
    stocked(house, alice)
    stocked(house, bob, "Yolanda Trumpington", "+15550002222")
    backups.create(house, tmp_path / "monday.zip", "os:0")
    return tmp_path / "monday.zip"


def _reopened(settings: Settings, house: House) -> House:
    again = House.opened(settings, clock=lambda: NOW + timedelta(days=1))
    again.__dict__["embedder"] = house.embedder
    return again


def test_a_backup_is_private_complete_and_without_the_master_key(house: House, made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    manifest = files.verified(made)
    assert {"database.sqlite", "audit.head"} <= set(manifest.files)
    content = made.read_bytes()
    for secret in json.loads(house.settings.master_key.read_text())["keys"].values():
        assert secret.encode() not in content
    assert b"Quackenbush" not in content
    with pytest.raises(BackupUnusable, match="already there"):
        backups.create(house, made, "os:0")


def test_a_restored_backup_brings_everything_back(house: House, alice: Staff, made: Path) -> None:
    house.erasure.register.path.unlink(missing_ok=True)
    stocked(house, alice, "Maria Gonzalez", "+15550001111")
    house.close()
    assert backups.restore(house.settings, made, "os:0").zones == 2
    again = _reopened(house.settings, house)
    customers = Customers(again.database, again.zones.open(alice.id))
    assert [one.name for one in customers.all()] == ["Zebulon Quackenbush"]
    assert again.memories.of(alice.id).recall("xylophone budget").hits
    assert [entry.action for entry in again.audit.entries()] == ["backup.restored", "backup.created"]
    assert again.audit.verify().entries == 2
    again.close()


def test_a_restored_backup_applies_every_forgetting_before_it_serves(house: House, alice: Staff, bob: Staff, made: Path) -> None:
    house.erasure.customer(alice.id, "Zebulon")
    house.erasure.staff(bob.id)
    house.close()
    assert backups.restore(house.settings, made, "os:0").forgettings_applied == 2
    again = _reopened(house.settings, house)
    with pytest.raises(UnknownCustomer):
        Customers(again.database, again.zones.open(alice.id)).named("Zebulon")
    with pytest.raises(UnknownStaff):
        again.zones.open(bob.id)
    again.close()


def test_an_old_database_file_put_back_by_hand_is_forgotten_again_too(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    database = house.settings.data_dir / "tradecraft.db"
    shutil.copy(database, tmp_path / "old.db")
    house.erasure.customer(alice.id, "Zebulon")
    house.close()
    shutil.copy(tmp_path / "old.db", database)
    again = _reopened(house.settings, house)
    assert Customers(again.database, again.zones.open(alice.id)).all() == []
    with again.database.reading() as session:
        assert session.exec(select(Message)).all() == []
    again.close()


def test_later_backups_carry_the_register_into_an_empty_directory(house: House, alice: Staff, made: Path, tmp_path: Path) -> None:
    house.erasure.customer(alice.id, "Zebulon")
    backups.create(house, tmp_path / "tuesday.zip", "os:0")
    house.close()
    elsewhere = Settings(_env_file=None, data_dir=tmp_path / "elsewhere")
    with pytest.raises(KeyMissing):
        backups.restore(elsewhere, made, "os:0")
    elsewhere.data_dir.mkdir()
    shutil.copy(house.settings.master_key, elsewhere.master_key)
    backups.restore(elsewhere, tmp_path / "tuesday.zip", "os:0")
    assert backups.restore(elsewhere, made, "os:0").forgettings_applied == 1  # the older backup, after the newer one brought the register
    assert len(list((elsewhere.data_dir / "receipts").glob("*.json"))) == 1


def test_damaged_changed_foreign_and_busy_are_refused_and_nothing_is_changed(house: House, made: Path, tmp_path: Path) -> None:
    house.close()
    database = house.settings.data_dir / "tradecraft.db"
    before = database.read_bytes()
    content = bytearray(made.read_bytes())
    content[len(content) // 3] ^= 1
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(content)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(made.read_bytes()[:-200])
    more = tmp_path / "more.zip"
    shutil.copy(made, more)
    with zipfile.ZipFile(more, "a") as archive:
        archive.writestr("extra", "x")
    for bad in (damaged, cut, more, tmp_path / "nowhere.zip"):
        with pytest.raises(BackupUnusable):
            backups.restore(house.settings, bad, "os:0")
    stranger = Settings(_env_file=None, data_dir=tmp_path / "stranger")
    from bot.bootstrap import initialise

    initialise(stranger)
    with pytest.raises(KeyWrong):
        backups.restore(stranger, made, "os:0")
    with FileLock(house.settings.data_dir / "serve.lock"), pytest.raises(DirectoryLocked):
        backups.restore(house.settings, made, "os:0")
    assert database.read_bytes() == before


def test_a_row_dump_brings_every_row_back(house: House, alice: Staff, tmp_path: Path) -> None:
    stocked(house, alice)
    dumped = io.StringIO()
    with house.database.engine.connect() as connection:
        files.dump_rows(connection, dumped)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate()
    assert files.load_rows(other, io.BytesIO(dumped.getvalue().encode())) == dumped.getvalue().count("\n") > 15
    again = io.StringIO()
    with other.engine.connect() as connection:
        files.dump_rows(connection, again)
    assert again.getvalue() == dumped.getvalue()
    other.close()
