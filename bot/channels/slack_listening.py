"""What can be listened to in Slack, and where an answer goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.channels.answers import Answers
from bot.channels.slack_payloads import Heard
from bot.messages import Announced, Card, Enclosed, Form, Work


class Kind(StrEnum):
    """How Slack names what can be listened to; the words of Bolt's decorators."""

    COMMAND = "command"
    EVENT = "event"
    MESSAGE_SHORTCUT = "message_shortcut"
    ACTION = "action"
    VIEW = "view"
    OPTIONS = "options"


class Where(StrEnum):
    """Where an answer goes."""

    REPLY = "reply"
    """Where it was asked, seen by the asker alone."""
    DIRECT = "direct"
    HOME = "home"
    MARK = "mark"
    """Onto the message whose button was used."""
    CARD = "card"
    """In the place of the message whose button was used."""
    WINDOW = "window"
    """The window that was sent, or whose field was changed."""
    MODAL = "modal"
    """A window of its own."""
    LIST = "list"
    """The list that asked for its options."""
    GONE = "gone"
    """Nowhere: the app was removed from the workspace."""
    STOP = "stop"
    """Nowhere: what is being answered is stopped."""


Answer = Callable[[Answers, str, Heard], Card | Form | Work | Enclosed | Announced]
"""A use case: the core, the verified staff id, what was heard.

A form is shown in a window only, a file goes to the direct conversation only; work goes on after it was answered. What is announced is read by everybody in a
conversation.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are taken, and what is said where one is not."""

    endings: tuple[str, ...]
    """Of their names, in lower case with the dot."""
    largest: int
    """Bytes."""
    other: str
    """Said of a file of another kind."""
    larger: str
    again: str
    """What to do when it could not be fetched, such as `drop it here again`."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One thing the app listens to."""

    kind: Kind
    name: str
    """Of the command (without slash), the event, the shortcut's or window's callback, or the action."""
    read: Callable[[Mapping[str, Any]], Heard]
    answer: Answer
    where: Where
    wanted: Callable[[Mapping[str, Any]], bool] = lambda _body: True
    admins: bool = False
    """Whether admins alone are answered, linked or not; the use case is then given who it is for the audit log instead of a staff id."""
    fetches: Wanted | None = None
    """The file that the heard value names, if it names one, is fetched before the use case is asked."""
    scopes: tuple[str, ...] = ()
    """Bot permissions that Slack asks for before it sends this."""
    title: str = ""
    """What people see of a shortcut."""
    description: str = ""
