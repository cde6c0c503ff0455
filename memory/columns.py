"""What columns are made of: random ids, and times that are always aware."""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, TypeDecorator


def new_id() -> str:
    """A random row id."""
    return uuid4().hex


class UtcDateTime(TypeDecorator[datetime]):
    """SQLite forgets time zones: refuse naive values on the way in, give UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime refused: every time in a row is aware"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
