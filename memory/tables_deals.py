"""SQL rows of how deals went."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class DealStep(SQLModel, table=True):
    """A deal came to a stage, or ended. Words of the vocabulary only: a forecast may know of a past deal what was known at the time, and no more."""

    __tablename__ = "deal_step"
    id: str = Field(default_factory=new_id, primary_key=True)
    deal_id: str = Field(foreign_key="deal.id", index=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    stage: str
    outcome: str
    at: datetime = Field(sa_type=UtcDateTime)
