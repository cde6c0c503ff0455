from contextlib import closing
from pathlib import Path

from memory.database import Database, upgrade
from memory.row_files import load, write
from tests.postgres import Postgres

_EARLIER = "impact"
"""A schema with fewer tables, and fewer columns of staff, than this version's."""
_PERSON = "INSERT INTO staff (id, name, default_industry, time_zone, contributes, created_at) VALUES ('s1', 'Alice\tOkafor', 'retail', 'UTC', true, now())"


def test_rows_of_an_earlier_schema_are_written_as_they_are_and_brought_to_this_version_when_loaded(postgres: Postgres, tmp_path: Path) -> None:
    with closing(Database(postgres.database())) as earlier, earlier.engine.begin() as connection:
        upgrade(connection, _EARLIER)
        connection.exec_driver_sql(_PERSON)
        files = write(connection, tmp_path)
    assert {name.partition("-")[2] for name in files} > {"staff.copy", "occasion.copy"}
    assert not any("staff_link" in name or "deal_step" in name for name in files)
    with closing(Database(postgres.database())) as fresh, fresh.engine.begin() as connection:
        upgrade(connection, _EARLIER)
        for name in sorted(files):
            with files[name].open("rb") as file:
                load(connection, name.partition("-")[2].removesuffix(".copy"), file)
        upgrade(connection)
        assert connection.exec_driver_sql("SELECT name, contributes, deactivated_at FROM staff").all() == [("Alice\tOkafor", True, None)]
