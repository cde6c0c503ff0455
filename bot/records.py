"""The use cases around deals, notes and staff: names instead of ids, the vocabulary checked, rows as plain dictionaries."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.errors import InputRefused
from bot.home_answers import QuietDeal
from intelligence.amounts import amount_of
from intelligence.vocabulary import DEAL_OUTCOMES, DEAL_STAGES, UNKNOWN, one_of
from memory.conversations import Conversations
from memory.customers import Customers
from memory.deals import Deals, KnownDeal
from memory.notes import KnownNote, Notes

if TYPE_CHECKING:
    from bot.bootstrap import House

_QUIET = timedelta(days=7)
_OPEN = ("open", "stalled")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_WHATSAPP = re.compile(r"\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128}")


class Records:
    """What people write down themselves."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def add_staff(self, name: str, *, slack_user_id: str, whatsapp: Iterable[str], industry: str, time_zone: str) -> dict[str, Any]:
        """A new member of staff. Raises InputRefused, AmbiguousStaff, UnknownTerm, UnknownTimeZone."""
        clean = " ".join(name.split())
        if not clean:
            msg = "The name is empty: give the full name of the staff member."
            raise InputRefused(msg)
        if slack_user_id:
            slack_user(slack_user_id)
        addresses = [whatsapp_address(one) for one in whatsapp]
        self._house.staff.add(
            clean,
            now=self._house.clock(),
            slack_user_id=slack_user_id or None,
            whatsapp=addresses,
            industry=self._house.vocabulary.industry(industry),
            time_zone=time_zone,
        )
        return next(row for row in self.staff() if row["name"] == clean)

    def staff(self) -> list[dict[str, Any]]:
        """Everybody."""
        return [
            {
                "id": member.id,
                "name": member.name,
                "slack_user_id": member.slack_user_id or "",
                "whatsapp": [address.address for address in self._house.staff.addresses(member.id)],
                "default_industry": member.default_industry,
                "time_zone": member.time_zone,
                "contributes": member.contributes,
                "is_admin": member.is_admin,
                "active": member.deactivated_at is None,
            }
            for member in self._house.staff.all()
        ]

    def add_deal(self, staff_id: str, customer: str, name: str, amount: str = "", *, at: datetime | None = None) -> dict[str, Any]:
        """A new deal with a customer of one's own, opened now or at a past time."""
        if not name.strip():
            msg = "The deal has no name: say what is being sold."
            raise InputRefused(msg)
        zone = self._house.zones.open(staff_id)
        known = Customers(self._house.database, zone).named(customer)
        band = self._band(amount)
        deal = Deals(self._house.database, zone).add(known.id, name.strip(), now=at or self._house.clock(), amount=amount.strip(), amount_band=band)
        return self._deal(deal, known.name)

    def set_deal(  # noqa: PLR0913 - every field may change
        self, staff_id: str, deal_id: str, *, stage: str = "", outcome: str = "", amount: str = "", at: datetime | None = None
    ) -> dict[str, Any]:
        """Change one's own deal, as of now or of a past time; a closed outcome closes the stage too."""
        if not (stage or outcome or amount):
            msg = "Nothing to change was given: use --stage, --outcome or --amount."
            raise InputRefused(msg)
        zone = self._house.zones.open(staff_id)
        chosen_outcome = one_of(outcome, "outcome", DEAL_OUTCOMES) if outcome else ""
        chosen_stage = one_of(stage, "stage", DEAL_STAGES) if stage else "closed" if chosen_outcome in {"won", "lost"} else ""
        deal = Deals(self._house.database, zone).set(
            deal_id,
            now=at or self._house.clock(),
            amount=amount.strip(),
            amount_band=self._band(amount),
            stage=chosen_stage,
            outcome=chosen_outcome,
        )
        return self._deal(deal, Customers(self._house.database, zone).get(deal.customer_id).name)

    def deals(self, staff_id: str) -> list[dict[str, Any]]:
        """One's own deals, latest change first."""
        zone = self._house.zones.open(staff_id)
        names = {one.id: one.name for one in Customers(self._house.database, zone).all()}
        return [self._deal(deal, names[deal.customer_id]) for deal in Deals(self._house.database, zone).all()]

    def quiet_deals(self, staff_id: str) -> tuple[QuietDeal, ...]:
        """One's own open deals with whose customer nothing was said for a week, the longest silence last."""
        zone, now = self._house.zones.open(staff_id), self._house.clock()
        conversations = Conversations(self._house.database, zone)
        names = Customers(self._house.database, zone).names()
        found = []
        for deal in Deals(self._house.database, zone).all():
            if deal.outcome not in _OPEN:
                continue
            said = conversations.last(conversations.with_any_of([deal.customer_id]))
            # From what was said alone: a deal that was written down or moved today is as quiet as its conversation.
            silence = now - (said[0] if said else deal.updated_at)
            if silence >= _QUIET:
                found.append(QuietDeal(deal.name, names.get(deal.customer_id, ""), silence.days, said is not None and said[1] == "marketer"))
        return tuple(sorted(found, key=lambda one: one.days))

    def add_note(self, staff_id: str, text: str, customer: str = "") -> dict[str, Any]:
        """A private observation, about a customer or about nobody in particular."""
        if not text.strip():
            msg = "The note is empty: write what you noticed."
            raise InputRefused(msg)
        zone = self._house.zones.open(staff_id)
        known = Customers(self._house.database, zone).named(customer) if customer else None
        note = Notes(self._house.database, zone).add(text.strip(), now=self._house.clock(), customer_id=known.id if known else None)
        return self._note(note, known.name if known else "")

    def notes(self, staff_id: str, customer: str = "") -> list[dict[str, Any]]:
        """One's own notes, newest first."""
        zone = self._house.zones.open(staff_id)
        customers = Customers(self._house.database, zone)
        chosen = customers.named(customer).id if customer else ""
        names = {one.id: one.name for one in customers.all()}
        return [self._note(note, names.get(note.customer_id or "", "")) for note in Notes(self._house.database, zone).all(chosen)]

    def _band(self, amount: str) -> str:
        if not amount:
            return ""
        value = amount_of(amount)
        if value is None:
            msg = f"'{amount[:40]}' is not an amount: write it like 5000, 12k or 4.900 EUR."
            raise InputRefused(msg)
        return self._house.vocabulary.amount_band(value)

    def _deal(self, deal: KnownDeal, customer: str) -> dict[str, Any]:
        return {
            "id": deal.id,
            "customer": customer,
            "name": deal.name,
            "amount": deal.amount,
            "amount_band": deal.amount_band or UNKNOWN,
            "stage": deal.stage,
            "outcome": deal.outcome,
            "updated_at": deal.updated_at.isoformat(),
        }

    def _note(self, note: KnownNote, customer: str) -> dict[str, Any]:
        return {"id": note.id, "customer": customer, "text": note.text, "created_at": note.created_at.isoformat()}


def slack_user(written: str) -> str:
    """A Slack user id. Raises InputRefused."""
    if not _SLACK_USER.fullmatch(written):
        msg = f"'{written[:30]}' is not a Slack user id: it starts with U, as in U0123ABCD (Slack, profile, three dots, Copy member ID)."
        raise InputRefused(msg)
    return written


def whatsapp_address(written: str) -> str:
    """`+491701234567` from whatever people write: spaces, dashes, brackets, a `whatsapp:` in front. Raises InputRefused."""
    plain = re.sub(r"[\s()./-]", "", written.removeprefix("whatsapp:")) if "+" in written else written.removeprefix("whatsapp:").strip()
    if not _WHATSAPP.fullmatch(plain):
        msg = f"'{written[:40]}' is not a WhatsApp address: write the number with its country code, such as +491701234567."
        raise InputRefused(msg)
    return plain
