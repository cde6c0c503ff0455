"""One's own zone as cards and forms: what is stored and what left it, taking back, the own data as a file, forgetting, the proof."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot import cards, zone_cards
from bot.desk_cards import CUSTOMER_LIST
from bot.errors import InputRefused
from bot.messages import Button, Card, Choice, Enclosed, Field, Form, Section
from bot.privacy_export import Exports
from bot.zone_proving import proved
from memory.customers import Customers, KnownCustomer

if TYPE_CHECKING:
    from bot.bootstrap import House

_LONGEST_NAME = 200


class ZoneAnswers:
    """Works for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def show(self, staff_id: str, action: str, value: str = "") -> Card | Form | Enclosed:
        """status, opt-in, opt-out, export, proof; veto, withdraw and restore with the id of a line; ledger with a page, forget with a name, or with nothing."""
        privacy = self._house.privacy
        shown: Mapping[str, Callable[[], Card | Form | Enclosed]] = {
            "": lambda: zone_cards.zone(privacy.status(staff_id)),
            "ledger": lambda: zone_cards.ledger(privacy.ledger(staff_id), int(value) if value.isdecimal() else 1),
            "veto": lambda: self._line(privacy.veto, staff_id, value, "Taken back", "This line no longer counts, and it will not be offered again."),
            "withdraw": lambda: self._line(privacy.withdraw, staff_id, value, "Withdrawn", "This line no longer counts. `/zone ledger` can offer it again."),
            "restore": lambda: self._line(privacy.restore, staff_id, value, "Offered again", "This line counts again from the next learning on."),
            "opt-in": lambda: self._contributing(staff_id, contributes=True),
            "opt-out": lambda: self._contributing(staff_id, contributes=False),
            "export": lambda: self._export(staff_id),
            "forget": lambda: self._forget_form(Customers(self._house.database, self._house.zones.open(staff_id)).named(value) if value else None),
            "proof": lambda: zone_cards.proof(proved(self._house, staff_id)),
        }
        if action in {"", "status"}:
            return shown[""]()
        if action not in shown:
            msg = f"'{action[:30]}' is not something your zone can do: `/zone help` lists what is."
            raise InputRefused(msg)
        return shown[action]()

    def forget(self, staff_id: str, values: Mapping[str, str]) -> Card | Form:
        """The form was sent: erase the customer when their name was typed, else ask again."""
        house = self._house
        known = Customers(house.database, house.zones.open(staff_id)).get(values.get("customer", ""))
        if _folded(values.get("confirm", "")) != _folded(known.name):
            return self._forget_form(known, values.get("confirm", ""), "What was typed is not the name of this customer: nothing was erased.")
        done = house.erasure.customer_of(staff_id, known.id, actor=f"staff:{staff_id}")
        return zone_cards.receipt(done.receipt["id"], sum(done.erased.values()), done.scan.traces, len(done.scan.hits), done.receipt["outside"])

    def _line(self, change: Callable[[str, str], object], staff_id: str, identifier: str, title: str, sentence: str) -> Card:
        change(staff_id, identifier)
        return cards.said(title, sentence)

    def _contributing(self, staff_id: str, *, contributes: bool) -> Card:
        self._house.privacy.set_contributing(staff_id, contributes=contributes)
        return zone_cards.zone(self._house.privacy.status(staff_id))

    def _export(self, staff_id: str) -> Enclosed:
        content, records = Exports(self._house).archive_of_staff(staff_id)
        self._house.audit.record("exported", actor=f"staff:{staff_id}", subject=staff_id, now=self._house.clock(), detail=f"{records}")
        name = f"tradecraft-{self._house.clock():%Y-%m-%d}.zip"
        return Enclosed(zone_cards.exported(records), name, content, zone_cards.not_exported(self._house.staff.get(staff_id).name))

    def _forget_form(self, known: KnownCustomer | None = None, typed: str = "", problem: str = "") -> Form:
        chosen = (Choice(known.id, known.name),) if known else ()
        told = (
            "Messages, deals, notes and follow-ups are erased for good, patterns are counted again without them, and every byte is looked through afterwards."
        )
        return Form(
            "Forget a customer",
            "zone.forgotten",
            (
                Field("customer", "Customer", choices=chosen, searched=CUSTOMER_LIST),
                Field(
                    "confirm", "Type the customer's name to confirm", typed, longest=_LONGEST_NAME, hint="Exactly as it stands above. This cannot be undone."
                ),
            ),
            submit="Forget for good",
            sections=(*((Section(problem, "Not erased"),) if problem else ()), Section(told)),
            again=Button("Forget a customer\u2026", "zone.forget", "zone"),
        )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
