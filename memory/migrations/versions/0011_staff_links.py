"""Which workspace a member of staff is of, and since when somebody is not there any more."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "staff_links"
down_revision: str | None = "answer_verdicts"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("slack_team_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("deactivated_at", memory.columns.UtcDateTime(timezone=True), nullable=True))
