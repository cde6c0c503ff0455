"""Plays that people wrote, what somebody keeps at hand, and who may approve."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "playbook"
down_revision: str | None = "deal_steps"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString(), memory.columns.UtcDateTime(timezone=True)
    op.add_column("staff", sa.Column("is_admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "curated_play",
        sa.Column("id", text, primary_key=True, nullable=False),
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("title", text, nullable=False),
        sa.Column("objection", text, nullable=False),
        sa.Column("industry", text, nullable=False),
        sa.Column("response", text, nullable=False),
        sa.Column("wording", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("review_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
    )
    for column in ("staff_id", "objection", "state"):
        op.create_index(f"ix_curated_play_{column}", "curated_play", [column])
    op.create_table(
        "saved_play",
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), primary_key=True, nullable=False),
        sa.Column("play_id", text, primary_key=True, nullable=False),
        sa.Column("saved_at", moment, nullable=False),
    )
