"""The manifest of the Slack app, generated from what the app listens to. Pure."""

from typing import Any

from bot.channels.slack_listeners import LISTENERS
from bot.channels.slack_listening import Kind
from bot.command_list import KNOWN, PROMPTS

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
"""Where the app is installed by a link, and where Slack sends the browser back to."""
EVENTS_PATH = "/slack/events"
"""Where HTTP mode listens; commands and interactions arrive there too."""
_EVENT_NAMES = {"message": "message.im"}
_DELIVERY_SCOPES = ("chat:write", "im:write", "im:history", "files:write")
"""Posting, opening a direct conversation, looking whether a card is already there, and one's own data as a file."""
_AGENT = "Ask how others answered an objection, search your own customer conversations, or look at your deals. What you ask is seen by you alone."


def manifest(public_url: str = "") -> dict[str, Any]:
    """For `https://api.slack.com/apps`: with a public URL for HTTP, without one for Socket Mode. Follows Slack's manifest schema version 2."""
    url = public_url.rstrip("/") + EVENTS_PATH if public_url else ""
    events = {_EVENT_NAMES.get(one.name, one.name) for one in LISTENERS if one.kind is Kind.EVENT}
    shortcuts = [
        {"name": one.title, "type": "message", "callback_id": one.name, "description": one.description}
        for one in LISTENERS
        if one.kind is Kind.MESSAGE_SHORTCUT
    ]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Tradecraft",
            "description": "What worked for colleagues, counted and anonymous, at the moment a customer objects.",
            "background_color": "#1d3557",
        },
        "features": {
            "agent_view": {"agent_description": _AGENT, "suggested_prompts": list(PROMPTS)},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Tradecraft", "always_online": True},
            "shortcuts": shortcuts,
            "slash_commands": [_slash(name, url) for name in dict.fromkeys(one.name for one in LISTENERS if one.kind is Kind.COMMAND)],
        },
        "oauth_config": {**({"redirect_urls": [public_url.rstrip("/") + REDIRECT_PATH]} if url else {}), "scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**({"request_url": url} if url else {}), "bot_events": sorted(events)},
            "interactivity": {"is_enabled": True, **({"request_url": url, "message_menu_options_url": url} if url else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def scopes() -> list[str]:
    """What the app asks to be allowed."""
    return sorted({*_DELIVERY_SCOPES, *(scope for one in LISTENERS for scope in one.scopes)})


def _slash(name: str, url: str) -> dict[str, Any]:
    known = next(one for one in KNOWN if one.name == name)
    return {
        "command": f"/{name}",
        **({"url": url} if url else {}),
        "description": known.description,
        "usage_hint": known.hint,
        "should_escape": False,
    }
