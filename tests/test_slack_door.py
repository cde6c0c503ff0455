"""The Slack door over real HTTP, with the double of Slack."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.slack import SlackDoor
from bot.channels.slack_blocks import blocks
from bot.channels.slack_delivery import PrivateCardRefused, SlackDelivery
from bot.channels.slack_places import Channel
from bot.channels.slack_signature import verified
from bot.channels.slack_text import neutral
from bot.command_list import KNOWN
from bot.doubles import slack_requests
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_requests import Asked
from bot.errors import DeliveryFailed, InputRefused, NotConfigured
from bot.messages import Button, Card, Section, Visibility
from tests.slack_stage import BOB, EVE, PRIVATE, STRANGER, ScriptedAnswers, SeenOnce, Stage, coach_card, staff_of, staged


@pytest.fixture(scope="module")
def shared() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(shared: Stage) -> Stage:
    return shared.cleared()


def test_every_command_answers_help_empty_and_unknown_input_with_ephemeral_help(stage: Stage) -> None:
    for known in KNOWN:
        for text in ("", "help", "?"):
            before = len(stage.slack.ephemerals(EVE))
            assert stage.slack.slash(f"/{known.name}", text, user=EVE).status == 200
            shown = stage.slack.wait_for(lambda before=before: stage.slack.ephemerals(EVE)[before:])[0]
            assert f"/{known.name}" in str(shown.blocks)
    before = len(stage.slack.ephemerals(EVE))
    stage.slack.slash("/zone", "explode", user=EVE)
    shown = stage.slack.wait_for(lambda: stage.slack.ephemerals(EVE)[before:])[0]
    assert "I do not know 'explode'" in str(shown.blocks)
    assert stage.answers.asked == []


def test_a_command_is_answered_for_the_verified_user_alone(stage: Stage) -> None:
    answer = stage.slack.slash("/suggest", "too <expensive> & late industry:retail", user=BOB)
    assert answer.status == 200
    assert answer.seconds < 1
    shown = stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))[0]
    assert stage.answers.asked == [("suggest", "staff-bob", "too <expensive> & late", "retail")]
    assert PRIVATE in str(shown.blocks)
    assert stage.public_messages() == []


def test_each_use_case_has_its_command(stage: Stage) -> None:
    typed = {
        ("/playbook", "budget"): ("playbook", "staff-bob", "budget"),
        ("/recall", "what did Maria want?"): ("recall", "staff-bob", "what did Maria want?"),
        ("/deal", "list"): ("deals", "staff-bob"),
        ("/deal", "add Booth for Maria Lopez at 4900"): ("add_deal", "staff-bob", "Maria Lopez", "Booth", "4900"),
        ("/deal", "set 1a2b won"): ("set_deal", "staff-bob", "1a2b", "won", ""),
        ("/note", "about Maria Lopez: after Easter"): ("add_note", "staff-bob", "after Easter", "Maria Lopez"),
        ("/note", "list"): ("notes", "staff-bob", ""),
        ("/zone", "ledger"): ("zone", "staff-bob", "ledger", ""),
        ("/zone", "veto 9f"): ("zone", "staff-bob", "veto", "9f"),
    }
    for (command, text), expected in typed.items():
        stage.slack.slash(command, text, user=BOB)
        assert stage.slack.wait_for(lambda expected=expected: expected in stage.answers.asked)


def test_a_stranger_is_told_how_to_get_linked_and_nothing_else(stage: Stage) -> None:
    stage.slack.slash("/recall", "anything", user=STRANGER)
    stage.slack.says("what did Maria want?", user=STRANGER)
    stage.slack.opens_home(STRANGER)
    ephemeral = stage.slack.wait_for(lambda: stage.slack.ephemerals(STRANGER))[0]
    message = stage.slack.wait_for(lambda: [one for one in stage.slack.direct_messages(STRANGER) if one.user == "U0BOT"])[0]
    home = stage.slack.wait_for(lambda: stage.slack.workspace.homes.get(STRANGER))
    for shown in (ephemeral.blocks, message.blocks, home["blocks"]):
        assert f"--slack {STRANGER}" in str(shown)
    assert stage.answers.asked == []


def test_plain_words_in_the_direct_message_are_answered_there(stage: Stage) -> None:
    stage.slack.says("what did Maria say about the booth?", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB)[1:])
    stage.slack.says("that is over our budget", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB)[3:])
    assert stage.answers.asked == [
        ("recall", "staff-bob", "what did Maria say about the booth?"),
        ("suggest", "staff-bob", "that is over our budget", ""),
    ]


def test_a_mention_in_a_channel_is_answered_by_direct_message_with_a_hint(stage: Stage) -> None:
    stage.slack.mentions("playbook budget", user=BOB)
    assert PRIVATE in str(stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB))[0].blocks)
    hint = stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))[0]
    assert PRIVATE not in str(hint.blocks)
    assert stage.public_messages() == []


def test_what_bots_write_and_what_people_edit_is_no_question(stage: Stage) -> None:
    channel = stage.slack.workspace.direct_channel(BOB)
    base = {"type": "message", "channel_type": "im", "channel": channel, "user": BOB, "text": "what did Maria say?"}
    stage.slack.event({**base, "ts": "1.1", "subtype": "message_changed"})
    stage.slack.event({**base, "ts": "1.2", "bot_id": "B0OTHER"})
    stage.slack.event({**base, "ts": "1.3", "channel_type": "channel", "channel": "C0GENERAL"})
    stage.slack.event({**base, "ts": "1.4", "user": "U0BOT"})
    stage.quiet()
    assert stage.answers.asked == []


def test_the_home_tab_is_published_for_the_person_who_opened_it(stage: Stage) -> None:
    stage.slack.opens_home(BOB)
    home = stage.slack.wait_for(lambda: stage.slack.workspace.homes)
    assert list(home) == [BOB]
    stage.slack.click_home("zone.ledger", user=BOB)
    window = stage.slack.wait_for(lambda: stage.slack.workspace.views)[0]
    assert window["type"] == "modal"
    assert ("zone", "staff-bob", "ledger", "") in stage.answers.asked


def test_the_shortcut_suggests_a_reply_where_commands_do_not_work(stage: Stage) -> None:
    stage.slack.shortcut("suggest_reply", "can't afford it", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))
    assert stage.answers.asked == [("suggest", "staff-bob", "can't afford it", "")]


def test_a_verdict_is_stored_and_shown_on_the_card_itself(stage: Stage) -> None:
    stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    card = stage.slack.direct_messages(BOB)[0]
    stage.slack.click(card, "suggestion.used", user=BOB)
    stage.slack.wait_for(lambda: card.edited == 1)
    stage.slack.click(card, "suggestion.worked", user=BOB)
    stage.slack.wait_for(lambda: card.edited == 2)
    labels = [element["text"]["text"] for block in card.blocks if block["type"] == "actions" for element in block["elements"]]
    assert labels == ["\u2713 Used it", "\u2713 Worked", "Did not work", "Not now"]
    stage.slack.click(card, "suggestion.did-not-work", user=BOB)
    stage.slack.wait_for(lambda: card.edited == 3)
    labels = [element["text"]["text"] for block in card.blocks if block["type"] == "actions" for element in block["elements"]]
    assert labels == ["\u2713 Used it", "Worked", "\u2713 Did not work", "Not now"]
    assert sum("feedback answered" in str(block) for block in card.blocks) == 1
    assert [asked[3] for asked in stage.answers.asked] == ["used", "worked", "did-not-work"]


def test_a_verdict_on_an_ephemeral_card_is_confirmed_below_it(stage: Stage) -> None:
    message = stage.slack.workspace.post(
        "C0GENERAL",
        text="x",
        blocks=[
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": {"type": "plain_text", "text": "Worked"}, "action_id": "suggestion.worked", "value": "s9"},
                ],
            }
        ],
        only_for=BOB,
    )
    stage.slack.click(message, "suggestion.worked", user=BOB)
    stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB)[1:])
    assert stage.answers.asked == [("feedback", "staff-bob", "s9", "worked")]


def test_one_fact_delivered_four_times_has_one_effect(stage: Stage) -> None:
    channel = stage.slack.workspace.direct_channel(BOB)
    inner = {"type": "message", "channel_type": "im", "channel": channel, "user": BOB, "text": "recall Maria", "ts": "1700000000.000100"}
    for retry in range(4):
        assert stage.slack.event(inner, event_id="Ev1", retry=retry).status == 200
    mention = {"type": "app_mention", "channel": "C0GENERAL", "user": BOB, "text": "<@U0BOT> recall Eve", "ts": "1700000000.000200"}
    stage.slack.event(mention, event_id="Ev2")
    stage.slack.event(mention, event_id="Ev3")
    click = slack_requests.slash(Asked(BOB, "C0GENERAL", "", "trigger-1"), "/zone", "status")
    for _ in range(4):
        stage.slack.deliver(click)
    stage.slack.wait_for(lambda: len(stage.answers.asked) >= 3)
    stage.quiet()
    assert sorted(asked[0] for asked in stage.answers.asked) == ["recall", "recall", "zone"]


def test_two_workers_that_share_their_memory_answer_once() -> None:
    seen = SeenOnce()
    with staged(first_time=seen) as one, staged(first_time=seen) as two:
        inner = {"type": "message", "channel_type": "im", "channel": "D0BOB", "user": BOB, "text": "recall Maria", "ts": "1700000000.000100"}
        one.slack.event(inner)
        two.slack.event(inner)
        one.slack.wait_for(lambda: one.answers.asked or two.answers.asked)
        one.quiet()
        two.quiet()
        assert len(one.answers.asked) + len(two.answers.asked) == 1


def test_a_card_with_the_same_key_is_shown_once_even_after_a_crash(stage: Stage) -> None:
    first = stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    assert stage.door.send_from_thread(BOB, coach_card(), "coach:1") == first
    assert len(stage.slack.direct_messages(BOB)) == 1


def test_a_card_that_did_not_arrive_is_sent_when_asked_again(stage: Stage) -> None:
    stage.slack.fail("chat.postMessage", "internal_error")
    with pytest.raises(DeliveryFailed, match="internal_error"):
        stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    assert len(stage.slack.direct_messages(BOB)) == 1


def test_a_revoked_token_is_explained_with_the_way_out(stage: Stage) -> None:
    stage.slack.fail("conversations.open", "token_revoked")
    with pytest.raises(DeliveryFailed, match="install the app again"):
        stage.door.send_from_thread("U0FRESH", coach_card(), "coach:1")


def test_retry_after_is_obeyed_and_nothing_is_lost(stage: Stage) -> None:
    stage.slack.rate_limit("chat.postMessage", retry_after=1)
    began = time.monotonic()
    stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    assert time.monotonic() - began >= 1
    stage.slack.rate_limit("response_url", retry_after=1)
    stage.slack.slash("/zone", "status", user=BOB)
    assert stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))


def test_refused_blocks_become_text(stage: Stage) -> None:
    stage.slack.fail("chat.postMessage", "invalid_blocks")
    stage.door.send_from_thread(BOB, coach_card(), "coach:1")
    assert PRIVATE in stage.slack.direct_messages(BOB)[0].text


def test_an_expired_response_url_falls_back_to_the_direct_message() -> None:
    with staged(interim_seconds=0.05) as stage:
        stage.answers.seconds = 0.3
        stage.slack.slash("/zone", "status", user=BOB)
        stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))
        stage.slack.workspace.age = 1_801  # half an hour later
        message = stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB))[0]
        assert PRIVATE in str(message.blocks)


def test_slow_answers_are_announced_then_follow_by_direct_message() -> None:
    with staged(interim_seconds=0.1, patience_seconds=0.2) as stage:
        stage.answers.seconds = 0.6
        assert stage.slack.slash("/recall", "Maria", user=BOB).seconds < 0.5
        first, second = stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB)[1:] and stage.slack.ephemerals(BOB))
        assert "a little longer" in str(first.blocks)
        assert "direct message" in str(second.blocks)
        assert PRIVATE in str(stage.slack.wait_for(lambda: stage.slack.direct_messages(BOB))[0].blocks)


def test_forty_people_at_once_are_acknowledged_while_answers_are_slow() -> None:
    with staged(staff_of=lambda user, _team: f"staff-{user}") as stage, ThreadPoolExecutor(40) as crowd:
        stage.answers.seconds = 1.5
        delivered = list(crowd.map(lambda number: stage.slack.slash("/recall", "Maria", user=f"U0P{number}"), range(40)))
        assert all(one.status == 200 for one in delivered)
        assert max(one.seconds for one in delivered) < 2.5
        stage.slack.wait_for(lambda: all(stage.slack.ephemerals(f"U0P{number}") for number in range(40)), 15)


def test_an_error_of_ours_is_told_and_any_other_is_named_only(stage: Stage) -> None:
    stage.answers.error = InputRefused("There is nothing to look for: write a question.")
    stage.slack.slash("/recall", "x", user=BOB)
    assert "write a question" in str(stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB))[0].blocks)
    stage.answers.error = KeyError(PRIVATE)
    stage.slack.slash("/recall", "y", user=BOB)
    shown = stage.slack.wait_for(lambda: stage.slack.ephemerals(BOB)[1:])[0]
    assert "KeyError" in str(shown.blocks)
    assert PRIVATE not in str(shown.blocks)


def test_forged_late_and_malformed_requests_get_401_and_never_500(stage: Stage) -> None:
    body = json.dumps({"type": "event_callback", "event": {"type": "app_home_opened", "user": BOB, "tab": "home"}}).encode()
    now = time.time()
    good = stage.slack.signed_headers(body)
    cases: list[tuple[bytes, dict[str, str]]] = [
        (body, stage.slack.signed_headers(body, at=now - 301)),
        (body, stage.slack.signed_headers(body, at=now + 302)),
        (body, stage.slack.signed_headers(body, secret="another")),
        (body + b" ", good),
        (body, {}),
        (body, {"X-Slack-Signature": good["X-Slack-Signature"]}),
        (body, {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]}),
        (body, {**good, "X-Slack-Request-Timestamp": "soon"}),
        (body, {**good, "X-Slack-Request-Timestamp": "1e9"}),
        (body, {**good, "X-Slack-Request-Timestamp": "-1"}),
        (body, {**good, "X-Slack-Request-Timestamp": "9" * 40}),
        (body, {**good, "X-Slack-Signature": "v1" + good["X-Slack-Signature"][2:]}),
        (b"x" * 2_000_000, stage.slack.signed_headers(b"x" * 2_000_000)),
    ]
    for content, headers in cases:
        assert httpx2.post(stage.url, content=content, headers={"Content-Type": "application/json", **headers}).status_code == 401
    stage.quiet()
    assert stage.answers.asked == []
    assert httpx2.post(stage.url, content=body, headers={"Content-Type": "application/json", **good}).status_code == 200


def test_signed_nonsense_is_never_a_server_error(stage: Stage) -> None:
    for content, kind in (
        (b"\xff\xfe", "application/json"),
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"payload=%7B", "application/x-www-form-urlencoded"),
    ):
        answer = httpx2.post(stage.url, content=content, headers={"Content-Type": kind, **stage.slack.signed_headers(content)})
        assert answer.status_code < 500, content
    odd = [
        {"type": "block_actions"},
        {"type": "block_actions", "actions": "x", "user": 7},
        {"type": "event_callback", "event": {"type": "message"}},
        {"type": "event_callback"},
    ]
    for payload in odd:
        content = json.dumps(payload).encode()
        assert httpx2.post(stage.url, content=content, headers={"Content-Type": "application/json", **stage.slack.signed_headers(content)}).status_code < 500


def test_slacks_handshake_is_answered(stage: Stage) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c123", "token": "t"}).encode()
    answer = httpx2.post(stage.url, content=body, headers={"Content-Type": "application/json", **stage.slack.signed_headers(body)})
    assert (answer.status_code, "c123" in answer.text) == (200, True)


@given(body=st.binary(max_size=200), at=st.integers(-400, 400), byte=st.integers(0, 255), place=st.integers(0, 10_000))
def test_any_change_of_a_signed_request_is_refused(body: bytes, at: int, byte: int, place: int) -> None:
    now = 1_800_000_000.0
    headers = SlackDouble.signed_headers(_SIGNER, body, at=now + at)
    stamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    assert verified(_SIGNER.signing_secret, stamp, signature, body, now) == (abs(at) <= 300)
    changed = bytearray(body or b"x")
    changed[place % len(changed)] = byte
    if bytes(changed) != body:
        assert not verified(_SIGNER.signing_secret, stamp, signature, bytes(changed), now)


class _Signer:
    signing_secret = "a secret"


_SIGNER: Any = _Signer()


@given(st.text(max_size=30), st.text(max_size=80), st.binary(max_size=50))
def test_no_header_can_break_the_check(stamp: str, signature: str, body: bytes) -> None:
    assert verified("secret", stamp, signature, body, 1_800_000_000.0) is False


def test_without_a_way_to_verify_nothing_is_built() -> None:
    with pytest.raises(NotConfigured, match="TRADECRAFT_SLACK_SIGNING_SECRET"):
        SlackDoor(bot_token="xoxb-1", answers=ScriptedAnswers(), staff_of=staff_of, first_time=SeenOnce())


def test_a_door_in_socket_mode_refuses_http_altogether() -> None:
    with staged(socket=True) as stage:
        body = b"{}"
        assert httpx2.post(stage.url, content=body, headers=stage.slack.signed_headers(body, secret="")).status_code == 401


async def _deliver(delivery: SlackDelivery, card: Card) -> None:
    await delivery.deliver(card, Channel("C0GENERAL"))


def test_a_private_card_never_reaches_a_channel(stage: Stage) -> None:
    with pytest.raises(PrivateCardRefused):
        asyncio.run(_deliver(stage.door._reaching(BOB), coach_card()))
    asyncio.run(_deliver(stage.door._reaching(BOB), Card("Shared", "shared", (Section("ROI proof"),), visibility=Visibility.ANYONE)))
    assert len(stage.public_messages()) == 1


def test_links_of_others_are_gone_and_ours_stay() -> None:
    assert neutral("see https://evil.example/x?q=1 or www.evil.example", ("https://ours.example",)) == "see [link removed] or [link removed]"
    assert neutral("see https://ours.example/zone", ("https://ours.example",)) == "see https://ours.example/zone"
    assert neutral("https://ours.example.evil.example/ https://ours.example@evil.example/", ("https://ours.example",)) == "[link removed] [link removed]"
    assert neutral("javascript:alert(1) evil.example/path e.g. 24.10. and/or 3.5") == "[link removed] [link removed] e.g. 24.10. and/or 3.5"


def test_buttons_that_take_something_back_ask_first() -> None:
    drawn = blocks(Card("t", "s", (Section("x", buttons=(Button("Take back", "zone.veto", "1", "danger"),)),)))
    assert drawn[-1]["elements"][0]["confirm"]["confirm"]["text"] == "Yes"
