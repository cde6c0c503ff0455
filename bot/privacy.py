"""The use cases around one's own privacy: what is stored, what left the zone, taking it back."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.answers import PrivacyStatus
from bot.errors import InputRefused
from memory.contributions import Contributions
from memory.conversations import Conversations
from memory.customers import Customers
from memory.deals import Deals
from memory.follow_ups import FollowUps
from memory.notes import Notes
from memory.staff_choices import StaffChoices

if TYPE_CHECKING:
    from bot.bootstrap import House

_LEDGER_FIELDS = (
    "id",
    "kind",
    "epoch",
    "objection",
    "response",
    "reaction",
    "deal_outcome",
    "deal_stage",
    "industry",
    "size_band",
    "amount_band",
    "channel",
    "weekday_part",
    "days_since_contact",
    "reply_latency",
    "template",
    "state",
)


class Privacy:
    """Full control over one's own zone."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def status(self, staff_id: str) -> PrivacyStatus:
        """Counts of everything stored and everything that left."""
        zone, database = self._house.zones.open(staff_id), self._house.database
        states = Counter(line.state for line in Contributions(database, zone).ledger())
        return PrivacyStatus(
            contributes=self._house.staff.get(staff_id).contributes,
            customers=len(Customers(database, zone).all()),
            messages=Conversations(database, zone).count(),
            deals=len(Deals(database, zone).all()),
            notes=len(Notes(database, zone).all()),
            follow_ups=len(FollowUps(database, zone).waiting()),
            offered=states["offered"],
            published=states["published"],
            vetoed=states["vetoed"],
            withdrawn=states["withdrawn"] + states["opted-out"],
        )

    def set_contributing(self, staff_id: str, *, contributes: bool) -> dict[str, Any]:
        """Opt in or out. Opting out takes everything back and counts the patterns again at once."""
        zone = self._house.zones.open(staff_id)
        ledger = Contributions(self._house.database, zone)
        StaffChoices(self._house.database, zone).note_consent(self._house.clock())
        self._house.staff.set_contributes(staff_id, contributes=contributes)
        if contributes:
            return {"contributes": True, "withdrawn": 0, "restored": ledger.restore_withdrawn()}
        withdrawn = ledger.withdraw_all()
        if withdrawn:
            self._house.learning.publish(self._house.clock())
        return {"contributes": False, "withdrawn": withdrawn, "restored": 0}

    def veto(self, staff_id: str, contribution_id: str) -> dict[str, Any]:
        """Take one line out for good; the patterns are counted again at once."""
        line = Contributions(self._house.database, self._house.zones.open(staff_id)).veto(contribution_id)
        self._house.learning.publish(self._house.clock())
        return {"id": line.id, "state": line.state}

    def withdraw(self, staff_id: str, contribution_id: str) -> None:
        """Take one line back until its owner offers it again; the patterns are counted again at once."""
        Contributions(self._house.database, self._house.zones.open(staff_id)).withdraw(contribution_id)
        self._house.learning.publish(self._house.clock())

    def restore(self, staff_id: str, contribution_id: str) -> None:
        """Offer one line again that was withdrawn. Raises InputRefused for somebody who does not contribute."""
        if not self._house.staff.get(staff_id).contributes:
            raise InputRefused("You do not contribute, so nothing can be offered again: opt in first, and what was withdrawn is offered again by that.")
        Contributions(self._house.database, self._house.zones.open(staff_id)).restore(contribution_id)

    def ledger(self, staff_id: str) -> list[dict[str, Any]]:
        """Every line that was offered, newest first."""
        lines = Contributions(self._house.database, self._house.zones.open(staff_id)).ledger()
        return [{field: getattr(line, field) for field in _LEDGER_FIELDS} for line in lines]
