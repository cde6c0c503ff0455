"""The manifest: valid by Slack's own schema, and exactly what the app listens to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest

from bot.channels.slack_listeners import LISTENERS
from bot.channels.slack_listening import Kind
from bot.channels.slack_manifest import EVENTS_PATH, manifest
from bot.command_routes import routed
from tests.slack_stage import BOB, Stage, staged

_SCHEMA = Path(__file__).parent / "specs" / "slack-manifest.schema.2.0.0.json"
_PUBLIC = "https://tradecraft.example"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as fresh:
        yield fresh


@pytest.mark.parametrize("url", ["", _PUBLIC, f"{_PUBLIC}/"])
def test_the_manifest_follows_slacks_schema(url: str) -> None:
    jsonschema.validate(manifest(url), json.loads(_SCHEMA.read_text(encoding="utf8")))


def test_the_schema_would_notice_a_wrong_manifest() -> None:
    wrong = manifest()
    wrong["features"]["slash_commands"][0]["command"] = 7
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json.loads(_SCHEMA.read_text(encoding="utf8")))


def test_with_a_public_url_everything_leads_there_and_without_one_to_socket_mode() -> None:
    http, socket = manifest(_PUBLIC), manifest()
    url = _PUBLIC + EVENTS_PATH
    assert http["settings"]["event_subscriptions"]["request_url"] == http["settings"]["interactivity"]["request_url"] == url
    assert {command["url"] for command in http["features"]["slash_commands"]} == {url}
    assert http["oauth_config"]["redirect_urls"] == [f"{_PUBLIC}/slack/oauth_redirect"]
    assert (http["settings"]["socket_mode_enabled"], socket["settings"]["socket_mode_enabled"]) == (False, True)
    assert _PUBLIC not in str(socket)


def test_every_listener_has_its_entry() -> None:
    made = manifest()
    entries = {(Kind.COMMAND, command["command"].removeprefix("/")) for command in made["features"]["slash_commands"]}
    entries |= {(Kind.MESSAGE_SHORTCUT, shortcut["callback_id"]) for shortcut in made["features"]["shortcuts"]}
    entries |= {(Kind.EVENT, event.removesuffix(".im")) for event in made["settings"]["event_subscriptions"]["bot_events"]}
    assert entries == {(listener.kind, listener.name) for listener in LISTENERS if listener.kind in {Kind.COMMAND, Kind.MESSAGE_SHORTCUT, Kind.EVENT}}
    assert made["settings"]["interactivity"]["is_enabled"]


def test_every_entry_has_a_listener_that_answers(stage: Stage) -> None:
    made = manifest()
    for command in made["features"]["slash_commands"]:
        assert stage.slack.slash(command["command"], "help", user=BOB).status == 200
    for shortcut in made["features"]["shortcuts"]:
        assert stage.slack.shortcut(shortcut["callback_id"], "x", user=BOB).status == 200
    for event in made["settings"]["event_subscriptions"]["bot_events"]:
        assert stage.slack.event({"type": event.removesuffix(".im"), "user": BOB}).status == 200


def test_what_nobody_listens_to_is_answered_404(stage: Stage) -> None:
    assert stage.slack.slash("/nonsense", "help", user=BOB).status == 404
    assert stage.slack.shortcut("nonsense", "x", user=BOB).status == 404


def test_the_agents_prompts_are_understood() -> None:
    prompts = [prompt["message"] for prompt in manifest()["features"]["agent_view"]["suggested_prompts"]]
    assert [wanted.name for wanted in map(routed, prompts)] == ["playbook", "recall", "deal", "zone"]


def test_every_method_the_door_calls_is_covered_by_a_permission(stage: Stage) -> None:
    needed = {
        "agents.sessions.setStatus": "assistant:write",
        "assistant.threads.setSuggestedPrompts": "assistant:write",
        "chat.startStream": "chat:write",
        "chat.appendStream": "chat:write",
        "chat.stopStream": "chat:write",
        "chat.postMessage": "chat:write",
        "chat.postEphemeral": "chat:write",
        "chat.update": "chat:write",
        "conversations.open": "im:write",
        "conversations.history": "im:history",
        "conversations.replies": "im:history",
        "files.info": "files:read",
        "users.info": "users:read",
        "auth.test": None,
        "views.publish": None,
        "views.open": None,
        "views.update": None,
        "apps.connections.open": None,
        "response_url": None,
    }
    scopes = _scopes(manifest())
    for call in stage.slack.calls:
        scope = needed[call.method]
        assert scope is None or scope in scopes


def test_no_permission_is_asked_for_without_use() -> None:
    assert _scopes(manifest()) == {
        "app_mentions:read",
        "assistant:write",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "im:history",
        "im:write",
        "users:read",
    }


def test_our_endpoint_takes_no_get(stage: Stage) -> None:
    assert httpx2.get(stage.url).status_code == 405


def _scopes(made: dict[str, Any]) -> set[str]:
    return set(made["oauth_config"]["scopes"]["bot"])
