"""Coach cards are quiet: they come when they help, when they are wanted, and not when the conversation has moved on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.bootstrap import House
from bot.channels.slack_places import Posted
from bot.coaching import Coaching
from bot.errors import DeliveryFailed
from bot.messages import Card
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.deals import Deals
from memory.occasions import Occasions
from memory.preferences import Preferences
from memory.suggestions import Suggestions
from memory.tables import Staff
from tests.conftest import NOW
from tests.sending_stand import OBJECTION, Clock, pattern


@dataclass
class Coached:
    """Coaching alone; what would stand in Slack is kept."""

    house: House
    staff: Staff
    clock: Clock
    shown: list[tuple[str, Card]] = field(default_factory=list)
    redrawn: list[Card] = field(default_factory=list)
    slack_is_away: bool = False

    def __post_init__(self) -> None:
        self.coaching = Coaching(self.house, self._show, self._redraw)
        self.preferences = Preferences(self.house.database, self.house.zones.open(self.staff.id))

    def hears(self, text: str = OBJECTION, *, role: str = "customer", at: datetime | None = None, name: str = "Maria Lopez") -> str:
        zone, sent_at = self.house.zones.open(self.staff.id), at or self.clock()
        customers, conversations = Customers(self.house.database, zone), Conversations(self.house.database, zone)
        with self.house.database.transaction() as session:
            customer = customers.called(session, name) or customers.add(session, name, now=NOW)
            thread = conversations.with_customer(session, customer.id, "whatsapp", NOW)
            incoming = Incoming("twilio", f"SM{sent_at.timestamp()}{text[:5]}{name}", role, "text", text, sent_at)
            (row,) = conversations.store(session, thread.id, [incoming], sent_at)
        self.coaching.consider(self.staff.id, row.id)
        return row.id

    def stops(self, word: str) -> None:
        """The customer says STOP or START; the door notes it before anybody looks."""
        customers = Customers(self.house.database, self.house.zones.open(self.staff.id))
        with self.house.database.transaction() as session:
            row = customers.called(session, "Maria Lopez")
            assert row is not None
            customers.note_opt_out(session, row, word, self.clock())
        self.coaching.consider(self.staff.id, self.hears(word))
        self.clock.turn(minutes=5)

    def _show(self, user: str, card: Card, key: str) -> Posted:
        assert user == self.staff.slack_user_id
        if self.slack_is_away:
            raise DeliveryFailed("Slack could not be reached.")
        if key not in dict(self.shown):
            self.shown.append((key, card))
        return Posted("D1", str(len(self.shown)))

    def _redraw(self, posted: Posted, card: Card) -> None:
        assert posted.channel == "D1"
        self.redrawn.append(card)


@pytest.fixture
def at(house: House, alice: Staff) -> Iterator[Coached]:
    clock = Clock()
    house.clock = clock
    house.shared.publish([pattern()])
    return Coached(house, alice, clock)


def test_a_card_comes_once_for_an_objection_and_never_for_plain_talk(at: Coached) -> None:
    message = at.hears()
    at.coaching.consider(at.staff.id, message)
    at.hears("See you on Monday then, thank you!", name="Dana Wood")
    assert [key for key, _ in at.shown] == [f"coach:{message}"]


def test_the_wording_is_filled_with_what_the_zone_knows(at: Coached) -> None:
    zone = at.house.zones.open(at.staff.id)
    with at.house.database.transaction() as session:
        maria = Customers(at.house.database, zone).add(session, "Dr Maria Lopez", now=NOW, company="Lopez Gardens")
    Deals(at.house.database, zone).add(maria.id, "the pergola", now=NOW, amount="4900", amount_band="1k-10k")
    at.hears(name="Dr Maria Lopez")
    (wording,) = [section.text for section in at.shown[0][1].sections if section.quote and "Maria" in section.text]
    assert "the pergola" in wording or "4900" in wording
    assert "{" not in wording


def test_what_nobody_saw_is_not_logged_as_shown(at: Coached) -> None:
    zone = at.house.zones.open(at.staff.id)
    at.preferences.set_cards_per_hour(0)
    at.hears(name="Ann Bell")  # none are wanted
    at.preferences.set_cards_per_hour(6)
    at.preferences.snooze(at.clock() + timedelta(hours=1))
    at.hears(name="Carl Dunn")  # snoozed, and answered meanwhile
    at.clock.turn(minutes=5)
    at.hears("I call you.", role="marketer", name="Carl Dunn")
    at.hears(name="Eva Fox")
    assert Suggestions(at.house.database, zone).shown() == []
    assert Occasions(at.house.database, zone).all() == []
    at.clock.turn(hours=1)
    at.coaching.show_due()
    assert len(at.shown) == 1
    assert {one.shown_at for one in Suggestions(at.house.database, zone).shown()} == {at.clock()}  # when it was, not when it was thought of
    assert [one.at for one in Occasions(at.house.database, zone).all()] == [at.clock()]


def test_what_is_held_out_is_held_out_when_it_would_have_been_shown(at: Coached) -> None:
    at.house.settings = at.house.settings.model_copy(update={"held_out_share": 1.0})
    at.house.staff.set_contributes(at.staff.id, contributes=True)
    occasions = Occasions(at.house.database, at.house.zones.open(at.staff.id))
    at.preferences.set_cards_per_hour(60)
    for number in range(20):  # nobody's first cards are held out
        at.hears(name=f"Customer {number}")
    assert len(at.shown) == 20
    at.preferences.snooze(at.clock() + timedelta(hours=1))
    at.hears(name="Eva Fox")
    assert len(occasions.all()) == 20
    at.clock.turn(hours=1)
    at.coaching.show_due()
    at.coaching.show_due()
    assert [one.held_out for one in occasions.all()].count(True) == 1
    assert len(at.shown) == 20


def test_two_bubbles_with_an_objection_each_are_one_card_with_both(at: Coached) -> None:
    at.hears("That is too expensive for us, we do not have the budget.")
    at.clock.turn(seconds=7)
    at.hears("And we already work with another supplier.")
    assert len(at.shown) == 1
    at.coaching.redraw_outdated()
    (card,) = at.redrawn
    assert card.title.startswith("Budget and competitor objections")
    assert "too expensive" in str(card)
    assert "another supplier" in str(card)


def test_a_stop_ends_the_cards_of_its_customer_and_is_told_once(at: Coached) -> None:
    at.hears()
    at.clock.turn(minutes=5)
    at.stops("STOP")
    at.coaching.redraw_outdated()
    (card,) = at.redrawn
    assert "asked not to be written to (STOP)" in str(card)
    assert not [button for section in card.sections for button in section.buttons]
    assert at.shown[-1][1].title == "Maria Lopez asked not to be written to"
    assert "Maria" not in at.shown[-1][1].summary
    at.stops("START")
    assert at.shown[-1][1].title == "Maria Lopez may be written to again"
    assert len(at.shown) == 3


def test_an_industry_that_is_only_usual_is_said_to_be_so_and_words_outweigh_it(at: Coached) -> None:
    at.hears()
    (card,) = [card for _, card in at.shown]
    assert "Manufacturing (your usual one)" in str(card)
    assert "customer.industry" in str(card)
    assert "not enough evidence in" not in str(card)
    at.hears("It is too expensive for our dental clinic and its patients, we do not have the budget.", name="Dana Wood")
    assert "Healthcare (from their words)" in str(at.shown[-1][1])


def test_at_night_a_card_waits_till_the_morning_unless_the_conversation_moved_on(at: Coached) -> None:
    at.preferences.set_hours("09:00", "18:00")
    at.clock.turn(hours=12)  # 21:30
    at.hears()
    at.hears(name="Dana Wood")
    assert at.shown == []
    at.clock.turn(hours=1)
    at.hears("I found a way, let us talk tomorrow.", role="marketer", name="Dana Wood")
    at.clock.turn(hours=10)  # 08:30
    at.coaching.show_due()
    assert at.shown == []
    at.clock.turn(minutes=30)
    at.coaching.show_due()
    at.coaching.show_due()
    assert len(at.shown) == 1
    assert "Maria Lopez wrote" in str(at.shown[0][1])


def test_more_cards_than_wanted_in_an_hour_wait_for_the_next(at: Coached) -> None:
    at.preferences.set_cards_per_hour(2)
    for name in ("Ann Bell", "Carl Dunn", "Eva Fox"):
        at.hears(name=name)
        at.clock.turn(minutes=10)
    assert len(at.shown) == 2
    at.clock.turn(minutes=29)
    at.coaching.show_due()
    assert len(at.shown) == 2
    at.clock.turn(minutes=2)
    at.coaching.show_due()
    assert len(at.shown) == 3


def test_snooze_mute_and_no_cards_at_all_are_obeyed(at: Coached) -> None:
    at.preferences.snooze(at.clock() + timedelta(hours=1))
    at.hears()
    assert at.shown == []
    at.clock.turn(hours=1)
    at.coaching.show_due()
    assert len(at.shown) == 1
    zone = at.house.zones.open(at.staff.id)
    at.preferences.mute(Customers(at.house.database, zone).named("Maria Lopez").id)
    at.hears()
    at.preferences.set_cards_per_hour(0)
    at.hears(name="Dana Wood")
    assert len(at.shown) == 1


def test_a_card_that_waited_longer_than_a_day_is_not_shown_at_all(at: Coached) -> None:
    at.preferences.snooze(at.clock() + timedelta(hours=30))
    at.hears()
    at.clock.turn(hours=31)
    at.coaching.show_due()
    at.coaching.show_due()
    assert at.shown == []


def test_bubbles_of_one_turn_withdraw_nothing_and_later_words_do(at: Coached) -> None:
    at.hears()
    at.clock.turn(seconds=20)
    at.hears("sorry!")
    at.coaching.redraw_outdated()
    assert at.redrawn == []
    at.clock.turn(minutes=3)
    at.hears("See you on Monday then, thank you!")
    at.coaching.redraw_outdated()
    at.coaching.redraw_outdated()
    (card,) = at.redrawn
    assert "Maria Lopez wrote again meanwhile." in str(card)


def test_what_came_late_does_not_withdraw_what_is_newer(at: Coached) -> None:
    at.hears()
    at.hears("We met yesterday.", role="marketer", at=at.clock() - timedelta(hours=3))
    at.coaching.redraw_outdated()
    assert at.redrawn == []
    at.hears(name="Dana Wood", at=at.clock() - timedelta(minutes=30))
    before = len(at.shown)
    at.hears("I answered you there.", role="marketer", name="Carl Dunn")
    at.hears(name="Carl Dunn", at=at.clock() - timedelta(minutes=5))  # answered already: nothing to advise
    assert len(at.shown) == before


def test_a_held_card_that_slack_does_not_take_is_tried_again(at: Coached) -> None:
    at.preferences.snooze(at.clock() + timedelta(minutes=5))
    at.hears()
    at.clock.turn(minutes=6)
    at.slack_is_away = True
    at.coaching.show_due()
    at.slack_is_away = False
    at.clock.turn(seconds=31)
    at.coaching.show_due()
    assert len(at.shown) == 1


def test_two_services_that_find_the_same_due_card_show_it_once(at: Coached) -> None:
    at.preferences.snooze(at.clock() + timedelta(minutes=5))
    at.hears()
    at.clock.turn(minutes=6)
    cards: list[str] = []
    other = Coaching(at.house, lambda _user, _card, key: (cards.append(key), Posted("D1", "2"))[1], lambda _posted, _card: None)

    def while_the_other_looks(_user: str, _card: Card, key: str) -> Posted:
        other.show_due()
        cards.append(key)
        return Posted("D1", "1")

    Coaching(at.house, while_the_other_looks, lambda _posted, _card: None).show_due()
    assert len(cards) == 1
