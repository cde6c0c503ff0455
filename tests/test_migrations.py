import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel

from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.database import Database
from memory.errors import DatabaseNewer

_NEWEST = ScriptDirectory(str(Path(__file__).parent.parent / "memory" / "migrations")).get_current_head()
_LATER = f"""
import sqlalchemy
from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{_NEWEST}", None, None


def upgrade():
    op.create_table("later", sqlalchemy.Column("id", sqlalchemy.String, primary_key=True))
"""


@pytest.fixture
def migrated(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'tradecraft.db'}")
    database.migrate()
    return database


def test_the_migrated_schema_is_that_of_the_tables(migrated: Database) -> None:
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_twice_changes_nothing_and_leaves_no_copy(migrated: Database) -> None:
    assert migrated.path is not None
    before = migrated.path.read_bytes()
    migrated.migrate()
    assert migrated.path.read_bytes() == before
    assert [path.name for path in migrated.path.parent.glob("*.db")] == ["tradecraft.db"]


def test_an_upgrade_copies_the_old_file_first(migrated: Database, tmp_path: Path) -> None:
    """The next version is this one with a further revision."""
    package = Path(__file__).parent.parent / "memory"
    shutil.copytree(package, tmp_path / "next" / "memory", ignore=shutil.ignore_patterns("models", "__pycache__"))
    (tmp_path / "next" / "memory" / "migrations" / "versions" / "9000_later.py").write_text(_LATER)
    assert migrated.path is not None
    before = migrated.path.read_bytes()
    command = f"from memory.database import Database; Database('sqlite:///{migrated.path}').migrate()"
    subprocess.run([sys.executable, "-c", command], check=True, cwd=tmp_path / "next")
    assert (tmp_path / "tradecraft.before-9000.db").read_bytes() == before
    with migrated.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9000"
    with pytest.raises(DatabaseNewer):
        migrated.migrate()


def test_a_schema_of_a_newer_version_is_refused_and_left_alone(migrated: Database) -> None:
    with migrated.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert migrated.path is not None
    before = migrated.path.read_bytes()
    with pytest.raises(DatabaseNewer, match="newer version"):
        migrated.migrate()
    assert migrated.path.read_bytes() == before


def test_a_database_without_its_key_is_not_given_a_new_one(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    initialise(settings)
    House.opened(settings).close()
    settings.master_key.unlink()
    from memory.errors import KeyMissing

    with pytest.raises(KeyMissing):
        initialise(settings)
    assert not settings.master_key.exists()
