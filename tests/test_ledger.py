"""The ledger of one zone, on both databases: what was taken back line by line stays out when its owner leaves and joins again."""

from dataclasses import replace

from bot.bootstrap import House
from memory.contributions import Contributions
from memory.tables import Staff
from tests.conftest import NOW
from tests.test_forgetting import offer, stocked


def test_joining_again_offers_what_leaving_took_back_and_nothing_else(house: House, alice: Staff) -> None:
    house.privacy.set_contributing(alice.id, contributes=True)
    customer = stocked(house, alice)
    ledger = Contributions(house.database, house.zones.open(alice.id))
    ledger.offer([replace(offer(house, alice.id, customer), exchange_key=f"exchange-{number}") for number in range(4)], NOW, reread=[])
    withdrawn, vetoed, _, *_ = (line.id for line in ledger.ledger())
    ledger.withdraw(withdrawn)
    ledger.veto(vetoed)
    counting = ledger.counting()
    house.privacy.set_contributing(alice.id, contributes=False)
    assert ledger.counting() == set()
    house.privacy.set_contributing(alice.id, contributes=True)
    assert ledger.counting() == counting
    assert {line.id: line.state for line in ledger.ledger()} | {withdrawn: "withdrawn", vetoed: "vetoed"} == {line.id: line.state for line in ledger.ledger()}


def test_what_opting_out_took_back_can_be_vetoed_or_withdrawn_for_later(house: House, alice: Staff) -> None:
    house.privacy.set_contributing(alice.id, contributes=True)
    stocked(house, alice)
    ledger = Contributions(house.database, house.zones.open(alice.id))
    (line,) = ledger.ledger()
    house.privacy.set_contributing(alice.id, contributes=False)
    ledger.withdraw(line.id)
    house.privacy.set_contributing(alice.id, contributes=True)
    assert ledger.counting() == set()
    ledger.restore(line.id)
    assert len(ledger.counting()) == 1
