"""When somebody wants to see coach cards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import House
from memory.customers import Customers
from memory.errors import UnknownCustomer
from memory.preferences import PreferenceRefused, Preferences, Quiet
from memory.tables import Staff
from tests.conftest import NOW

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("quiet", "at", "free"),
    [
        (Quiet(), "2026-11-20T03:00+01:00", "2026-11-20T03:00+01:00"),  # nothing asked for: any time
        (Quiet(works_from="09:00", works_until="18:00"), "2026-11-20T03:00+01:00", "2026-11-20T09:00+01:00"),  # the night waits till morning
        (Quiet(works_from="09:00", works_until="18:00"), "2026-11-20T18:00+01:00", "2026-11-21T09:00+01:00"),  # the end is not work any more
        (Quiet(works_from="09:00", works_until="18:00", work_days="12345"), "2026-11-20T19:00+01:00", "2026-11-23T09:00+01:00"),  # Friday evening
        (Quiet(works_from="22:00", works_until="06:00"), "2026-11-20T03:00+01:00", "2026-11-20T03:00+01:00"),  # a night shift, after midnight
        (Quiet(works_from="22:00", works_until="06:00"), "2026-11-20T12:00+01:00", "2026-11-20T22:00+01:00"),
        (Quiet(work_days="1"), "2026-11-21T12:00+01:00", "2026-11-23T00:00+01:00"),  # days without hours are whole days
        (Quiet(works_from="09:00", works_until="18:00"), "2026-03-28T20:00+01:00", "2026-03-29T09:00+02:00"),  # the clocks change overnight
    ],
)
def test_cards_come_within_working_hours_in_the_own_time_zone(quiet: Quiet, at: str, free: str) -> None:
    assert quiet.free_from(datetime.fromisoformat(at), BERLIN) == datetime.fromisoformat(free)


def test_a_snooze_that_ends_at_night_lasts_until_the_morning() -> None:
    quiet = Quiet(snoozed_until=datetime(2026, 11, 20, 22, tzinfo=UTC), works_from="09:00", works_until="18:00")
    assert quiet.free_from(NOW, BERLIN) == datetime(2026, 11, 21, 8, tzinfo=UTC)


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds of aware ones
    begins=st.times().map(lambda one: f"{one:%H:%M}"),
    ends=st.times().map(lambda one: f"{one:%H:%M}"),
    days=st.sets(st.sampled_from("1234567"), min_size=1).map(lambda found: "".join(sorted(found))),
)
def test_the_next_free_moment_is_free_and_never_in_the_past_or_far_away(at: datetime, begins: str, ends: str, days: str) -> None:
    quiet = Quiet(works_from=begins, works_until=ends, work_days=days)
    free = quiet.free_from(at, BERLIN)
    assert at <= free <= at + timedelta(days=8)
    assert quiet.free_from(free, BERLIN) == free


def test_preferences_are_kept_for_their_owner_alone(house: House, alice: Staff, bob: Staff) -> None:
    zone = house.zones.open(alice.id)
    mine, others = Preferences(house.database, zone), Preferences(house.database, house.zones.open(bob.id))
    with house.database.transaction() as session:
        maria = Customers(house.database, zone).add(session, "Maria Lopez", now=NOW)
    mine.snooze(NOW + timedelta(hours=1))
    mine.set_hours("08:30", "17:00", "54321")
    mine.set_cards_per_hour(2)
    mine.mute(maria.id, NOW + timedelta(days=1))
    assert mine.get() == Quiet(NOW + timedelta(hours=1), "08:30", "17:00", "12345", 2)
    assert list(mine.muted(NOW)) == [maria.id]
    assert list(mine.muted(NOW + timedelta(days=2))) == []
    assert others.get() == Quiet()
    with pytest.raises(UnknownCustomer):
        others.mute(maria.id)
    others.unmute(maria.id)
    assert list(mine.muted(NOW)) == [maria.id]
    mine.unmute(maria.id)
    mine.snooze(None)
    assert list(mine.muted(NOW)) == []
    assert mine.get().snoozed_until is None


@pytest.mark.parametrize(("begins", "ends", "days"), [("9", "18:00", "1"), ("09:00", "", "1"), ("24:00", "18:00", "1"), ("09:00", "18:00", "8"), ("", "", "")])
def test_hours_that_mean_nothing_are_refused(house: House, alice: Staff, begins: str, ends: str, days: str) -> None:
    preferences = Preferences(house.database, house.zones.open(alice.id))
    with pytest.raises(PreferenceRefused):
        preferences.set_hours(begins, ends, days)
    with pytest.raises(PreferenceRefused):
        preferences.set_cards_per_hour(61)
    assert preferences.get() == Quiet()
