"""WhatsApp's 24-hour window: after a customer's last message free words can be sent for a day, afterwards only approved templates. Pure."""

from datetime import datetime, timedelta

_OPEN_FOR = timedelta(hours=24)
_MARGIN = timedelta(minutes=5)
"""A webhook may have come late, and sending takes a moment: what is that near the end counts as over."""
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def left(last_heard: datetime | None, now: datetime) -> timedelta:
    """For how long free words can still be sent; zero when the window is closed, or the customer never wrote."""
    if last_heard is None:
        return timedelta(0)
    return max(timedelta(0), last_heard + _OPEN_FOR - _MARGIN - now)


def said(last_heard: datetime | None, now: datetime) -> str:
    """`open for 21 h more`, or that it is closed."""
    remaining = left(last_heard, now)
    if not remaining:
        return "closed: only an approved template can be sent"
    if remaining >= _HOUR:
        return f"open for {remaining // _HOUR} h more"
    return f"open for {max(1, remaining // _MINUTE)} min more"
