"""The Slack workspaces in which the app is installed."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

import memory.columns

revision: str = "slack_installations"
down_revision: str | None = "staff_links"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString(), memory.columns.UtcDateTime(timezone=True)
    op.create_table(
        "slack_installation",
        sa.Column("team_id", text, primary_key=True, nullable=False),
        sa.Column("team_name", text, nullable=False),
        sa.Column("bot_user_id", text, nullable=False),
        sa.Column("bot_id", text, nullable=False),
        sa.Column("scopes", text, nullable=False),
        sa.Column("wrapped_token", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", moment, nullable=False),
    )
    op.create_table(
        "slack_oauth_state",
        sa.Column("digest", text, primary_key=True, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_index("ix_slack_oauth_state_expires_at", "slack_oauth_state", ["expires_at"])
