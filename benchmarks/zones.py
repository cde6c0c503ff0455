"""Many zones at once: `python -m benchmarks.zones --zones 200 --messages 2000`.

Everything is real but the vectors, which are random unit vectors (embedding 400,000 messages would take a quarter of an hour and measure the embedder). `open`
is opening a zone's collection and word index; `cold` is a recall in a zone that is not open, `warm` one in a zone that is, both with embedding the question.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np

from bot.bootstrap import House, initialise
from bot.settings import Settings
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.embeddings import Vectors
from memory.private import PrivateMemories
from memory.tables import Staff

_CUSTOMERS = 20
_ROUNDS = 3
_QUESTIONS = ("who asked for the certificate", "what did they say about the price", "when can it be delivered", "who wanted a discount on the contract")
_WORDS = (
    "price certificate delivery contract discount budget invoice friday monday pallet sample audit trial team review quarter offer terms support licence "
    "hello thanks please maybe tomorrow boss month number meeting call question answer problem order machine office school winter"
).split()


class RandomVectors:
    """Stands in for the model while messages are stored."""

    dimensions = 384

    def __init__(self, name: str) -> None:
        """`name` is of the model whose vectors these pretend to be."""
        self.name = name
        self._chance = np.random.default_rng(7)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Of length 1, whatever the texts."""
        vectors = self._chance.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--zones", type=int, default=200)
    arguments.add_argument("--messages", type=int, default=2000)
    arguments.add_argument("--data", type=Path, help="build the zones here and keep them, or use those already built")
    given = arguments.parse_args()
    fresh = multiprocessing.get_context("spawn")  # what building left in memory stays out of the figures
    with tempfile.TemporaryDirectory() as folder:
        directory = given.data or Path(folder) / "data"
        if not directory.exists():
            building = fresh.Process(target=_built, args=(directory, given.zones, given.messages))
            building.start()
            building.join()
        with fresh.Pool(1) as pool:
            print(json.dumps(pool.apply(_measured, (directory,))))


def _house(directory: Path) -> House:
    return House.opened(Settings(_env_file=None, data_dir=directory))


def _built(directory: Path, zones: int, messages: int) -> None:
    initialise(Settings(_env_file=None, data_dir=directory))
    house = _house(directory)
    memories = PrivateMemories(house.database, house.zones, RandomVectors(house.embedder.name))
    began = time.perf_counter()
    for number in range(zones):
        member = house.staff.add(f"Person {number}", now=house.clock())
        memories.of(member.id).remember(_stored(house, member, messages, np.random.default_rng(number)))
        print(f"\rzone {number + 1} of {zones}, {(number + 1) * messages / (time.perf_counter() - began):.0f} messages/s", end="", file=sys.stderr)
    print(file=sys.stderr)
    memories.close()
    house.close()


def _stored(house: House, member: Staff, messages: int, chance: np.random.Generator) -> list[str]:
    zone, now = house.zones.open(member.id), house.clock()
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    ids = []
    for number in range(_CUSTOMERS):
        size = messages // _CUSTOMERS + (number < messages % _CUSTOMERS)
        texts = [" ".join(chance.choice(_WORDS, size=chance.integers(3, 25))) for _ in range(size)]
        with house.database.transaction() as session:
            customer = customers.add(session, f"Customer {number}", now=now)
            thread = conversations.with_customer(session, customer.id, "whatsapp", now)
            incoming = [
                Incoming("export", "", "customer" if at % 2 else "marketer", "text", text, now - timedelta(minutes=7 * (size - at)))
                for at, text in enumerate(texts)
            ]
            ids += [row.id for row in conversations.store(session, thread.id, incoming, now)]
    return ids


def _measured(directory: Path) -> dict[str, float]:
    house = _house(directory)
    everybody = [member.id for member in house.staff.all()]
    house.assistant.recall(everybody[0], _QUESTIONS[0])  # imports and the first question of a process are no zone's cost
    most = descriptors = 0
    opening, cold, warm = [], [], []
    for round_ in range(_ROUNDS):
        house.memories.close()
        for at, owner in enumerate(everybody):
            if round_ == 0:
                opening.append(_seconds(lambda owner=owner: house.memories.of(owner).open()))
            else:
                cold.append(_seconds(lambda at=at, owner=owner: house.assistant.recall(owner, _QUESTIONS[at % 4])))
                warm += [_seconds(lambda question=question, owner=owner: house.assistant.recall(owner, question)) for question in _QUESTIONS]
            descriptors = max(descriptors, len(list(Path("/proc/self/fd").iterdir())))
            most = max(most, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        print(f"round {round_ + 1} of {_ROUNDS}", file=sys.stderr)
    disk = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    house.close()
    return {
        "zones": len(everybody),
        **_percentiles("open", opening),
        **_percentiles("cold", cold),
        **_percentiles("warm", warm),
        "rss_mb": round(most / 1024, 1),
        "descriptors": descriptors,
        "disk_mb": round(disk / 2**20, 1),
    }


def _seconds(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began


def _percentiles(name: str, seconds: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {f"{name}_p50_ms": round(float(p50), 2), f"{name}_p95_ms": round(float(p95), 2)}


if __name__ == "__main__":
    main()
