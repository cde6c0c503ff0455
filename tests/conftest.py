"""What tests stand on: real SQLite, Chroma and the bundled embedder in a temporary directory; sockets stay on loopback."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import logs
from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.database import Database
from memory.embeddings import HashingEmbedder, OnnxEmbedder
from memory.encryption import MasterKeyFile
from memory.tables import Staff
from tests.ids_only import found, overheard
from tests.postgres import Postgres, serving

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes its own directory in it, for its user only
_ENOUGH = 4 * 2**30
"""Bytes; what one run leaves at any time is far less."""


def _write_to_memory() -> None:
    """Thousands of small databases wait for a disk most of their time. What is tested is a process that dies, not a machine."""
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None


_write_to_memory()


def _refuse_outside(self: socket.socket, address: object) -> None:
    if isinstance(address, tuple) and address[0] not in _LOOPBACK:
        msg = f"a test tried to reach {address[0]}: sockets other than loopback are refused"
        raise AssertionError(msg)
    _connect(self, address)  # type: ignore[arg-type]


socket.socket.connect = _refuse_outside  # type: ignore[method-assign]
logs.configure(strict=True)


@pytest.fixture(scope="session")
def embedder() -> OnnxEmbedder:
    """The bundled model, loaded once."""
    return OnnxEmbedder()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A Postgres server; `postgres.database()` is the URL of a new empty database."""
    with serving() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database: every test that touches one runs on both, unless it is marked `sqlite_only` or `postgres_only`."""
    return str(request.param)


sqlite_only = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""For tests about the database's file: its journal, its mode, putting an old copy in its place."""
postgres_only = pytest.mark.parametrize("backend", ["postgres"], indirect=True)
"""For tests about what only a server has."""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with this version's schema: tests copy it, because migrating takes longer than most of them."""
    path = tmp_path_factory.mktemp("migrated") / "tradecraft.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def hashing() -> HashingEmbedder:
    """The deterministic double."""
    return HashingEmbedder()


@pytest.fixture
def settings(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a fresh installation. On Postgres the environment names the database too, for commands that a test runs."""
    url = request.getfixturevalue("postgres").migrated() if backend == "postgres" else ""
    monkeypatch.setenv("TRADECRAFT_DATABASE_URL", url)
    yield Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        database_url=url,
        changes_needed=1,  # most tests learn twice in a row and look at what one person changed
        slack_bot_token=None,
        slack_app_token=None,
        twilio_auth_token=None,
        anthropic_api_key=None,
    )
    if url:
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture
def house(settings: Settings, embedder: OnnxEmbedder, migrated_file: Path) -> Iterator[House]:
    """An initialised house at a fixed time. Afterwards its logs and job rows are looked through: they may hold ids only."""
    settings.data_dir.mkdir(mode=0o700)
    MasterKeyFile.create(settings.master_key)
    if not settings.database_url:
        shutil.copyfile(migrated_file, settings.data_dir / migrated_file.name)
    initialise(settings)
    house = House.opened(settings, clock=lambda: NOW)
    house.__dict__["embedder"] = embedder  # the same model, already loaded
    with overheard() as heard:
        yield house
    try:
        assert not found(house, heard), "something of a zone stands where only ids may"
    finally:
        house.close()


@pytest.fixture
def alice(house: House) -> Staff:
    """A member of staff."""
    return house.staff.add("Alice Okafor", now=NOW, slack_user_id="U0ALICE", whatsapp=["+12025550101"], industry="manufacturing")


@pytest.fixture
def bob(house: House) -> Staff:
    """Another member of staff."""
    return house.staff.add("Bob Lindgren", now=NOW, slack_user_id="U0BOB", whatsapp=["+12025550109"], industry="retail")
