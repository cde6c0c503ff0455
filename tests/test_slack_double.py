"""The double of Slack keeps Slack's rules, and sends what Slack sends."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest

from bot.doubles import slack_requests
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_requests import Asked
from bot.doubles.slack_sockets import NobodyListens
from bot.doubles.slack_workspace import Message

_SAMPLE_COMMAND = (
    "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id is_enterprise_install response_url trigger_id"
).split()
"""Fields of a slash command by Slack's published payload sample, without those of Enterprise Grid."""
_SAMPLE_EVENT = "token team_id api_app_id event type event_id event_time authorizations".split()
_SAMPLE_ACTION = "type team user api_app_id token container trigger_id channel message response_url actions".split()
_SAMPLE_SHORTCUT = "type token team user channel callback_id trigger_id message_ts message response_url".split()


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackDouble]:
    with SlackDouble() as double:
        yield double


def _call(slack: SlackDouble, method: str, token: str = "", **arguments: Any) -> dict[str, Any]:
    answer = httpx2.post(f"{slack.api_url}{method}", json=arguments, headers={"Authorization": f"Bearer {token or slack.bot_token}"})
    return dict(answer.json())


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0GENERAL"}, "no_text"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ("chat.update", {"channel": "C0GENERAL", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("views.open", {"trigger_id": "x", "view": {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}}, "invalid_trigger_id"),
        ("views.publish", {"user_id": "U0BOB", "view": {"type": "home", "blocks": [{"type": "divider"}] * 101}}, "invalid_arguments"),
        ("nonsense.method", {}, "unknown_method"),
        ("apps.connections.open", {}, "invalid_auth"),
    ],
)
def test_what_slack_refuses_is_refused(slack: SlackDouble, method: str, arguments: dict[str, Any], error: str) -> None:
    assert _call(slack, method, **arguments)["error"] == error


def test_a_wrong_token_is_refused(slack: SlackDouble) -> None:
    assert _call(slack, "auth.test", token="xoxb-wrong")["error"] == "invalid_auth"
    assert _call(slack, "auth.test")["ok"]


def test_blocks_without_text_are_posted_with_a_warning(slack: SlackDouble) -> None:
    assert _call(slack, "chat.postMessage", channel="C0GENERAL", blocks=[{"type": "divider"}])["warning"] == "missing_text_in_message"


def test_a_response_url_takes_five_answers_within_half_an_hour(slack: SlackDouble) -> None:
    url = f"{slack.url}/response/{slack.workspace.new_response_url('U0BOB', 'C0GENERAL')}"
    assert [httpx2.post(url, json={"text": "x"}).status_code for _ in range(6)] == [200] * 5 + [404]
    late = f"{slack.url}/response/{slack.workspace.new_response_url('U0BOB', 'C0GENERAL')}"
    slack.workspace.age = 1_801
    assert httpx2.post(late, json={"text": "x"}).json()["error"] == "expired_url"
    slack.workspace.age = 0


def test_a_trigger_opens_one_window_within_three_seconds(slack: SlackDouble) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": [{"type": "divider"}]}
    trigger, late = slack.workspace.new_trigger(), slack.workspace.new_trigger()
    assert _call(slack, "views.open", trigger_id=trigger, view=view)["ok"]
    assert _call(slack, "views.open", trigger_id=trigger, view=view)["error"] == "exchanged_trigger_id"
    slack.workspace.age = 4
    assert _call(slack, "views.open", trigger_id=late, view=view)["error"] == "expired_trigger_id"
    slack.workspace.age = 0


def test_a_scripted_rate_limit_answers_429_with_retry_after(slack: SlackDouble) -> None:
    slack.rate_limit("users.info", retry_after=7)
    answer = httpx2.post(f"{slack.api_url}users.info", json={"user": "U0BOB"}, headers={"Authorization": f"Bearer {slack.bot_token}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert _call(slack, "users.info", user="U0BOB")["ok"]


def test_requests_have_the_fields_of_slacks_samples(slack: SlackDouble) -> None:
    asked = Asked("U0BOB", "C0GENERAL", f"{slack.url}/response/r1", "t1")
    assert set(_SAMPLE_COMMAND) <= dict(parse_qsl(slack_requests.slash(asked, "/zone", "x").body, keep_blank_values=True)).keys()
    assert set(_SAMPLE_EVENT) <= slack_requests.event({"type": "app_home_opened"}, "Ev1", 0).payload.keys()
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "value": "v", "text": {"type": "plain_text", "text": "x"}}]}
    message = Message("C0GENERAL", "1.1", "U0BOT", "x", [button])
    assert set(_SAMPLE_ACTION) <= slack_requests.click(asked, message, "a", "v", "1.2").payload.keys()
    assert set(_SAMPLE_SHORTCUT) <= slack_requests.shortcut(asked, "suggest_reply", "x", "U0X", "1.3").payload.keys()


def test_an_ephemeral_message_is_not_sent_back_with_its_button(slack: SlackDouble) -> None:
    asked = Asked("U0BOB", "C0GENERAL", "", "t1")
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "a", "value": "v", "text": {"type": "plain_text", "text": "x"}}]}
    payload = slack_requests.click(asked, Message("C0GENERAL", "1.1", "U0BOT", "x", [button], only_for="U0BOB"), "a", "", "1.2").payload
    assert "message" not in payload
    with pytest.raises(LookupError):
        slack_requests.click(asked, Message("C0GENERAL", "1.1", "U0BOT", "x", [button]), "another", "", "1.2")


def test_with_nobody_to_deliver_to_it_says_so() -> None:
    with SlackDouble() as lonely, pytest.raises(NobodyListens):
        lonely.slash("/zone", user="U0BOB")
