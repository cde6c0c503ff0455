"""A draft is written in the language the customer writes, and says so."""

from datetime import timedelta

import pytest

from bot.bootstrap import House
from bot.card_views import advice_of
from intelligence.languages import written
from memory.coach_cards import CoachCards
from memory.tables import Staff
from tests.sending_stand import Clock, pattern
from tests.test_coaching import Coached


def test_a_card_drafts_in_the_language_of_the_last_turns(house: House, alice: Staff) -> None:
    clock = Clock()
    house.clock = clock
    house.shared.publish([pattern()])
    at = Coached(house, alice, clock)
    at.hears("Bom dia, recebi a proposta, vou olhar com o meu sócio amanhã", at=clock() - timedelta(minutes=30))
    at.hears("A proposta fica em 4900 euros.", role="marketer", at=clock() - timedelta(minutes=20))
    mine = CoachCards(house.database, house.zones.open(alice.id)).about(at.hears("é caro"))
    assert mine is not None
    advice = advice_of(mine.advice)
    assert (advice.language, {one.language for one in advice.suggestions}) == ("pt", {"pt"})
    assert written([advice.suggestions[0].template]) == "pt"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("das ist uns leider zu teuer", "de"),
        ("está muy caro para nosotros", "es"),
        ("c'est trop cher pour nous", "fr"),
        ("está muito caro para nós", "pt"),
        ("that is too expensive for us", "en"),
        ("bahut mehnga hai bhai, thoda kam karo", "en"),
    ],
)
def test_a_suggestion_says_in_which_language_its_wording_is(house: House, alice: Staff, said: str, language: str) -> None:
    house.shared.publish([pattern()])
    told = house.assistant.suggest(alice.id, said, objection="budget").as_json()
    assert {one["language"] for one in told["suggestions"]} == {language}
    assert {written([one["template"]]) for one in told["suggestions"]} == {language}
