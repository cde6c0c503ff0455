"""What tests stand on: real SQLite, Chroma and the bundled embedder in a temporary directory; sockets stay on loopback."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import logs
from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.embeddings import HashingEmbedder, OnnxEmbedder
from memory.tables import Staff
from tests.postgres import Postgres, serving

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect


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
def either_house(request: pytest.FixtureRequest, settings: Settings, embedder: OnnxEmbedder) -> Iterator[House]:
    """An initialised house on SQLite and on Postgres: for whatever must hold on both."""
    if request.param == "postgres":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("postgres").database()})
    initialise(settings)
    house = House.opened(settings, clock=lambda: NOW)
    house.__dict__["embedder"] = embedder
    yield house
    house.close()


@pytest.fixture
def hashing() -> HashingEmbedder:
    """The deterministic double."""
    return HashingEmbedder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a fresh installation, whatever the environment says."""
    return Settings(_env_file=None, data_dir=tmp_path / "data", slack_bot_token=None, slack_app_token=None, twilio_auth_token=None, anthropic_api_key=None)


@pytest.fixture
def house(settings: Settings, embedder: OnnxEmbedder) -> Iterator[House]:
    """An initialised house at a fixed time."""
    initialise(settings)
    house = House.opened(settings, clock=lambda: NOW)
    house.__dict__["embedder"] = embedder  # the same model, already loaded
    yield house
    house.close()


@pytest.fixture
def alice(house: House) -> Staff:
    """A member of staff."""
    return house.staff.add("Alice Okafor", now=NOW, slack_user_id="U0ALICE", whatsapp=["+12025550101"], industry="manufacturing")


@pytest.fixture
def bob(house: House) -> Staff:
    """Another member of staff."""
    return house.staff.add("Bob Lindgren", now=NOW, slack_user_id="U0BOB", whatsapp=["+12025550109"], industry="retail")
