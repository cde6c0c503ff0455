"""SQL rows of staff and of what is private to each of them."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class Staff(SQLModel, table=True):
    """One of our users. The firm's own directory: name and addresses of staff are not sealed."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    slack_user_id: str | None = Field(default=None, unique=True)
    slack_team_id: str = ""
    """The workspace of the Slack user; empty where there is one only."""
    default_industry: str = "other"
    time_zone: str = "UTC"
    contributes: bool = False
    """Opted in to offering anonymous exchanges to the shared side."""
    is_admin: bool = False
    """May decide what everybody sees of the app: plays, who is linked. Opens no zone and shows nobody's numbers."""
    deactivated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when nothing leads to them any more; what their zone holds stays until it is forgotten."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class StaffAddress(SQLModel, table=True):
    """Where customers reach a staff member."""

    __tablename__ = "staff_address"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    channel: str
    address: str


class ZoneKey(SQLModel, table=True):
    """The zone's data key, wrapped by the master key. Deleting this row is what makes a zone unreadable."""

    __tablename__ = "zone_key"
    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    wrapped: bytes = Field(sa_type=LargeBinary)
    generation: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class Customer(SQLModel, table=True):
    """A person being sold to, known to one staff member. Industry and size are words of the vocabulary."""

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    name_token: str = Field(index=True)
    """Keyed hash of the folded name: finds the customer again without storing the name."""
    sealed_name: bytes = Field(sa_type=LargeBinary)
    sealed_company: bytes | None = Field(default=None, sa_type=LargeBinary)
    industry: str = "unknown"
    industry_source: str = "none"
    """none, default, inferred, told: how much the industry may be trusted; a higher source is never overwritten by a lower one."""
    size_band: str = "unknown"
    opted_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opt_words: str = ""
    """When the customer said STOP (`-` and a time) and START (`+`): what `opted_out_at` follows from, in whatever order the words come."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class CustomerAlias(SQLModel, table=True):
    """An address that reached or reaches a customer; numbers change, customers stay."""

    __tablename__ = "customer_alias"
    __table_args__ = (UniqueConstraint("staff_id", "channel", "address_token"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    channel: str
    address_token: str
    sealed_address: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Conversation(SQLModel, table=True):
    """The thread between one staff member and one customer on one channel."""

    __table_args__ = (UniqueConstraint("staff_id", "customer_id", "channel"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    channel: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Message(SQLModel, table=True):
    """One message, either side. `fingerprint` is a keyed hash over conversation, side, minute and text: the same message from two sources meets itself."""

    __table_args__ = (
        UniqueConstraint("staff_id", "source", "external_id"),
        # All that recall needs of a zone's messages, in its order: the rows with their sealed texts are not touched.
        Index("ix_message_order", "staff_id", "conversation_id", "sent_at", "stored_at", "id", "role"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id")
    conversation_id: str = Field(foreign_key="conversation.id", index=True)
    source: str
    external_id: str
    fingerprint: str = Field(index=True)
    role: str
    kind: str
    sealed_text: bytes = Field(sa_type=LargeBinary)
    sent_at: datetime = Field(sa_type=UtcDateTime, index=True)
    stored_at: datetime = Field(sa_type=UtcDateTime)
    status: str = ""
    """How far a message of ours came, in the vendor's words; empty when nobody said. Never moves backwards."""


class MessageOrigin(SQLModel, table=True):
    """A further source that delivered a message already stored: its id is remembered so that it is recognised when it comes again."""

    __tablename__ = "message_origin"
    __table_args__ = (UniqueConstraint("staff_id", "source", "external_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    source: str
    external_id: str
    fingerprint: str = Field(index=True)
    message_id: str = Field(foreign_key="message.id", index=True)


class MessageMedia(SQLModel, table=True):
    """A file that came with a message; a row exists only where something wants it: media are kept, or voice notes are transcribed."""

    __tablename__ = "message_media"
    __table_args__ = (UniqueConstraint("message_id", "position"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    position: int
    content_type: str
    sealed_url: bytes = Field(sa_type=LargeBinary)
    sealed_content: bytes | None = Field(default=None, sa_type=LargeBinary)
    state: str = Field(default="pending", index=True)
    """pending, done, refused."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class MessageIndex(SQLModel, table=True):
    """What recall needs of a message: its sealed vector (unit length) and its blinded words. The truth behind the Chroma collection."""

    __tablename__ = "message_index"
    message_id: str = Field(foreign_key="message.id", primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    embedder: str
    sealed_vector: bytes = Field(sa_type=LargeBinary)
    words: bytes = Field(sa_type=LargeBinary)
    """Packed little-endian uint32 keyed hashes of the word stems, in order, repeats kept."""


class Deal(SQLModel, table=True):
    """Something being sold. The exact amount is sealed; only its band is readable."""

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    sealed_name: bytes = Field(sa_type=LargeBinary)
    sealed_amount: bytes | None = Field(default=None, sa_type=LargeBinary)
    amount_band: str = "unknown"
    stage: str = "lead"
    outcome: str = "open"
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Note(SQLModel, table=True):
    """A private observation."""

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    sealed_text: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)
