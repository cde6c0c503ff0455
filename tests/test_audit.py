import pytest
from sqlalchemy import text

from bot.bootstrap import House
from memory.errors import AuditBroken
from tests.conftest import NOW


@pytest.fixture
def written(house: House) -> House:
    for number in range(5):
        house.audit.record("zone.accessed", actor="os:0", subject=f"staff-{number}", now=NOW)
    return house


def test_an_untouched_log_verifies(written: House) -> None:
    checked = written.audit.verify()
    assert (checked.entries, len(checked.head)) == (5, 64)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE audit_entry SET subject = 'nobody' WHERE sequence = 3", "entry 3"),
        ("DELETE FROM audit_entry WHERE sequence = 2", "entry 2"),
        ("DELETE FROM audit_entry WHERE sequence = 5", "ends at entry 4"),
        ("DELETE FROM audit_entry", "ends at entry 0"),
        ("UPDATE audit_entry SET sequence = sequence + 10 WHERE sequence = 5", "entry 5"),
        ("UPDATE audit_entry SET mac = (SELECT mac FROM audit_entry WHERE sequence = 1) WHERE sequence = 4", "entry 4"),
    ],
)
def test_whatever_is_changed_is_noticed(written: House, statement: str, where: str) -> None:
    with written.database.engine.begin() as connection:
        connection.execute(text(statement))
    with pytest.raises(AuditBroken, match=where):
        written.audit.verify()


def test_a_log_written_with_another_key_does_not_pass_for_ours(written: House) -> None:
    from memory.audit import AuditLog

    with pytest.raises(AuditBroken):
        AuditLog(written.database, b"another key", written.settings.data_dir / "audit.head").verify()
