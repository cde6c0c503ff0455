"""What Slack sends -> Heard. Pure. Who asked comes from Slack's own fields of a verified request, never from text."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.slack_forms import filled
from bot.messages import DroppedFile

_MARKED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_MOST_FILES = 10
"""Slack takes no more with one message."""
_LONGEST = 4_000
"""Characters of what a person typed that are looked at."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One verified request of one person."""

    user: str
    """Slack user id."""
    team: str = ""
    """The workspace."""
    key: str = ""
    """The same for every delivery of one fact; empty where repeating does no harm."""
    channel: str = ""
    text: str = ""
    """As typed, Slack's markup taken off."""
    response_url: str = ""
    trigger: str = ""
    action: str = ""
    value: str = ""
    message_ts: str = ""
    thread: str = ""
    """Time stamp of the thread's first message; a message outside threads is the first of its own."""
    blocks: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    """Of the message whose button was used; empty for ephemeral messages, which Slack does not send back."""
    summary: str = ""
    tab: str = ""
    in_view: bool = False
    in_window: bool = False
    """Whether that view is a window rather than the home tab."""
    view_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands in the fields of a window, by name; as typed."""
    context: str = ""
    """The opaque id a form was opened with."""
    files: tuple[str, ...] = ()
    """Ids of files that came with a message."""
    file: DroppedFile | None = field(default=None, repr=False)
    """The file that was fetched."""
    unfetched: str = ""
    """Why it could not be, in a sentence."""

    def each(self) -> "Sequence[Heard]":
        """One for each file, its id as the value; itself where there is none."""
        return [replace(self, value=file) for file in self.files] or [self]


def command(body: Mapping[str, Any]) -> Heard:
    """A slash command."""
    return Heard(
        user=_string(body, "user_id"),
        team=_string(body, "team_id"),
        key=_string(body, "trigger_id"),
        channel=_string(body, "channel_id"),
        text=readable(_string(body, "text")),
        response_url=_string(body, "response_url"),
        trigger=_string(body, "trigger_id"),
    )


def event(body: Mapping[str, Any]) -> Heard:
    """An event. Messages and mentions are one fact when channel and time stamp are the same, whatever the event id."""
    inner = _mapping(body, "event")
    channel, ts = _string(inner, "channel"), _string(inner, "ts")
    return Heard(
        user=_string(inner, "user"),
        team=_string(body, "team_id"),
        key=f"{channel}:{ts}" if ts else "",
        channel=channel,
        text=readable(_string(inner, "text")),
        message_ts=ts,
        thread=_string(inner, "thread_ts") or ts,
        tab=_string(inner, "tab"),
        files=_files(inner),
    )


def shortcut(body: Mapping[str, Any]) -> Heard:
    """A message shortcut: the text is the message's, whoever wrote it."""
    return Heard(
        user=_string(_mapping(body, "user"), "id"),
        team=_string(_mapping(body, "team"), "id") or _string(_mapping(body, "user"), "team_id"),
        key=_string(body, "trigger_id"),
        channel=_string(_mapping(body, "channel"), "id"),
        text=readable(_string(_mapping(body, "message"), "text")),
        response_url=_string(body, "response_url"),
        trigger=_string(body, "trigger_id"),
    )


def action(body: Mapping[str, Any]) -> Heard:
    """A button."""
    actions = body.get("actions")
    used: Mapping[str, Any] = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    message = _mapping(body, "message")
    container = _mapping(body, "container")
    blocks = message.get("blocks")
    return Heard(
        user=_string(_mapping(body, "user"), "id"),
        team=_string(_mapping(body, "team"), "id") or _string(_mapping(body, "user"), "team_id"),
        key=_string(body, "trigger_id"),
        channel=_string(_mapping(body, "channel"), "id") or _string(container, "channel_id"),
        response_url=_string(body, "response_url"),
        trigger=_string(body, "trigger_id"),
        action=_string(used, "action_id"),
        value=_string(used, "value") or _string(_mapping(used, "selected_option"), "value"),
        message_ts=_string(container, "message_ts"),
        blocks=tuple(block for block in blocks if isinstance(block, dict)) if isinstance(blocks, list) else (),
        summary=_string(message, "text"),
        in_view=_string(container, "type") == "view",
        in_window=_string(_mapping(body, "view"), "type") == "modal",
        view_id=_string(container, "view_id"),
        values=filled(_mapping(body, "view")),
        context=_string(_mapping(body, "view"), "private_metadata"),
    )


def submission(body: Mapping[str, Any]) -> Heard:
    """A window that was sent."""
    view = _mapping(body, "view")
    return Heard(
        user=_string(_mapping(body, "user"), "id"),
        team=_string(_mapping(body, "team"), "id") or _string(_mapping(body, "user"), "team_id"),
        key=f"{_string(view, 'id')}:{_string(view, 'hash')}",
        trigger=_string(body, "trigger_id"),
        action=_string(view, "callback_id"),
        view_id=_string(view, "id"),
        values=filled(view),
        context=_string(view, "private_metadata"),
    )


def options(body: Mapping[str, Any]) -> Heard:
    """A list that asks for its options: the text is what was typed so far."""
    return Heard(
        user=_string(_mapping(body, "user"), "id"),
        team=_string(_mapping(body, "team"), "id") or _string(_mapping(body, "user"), "team_id"),
        action=_string(body, "action_id"),
        text=_string(body, "value"),
    )


def is_persons_message(body: Mapping[str, Any]) -> bool:
    """Whether a message event is something a person wrote to the app in their direct conversation: no edit, no deletion, no bot."""
    inner = _mapping(body, "event")
    return (
        _string(inner, "channel_type") == "im" and not inner.get("bot_id") and inner.get("subtype") in {None, "", "file_share"} and bool(_string(inner, "user"))
    )


def is_dropped_file(body: Mapping[str, Any]) -> bool:
    """Whether it is one with which files came."""
    return is_persons_message(body) and bool(_files(_mapping(body, "event")))


def is_bots_token(body: Mapping[str, Any]) -> bool:
    """Whether the token that was revoked is the app's own."""
    return bool(_mapping(_mapping(body, "event"), "tokens").get("bot"))


def readable(text: str) -> str:
    """Slack's markup as a person reads it: `<https://x.example|x>` -> `x`, `<@U1>` -> nothing, `&amp;` -> `&`."""
    return html.unescape(_MARKED.sub(_spoken, text[:_LONGEST])).strip()


def _files(message: Mapping[str, Any]) -> tuple[str, ...]:
    files = message.get("files")
    ids = [_string(one, "id") for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    return tuple(one for one in ids if one)[:_MOST_FILES]


def _spoken(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target.startswith(("@", "!", "#")):
        return label or ""
    return label or target


def _string(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _mapping(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}
