"""Whether and when a failed delivery is tried again: a pure decision."""

import random
from datetime import timedelta

from memory.errors import UnknownStaff, ZoneClosed

MOST_ATTEMPTS = 8
_FIRST = timedelta(seconds=2)
_LONGEST = timedelta(hours=1)
_GONE = (UnknownStaff, ZoneClosed)
"""Errors no time heals: whose message it was is no longer here."""


def retry_after(error: Exception, tries: int, chance: random.Random) -> timedelta | None:
    """How long to wait after this many tries: 2 s, 8 s, 32 s ... an hour, up to a fifth longer so that many do not come back at once; None to give up."""
    if tries >= MOST_ATTEMPTS or isinstance(error, _GONE):
        return None
    wait: timedelta = min(_FIRST * 4 ** (tries - 1), _LONGEST)
    return wait * (1 + chance.random() / 5)
