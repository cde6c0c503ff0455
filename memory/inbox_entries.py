"""How far the accepted deliveries have come."""

from collections import Counter

from sqlalchemy import func
from sqlmodel import col, select

from memory.database import Database
from memory.tables import InboxEntry


def standing(database: Database) -> Counter[str]:
    """How many deliveries are in each state."""
    with database.reading() as session:
        return Counter(dict(session.exec(select(InboxEntry.state, func.count()).group_by(col(InboxEntry.state))).all()))
