import json
import shutil
import stat
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from sqlmodel import SQLModel, select

from bot import backups
from bot.bootstrap import House, initialise
from bot.doctor import examine
from bot.settings import Settings
from memory import backups as files
from memory.customers import Customers
from memory.errors import BackupUnusable, DatabaseBusy, DatabaseDamaged, DirectoryLocked, KeyMissing, KeyWrong, UnknownCustomer, UnknownStaff
from memory.storage import Storage
from memory.tables import AuditEntry, Message, Setting, Staff
from tests.conftest import NOW, postgres_only, sqlite_only
from tests.postgres import Postgres
from tests.test_forgetting import stocked


@pytest.fixture
def made(house: House, alice: Staff, bob: Staff, tmp_path: Path) -> Path:
    stocked(house, alice)
    stocked(house, bob, "Yolanda Trumpington", "+15550002222")
    backups.create(house, tmp_path / "monday.zip", "os:0")
    return tmp_path / "monday.zip"


def _place(table: str) -> int:
    return [one.name for one in SQLModel.metadata.sorted_tables].index(table)


def _reopened(settings: Settings, house: House) -> House:
    again = House.opened(settings, clock=lambda: NOW + timedelta(days=1))
    again.__dict__["embedder"] = house.embedder
    return again


def test_a_backup_is_private_complete_and_without_the_master_key(house: House, made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    manifest = files.verified(made)
    assert {"database.sqlite" if house.database.is_sqlite else f"rows/{_place('message'):02}-message.copy", "audit.head"} <= set(manifest.files)
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


def test_what_was_written_into_the_audit_log_after_the_backup_is_still_there_afterwards(house: House, alice: Staff, made: Path) -> None:
    for subject in (alice.id, ""):
        house.audit.record("exported", actor="os:0", subject=subject, now=NOW)
    house.close()
    for _ in range(2):
        backups.restore(house.settings, made, "os:0")
    again = _reopened(house.settings, house)
    assert [entry.action for entry in again.audit.entries()] == ["backup.restored"] * 2 + ["exported"] * 2 + ["backup.created"]
    assert again.audit.verify().entries == 5
    assert all("lost" not in entry.detail for entry in again.audit.entries())
    again.close()


def test_entries_that_a_restore_cannot_keep_are_told_of(house: House, made: Path) -> None:
    with house.database.transaction() as session:
        (first,) = session.exec(select(AuditEntry)).all()
        session.delete(first)
    for _ in range(2):  # another past than the backup's
        house.audit.record("exported", actor="os:0", subject="", now=NOW)
    mac = house.audit.entries(1)[0].mac
    house.close()
    backups.restore(house.settings, made, "os:0")
    again = _reopened(house.settings, house)
    assert again.audit.entries()[0].detail.endswith(f", 2 entries lost up to {mac[:16]}")
    assert again.audit.verify().entries == 2
    again.close()


@sqlite_only
def test_a_damaged_database_is_named_and_replaced_by_its_backup(house: House, made: Path) -> None:
    house.audit.record("exported", actor="os:0", subject="", now=NOW)
    path = house.settings.data_dir / "tradecraft.db"
    house.close()
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(DatabaseDamaged, match="backup restore"):
        House.opened(house.settings)
    checks = {check.name: check for check in examine(house.settings).checks}
    assert (checks["database"].status, "backup restore" in checks["database"].why) == ("failed", True)
    backups.restore(house.settings, made, "os:0")
    again = _reopened(house.settings, house)
    assert ", 1 entries lost up to " in again.audit.entries()[0].detail
    assert again.audit.verify().entries == 2
    again.close()


@sqlite_only
def test_doctor_reads_every_page(house: House, made: Path) -> None:
    path = house.settings.data_dir / "tradecraft.db"
    house.close()
    before = path.read_bytes()
    content = bytearray(before)
    page = int.from_bytes(content[16:18], "big")
    for start in range(2 * page, len(content), page):  # the head of every page but the first two
        content[start : start + 8] = bytes(8)
    path.write_bytes(content)
    assert "damaged" in next(check.why for check in examine(house.settings).checks if check.name == "database")
    path.write_bytes(before)


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


@sqlite_only
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


def test_later_backups_carry_the_register_into_an_empty_directory(house: House, alice: Staff, made: Path, tmp_path: Path, postgres: Postgres) -> None:
    house.erasure.customer(alice.id, "Zebulon")
    backups.create(house, tmp_path / "tuesday.zip", "os:0")
    house.close()
    elsewhere = Settings(_env_file=None, data_dir=tmp_path / "elsewhere", database_url="" if house.database.is_sqlite else postgres.database())
    with pytest.raises(KeyMissing):
        backups.restore(elsewhere, made, "os:0")
    elsewhere.data_dir.mkdir()
    shutil.copy(house.settings.master_key, elsewhere.master_key)
    backups.restore(elsewhere, tmp_path / "tuesday.zip", "os:0")
    assert backups.restore(elsewhere, made, "os:0").forgettings_applied == 1  # the older backup, after the newer one brought the register
    assert len(list((elsewhere.data_dir / "receipts").glob("*.json"))) == 1


def test_damaged_changed_foreign_and_busy_are_refused_and_nothing_is_changed(house: House, made: Path, tmp_path: Path) -> None:
    before = _rows(house)
    house.close()
    content = bytearray(made.read_bytes())
    with zipfile.ZipFile(made) as archive:
        largest = max(archive.infolist(), key=lambda member: member.file_size)
    content[largest.header_offset + largest.file_size // 2] ^= 1
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
    stranger = Settings(_env_file=None, data_dir=tmp_path / "stranger", database_url="")
    initialise(stranger)
    with pytest.raises(KeyWrong):
        backups.restore(stranger, made, "os:0")
    with FileLock(house.settings.data_dir / "serve.lock"), pytest.raises(DirectoryLocked):
        backups.restore(house.settings, made, "os:0")
    assert _rows(house) == before


def test_a_backup_made_on_either_database_is_restored_on_the_other(house: House, alice: Staff, made: Path, postgres: Postgres, tmp_path: Path) -> None:
    """The way from one machine to a database server, and back."""
    house.erasure.customer(alice.id, "Zebulon")
    before = _rows(house)
    backups.create(house, tmp_path / "tuesday.zip", "os:0")
    house.close()
    url = postgres.database() if house.database.is_sqlite else ""
    other = Settings(_env_file=None, data_dir=tmp_path / "other", database_url=url)
    other.data_dir.mkdir()
    shutil.copy(house.settings.master_key, other.master_key)
    assert backups.restore(other, tmp_path / "tuesday.zip", "os:0").zones == 2
    moved = _reopened(other, house)
    assert moved.database.is_sqlite != house.database.is_sqlite
    after = _rows(moved)
    assert {name: count for name, count in after.items() if before[name] != count} == {"audit_entry": before["audit_entry"] + 2}
    assert moved.memories.of(moved.staff.named("Bob").id).recall("xylophone budget").hits
    assert moved.audit.verify().entries == after["audit_entry"]
    assert backups.restore(other, made, "os:0").forgettings_applied == 1  # an older one, over what is there now
    assert Customers(moved.database, moved.zones.open(alice.id)).all() == []
    moved.close()


def _rows(house: House) -> dict[str, int]:
    storage = Storage(house.database)
    return {table.name: storage.read(table, lambda _bytes: None) for table in storage.tables() if table.ours}


def test_every_value_comes_back_as_it_was(house: House, alice: Staff, made: Path, postgres: Postgres, tmp_path: Path) -> None:
    strange = "tab\tline\nreturn\rback\\slash \\N \\. quote' \u00e9\u4f60\U0001f600"
    with house.database.transaction() as session:
        session.add(Setting(name="strange", value=strange))
    backups.create(house, tmp_path / "strange.zip", "os:0")
    house.close()
    other = Settings(_env_file=None, data_dir=tmp_path / "other", database_url=postgres.database() if house.database.is_sqlite else "")
    for chosen in (other, house.settings):
        chosen.data_dir.mkdir(exist_ok=True)
        if chosen is other:
            shutil.copy(house.settings.master_key, other.master_key)
        backups.restore(chosen, tmp_path / "strange.zip", "os:0")
        again = _reopened(chosen, house)
        with again.database.reading() as session:
            assert session.get_one(Setting, "strange").value == strange
            kept = session.get_one(Staff, alice.id)
        assert kept == alice
        again.close()


@postgres_only
def test_an_older_backup_is_restored_as_a_whole_or_not_at_all(house: House, alice: Staff, made: Path) -> None:
    stocked(house, alice, "Maria Gonzalez", "+15550001111")
    before = _rows(house)
    with house.database.engine.begin() as busy:
        busy.exec_driver_sql("LOCK TABLE message IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseBusy):
            backups.restore(house.settings, made, "os:0")
    assert _rows(house) == before


@postgres_only
def test_a_backup_is_one_moment_while_others_write(house: House, alice: Staff, tmp_path: Path) -> None:
    """Rows are never in it without what they refer to."""
    stop = threading.Event()

    def writing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            stocked(house, alice, f"Customer {number}", f"+1555000{number:04}")

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(writing)
        try:
            for number in range(3):
                backups.create(house, tmp_path / f"{number}.zip", "os:0")
        finally:
            stop.set()
        writer.result()
    house.close()
    for number in range(3):
        assert backups.restore(house.settings, tmp_path / f"{number}.zip", "os:0").zones == 1
