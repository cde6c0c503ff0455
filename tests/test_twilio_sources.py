import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlmodel import select

from bot.bootstrap import House
from bot.channels import twilio_conversations, twilio_events
from bot.channels.twilio_account import TwilioAccount
from bot.channels.whatsapp import NotAMessage
from bot.doubles.twilio_talks import added_event, cloud_event, message_event
from bot.messages import Address, Media, Role
from memory.customers import Customers
from memory.tables import InboxEntry, Message, MessageOrigin, Staff
from tests.whatsapp_stand import OURS, THEIRS, Stand, now, open_stand

AT = datetime(2026, 11, 20, 9, 30, 59, 900_000, tzinfo=UTC)
ACCOUNT_ID = "whatsapp:US.13491208655302741918"


@pytest.fixture
def stand(house: House, alice: Staff) -> Iterator[Stand]:
    with open_stand(house, working=False) as opened:
        yield opened


def origins(stand: Stand) -> int:
    with stand.house.database.reading() as session:
        return len(session.exec(select(MessageOrigin)).all())


def test_both_sides_of_a_conversation_arrive_by_its_webhook(stand: Stand) -> None:
    talk = stand.twilio.converse(THEIRS, OURS, identity="alice@firm.example")
    at = now() - timedelta(minutes=5)
    for author, place, body in ((THEIRS, 0, "too expensive"), ("alice@firm.example", 1, "let me show you"), ("system", None, "sent by our software")):
        at += timedelta(minutes=1)
        assert stand.twilio.add_to(stand.conversations, talk, author=author, participant=place, body=body, at=at).status_code == 200
    assert stand.messages() == [("customer", "text", "too expensive"), ("marketer", "text", "let me show you"), ("marketer", "text", "sent by our software")]


def test_a_sender_without_a_number_is_the_participant_it_is_named_as(stand: Stand, alice: Staff) -> None:
    talk = stand.twilio.converse(THEIRS, OURS)
    stand.twilio.add_to(stand.conversations, talk, author=ACCOUNT_ID, participant=0, body="from a hidden number")
    nameless = stand.twilio.converse(ACCOUNT_ID, OURS)
    stand.twilio.add_to(stand.conversations, nameless, author=ACCOUNT_ID, participant=0, body="and again")
    (customer,) = Customers(stand.house.database, stand.house.zones.open(alice.id)).all()
    assert set(customer.addresses) == {"+4915150000007", "US.13491208655302741918"}
    assert [role for role, _, _ in stand.messages()] == ["customer", "customer"]


def test_behind_a_number_shared_by_the_firm_the_staff_address_in_the_conversation_says_whose_it_is(stand: Stand) -> None:
    talk = stand.twilio.converse(THEIRS, "whatsapp:+12025550000")
    talk.join(address=OURS, proxy="whatsapp:+12025550000")
    stand.twilio.add_to(stand.conversations, talk, author=OURS, participant=1, body="from my own phone")
    stand.twilio.add_to(stand.conversations, talk, author=THEIRS, participant=0, body="hello", at=now() + timedelta(seconds=1))
    assert [(role, text) for role, _, text in stand.messages()] == [("marketer", "from my own phone"), ("customer", "hello")]


def test_what_cannot_be_told_apart_is_acknowledged_and_not_stored(stand: Stand) -> None:
    group = stand.twilio.converse(THEIRS, OURS, identity="alice")
    group.join(address="whatsapp:+4915150000008", proxy=OURS)
    texts = stand.twilio.converse("+4915150000007", "+12025550101")
    strangers = stand.twilio.converse(THEIRS, "whatsapp:+19995550100")
    for talk, author, place in ((group, "alice", 1), (texts, "+4915150000007", 0), (strangers, THEIRS, 0)):
        assert stand.twilio.add_to(stand.conversations, talk, author=author, participant=place, body="x").status_code == 200
    assert stand.count(InboxEntry) == 0
    assert stand.twilio.add_to(stand.conversations, group, author=THEIRS, participant=0, body="one of several is still one").status_code == 200
    assert stand.count(InboxEntry) == 1


def test_other_happenings_are_acknowledged_and_forged_or_unknown_ones_are_not(stand: Stand) -> None:
    talk = stand.twilio.converse(THEIRS, OURS)
    assert stand.twilio.add_to(stand.conversations, talk, author=THEIRS, body="x", more={"EventType": "onConversationStateUpdated"}).status_code == 200
    assert stand.twilio.add_to(stand.conversations, talk, author=THEIRS, body="x", sid="IM1").status_code == 403
    fields = list(talk.write(stand.twilio.account_sid, author=THEIRS, body="x").items())
    assert stand.twilio.deliver(stand.conversations, fields, signed_url=stand.webhook).status_code == 403
    assert stand.count(InboxEntry) == 0


def test_when_twilio_cannot_be_asked_who_takes_part_the_message_is_not_acknowledged(stand: Stand) -> None:
    talk = stand.twilio.converse(THEIRS, OURS)
    stand.twilio.failures.append(500)
    fields = list(talk.write(stand.twilio.account_sid, author=THEIRS, participant=0, body="keep me").items())
    assert stand.twilio.deliver(stand.conversations, fields).status_code == 503
    assert stand.twilio.deliver(stand.conversations, fields).status_code == 200
    assert stand.twilio.deliver(stand.conversations, fields).status_code == 200
    assert stand.messages() == [("customer", "text", "keep me")]


def test_files_in_a_conversation_are_placeholders(stand: Stand) -> None:
    talk = stand.twilio.converse(THEIRS, OURS)
    stand.twilio.add_to(stand.conversations, talk, author=THEIRS, participant=0, body="", media=("audio/ogg", "image/png"))
    assert stand.messages() == [("customer", "media", "<audio> <image>")]


def test_a_conversation_of_another_service_is_asked_there_and_erased_there(stand: Stand) -> None:
    service = "IS" + "7" * 32
    talk = stand.twilio.converse(THEIRS, OURS, service=service)
    fields = talk.write(stand.twilio.account_sid, author=THEIRS, participant=0, body="hello")
    assert stand.twilio.deliver(stand.conversations, list(fields.items())).status_code == 200
    streamed = talk.write(stand.twilio.account_sid, author=THEIRS, participant=0, body="told without the service", at=now() + timedelta(minutes=2))
    assert stand.twilio.stream(stand.events, [added_event(streamed)]).status_code == 200
    assert stand.count(Message) == 2
    account = TwilioAccount(stand.twilio.account_sid, stand.twilio.auth_token, stand.twilio.url)
    assert account.delete(f"{talk.sid}/{fields['MessageSid']}")
    assert account.delete(f"{talk.sid}/{fields['MessageSid']}")
    assert list(talk.messages) == [streamed["MessageSid"]]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_one_message_from_four_sources_is_one_row_whichever_comes_first(stand: Stand, order: tuple[int, ...]) -> None:
    sent = stand.twilio.add("inbound", THEIRS, OURS, "How about ten percent less?", at=now() - timedelta(seconds=2))
    talk = stand.twilio.converse(THEIRS, OURS)
    added = talk.write(stand.twilio.account_sid, author=THEIRS, participant=0, body=sent.body, at=sent.created_at - timedelta(seconds=1))
    received = message_event("inbound-message.received", stand.twilio.account_sid, sent, sent.created_at)
    sources = (
        lambda: stand.twilio.deliver(stand.webhook, list(stand.twilio.fields(sent).items())).status_code,
        lambda: stand.twilio.deliver(stand.conversations, list(added.items())).status_code,
        lambda: stand.twilio.stream(stand.events, [received, added_event(added)]).status_code,
        lambda: 200 if stand.reconciliation.recent().listed == 1 else 500,
    )
    assert [sources[place]() for place in (*order, *order)] == [200] * 8
    assert stand.messages() == [("customer", "text", "How about ten percent less?")]
    assert stand.count(Message) == 1


def test_clocks_on_two_sides_of_a_minute_still_make_one_message(stand: Stand) -> None:
    sent = stand.twilio.add("inbound", THEIRS, OURS, "ok", at=AT)
    talk = stand.twilio.converse(THEIRS, OURS)
    stand.twilio.stream(stand.events, [message_event("inbound-message.received", stand.twilio.account_sid, sent, AT)])
    stand.twilio.add_to(stand.conversations, talk, author=THEIRS, participant=0, body="ok", at=AT + timedelta(seconds=1))
    assert (stand.count(Message), origins(stand)) == (1, 1)
    for seconds in (20, 25):
        again = stand.twilio.add("inbound", THEIRS, OURS, "ok", at=AT + timedelta(seconds=seconds))
        stand.twilio.stream(stand.events, [message_event("inbound-message.received", stand.twilio.account_sid, again, again.created_at)])
        stand.twilio.add_to(stand.conversations, talk, author=THEIRS, participant=0, body="ok", at=again.created_at)
    assert (stand.count(Message), origins(stand)) == (3, 3)


def test_both_sides_stream_in_and_repetitions_add_nothing(stand: Stand) -> None:
    theirs = stand.twilio.add("inbound", THEIRS, OURS, "too expensive", at=AT)
    ours = stand.twilio.add("outbound-api", OURS, THEIRS, "we can talk", at=AT + timedelta(minutes=1))
    sid = stand.twilio.account_sid
    batch = [
        message_event("message.delivered", sid, ours, ours.created_at + timedelta(hours=3)),
        message_event("inbound-message.received", sid, theirs, theirs.created_at),
        message_event("message.sent", sid, ours, ours.created_at),
        message_event("message.queued", sid, ours, ours.created_at),
    ]
    for events in (batch, batch, batch[1]):
        assert stand.twilio.stream(stand.events, events).status_code == 200
    assert stand.messages() == [("customer", "text", "too expensive"), ("marketer", "text", "we can talk")]


def test_half_of_a_pair_of_surrogates_is_stored_as_a_replacement(stand: Stand) -> None:
    sent = stand.twilio.add("inbound", THEIRS, OURS, "hi \ud83d there", at=AT)
    (event,) = twilio_events.events(json.dumps(message_event("inbound-message.received", stand.twilio.account_sid, sent, AT)))
    message = twilio_events.message(event, AT)
    assert message is not None
    stand.inbox.accept(message, AT)
    assert stand.messages() == [("customer", "text", "hi \ufffd there")]
    assert Media("image/png", name="\udc00.png").name == "\ufffd.png"


def test_an_event_without_words_is_completed_from_twilios_list(stand: Stand) -> None:
    voice = stand.twilio.add("inbound", THEIRS, OURS, "", media=[("audio/ogg", b"x")], at=AT)
    stand.twilio.stream(stand.events, [message_event("inbound-message.received", stand.twilio.account_sid, voice, AT)])
    ours = stand.twilio.add("outbound-api", OURS, THEIRS, "the words are not in the event", at=AT + timedelta(minutes=1))
    told = message_event("message.read", stand.twilio.account_sid, ours, AT + timedelta(hours=1))
    del told["data"]["body"]
    stand.twilio.stream(stand.events, [told])
    assert stand.messages() == [("customer", "media", "<audio>"), ("marketer", "text", "the words are not in the event")]


def test_events_of_nothing_that_concerns_us_do_not_hold_up_the_batch(stand: Stand) -> None:
    mine = stand.twilio.add("inbound", THEIRS, OURS, "hello", at=AT)
    text = stand.twilio.add("inbound", "+4915150000007", "+12025550101", "a text message")
    sid = stand.twilio.account_sid
    batch = [
        message_event("inbound-message.received", sid, text, AT),
        message_event("message.delivered", sid, text, AT),
        message_event("inbound-message.received", "AC" + "9" * 32, mine, AT),
        message_event("inbound-message.received", sid, mine, AT, messageSid=5),
        cloud_event("com.twilio.voice.call.ended", {"accountSid": sid}),
        {"type": 5, "data": {}},
        "nothing",
        message_event("inbound-message.received", sid, mine, AT),
    ]
    assert stand.twilio.stream(stand.events, batch).status_code == 200
    assert stand.messages() == [("customer", "text", "hello")]
    assert stand.twilio.calls == []


def test_a_stream_is_believed_only_with_the_hash_of_its_very_body(stand: Stand) -> None:
    sent = stand.twilio.add("inbound", THEIRS, OURS, "hello", at=AT)
    event = message_event("inbound-message.received", stand.twilio.account_sid, sent, AT)
    assert stand.twilio.stream(stand.events, [event], signed_body=json.dumps([]).encode()).status_code == 403
    assert stand.twilio.stream(stand.events, [event], hashed=False).status_code == 403
    assert httpx2.post(stand.events, json=[event]).status_code == 403
    stand.twilio.auth_token = "somebody else's"
    assert stand.twilio.stream(stand.events, [event]).status_code == 403
    assert stand.count(InboxEntry) == 0
    stand.twilio.auth_token = "token-of-the-double"
    assert stand.twilio.stream(stand.events, [event], algorithm="HMAC_SHA256").status_code == 200
    assert stand.count(InboxEntry) == 1


def test_a_failed_store_makes_the_whole_batch_come_again(stand: Stand) -> None:
    sent = [stand.twilio.add("inbound", THEIRS, OURS, f"line {number}", at=AT + timedelta(minutes=number)) for number in range(3)]
    batch = [message_event("inbound-message.received", stand.twilio.account_sid, one, one.created_at) for one in sent]

    def second_fails(message: object) -> None:
        if getattr(message, "text", "") == "line 1":
            raise OSError("disk full")

    stand.accepting.append(second_fails)
    assert stand.twilio.stream(stand.events, batch).status_code == 503
    stand.accepting.clear()
    assert stand.twilio.stream(stand.events, batch).status_code == 200
    assert [text for _, _, text in stand.messages()] == ["line 0", "line 1", "line 2"]


def test_a_stop_in_a_stream_or_a_conversation_holds(stand: Stand, alice: Staff) -> None:
    customers = Customers(stand.house.database, stand.house.zones.open(alice.id))
    talk = stand.twilio.converse(THEIRS, OURS)
    stand.twilio.add_to(stand.conversations, talk, author=THEIRS, participant=0, body="Stop!", at=AT)
    assert customers.all()[0].opted_out_at == AT
    start = stand.twilio.add("inbound", THEIRS, OURS, "weiter bitte", at=AT + timedelta(minutes=1))
    stand.twilio.stream(stand.events, [message_event("inbound-message.received", stand.twilio.account_sid, start, start.created_at, optOutType="START")])
    assert customers.all()[0].opted_out_at is None


def test_whatever_a_request_of_events_holds_it_is_read_or_refused() -> None:
    for text in ("", "[", "nothing", "[" * 100_000, json.dumps([{}] * 1_001)):
        with pytest.raises(NotAMessage):
            twilio_events.events(text)
    for text in ("[]", "5", "null", '[{"type":"x"}]', '[{"type":"x","data":[]}]'):
        assert twilio_events.events(text) == []


def test_an_author_nobody_lists_is_judged_by_the_address_alone() -> None:
    fields = {
        "EventType": "onMessageAdded",
        "AccountSid": "AC" + "0" * 32,
        "ConversationSid": "CH" + "1" * 32,
        "MessageSid": "IM" + "2" * 32,
        "Body": "hello",
        "DateCreated": "yesterday",
    }
    there = [twilio_conversations.Participant("MB1", "", THEIRS, OURS)]
    for author, role in ((THEIRS, Role.CUSTOMER), (OURS, Role.MARKETER), ("alice", Role.MARKETER), (ACCOUNT_ID, Role.CUSTOMER)):
        said = twilio_conversations.added({**fields, "Author": author}, AT)
        assert said is not None
        message = twilio_conversations.inbound(said, there, lambda address: address.value == "+12025550101")
        assert (message.role, message.ours, message.sent_at) == (role, Address("whatsapp", "+12025550101"), AT)
    for author in ("+4915150000007", "somebody@example.org"):
        said = twilio_conversations.added({**fields, "Author": author}, AT)
        assert said is not None
        with pytest.raises(NotAMessage):
            twilio_conversations.inbound(said, there, lambda _address: False)
