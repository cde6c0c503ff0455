"""Alembic's entry: runs on the connection that Database.migrate hands over."""

from alembic import context
from sqlmodel import SQLModel

import memory.tables  # noqa: F401 - registers the tables


def _ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """The job engine keeps its tables in the same database; they are not ours to change."""
    return kind != "table" or name in SQLModel.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=_ours,
)
with context.begin_transaction():
    context.run_migrations()
