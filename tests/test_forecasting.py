"""Forecasts of deals: what they may claim, and when they keep quiet."""

from datetime import timedelta
from random import Random

import pytest
from sqlmodel import select

from bot.bootstrap import House
from bot.forecasting import forecasts, sentence
from intelligence.forecasting import Forecaster
from memory.customers import Customers
from memory.deals import Deals
from memory.tables import Deal, DealStep, Staff
from tests.conftest import NOW


def _past(deals: int, seed: int, rates: dict[str, float]) -> tuple[list[dict[str, str]], list[bool]]:
    chance = Random(seed)
    facts = [{"stage": chance.choice(list(rates)), "colour": chance.choice("rgb"), "size": str(chance.random())} for _ in range(deals)]
    return facts, [chance.random() < rates[one["stage"]] for one in facts]


def test_facts_that_tell_something_move_the_forecast_and_its_interval_holds_the_truth() -> None:
    rates, held = {"lead": 0.15, "proposal": 0.5, "negotiation": 0.8}, 0
    for seed in range(10):
        model = Forecaster.of(*_past(400, seed, rates))
        assert model.informed
        for stage, rate in rates.items():
            said = model.forecast({"stage": stage, "colour": "r", "size": "0.5"})
            held += said.low <= rate <= said.high
    assert held >= 25


def test_facts_that_tell_nothing_leave_the_base_rate() -> None:
    claimed = sum(Forecaster.of(*_past(300, seed, {"lead": 0.6, "proposal": 0.6})).informed for seed in range(20))
    assert claimed <= 3
    quiet = next(model for seed in range(9) if not (model := Forecaster.of(*_past(300, seed, {"lead": 0.6, "proposal": 0.6}))).informed)
    said = quiet.forecast({"stage": "lead"})
    assert said.probability == said.base_rate
    assert "told no more" in said.why


@pytest.mark.parametrize("won", [[True] * 9, []])
def test_too_few_ended_deals_are_no_forecast(won: list[bool]) -> None:
    said = Forecaster.of([{"stage": "lead"} for _ in won], won).forecast({"stage": "lead"})
    assert said.probability is None
    assert "10 are needed" in said.why


def test_a_past_deal_is_known_only_as_it_was_and_nobody_elses_counts(house: House, alice: Staff, bob: Staff) -> None:
    for member, number in ((alice, 40), (bob, 3)):
        zone = house.zones.open(member.id)
        deals = Deals(house.database, zone)
        with house.database.transaction() as session:
            customer = Customers(house.database, zone).add(session, "Maria Lopez", now=NOW).id
        for at in range(number):
            began = NOW - timedelta(days=200)
            deal = deals.add(customer, f"Deal {at}", now=began)
            deals.set(deal.id, now=began + timedelta(hours=1), stage="proposal" if at % 2 else "lead")
            deals.set(deal.id, now=began + timedelta(days=20), stage="closed", outcome="won" if at % 2 else "lost")
        opened = deals.add(customer, "Booth", now=NOW - timedelta(days=8))
        deals.set(opened.id, now=NOW - timedelta(days=7), stage="proposal")
    (mine,) = forecasts(house, alice.id)
    assert (mine["name"], mine["n"], mine["informed"]) == ("Booth", 40, True)
    assert mine["probability"] > mine["base_rate"] + 0.15  # every proposal was won
    assert "of your 40 ended deals 50 % were won" in sentence(mine)
    (theirs,) = forecasts(house, bob.id)
    assert theirs["probability"] is None
    assert "only 3 deals have ended" in sentence(theirs)


def test_a_deal_begins_as_a_lead_and_one_of_an_older_version_is_read_so(house: House, alice: Staff) -> None:
    zone = house.zones.open(alice.id)
    deals = Deals(house.database, zone)
    with house.database.transaction() as session:
        customer = Customers(house.database, zone).add(session, "Maria Lopez", now=NOW).id
    made = deals.add(customer, "Booth", now=NOW)
    assert made.stage == "lead"
    with house.database.transaction() as session:
        for table in (Deal, DealStep):
            for row in session.exec(select(table)):
                row.stage = "open"
                session.add(row)
    assert [one.stage for one in deals.all()] == ["lead"]
    assert [step.stage for step in deals.steps()[made.id]] == ["lead"]
    assert deals.set(made.id, now=NOW, outcome="stalled").stage == "lead"
