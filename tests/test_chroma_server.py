"""A real Chroma server on loopback in the place of the directories."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.bootstrap import House
from bot.doctor import examine
from bot.doubles.server import LoopbackServer
from memory.collection_server import ChromaServer
from memory.embeddings import OnnxEmbedder
from memory.errors import DirectoryLocked, IndexDamaged, ServerUnsafe
from memory.tables import Staff
from tests.conftest import sqlite_only
from tests.test_forgetting import stocked


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = f"http://127.0.0.1:{_free_port()}"
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(tmp_path_factory.mktemp("chroma")), "--host", "127.0.0.1", "--port"]
    with subprocess.Popen([*command, url.rpartition(":")[2]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx2.get(f"{url}/api/v2/heartbeat")
                break
            except httpx2.HTTPError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield url
        process.kill()  # asked kindly, it waits for every connection to end


@pytest.fixture
def served(house: House, server: str) -> House:
    house.settings = house.settings.model_copy(update={"chroma_url": server})
    return house


def _names(server: str, house: House) -> set[str]:
    prefix = house.master_key.derive("chroma").hex()[:12]
    found = httpx2.get(f"{server}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    return {one["name"] for one in found if one["name"].startswith(prefix)}


@sqlite_only
def test_zones_and_the_shared_side_work_on_a_server_and_leave_no_directory(served: House, alice: Staff, bob: Staff, server: str) -> None:
    stocked(served, alice)
    stocked(served, bob, "Yolanda Trumpington", "+15550002222")
    for owner in (alice, bob):
        assert len(served.memories.of(owner.id).recall("xylophone budget").hits) == 2
        assert not served.zones.open(owner.id).directory.exists()
    assert len(_names(server, served)) == 2
    served.memories.close()
    assert served.memories.of(alice.id).reindex() == 2
    collection = served.indexes.open(served.zones.open(alice.id).directory, "messages")
    assert len(collection.ids()) == collection.count() == 2


@sqlite_only
def test_forgetting_removes_the_zones_collection_and_the_receipt_says_what_stays(served: House, alice: Staff, bob: Staff, server: str) -> None:
    stocked(served, alice)
    stocked(served, bob, "Yolanda Trumpington", "+15550002222")
    done = served.erasure.customer(alice.id, "Zebulon")
    assert "rotated" in done.receipt["outside"]["chroma"]
    assert served.memories.of(alice.id).recall("xylophone budget").hits == ()
    served.erasure.staff(bob.id)
    assert len(_names(server, served)) <= 1


@sqlite_only
def test_without_its_server_the_exact_scan_answers_and_forgetting_waits(house: House, alice: Staff) -> None:
    house.settings = house.settings.model_copy(update={"chroma_url": f"http://127.0.0.1:{_free_port()}"})
    stocked(house, alice)
    assert len(house.memories.of(alice.id).recall("xylophone budget").hits) == 2
    with pytest.raises(DirectoryLocked, match="start it"):
        house.erasure.customer(alice.id, "Zebulon")
    assert house.erasure.register.all() == []
    (found,) = [one for one in examine(house.settings).checks if one.name == "vector index"]
    assert found.status == "failed"


@pytest.mark.parametrize(
    "url", ["http://10.0.0.5:8000", "https://127.0.0.1:8000", "http://chroma:8000", "http://0.0.0.0:8000", "http://127.0.0.1", "nonsense", "http://[::1"]
)
def test_an_address_that_others_reach_is_refused(url: str) -> None:
    with pytest.raises(ServerUnsafe, match="on this machine"):
        ChromaServer(url, "x")


def test_another_program_at_the_address_is_refused(tmp_path: Path, embedder: OnnxEmbedder) -> None:
    web = Starlette(routes=[Route("/openapi.json", lambda _request: JSONResponse({"info": {"title": "FastAPI"}}))])
    with LoopbackServer(web) as other, pytest.raises(ServerUnsafe, match="Rust"):
        ChromaServer(other.url, "x").open(tmp_path / "zone", "messages")
    with pytest.raises(IndexDamaged):
        ChromaServer(f"http://127.0.0.1:{_free_port()}", "x").check()
