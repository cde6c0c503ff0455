"""SQL rows of the HTTP API: who may ask in whose name."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from memory.columns import UtcDateTime


class ApiToken(SQLModel, table=True):
    """Lets a program ask as one member of staff. The token itself is stored nowhere: only its hash, which cannot be turned back."""

    __tablename__ = "api_token"
    id: str = Field(primary_key=True)
    """The part of the token that is no secret."""
    staff_id: str = Field(foreign_key="staff.id", index=True)
    digest: str
    """SHA-256 of the secret part, hexadecimal. The secret is 32 random bytes: there is nothing to guess that a slow hash would protect."""
    label: str = ""
    """What the operator calls the program."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
