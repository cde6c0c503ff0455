"""Zones under any order of importing, reading, forgetting, re-importing and restarting: a model of plain dictionaries says what must be seen."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.embeddings import HashingEmbedder
from tests.conftest import NOW

STAFF = ("Alice", "Bob", "Carla")
CUSTOMERS = ("John Miller", "Maria Gonzalez")
WORDS = ("delivery on friday", "the certificate", "our budget is gone", "contract length", "see you at the fair")


class Zones(RuleBasedStateMachine):
    """`zones[staff][customer]` is the list of texts that customer's thread holds."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.settings = Settings(_env_file=None, data_dir=self.folder / "data", database_url=database_url)
        initialise(self.settings)
        self.house = self._opened()
        self.zones: dict[str, dict[str, list[str]]] = {}
        self.ids: dict[str, str] = {}
        self.forgotten: list[str] = []

    def _opened(self) -> House:
        house = House.opened(self.settings, clock=lambda: NOW)
        house.__dict__["embedder"] = HashingEmbedder()
        return house

    @initialize()
    def begin(self) -> None:
        for name in STAFF[:2]:
            self.join(name)

    @rule(name=st.sampled_from(STAFF))
    def join(self, name: str) -> None:
        if name not in self.zones:
            self.ids[name] = self.house.staff.add(name, now=NOW).id
            self.zones[name] = {}

    @precondition(lambda self: self.zones)
    @rule(data=st.data(), customer=st.sampled_from(CUSTOMERS), count=st.integers(1, len(WORDS)))
    def imports(self, data: st.DataObject, customer: str, count: int) -> None:
        """The first so many messages of one export: a longer export of the same chat overlaps with a shorter one."""
        owner = data.draw(st.sampled_from(sorted(self.zones)))
        texts = [f"{owner} {customer}: {words}" for words in WORDS[:count]]
        zone = self.house.zones.open(self.ids[owner])
        customers, conversations = Customers(self.house.database, zone), Conversations(self.house.database, zone)
        with self.house.database.transaction() as session:
            known = customers.called(session, customer) or customers.add(session, customer, now=NOW)
            thread = conversations.with_customer(session, known.id, "whatsapp", NOW)
            incoming = [Incoming("export", "", "customer", "text", text, NOW + timedelta(minutes=at)) for at, text in enumerate(texts)]
            added = [row.id for row in conversations.store(session, thread.id, incoming, NOW)]
        self.house.memories.of(self.ids[owner]).remember(added)
        held = self.zones[owner].setdefault(customer, [])
        assert len(added) == len(texts[len(held) :])
        held += texts[len(held) :]

    @precondition(lambda self: any(self.zones.values()))
    @rule(data=st.data())
    def forget_customer(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from(sorted(name for name, held in self.zones.items() if held)))
        customer = data.draw(st.sampled_from(sorted(self.zones[owner])))
        done = self.house.erasure.customer(self.ids[owner], customer)
        assert not done.scan.hits
        assert done.erased["message"] == len(self.zones[owner].pop(customer))

    @precondition(lambda self: len(self.zones) > 1)
    @rule(data=st.data())
    def forget_staff(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from(sorted(self.zones)))
        assert not self.house.erasure.staff(self.ids[owner]).scan.hits
        del self.zones[owner]
        self.forgotten.append(self.ids.pop(owner))

    @rule()
    def restart(self) -> None:
        self.house.close()
        self.house = self._opened()

    @rule()
    def lose_the_collections(self) -> None:
        self.house.memories.close()
        shutil.rmtree(self.settings.data_dir / "zones", ignore_errors=True)

    @invariant()
    def everybody_sees_their_own_and_nothing_else(self) -> None:
        for owner, held in self.zones.items():
            zone = self.house.zones.open(self.ids[owner])
            expected = sorted(text for texts in held.values() for text in texts)
            conversations = Conversations(self.house.database, zone)
            assert sorted(message.text for thread in conversations.threads() for message in conversations.history(thread.id)) == expected
            hits = self.house.memories.of(self.ids[owner]).recall("budget delivery certificate contract fair", 100).hits
            assert sorted(message.text for message in conversations.read([hit.id for hit in hits])) == expected

    @invariant()
    def what_was_forgotten_has_no_zone_and_no_directory(self) -> None:
        assert set(self.house.zones.owners()) == set(self.ids.values())
        folders = {path for path in (self.settings.data_dir / "zones").glob("*") if path.is_dir()}
        assert folders <= set(self.house.zones.directories())

    def teardown(self) -> None:
        self.house.close()
        shutil.rmtree(self.folder)


def test_zones_hold_whatever_happens_in_whatever_order(backend: str, request: pytest.FixtureRequest) -> None:
    def machine() -> Zones:
        return Zones(request.getfixturevalue("postgres").migrated() if backend == "postgres" else "")

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=6 if backend == "sqlite" else 3,
            stateful_step_count=10,
            deadline=None,
            derandomize=True,  # the same stories on every machine
            suppress_health_check=list(HealthCheck),
        ),
    )
