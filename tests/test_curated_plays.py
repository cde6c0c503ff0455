"""Plays that people wrote and what somebody keeps at hand, as rows on both databases."""

from datetime import timedelta

import pytest

from bot.bootstrap import House
from bot.channels.slack_places import Posted
from bot.errors import DeliveryFailed
from bot.messages import Card
from bot.play_news import PlayNews
from memory.curated_plays import APPROVED, REJECTED, RETIRED, REVIEWED_AFTER, CuratedPlays, Draft, UnknownPlay
from memory.preferences import Preferences
from memory.saved_plays import SavedPlays
from memory.tables import Staff
from tests.conftest import NOW

DRAFT = Draft("Ask for the budget owner", "budget", "", "question-back", "Who else looks at the budget with you, {first_name}?")


def test_a_play_is_seen_by_others_from_its_approval_until_it_is_due_again(house: House, alice: Staff, bob: Staff) -> None:
    plays = CuratedPlays(house.database)
    play = plays.propose(alice.id, DRAFT, NOW)
    assert plays.visible(NOW) == []
    assert [one.id for one in plays.of(alice.id)] == [play.id]
    assert plays.of(bob.id) == []
    with pytest.raises(UnknownPlay):
        plays.change(bob.id, play.id, DRAFT, NOW)
    with pytest.raises(UnknownPlay):
        plays.decide(play.id, RETIRED, NOW)
    plays.decide(play.id, APPROVED, NOW)
    assert [one.title for one in plays.visible(NOW, play_id=play.id)] == ["Ask for the budget owner"]
    assert plays.visible(NOW + REVIEWED_AFTER) == []
    plays.decide(play.id, APPROVED, NOW + REVIEWED_AFTER)
    assert plays.visible(NOW + REVIEWED_AFTER)
    plays.change(alice.id, play.id, DRAFT, NOW)  # other words are looked at again
    assert plays.visible(NOW) == []
    plays.decide(play.id, REJECTED, NOW)
    with pytest.raises(UnknownPlay):
        plays.decide("0" * 32, APPROVED, NOW)


def test_what_is_saved_is_its_owners_and_goes_with_them(house: House, alice: Staff, bob: Staff) -> None:
    mine, theirs = (SavedPlays(house.database, house.zones.open(one.id)) for one in (alice, bob))
    play = CuratedPlays(house.database).propose(alice.id, DRAFT, NOW)
    for number, one in enumerate((play.id, "b" * 32, play.id)):
        mine.save(one, NOW + timedelta(minutes=number))
    assert [one.play_id for one in mine.all()] == ["b" * 32, play.id]
    assert theirs.all() == []
    theirs.remove(play.id)
    mine.remove("b" * 32)
    assert len(mine.all()) == 1
    theirs.save(play.id, NOW)
    house.erasure.staff(alice.id)
    assert CuratedPlays(house.database).of() == []
    assert len(theirs.all()) == 1


class Told:
    """Takes what Slack would take, or nothing."""

    def __init__(self) -> None:
        self.cards: list[tuple[str, str]] = []
        self.is_away = False

    def __call__(self, user: str, card: Card, _key: str) -> Posted:
        if self.is_away:
            raise DeliveryFailed("Slack could not be reached.")
        self.cards.append((user, card.title))
        return Posted("D1", "1")


def test_its_owner_is_told_once_what_became_of_a_play_also_after_slack_was_away(house: House, alice: Staff) -> None:
    plays, told, services = CuratedPlays(house.database), Told(), (PlayNews(house), PlayNews(house))
    play = plays.propose(alice.id, DRAFT, NOW)
    assert [news.tell(told) for news in services] == [0, 0]
    plays.decide(play.id, REJECTED, NOW)
    told.is_away = True
    assert [news.tell(told) for news in services] == [0, 0]
    told.is_away = False
    house.clock = lambda: NOW + timedelta(minutes=2)
    assert [news.tell(told) for news in services] == [1, 0]
    plays.decide(play.id, APPROVED, house.clock())
    house.clock = lambda: NOW + timedelta(minutes=4)
    assert [news.tell(told) for news in services] == [1, 0]
    house.clock = lambda: NOW + timedelta(minutes=8)
    assert [news.tell(told) for news in services] == [0, 0]
    assert told.cards == [("U0ALICE", f"{state}: Ask for the budget owner") for state in ("Rejected", "Approved")]


def test_who_is_at_rest_is_told_of_their_play_when_work_begins(house: House, alice: Staff) -> None:
    preferences = Preferences(house.database, house.zones.open(alice.id))
    preferences.snooze(NOW + timedelta(hours=3))
    plays, told, news = CuratedPlays(house.database), Told(), PlayNews(house)
    plays.decide(plays.propose(alice.id, DRAFT, NOW).id, APPROVED, NOW)
    assert news.tell(told) == 0
    house.clock = lambda: NOW + timedelta(hours=3)
    assert news.tell(told) == 1
