"""Customers and follow-ups over the Slack door: windows, their searched list, and the button that was used."""

from collections.abc import Iterator

import pytest

from bot.channels import slack_forms
from bot.desk_cards import CUSTOMER_LIST
from bot.messages import Choice, Field, Form
from tests.slack_stage import BOB, STRANGER, Stage, staged


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


def _window(stage: Stage) -> dict[str, object]:
    form = Form("Plan a follow-up", "followup.save", (Field("customer", "Customer", searched=CUSTOMER_LIST), Field("when", "When", optional=True)))
    return dict(stage.slack.workspace.open_view(slack_forms.form(form)))


def test_a_list_offers_the_asker_their_own_customers_and_strangers_nothing(stage: Stage) -> None:
    stage.cleared().answers.choices = [Choice("c1", "Ruth Calloway")]
    view = _window(stage)
    offered = stage.slack.look_up(view, "customer", CUSTOMER_LIST, "ru", user=BOB)
    assert [(one["value"], one["text"]["text"]) for one in offered] == [("c1", "Ruth Calloway")]
    assert stage.answers.asked == [("options", "staff-bob", "ru")]
    assert stage.slack.look_up(view, "customer", CUSTOMER_LIST, "ru", user=STRANGER) == []


def test_what_was_chosen_and_typed_reaches_the_desk(stage: Stage) -> None:
    stage.cleared()
    stage.slack.submit(_window(stage), user=BOB, values={"customer": "c1", "when": "friday"})
    stage.slack.wait_for(lambda: stage.answers.asked)
    assert stage.answers.asked == [("save", "staff-bob", "followup.save", "", {"customer": "c1", "when": "friday"})]


def test_a_message_can_be_turned_into_a_reminder(stage: Stage) -> None:
    stage.cleared()
    stage.slack.shortcut("follow_up", "they want a pilot in March", user=BOB)
    stage.slack.wait_for(lambda: stage.answers.asked)
    assert stage.answers.asked == [("use", "staff-bob", "followup.about", "they want a pilot in March")]
