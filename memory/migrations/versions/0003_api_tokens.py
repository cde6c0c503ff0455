"""Tokens of the HTTP API."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "api_tokens"
down_revision: str | None = "sending"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    moment = memory.columns.UtcDateTime(timezone=True)
    op.create_table(
        "api_token",
        sa.Column("id", text, primary_key=True, nullable=False),
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("label", text, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
    )
    op.create_index("ix_api_token_staff_id", "api_token", ["staff_id"])
