"""Whose turn it is to write to an SQLite file: its one writer at a time, chosen here and not by chance.

SQLite lets a writer who finds another at work sleep and try again, in steps of up to a tenth of a second, and whoever tries at the right moment goes first: a
webhook then waits behind any number of jobs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

from memory.errors import DatabaseBusy

_PATIENCE_SECONDS = 1.0
"""How long the others let urgent writers go first, so that nobody waits for ever."""


class WriteTurns:
    """Turns of one process; those of other processes are SQLite's to settle. Whoever has the turn may take it again."""

    def __init__(self, longest_wait: float) -> None:
        """Whoever waits longer than so many seconds is told that the database is busy."""
        self._longest_wait = longest_wait
        self._changed = Condition()
        self._owner = 0
        self._urgent = self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return self._waiting

    @contextmanager
    def turn(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for a turn and have it; an urgent one comes before all that are not. Raises DatabaseBusy."""
        if self._owner == get_ident():
            yield
            return
        with self._changed:
            self._wait(urgent=urgent)
            self._owner = get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._owner = 0
                self._changed.notify_all()

    def _wait(self, *, urgent: bool) -> None:
        self._urgent += urgent
        self._waiting += 1
        try:
            if not urgent:
                self._changed.wait_for(lambda: not self._owner and not self._urgent, _PATIENCE_SECONDS)
            if not self._changed.wait_for(lambda: not self._owner, self._longest_wait):
                msg = "Something else has been writing to the database for long: wait for it to finish (an import, perhaps) and try again."
                raise DatabaseBusy(msg)
        finally:
            self._urgent -= urgent
            self._waiting -= 1
