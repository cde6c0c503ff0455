"""The home tab: what is missing, due, going on and learned, in Slack and for its owner alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import home_cards
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels import slack_blocks
from bot.channels.slack_charts import MOST_CHARTS
from bot.doubles.slack_rules import problems, view_problems
from bot.home_page import HomePages
from bot.messages import Card, Chart, Form, Section, Series
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.tables import SalesPattern, Staff
from tests.conftest import NOW, sqlite_only
from tests.slack_stage import BOB, Stage, staged


@pytest.fixture
def stage(house: House, bob: Staff) -> Iterator[Stage]:
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, NOW)) as fresh:
        yield fresh


def _wrote(house: House, member: Staff, name: str, days: int) -> str:
    zone = house.zones.open(member.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    with house.database.transaction() as session:
        known = customers.add(session, name, now=NOW)
        thread = conversations.with_customer(session, known.id, "whatsapp", NOW)
        conversations.store(session, thread.id, [Incoming("export", "", "customer", "text", "hello", NOW - timedelta(days=days))], NOW)
    return known.id


def _funnel() -> SalesPattern:
    return SalesPattern(
        category="conversion-analytics", level="step", objection="", response="", industry="", detail="contacted > replied", n=100, successes=60,
        contributors=9, customers=90, largest_share=0.2, mean=0.6, low=0.5, high=0.7, base_rate=0.6, standing="observed", text="conversion",
        vocabulary_version="1", published_at=NOW,
    )  # fmt: skip


def _home(stage: Stage) -> str:
    stage.slack.opens_home(BOB)
    view = stage.slack.wait_for(lambda: stage.slack.workspace.homes.get(BOB))
    assert view_problems(view) == []
    return str(view["blocks"])


def _two_deals(house: House, owner: Staff) -> None:
    """In different stages: one bar alone says nothing."""
    house.records.add_deal(owner.id, "Maria Lopez", "Booth package", "4900")
    house.records.set_deal(owner.id, house.records.add_deal(owner.id, "Maria Lopez", "Second booth", "900")["id"], stage="proposal")


@sqlite_only
def test_a_newcomer_sees_what_is_missing_before_anything_else(house: House, bob: Staff) -> None:
    cards = home_cards.home(HomePages(house).of(bob.id))
    assert cards[0].title == "Set up"
    assert "\u2713 WhatsApp number" in cards[0].sections[0].text
    assert "\u25cb First conversation" in cards[0].sections[0].text
    assert [card.title for card in cards[1:]] == ["What the network learned this week", "Your private zone"]


@sqlite_only
def test_saying_no_to_contributing_is_a_choice_too(house: House, bob: Staff) -> None:
    house.privacy.set_contributing(bob.id, contributes=False)
    assert next(step for step in HomePages(house).of(bob.id).steps if step.title == "Consent").done


@sqlite_only
def test_the_tab_shows_what_is_due_who_went_quiet_and_open_deals_as_a_chart(stage: Stage, house: House, bob: Staff) -> None:
    customer = _wrote(house, bob, "Maria Lopez", 9)
    house.follow_ups.plan_for(bob.id, customer, "in 2 hours", "send the offer")
    _two_deals(house, bob)
    shown = _home(stage)
    assert "send the offer" in shown
    assert "Maria Lopez: 9 days, they wrote last" in shown
    assert "data_visualization" in shown


@sqlite_only
def test_one_persons_tab_holds_nothing_of_another(house: House, alice: Staff, bob: Staff) -> None:
    _wrote(house, alice, "Ruth Calloway", 9)
    _wrote(house, bob, "Maria Lopez", 9)
    shown = str(home_cards.home(HomePages(house).of(bob.id)))
    assert "Maria Lopez" in shown
    assert "Ruth" not in shown


@sqlite_only
def test_the_benchmark_is_shown_only_through_the_gate(house: House, bob: Staff) -> None:
    _wrote(house, bob, "Maria Lopez", 1)
    house.shared.publish([_funnel()])
    assert "all 60 of 100 (50\u201370 %), 9 colleagues" in str(home_cards.home(HomePages(house).of(bob.id)))
    house.shared.publish([SalesPattern(**{**_funnel().model_dump(), "contributors": 2})])
    assert "60 of 100" not in str(home_cards.home(HomePages(house).of(bob.id)))


@sqlite_only
def test_where_slack_draws_no_charts_the_numbers_are_written(stage: Stage, house: House, bob: Staff) -> None:
    _wrote(house, bob, "Maria Lopez", 1)
    _two_deals(house, bob)
    stage.slack.fail("views.publish", "invalid_blocks")
    shown = _home(stage)
    assert "data_visualization" not in shown
    assert "Lead: 1" in shown


def test_a_surface_never_has_more_charts_than_slack_draws_and_loses_no_number() -> None:
    chart = Chart("Numbers", ("one", "two"), (Series("You", (1.0, 2.5)),), unit=" %")
    card = Card("Charts", "charts", tuple(Section(f"Part {number}", chart=chart) for number in range(3)))
    blocks = slack_blocks.blocks(card)
    assert problems(blocks) == []
    assert [block["type"] for block in blocks].count("data_visualization") == MOST_CHARTS
    assert "two: 2.5 %" in str(blocks)
    assert view_problems(slack_blocks.home([card, card])) == []
    assert "two: 2.5 %" in slack_blocks.plain(card)


def test_numbers_slack_could_not_draw_are_written() -> None:
    same = Chart("Numbers", ("a label that is far too long: one", "a label that is far too long: two"), (Series("You", (1.0, 2.0)),))
    nothing = Chart("Numbers", ("one",), (Series("You", (0.0,)),))
    whole = Chart("Numbers", tuple("abcdefg"), (Series("You", (1.0,) * 7),), whole=True)
    for chart in (same, nothing, whole):
        blocks = slack_blocks.blocks(Card("Charts", "charts", (Section(chart=chart),)))
        assert problems(blocks) == []
        assert "data_visualization" not in str(blocks)
    pie = slack_blocks.blocks(Card("Charts", "charts", (Section(chart=Chart("Parts", ("a", "b"), (Series("You", (1.0, 2.0)),), whole=True)),)))
    assert problems(pie) == []
    assert pie[1]["chart"]["type"] == "pie"


@sqlite_only
def test_settings_are_asked_for_and_kept_through_the_window(stage: Stage, house: House, bob: Staff) -> None:
    _home(stage)
    stage.slack.click_home("settings.open", user=BOB)
    view = stage.slack.wait_for(lambda: [one for one in stage.slack.workspace.views if one.get("callback_id") == "settings.save"])[0]
    assert view_problems(view) == []
    given = {"industry": "manufacturing", "time_zone": "Europe/Berlin", "hours": "09:00-18:00", "days": "12345", "cards": "3", "consent": "no"}
    stage.slack.submit(view, user=BOB, values=given)
    stage.slack.wait_for(lambda: "Europe/Berlin" in str(stage.slack.workspace.views))
    member = house.staff.get(bob.id)
    assert (member.default_industry, member.time_zone, member.contributes) == ("manufacturing", "Europe/Berlin", False)
    kept = Preferences(house.database, house.zones.open(bob.id)).get()
    assert (kept.works_from, kept.works_until, kept.work_days, kept.cards_per_hour) == ("09:00", "18:00", "12345", 3)
    assert all(step.done for step in HomePages(house).of(bob.id).steps if step.title != "First conversation")


@sqlite_only
@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"hours": "9 to 5"}, {"cards": "many"}, {"cards": "999"}, {"days": "89"}])
def test_a_wrong_setting_brings_the_window_back_with_what_was_typed_and_stores_nothing(house: House, bob: Staff, wrong: dict[str, str]) -> None:
    given = {"industry": "manufacturing", "time_zone": "Europe/Berlin", "hours": "09:00-18:00", "days": "12345", "cards": "3", "consent": "no", **wrong}
    again = CardAnswers(house).settings(bob.id, given)
    assert isinstance(again, Form)
    assert again.sections[0].text
    assert {field.name: field.value for field in again.fields}.items() >= wrong.items()
    assert house.staff.get(bob.id).time_zone == "UTC"
    assert house.staff.get(bob.id).default_industry == "retail"


def test_a_snooze_and_mutes_are_shown_and_can_be_ended(house: House, bob: Staff) -> None:
    zone = house.zones.open(bob.id)
    preferences = Preferences(house.database, zone)
    assert "Coach cards" not in [card.title for card in CardAnswers(house).home(bob.id)]
    preferences.snooze(NOW + timedelta(hours=1))
    preferences.mute(_wrote(house, bob, "Maria Lopez", 1))
    (card,) = [card for card in CardAnswers(house).home(bob.id) if card.title == "Coach cards"]
    assert "cards.wake" in str(card)
    assert "Maria Lopez" in str(card)
    assert "Maria Lopez" in str(CardAnswers(house).settings(bob.id))
    CardAnswers(house).coach.wake(bob.id)
    assert preferences.get().snoozed_until is None
