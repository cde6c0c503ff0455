"""What Slack sends to an app, as it sends it: slash commands, events, interactions. Fields as in Slack's payload samples."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.doubles.slack_workspace import Message

_APP = {"token": "legacy-token", "api_app_id": "A0DOUBLE"}
_TEAM = {"id": "T0DOUBLE", "domain": "double"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request: over HTTP `body` is sent, over a socket `payload` in an envelope of this kind."""

    kind: str
    payload: Mapping[str, Any]
    body: str
    content_type: str
    response_url: str = ""
    trigger: str = ""
    retry: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Who does something where, with what Slack hands out for the answer."""

    user: str
    channel: str
    response_url: str
    trigger: str


def slash(asked: Asked, command: str, text: str) -> Outgoing:
    """A slash command."""
    fields = {
        **_APP,
        "team_id": _TEAM["id"],
        "team_domain": _TEAM["domain"],
        "channel_id": asked.channel,
        "channel_name": "general",
        "user_id": asked.user,
        "user_name": asked.user.lower(),
        "command": command,
        "text": escaped(text),
        "is_enterprise_install": "false",
        "response_url": asked.response_url,
        "trigger_id": asked.trigger,
    }
    return Outgoing("slash_commands", fields, urlencode(fields), "application/x-www-form-urlencoded", asked.response_url, asked.trigger)


def event(inner: Mapping[str, Any], event_id: str, retry: int, team: str = "T0DOUBLE") -> Outgoing:
    """An event; `retry` counts earlier deliveries."""
    body = {
        **_APP,
        "team_id": team,
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [{"team_id": team, "user_id": "U0BOT", "is_bot": True, "is_enterprise_install": False, "enterprise_id": None}],
    }
    return Outgoing("events_api", body, json.dumps(body), "application/json", retry=retry)


def dropped(message: Message, files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The event of a message with which files came, wherever it stands."""
    kind = "im" if message.channel.startswith("D") else "channel"
    said = {"type": "message", "subtype": "file_share", "text": "", "user": message.user, "ts": message.ts, "upload": False}
    return {**said, "channel": message.channel, "channel_type": kind, "files": list(files)}


def click(asked: Asked, message: Message, action: str, value: str, at: str) -> Outgoing:
    """A button of a message; the first with this action, and this value when given. LookupError when there is none."""
    used = {**_button(message.blocks, action, value), "action_ts": at}
    container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": bool(message.only_for)}
    shown = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text, "blocks": message.blocks}
    # Slack does not send ephemeral messages back.
    return _interaction(asked, {"type": "block_actions", "container": container, "actions": [used], **({} if message.only_for else {"message": shown})})


def click_in_view(asked: Asked, view: Mapping[str, Any], action: str, value: str, at: str) -> Outgoing:
    """A button of a home tab or a window."""
    used = {**_button(view["blocks"], action, value), "action_ts": at}
    container = {"type": "view", "view_id": str(view.get("id", "V0HOME"))}
    return _interaction(asked, {"type": "block_actions", "container": container, "view": view, "actions": [used]})


def shortcut(asked: Asked, callback_id: str, text: str, author: str, at: str) -> Outgoing:
    """A message shortcut."""
    message = {"type": "message", "user": author, "ts": at, "text": escaped(text)}
    return _interaction(asked, {"type": "message_action", "callback_id": callback_id, "message_ts": at, "message": message})


def submit(asked: Asked, view: Mapping[str, Any], values: Mapping[str, str | Sequence[str]], files: Sequence[Mapping[str, Any]] = ()) -> Outgoing:
    """A window, sent; `values` are what was chosen or typed, by block id. What was not touched keeps what the window began with.

    `files` are the workspace's, as its payloads show them: of a field for files the values are ids.
    """
    return _interaction(asked, {"type": "view_submission", "view": {**view, "state": {"values": state(view, values, files)}}, "response_urls": []})


def close(asked: Asked, view: Mapping[str, Any]) -> Outgoing:
    """A window that wants to know of it, closed."""
    return _interaction(asked, {"type": "view_closed", "view": view, "is_cleared": False})


def look_up(asked: Asked, view: Mapping[str, Any], block: str, action: str, typed: str) -> Outgoing:
    """What was typed into a list whose options the app supplies."""
    container = {"type": "view", "view_id": str(view.get("id", ""))}
    return _interaction(asked, {"type": "block_suggestion", "block_id": block, "action_id": action, "value": typed, "view": view, "container": container})


def state(view: Mapping[str, Any], values: Mapping[str, str | Sequence[str]], files: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The state of a window's inputs as Slack gives it out."""
    filled: dict[str, Any] = {}
    for block in view["blocks"]:
        elements = [block["element"]] if block["type"] == "input" else block.get("elements", []) if block["type"] == "actions" else []
        for element in elements:
            given = values.get(str(block.get("block_id", "")))
            held = {"files": [one for one in files if one["id"] in (given or ())]} if element["type"] == "file_input" else _held(element, given)
            if held is not None:
                filled.setdefault(str(block.get("block_id", "")), {})[element["action_id"]] = {"type": element["type"], **held}
    return filled


_TYPED = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_ONE_OF = ("static_select", "external_select", "radio_buttons")
_SOME_OF = ("multi_static_select", "multi_external_select", "checkboxes")


def _held(element: Mapping[str, Any], value: str | Sequence[str] | None) -> dict[str, Any] | None:
    """What an input holds; None for elements that hold nothing."""
    kind = element["type"]
    if kind in _TYPED:
        name, initial = _TYPED[kind]
        return {name: (value if value is not None else element.get(initial)) or None}
    if kind in _ONE_OF:
        return {"selected_option": element.get("initial_option") if value is None else _option(element, str(value))}
    if kind in _SOME_OF:
        chosen = [value] if isinstance(value, str) else value or ()
        options = [_option(element, one) for one in chosen]
        return {"selected_options": element.get("initial_options", []) if value is None else [one for one in options if one]}
    return None


def _option(element: Mapping[str, Any], value: str) -> Mapping[str, Any] | None:
    """The option with this value; of a list that the app supplies, whatever was chosen from its answer."""
    groups = [group["options"] for group in element.get("option_groups", ())]
    known = [option for options in [element.get("options", ()), *groups] for option in options]
    if "external" in element["type"]:
        return {"text": {"type": "plain_text", "text": value}, "value": value} if value else None
    return next((option for option in known if option["value"] == value), None)


def escaped(text: str) -> str:
    """Text as Slack sends it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _interaction(asked: Asked, more: Mapping[str, Any]) -> Outgoing:
    place = {"channel": {"id": asked.channel, "name": "general"}, "response_url": asked.response_url} if asked.channel else {}
    user = {"id": asked.user, "username": asked.user.lower(), "name": asked.user.lower(), "team_id": _TEAM["id"]}
    payload = {**_APP, "team": _TEAM, "user": user, "trigger_id": asked.trigger, **place, **more}
    body = urlencode({"payload": json.dumps(payload)})
    return Outgoing("interactive", payload, body, "application/x-www-form-urlencoded", asked.response_url, asked.trigger)


def _button(blocks: Sequence[Mapping[str, Any]], action: str, value: str) -> dict[str, Any]:
    """A button, the accessory of a section included; a list in such a place is given with the option of this value."""
    for block in blocks:
        beside = [block["accessory"]] if block["type"] == "section" and "accessory" in block else []
        placed = block.get("elements", []) if block["type"] in {"actions", "context_actions"} else beside
        for element in [*placed, *([block["element"]] if block["type"] == "input" and block.get("dispatch_action") else [])]:
            used = _used(element, action, value)
            if used is not None:
                return {**used, "block_id": block.get("block_id", "")}
    msg = f"there is no button {action}"
    raise LookupError(msg)


def _used(element: Mapping[str, Any], action: str, value: str) -> dict[str, Any] | None:
    if element.get("action_id") != action:
        return None
    if element["type"] == "feedback_buttons":
        pressed = next((element[name] for name in ("positive_button", "negative_button") if element[name].get("value") == value), None)
        return {"type": "feedback_buttons", "action_id": action, **pressed} if pressed else None
    held = _held(element, value or None)
    if held is not None:
        return {"type": element["type"], "action_id": action, **held}
    if element["type"] == "overflow":
        return {"type": "overflow", "action_id": action, "selected_option": _option(element, value)}
    return dict(element) if not value or element.get("value") == value else None
