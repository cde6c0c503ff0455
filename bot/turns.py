"""What a customer says in one go: bubbles shortly after each other, with nothing of ours between them. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from memory.conversations import StoredMessage

SAME_TURN = timedelta(seconds=60)
"""Bubbles this near belong to one turn: "too expensive", "sorry" is no new turn of the conversation."""


def is_words(message: StoredMessage) -> bool:
    """Whether it is something a customer said in words."""
    return message.role == "customer" and message.kind == "text" and bool(message.text)


def turn(thread: Sequence[StoredMessage], message: StoredMessage) -> list[StoredMessage]:
    """The bubbles of the turn of `message`, in order of time; `thread` is in that order and holds it."""
    at = next(number for number, one in enumerate(thread) if one.id == message.id)
    begins = ends = at
    while begins and _together(thread[begins - 1], thread[begins]):
        begins -= 1
    while ends + 1 < len(thread) and _together(thread[ends], thread[ends + 1]):
        ends += 1
    return list(thread[begins : ends + 1])


def _together(one: StoredMessage, later: StoredMessage) -> bool:
    return is_words(one) and is_words(later) and later.sent_at - one.sent_at <= SAME_TURN
