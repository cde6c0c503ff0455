"""SQL rows from which it is told whether all this helps: the moments at which a suggestion was due, and how many patterns each week had."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime


class Occasion(SQLModel, table=True):
    """A moment at which a suggestion with evidence was due: it was shown, or held out so that there is something to compare with. Private to its owner.

    `response`, `propensity` and `expected` are those of the first suggestion, held out or not.
    """

    id: str = Field(primary_key=True)
    """Follows from the message, so that the same message is one occasion."""
    staff_id: str = Field(foreign_key="staff.id", index=True)
    message_id: str | None = Field(default=None, index=True)
    """Of the customer's message; none when advice was asked for."""
    customer_token: str
    suggestion_id: str = ""
    """Empty when it was held out."""
    exchange_key: str = ""
    """Of the exchange that came of it, once it is learned."""
    objection: str
    industry: str
    response: str
    own_industry: bool
    """Whether the evidence was of the customer's own industry, not pooled across all."""
    propensity: float
    """The probability with which this response came first."""
    expected: float
    """The success rate its pattern had."""
    wording: str = ""
    wording_propensity: float = 1.0
    held_out: bool = False
    worked: bool | None = None
    """How the exchange ended, or what the owner said; none while nobody knows."""
    at: datetime = Field(sa_type=UtcDateTime)


class WeekOfPatterns(SQLModel, table=True):
    """How many patterns were visible at the last publication of a week: what is learned can also become less."""

    __tablename__ = "week_of_patterns"
    epoch: str = Field(primary_key=True)
    patterns: int
    validated: int
    anti_patterns: int
    epsilon: float = 0.0
    """Spent on this week's release per contributor; 0 without differential privacy."""
