"""Follow-ups and customers: the use cases on both databases, and what people see of them."""

from datetime import timedelta

import pytest

from bot import customer_cards
from bot.bootstrap import House
from bot.channels.slack_places import Posted
from bot.command_routes import routed
from bot.commands import Command, HelpWanted, parse
from bot.errors import DeliveryFailed, InputRefused
from bot.follow_ups import FollowUpDesk
from bot.messages import Card, Form
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.errors import UnknownCustomer
from memory.follow_ups import FollowUps, UnknownFollowUp
from memory.preferences import Preferences
from memory.tables import Staff
from tests.conftest import NOW


def _customer(house: House, owner: Staff, name: str, days: int = 10, texts: int = 6) -> str:
    """A customer who wrote in the afternoons, the last time so many days ago."""
    zone = house.zones.open(owner.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        row = customers.add(session, name, now=NOW)
        thread = conversations.with_customer(session, row.id, "whatsapp", NOW)
        said = [
            Incoming("export", "", "customer", "text", f"hello {number}", (NOW - timedelta(days=days + number)).replace(hour=15)) for number in range(texts)
        ]
        conversations.store(session, thread.id, said, NOW)
        return row.id


class Shown:
    """Takes cards as Slack would: the same key twice is one message."""

    def __init__(self) -> None:
        self.cards: dict[str, tuple[str, Card]] = {}

    def __call__(self, user: str, card: Card, key: str) -> Posted:
        self.cards.setdefault(key, (user, card))
        return Posted("D1", "1")


def test_a_reminder_comes_back_once_to_its_owner_and_again_after_it_was_moved(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    planned = house.follow_ups.plan(alice.id, "Maria Lopez", "in 1 hour", "send the offer")
    shown = Shown()
    assert house.follow_ups.remind(shown) == 0
    house.clock = lambda: NOW + timedelta(hours=2)
    assert house.follow_ups.remind(shown) == 1
    assert house.follow_ups.remind(shown) == 0
    ((user, card),) = shown.cards.values()
    assert user == "U0ALICE"
    assert "Maria Lopez" in card.title
    assert "Maria" not in card.summary
    assert "send the offer" in str(card.sections)
    house.follow_ups.postpone(alice.id, planned.id, "tomorrow")
    house.clock = lambda: NOW + timedelta(days=2)
    assert house.follow_ups.remind(shown) == 1
    house.follow_ups.finish(alice.id, planned.id)
    assert house.follow_ups.waiting(alice.id) == []
    assert len(shown.cards) == 2


def test_a_reminder_that_slack_did_not_take_is_tried_again_after_a_while_and_by_one_process_at_a_time(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    house.follow_ups.plan(alice.id, "Maria Lopez", "in 1 hour")
    tries = []

    def down(_user: str, _card: Card, key: str) -> Posted:
        tries.append(key)
        raise DeliveryFailed("Slack does not answer.")

    for seconds in (0, 1, 2):
        house.clock = lambda seconds=seconds: NOW + timedelta(hours=2, seconds=seconds)  # type: ignore[misc]
        assert house.follow_ups.remind(down) == 0
    assert len(tries) == 1
    shown = Shown()
    assert FollowUpDesk(house).remind(shown) == 0
    house.clock = lambda: NOW + timedelta(hours=2, minutes=2)
    assert FollowUpDesk(house).remind(shown) == 1
    assert list(shown.cards) == tries


def test_a_reminder_waits_for_working_hours(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    Preferences(house.database, house.zones.open(alice.id)).set_hours("13:00", "17:00")
    house.follow_ups.plan(alice.id, "Maria Lopez", "in 1 hour")
    shown = Shown()
    house.clock = lambda: NOW + timedelta(hours=2)  # 11:30
    assert house.follow_ups.remind(shown) == 0
    house.clock = lambda: NOW + timedelta(hours=4)
    assert house.follow_ups.remind(shown) == 1


def test_the_note_is_sealed_and_another_zone_can_neither_see_nor_finish_it(house: House, alice: Staff, bob: Staff) -> None:
    customer = _customer(house, alice, "Maria Lopez")
    planned = house.follow_ups.plan(alice.id, "Maria Lopez", "tomorrow", "secret-pineapple")
    path = house.database.path
    if path is not None:
        assert b"secret-pineapple" not in path.read_bytes()
    assert house.follow_ups.waiting(bob.id) == []
    with pytest.raises(UnknownFollowUp):
        house.follow_ups.finish(bob.id, planned.id)
    with pytest.raises(UnknownCustomer):
        house.follow_ups.plan_for(bob.id, customer)
    with pytest.raises(UnknownCustomer):
        house.customers.page_of(bob.id, customer)
    assert house.customers.found(bob.id, "maria") == []


def test_the_best_time_follows_the_customers_own_habit_within_working_hours(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez", texts=8)
    best = house.follow_ups.best_time(alice.id, "Maria Lopez")
    assert best.at.hour == 15
    assert (best.own > 0, best.own_of) == (True, 8)
    Preferences(house.database, house.zones.open(alice.id)).set_hours("09:00", "12:00", "1")
    monday = house.follow_ups.best_time(alice.id, "Maria Lopez").at
    assert (monday.isoweekday(), monday.hour) == (1, 10)


@pytest.mark.parametrize("when", ["soon", "2020-01-01", "2031-01-01"])
def test_a_moment_that_cannot_be_is_refused_in_one_sentence(house: House, alice: Staff, when: str) -> None:
    _customer(house, alice, "Maria Lopez")
    with pytest.raises(InputRefused):
        house.follow_ups.plan(alice.id, "Maria Lopez", when)


def test_who_went_quiet_is_told_with_who_wrote_last(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez", days=10)
    _customer(house, alice, "Ken Ode", days=1)
    assert [(one.customer, one.days, one.ours) for one in house.follow_ups.quiet(alice.id)] == [("Maria Lopez", 9, False)]
    assert [one.customer for one in house.follow_ups.quiet(alice.id, 1)] == ["Maria Lopez"]


def test_a_customer_can_be_looked_at_corrected_renamed_and_muted(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    house.records.add_deal(alice.id, "Maria Lopez", "Booth package", "4900")
    house.records.add_note(alice.id, "decides after Easter", "Maria Lopez")
    house.follow_ups.plan(alice.id, "Maria Lopez", "tomorrow", "call")
    page = house.customers.set_industry(alice.id, "Maria Lopez", "Healthcare")
    assert (page.industry, page.industry_source, page.messages, len(page.deals), page.notes) == ("healthcare", "told", 6, 1, ("decides after Easter",))
    assert [one.note for one in page.follow_ups] == ["call"]
    assert house.customers.rename(alice.id, "Maria Lopez", "Maria Ruiz").name == "Maria Ruiz"
    assert house.customers.add_number(alice.id, "Maria Ruiz", "+34 600 111 222").addresses == ("+34600111222",)
    assert house.customers.mute(alice.id, "Maria Ruiz", muted=True).muted
    assert not house.customers.mute(alice.id, "Maria Ruiz", muted=False).muted
    _customer(house, alice, "Ken Ode")
    with pytest.raises(InputRefused):
        house.customers.rename(alice.id, "Ken Ode", "Maria Ruiz")
    with pytest.raises(InputRefused):
        house.customers.add_number(alice.id, "Ken Ode", "+34600111222")


def test_forgetting_a_customer_takes_the_follow_ups_along(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    house.follow_ups.plan(alice.id, "Maria Lopez", "tomorrow", "call")
    house.erasure.customer(alice.id, "Maria Lopez")
    assert FollowUps(house.database, house.zones.open(alice.id)).waiting() == []


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("followup", "Maria Lopez", Command("followup", "best", customer="Maria Lopez")),
        ("followup", "Maria Lopez friday 14:00: send it", Command("followup", "plan", customer="Maria Lopez", value="friday 14:00", text="send it")),
        ("followup", "May Wong in 3 days", Command("followup", "plan", customer="May Wong", value="in 3 days")),
        ("followup", "Maria Lopez 12 may at 9", Command("followup", "plan", customer="Maria Lopez", value="12 may at 9")),
        ("followup", "Maria Lopez: call", Command("followup", "plan", customer="Maria Lopez", text="call")),
        ("followup", "list", Command("followup", "list")),
        ("followup", "quiet 30", Command("followup", "quiet", value="30")),
        ("followup", "later 1a2b3c4d next week", Command("followup", "later", customer="1a2b3c4d", value="next week")),
        ("customer", "Maria Lopez", Command("customer", "show", customer="Maria Lopez")),
        ("customer", "industry Maria Lopez: healthcare", Command("customer", "industry", customer="Maria Lopez", value="healthcare")),
        ("customer", "rename Maria Lopez to Maria Ruiz", Command("customer", "rename", customer="Maria Lopez", value="Maria Ruiz")),
        ("customer", "number Maria Lopez +34 600 111", Command("customer", "number", customer="Maria Lopez", value="+34 600 111")),
        ("customer", "mute Maria Lopez", Command("customer", "mute", customer="Maria Lopez")),
    ],
)
def test_commands_are_read(name: str, typed: str, expected: Command) -> None:
    assert parse(name, typed) == expected


@pytest.mark.parametrize(
    ("name", "typed"), [("followup", ""), ("customer", "help"), ("followup", "done"), ("customer", "rename Maria"), ("customer", "number Maria")]
)
def test_what_cannot_be_read_gets_help(name: str, typed: str) -> None:
    assert isinstance(parse(name, typed), HelpWanted)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("who went quiet?", Command("followup", "quiet")),
        ("which deals went quiet?", Command("deal", "quiet")),
        ("When should I write to Maria Lopez?", Command("followup", "best", customer="Maria Lopez")),
        ("show me my follow-ups", Command("followup", "list")),
        ("list of customers", Command("customer", "list")),
    ],
)
def test_plain_words_reach_the_desk(said: str, expected: Command) -> None:
    assert routed(said) == expected


def test_cards_and_forms_of_the_desk_say_what_is_done(house: House, alice: Staff) -> None:
    from bot.card_answers import CardAnswers

    customer = _customer(house, alice, "Maria Lopez")
    desk = CardAnswers(house).desk
    best = desk.follow_ups(alice.id, "best", "Maria Lopez", "", "")
    assert best.buttons[0].value == customer
    assert "You will be reminded" in desk.use(alice.id, "followup.best", customer).title
    form = desk.use(alice.id, "followup.about", "they asked for a pilot")
    assert isinstance(form, Form)
    assert form.fields[2].value == "they asked for a pilot"
    again = desk.save(alice.id, "followup.save", "", {"customer": customer, "when": "some day", "note": "call"})
    assert isinstance(again, Form)
    assert (again.fields[1].value, again.fields[2].value) == ("some day", "call")
    assert "cannot read" in again.fields[1].hint
    planned = desk.save(alice.id, "followup.save", "", {"customer": customer, "when": "", "note": ""})
    assert isinstance(planned, Card)
    assert [choice.label for choice in desk.options(alice.id, "mar")] == ["Maria Lopez"]
    correct = desk.use(alice.id, "customer.industry", customer)
    assert isinstance(correct, Form)
    assert "Healthcare" in str(desk.save(alice.id, "customer.correct", correct.context, {"industry": "healthcare"}))


def test_who_asked_not_to_be_written_to_gets_no_best_time_no_reminder_and_is_marked(house: House, alice: Staff) -> None:
    _customer(house, alice, "Maria Lopez")
    house.follow_ups.plan(alice.id, "Maria Lopez", "in 1 hour", "send the offer")
    customers = Customers(house.database, house.zones.open(alice.id))
    with house.database.transaction() as session:
        row = customers.called(session, "Maria Lopez")
        assert row is not None
        customers.note_opt_out(session, row, "STOP", NOW)
    for asked in (house.follow_ups.best_time, house.follow_ups.plan):
        with pytest.raises(InputRefused, match="asked not to be written to"):
            asked(alice.id, "Maria Lopez")
    assert house.follow_ups.quiet(alice.id) == []
    shown = Shown()
    house.clock = lambda: NOW + timedelta(hours=2)
    assert house.follow_ups.remind(shown) == 1
    ((_, card),) = shown.cards.values()
    assert "do not write" in str(card)
    assert "Tomorrow" not in str(card)
    assert "(STOP)" in str(customer_cards.customers(house.customers.everybody(alice.id)))
