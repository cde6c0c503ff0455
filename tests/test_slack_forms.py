"""Windows that ask: browsing the playbook."""

from collections.abc import Iterator

import pytest

from bot.channels import slack_forms
from bot.channels.answers import Situations
from bot.doubles.slack_rules import view_problems
from intelligence.vocabulary import bundled
from tests.slack_stage import BOB, PRIVATE, STRANGER, Stage, staged


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Stage:
    return shared.cleared()


def _browsing(stage: Stage) -> dict[str, object]:
    stage.slack.slash("/playbook", "", user=BOB)
    guide = stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))[0]
    stage.slack.click(guide, slack_forms.BROWSE, user=BOB)
    return dict(stage.slack.wait_for(lambda: stage.slack.workspace.views)[0])


def test_the_playbook_is_browsed_in_a_window(stage: Stage) -> None:
    window = _browsing(stage)
    stage.slack.submit(window, user=BOB, objection="budget", response="roi-proof")
    stage.slack.wait_for(lambda: PRIVATE in str(stage.slack.workspace.views))
    assert stage.answers.asked == [("playbook", "staff-bob", "budget roi-proof")]


def test_with_nothing_chosen_everything_is_shown(stage: Stage) -> None:
    stage.slack.submit(_browsing(stage), user=BOB)
    stage.slack.wait_for(lambda: stage.answers.asked)
    assert stage.answers.asked == [("playbook", "staff-bob", "")]


def test_a_window_closed_meanwhile_is_answered_by_direct_message(stage: Stage) -> None:
    stage.answers.seconds = 0.3
    window = _browsing(stage)
    stage.slack.submit(window, user=BOB, objection="trust")
    stage.slack.workspace.close_view(str(window["id"]))
    assert PRIVATE in str(stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB))[0].blocks)


def test_a_window_sent_twice_is_answered_once(stage: Stage) -> None:
    window = _browsing(stage)
    stage.slack.submit(window, user=BOB, objection="budget")
    stage.slack.submit(window, user=BOB, objection="budget")
    stage.quiet()
    assert len(stage.answers.asked) == 1


def test_a_stranger_gets_no_answer_in_a_window_either(stage: Stage) -> None:
    view = stage.slack.workspace.open_view(slack_forms.browse(stage.answers.situations("staff-bob")))
    stage.slack.submit(view, user=STRANGER, objection="budget")
    stage.slack.wait_for(lambda: "not linked" in str(stage.slack.workspace.views))
    assert stage.answers.asked == []


def test_the_whole_vocabulary_fits_slacks_lists() -> None:
    words = bundled()
    assert view_problems(slack_forms.browse(Situations(tuple(words.objections), tuple(words.industries), tuple(words.responses)))) == []
    many = tuple(f"word-{number}" for number in range(300))
    assert view_problems(slack_forms.browse(Situations(many, many, many))) == []
    assert view_problems(slack_forms.waiting()) == []


def test_a_view_without_state_chooses_nothing() -> None:
    assert slack_forms.chosen({}) == ""
    assert slack_forms.chosen({"state": {"values": {"objection": {"objection": {"selected_option": None}}}}}) == ""
