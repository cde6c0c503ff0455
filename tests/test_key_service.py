import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import backups
from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.customers import Customers
from memory.embeddings import OnnxEmbedder
from memory.encryption import Signer, Signing
from memory.errors import KeyWrong
from memory.keyring import Keyring
from memory.receipts import verified
from tests.conftest import NOW
from tests.test_forgetting import stocked


class KeyService:
    """A key management service in memory: keys never leave it, what it gives out is a ticket that means nothing elsewhere."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)
        self._held: dict[bytes, tuple[str, bytes]] = {}
        self.generation = 1

    def wrap(self, key: bytes, *, zone: str) -> bytes:
        ticket = bytes([self.generation]) + os.urandom(32)
        self._held[ticket] = (zone, key)
        return ticket

    def unwrap(self, wrapped: bytes, *, zone: str) -> bytes:
        bound, key = self._held.get(wrapped, ("", b""))
        if bound != zone:
            raise KeyWrong("The service holds no such key for this zone.")
        return key

    def derive(self, purpose: str) -> bytes:
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).digest()

    def rotate(self) -> None:
        self.generation += 1

    @property
    def signer(self) -> Signing:
        return Signer(self.derive("receipts"))


@pytest.fixture
def service() -> KeyService:
    return KeyService()


@pytest.fixture
def kept(settings: Settings, service: KeyService, embedder: OnnxEmbedder) -> Iterator[House]:
    initialise(settings, service)
    house = House.opened(settings, lambda: NOW, service)
    house.__dict__["embedder"] = embedder
    yield house
    house.close()


def test_a_key_service_takes_the_place_of_the_file(kept: House, service: KeyService, tmp_path: Path) -> None:
    member = kept.staff.add("Alice Okafor", now=NOW)
    stocked(kept, member)
    stocked(kept, member, "Yolanda Trumpington", "+15550002222")
    kept.audit.record("exported", actor="os:0", subject=member.id, now=NOW)
    assert Keyring(kept.database, kept.zones, service).rotate_master() == 1
    assert service.generation == 2
    backups.create(kept, tmp_path / "monday.zip", "os:0")
    forgotten = kept.erasure.customer(member.id, "Zebulon")
    receipt = next((kept.settings.data_dir / "receipts").glob("*.json"))
    assert verified(receipt.read_text(), service.signer.public).ours
    assert not forgotten.scan.hits
    assert not kept.settings.master_key.exists()
    kept.close()
    restored = backups.restore(kept.settings, tmp_path / "monday.zip", "os:0", service)
    assert (restored.zones, restored.forgettings_applied) == (1, 1)
    again = House.opened(kept.settings, lambda: NOW, service)
    assert [one.name for one in Customers(again.database, again.zones.open(member.id)).all()] == ["Yolanda Trumpington"]
    assert again.audit.verify().entries
    again.close()


def test_another_service_is_refused_like_another_file(kept: House) -> None:
    kept.staff.add("Alice Okafor", now=NOW)
    kept.close()
    with pytest.raises(KeyWrong):
        House.opened(kept.settings, lambda: NOW, KeyService())
