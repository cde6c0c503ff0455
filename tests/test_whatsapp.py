import base64
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx2
import pytest

from bot.bootstrap import House, initialise
from bot.channels import whatsapp
from bot.channels.twilio_account import TwilioAccount
from bot.doubles.twilio import sign
from bot.inbox import Accepted
from bot.messages import Address, InboundMessage, Kind, Media
from bot.opt_outs import opt_out
from bot.reconciliation import Reconciliation
from bot.settings import Settings
from memory.customers import Customers
from memory.errors import DatabaseBusy
from memory.message_statuses import MessageStatuses
from memory.tables import InboxEntry, Message, Staff
from tests.whatsapp_stand import OURS, THEIRS, TOKENS, Stand, now, open_stand, wait_for

MINIMAL = {"AccountSid": "AC" + "0" * 32, "MessageSid": "SM" + "0" * 32, "From": THEIRS, "To": OURS, "Body": "hello"}
SID = "SM" + "0123456789abcdef" * 2


@pytest.fixture
def stand(house: House, alice: Staff) -> Iterator[Stand]:
    with open_stand(house, working=False) as opened:
        yield opened


@pytest.fixture
def working(house: House, alice: Staff) -> Iterator[Stand]:
    with open_stand(house, working=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """One stand for all requests that leave nothing behind."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("refusing") / "data")
    initialise(settings)
    house = House.opened(settings)
    house.staff.add("Alice Okafor", now=now(), whatsapp=[OURS.removeprefix("whatsapp:")])
    with open_stand(house, working=False) as opened:
        yield opened
    house.close()


def fields(stand: Stand, **changed: str) -> dict[str, str]:
    message = stand.twilio.add("inbound", THEIRS, OURS, "hello", sid=SID)
    return {**stand.twilio.fields(message, "Jürgen ☕"), **changed}


def delivered(stand: Stand, **changed: str) -> httpx2.Response:
    return stand.twilio.deliver(stand.webhook, list(fields(stand, **changed).items()))


def test_a_customers_message_is_stored_and_worked_on_and_answered_with_empty_twiml(working: Stand, alice: Staff) -> None:
    answer = working.twilio.customer_writes(working.webhook, THEIRS, OURS, "Das ist uns zu teuer.\nWirklich.", profile_name="Jürgen ☕")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert working.messages() == [("customer", "text", "Das ist uns zu teuer.\nWirklich.")]
    assert working.settled() == {"done": 1}
    assert working.remembered == working.coached
    assert working.remembered[0][0] == alice.id
    assert [one.name for one in Customers(working.house.database, working.house.zones.open(alice.id)).all()] == ["Jürgen ☕"]


def test_five_hundred_copies_of_one_delivery_are_one_row_and_one_piece_of_work(working: Stand) -> None:
    said = list(fields(working).items())
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(lambda _: working.twilio.deliver(working.webhook, said).status_code, range(500)))
    assert set(answers) == {200}
    assert (working.count(Message), working.count(InboxEntry)) == (1, 1)
    working.settled()
    assert (len(working.remembered), len(working.coached)) == (1, 1)


def test_the_answer_comes_after_the_commit_and_a_failed_commit_is_no_answer_of_success(stand: Stand) -> None:
    def busy(_message: object) -> None:
        raise DatabaseBusy("busy")

    stand.accepting.append(busy)
    assert delivered(stand).status_code == 503
    assert stand.count(InboxEntry) == 0
    stand.accepting.clear()
    assert delivered(stand).status_code == 200
    assert stand.count(InboxEntry) == 1


def test_a_message_for_nobody_of_ours_is_acknowledged_counted_and_not_stored(stand: Stand) -> None:
    assert delivered(stand, To="whatsapp:+12025550199").status_code == 200
    assert (stand.count(Message), stand.count(InboxEntry), stand.inbox.turned_away) == (0, 0, 1)


@pytest.mark.parametrize("sender", ["whatsapp:+4915150000007", "whatsapp:US.13491208655302741918", "whatsapp:DE.ABC123XYZ"])
def test_senders_with_and_without_a_phone_number_are_customers(sender: str) -> None:
    message = whatsapp.inbound({**MINIMAL, "From": sender}, now())
    assert message.theirs == Address("whatsapp", sender.removeprefix("whatsapp:"))


def test_a_customer_whose_number_changes_stays_the_same_customer_by_the_id_beside_it(stand: Stand, alice: Staff) -> None:
    known = "US.13491208655302741918"
    delivered(stand, ExternalUserIdentifier=f"whatsapp:{known}")
    delivered(stand, MessageSid="SM" + "b" * 32, From="whatsapp:+4915159999999", WaId="4915159999999", ExternalUserIdentifier=known, Body="new phone")
    delivered(stand, MessageSid="SM" + "c" * 32, From=f"whatsapp:{known}", WaId="", Body="and now no number")
    (customer,) = Customers(stand.house.database, stand.house.zones.open(alice.id)).all()
    assert set(customer.addresses) == {"+4915150000007", "+4915159999999", known}


@pytest.mark.parametrize(
    ("content_type", "placeholder"),
    [
        ("audio/ogg; codecs=opus", "<audio>"),
        ("image/jpeg", "<image>"),
        ("image/webp", "<sticker>"),
        ("video/mp4", "<video>"),
        ("application/pdf", "<document>"),
        ("text/vcard", "<contact>"),
        ("chemical/x-pdb", "<file>"),
    ],
)
def test_media_without_words_becomes_a_placeholder(content_type: str, placeholder: str) -> None:
    message = whatsapp.inbound({**MINIMAL, "Body": " ", "NumMedia": "1", "MediaContentType0": content_type, "MediaUrl0": "https://x"}, now())
    assert (message.kind, message.text, message.media) == (Kind.MEDIA, placeholder, (Media(content_type, "https://x"),))


def test_media_with_words_keeps_the_words(stand: Stand) -> None:
    stand.twilio.customer_writes(stand.webhook, THEIRS, OURS, "our floor plan", media=[("image/png", b"x"), ("image/png", b"y")])
    assert stand.messages() == [("customer", "text", "our floor plan")]


def test_a_place_without_words_is_a_placeholder_too(stand: Stand) -> None:
    assert delivered(stand, Body="", Latitude="52.5", Longitude="13.4").status_code == 200
    assert stand.messages() == [("customer", "media", "<location>")]


def test_stop_holds_from_when_it_was_said_until_start(stand: Stand, alice: Staff) -> None:
    customers = Customers(stand.house.database, stand.house.zones.open(alice.id))
    delivered(stand, Body="please stop calling")
    assert customers.all()[0].opted_out_at is None
    delivered(stand, MessageSid="SM" + "1" * 32, Body="stop", OptOutType="STOP")
    assert customers.all()[0].opted_out_at is not None
    delivered(stand, MessageSid="SM" + "2" * 32, Body="anything else")
    assert customers.all()[0].opted_out_at is not None
    delivered(stand, MessageSid="SM" + "3" * 32, Body=" Start. ")
    assert customers.all()[0].opted_out_at is None


def test_a_profile_name_cannot_hide_or_break_anything(stand: Stand, alice: Staff) -> None:
    delivered(stand, ProfileName="Eve\u202e\x00\n<b>" + "x" * 200)
    name = Customers(stand.house.database, stand.house.zones.open(alice.id)).all()[0].name
    assert name.startswith("Eve <b>xx")
    assert len(name) == 80


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_both_live_tokens_and_both_algorithms_are_taken(stand: Stand, token: str, algorithm: str) -> None:
    stand.twilio.auth_token = token
    assert stand.twilio.deliver(stand.webhook, list(fields(stand).items()), algorithm=algorithm).status_code == 200


def test_host_and_forwarded_headers_change_nothing(stand: Stand) -> None:
    said = list(fields(stand).items())
    signature = sign(TOKENS[0], stand.webhook, said)
    spoofed = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1",
        "Forwarded": "host=evil.example",
        "Host": "evil.example",
    }
    body = urlencode(said)
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    assert httpx2.post(stand.webhook, content=body, headers={**form, **spoofed}).status_code == 200
    evil = sign(TOKENS[0], "https://evil.example" + "/webhooks/twilio/whatsapp", said)
    assert httpx2.post(stand.webhook, content=body, headers={**form, **spoofed, "X-Twilio-Signature": evil}).status_code == 403


FORM = "application/x-www-form-urlencoded"
GENUINE = base64.b64encode(b"0" * 20).decode()


@pytest.mark.parametrize(
    ("headers", "body", "query"),
    [
        pytest.param({"Content-Type": FORM}, b"A=1", "", id="no signature"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": ""}, b"A=1", "", id="empty signature"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": b"\xff\xfe\x00".hex()}, b"A=1", "", id="no base64"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": GENUINE}, b"\xff\xfe=%ff", "", id="bytes that are no text"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": GENUINE}, b"", "", id="nothing"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": GENUINE}, b"&".join(b"a%d=1" % n for n in range(1001)), "", id="1,001 fields"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": GENUINE}, b"Body=" + b"x" * 3_000_000, "", id="3 MB"),
        pytest.param({"Content-Type": "application/json", "X-Twilio-Signature": GENUINE}, b"{}", "", id="JSON"),
        pytest.param({"Content-Type": "application/json", "X-Twilio-Signature": GENUINE}, b"{}", "?bodySHA256=" + "0" * 64, id="JSON with a hash"),
        pytest.param({"Content-Type": "multipart/form-data; boundary=x", "X-Twilio-Signature": GENUINE}, b"--x--", "", id="multipart"),
        pytest.param({"X-Twilio-Signature": GENUINE}, b"A=1", "", id="no content type"),
        pytest.param({"Content-Type": FORM, "X-Twilio-Signature": GENUINE}, b"A=1", "?bodySHA256=%ff", id="broken query"),
        pytest.param(
            {"Content-Type": FORM, "X-Twilio-Signature": GENUINE, "X-Twilio-Webhooks-Signature-Settings": "algorithm=NONE"}, b"A=1", "", id="unknown algorithm"
        ),
    ],
)
def test_whatever_is_wrong_with_a_request_it_is_forbidden_and_never_an_error_of_ours(refusing: Stand, headers: dict[str, str], body: bytes, query: str) -> None:
    for path in (refusing.webhook, refusing.callback):
        answer = httpx2.post(path + query, content=body, headers=headers)
        assert (answer.status_code, answer.content) == (403, b"")
    assert refusing.count(InboxEntry) == 0


def test_genuine_requests_that_are_no_message_are_forbidden_too(refusing: Stand) -> None:
    for change in ({"MessageSid": ""}, {"From": "+4915150000007"}, {"To": "whatsapp:"}, {"MessageSid": SID + "NumMedia0"}, {"AccountSid": "AC" + "9" * 32}):
        assert delivered(refusing, **change).status_code == 403
    assert refusing.count(InboxEntry) == 0


def test_a_field_with_two_values_is_not_believed(stand: Stand) -> None:
    said = [*fields(stand).items(), ("Body", "goodbye")]
    assert stand.twilio.deliver(stand.webhook, said).status_code == 200
    assert stand.messages() == [("customer", "media", "<unsupported>")]


def test_parameters_nobody_knows_yet_are_signed_and_accepted(stand: Stand) -> None:
    assert delivered(stand, SomethingNew="", AnotherOne="ünïcode 日本").status_code == 200


def test_a_slow_database_does_not_stop_the_event_loop(stand: Stand) -> None:
    held = threading.Event()

    def slow_database(_message: object) -> None:
        assert held.wait(5)

    stand.accepting.append(slow_database)
    with ThreadPoolExecutor(4) as senders:
        slow = senders.submit(delivered, stand)
        assert httpx2.get(stand.url + "/healthz", timeout=2).json() == {"status": "alive"}
        assert not slow.done()
        held.set()
        assert slow.result().status_code == 200


def test_ready_names_what_is_missing(working: Stand) -> None:
    assert httpx2.get(working.url + "/readyz").json() == {"status": "ready", "missing": []}
    working.jobs.stop()
    answer = httpx2.get(working.url + "/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "missing": ["jobs"]})


def test_a_status_callback_brings_what_the_marketer_wrote(stand: Stand) -> None:
    sent = stand.twilio.add("outbound-api", OURS, THEIRS, "We can do it by Friday.", status="delivered")
    failed = stand.twilio.add("outbound-api", OURS, THEIRS, "never arrived", status="undelivered")
    for message in (sent, failed, sent):
        assert stand.twilio.report(stand.callback, message).status_code == 200
    assert stand.messages() == [("marketer", "text", "We can do it by Friday.")]


def test_reconciliation_brings_both_sides_once_and_heals_an_outage(working: Stand) -> None:
    start = now() - timedelta(hours=20)
    said = []
    for number in range(30):
        sender, recipient, direction = (OURS, THEIRS, "outbound-api") if number % 3 == 0 else (THEIRS, OURS, "inbound")
        said.append(working.twilio.add(direction, sender, recipient, f"line {number}", at=start + timedelta(minutes=number)))
    working.twilio.deliver(working.webhook, list(working.twilio.fields(said[1]).items()))
    working.twilio.add("inbound", "+4915150000007", "+12025550101", "a text message", at=start)
    working.twilio.add("inbound", THEIRS, "whatsapp:+19995550100", "somebody else's", at=start)
    working.twilio.add("outbound-api", OURS, THEIRS, "failed", status="failed", at=start)
    first = working.reconciliation.recent()
    assert (first.listed, first.added, first.turned_away) == (31, 29, 1)
    again = working.reconciliation.recent()
    assert (again.added, working.count(Message)) == (0, 30)
    assert {(role, text) for role, _, text in working.messages()} == {("marketer" if n % 3 == 0 else "customer", f"line {n}") for n in range(30)}
    assert wait_for(lambda: working.settled() == {"done": 30})


def test_one_message_that_cannot_be_accepted_keeps_back_no_other(stand: Stand) -> None:
    start = now() - timedelta(hours=1)
    bad = stand.twilio.add("inbound", THEIRS, OURS, "kept back", at=start)
    stand.twilio.add("inbound", THEIRS, OURS, "hi there", at=start + timedelta(minutes=1))
    stand.twilio.add("inbound", THEIRS, OURS, "behind it", at=start - timedelta(minutes=1))

    class Choosy:
        missing = stand.inbox.missing

        def accept(self, message: InboundMessage, at: datetime) -> Accepted | None:
            if message.external_id == bad.sid:
                raise ValueError("not this one")
            return stand.inbox.accept(message, at)

    account = TwilioAccount(stand.twilio.account_sid, stand.twilio.auth_token, stand.twilio.url)
    done = Reconciliation(account, Choosy(), now).recent()  # type: ignore[arg-type]
    assert (done.listed, done.added, done.failed) == (3, 2, 1)
    assert [text for _, _, text in stand.messages()] == ["behind it", "hi there"]


def test_a_stop_that_only_twilios_list_tells_holds_and_the_marketers_own_word_does_not(stand: Stand, alice: Staff) -> None:
    at = (now() - timedelta(hours=1)).replace(microsecond=0)
    stand.twilio.add("outbound-api", OURS, THEIRS, "stop", at=at - timedelta(minutes=9))
    stand.twilio.add("inbound", THEIRS, OURS, "Unsubscribe", at=at)
    stand.reconciliation.recent()
    assert [one.opted_out_at for one in Customers(stand.house.database, stand.house.zones.open(alice.id)).all()] == [at]


def test_statuses_reach_the_row_and_never_go_back(stand: Stand) -> None:
    sent = stand.twilio.add("outbound-api", OURS, THEIRS, "We can do it by Friday.", status="delivered")
    statuses = MessageStatuses(stand.house.database)
    reached = []
    for status in ("queued", "delivered", "sent", "failed", "read", "delivered", "sent"):
        sent.status = status
        assert stand.twilio.report(stand.callback, sent).status_code == 200
        reached.append(statuses.of("twilio", sent.sid))
    assert reached == ["", "delivered", "delivered", "delivered", "read", "read", "read"]
    assert [method for method, _ in stand.twilio.calls] == ["GET"]


def test_reconciliation_pages_through_long_lists_and_asks_for_media_only_where_there_are_no_words(stand: Stand) -> None:
    for number in range(1_050):
        stand.twilio.add("inbound", THEIRS, "whatsapp:+19995550100", "x", at=now() - timedelta(minutes=number % 50))
    stand.twilio.add("inbound", THEIRS, OURS, "", media=[("audio/ogg", b"x")])
    stand.twilio.add("inbound", THEIRS, OURS, "with words", media=[("image/png", b"x")])
    done = stand.reconciliation.recent()
    assert (done.listed, done.added) == (1_052, 2)
    assert len(stand.twilio.calls) == 3
    assert ("customer", "media", "<audio>") in stand.messages()


def test_an_outage_at_twilio_is_one_sentence(stand: Stand) -> None:
    stand.twilio.failures.extend([500])
    with pytest.raises(Exception, match=r"could not be read \(500\): nothing is lost"):
        stand.reconciliation.recent()
    stand.twilio.auth_token = "rotated away"
    with pytest.raises(Exception, match="compare both with its console"):
        stand.reconciliation.recent()


def test_the_marketers_first_word_is_put_under_the_customers_name_once_it_is_known(stand: Stand, alice: Staff) -> None:
    customers = Customers(stand.house.database, stand.house.zones.open(alice.id))
    stand.twilio.add("outbound-api", OURS, THEIRS, "Good morning!")
    stand.reconciliation.recent()
    assert [one.name for one in customers.all()] == ["+4915150000007"]
    delivered(stand, ProfileName="Jürgen")
    delivered(stand, MessageSid="SM" + "4" * 32, ProfileName="Somebody Else")
    assert [one.name for one in customers.all()] == ["Jürgen"]


def test_messages_are_erased_at_twilio_or_asked_again_later(stand: Stand) -> None:
    from bot.channels.twilio_account import TwilioAccount

    account = TwilioAccount(stand.twilio.account_sid, stand.twilio.auth_token, stand.twilio.url)
    moving = stand.twilio.add("outbound-api", OURS, THEIRS, "x", status="queued")
    assert not account.delete(moving.sid)
    moving.status = "delivered"
    assert account.delete(moving.sid)
    assert account.delete(moving.sid)
    assert account.message(moving.sid) is None


def test_words_that_answer_questions_do_not_opt_anybody_out() -> None:
    said = {text: opt_out(text) for text in ("STOP", "stop!", "Unsubscribe", "cancel", "end", "yes", "please stop", "", "START", "unstop")}
    assert said == {"STOP": "STOP", "stop!": "STOP", "Unsubscribe": "STOP", "cancel": "", "end": "", "yes": "", "please stop": "", "": "", "START": "START"} | {
        "unstop": "START"
    }
