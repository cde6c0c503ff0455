"""The thread that brings things out: approved messages to customers, held and changed cards to their owners. Everything it does is written in rows."""

import threading
from collections.abc import Callable, Sequence
from typing import Self

import structlog

_log = structlog.get_logger()

Round = Callable[[], object]


class Courier:
    """Goes its rounds when nudged, and every second. What a round leaves undone, the next one does; so does another process."""

    def __init__(self, rounds: Sequence[Round], nudged: threading.Event, seconds: float = 1.0) -> None:
        """`rounds` are done in order, each whatever became of the others."""
        self._rounds = rounds
        self._nudged = nudged
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, name="courier", daemon=True)

    def start(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the round that is under way."""
        self._stopping.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join(15)

    def go_round(self) -> None:
        """One round of everything."""
        for one in self._rounds:
            try:
                one()
            except Exception as error:  # noqa: BLE001 - a busy or absent database: the next round tries again
                _log.warning("courier.round_failed", error=type(error).__name__)

    def _go(self) -> None:
        while not self._stopping.is_set():
            self._nudged.wait(self._seconds)
            self._nudged.clear()
            if not self._stopping.is_set():
                self.go_round()
