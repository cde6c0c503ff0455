"""The use cases as cards: what channels ask for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot import cards, home_cards, recollections, record_cards
from bot.admin_desk import AdminDesk
from bot.book_cards import BookCards
from bot.coach_answers import CoachAnswers
from bot.command_list import NAMES
from bot.desk_cards import CUSTOMER_LIST, DeskCards
from bot.dropped_exports import DroppedExports
from bot.errors import InputRefused
from bot.forecasting import forecasts, sentence
from bot.home_page import HomePages
from bot.letter_answers import LetterAnswers
from bot.messages import Card, Choice, Enclosed, Form, Work
from bot.own_settings import OwnSettings
from bot.zone_answers import ZoneAnswers
from intelligence.vocabulary import DEAL_OUTCOMES, DEAL_STAGES
from memory.answer_verdicts import AnswerVerdicts
from memory.customers import Customers

if TYPE_CHECKING:
    from bot.bootstrap import House
    from bot.channels.answers import Administration, Book, Coach, Desk, Imports, Letters

_SAID = {
    "used": "Noted: you used it. Tell me later whether it worked.",
    "edited": "Noted: you used it with changes.",
    "not-now": "Noted: not now.",
    "worked": "Noted: it worked.",
    "did-not-work": "Noted: it did not work. That helps too.",
}


class CardAnswers:
    """Implements bot.channels.answers.Answers."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self.letters: Letters = LetterAnswers(house)
        self.coach: Coach = CoachAnswers(house)
        self._desk = DeskCards(house)
        self._book = BookCards(house)
        self.desk: Desk = self._desk
        self.book: Book = self._book
        self.imports: Imports = DroppedExports(house)
        self.administration: Administration = AdminDesk(house)
        self._zone = ZoneAnswers(house)

    @property
    def has_model(self) -> bool:
        """Whether a language model answers in words."""
        return self._house.settings.anthropic_api_key is not None

    def judge(self, staff_id: str, answer_id: str, route: str, *, good: bool) -> Card:
        """Store whether an answer was of use."""
        if route not in NAMES:
            raise InputRefused("This is no answer that can be judged.")
        zone = self._house.zones.open(staff_id)
        AnswerVerdicts(self._house.database, zone).give(answer_id, route, good=good, now=self._house.clock())
        sentence = "Noted: this answer was of use." if good else "Noted: this answer was not of use. Asking in other words may help."
        return cards.said("Thank you", f"{sentence} Only counts over many people are ever looked at.")

    def around(self, staff_id: str, message_id: str) -> Card:
        """What was said before and after a message."""
        return recollections.surroundings(self._house.assistant.around(staff_id, message_id), message_id)

    def suggest(self, staff_id: str, text: str, industry: str = "") -> Card:
        """What worked for others when a customer wrote this."""
        return cards.advice(self._house.assistant.suggest(staff_id, text, industry=industry))

    def options(self, staff_id: str, which: str, typed: str) -> Sequence[Choice]:
        """One's own customers, or words of the vocabulary."""
        return self._desk.options(staff_id, typed) if which == CUSTOMER_LIST else self._book.options(which, typed)

    def recall(self, staff_id: str, question: str) -> Card:
        """What one's own conversations hold."""
        return recollections.recollection(self._house.assistant.recall(staff_id, question))

    def recall_aloud(self, staff_id: str, question: str) -> Card | Work:
        """The same, saying what is being done while the language model reads."""
        found = self._house.assistant.search(staff_id, question)
        if found.abstained or not found.hits or not self.has_model:
            return recollections.recollection(found)
        return Work(recollections.reading(found), lambda _show: recollections.recollection(self._house.assistant.put_in_words(staff_id, found)))

    def feedback(self, staff_id: str, suggestion_id: str, verdict: str) -> Card:
        """Store a verdict."""
        self._house.assistant.feedback(staff_id, suggestion_id, verdict)
        return cards.said("Thank you", _SAID[verdict])

    def zone(self, staff_id: str, action: str, value: str = "") -> Card | Form | Enclosed:
        """Privacy: what is stored, what left, taking back, export, forget, proof."""
        return self._zone.show(staff_id, action, value)

    def forget(self, staff_id: str, values: Mapping[str, str]) -> Card | Form:
        """Forget a customer, when the name was typed."""
        return self._zone.forget(staff_id, values)

    def deals(self, staff_id: str, outcome: str = "") -> Card:
        """One's own deals, or those of one outcome."""
        return record_cards.deals(self._house.records.deals(staff_id), outcome)

    def deal_amount(self, staff_id: str, deal_id: str, amount: str | None = None) -> Card | Form:
        """What a deal is about: the form, or what was sent with it."""
        if amount is None:
            found = next((one for one in self._house.records.deals(staff_id) if one["id"] == deal_id), None)
            if found is None:
                raise InputRefused("This deal is not one of yours, or it was removed.")
            return record_cards.amount_form(found)
        return self.set_deal(staff_id, deal_id, amount=amount)

    def forecast(self, staff_id: str, customer: str = "") -> Card:
        """How likely one's own open deals are to be won, or those with one customer."""
        name = Customers(self._house.database, self._house.zones.open(staff_id)).named(customer).name if customer else ""
        return record_cards.forecasts([sentence(row) for row in forecasts(self._house, staff_id) if not name or row["customer"] == name])

    def quiet_deals(self, staff_id: str) -> Card:
        """One's own open deals in which nobody said anything for a week."""
        return record_cards.quiet_deals(self._house.records.quiet_deals(staff_id))

    def add_deal(self, staff_id: str, customer: str, name: str, amount: str = "") -> Card:
        """Open a deal."""
        deal = self._house.records.add_deal(staff_id, customer, name, amount)
        return cards.said("Deal opened", f"{deal['name']} with {deal['customer']} is open, id {deal['id'][:8]}.")

    def set_deal(self, staff_id: str, deal_id: str, change: str = "", amount: str = "") -> Card:
        """Change a deal; `change` is a stage or an outcome."""
        word = change.strip().lower()
        if word and word not in (*DEAL_STAGES, *DEAL_OUTCOMES):
            msg = f"'{change[:30]}' is neither a stage ({', '.join(DEAL_STAGES)}) nor an outcome ({', '.join(DEAL_OUTCOMES)})."
            raise InputRefused(msg)
        outcome, stage = (word, "") if word in DEAL_OUTCOMES else ("", word)
        deal = self._house.records.set_deal(staff_id, deal_id, stage=stage, outcome=outcome, amount=amount)
        return cards.said("Deal changed", f"{deal['name']} with {deal['customer']}: {deal['stage']}, {deal['outcome']}.")

    def notes(self, staff_id: str, customer: str = "") -> Card:
        """One's own notes."""
        return record_cards.notes(self._house.records.notes(staff_id, customer))

    def add_note(self, staff_id: str, text: str, customer: str = "") -> Card:
        """Keep a private observation."""
        note = self._house.records.add_note(staff_id, text, customer)
        return cards.said("Noted", f"Kept in your zone{', about ' + note['customer'] if note['customer'] else ''}.")

    def settings(self, staff_id: str, values: Mapping[str, str] | None = None) -> Card | Form:
        """One's own settings: the form, or what was sent with it."""
        settings = OwnSettings(self._house)
        return settings.form(staff_id) if values is None else settings.save(staff_id, values)

    def home(self, staff_id: str) -> Sequence[Card]:
        """The cards of one's home tab."""
        return home_cards.home(HomePages(self._house).of(staff_id))
