"""What somebody chose for themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "staff_choices"
down_revision: str | None = "follow_ups"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "staff_choice",
        sa.Column("staff_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("consented_at", memory.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", memory.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("digested", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id"),
    )
