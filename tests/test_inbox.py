from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import func
from sqlmodel import SQLModel, select
from structlog.testing import capture_logs

from bot.bootstrap import House
from bot.inbox import Inbox
from bot.messages import Address, InboundMessage, Kind, Role
from memory.conversations import Conversations
from memory.customers import Customers
from memory.errors import DatabaseBusy
from memory.inbox_entries import InboxEntries
from memory.tables import Conversation, Customer, CustomerAlias, InboxEntry, Message, MessageOrigin, Staff
from tests.conftest import NOW

OURS = Address("whatsapp", "+12025550101")
THEIRS = Address("whatsapp", "+4915150000007")


def message(number: int = 1, **changed: object) -> InboundMessage:
    usual: dict[str, object] = {
        "source": "twilio",
        "account": "AC1",
        "external_id": f"SM{number}",
        "ours": OURS,
        "theirs": THEIRS,
        "role": Role.CUSTOMER,
        "text": f"line {number}",
        "sent_at": NOW + timedelta(minutes=number),
    }
    return InboundMessage(**{**usual, **changed})  # type: ignore[arg-type]


@pytest.fixture
def enqueued() -> list[str]:
    return []


@pytest.fixture
def inbox(house: House, alice: Staff, enqueued: list[str]) -> Inbox:
    assert alice.id
    return house.inbox(lambda _session, entry_id: enqueued.append(entry_id))


@pytest.fixture
def opted(house: House, alice: Staff) -> Customers:
    return Customers(house.database, house.zones.open(alice.id))


def count(house: House, table: type[SQLModel]) -> int:
    with house.database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_delivery_becomes_customer_thread_message_entry_and_work_in_one_go(house: House, inbox: Inbox, alice: Staff, enqueued: list[str]) -> None:
    accepted = inbox.accept(message(profile_name="Jürgen"), NOW)
    assert accepted is not None
    assert (accepted.staff_id, accepted.new, [accepted.entry_id]) == (alice.id, True, enqueued)
    (stored,) = Conversations(house.database, house.zones.open(alice.id)).read([accepted.message_id])
    assert (stored.role, stored.kind, stored.text, stored.sent_at) == ("customer", "text", "line 1", NOW + timedelta(minutes=1))


def test_copies_at_the_same_moment_are_one(house: House, inbox: Inbox, enqueued: list[str]) -> None:
    with ThreadPoolExecutor(8) as senders:
        accepted = list(senders.map(lambda _: inbox.accept(message(), NOW), range(40)))
    assert sum(one is not None and one.new for one in accepted) == 1
    assert [count(house, table) for table in (Customer, CustomerAlias, Conversation, Message, InboxEntry)] == [1, 1, 1, 1, 1]
    assert len(enqueued) == 1


def test_different_first_messages_of_a_new_customer_at_the_same_moment_are_all_kept_in_one_thread(house: House, inbox: Inbox) -> None:
    with ThreadPoolExecutor(8) as senders:
        accepted = list(senders.map(lambda number: inbox.accept(message(number), NOW), range(24)))
    assert all(one is not None and one.new for one in accepted)
    assert [count(house, table) for table in (Customer, CustomerAlias, Conversation, Message)] == [1, 1, 1, 24]


def test_the_same_message_from_two_sources_at_the_same_moment_is_one(house: House, inbox: Inbox) -> None:
    both = [message(7, source=source, external_id=f"{source}-7") for source in ("twilio", "conversations")] * 6
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda one: inbox.accept(one, NOW), both))
    assert [count(house, table) for table in (Message, MessageOrigin, InboxEntry)] == [1, 1, 1]


def test_an_address_of_nobody_leaves_nothing_behind(house: House, inbox: Inbox, enqueued: list[str]) -> None:
    assert inbox.accept(message(ours=Address("whatsapp", "+19995550100")), NOW) is None
    assert inbox.accept(message(ours=Address("sms", OURS.value)), NOW) is None
    assert [count(house, table) for table in (Customer, Message, InboxEntry)] == [0, 0, 0]
    assert (enqueued, inbox.turned_away) == ([], 2)


def test_work_that_cannot_be_enqueued_takes_the_message_back(house: House, alice: Staff) -> None:
    def full(_session: object, _entry_id: str) -> None:
        raise DatabaseBusy("the disk is full")

    with pytest.raises(DatabaseBusy):
        house.inbox(full).accept(message(), NOW)
    assert [count(house, table) for table in (Customer, Conversation, Message, InboxEntry)] == [0, 0, 0, 0]
    assert house.inbox(lambda _session, _entry: None).accept(message(), NOW) is not None
    assert alice.id


def test_each_member_has_their_own_customer_behind_the_same_number(house: House, inbox: Inbox, alice: Staff, bob: Staff) -> None:
    inbox.accept(message(1), NOW)
    inbox.accept(message(2, ours=Address("whatsapp", "+12025550109")), NOW)
    names = [[one.addresses for one in Customers(house.database, house.zones.open(owner.id)).all()] for owner in (alice, bob)]
    assert names == [[("+4915150000007",)], [("+4915150000007",)]]
    assert count(house, Customer) == 2


def test_stop_and_start_hold_by_when_they_were_said_not_by_when_they_came(house: House, inbox: Inbox, alice: Staff) -> None:
    customers = Customers(house.database, house.zones.open(alice.id))
    inbox.accept(message(20, opt_out="STOP"), NOW)
    inbox.accept(message(10, opt_out="START"), NOW)
    assert customers.all()[0].opted_out_at == NOW + timedelta(minutes=20)
    inbox.accept(message(15, opt_out="STOP"), NOW)
    assert customers.all()[0].opted_out_at == NOW + timedelta(minutes=15)
    inbox.accept(message(30, opt_out="START"), NOW)
    assert customers.all()[0].opted_out_at is None


def test_two_customers_who_turn_out_to_share_an_address_stay_two(house: House, inbox: Inbox) -> None:
    account = Address("whatsapp", "US.1349120865530274")
    inbox.accept(message(1), NOW)
    inbox.accept(message(2, theirs=account), NOW)
    inbox.accept(message(3, aliases=(account,)), NOW)
    assert [count(house, table) for table in (Customer, CustomerAlias, Conversation)] == [2, 2, 2]


def test_a_batch_tells_what_is_missing_and_whose_it_is_not(inbox: Inbox) -> None:
    inbox.accept(message(1), NOW)
    batch = [message(1), message(2), message(3, ours=Address("whatsapp", "+19995550100")), message(1, account="AC2")]
    assert inbox.missing(batch) == ([batch[1], batch[3]], 1)


def test_a_forgotten_zone_accepts_nothing(house: House, inbox: Inbox, alice: Staff) -> None:
    house.zones.forget_key(alice.id)
    with pytest.raises(Exception, match="forgotten"):
        inbox.accept(message(), NOW)
    assert count(house, InboxEntry) == 0


def test_words_of_a_message_never_reach_the_log(inbox: Inbox) -> None:
    with capture_logs() as logged:
        inbox.accept(message(text="Kestrel-Quartz-4711", profile_name="Velma Oddbody", kind=Kind.TEXT), NOW)
        inbox.accept(message(text="Kestrel-Quartz-4711", ours=Address("whatsapp", "+19995550100")), NOW)
    assert logged == [{"event": "inbox.owner_unknown", "source": "twilio", "turned_away": 1, "log_level": "warning"}]


def test_an_overtaken_attempt_changes_nothing(house: House, inbox: Inbox) -> None:
    accepted = inbox.accept(message(), NOW)
    assert accepted is not None
    entries = InboxEntries(house.database)
    old = entries.current(accepted.entry_id, 0)
    assert old is not None
    assert entries.redrive([(accepted.entry_id, 0)], NOW, 8, lambda *_: None) == (1, 0)
    assert not entries.advance(old, "done", NOW)
    entries.fail(old, "ValueError", None)
    assert entries.current(accepted.entry_id, 0) is None
    assert entries.redrive([(accepted.entry_id, 0)], NOW, 8, lambda *_: None) == (0, 0)
    new = entries.current(accepted.entry_id, 1)
    assert new is not None
    assert entries.advance(new, "done", NOW)
    assert entries.current(accepted.entry_id, 1) is None


def test_a_delivery_whose_worker_vanishes_every_time_is_given_up(house: House, inbox: Inbox) -> None:
    accepted = inbox.accept(message(), NOW)
    assert accepted is not None
    entries = InboxEntries(house.database)
    ended = [entries.redrive([(accepted.entry_id, number)], NOW, 8, lambda *_: None) for number in range(8)]
    assert ended == [(1, 0)] * 7 + [(0, 1)]


@given(some.permutations([("STOP", 5), ("START", 20), ("STOP", 30), ("START", 10), ("STOP", 25), ("STOP", 5)]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stop_and_start_mean_the_same_in_whatever_order_sources_tell_them(opted: Customers, told: list[tuple[str, int]]) -> None:
    with opted._database.transaction() as session:
        customer = opted.add(session, "Dana", now=NOW)
        for word, minute in told:
            opted.note_opt_out(session, customer, word, NOW + timedelta(minutes=minute))
        opted.note_opt_out(session, customer, "HELP", NOW + timedelta(minutes=50))
        assert customer.opted_out_at == NOW + timedelta(minutes=25)
        opted.note_opt_out(session, customer, "START", NOW + timedelta(minutes=40))
        assert customer.opted_out_at is None


def test_saying_stop_without_end_does_not_make_the_row_grow(house: House, alice: Staff) -> None:
    customers = Customers(house.database, house.zones.open(alice.id))
    with house.database.transaction() as session:
        customer = customers.add(session, "Dana", now=NOW)
        for minute in range(300):
            customers.note_opt_out(session, customer, "STOP", NOW + timedelta(minutes=minute))
        assert customer.opted_out_at == NOW
        assert len(customer.opt_words.split()) == 50
