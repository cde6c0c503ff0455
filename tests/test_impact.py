"""Whether suggestions help: what is held out, what is logged, and what may be told of it."""

import json
from datetime import timedelta
from random import Random

import pytest

from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.cli import main
from intelligence.disclosure import Gate
from intelligence.impact import Moment, impact, median_days
from intelligence.settling import settle
from memory.contributions import Contributions, Offer
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.occasions import Occasions, contributed
from memory.tables import SalesPattern, Staff
from tests.conftest import NOW

OBJECTED = "that is too expensive for us"


def _pattern(response: str = "roi-proof") -> SalesPattern:
    return SalesPattern(
        category="objection-patterns", level="objection-response", objection="budget", response=response, industry="", n=34, successes=20, effective_n=34.0,
        contributors=9, customers=30, largest_share=0.2, mean=0.6, low=0.45, high=0.75, strength=34.0, base_rate=0.5, standing="observed",
        text=f"budget {response}", vocabulary_version="1", published_at=NOW,
    )  # fmt: skip


def _hear(house: House, member: Staff, number: int) -> str:
    """A customer of their own objects; the id of what they wrote."""
    zone = house.zones.open(member.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        known = customers.add(session, f"Customer {number}", now=NOW)
        thread = conversations.with_customer(session, known.id, "whatsapp", NOW)
        (row,) = conversations.store(session, thread.id, [Incoming("export", "", "customer", "text", OBJECTED, NOW - timedelta(minutes=5))], NOW)
        return row.id


def _coached(house: House, member: Staff, message: str) -> bool:
    """Coach a message as a service does; whether anything may be shown."""
    found = house.assistant.coach(member.id, message)
    assert found is not None
    house.assistant.shown(member.id, found)
    return not found.advice.held_out


def _moment(number: int, *, worked: bool, held_out: bool = False, response: str = "roi-proof", propensity: float = 0.5) -> Moment:
    return Moment(
        contributor=f"person {number % 8}", customer=f"customer {number}", epoch="2026-W40", order=f"{number}{response}{held_out}", objection="budget",
        response=response, propensity=propensity, expected=0.6, own_industry=False, held_out=held_out, asked=False, wording="", wording_propensity=1.0,
        worked=worked,
    )  # fmt: skip


def test_a_share_of_unasked_cards_is_held_out_and_logged(house: House, alice: Staff) -> None:
    house.settings = house.settings.model_copy(update={"held_out_share": 0.5})
    house.shared.publish([_pattern(), _pattern("discount")])
    house.staff.set_contributes(alice.id, contributes=True)
    messages = [_hear(house, alice, number) for number in range(44)]
    shown = {message: _coached(house, alice, message) for message in messages}
    assert all(list(shown.values())[:20])  # a newcomer's first cards
    assert 3 <= list(shown.values()).count(False) <= 21
    assert {message: _coached(house, alice, message) for message in messages[20:]} == dict(list(shown.items())[20:])
    logged = {one.message_id: not one.held_out for one in Occasions(house.database, house.zones.open(alice.id)).all()}
    assert logged == shown
    assert house.assistant.suggest(alice.id, OBJECTED).suggestions  # who asks is answered


def test_nothing_is_held_out_from_who_does_not_contribute_or_where_the_operator_opted_out(house: House, alice: Staff, bob: Staff) -> None:
    house.settings = house.settings.model_copy(update={"held_out_share": 0.5})
    house.shared.publish([_pattern()])
    assert all(_coached(house, alice, _hear(house, alice, number)) for number in range(30))
    house.settings = house.settings.model_copy(update={"held_out_share": 0.0})
    house.staff.set_contributes(bob.id, contributes=True)
    assert all(_coached(house, bob, _hear(house, bob, number)) for number in range(30))


def test_what_came_of_a_moment_is_the_end_of_its_exchange_and_goes_with_a_veto(house: House, alice: Staff) -> None:
    house.shared.publish([_pattern()])
    house.staff.set_contributes(alice.id, contributes=True)
    message = _hear(house, alice, 1)
    _coached(house, alice, message)
    zone = house.zones.open(alice.id)
    ledger, occasions = Contributions(house.database, zone), Occasions(house.database, zone)
    offer = Offer(
        exchange_key="a key", contributor_token="t", customer_token="c", objection="budget", response="discount", reaction="positive", deal_outcome="open",
        industry="retail", size_band="unknown", amount_band="unknown", channel="whatsapp", weekday_part="weekday-morning", days_since_contact="same-day",
        reply_latency="<1 h", template="", epoch="2026-W40", vocabulary_version="1",
    )  # fmt: skip
    ledger.offer([offer], NOW)
    settle(house.database, zone, {"a key": True}, {message: ["a key"]})
    assert [one.worked for one in occasions.all()] == [True]
    assert len(contributed(house.database)) == 1
    settle(house.database, zone, {}, {})  # nothing new was read
    assert [one.worked for one in occasions.all()] == [True]
    ledger.veto(ledger.ledger()[0].id)
    settle(house.database, zone, {}, {})
    assert [one.worked for one in occasions.all()] == [None]
    house.staff.set_contributes(alice.id, contributes=False)
    assert not contributed(house.database)


def test_suggestions_that_harm_come_out_negative() -> None:
    moments = [_moment(number, worked=number % 4 == 0) for number in range(200)]
    moments += [_moment(number, worked=number % 2 == 0, held_out=True) for number in range(80)]
    lift = impact(moments, Gate().visible, {}).lift
    assert lift is not None
    assert (lift.successes, lift.n, lift.other_n) == (50, 200, 80)
    assert lift.difference.high < 0


@pytest.mark.parametrize("held", [0, 9])
def test_too_few_people_or_customers_behind_a_figure_and_there_is_none(held: int) -> None:
    moments = [_moment(number, worked=True) for number in range(200)] + [_moment(number, worked=True, held_out=True) for number in range(held)]
    assert impact(moments, Gate().visible, {}).lift is None
    alone = [_moment(8 * number, worked=True) for number in range(200)]  # all of one person
    found = impact(alone, Gate().visible, {})
    assert (found.responses, found.reliability, found.cross_industry_share) == ((), None, None)


def test_the_value_of_an_answer_is_that_of_showing_it_always() -> None:
    rates, shares, held = {"roi-proof": 0.7, "discount": 0.3}, {"roi-proof": 0.2, "discount": 0.8}, 0
    for seed in range(30):
        chance = Random(seed)
        chosen = chance.choices(list(shares), list(shares.values()), k=400)
        moments = [_moment(at, worked=chance.random() < rates[one], response=one, propensity=shares[one]) for at, one in enumerate(chosen)]
        values = {one.choice: one for one in impact(moments, Gate().visible, {("budget", "roi-proof"): 0.6}).responses}
        held += values["roi-proof"].robust.low <= 0.7 <= values["roi-proof"].robust.high
        assert values["roi-proof"].weighted.mean > values["discount"].weighted.mean
    assert held >= 25


def test_the_median_wait_counts_who_still_waits() -> None:
    assert median_days([(1.0, True), (3.0, True), (9.0, False)]) == 3.0
    assert median_days([(1.0, True), (3.0, False), (9.0, False)]) is None
    assert median_days([]) is None


def test_impact_of_a_fresh_installation_says_what_is_not_known(house: House, alice: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    card = CardAnswers(house).book.find(alice.id, "impact")
    assert "not enough people" in card.summary
    with pytest.raises(SystemExit) as ended:
        main(["--data-dir", str(house.settings.data_dir), "impact", "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["patterns"], told["lift"], told["contributors"], told["responses"]) == (0, None, None, [])
