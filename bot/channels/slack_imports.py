"""Files dropped in the direct conversation, and the buttons and window of an import. Files in channels are not looked at."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels import slack_payloads
from bot.channels.answers import Answers
from bot.channels.slack_listening import Kind, Listener, Wanted, Where
from bot.channels.slack_payloads import Heard
from bot.errors import ExportUnreadable
from bot.import_cards import ASK, SEND, START
from bot.messages import Card, DroppedFile, Form, Work

EXPORT = Wanted(
    endings=(".txt", ".zip"),
    largest=100 * 2**20,  # a chat of 40,000 messages takes about 4 MiB; with its pictures it is better exported without them
    other="This is no WhatsApp export: in WhatsApp open the chat, choose Export chat, and drop that .txt or .zip file here.",
    larger="The file is larger than 100 MB: export the chat again, without media.",
    again="drop it here again",
)


def _look(answers: Answers, staff_id: str, heard: Heard) -> Card:
    return answers.imports.look(staff_id, _dropped(heard))


def _ask(answers: Answers, staff_id: str, heard: Heard) -> Form | Work:
    return _placed(answers.imports.ask(staff_id, _dropped(heard)), heard)


def _start(answers: Answers, staff_id: str, heard: Heard) -> Work:
    return answers.imports.start(staff_id, _dropped(heard))


def _send(answers: Answers, staff_id: str, heard: Heard) -> Form | Work:
    return _placed(answers.imports.send(staff_id, _dropped(heard), heard.values), heard)


def _dropped(heard: Heard) -> DroppedFile:
    if heard.file is None:
        raise ExportUnreadable(heard.unfetched or "The file is not there any more: drop it here again.")
    return heard.file


def _placed(answer: Form | Work, heard: Heard) -> Form | Work:
    """A form remembers the card on which its import is to be shown."""
    return replace(answer, context=f"{answer.context} {heard.channel} {heard.message_ts}") if isinstance(answer, Form) else answer


def _sent(body: Mapping[str, Any]) -> Heard:
    """The window: its context names the file and the card."""
    heard = slack_payloads.submission(body)
    file_id, channel, ts = (*heard.context.split(" "), "", "")[:3]
    return replace(heard, value=file_id, channel=channel, message_ts=ts)


IMPORT_LISTENERS: tuple[Listener, ...] = (
    Listener(
        Kind.EVENT,
        "message",
        slack_payloads.event,
        _look,
        Where.DIRECT,
        wanted=slack_payloads.is_dropped_file,
        scopes=("im:history", "files:read"),
        fetches=EXPORT,
    ),
    Listener(Kind.ACTION, ASK, slack_payloads.action, _ask, Where.MODAL, fetches=EXPORT),
    Listener(Kind.ACTION, START, slack_payloads.action, _start, Where.MARK, fetches=EXPORT),
    Listener(Kind.VIEW, SEND, _sent, _send, Where.WINDOW, fetches=EXPORT),
)
