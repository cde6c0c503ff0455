"""Deals as their owner keeps them: which went quiet."""

from datetime import timedelta

from bot.bootstrap import House
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.tables import Staff


def _customer(house: House, member: Staff, name: str, *days_ago: int) -> None:
    """A customer with a message of theirs so many days ago each."""
    zone, now = house.zones.open(member.id), house.clock()
    with house.database.transaction() as session:
        known = Customers(house.database, zone).add(session, name, now=now)
        thread = Conversations(house.database, zone).with_customer(session, known.id, "whatsapp", now)
        said = [Incoming("export", "", "customer", "text", f"message {days}", now - timedelta(days=days)) for days in days_ago]
        Conversations(house.database, zone).store(session, thread.id, said, now)


def test_a_deal_is_as_quiet_as_its_conversation_whenever_it_was_written_down(house: House, alice: Staff) -> None:
    _customer(house, alice, "Tomasz Wieczorek", 60, 52)
    _customer(house, alice, "Maria Lopez", 30, 2)
    _customer(house, alice, "Ken Ode")
    for name in ("Tomasz Wieczorek", "Maria Lopez", "Ken Ode"):
        house.records.add_deal(alice.id, name, "Booth package")
    assert [(one.customer, one.days, one.ours) for one in house.records.quiet_deals(alice.id)] == [("Tomasz Wieczorek", 52, False)]


def test_where_nothing_was_said_a_deal_is_quiet_since_it_was_touched_and_a_closed_one_never(house: House, alice: Staff) -> None:
    _customer(house, alice, "Ken Ode")
    _customer(house, alice, "Lena Hall", 40)
    began = house.clock() - timedelta(days=9)
    house.records.add_deal(alice.id, "Ken Ode", "Stand", at=began)
    lost = house.records.add_deal(alice.id, "Lena Hall", "Stand", at=began)
    house.records.set_deal(alice.id, lost["id"], outcome="lost")
    assert [(one.customer, one.days) for one in house.records.quiet_deals(alice.id)] == [("Ken Ode", 9)]
