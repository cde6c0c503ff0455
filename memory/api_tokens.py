"""Tokens of the HTTP API: issued once, stored as hashes, each for one member of staff."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from memory.database import Database
from memory.errors import UnknownToken
from memory.tables import ApiToken, Staff

_SHAPE = re.compile(r"tc_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
_NOBODY = "0" * 64
"""Compared with when no token of that id is known, so that a wrong id takes as long as a wrong secret."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that was just made. `text` is shown this once."""

    id: str
    text: str


class ApiTokens:
    """Issue, check and revoke."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, staff_id: str, now: datetime, label: str = "") -> IssuedToken:
        """A new token for one member of staff."""
        token_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        with self._database.transaction() as session:
            session.add(ApiToken(id=token_id, staff_id=staff_id, digest=_digest(secret), label=label, created_at=now))
        return IssuedToken(token_id, f"tc_{token_id}_{secret}")

    def staff_of(self, text: str) -> str | None:
        """Whose token this is; None for a wrong, revoked or malformed one. The comparison takes the same time whatever is wrong."""
        parts = _SHAPE.fullmatch(text)
        if parts is None:
            return None
        with self._database.reading() as session:
            row = session.get(ApiToken, parts[1])
            member = session.get(Staff, row.staff_id) if row is not None else None
        known = row is not None and row.revoked_at is None and member is not None and member.deactivated_at is None
        right = hmac.compare_digest(row.digest if row is not None and known else _NOBODY, _digest(parts[2]))
        return row.staff_id if row is not None and known and right else None

    def revoke(self, token_id: str, now: datetime) -> ApiToken:
        """End a token at once, by its id or the id's beginning; doing it twice is doing it once. Raises UnknownToken."""
        with self._database.transaction() as session:
            found = session.exec(select(ApiToken).where(col(ApiToken.id).startswith(token_id, autoescape=True))).all()
            if len(found) != 1 or not token_id:
                msg = f"No single token has the id '{token_id[:20]}': `token list` shows them."
                raise UnknownToken(msg)
            found[0].revoked_at = found[0].revoked_at or now
            session.add(found[0])
        return found[0]

    def all(self) -> Sequence[ApiToken]:
        """Every token, newest first."""
        with self._database.reading() as session:
            return session.exec(select(ApiToken).order_by(col(ApiToken.created_at).desc(), col(ApiToken.id))).all()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
