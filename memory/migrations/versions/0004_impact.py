"""Occasions, and how many patterns each week had."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "impact"
down_revision: str | None = "api_tokens"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "occasion",
        sa.Column("id", text, primary_key=True, nullable=False),
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("message_id", text, nullable=True),
        *(sa.Column(name, text, nullable=False) for name in ("customer_token", "suggestion_id", "exchange_key", "objection", "industry", "response")),
        sa.Column("own_industry", sa.Boolean(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("wording", text, nullable=False),
        sa.Column("wording_propensity", sa.Float(), nullable=False),
        sa.Column("held_out", sa.Boolean(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=True),
        sa.Column("at", memory.columns.UtcDateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_occasion_staff_id", "occasion", ["staff_id"])
    op.create_index("ix_occasion_message_id", "occasion", ["message_id"])
    op.create_table(
        "week_of_patterns",
        sa.Column("epoch", text, primary_key=True, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("patterns", "validated", "anti_patterns")),
        sa.Column("epsilon", sa.Float(), nullable=False),
    )
