"""What was recalled: messages, and notes among them. Private to its owner."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.answers import NOTE, RecalledMessage
from memory.conversations import StoredMessage
from memory.customers import Customers
from memory.note_search import FoundNote
from memory.private import Recollection

_ALONE = 0.5
"""What a note that answers is worth where no message does."""


def recalled(message: StoredMessage, customer: str, score: float, local: tzinfo) -> RecalledMessage:
    """A message of the customer of this name, at its owner's hour."""
    return RecalledMessage(message.id, message.conversation_id, customer, message.sent_at.astimezone(local), message.role, message.text, score)


def noted(customers: Customers, found: Sequence[FoundNote], messages: Recollection, local: tzinfo) -> tuple[RecalledMessage, ...]:
    """Notes that answer a question, worth as much more or less than the best message as they fit better or worse."""
    if not found:
        return ()
    best = max((hit.score for hit in messages.hits), default=0.0)
    worth = best / messages.fit if best and messages.fit else _ALONE
    names = customers.names()
    return tuple(
        RecalledMessage(
            one.note.id, "", names.get(one.note.customer_id or "", ""), one.note.created_at.astimezone(local), NOTE, one.note.text, min(1.0, worth * one.fit)
        )
        for one in found
    )


def beside(hits: tuple[RecalledMessage, ...], notes: tuple[RecalledMessage, ...], *, first: int) -> tuple[RecalledMessage, ...]:
    """Both, best first; the `first` hits, one of each of the people who were asked for, stay where they are."""
    return (*hits[:first], *sorted((*hits[first:], *notes), key=lambda hit: -hit.score)) if notes else hits
