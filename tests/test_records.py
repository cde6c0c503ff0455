"""Deals as their owner keeps them: which went quiet, how they are shown and changed."""

from datetime import timedelta

import pytest

from bot import record_cards
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels import slack_blocks
from bot.doubles.slack_rules import problems
from bot.errors import InputRefused
from bot.messages import Form
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


def test_a_list_of_deals_shows_open_ones_first_each_in_a_line_with_what_can_be_done(house: House, alice: Staff) -> None:
    _customer(house, alice, "Ken Ode")
    answers = CardAnswers(house)
    won = house.records.add_deal(alice.id, "Ken Ode", "Stand", "4900")
    house.records.add_deal(alice.id, "Ken Ode", "Booth", "11300 USD")
    house.records.set_deal(alice.id, won["id"], outcome="won")
    card = answers.deals(alice.id)
    assert card.summary == "Your deals: 1 open, 1 won."
    assert [section.title for section in card.sections[1:]] == ["Booth \u00b7 Ken Ode", "Stand \u00b7 Ken Ode"]
    assert "11,300 USD" in card.sections[1].text
    assert card.sections[2].text == "Won \u00b7 4,900"
    assert [[button.label for button in section.buttons] for section in card.sections] == [[], ["Won", "Lost", "Amount\u2026"], []]
    assert [section.title for section in answers.deals(alice.id, "won").sections[1:]] == ["Stand \u00b7 Ken Ode"]
    assert "None of your deals is lost" in str(answers.deals(alice.id, "lost").sections)


def test_the_amount_of_a_deal_is_changed_in_a_window_by_its_owner_alone(house: House, alice: Staff, bob: Staff) -> None:
    _customer(house, alice, "Ken Ode")
    deal = house.records.add_deal(alice.id, "Ken Ode", "Stand", "4900")
    answers = CardAnswers(house)
    form = answers.deal_amount(alice.id, deal["id"])
    assert isinstance(form, Form)
    assert (form.fields[0].value, form.context) == ("4900", deal["id"])
    answers.deal_amount(alice.id, deal["id"], "5200 EUR")
    assert house.records.deals(alice.id)[0]["amount"] == "5200 EUR"
    with pytest.raises(InputRefused):
        answers.deal_amount(bob.id, deal["id"])
    assert "Stand with Ken Ode" in str(answers.forecast(alice.id, "Ken").sections)


def test_many_deals_stay_within_slacks_blocks() -> None:
    rows = [{"id": f"{number:032}", "customer": "Ken Ode", "name": "x" * 200, "amount": "1", "stage": "lead", "outcome": "open"} for number in range(60)]
    card = record_cards.deals(rows)
    assert problems(slack_blocks.blocks(card)) == []
    assert "45 more are not shown" in card.footnote


@pytest.mark.parametrize(
    ("written", "shown"),
    [("11300 USD", "11,300 USD"), ("4900", "4,900"), ("4.900 EUR", "4.900 EUR"), ("12k", "12k"), ("1,200", "1,200"), ("9900.50", "9900.50")],
)
def test_amounts_are_grouped_where_their_owner_did_not(written: str, shown: str) -> None:
    assert record_cards.grouped(written) == shown
