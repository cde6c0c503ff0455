"""The use case around one's own settings: a form with what is in force, and everything checked before anything is stored."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.cards import said
from bot.errors import InputRefused
from bot.home_page import muted
from bot.messages import Card, Choice, Field, Form, Section
from bot.wording import capital, spoken
from memory.errors import MemoryFault
from memory.preferences import MOST_CARDS_PER_HOUR, PreferenceRefused, Preferences, checked_days, checked_hours
from memory.staff import checked_time_zone
from memory.staff_choices import StaffChoices

if TYPE_CHECKING:
    from bot.bootstrap import House

_CONSENT = (Choice("yes", "Offer anonymous exchanges, each listed in my ledger"), Choice("no", "Keep everything in my zone"))
_DIGEST = (Choice("yes", "On Monday mornings, when there is something to say"), Choice("no", "Never"))


class OwnSettings:
    """Works for one verified member of staff at a time."""

    def __init__(self, house: "House") -> None:
        self._house = house

    def form(self, staff_id: str) -> Form:
        """What is in force."""
        member, zone = self._house.staff.get(staff_id), self._house.zones.open(staff_id)
        quiet, chosen = Preferences(self._house.database, zone).get(), StaffChoices(self._house.database, zone).get()
        consent = "yes" if member.contributes else "no" if chosen.consented_at else ""
        hours = f"{quiet.works_from}-{quiet.works_until}" if quiet.works_from else ""
        values = {"industry": member.default_industry, "time_zone": member.time_zone, "hours": hours, "days": quiet.work_days, "consent": consent}
        kept_back = ", ".join(muted(self._house, zone))
        told = f"No coach cards about: {kept_back}. `/customer unmute NAME` takes it back." if kept_back else ""
        return self._form(values | {"cards": str(quiet.cards_per_hour), "digest": "yes" if chosen.wants_digest else "no"}, told)

    def save(self, staff_id: str, values: Mapping[str, str]) -> Card | Form:
        """Keep what was sent; the form again, with the reason, where something of it cannot be kept."""
        house, zone = self._house, self._house.zones.open(staff_id)
        try:
            industry = house.vocabulary.industry(values.get("industry", "") or "other")
            time_zone = checked_time_zone(values.get("time_zone", "").strip()).key
            begins, ends = _hours(values.get("hours", ""))
            days = checked_days(values.get("days", "").strip() or "1234567")
            most = _cards(values.get("cards", ""))
        except (InputRefused, MemoryFault) as error:
            return self._form(values, str(error))
        house.staff.set_profile(staff_id, industry=industry, time_zone=time_zone)
        preferences = Preferences(house.database, zone)
        preferences.set_hours(begins, ends, days)
        preferences.set_cards_per_hour(most)
        choices = StaffChoices(house.database, zone)
        choices.note_settled(house.clock())
        if (digest := values.get("digest", "")) in {"yes", "no"}:
            choices.set_digest(wanted=digest == "yes")
        wanted = values.get("consent", "")
        if wanted in {"yes", "no"} and (house.staff.get(staff_id).contributes != (wanted == "yes") or wanted == "no"):
            house.privacy.set_contributing(staff_id, contributes=wanted == "yes")
        return said("Saved", f"Your settings are saved: {spoken(industry)}, {time_zone}, {_spoken_hours(begins, ends)}, at most {most} cards an hour.")

    def _form(self, values: Mapping[str, str], told: str = "") -> Form:
        industries = tuple(Choice(word, capital(spoken(word))) for word in self._house.vocabulary.industries)
        return Form(
            "Settings",
            "settings.save",
            (
                Field("industry", "Your customers' usual industry", values.get("industry", ""), industries),
                Field("time_zone", "Time zone", values.get("time_zone", ""), hint="Such as Europe/Berlin or Asia/Kolkata", longest=60),
                Field("hours", "Working hours", values.get("hours", ""), hint="Such as 09:00-18:00; empty for any time", longest=30, optional=True),
                Field("days", "Working days", values.get("days", ""), hint="1 is Monday, 7 is Sunday: 12345", longest=7, optional=True),
                Field("cards", "Cards an hour, at most", values.get("cards", ""), hint=f"0 for none, up to {MOST_CARDS_PER_HOUR}", longest=3),
                Field("digest", "Weekly digest by direct message", values.get("digest", "yes"), _DIGEST),
                Field("consent", "What may leave your zone", values.get("consent", ""), _CONSENT),
            ),
            sections=(Section(told),) if told else (),
        )


def _hours(written: str) -> tuple[str, str]:
    begins, _, ends = written.replace("\u2013", "-").replace(" ", "").partition("-")
    return checked_hours(begins, ends)


def _cards(written: str) -> int:
    text = written.strip()
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_CARDS_PER_HOUR:
        msg = f"Between 0 and {MOST_CARDS_PER_HOUR} cards an hour can be chosen."
        raise PreferenceRefused(msg)
    return int(text)


def _spoken_hours(begins: str, ends: str) -> str:
    return f"{begins} to {ends}" if begins else "any time"
