"""What Slack sends to an app, as it sends it: slash commands, events, interactions. Fields as in Slack's payload samples."""

import json
import time
from collections.abc import Mapping
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


def event(inner: Mapping[str, Any], event_id: str, retry: int) -> Outgoing:
    """An event; `retry` counts earlier deliveries."""
    body = {
        **_APP,
        "team_id": _TEAM["id"],
        "event": inner,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [{"team_id": _TEAM["id"], "user_id": "U0BOT", "is_bot": True, "is_enterprise_install": False, "enterprise_id": None}],
    }
    return Outgoing("events_api", body, json.dumps(body), "application/json", retry=retry)


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


def submit(asked: Asked, view: Mapping[str, Any], values: Mapping[str, str]) -> Outgoing:
    """A window with lists, sent; `values` are the options chosen, by list."""
    state = {}
    for block in view["blocks"]:
        options = block["element"]["options"] if block["type"] == "input" else []
        selected = next((option for option in options if option["value"] == values.get(block["block_id"])), None)
        if block["type"] == "input":
            state[block["block_id"]] = {block["element"]["action_id"]: {"type": "static_select", "selected_option": selected}}
    return _interaction(asked, {"type": "view_submission", "view": {**view, "state": {"values": state}}, "response_urls": []})


def escaped(text: str) -> str:
    """Text as Slack sends it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _interaction(asked: Asked, more: Mapping[str, Any]) -> Outgoing:
    place = {"channel": {"id": asked.channel, "name": "general"}, "response_url": asked.response_url} if asked.channel else {}
    user = {"id": asked.user, "username": asked.user.lower(), "name": asked.user.lower(), "team_id": _TEAM["id"]}
    payload = {**_APP, "team": _TEAM, "user": user, "trigger_id": asked.trigger, **place, **more}
    body = urlencode({"payload": json.dumps(payload)})
    return Outgoing("interactive", payload, body, "application/x-www-form-urlencoded", asked.response_url, asked.trigger)


def _button(blocks: list[dict[str, Any]], action: str, value: str) -> dict[str, Any]:
    for block in blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if element["action_id"] == action and (not value or element.get("value") == value):
                return {**element, "block_id": block.get("block_id", "")}
    msg = f"there is no button {action}"
    raise LookupError(msg)
