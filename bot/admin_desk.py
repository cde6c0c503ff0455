"""The use cases of admins: who is linked, how the installation does, how it is taken up. No zone is opened, nobody's numbers are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import admin_cards
from bot.adoption import adoption
from bot.errors import BotFault, InputRefused
from bot.health import live
from bot.messages import Card, Choice, Field, Form
from bot.records import whatsapp_address
from bot.wording import capital, spoken
from intelligence.errors import IntelligenceFault
from memory.errors import MemoryFault

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Staff

_CHANNEL = "whatsapp"


class AdminDesk:
    """`actor` is always a verified admin, as the audit log names them. Implements bot.channels.answers.Administration."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def page(self) -> Card:
        """Health, use over everybody, who is not linked."""
        unlinked = [(member.id, member.name) for member in self._house.staff.all() if member.slack_user_id is None]
        return admin_cards.page(live(self._house), adoption(self._house), unlinked)

    def use(self, action: str, value: str) -> Form:
        """A button of the page."""
        if action == admin_cards.LINK:
            return admin_cards.link(value, self._house.staff.get(value).name)
        return admin_cards.choose()

    def save(self, actor: str, team: str, action: str, context: str, values: Mapping[str, str]) -> Card | Form:
        """A form was sent; the form again, with the reason, where something of it cannot be kept. `team` is the admin's workspace."""
        given = dict(values)
        match action:
            case admin_cards.CHOOSE:
                return self._chosen(given.get("who", ""), team)
            case admin_cards.LINKED:
                return self._link(actor, team, context, given.get("who", ""))
            case admin_cards.ADD:
                return self._add(actor, team, context, given)
            case _:
                return self._change(actor, context, given)

    def is_admin(self, staff_id: str) -> bool:
        """Whether a member of staff was made an admin here (`tradecraft staff admin`)."""
        return self._house.staff.get(staff_id).is_admin

    def _chosen(self, slack_user_id: str, team: str) -> Form:
        if not slack_user_id:
            return admin_cards.choose("Choose a person.")
        member = self._house.staff.by_slack_user(slack_user_id, team)
        return admin_cards.add(slack_user_id, self._industries(), {}) if member is None else self._form(member, {"name": member.name})

    def _link(self, actor: str, team: str, staff_id: str, slack_user_id: str) -> Card | Form:
        member = self._house.staff.get(staff_id)
        try:
            if not slack_user_id:
                raise InputRefused("Choose a person.")
            self._house.staff.link_slack(staff_id, slack_user_id, team)
        except (BotFault, MemoryFault) as error:
            return admin_cards.link(staff_id, member.name, str(error))
        self._note("staff.linked", actor, staff_id)
        return admin_cards.done(f"{member.name} is linked and can begin: the app's home says how.")

    def _add(self, actor: str, team: str, slack_user_id: str, given: dict[str, str]) -> Card | Form:
        try:
            number = given.get("number", "").strip()
            added = self._house.records.add_staff(
                given.get("name", ""),
                slack_user_id=slack_user_id,
                whatsapp=[number] if number else [],
                industry=given.get("industry", "") or "other",
                time_zone=given.get("time_zone", "").strip(),
            )
            self._house.staff.link_slack(added["id"], slack_user_id, team)
        except (BotFault, MemoryFault, IntelligenceFault) as error:
            return admin_cards.add(slack_user_id, self._industries(), given, str(error))
        self._note("staff.added", actor, added["id"])
        return admin_cards.done(f"{added['name']} is added and can begin: the app's home says how. Their zone is empty and private.")

    def _change(self, actor: str, staff_id: str, given: dict[str, str]) -> Card | Form:
        member: Staff = self._house.staff.get(staff_id)
        name, number = " ".join(given.get("name", "").split()), given.get("number", "").strip()
        try:
            if not name:
                raise InputRefused("The name is empty: give the full name.")
            address = whatsapp_address(number) if number else ""
            self._house.staff.rename(staff_id, name)
            if address:
                self._house.staff.add_address(staff_id, _CHANNEL, address)
        except (BotFault, MemoryFault) as error:
            return self._form(member, given, str(error))
        if given.get("state") == "deactivated":
            self._house.staff.deactivate(staff_id, self._house.clock())
            self._note("staff.deactivated", actor, staff_id)
            return admin_cards.done(f"{name} is deactivated: nothing leads to them any more. What their zone holds stays sealed until it is forgotten.")
        is_admin = given.get("admin", "") == "yes" if given.get("admin") else member.is_admin
        if is_admin != member.is_admin:
            self._house.staff.set_admin(staff_id, admin=is_admin)
            self._note("admin.made" if is_admin else "admin.removed", actor, staff_id)
        if name != member.name or address:
            self._note("staff.changed", actor, staff_id)
        return admin_cards.done(f"{name} is saved.")

    def _form(self, member: "Staff", given: dict[str, str], problem: str = "") -> Form:
        form = admin_cards.change(member.id, given, problem)
        asked = given.get("admin") or ("yes" if member.is_admin else "no")
        choices = (Choice("no", "No"), Choice("yes", "Yes: approves curated plays and sees this page"))
        return replace(form, fields=(*form.fields, Field("admin", "Admin of Tradecraft", asked, choices)))

    def _industries(self) -> tuple[Choice, ...]:
        return tuple(Choice(word, capital(spoken(word))) for word in self._house.vocabulary.industries)

    def _note(self, action: str, actor: str, staff_id: str) -> None:
        self._house.audit.record(action, actor=actor, subject=staff_id, now=self._house.clock())
