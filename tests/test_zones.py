from datetime import timedelta

import pytest
from sqlmodel import select

from bot.bootstrap import House
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import AmbiguousStaff, UnknownCustomer, UnknownDeal, UnknownStaff, ZoneClosed
from memory.notes import Notes
from memory.private import PrivateMemories
from memory.tables import Message, Staff
from tests.conftest import NOW


def _chat(house: House, staff: Staff, customer: str, *texts: str) -> list[str]:
    zone = house.zones.open(staff.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        known = customers.called(session, customer) or customers.add(session, customer, now=NOW)
        thread = conversations.with_customer(session, known.id, "whatsapp", NOW)
        incoming = [Incoming("export", "", "customer", "text", text, NOW + timedelta(minutes=at)) for at, text in enumerate(texts)]
        return [row.id for row in conversations.store(session, thread.id, incoming, NOW)]


def test_an_unknown_or_missing_owner_opens_nothing(house: House) -> None:
    for owner in ("", "nobody", "0" * 32):
        with pytest.raises(UnknownStaff):
            house.zones.open(owner)


def test_a_forgotten_zone_cannot_be_opened_again(house: House, alice: Staff) -> None:
    ids = _chat(house, alice, "John Miller", "we can not afford this")
    memories = PrivateMemories(house.database, house.zones, house.embedder, scanned=0)
    memories.of(alice.id).remember(ids)
    directory = house.zones.open(alice.id).directory
    assert directory.exists()
    memories.forget(alice.id)
    assert not directory.exists()
    with pytest.raises(ZoneClosed):
        house.zones.open(alice.id)


def test_nothing_readable_about_a_customer_is_on_disk(house: House, alice: Staff) -> None:
    ids = _chat(house, alice, "Zebulon Quackenbush", "the xylophone budget is gone", "call me on 5558675309")
    memories = PrivateMemories(house.database, house.zones, house.embedder, scanned=0)  # as a large zone lies on disk
    memories.of(alice.id).remember(ids)
    memories.of(alice.id).recall("xylophone")
    memories.close()
    zone = house.zones.open(alice.id)
    customer = Customers(house.database, zone).named("zebulon").id
    Notes(house.database, zone).add("prefers the marimba", now=NOW, customer_id=customer)
    Deals(house.database, zone).add(customer, "Vibraphone fleet", now=NOW, amount="$48,213", amount_band="10k-50k")
    house.close()
    files = [path for path in house.settings.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 3
    for canary in (b"Zebulon", b"Quackenbush", b"xylophone", b"5558675309", b"marimba", b"Vibraphone", b"48,213"):
        assert not [path for path in files if canary.lower() in path.read_bytes().lower()], canary


def test_one_zone_never_sees_customers_messages_deals_or_notes_of_another(house: House, alice: Staff, bob: Staff) -> None:
    ids = _chat(house, alice, "John Miller", "our budget is gone")
    theirs = house.zones.open(alice.id)
    customer = Customers(house.database, theirs).named("John Miller")
    deal = Deals(house.database, theirs).add(customer.id, "Scheduling", now=NOW)
    mine = house.zones.open(bob.id)
    assert Customers(house.database, mine).all() == []
    assert Conversations(house.database, mine).read(ids) == []
    assert house.memories.of(bob.id).recall("budget").hits == ()
    with pytest.raises(UnknownCustomer):
        Customers(house.database, mine).get(customer.id)
    with pytest.raises(UnknownDeal):
        Deals(house.database, mine).set(deal.id, now=NOW, outcome="won")


def test_the_same_file_imported_twice_adds_nothing_and_overlaps_merge(house: House, alice: Staff) -> None:
    assert len(_chat(house, alice, "John", "hi", "hi", "price?")) == 3
    assert _chat(house, alice, "John", "hi", "hi", "price?") == []
    assert len(_chat(house, alice, "John", "hi", "hi", "price?", "hello?")) == 1


def test_a_live_message_met_again_in_an_export_is_one_message(house: House, alice: Staff) -> None:
    zone = house.zones.open(alice.id)
    conversations = Conversations(house.database, zone)
    with house.database.transaction() as session:
        customer = Customers(house.database, zone).add(session, "John", now=NOW)
        thread = conversations.with_customer(session, customer.id, "whatsapp", NOW).id
    live = [Incoming("twilio", f"SM{at}", "customer", "text", "ok", NOW + timedelta(seconds=at)) for at in range(3)]
    exported = [Incoming("export", "", "customer", "text", "ok", NOW) for _ in range(3)]
    for batch, new in ((live[:2], 2), (exported, 1), (live[2:], 0), (live, 0), (exported, 0)):
        with house.database.transaction() as session:
            assert len(conversations.store(session, thread, batch, NOW)) == new
    with house.database.reading() as session:
        assert len(session.exec(select(Message)).all()) == 3


def test_staff_names_slack_users_and_addresses_belong_to_one_person(house: House, alice: Staff) -> None:
    for clash in ({"name": "alice okafor"}, {"name": "Al", "slack_user_id": "U0ALICE"}, {"name": "Al", "whatsapp": ["+12025550101"]}):
        with pytest.raises(AmbiguousStaff):
            house.staff.add(**clash, now=NOW)  # type: ignore[arg-type]
    assert [member.name for member in house.staff.all()] == [alice.name]


def test_a_reading_inside_another_is_the_same_one_and_ends_with_it(house: House) -> None:
    with house.database.reading() as outer:
        with house.database.reading() as inner:
            assert inner is outer
        assert outer.exec(select(Message)).all() == []
    with house.database.reading() as later:
        assert later is not outer
