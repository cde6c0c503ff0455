"""Private content reaches Slack only where its owner alone reads: every listener is walked, and there is one way out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels import slack_forms
from bot.channels.slack_listeners import LISTENERS
from bot.channels.slack_listening import Kind, Listener, Where
from bot.command_list import ADMIN
from bot.doubles.slack_workspace import BOT_USER
from bot.messages import Choice, Field, Form
from tests.slack_stage import BOB, EVE, PRIVATE, Stage, coach_card, staged

_SPOKEN = {
    "suggest": "too expensive",
    "playbook": "budget",
    "recall": "what did Ruth say?",
    "customer": "Ruth Calloway",
    "followup": "list",
    "deal": "list",
    "note": "list",
    "zone": "ledger",
}
_WAYS_OUT = (
    "chat_post",
    "chat_update",
    "chat_schedule",
    "chat_startStream",
    "chat_appendStream",
    "chat_stopStream",
    "chat_unfurl",
    "views_",
    "files_upload",
    "conversations_canvases",
    "canvases_",
    "AsyncWebhookClient",
)
_OBJECTION = Field("objection", "Objection", choices=(Choice("budget", "Budget"),))
_BOT = Path(__file__).parent.parent / "bot"


@pytest.fixture(scope="module")
def walked() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


def _use(stage: Stage, listener: Listener) -> None:
    """What a person does, in a public channel wherever that is possible."""
    match listener.kind:
        case Kind.COMMAND:
            stage.slack.slash(f"/{listener.name}", _SPOKEN[listener.name], user=BOB)
        case Kind.MESSAGE_SHORTCUT:
            stage.slack.shortcut(listener.name, "too expensive", user=BOB)
        case Kind.ACTION:
            button = {
                "type": "button",
                "text": {"type": "plain_text", "text": "x"},
                "action_id": listener.name,
                "value": _file(stage) if listener.fetches else "s1",
            }
            message = stage.slack.workspace.post("C0GENERAL", text="shared", blocks=[{"type": "actions", "elements": [button]}])
            stage.slack.click(message, listener.name, user=BOB)
        case Kind.VIEW if listener.fetches:
            view = slack_forms.form(Form("Import", listener.name, (Field("me", "Me"),), context=f"{_file(stage)} C0GENERAL 1.1"))
            stage.slack.submit(stage.slack.workspace.open_view(view), user=BOB, me="0")
        case Kind.VIEW:
            view = stage.slack.workspace.open_view(slack_forms.form(Form("Playbook", listener.name, (_OBJECTION,))))
            stage.slack.submit(view, user=BOB, objection="budget")
        case Kind.EVENT if listener.fetches:
            stage.slack.drops("_chat.txt", b"x", user=BOB)
        case Kind.EVENT if listener.name == "message":
            stage.slack.says("what did Ruth say?", user=BOB)
        case Kind.EVENT if listener.name == "app_mention":
            stage.slack.mentions("what did Ruth say?", user=BOB)
        case Kind.EVENT:
            stage.slack.opens_home(BOB)


def _file(stage: Stage) -> str:
    return stage.slack.files.add(BOB, "_chat.txt", b"x").id


_ANSWERING = [
    listener for listener in LISTENERS if listener.where not in {Where.STOP, Where.GONE, Where.LIST} and not listener.admins and listener.name != ADMIN
]
"""Stop and the app's removal answer nothing, a list is filled in the answer to the request itself (tests/test_slack_desk.py), and what admins see is looked
through in tests/test_slack_admin.py."""


@pytest.mark.parametrize("listener", _ANSWERING, ids=lambda listener: f"{listener.kind}-{listener.name}")
def test_a_listener_shows_private_content_to_its_owner_alone(walked: Stage, listener: Listener) -> None:
    stage = walked.cleared()
    _use(stage, listener)
    stage.slack.wait_for(lambda: stage.answers.asked)
    stage.slack.wait_for(lambda: _private_places(stage))
    workspace = stage.slack.workspace
    for message in workspace.messages:
        if PRIVATE in str((message.text, message.blocks, message.metadata)):
            assert message.only_for == BOB or message.channel == workspace.direct_channel(BOB)
    assert PRIVATE not in str(stage.public_messages())
    assert set(workspace.homes) <= {BOB}
    assert stage.slack.ephemerals(EVE) == stage.slack.direct_messages(EVE) == []


def _private_places(stage: Stage) -> list[object]:
    """Where the answer arrived; a listener that answers nowhere would prove nothing."""
    workspace = stage.slack.workspace
    shown = [
        message for message in workspace.messages if message.only_for == BOB or (message.channel == workspace.direct_channel(BOB) and message.user == BOT_USER)
    ]
    return [one for one in [*shown, *workspace.homes.values(), *workspace.views] if PRIVATE in str(one)]


def test_a_verdict_on_a_card_that_was_shared_does_not_put_the_answer_into_the_channel(walked: Stage) -> None:
    stage = walked.cleared()
    button = {"type": "button", "text": {"type": "plain_text", "text": "Worked"}, "action_id": "suggestion.worked", "value": "s1"}
    message = stage.slack.workspace.post("C0GENERAL", text="shared", blocks=[{"type": "actions", "elements": [button]}])
    stage.slack.click(message, "suggestion.worked", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))
    assert message.edited == 0


def test_notifications_never_show_a_customers_words(walked: Stage) -> None:
    stage = walked.cleared()
    stage.door.send_from_thread(BOB, coach_card(), "coach:7")
    assert PRIVATE not in stage.slack.direct_messages(BOB)[0].text


def test_every_message_has_top_level_text_and_no_way_to_unfurl_or_mention(walked: Stage) -> None:
    stage = walked.cleared()
    stage.door.send_from_thread(BOB, coach_card(), "coach:8")
    call = next(call for call in stage.slack.calls if call.method == "chat.postMessage")
    assert call.arguments["text"]
    assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"], call.arguments["parse"]) in {(False, False, "none"), ("0", "0", "none")}


def test_only_the_delivery_calls_what_shows_something_in_slack() -> None:
    callers = set()
    for path in _BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name.startswith(_WAYS_OUT):
                callers.add(path.name)
    assert callers == {"slack_agent.py", "slack_delivery.py"}
