"""The agent's side of the door: threads, signs of work, stop, and doing without."""

import logging
import os
from collections.abc import Iterator

import pytest

from bot.command_list import PROMPTS
from bot.doubles.slack_requests import Outgoing
from bot.doubles.slack_workspace import BOT_USER, Message
from tests.slack_stage import BOB, EVE, PRIVATE, Stage, coach_card, staged


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Stage:
    return shared.cleared()


def _answers(stage: Stage, user: str = BOB) -> list[Message]:
    return [message for message in stage.slack.direct_messages(user) if message.user == BOT_USER]


def _asked(stage: Stage, user: str = BOB) -> Message:
    return next(message for message in stage.slack.direct_messages(user) if message.user == user)


def test_an_answer_stands_in_the_thread_of_its_question_and_work_is_shown_meanwhile(stage: Stage) -> None:
    stage.slack.says("what did Ruth say?", user=BOB)
    answer = stage.slack.wait_for(lambda: _answers(stage))[0]
    question = _asked(stage)
    assert answer.thread_ts == question.ts
    stage.slack.wait_for(lambda: len(stage.slack.workspace.sessions) == 2)
    assert [status for _, _, status in stage.slack.workspace.sessions] == ["processing", "active"]


def test_stop_drops_the_answer_and_says_so(stage: Stage) -> None:
    stage.answers.free.clear()
    stage.slack.says("what did Ruth say?", user=BOB)
    stage.slack.wait_for(lambda: stage.answers.asked)
    stage.slack.stops(_asked(stage), user=BOB)
    stage.slack.wait_for(lambda: "Stopped" in str(_answers(stage)))
    stage.answers.free.set()
    stage.quiet(0.2)
    assert PRIVATE not in str(_answers(stage))
    assert len(_answers(stage)) == 1
    assert stage.slack.workspace.sessions[-1][2] == "active"


def test_a_slow_answer_says_what_is_done_and_grows_in_its_place(stage: Stage) -> None:
    stage.answers.free.clear()
    stage.slack.says("what did Ruth say?", user=BOB)
    growing = stage.slack.wait_for(lambda: _answers(stage))[0]
    assert list(growing.tasks.values()) == [("Searching your conversations", "in_progress")]
    stage.answers.free.set()
    stage.slack.wait_for(lambda: not growing.streaming)
    assert growing.thread_ts == _asked(stage).ts
    assert list(growing.tasks.values()) == [("Searching your conversations", "complete")]
    assert growing.text == "recall answered"
    assert PRIVATE in str(growing.blocks)
    assert [block["type"] for block in growing.blocks][-1] == "context_actions"
    assert "No language model is connected" in str(growing.blocks)
    assert len(_answers(stage)) == 1
    assert stage.slack.workspace.titles[growing.channel, growing.thread_ts] == "what did Ruth say?"


def test_with_a_language_model_an_answer_says_its_steps_and_comes_where_slack_streams_nothing_too() -> None:
    with staged() as stage:
        stage.answers.has_model = True
        stage.answers.free.clear()
        stage.slack.says("what did Ruth say?", user=BOB)
        growing = stage.slack.wait_for(lambda: _answers(stage))[0]
        stage.slack.wait_for(lambda: len(growing.tasks) == 2)
        assert list(growing.tasks.values()) == [("Searching your conversations", "complete"), ("Reading 3 messages", "in_progress")]
        stage.answers.free.set()
        stage.slack.wait_for(lambda: not growing.streaming)
        assert {state for _, state in growing.tasks.values()} == {"complete"}
        assert PRIVATE in str(growing.blocks)
        assert "bad:recall" in str(growing.blocks)
        assert "No language model" not in str(growing.blocks)
        stage.slack.workspace.has_streams = False
        stage.slack.says("what did Ruth say?", user=BOB)
        plain = stage.slack.wait_for(lambda: _answers(stage)[1:])[0]
        stage.slack.wait_for(lambda: PRIVATE in str(plain.blocks))
        assert plain.thread_ts == stage.slack.direct_messages(BOB)[2].ts
        assert len(_answers(stage)) == 2


def test_stop_ends_a_growing_answer_where_it_stands(stage: Stage) -> None:
    stage.answers.free.clear()
    stage.slack.says("what did Ruth say?", user=BOB)
    growing = stage.slack.wait_for(lambda: _answers(stage))[0]
    stage.slack.stops(_asked(stage), user=BOB)
    stage.slack.wait_for(lambda: not growing.streaming)
    assert "Stopped" in str(growing.blocks)
    stage.answers.free.set()
    stage.quiet(0.2)
    assert PRIVATE not in str(_answers(stage))


def test_an_answer_that_slack_ended_meanwhile_is_put_in_its_place_whole(stage: Stage) -> None:
    stage.answers.free.clear()
    stage.slack.fail("chat.appendStream", "message_not_in_streaming_state")
    stage.slack.says("what did Ruth say?", user=BOB)
    growing = stage.slack.wait_for(lambda: _answers(stage))[0]
    stage.answers.free.set()
    stage.slack.wait_for(lambda: PRIVATE in str(growing.blocks))
    assert len(_answers(stage)) == 1


def test_where_slack_streams_nothing_the_answer_is_a_message_and_it_is_tried_once() -> None:
    with staged() as plain:
        plain.slack.workspace.has_streams = False
        plain.answers.seconds = 0.5
        for number in (1, 2):
            plain.slack.says("what did Ruth say?", user=BOB)
            plain.slack.wait_for(lambda number=number: len(_answers(plain)) == number)
        assert all(PRIVATE in str(message.blocks) for message in _answers(plain))
        assert sum(call.method == "chat.startStream" for call in plain.slack.calls) == 1


def test_a_short_question_in_a_thread_carries_on_what_was_asked_there(stage: Stage) -> None:
    stage.slack.says("how do I answer 'too expensive' from a clinic?", user=BOB)
    stage.slack.wait_for(lambda: _answers(stage))
    thread = _asked(stage).ts
    stage.slack.says("and in retail?", user=BOB, thread=thread)
    stage.slack.wait_for(lambda: len(_answers(stage)) == 2)
    assert stage.answers.asked[-1] == ("playbook", "staff-bob", "how do I answer 'too expensive' from a clinic in retail?")
    assert _answers(stage)[1].thread_ts == thread
    stage.slack.says("what did Ruth say about the machine budget?", user=BOB, thread=thread)
    stage.slack.wait_for(lambda: len(_answers(stage)) == 3)
    assert stage.answers.asked[-1] == ("recall", "staff-bob", "what did Ruth say about the machine budget?")
    assert sum(call.method == "conversations.replies" for call in stage.slack.calls) == 1


def test_opening_the_tab_offers_what_can_be_asked(stage: Stage) -> None:
    stage.slack.opens_home(BOB, "messages")
    prompts = stage.slack.wait_for(lambda: stage.slack.workspace.prompts.get(stage.slack.workspace.direct_channel(BOB)))
    assert [one["message"] for one in prompts] == [one["message"] for one in PROMPTS]
    assert stage.answers.asked == []


def test_thumbs_below_an_answer_reach_the_use_case_and_change_nothing_else(stage: Stage) -> None:
    stage.slack.says("what did Ruth say?", user=BOB)
    answer = stage.slack.wait_for(lambda: [one for one in _answers(stage) if one.blocks])[0]
    stage.slack.click(answer, "answer.judged", user=BOB, value="bad:recall")
    stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))
    assert stage.answers.asked[-1] == ("judge", "staff-bob", f"{answer.channel}:{answer.ts}", "recall", False)
    stage.slack.says("/note about Ruth: likes boats", user=BOB)
    stage.slack.wait_for(lambda: len(_answers(stage)) == 2)
    assert "answer.judged" not in str(_answers(stage)[1].blocks)


def test_stop_when_nothing_runs_is_confirmed_all_the_same(stage: Stage) -> None:
    message = stage.slack.workspace.post(stage.slack.workspace.direct_channel(BOB), user=BOB, text="x")
    stage.slack.stops(message, user=BOB)
    assert "Stopped" in str(stage.slack.wait_for(lambda: _answers(stage))[0].blocks)


def test_two_questions_at_once_are_answered_each_in_its_thread(stage: Stage) -> None:
    stage.slack.says("what did Ruth say?", user=BOB)
    stage.slack.says("that is over our budget", user=BOB)
    stage.slack.wait_for(lambda: len(_answers(stage)) == 2)
    questions = {message.ts for message in stage.slack.direct_messages(BOB) if message.user == BOB}
    assert {message.thread_ts for message in _answers(stage)} == questions


def test_where_the_plan_has_no_agents_it_answers_in_the_conversation_and_asks_once_only() -> None:
    with staged() as plain:
        plain.slack.workspace.has_agents = False
        for number, question in enumerate(("what did Ruth say?", "what did Maria say?"), 1):
            plain.slack.says(question, user=BOB)
            plain.slack.wait_for(lambda number=number: len(_answers(plain)) == number)
        assert {message.thread_ts for message in _answers(plain)} == {""}
        assert sum(call.method == "agents.sessions.setStatus" for call in plain.slack.calls) == 1


def test_who_the_app_is_is_asked_once_however_many_come_first() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with staged() as fresh, ThreadPoolExecutor(12) as crowd:
        statuses = list(crowd.map(lambda _: fresh.slack.slash("/zone", "help", user=BOB).status, range(12)))
        assert statuses == [200] * 12
        assert sum(call.method == "auth.test" for call in fresh.slack.calls) == 1


def test_a_request_of_another_workspace_is_not_answered(stage: Stage) -> None:
    from bot.doubles import slack_requests

    fields = dict(slack_requests.slash(stage.slack._asked(BOB, "C0GENERAL"), "/recall", "Ruth").payload) | {"team_id": "T0OTHER"}
    from urllib.parse import urlencode

    stage.slack.deliver(Outgoing("slash_commands", fields, urlencode(fields), "application/x-www-form-urlencoded"))
    stage.quiet()
    assert stage.answers.asked == []


def test_credentials_of_another_slack_app_in_the_environment_change_nothing() -> None:
    names = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x", "SLACK_BOT_TOKEN": "xoxb-other", "SLACK_SIGNING_SECRET": "other"}
    os.environ.update(names)
    try:
        with staged() as odd:
            assert odd.slack.slash("/recall", "Ruth", user=BOB).status == 200
            assert odd.slack.wait_for(lambda: odd.slack.ephemerals(BOB))
    finally:
        for name in names:
            del os.environ[name]


def test_nothing_private_gets_into_any_log(stage: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        stage.slack.slash("/recall", "what did Ruth say?", user=BOB)
        stage.slack.says("Ruth cannot afford it", user=EVE)
        stage.door.send_from_thread(BOB, coach_card(), "coach:log")
        stage.answers.error = KeyError(PRIVATE)
        stage.slack.slash("/recall", "Ruth", user=BOB)
        stage.slack.slash("/unheard-of", "Ruth", user=BOB)
        stage.slack.wait_for(lambda: len(stage.slack.ephemerals(BOB)) >= 2)
    out, err = capsys.readouterr()
    said = "\n".join(record.getMessage() for record in caplog.records if record.name != "httpx2") + out + err
    assert "Ruth" not in said
    assert stage.slack.signing_secret not in said
    assert stage.slack.bot_token not in said
