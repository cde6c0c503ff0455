"""Files that are sent with answers."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "outgoing_files"
down_revision: str | None = "slack_installations"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString(), memory.columns.UtcDateTime(timezone=True)
    op.add_column("outgoing", sa.Column("sealed_file", sa.LargeBinary(), nullable=True))
    op.create_table(
        "outgoing_file",
        sa.Column("letter_id", text, sa.ForeignKey("outgoing.id"), primary_key=True, nullable=False),
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
    )
    op.create_index("ix_outgoing_file_staff_id", "outgoing_file", ["staff_id"])
