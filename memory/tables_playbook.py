"""SQL rows around the playbook: plays that people wrote, and what somebody keeps at hand."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class CuratedPlay(SQLModel, table=True):
    """A play somebody wrote for everybody. Its texts passed the check of what may be shared before they got here; nobody has counted it."""

    __tablename__ = "curated_play"
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    """Its owner: whoever wrote it."""
    title: str
    objection: str = Field(index=True)
    industry: str = ""
    """Empty: in every industry."""
    response: str
    wording: str
    state: str = Field(default="proposed", index=True)
    """proposed, approved, rejected, retired."""
    review_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """From when on an approved play is not shown until somebody looked at it again."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class SavedPlay(SQLModel, table=True):
    """What somebody keeps at hand of the playbook. Private to its owner."""

    __tablename__ = "saved_play"
    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    play_id: str = Field(primary_key=True)
    """Of a pattern, which keeps its id when it is published again, or of a curated play. It may be gone by now."""
    saved_at: datetime = Field(sa_type=UtcDateTime)
