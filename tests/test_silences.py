from datetime import datetime, timedelta

import pytest

from bot.bootstrap import House
from intelligence.learning import Learning
from memory.contributions import Contributions
from memory.customers import Customers
from memory.tables import Staff
from tests.conftest import NOW
from tests.test_learning import BEGAN, ByHeart, _say

OBJECTION = ("hello", "that is too dear for us", "it pays for itself in a year", "send me the contract")


def at(day: int) -> datetime:
    return BEGAN + timedelta(days=day)


@pytest.fixture
def learning(house: House, alice: Staff) -> Learning:
    house.__dict__["classifier"] = ByHeart()
    house.staff.set_contributes(alice.id, contributes=True)
    return house.learning


def note(house: House, member: Staff, *words: tuple[str, int]) -> None:
    customers = Customers(house.database, house.zones.open(member.id))
    with house.database.transaction() as session:
        known = customers.called(session, "Dana")
        assert known is not None
        for word, day in words:
            customers.note_opt_out(session, known, word, at(day))


def test_what_is_said_between_stop_and_start_is_not_learned_from(house: House, alice: Staff, learning: Learning) -> None:
    for day in (0, 10, 20):
        _say(house, alice, "Dana", *OBJECTION, at=at(day))
    note(house, alice, ("STOP", 5), ("START", 15))
    assert learning.learn(NOW).exchanges == 2
    (customer,) = Customers(house.database, house.zones.open(alice.id)).all()
    assert (customer.opted_out_at, customer.stopped) == (None, ((at(5), at(15)),))
    assert [customer.is_stopped(at(day)) for day in (4, 5, 14, 15)] == [False, True, True, False]


def test_a_stop_that_is_known_late_takes_back_what_was_learned_after_it(house: House, alice: Staff, learning: Learning) -> None:
    for day in (0, 10):
        _say(house, alice, "Dana", *OBJECTION, at=at(day))
    learning.learn(NOW)
    ledger = Contributions(house.database, house.zones.open(alice.id))
    assert len(ledger.counting()) == 2
    note(house, alice, ("STOP", 5), ("START", 15))
    _say(house, alice, "Dana", "how are you", "STOP", at=at(5))  # the export that tells of it
    learning.learn(NOW)
    assert len(ledger.counting()) == 1


def test_words_of_an_earlier_version_are_read_as_they_were_meant(house: House, alice: Staff) -> None:
    customers = Customers(house.database, house.zones.open(alice.id))
    with house.database.transaction() as session:
        known = customers.add(session, "Dana", now=NOW)
        known.opt_words = f"{at(1).isoformat()} {at(3).isoformat()} {at(4).isoformat()}"
    note(house, alice, ("START", 6), ("STOP", 9))
    (customer,) = customers.all()
    assert (customer.opted_out_at, customer.stopped) == (at(9), ((at(3), at(6)), (at(9), None)))
    with house.database.transaction() as session:
        other = customers.add(session, "Rosa", now=NOW)
        other.opt_words = f"- {at(2).isoformat()}"
    assert customers.named("Rosa").stopped == ((at(2), None),)


def test_changing_ones_mind_without_end_leaves_rather_too_much_alone(house: House, alice: Staff) -> None:
    customers = Customers(house.database, house.zones.open(alice.id))
    with house.database.transaction() as session:
        customers.add(session, "Dana", now=NOW)
    note(house, alice, *[(word, day) for day in range(100) for word in (("STOP", "START")[day % 2],)])
    (customer,) = customers.all()
    assert len(customer.stopped) == 25
    assert customer.stopped[0] == (at(0), at(51))
    assert customer.opted_out_at is None
