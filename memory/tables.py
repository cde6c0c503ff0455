"""Every SQL row. Columns named `sealed_*` hold ciphertext bound to table, column and row; nothing readable about a customer stands beside them.

Ids are 32 hexadecimal characters. All times are aware and stored as UTC.
"""

from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, Index, LargeBinary, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


def new_id() -> str:
    """A random row id."""
    return uuid4().hex


class UtcDateTime(TypeDecorator[datetime]):
    """SQLite forgets time zones: refuse naive values on the way in, give UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime refused: every time in a row is aware"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Staff(SQLModel, table=True):
    """One of our users. The firm's own directory: name and addresses of staff are not sealed."""

    id: str = Field(default_factory=new_id, primary_key=True)
    name: str = Field(unique=True)
    slack_user_id: str | None = Field(default=None, unique=True)
    default_industry: str = "other"
    time_zone: str = "UTC"
    contributes: bool = False
    """Opted in to offering anonymous exchanges to the shared side."""
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
    """When the customer last said START (or `-`), then every STOP said after it: what `opted_out_at` follows from, in whatever order the words come."""
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

    __table_args__ = (UniqueConstraint("staff_id", "source", "external_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
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
    """What recall needs of a message: its sealed vector (float32, unit length) and its blinded words. The truth behind the Chroma collection."""

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
    stage: str = "open"
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


class Contribution(SQLModel, table=True):
    """One anonymised fact offered to the shared side: a tuple over the vocabulary and nothing else. The owner's ledger is the list of these.

    `kind` is exchange (objection, response, reaction), follow-up (a message after days of silence, and whether it was answered) or journey (how far a
    conversation got).

    `exchange_key` is a keyed hash of the messages it came from, so that learning twice offers it once. `contributor_token` and `customer_token` are keyed
    hashes that only count distinct people.
    """

    __table_args__ = (UniqueConstraint("staff_id", "exchange_key"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    kind: str = Field(default="exchange", index=True)
    exchange_key: str
    contributor_token: str = Field(index=True)
    customer_token: str = Field(index=True)
    objection: str = Field(index=True)
    response: str
    reaction: str
    deal_outcome: str = "open"
    deal_stage: str = ""
    """Of a journey: the furthest stage reached."""
    step: int = 0
    """Position among the exchanges with this customer."""
    industry: str
    size_band: str = "unknown"
    amount_band: str = "unknown"
    channel: str
    weekday_part: str
    days_since_contact: str
    reply_latency: str = "unknown"
    template: str = ""
    """Id of the authored wording nearest to what was said; empty when none is near. No word of a conversation ever stands here."""
    state: str = Field(default="offered", index=True)
    """offered, published, vetoed, withdrawn."""
    epoch: str = Field(index=True)
    """ISO week, such as 2026-W07: bounds how much one person adds per period, and is as exact as times get outside a zone."""
    vocabulary_version: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class SalesPattern(SQLModel, table=True):
    """Aggregated contributions with support and interval. Readable only through the disclosure gate."""

    __tablename__ = "sales_pattern"
    __table_args__ = (
        UniqueConstraint("category", "level", "objection", "response", "industry", "detail"),
        Index("ix_sales_pattern_situation", "category", "objection", "industry"),
    )
    id: str = Field(default_factory=new_id, primary_key=True)
    """Follows from what identifies the pattern: the same pattern published again has the same id."""
    category: str = Field(index=True)
    """One of the six of the shared side: objection-patterns, success-strategies, market-trends, response-templates, timing-patterns, conversion-analytics."""
    level: str
    """What is pooled: objection-response or industry-objection-response; other categories have levels of their own."""
    objection: str = Field(index=True)
    response: str
    industry: str
    detail: str = ""
    """What else identifies a row of its category: a sequence, a weekday-part, a template's id, a stage."""
    n: int
    successes: int
    effective_n: float = 0.0
    """What the cases are worth after recency: below n when they are old."""
    contributors: int
    customers: int
    largest_share: float
    """Share of the cases that came from the contributor with the most."""
    mean: float
    low: float
    high: float
    strength: float = 0.0
    """How many cases the whole belief is worth: with the mean it is the posterior again."""
    base_rate: float
    standing: str = "little-evidence"
    """little-evidence, observed, validated, emerging, anti-pattern."""
    text: str
    """The released sentence: vocabulary and counts only. It alone is embedded in the global collection."""
    template: str = ""
    vocabulary_version: str
    published_at: datetime = Field(sa_type=UtcDateTime)


class PatternSupport(SQLModel, table=True):
    """Who stood behind a released pattern with how many cases: what the next release is compared with. Never read by anybody but learning."""

    __tablename__ = "pattern_support"
    pattern_id: str = Field(primary_key=True)
    contributor_token: str = Field(primary_key=True)
    cases: int
    successes: int
    epoch: str
    """Of the release."""


class LearnedThread(SQLModel, table=True):
    """How far learning has read a conversation: only what changed since is read again."""

    __tablename__ = "learned_thread"
    conversation_id: str = Field(primary_key=True)
    staff_id: str = Field(index=True)
    messages: int
    stored_until: datetime = Field(sa_type=UtcDateTime)
    resume_at: datetime = Field(sa_type=UtcDateTime)
    """Sending time of the first turn that what comes next may still complete."""
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When silence becomes an answer, if something waits for one."""
    steps: int = 0
    """Exchanges found before `resume_at`."""
    reader: str = ""
    """Version of the classifier and vocabulary: another one reads everything again."""
    facts: str = ""
    """Of customer and deal, as last offered: words of the vocabulary."""


class Suggestion(SQLModel, table=True):
    """What was shown to whom, at which rank, with which propensity. Private to its owner."""

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    customer_id: str | None = Field(default=None, foreign_key="customer.id", index=True)
    message_id: str | None = Field(default=None, foreign_key="message.id", index=True)
    objection: str
    industry: str
    amount_band: str
    response: str
    pattern_id: str | None = None
    rank: int
    propensity: float
    shown_at: datetime = Field(sa_type=UtcDateTime)


class Feedback(SQLModel, table=True):
    """What its owner said of a suggestion; the last verdict of each kind counts."""

    __table_args__ = (UniqueConstraint("suggestion_id", "verdict"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    suggestion_id: str = Field(foreign_key="suggestion.id", index=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    verdict: str
    """used, edited, not-now, worked, did-not-work."""
    given_at: datetime = Field(sa_type=UtcDateTime)


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


OUR_TABLES = frozenset(SQLModel.metadata.tables)
"""Names of the tables above; the job engine keeps its own in the same database."""
