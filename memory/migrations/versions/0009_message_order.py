"""One index that answers recall's question about a zone's messages, in the place of the one over their owner."""

from collections.abc import Sequence

from alembic import op

revision: str = "message_order"
down_revision: str | None = "playbook"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_message_order", "message", ["staff_id", "conversation_id", "sent_at", "stored_at", "id", "role"])
    op.drop_index("ix_message_staff_id", "message")
