"""Sending once: what becomes of an approved message whatever Twilio, the network or a crash does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import update

from bot.bootstrap import House
from bot.channels.whatsapp import Status
from memory.content_templates import ContentTemplates, KnownTemplate
from memory.conversations import Conversations
from memory.customers import Customers
from memory.outbox import UnknownLetter
from memory.tables import Outgoing, Staff
from tests.sending_stand import Desk, Killed, desk


@pytest.fixture
def at(house: House, alice: Staff) -> Iterator[Desk]:
    with desk(house, alice) as made:
        yield made


def test_an_approved_message_is_sent_once_and_stands_in_the_conversation(at: Desk) -> None:
    letter = at.approve()
    assert at.approve().id == letter.id  # the same window delivered again
    assert at.sending.work() == 1
    assert at.sending.work() == 0
    assert at.outbound() == [letter.body]
    assert at.state(letter) == ("sent", "")
    talks = Conversations(at.house.database, at.house.zones.open(at.staff.id))
    assert [(one.role, one.text) for thread in talks.threads() for one in talks.history(thread.id)] == [("marketer", letter.body)]
    assert f"letter={letter.id}" in at.twilio.post.requests[0]["StatusCallback"]


@pytest.mark.parametrize("point", ["claimed", "accepted", "recorded"])
def test_a_process_killed_at_any_point_sends_exactly_once(at: Desk, point: str) -> None:
    letter = at.approve()
    at.stop_at = point
    with pytest.raises(Killed):
        at.sending.work()
    at.stop_at = ""
    assert at.sending.work() == 0  # another process starts: the row is not touched before its lease is over
    for _ in range(4):
        at.clock.turn(seconds=91)
        at.sending.work()
    assert at.outbound() == [letter.body]
    assert at.state(letter) == ("sent", "")


@pytest.mark.parametrize("lost", ["500-accepted", "dropped-accepted"])
def test_an_answer_that_was_lost_is_looked_up_and_not_repeated(at: Desk, lost: str) -> None:
    letter = at.approve()
    at.twilio.post.answers.append(lost)
    at.sending.work()
    assert at.state(letter)[0] == "sending"
    at.clock.turn(seconds=21)
    at.sending.work()
    assert at.state(letter) == ("sent", "")
    assert at.outbound() == [letter.body]


@pytest.mark.parametrize("lost", ["500-refused", "dropped-refused"])
def test_what_twilio_surely_does_not_have_is_sent_after_two_looks(at: Desk, lost: str) -> None:
    letter = at.approve()
    at.twilio.post.answers.append(lost)
    at.sending.work()
    for _ in range(3):
        assert len(at.twilio.post.requests) == 1
        at.clock.turn(seconds=61)
        at.sending.work()
    at.sending.work()
    assert at.outbound() == [letter.body]
    assert at.state(letter) == ("sent", "")


def test_what_cannot_be_found_out_stays_unknown_and_is_never_sent_again_by_itself(at: Desk) -> None:
    letter = at.approve()
    at.twilio.post.answers.append("dropped-accepted")
    at.sending.work()
    for _ in range(40):
        at.twilio.failures.append(503)
        at.clock.turn(seconds=61)
        at.sending.work()
    assert at.state(letter)[0] == "unknown"
    at.clock.turn(days=1)
    at.twilio.failures.clear()
    assert at.sending.work() == 0
    assert len(at.twilio.post.requests) == 1
    (sid,) = [one.sid for one in at.twilio.messages.values() if one.direction == "outbound-api"]
    at.sending.told(Status(sid, "delivered", "", letter.id))  # Twilio itself tells in the end
    assert at.state(letter) == ("delivered", "")
    assert at.box.get(letter.id).external_id == sid


def test_twice_the_same_words_in_the_list_cannot_be_told_apart(at: Desk) -> None:
    letter = at.approve()
    at.twilio.post.answers.append("dropped-accepted")
    at.sending.work()
    at.twilio.add("outbound-api", "whatsapp:+12025550101", "whatsapp:+4915150000007", letter.body)
    at.clock.turn(seconds=21)
    at.sending.work()
    assert at.state(letter)[0] == "unknown"
    at.box.decide(letter.id, "sent", at.clock())
    assert at.state(letter)[0] == "sent"


def test_two_messages_with_the_same_words_are_two_messages(at: Desk) -> None:
    first, second = at.approve("ok", "k1"), at.approve("ok", "k2")
    at.sending.work()
    at.twilio.post.answers.clear()
    assert at.outbound() == ["ok", "ok"]
    assert {at.box.get(one.id).external_id for one in (first, second)} == {one.sid for one in at.twilio.messages.values() if one.direction == "outbound-api"}


def test_slow_down_is_obeyed_and_a_network_that_is_not_there_is_waited_for(at: Desk) -> None:
    letter = at.approve()
    at.twilio.post.answers.append("429")
    at.sending.work()
    assert at.state(letter) == ("approved", "429")
    assert at.sending.work() == 0
    at.clock.turn(seconds=1)
    at.sending.work()
    assert at.outbound() == [letter.body]


@pytest.mark.parametrize(("hours", "state"), [(23, "sent"), (23.95, "failed"), (25, "failed")])
def test_free_words_never_leave_outside_the_window(house: House, alice: Staff, hours: float, state: str) -> None:
    with desk(house, alice, wrote=False) as at:
        at.hears(hours)
        letter = at.approve()
        at.sending.work()
        assert at.state(letter)[0] == state
        assert len(at.outbound()) == (state == "sent")
        assert state == "sent" or at.state(letter)[1] == "window-closed"


def test_outside_the_window_an_approved_template_is_sent_and_no_other(house: House, alice: Staff) -> None:
    with desk(house, alice, wrote=False) as at:
        sid = at.twilio.post.contents.add("follow_up", "Hi {{1}}, your offer is ready.", variables={"1": "Maria"}, approval="approved")
        known = KnownTemplate(sid, "follow_up", "en", "twilio/text", "Hi {{1}}, your offer is ready.", {"1": "Maria"}, approval="approved")
        ContentTemplates(house.database).replace([known], at.clock())
        letter = at.approve("Hi Maria, your offer is ready.", template_sid=sid, variables={"1": "Maria"})
        at.sending.work()
        assert at.state(letter)[0] == "sent"
        assert at.outbound() == ["Hi Maria, your offer is ready."]
        assert at.twilio.post.requests[0]["ContentVariables"] == '{"1": "Maria"}'
        assert "Body" not in at.twilio.post.requests[0]
        ContentTemplates(house.database).replace([replace(known, approval="rejected")], at.clock())
        late = at.approve("Hi Maria, your offer is ready.", "k2", template_sid=sid, variables={"1": "Maria"})
        at.sending.work()
        assert at.state(late) == ("failed", "template-gone")


def test_a_stop_that_comes_after_the_approval_still_holds(at: Desk) -> None:
    letter = at.approve()
    with at.house.database.transaction() as session:
        customers = Customers(at.house.database, at.house.zones.open(at.staff.id))
        maria = customers.called(session, "Maria Lopez")
        assert maria is not None
        customers.note_opt_out(session, maria, "STOP", at.clock())
    at.sending.work()
    assert at.state(letter) == ("failed", "opted-out")
    assert at.twilio.post.requests == []


def test_what_was_changed_after_the_approval_is_not_sent(at: Desk) -> None:
    letter = at.approve()
    zone = at.house.zones.open(at.staff.id)
    other = at.approve("other words", "k2")
    with at.house.database.transaction() as session:
        session.exec(update(Outgoing).where(Outgoing.id == letter.id).values(ours="+12025550199"))
    at.sending.work()
    assert at.state(letter) == ("failed", "changed")
    assert at.state(other)[0] == "sent"
    assert zone.staff_id == at.staff.id


@pytest.mark.parametrize(
    ("told", "state"), [(["read", "sent", "delivered"], "read"), (["failed", "delivered"], "delivered"), (["delivered", "failed"], "delivered")]
)
def test_states_never_move_backwards(at: Desk, told: list[str], state: str) -> None:
    letter = at.approve()
    at.sending.work()
    sid = at.box.get(letter.id).external_id
    for status in told:
        at.sending.told(Status(sid, status, "63016" if status == "failed" else ""))
    assert at.state(letter)[0] == state


def test_a_callback_that_never_came_is_asked_for(at: Desk) -> None:
    letter = at.approve()
    at.sending.work()
    at.twilio.messages[at.box.get(letter.id).external_id].status = "read"
    at.sending.refresh()
    assert at.state(letter) == ("read", "")


def test_another_persons_zone_sees_and_decides_nothing_of_it(at: Desk, bob: Staff) -> None:
    letter = at.approve()
    others = replace(at, staff=bob)
    with pytest.raises(UnknownLetter):
        others.box.get(letter.id)
    with pytest.raises(UnknownLetter):
        others.box.decide(letter.id, "failed", at.clock())
    with pytest.raises(UnknownLetter):
        others.approve()  # the very same approval, in another's name
