"""The weekly digest over the double of Slack: once, on Monday morning, to those who want it and have something to read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot import digest_cards
from bot.app import Service
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels.slack_places import Posted
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_rules import problems
from bot.errors import DeliveryFailed
from bot.home_answers import Learned, Week, Written
from bot.messages import Card, Visibility
from bot.weekly_digest import WeeklyDigests, last_week
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.preferences import Preferences
from memory.seen_keys import SeenKeys
from memory.staff_choices import StaffChoices
from memory.tables import Staff, WeekOfPatterns
from tests.conftest import sqlite_only
from tests.slack_stage import BOB, Stage, staged

MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
FRIDAY = MONDAY - timedelta(days=3)


@pytest.fixture
def stage(house: House) -> Iterator[Stage]:
    seen = SeenKeys(house.database)

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    with staged(answers=CardAnswers(house), staff_of=staff_of, first_time=lambda key: seen.first_time(key, house.clock())) as fresh:
        yield fresh


def _busy(house: House, member: Staff, name: str = "Maria <Lopez>") -> str:
    """Somebody with a quiet deal, a message of last week, a follow-up due and a won deal."""
    zone = house.zones.open(member.id)
    customers, conversations = Customers(house.database, zone), Conversations(house.database, zone)
    house.clock = lambda: FRIDAY - timedelta(days=14)
    with house.database.transaction() as session:
        known = customers.add(session, name, now=house.clock())
        thread = conversations.with_customer(session, known.id, "whatsapp", house.clock())
        said = [Incoming("export", "", role, "text", "hello", FRIDAY - timedelta(days=days)) for role, days in (("customer", 10), ("marketer", 9))]
        other = customers.add(session, "Ken Ode", now=house.clock())
        talk = conversations.with_customer(session, other.id, "whatsapp", house.clock())
        conversations.store(session, thread.id, said, FRIDAY)
        conversations.store(session, talk.id, [Incoming("export", "", "customer", "text", "yes", FRIDAY)], FRIDAY)
    house.records.add_deal(member.id, name, "Booth package", "4900")
    won = house.records.add_deal(member.id, "Ken Ode", "Stand", "900")
    house.clock = lambda: FRIDAY
    house.records.set_deal(member.id, won["id"], outcome="won")
    house.follow_ups.plan_for(member.id, known.id, "2026-11-24 10:00", "send the offer")
    house.clock = lambda: MONDAY
    return known.id


def _sent(stage: Stage, user: str = BOB) -> list[str]:
    return [str(message.blocks) for message in stage.slack.direct_messages(user) if "Your week" in str(message.blocks)]


@sqlite_only
def test_a_digest_comes_once_on_monday_morning_and_tells_of_its_owners_week_alone(stage: Stage, house: House, bob: Staff, alice: Staff) -> None:
    _busy(house, bob)
    digests = WeeklyDigests(house)
    house.clock = lambda: MONDAY - timedelta(hours=1)
    assert digests.send(stage.door.send_from_thread) == 0  # before eight
    house.clock = lambda: MONDAY
    assert digests.send(stage.door.send_from_thread) == 1
    assert digests.send(stage.door.send_from_thread) == WeeklyDigests(house).send(stage.door.send_from_thread) == 0
    (told,) = _sent(stage)
    for said in (
        "send the offer",
        "Booth package with Maria <Lopez>: 12 days, you wrote last",
        "1 won, 0 lost",
        "1 messages received and 0 sent, in 1 conversation",
    ):
        assert said in told, said
    assert "Stand" not in told
    assert "Maria" not in stage.slack.direct_messages(BOB)[0].text
    assert stage.slack.direct_messages("U0ALICE") == []  # nothing to say
    assert StaffChoices(house.database, house.zones.open(alice.id)).get().digested == "2026-W47"
    house.clock = lambda: MONDAY + timedelta(days=7)
    assert digests.send(stage.door.send_from_thread) == 1
    assert len(_sent(stage)) == 2


@sqlite_only
def test_whatever_dies_in_between_the_digest_is_there_once(stage: Stage, house: House, bob: Staff) -> None:
    _busy(house, bob)

    def dying(before: bool) -> Callable[[str, Card, str], Posted]:  # noqa: FBT001 - when it dies
        def show(user: str, card: Card, key: str) -> Posted:
            if not before:
                stage.door.send_from_thread(user, card, key)
            raise DeliveryFailed("the process ended here")

        return show

    stage.slack.fail("chat.postMessage", "internal_error")
    for minutes, show in enumerate((stage.door.send_from_thread, dying(before=True), dying(before=False))):
        house.clock = lambda minutes=minutes: MONDAY + timedelta(minutes=2 * minutes)  # type: ignore[misc]
        assert WeeklyDigests(house).send(show) == 0  # a new process each time
        assert WeeklyDigests(house).send(stage.door.send_from_thread) == 0  # and another beside it, which leaves it to the first
    house.clock = lambda: MONDAY + timedelta(minutes=6)
    assert WeeklyDigests(house).send(stage.door.send_from_thread) == 1
    assert len(_sent(stage)) == 1


def test_it_waits_for_working_hours_in_ones_own_time_zone_and_can_be_switched_off(house: House, bob: Staff) -> None:
    _busy(house, bob)
    shown: list[str] = []

    def show(user: str, _card: Card, _key: str) -> Posted:
        shown.append(user)
        return Posted("D1", "1")

    house.staff.set_profile(bob.id, industry="retail", time_zone="America/New_York")
    Preferences(house.database, house.zones.open(bob.id)).set_hours("10:00", "17:00", "2345")
    digests = WeeklyDigests(house)
    for hours, expected in ((0, 0), (24, 0), (30, 0), (30.6, 1)):  # Tuesday, 10:00 in New York is 15:00 UTC
        house.clock = lambda hours=hours: MONDAY + timedelta(hours=hours)  # type: ignore[misc]
        assert digests.send(show) == expected, hours
    house.clock = lambda: MONDAY + timedelta(days=7, hours=30.6)
    values = {field.name: field.value for field in CardAnswers(house).settings(bob.id).fields}  # type: ignore[union-attr]
    assert values["digest"] == "yes"
    CardAnswers(house).settings(bob.id, {**values, "digest": "no"})
    assert digests.send(show) == 0
    assert shown == [BOB]
    CardAnswers(house).settings(bob.id, {**values, "digest": "yes"})
    house.clock = lambda: MONDAY + timedelta(days=10)  # Thursday: too late for this week's
    assert digests.send(show) == 0


@sqlite_only
def test_the_running_service_sends_it(house: House, bob: Staff) -> None:
    _busy(house, bob)
    with SlackDouble() as slack:
        update = {"slack_bot_token": SecretStr(slack.bot_token), "slack_signing_secret": SecretStr(slack.signing_secret), "slack_api_url": slack.api_url}
        house.settings = house.settings.model_copy(update=update)
        service = Service(house)
        for _ in range(3):
            service.courier.go_round()
        assert [message.text for message in slack.direct_messages(BOB)] == ["1 follow-up this week, 1 deal gone quiet."]


def test_a_digest_is_private_says_only_what_there_is_and_stays_within_slacks_limits(house: House, bob: Staff) -> None:
    from bot.channels import slack_blocks

    _busy(house, bob)
    house.database.answer()
    with house.database.transaction() as session:
        session.add(WeekOfPatterns(epoch="2026-W46", patterns=3, validated=1, anti_patterns=0))
        session.add(WeekOfPatterns(epoch="2026-W47", patterns=5, validated=2, anti_patterns=0))
    week = WeeklyDigests(house).week(bob.id)
    card = digest_cards.digest(week)
    assert card.visibility is Visibility.OWNER
    assert "5 (+2 against the week before)" in str(card.sections)
    assert problems(slack_blocks.blocks(card)) == []
    empty = Week("2026-W47", Written(), 0, 0, (), (), week.results.__class__(0, 0, 0, 0), (), Learned(patterns=9))
    assert not empty.says_something
    assert digest_cards.digest(empty).sections == ()


@pytest.mark.parametrize(
    ("now", "zone", "begins"),
    [
        (datetime(2026, 11, 22, 23, tzinfo=UTC), "Asia/Tokyo", "2026-11-16T00:00:00+09:00"),
        (datetime(2026, 11, 23, 3, tzinfo=UTC), "America/New_York", "2026-11-09T00:00:00-05:00"),
        (datetime(2026, 11, 3, 12, tzinfo=UTC), "America/New_York", "2026-10-26T00:00:00-04:00"),
    ],
)
def test_a_week_begins_on_its_owners_monday(now: datetime, zone: str, begins: str) -> None:
    from zoneinfo import ZoneInfo

    assert last_week(now, ZoneInfo(zone))[0].isoformat() == begins
