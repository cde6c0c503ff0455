"""The two sides of the kill benchmark that outlive every kill: who starts the services, and who writes to them."""

import json
import random
import signal
import socket
import subprocess
import sys
from os import kill as send_signal
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx2

from benchmarks.kill_nursery import TOKEN
from bot.doubles.twilio import SANDBOX_ACCOUNT, sign
from bot.webhooks import MESSAGES_PATH

OURS = ("whatsapp:+12025550101", "whatsapp:+12025550109")


class Nursery:
    """The parent of all services: one warm import for all of them."""

    def __init__(self, directory: Path, database_url: str) -> None:
        self._order = {"directory": str(directory), "database_url": database_url, "port": _free_port()}
        self.url = f"http://127.0.0.1:{self._order['port']}"
        self.pid = 0
        command = [sys.executable, "-m", "benchmarks.kill_nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)  # noqa: S603 - our own words

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.pid:
            send_signal(self.pid, signal.SIGKILL)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self) -> bool:
        """Fork a service; False when it died before it was ready."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(self._order) + "\n")
        self._process.stdin.flush()
        ready = False
        while True:
            said = self._said()
            if "pid" in said:
                self.pid = said["pid"]
            elif "exit" in said:
                self._ended(said["exit"])
                return False
            else:
                ready = True
            if ready and self.pid:  # either of the two may be told first
                return True

    def end(self, how: signal.Signals | None) -> None:
        """Wait until the service is gone, after sending it a signal if one is given."""
        if how is not None:
            send_signal(self.pid, how)
        self._ended(self._said()["exit"])

    def _ended(self, code: int) -> None:
        self.pid = 0
        if code not in {0, -signal.SIGKILL}:
            msg = f"the service ended with {code} instead of being killed"
            raise RuntimeError(msg)

    def _said(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            msg = "the nursery is gone: look at its error above"
            raise RuntimeError(msg)
        said: dict[str, Any] = json.loads(line)
        return said


class Twilio:
    """Sends what customers write until it is acknowledged, some of it again afterwards."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self._url = url + MESSAGES_PATH
        self._chance = chance
        self._client = httpx2.Client(timeout=10)
        self.acknowledged: dict[str, str] = {}
        self.waiting: dict[str, list[tuple[str, str]]] = {}

    def write(self) -> None:
        """A customer writes something nobody wrote before."""
        sid = f"SM{uuid4().hex}"
        sender = f"whatsapp:+4915150000{self._chance.randrange(6):03}"
        self.waiting[sid] = [
            ("AccountSid", SANDBOX_ACCOUNT),
            ("MessageSid", sid),
            ("From", sender),
            ("To", self._chance.choice(OURS)),
            ("Body", f"That is too expensive for us {sid[2:]}"),
            ("NumMedia", "0"),
        ]

    def deliver(self) -> bool:
        """Send everything that waits; False when the service does not answer any more."""
        for sid in list(self.waiting):
            for _ in range(self._chance.choice((1, 1, 2))):
                try:
                    answer = self._post(self.waiting[sid])
                except httpx2.HTTPError:
                    return False
                if answer.status_code != 200:
                    return True
            self.acknowledged[sid] = self.waiting.pop(sid)[4][1]
        return True

    def close(self) -> None:
        """Nothing more is written."""
        self._client.close()

    def _post(self, fields: list[tuple[str, str]]) -> httpx2.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": sign(TOKEN, self._url, fields)}
        return self._client.post(self._url, content=urlencode(fields), headers=headers)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
