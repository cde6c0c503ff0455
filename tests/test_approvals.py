"""The bot never writes to a customer on its own: there is one way to an approval, and one way out."""

import ast
from pathlib import Path

import pytest

from bot.approvals import Approval, approved_on
from bot.channels import slack_payloads
from bot.channels.slack_payloads import Heard

_HOUSE = Path(__file__).parent.parent
_VIEW = {"id": "V1", "hash": "1.2", "callback_id": "sending.approve", "private_metadata": "c:s", "state": {"values": {"words": {"words": {"value": "Hi"}}}}}


def test_an_approval_holds_what_stood_in_the_window_its_owner_sent() -> None:
    approval = approved_on(slack_payloads.submission({"user": {"id": "U1"}, "view": _VIEW}), "staff-1")
    assert (approval.staff_id, approval.key, approval.context, approval.values) == ("staff-1", "slack:U1:V1:1.2", "c:s", {"words": "Hi"})


@pytest.mark.parametrize(
    "heard",
    [
        Heard("U1", key="k", action="sending.open"),  # a click that opens the window is no approval
        Heard("U1", key="k", action="suggestion.worked"),
        Heard("U1", action="sending.approve"),  # without a request there is nothing to tell it from another
        Heard("", key="k", action="sending.approve"),
    ],
)
def test_no_other_request_makes_one(heard: Heard) -> None:
    with pytest.raises(TypeError):
        approved_on(heard, "staff-1")


def test_nobody_can_make_one_up() -> None:
    with pytest.raises(TypeError):
        Approval("staff-1", "k", "c:s", {}, object())
    with pytest.raises(TypeError):
        approved_on(Heard("U1", key="k", action="sending.approve"), "")


def _callers(name: str) -> set[str]:
    found = set()
    for path in (one for package in ("bot", "intelligence", "memory") for one in (_HOUSE / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Call) and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) == name:
                found.add(path.relative_to(_HOUSE).as_posix())
    return found


def test_approvals_are_made_and_taken_in_one_place_each() -> None:
    assert _callers("approved_on") == {"bot/channels/slack_letters.py"}
    assert _callers("Approval") == {"bot/approvals.py"}
    # The digest's are counts of messages, another class of that name.
    assert _callers("Written") - {"bot/weekly_digest.py"} == {"bot/letter_answers.py", "memory/outbox.py"}
    assert _callers("approve") == {"bot/channels/slack_letters.py", "bot/letter_answers.py", "bot/sending.py"}
    assert _callers("TwilioSending") == {"bot/sending.py"}
