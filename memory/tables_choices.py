"""SQL rows of what somebody chose for themselves."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime


class StaffChoice(SQLModel, table=True):
    """What a member of staff decided about the product: no row means that nothing was decided yet."""

    __tablename__ = "staff_choice"
    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    consented_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When they last said yes or no to contributing; which of both stands in `staff`."""
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When they last saved their working hours and the rest of their settings."""
    wants_digest: bool = True
    digested: str = ""
    """The ISO week that the last weekly digest was about."""
