"""Plays that people wrote and what somebody keeps at hand, as rows on both databases."""

from datetime import timedelta

import pytest

from bot.bootstrap import House
from memory.curated_plays import APPROVED, REJECTED, RETIRED, REVIEWED_AFTER, CuratedPlays, Draft, UnknownPlay
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
