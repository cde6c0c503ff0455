"""Socket Mode over a real WebSocket."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from bot.doubles.slack import SlackDouble
from tests.freezing_proxy import FreezingProxy
from tests.slack_stage import BOB, PRIVATE, Stage, coach_card, staged


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged(socket=True) as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Stage:
    return shared.cleared()


def test_a_command_comes_and_is_answered_over_the_socket(stage: Stage) -> None:
    assert stage.slack.slash("/recall", "what did Maria want?", user=BOB).status == 200
    assert PRIVATE in str(stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))[0].blocks)


def test_events_and_buttons_come_over_the_socket_too(stage: Stage) -> None:
    stage.slack.says("that is over our budget", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB)[1:])
    stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    card = stage.slack.direct_messages(BOB)[-1]
    assert stage.slack.click(card, "suggestion.worked", user=BOB).status == 200
    stage.slack.wait_for(lambda: card.edited)
    assert ("feedback", "staff-bob", "s1", "worked") in stage.answers.asked


def test_an_envelope_delivered_four_times_has_one_effect(stage: Stage) -> None:
    inner = {"type": "message", "channel_type": "im", "channel": "D0BOB", "user": BOB, "text": "recall Maria", "ts": "1700000000.000100"}
    for retry in range(4):
        assert stage.slack.event(inner, event_id="Ev1", retry=retry).status == 200
    stage.slack.wait_for(lambda: stage.answers.asked)
    stage.quiet()
    assert len(stage.answers.asked) == 1


def test_a_slow_answer_does_not_delay_the_acknowledgement(stage: Stage) -> None:
    stage.answers.seconds = 1.0
    assert stage.slack.slash("/recall", "Maria", user=BOB).seconds < 0.9
    stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))


def test_a_closed_socket_is_opened_again() -> None:
    with staged(socket=True) as stage:
        stage.slack.disconnect_sockets()
        stage.slack.wait_for(lambda: sum(call.method == "apps.connections.open" for call in stage.slack.calls) >= 2, 15)
        stage.slack.wait_for_socket(seconds=15)
        deadline = time.monotonic() + 5
        while stage.slack.slash("/zone", "status", user=BOB).status != 200:
            assert time.monotonic() < deadline
        assert stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))


def test_a_half_open_socket_is_noticed_and_replaced() -> None:
    with ExitStack() as stack:
        proxies: list[FreezingProxy] = []

        def behind_a_proxy(slack: SlackDouble) -> None:
            proxies.append(stack.enter_context(FreezingProxy(urlsplit(slack.url).port or 0)))
            slack.socket_url = proxies[0].url

        stage = stack.enter_context(staged(socket=True, prepare=behind_a_proxy, ping_seconds=0.3))
        proxies[0].freeze()
        frozen_at = time.monotonic()
        stage.slack.wait_for(lambda: proxies[0].connections >= 2, 10)
        assert time.monotonic() - frozen_at < 10 * 0.3 + 2
        deadline = time.monotonic() + 10
        while stage.slack.slash("/zone", "status", user=BOB).status != 200:
            assert time.monotonic() < deadline, "no envelope came through the new socket"
        assert stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))
