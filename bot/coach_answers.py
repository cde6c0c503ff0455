"""The use cases around being left alone: not now, snooze, no cards about somebody, and each taken back. Answers with the card as it is then."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot import cards, coach_cards
from bot.card_views import advice_of, view
from bot.errors import InputRefused
from bot.messages import Card
from memory.coach_cards import CoachCards
from memory.preferences import Preferences
from memory.suggestions import Suggestions

if TYPE_CHECKING:
    from bot.bootstrap import House

_SNOOZE = timedelta(hours=1)


class CoachAnswers:
    """Implements bot.channels.answers.Coach."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def use(self, staff_id: str, action: str, card_id: str) -> Card:
        """A button of a coach card. Raises UnknownCard, also for another zone's."""
        book = CoachCards(self._house.database, self._house.zones.open(staff_id))
        card = book.get(card_id)
        match action:
            case "coach.snooze" | "coach.wake":
                self._snooze(staff_id, wanted=action == "coach.snooze")
                book.touch(card_id)
            case "coach.mute" | "coach.unmute":
                self._house.customers.mute_of(staff_id, card.customer_id, muted=action == "coach.mute")
            case "coach.not-now" | "coach.show-again":
                book.set_aside(card_id, aside=action == "coach.not-now")
                self._note(staff_id, card.advice, aside=action == "coach.not-now")
            case _:
                raise InputRefused("This button is not known any more.")
        return coach_cards.coach(view(self._house, staff_id, book.get(card_id)))

    def wake(self, staff_id: str) -> Card:
        """Cards again, asked for elsewhere than on a card."""
        self._snooze(staff_id, wanted=False)
        return cards.said("Cards again", "Coach cards come again from now on.")

    def _snooze(self, staff_id: str, *, wanted: bool) -> None:
        until = self._house.clock() + _SNOOZE if wanted else None
        Preferences(self._house.database, self._house.zones.open(staff_id)).snooze(until)

    def _note(self, staff_id: str, told: str, *, aside: bool) -> None:
        """What was put off counts as that, by its first suggestion."""
        first = next(iter(advice_of(told).suggestions), None)
        if aside and first is not None:
            Suggestions(self._house.database, self._house.zones.open(staff_id)).give(first.suggestion_id, "not-now", self._house.clock())
