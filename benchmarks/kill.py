"""Kill the service at every named point of a delivery's way and at random moments; what was acknowledged must be there once, done and readable.

`python -m benchmarks.kill --kills 100`
"""

import argparse
import json
import math
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlmodel import select

from benchmarks.kill_nursery import POINTS, settings
from benchmarks.kill_services import OURS, Nursery, Twilio
from bot.bootstrap import House, initialise
from memory.conversations import Conversations
from memory.embeddings import HashingEmbedder
from memory.errors import MemoryFault
from memory.inbox_entries import standing
from memory.tables import InboxEntry, MessageIndex

_PATIENCE = 60.0
_MOST_MESSAGES = 12


@dataclass(slots=True)
class Outcome:
    """What the kills did; `recoveries` in seconds from fork until everything acknowledged was done."""

    kills: int = 0
    by_point: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    unreadable: int = 0
    undone: int = 0
    rerun: int = 0
    """Last steps that ran again because the process died before their end was recorded: allowed, their effect is keyed."""
    settled: set[str] = field(default_factory=set)
    """Messages seen done: running their last step again is doubling."""
    journal_read: int = 0

    def as_json(self) -> dict[str, Any]:
        """The keys of the benchmark, and what else is worth knowing."""
        ordered = sorted(self.recoveries) or [0.0]
        return {
            "kills": self.kills,
            "lost": self.lost,
            "doubled": self.doubled,
            "unreadable": self.unreadable,
            "recovery_p95_s": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
            "recovery_p50_s": round(ordered[len(ordered) // 2], 2),
            "undone": self.undone,
            "rerun": self.rerun,
            "acknowledged": self.acknowledged,
            "by_point": dict(self.by_point),
        }


def run(kills: int, seed: int = 1, database_url: str = "", recovered_every: int = 2) -> Outcome:
    """Kill that often; points take turns, every fifth or so kill comes at a random moment.

    Every `recovered_every`-th service may recover in peace before it is armed; the others die while they still take up what the one before left.
    """
    points = cycle([*POINTS[:4], "random", *POINTS[4:8], "random", *POINTS[8:]])
    with tempfile.TemporaryDirectory(prefix="tradecraft-kill-") as name:
        directory = Path(name)
        chosen = settings(directory, database_url)
        initialise(chosen)
        house = House.opened(chosen)
        house.__dict__["embedder"] = HashingEmbedder()
        for number, address in enumerate(OURS):
            house.staff.add(f"Member {number}", now=house.clock(), whatsapp=[address.removeprefix("whatsapp:")])
        with Nursery(directory, database_url) as nursery:
            trial = Trial(nursery, house, directory, random.Random(seed))
            while trial.outcome.kills < kills:
                trial.kill_at(next(points), recovered_first=trial.outcome.kills % recovered_every == 0)
                sys.stderr.write(f"\r{trial.outcome.kills}/{kills} kills")
            trial.finish()
        trial.check()
        house.close()
    return trial.outcome


class Trial:
    """One data directory, many services after one another."""

    def __init__(self, nursery: Nursery, house: House, directory: Path, chance: random.Random) -> None:
        """`house` looks at the same database from outside."""
        self._nursery = nursery
        self._house = house
        self._directory = directory
        self._chance = chance
        self._twilio = Twilio(nursery.url, chance)
        self._armed = directory / "kill-at"
        self.outcome = Outcome()

    def kill_at(self, point: str, *, recovered_first: bool) -> None:
        """Start a service, let customers write, and see it die."""
        alive = True
        if recovered_first:
            self._recover()
        self._armed.write_text(f"{point}:{self._chance.randint(1, 3)}")
        if not recovered_first:
            alive = self._nursery.start()
        until = time.monotonic() + self._chance.uniform(0, 0.4) if point == "random" else math.inf
        for _ in range(_MOST_MESSAGES):
            if not alive or time.monotonic() > until:
                break
            self._twilio.write()
            alive = self._twilio.deliver()
        if self._nursery.pid:
            # A point late on the way is reached some time after the last message; a service that does not reach it is killed where it stands.
            self._nursery.end(signal.SIGKILL if point == "random" or not _dies(self._nursery.pid, 3.0) else None)
        self.outcome.kills += 1
        self.outcome.by_point[point] += 1

    def finish(self) -> None:
        """A last service takes up everything and stops in peace."""
        self._recover()
        while self._twilio.waiting:
            if not self._twilio.deliver():
                msg = "the last service does not answer"
                raise RuntimeError(msg)
        self._twilio.close()
        _done(self._house)
        self._nursery.end(signal.SIGTERM)

    def check(self) -> None:
        """Count what is missing, there twice, done twice, or cannot be read."""
        outcome, acknowledged = self.outcome, self._twilio.acknowledged
        outcome.acknowledged = len(acknowledged)
        stored: Counter[str] = Counter()
        for owner in self._house.zones.owners():
            try:
                stored.update(_texts(self._house, owner))
            except (MemoryFault, OSError, ValueError):
                outcome.unreadable += 1
        outcome.lost = sum(not stored[text] for text in acknowledged.values())
        outcome.doubled += sum(times - 1 for times in stored.values() if times > 1)
        with self._house.database.reading() as session:
            indexed = set(session.exec(select(MessageIndex.message_id)).all())
            entries = session.exec(select(InboxEntry)).all()
        outcome.undone = sum(entry.state != "done" or entry.message_id not in indexed for entry in entries)
        self._audit()
        runs = Counter(self._journal())
        coached = Counter(message_id for _, message_id in runs.elements())
        outcome.rerun = sum(coached.values()) - len(coached)
        outcome.doubled += sum(times - 1 for times in runs.values())  # twice in one process
        outcome.lost += sum(not coached[entry.message_id] for entry in entries)

    def _recover(self) -> None:
        """Start a service and wait until everything acknowledged is done; from then on nothing of it may be done again."""
        self._armed.unlink(missing_ok=True)
        began = time.monotonic()
        if not self._nursery.start():
            msg = "an unarmed service died while starting"
            raise RuntimeError(msg)
        _done(self._house)
        if self._twilio.acknowledged:
            self.outcome.recoveries.append(time.monotonic() - began)
        self._audit()

    def _audit(self) -> None:
        journal = self._journal()
        self.outcome.doubled += sum(message_id in self.outcome.settled for _, message_id in journal[self.outcome.journal_read :])
        self.outcome.settled = {message_id for _, message_id in journal}
        self.outcome.journal_read = len(journal)

    def _journal(self) -> list[tuple[str, str]]:
        """(process, message) of every run of the last step."""
        path = self._directory / "journal"
        return [(line.split()[0], line.split()[1]) for line in path.read_text().splitlines()] if path.exists() else []


def _dies(pid: int, seconds: float) -> bool:
    """Whether the process is gone or a zombie within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def _done(house: House) -> None:
    deadline = time.monotonic() + _PATIENCE
    while {"accepted", "remembered"} & standing(house.database).keys():
        if time.monotonic() > deadline:
            return  # counted as undone at the end
        time.sleep(0.02)


def _texts(house: House, owner: str) -> list[str]:
    """Every message of a zone, unsealed, each found again by its own words."""
    zone, memory = house.zones.open(owner), house.memories.of(owner)
    talks = Conversations(house.database, zone)
    messages = [message for thread in talks.threads() for message in talks.history(thread.id)]
    for message in messages:
        best = memory.recall(message.text, 1).hits
        if not best or best[0].id != message.id:
            msg = "a stored message is not found by its own words"
            raise ValueError(msg)
    return [message.text for message in messages]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database-url", default="", help="an empty Postgres database; default SQLite")
    options = parser.parse_args()
    outcome = run(options.kills, options.seed, options.database_url)
    sys.stderr.write("\n")
    print(json.dumps(outcome.as_json()))


if __name__ == "__main__":
    main()
