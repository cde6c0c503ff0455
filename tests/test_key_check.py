import os
from pathlib import Path

import pytest
from sqlmodel import delete, select, update

from bot.bootstrap import House, initialise
from bot.doctor import examine
from memory.encryption import MasterKeyFile
from memory.errors import KeyWrong
from memory.tables import AuditEntry, Setting, Staff, ZoneKey
from tests.conftest import NOW, postgres_only

FINGERPRINT = "master_key.fingerprint"


def _foreign_key(house: House) -> None:
    house.close()
    house.settings.master_key.rename(house.settings.data_dir / "mine.key")
    MasterKeyFile.create(house.settings.master_key)


def _own_key(house: House) -> None:
    (house.settings.data_dir / "mine.key").replace(house.settings.master_key)


def _audited(house: House) -> int:
    with house.database.reading() as session:
        return len(session.exec(select(AuditEntry)).all())


def test_a_foreign_key_is_refused_before_anything_is_written(house: House, alice: Staff) -> None:
    house.audit.record("zone.opened", actor="os:0", subject=alice.id, now=NOW)
    _foreign_key(house)
    with pytest.raises(KeyWrong, match="does not open with this master key"):
        House.opened(house.settings)
    checks = {check.name: check for check in examine(house.settings).checks}
    for look in ("zones", "audit log"):
        assert (checks[look].status, "does not open with this master key" in checks[look].why) == ("failed", True)
    assert _audited(house) == 1
    _own_key(house)
    again = House.opened(house.settings)
    assert again.audit.verify().entries == 1
    again.close()


def test_an_installation_without_anybody_knows_its_key_too(house: House) -> None:
    _foreign_key(house)
    with pytest.raises(KeyWrong):
        House.opened(house.settings)
    _own_key(house)
    House.opened(house.settings).close()


def test_an_installation_from_before_the_fingerprint_learns_it_from_its_zones(house: House, alice: Staff) -> None:
    with house.database.transaction() as session:
        session.exec(delete(Setting).where(Setting.name == FINGERPRINT))
    _foreign_key(house)
    with pytest.raises(KeyWrong):
        House.opened(house.settings)
    _own_key(house)
    again = House.opened(house.settings)
    with again.database.reading() as session:
        assert session.get(Setting, FINGERPRINT) is not None
        assert session.get(ZoneKey, alice.id) is not None
    again.close()


def test_one_damaged_zone_shuts_out_nobody_else_and_doctor_names_it(house: House, alice: Staff, bob: Staff) -> None:
    with house.database.transaction() as session:
        session.exec(update(ZoneKey).where(ZoneKey.staff_id == alice.id).values(wrapped=b"\x02k1" + os.urandom(60)))
    house.close()
    again = House.opened(house.settings)
    assert again.zones.open(bob.id)
    zones = next(check for check in examine(house.settings).checks if check.name == "zones")
    assert (zones.status, alice.id in zones.why, bob.id in zones.why) == ("failed", True, False)
    again.close()


@postgres_only
def test_a_new_key_is_not_made_for_a_database_that_has_another(house: House, alice: Staff, tmp_path: Path) -> None:
    elsewhere = house.settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    with pytest.raises(KeyWrong):
        initialise(elsewhere)
    assert not elsewhere.master_key.exists()
    assert house.zones.open(alice.id)
