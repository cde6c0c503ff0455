"""SQL rows of what somebody wants to be reminded of."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class FollowUp(SQLModel, table=True):
    """A customer to write to again. Private to its owner."""

    __tablename__ = "follow_up"
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    sealed_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    state: str = Field(default="open", index=True)
    """open, reminded (and not done yet), done."""
    created_at: datetime = Field(sa_type=UtcDateTime)
