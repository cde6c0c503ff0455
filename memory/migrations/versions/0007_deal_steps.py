"""How deals went."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "deal_steps"
down_revision: str | None = "staff_choices"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "deal_step",
        sa.Column("id", text, primary_key=True, nullable=False),
        sa.Column("deal_id", text, sa.ForeignKey("deal.id"), nullable=False),
        sa.Column("staff_id", text, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("stage", text, nullable=False),
        sa.Column("outcome", text, nullable=False),
        sa.Column("at", memory.columns.UtcDateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_deal_step_deal_id", "deal_step", ["deal_id"])
    op.create_index("ix_deal_step_staff_id", "deal_step", ["staff_id"])
