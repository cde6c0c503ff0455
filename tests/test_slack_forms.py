"""Windows that ask, whatever they ask for: sent, sent twice, closed meanwhile, opened by strangers, and within Slack's limits."""

from collections.abc import Iterator

import pytest

from bot.channels import slack_forms
from bot.doubles.slack_rules import view_problems
from bot.messages import Choice, Field, Form
from bot.playbook_words import OBJECTIONS
from tests.slack_stage import BOB, PRIVATE, STRANGER, Stage, staged

_BROWSE = Form("Playbook", "playbook.browse", (Field("objection", "Objection", searched=OBJECTIONS, optional=True),), submit="Show")


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Stage:
    return shared.cleared()


def _window(stage: Stage) -> dict[str, object]:
    return dict(stage.slack.workspace.open_view(slack_forms.form(_BROWSE)))


def test_what_was_chosen_reaches_the_use_case_and_nothing_chosen_is_empty(stage: Stage) -> None:
    stage.slack.submit(_window(stage), user=BOB, objection="budget")
    stage.slack.wait_for(lambda: PRIVATE in str(stage.slack.workspace.views))
    stage.slack.submit(_window(stage), user=BOB)
    stage.slack.wait_for(lambda: len(stage.answers.asked) > 1)
    assert [asked[-1] for asked in stage.answers.asked] == [{"objection": "budget"}, {"objection": ""}]


def test_a_window_closed_meanwhile_is_answered_by_direct_message(stage: Stage) -> None:
    stage.answers.seconds = 0.3
    window = _window(stage)
    stage.slack.submit(window, user=BOB, objection="trust")
    stage.slack.workspace.close_view(str(window["id"]))
    assert PRIVATE in str(stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB))[0].blocks)


def test_a_window_sent_twice_is_answered_once(stage: Stage) -> None:
    window = _window(stage)
    stage.slack.submit(window, user=BOB, objection="budget")
    stage.slack.submit(window, user=BOB, objection="budget")
    stage.quiet()
    assert len(stage.answers.asked) == 1


def test_a_stranger_gets_no_answer_in_a_window_either(stage: Stage) -> None:
    stage.slack.submit(_window(stage), user=STRANGER, objection="budget")
    stage.slack.wait_for(lambda: "not linked" in str(stage.slack.workspace.views))
    assert stage.answers.asked == []


def test_whatever_a_form_asks_for_it_fits_slacks_limits() -> None:
    long = Choice("x", "a label that is far too long for one option of a list in Slack, and then some more")
    fields = (
        Field("words", "Words" * 900, "x" * 9_000, longest=9_000, lines=True, hint="h" * 3_000),
        Field("chosen", "One of many", "x", (long,) * 300),
        Field("searched", "Searched", choices=(long,), searched=OBJECTIONS),
        Field("conversation", "Where to", conversation=True),
    )
    assert view_problems(slack_forms.form(Form("A title that is much too long", "some.action", fields, context="c" * 5_000))) == []
    assert view_problems(slack_forms.waiting()) == []


def test_a_view_without_state_holds_nothing() -> None:
    assert slack_forms.filled({}) == {}
    assert slack_forms.filled({"state": {"values": {"objection": {"objection": {"selected_option": None}}}}}) == {"objection": ""}
    assert slack_forms.filled({"state": {"values": {"where": {"where": {"selected_conversation": "C1"}}}}}) == {"where": "C1"}
