"""SQL rows that keep the process honest: deliveries, seen keys, forgettings, the audit chain. Ids and states only."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class InboxEntry(SQLModel, table=True):
    """A delivery that was acknowledged. `unique` decides what is new; the row is the only source of truth about what is still to be done."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("source", "account", "external_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    source: str
    account: str
    external_id: str
    staff_id: str = Field(foreign_key="staff.id", index=True)
    message_id: str = Field(foreign_key="message.id")
    state: str = Field(default="accepted", index=True)
    """accepted, remembered, done, dead."""
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str = ""
    """Class name of the last error, never its content."""
    received_at: datetime = Field(sa_type=UtcDateTime)


class Delivery(SQLModel, table=True):
    """A card that left or is to leave; `key` derives from its cause, so that a retry is the same delivery."""

    key: str = Field(primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    channel: str
    state: str = "pending"
    """pending, sent, failed."""
    external_id: str = ""
    """The channel's own id of the sent message, for later updates."""
    updated_at: datetime = Field(sa_type=UtcDateTime)


class SeenKey(SQLModel, table=True):
    """Something from outside that must have one effect however often it is delivered, to whichever worker."""

    __tablename__ = "seen_key"
    key: str = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Setting(SQLModel, table=True):
    """Facts about the installation that must survive a restart, such as the embedder in use."""

    name: str = Field(primary_key=True)
    value: str


class Forgetting(SQLModel, table=True):
    """A forgetting that was applied to this database.

    The register beside the database has them all: what stands there and is not complete here (an older copy was restored, the process died) is applied again
    before anything is served.
    """

    id: str = Field(primary_key=True)
    kind: str
    """customer, staff or age."""
    state: str = "started"
    """started, complete."""
    started_at: datetime = Field(sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RemoteErasure(SQLModel, table=True):
    """Something of a forgotten subject that lies with a vendor and is to be deleted there. Kept for a while afterwards: a late copy is not taken in again."""

    __tablename__ = "remote_erasure"
    __table_args__ = (UniqueConstraint("source", "account", "external_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    forgetting_id: str = Field(index=True)
    source: str
    account: str
    external_id: str = Field(index=True)
    """The vendor's own opaque id."""
    state: str = Field(default="pending", index=True)
    """pending, done."""
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    failure: str = ""
    """Class name of the last error."""


class AuditEntry(SQLModel, table=True):
    """Who did what to whose data, in ids only. Each entry's `mac` covers the one before it: nothing can be changed, moved or taken out unnoticed."""

    __tablename__ = "audit_entry"
    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    action: str
    actor: str
    subject: str
    detail: str
    mac: str
