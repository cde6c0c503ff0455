"""Customers and follow-ups as cards and forms: what channels ask for."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot import customer_cards, follow_up_cards
from bot.cards import said
from bot.errors import InputRefused
from bot.messages import Card, Choice, Field, Form
from bot.wording import capital, spoken

if TYPE_CHECKING:
    from bot.bootstrap import House

CUSTOMER_LIST = "customer.search"
"""The list that is filled with one's own customers."""
_QUIET_DAYS = 7
_MOST_DAYS = 3_650
_NOTE = 500


class DeskCards:
    """Implements bot.channels.answers.Desk."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def customers(self, staff_id: str, verb: str, name: str, value: str) -> Card:
        """list, show, industry, rename, number, mute or unmute."""
        desk = self._house.customers
        match verb:
            case "list":
                return customer_cards.customers(desk.everybody(staff_id))
            case "industry":
                return customer_cards.page(desk.set_industry(staff_id, name, value))
            case "rename":
                return customer_cards.page(desk.rename(staff_id, name, value))
            case "number":
                return customer_cards.page(desk.add_number(staff_id, name, value))
            case "mute" | "unmute":
                return customer_cards.page(desk.mute(staff_id, name, muted=verb == "mute"))
            case _:
                return customer_cards.page(desk.page(staff_id, name))

    def follow_ups(self, staff_id: str, verb: str, name: str, when: str, note: str) -> Card:
        """list, quiet, best, plan, done or later."""
        desk = self._house.follow_ups
        match verb:
            case "list":
                return follow_up_cards.waiting(desk.waiting(staff_id))
            case "quiet":
                days = min(int(when), _MOST_DAYS) if when.isdigit() and int(when) else _QUIET_DAYS
                return follow_up_cards.quiet(desk.quiet(staff_id, days), days)
            case "plan":
                return follow_up_cards.planned(desk.plan(staff_id, name, when, note))
            case "done":
                return said("Done", f"{desk.finish(staff_id, name).customer} is off your list.")
            case "later":
                return follow_up_cards.planned(desk.postpone(staff_id, name, when))
            case _:
                return follow_up_cards.best_time(desk.best_time(staff_id, name))

    def use(self, staff_id: str, action: str, value: str) -> Card | Form:
        """A button."""
        follow_ups, customers = self._house.follow_ups, self._house.customers
        uses: Mapping[str, Callable[[], Card | Form]] = {
            "followup.done": lambda: said("Done", f"{follow_ups.finish(staff_id, value).customer} is off your list."),
            "followup.tomorrow": lambda: self._moved(staff_id, value, "tomorrow"),
            "followup.week": lambda: self._moved(staff_id, value, "next week"),
            "followup.best": lambda: follow_up_cards.planned(follow_ups.plan_for(staff_id, value)),
            "followup.list": lambda: follow_up_cards.waiting(follow_ups.waiting(staff_id)),
            "followup.plan": _plan,
            "followup.about": lambda: _plan(value[:_NOTE]),
            "customer.best": lambda: follow_up_cards.best_time(follow_ups.best_time_of(staff_id, value)),
            "customer.mute": lambda: customer_cards.page(customers.mute_of(staff_id, value, muted=True)),
            "customer.unmute": lambda: customer_cards.page(customers.mute_of(staff_id, value, muted=False)),
            "customer.industry": lambda: self._industry(staff_id, value),
            "customer.find": lambda: Form("Find a customer", "customer.show", (_customer_field(),), submit="Show"),
        }
        return uses[action]()

    def save(self, staff_id: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form:
        """A form was sent."""
        match action:
            case "customer.correct":
                return customer_cards.page(self._house.customers.set_industry_of(staff_id, context, values.get("industry", "")))
            case "customer.show":
                return customer_cards.page(self._house.customers.page_of(staff_id, values.get("customer", "")))
            case _:
                note, when = values.get("note", ""), values.get("when", "")
                try:
                    return follow_up_cards.planned(self._house.follow_ups.plan_for(staff_id, values.get("customer", ""), when, note))
                except InputRefused as error:
                    name = self._house.customers.page_of(staff_id, values["customer"]).name
                    return _plan(note, when, hint=str(error), customer=Choice(values["customer"], name))

    def options(self, staff_id: str, typed: str) -> Sequence[Choice]:
        """The customers that fit what was typed."""
        return [Choice(one.id, f"{one.name}, {one.company}" if one.company else one.name) for one in self._house.customers.found(staff_id, typed)]

    def _moved(self, staff_id: str, follow_up_id: str, when: str) -> Card:
        moved = self._house.follow_ups.postpone(staff_id, follow_up_id, when)
        return said("Moved", f"You will be reminded on {follow_up_cards.moment(moved.due_at)}.")

    def _industry(self, staff_id: str, customer_id: str) -> Form:
        page = self._house.customers.page_of(staff_id, customer_id)
        choices = tuple(Choice(word, capital(spoken(word))) for word in self._house.vocabulary.industries)
        field = Field("industry", f"What business is {page.name} in?", page.industry, choices)
        return Form("Correct the industry", "customer.correct", (field,), context=customer_id)


def _plan(note: str = "", when: str = "", *, hint: str = "", customer: Choice | None = None) -> Form:
    return Form(
        "Plan a follow-up",
        "followup.save",
        (
            _customer_field(customer),
            Field(
                "when",
                "When",
                when,
                hint=hint or "Empty for the best time. Else: tomorrow, friday 14:00, in 3 days, 2026-12-01 09:30",
                longest=60,
                optional=True,
            ),
            Field("note", "What for", note, longest=_NOTE, optional=True, lines=True),
        ),
        submit="Remind me",
    )


def _customer_field(chosen: Choice | None = None) -> Field:
    return Field("customer", "Customer", choices=(chosen,) if chosen else (), searched=CUSTOMER_LIST)
