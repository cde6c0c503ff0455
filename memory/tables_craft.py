"""SQL rows of what is learned, released, shown, and said of it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime, new_id


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


class AnswerVerdict(SQLModel, table=True):
    """Whether an answer as a whole was of use, in its reader's word. Of question and answer only the kind is kept, and the channel's own id."""

    __tablename__ = "answer_verdict"
    __table_args__ = (UniqueConstraint("staff_id", "answer_id"),)
    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff.id", index=True)
    answer_id: str
    route: str
    good: bool
    given_at: datetime = Field(sa_type=UtcDateTime)


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
