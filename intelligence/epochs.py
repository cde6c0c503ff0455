"""Epochs: ISO weeks. As exact as times get outside a zone, and the period in which one person's cases are bounded and releases are compared. Pure."""

from datetime import datetime


def epoch_of(moment: datetime) -> str:
    """The ISO week, such as 2026-W07; weeks sort as text."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def monday(epoch: str) -> datetime:
    """When an epoch began, in UTC."""
    return datetime.strptime(f"{epoch}-1+0000", "%G-W%V-%u%z")
