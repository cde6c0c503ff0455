"""The process that gets killed: the WhatsApp door with its jobs, forked from a parent that has imported everything once.

Reads one JSON object a line from standard input (`directory`, `database_url`, `port`), forks a service for it and writes what happens to standard output:
`{"pid": n}`, `{"ready": true}`, `{"exit": status}`. The service kills itself when it passes the point named in the file `kill-at` of its directory
(`point:n`, the n-th time), or, from the start, in the variable TRADECRAFT_KILL_AT.
"""

import json
import logging
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 - imported before the fork, where it costs a second once
from fastapi import FastAPI

from bot import logs, webhooks
from bot.bootstrap import House
from bot.channels.twilio_signature import TwilioSignature
from bot.doubles.server import LoopbackServer
from bot.inbox import Accepted
from bot.jobs import Jobs
from bot.messages import InboundMessage
from bot.settings import Settings
from bot.twilio_door import TwilioDoor
from memory.embeddings import HashingEmbedder, Vectors
from memory.inbox_entries import Transaction
from memory.message_statuses import MessageStatuses
from memory.tables import Delivery

TOKEN = "kill-benchmark"  # noqa: S105 - nobody's
POINTS = (
    "received",
    "enqueued",
    "committed",
    "begun",
    "after-embed",
    "after-remember",
    "marked-remembered",
    "coaching",
    "after-coach",
    "marked-done",
)


def settings(directory: Path, database_url: str = "") -> Settings:
    """Of the service under test, whatever the environment says."""
    return Settings(_env_file=None, data_dir=directory / "data", database_url=database_url, slack_bot_token=None, twilio_auth_token=None)


class Points:
    """Dies at the chosen point: SIGKILL, as the kernel or an operator would."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "kill-at"
        self._from_start = os.environ.get("TRADECRAFT_KILL_AT", "")
        self._passed: Counter[tuple[str, str]] = Counter()
        self._guard = threading.Lock()

    def __call__(self, point: str) -> None:
        """Pass a point, or not."""
        try:
            chosen = self._file.read_text()
        except OSError:
            chosen = self._from_start
        name, _, nth = chosen.partition(":")
        if name != point:
            return
        with self._guard:
            self._passed[chosen, point] += 1
            if self._passed[chosen, point] >= int(nth or 1):
                os.kill(os.getpid(), signal.SIGKILL)


class Embedder(HashingEmbedder):
    """The deterministic double, with a point to die at."""

    def __init__(self, points: Points) -> None:
        self._points = points

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the double does."""
        vectors = super().embed(texts)
        self._points("after-embed")
        return vectors


class Journal:
    """What was done, in order, by whichever process; appended whole lines survive the process."""

    def __init__(self, directory: Path) -> None:
        self._file = os.open(directory / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, *words: str) -> None:
        """One line."""
        os.write(self._file, (" ".join(words) + "\n").encode())


def serve(directory: Path, database_url: str, port: int) -> None:
    """The service; ends with SIGTERM, or at a point."""
    points, journal = Points(directory), Journal(directory)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    house = House(settings(directory, database_url))
    house.__dict__["embedder"] = Embedder(points)

    def remember(staff_id: str, message_id: str) -> None:
        house.memories.of(staff_id).remember([message_id])

    def coach(staff_id: str, message_id: str) -> None:
        points("coaching")
        journal.write(str(os.getpid()), message_id)
        with house.database.transaction() as session:
            session.merge(Delivery(key=f"coach:{message_id}", staff_id=staff_id, channel="slack", state="sent", updated_at=house.clock()))

    jobs = Jobs(house.database, remember, coach, lambda: None, house.clock, lease=timedelta(seconds=3), passing=points)

    def enqueue(session: Transaction, entry_id: str) -> None:
        jobs.enqueue(session, entry_id)
        points("enqueued")

    inbox = house.inbox(enqueue)

    def accept(message: InboundMessage, now: datetime) -> Accepted | None:
        points("received")
        accepted = inbox.accept(message, now)
        points("committed")
        return accepted

    web = FastAPI()
    server = LoopbackServer(web, port)
    door = TwilioDoor(accept, MessageStatuses(house.database), lambda _address: False, lambda: datetime.now(UTC), account=None)
    web.include_router(webhooks.routes(TwilioSignature([TOKEN], server.url), door, lambda: datetime.now(UTC)))
    with jobs, server:
        tell({"ready": True})
        stop.wait()
    house.close()


def tell(what: dict[str, Any]) -> None:
    """One line to whoever runs us; a single write, because parent and child share the pipe."""
    os.write(1, (json.dumps(what) + "\n").encode())


def main() -> None:
    """Fork a service for each line; wait for its end."""
    logs.configure(level=logging.CRITICAL)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                serve(Path(order["directory"]), order["database_url"], order["port"])
            except BaseException as error:  # noqa: BLE001 - said to whoever runs us, then the process is gone
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
                os._exit(1)
            os._exit(0)
        tell({"pid": child})
        _, status = os.waitpid(child, 0)
        tell({"exit": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    main()
