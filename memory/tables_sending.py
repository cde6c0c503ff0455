"""SQL rows of writing to customers: what is to be sent, what a coach card shows, when somebody wants to be left alone."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


class ReplyWindow(SQLModel, table=True):
    """When a customer last wrote to one of our addresses, and from where: WhatsApp takes free words for 24 hours after that."""

    __tablename__ = "reply_window"
    __table_args__ = (UniqueConstraint("staff_id", "customer_id", "ours"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    ours: str
    """The staff address they wrote to: the window is between two addresses."""
    sealed_theirs: bytes = Field(sa_type=LargeBinary)
    """Their address of that message; numbers change."""
    last_at: datetime = Field(sa_type=UtcDateTime)


class Outgoing(SQLModel, table=True):
    """A message to a customer, from its draft to what became of it. Nothing leaves without `approval`."""

    __tablename__ = "outgoing"
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    card_id: str = Field(default="", index=True)
    """The coach card it was approved on; empty when there was none."""
    suggestion_id: str = ""
    sealed_body: bytes = Field(sa_type=LargeBinary)
    """The words; of a template, the words as the customer reads them."""
    template_sid: str = ""
    """Of the approved Content template; empty for free words."""
    sealed_variables: bytes | None = Field(default=None, sa_type=LargeBinary)
    """JSON of the template's variables."""
    sealed_file: bytes | None = Field(default=None, sa_type=LargeBinary)
    """JSON of the name, kind, size and digest of the file it is; None for words."""
    ours: str = ""
    sealed_theirs: bytes | None = Field(default=None, sa_type=LargeBinary)
    approval: str = ""
    """Keyed hash over owner, recipient and words as approved: what differs from it is not sent."""
    approval_key: str | None = Field(default=None, unique=True)
    """The verified Slack request that approved it: the same request twice is one message."""
    state: str = Field(default="draft", index=True)
    """draft, approved, sending, sent, delivered, read, failed, unknown."""
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    """When it is to be tried (approved), or looked up at the vendor (sending). None: nothing more is done by itself."""
    attempted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first request that Twilio may have accepted was about to leave."""
    external_id: str = Field(default="", index=True)
    """The vendor's id once it accepted."""
    failure: str = ""
    """A word of ours or the vendor's error code, never content."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class OutgoingFile(SQLModel, table=True):
    """The bytes of a file on its way to a customer: erased once it arrived, failed for good, or cannot be fetched any more."""

    __tablename__ = "outgoing_file"
    letter_id: str = Field(foreign_key="outgoing.id", primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    sealed_content: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CoachCard(SQLModel, table=True):
    """A coach card: what it advises, where it stands in Slack, and whether it is still of use."""

    __tablename__ = "coach_card"
    __table_args__ = (UniqueConstraint("staff_id", "message_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    message_id: str = Field(foreign_key="message.id", index=True)
    sealed_advice: bytes = Field(sa_type=LargeBinary)
    """JSON of the advice as it was given."""
    state: str = Field(default="held", index=True)
    """held (to be shown at `due_at`), shown, set-aside (by its owner, for now), withdrawn (the conversation moved on), answered, dropped (never shown)."""
    reason: str = ""
    """Why it is held, withdrawn or dropped: a word."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    channel: str = ""
    ts: str = ""
    """Where the card stands in Slack."""
    changed: int = 0
    """Counts what happened to it."""
    drawn: int = Field(default=0)
    """As of which change it is drawn in Slack: fewer than `changed` means that it is to be drawn again."""
    created_at: datetime = Field(sa_type=UtcDateTime)


class Preference(SQLModel, table=True):
    """When and how often somebody wants to see coach cards. Times of day are those of their time zone."""

    staff_id: str = Field(foreign_key="staff.id", primary_key=True)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    works_from: str = ""
    """`HH:MM`; empty: at any time."""
    works_until: str = ""
    work_days: str = "1234567"
    """ISO week days, Monday is 1."""
    cards_per_hour: int = 6


class CustomerMute(SQLModel, table=True):
    """A customer about whom somebody wants no coach cards."""

    __tablename__ = "customer_mute"
    customer_id: str = Field(foreign_key="customer.id", primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """None: until it is taken back."""


class ContentTemplate(SQLModel, table=True):
    """A Content template of the firm's Twilio account, as it was last read there. Written by the firm, about nobody."""

    __tablename__ = "content_template"
    sid: str = Field(primary_key=True)
    name: str
    language: str
    kind: str
    """The Content type, such as `twilio/text`."""
    body: str
    variables: str = "{}"
    """JSON: the placeholder's number and its example."""
    buttons: str = "[]"
    """JSON: the titles of its buttons."""
    approval: str = "unsubmitted"
    """unsubmitted, received, pending, approved, rejected, paused, disabled."""
    category: str = ""
    rejection: str = ""
    synced_at: datetime = Field(sa_type=UtcDateTime)
