"""How often somebody may ask: an allowance that fills up again evenly."""

import math
from collections.abc import Callable
from threading import Lock

_MOST_REMEMBERED = 10_000


class RateLimit:
    """Of one process: with several workers each grants the allowance."""

    def __init__(self, per_minute: int, seconds: Callable[[], float]) -> None:
        """`seconds` is a clock that only goes forward. A burst may use up a whole minute's allowance."""
        self._per_minute = per_minute
        self._seconds = seconds
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def wait(self, who: str) -> int:
        """0 and one request less, or for how many seconds there is none."""
        with self._lock:
            now = self._seconds()
            left, since = self._left.get(who, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - since) * self._per_minute / 60)
            if left < 1:
                self._left[who] = (left, now)
                return math.ceil((1 - left) * 60 / self._per_minute)
            if len(self._left) >= _MOST_REMEMBERED and who not in self._left:
                self._left.clear()
            self._left[who] = (left - 1, now)
            return 0
