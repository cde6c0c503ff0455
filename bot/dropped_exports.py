"""The use case around an export file that its owner dropped on the app: look, ask what the file does not say, import. Its bytes stay in memory."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot import import_cards
from bot.errors import BotFault, ExportUndecided
from bot.export_archives import read_content
from bot.import_answers import Preview, Told
from bot.messages import Card, Choice, DroppedFile, Form, Work
from memory.errors import MemoryFault
from memory.staff import checked_time_zone

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Staff

_ORDERS = (("dmy", "Day first"), ("mdy", "Month first"))


class DroppedExports:
    """Works for one verified member of staff at a time. Implements bot.channels.answers.Imports."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def look(self, staff_id: str, file: DroppedFile) -> Card:
        """What the file holds, and what to do with it. Raises ExportUnreadable, InputRefused."""
        member = self._house.staff.get(staff_id)
        found = self._look(member, file)
        return import_cards.preview(
            file.id, file.name, found, member.time_zone, import_cards.questions(found, zone_known=self._house.importing.knows_zone(member))
        )

    def ask(self, staff_id: str, file: DroppedFile) -> Form:
        """The form with what the file does not say. Raises as `look`."""
        return self._form(self._house.staff.get(staff_id), file, "")

    def start(self, staff_id: str, file: DroppedFile) -> Work:
        """Import the file as it is. Raises as `look`, and ExportUndecided where something of it is unclear."""
        member = self._house.staff.get(staff_id)
        if import_cards.questions(self._look(member, file), zone_known=self._house.importing.knows_zone(member)):
            raise ExportUndecided("Something about this chat is unclear: drop the file again, and you will be asked.")
        return self._work(member, file, Told())

    def send(self, staff_id: str, file: DroppedFile, values: Mapping[str, str]) -> Form | Work:
        """Import the file with what was said in the form; the form again where that cannot be."""
        member = self._house.staff.get(staff_id)
        people = [person for person, _ in self._look(member, file).people]
        mine = values.get("me", "")
        told = Told(
            me=people[int(mine)] if mine.isdecimal() and int(mine) < len(people) else "",
            customer=values.get("customer", "").strip(),
            date_order=values.get("order", ""),
            time_zone=values.get("time_zone", "").strip(),
        )
        try:
            checked_time_zone(told.time_zone or member.time_zone)
            name, content = read_content(file.name, file.content)
            self._house.importing.take(member, name, content, told, dry_run=True, now=self._house.clock())
        except (BotFault, MemoryFault) as error:
            return self._form(member, file, str(error))
        return self._work(member, file, told)

    def _work(self, member: "Staff", file: DroppedFile, told: Told) -> Work:
        def go(show: Callable[[Card], None]) -> Card:
            name, content = read_content(file.name, file.content)
            report = self._house.importing.take(
                member, name, content, told, now=self._house.clock(), progress=lambda done, of: show(import_cards.moving(done, of, told.customer))
            )
            return import_cards.imported(report)

        return Work(import_cards.moving(0, 0, told.customer), go)

    def _look(self, member: "Staff", file: DroppedFile, date_order: str = "") -> Preview:
        return self._house.importing.look(member, *read_content(file.name, file.content), date_order=date_order, now=self._house.clock())

    def _form(self, member: "Staff", file: DroppedFile, problem: str) -> Form:
        found = self._look(member, file)
        return import_cards.form(file.id, found, member.time_zone, self._orders(member, file) if found.ambiguous_dates else (), problem)

    def _orders(self, member: "Staff", file: DroppedFile) -> tuple[Choice, ...]:
        """Both ways to read the dates, with what each would mean."""
        read = {order: self._look(member, file, order) for order, _ in _ORDERS}
        return tuple(Choice(order, f"{label}: {read[order].first:%d %B %Y} to {read[order].last:%d %B %Y}") for order, label in _ORDERS)
