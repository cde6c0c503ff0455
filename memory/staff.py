"""Staff: who our users are and which addresses lead to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from sqlmodel import Session, col, select

from memory.database import Database
from memory.errors import AmbiguousStaff, Permanent, UnknownStaff
from memory.tables import Staff, StaffAddress
from memory.zones import Zones

DEFAULT_ZONE = "UTC"
"""Of whom no time zone was said yet."""


class UnknownTimeZone(Permanent):
    """The time zone is not in the IANA database."""


class StaffDirectory:
    """The firm's list of staff."""

    def __init__(self, database: Database, zones: Zones) -> None:
        """Each new member gets a zone in the same transaction."""
        self._database = database
        self._zones = zones

    def add(  # noqa: PLR0913 - the columns of the row
        self,
        name: str,
        *,
        now: datetime,
        slack_user_id: str | None = None,
        whatsapp: Iterable[str] = (),
        industry: str = "other",
        time_zone: str = DEFAULT_ZONE,
    ) -> Staff:
        """Add somebody with their zone. Raises AmbiguousStaff when a name or address is taken, UnknownTimeZone."""
        checked_time_zone(time_zone)
        addresses = tuple(dict.fromkeys(whatsapp))
        with self._database.transaction() as session:
            self._refuse_taken(session, name, slack_user_id, addresses)
            member = Staff(name=name, slack_user_id=slack_user_id, default_industry=industry, time_zone=time_zone, created_at=now)
            session.add(member)
            session.flush()
            session.add_all(StaffAddress(staff_id=member.id, channel="whatsapp", address=address) for address in addresses)
            self._zones.create(session, member.id, now)
        return member

    def all(self) -> Sequence[Staff]:
        """Everybody, by name."""
        with self._database.reading() as session:
            return session.exec(select(Staff).order_by(col(Staff.name))).all()

    def addresses(self, staff_id: str) -> Sequence[StaffAddress]:
        """The addresses that lead to one member."""
        with self._database.reading() as session:
            return session.exec(select(StaffAddress).where(StaffAddress.staff_id == staff_id).order_by(col(StaffAddress.address))).all()

    def get(self, staff_id: str) -> Staff:
        """By id. Raises UnknownStaff."""
        with self._database.reading() as session:
            member = session.get(Staff, staff_id)
        if member is None:
            msg = "Nobody with this id is known: `tradecraft staff list` shows everybody."
            raise UnknownStaff(msg)
        return member

    def named(self, name: str) -> Staff:
        """By name, ignoring case, or by a first name that only one person has. Raises UnknownStaff, AmbiguousStaff."""
        wanted = " ".join(name.split()).casefold()
        everybody = self.all()
        exact = [member for member in everybody if member.name.casefold() == wanted]
        matching = exact or [member for member in everybody if member.name.casefold().split()[0] == wanted]
        if len(matching) > 1:
            msg = f"Several people are called '{name[:60]}': give the full name."
            raise AmbiguousStaff(msg)
        if not matching:
            known = ", ".join(member.name for member in everybody[:10]) or "nobody yet"
            msg = f"Nobody is called '{name[:60]}' (known: {known}): add the person with `tradecraft staff add`."
            raise UnknownStaff(msg)
        return matching[0]

    def by_slack_user(self, slack_user_id: str, team_id: str = "") -> Staff | None:
        """Whoever this verified Slack user is; with `team_id` only somebody of this workspace, or of no particular one. Nobody who was deactivated."""
        with self._database.reading() as session:
            found = session.exec(select(Staff).where(Staff.slack_user_id == slack_user_id, col(Staff.deactivated_at).is_(None))).first()
        return found if found is None or not team_id or found.slack_team_id in {"", team_id} else None

    def by_address(self, channel: str, address: str) -> Staff | None:
        """Whoever customers reach at this address; nobody who was deactivated: nothing of theirs is taken in any more."""
        with self._database.reading() as session:
            return session.exec(
                select(Staff).join(StaffAddress).where(StaffAddress.channel == channel, StaffAddress.address == address, col(Staff.deactivated_at).is_(None)),
            ).first()

    def rename(self, staff_id: str, name: str) -> None:
        """Another name. Raises AmbiguousStaff when it is taken."""
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            if member.name.casefold() != name.casefold():
                self._refuse_taken(session, name, None, ())
            member.name = name
            session.add(member)

    def link_slack(self, staff_id: str, slack_user_id: str, team_id: str = "") -> None:
        """This Slack user is this member, from now on and again. Raises AmbiguousStaff when it is somebody else."""
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            if member.slack_user_id != slack_user_id:
                self._refuse_taken(session, "", slack_user_id, ())
            member.slack_user_id, member.slack_team_id, member.deactivated_at = slack_user_id, team_id, None
            session.add(member)

    def add_address(self, staff_id: str, channel: str, address: str) -> None:
        """A further address that leads to them; adding it again changes nothing. Raises AmbiguousStaff when it leads to somebody else."""
        with self._database.transaction() as session:
            mine = (StaffAddress.staff_id == staff_id, StaffAddress.channel == channel, StaffAddress.address == address)
            if session.exec(select(StaffAddress).where(*mine)).first() is None:
                self._refuse_taken(session, "", None, (address,))
                session.add(StaffAddress(staff_id=staff_id, channel=channel, address=address))

    def deactivate(self, staff_id: str, now: datetime) -> None:
        """Nothing leads to them any more, and they ask for nothing: the Slack user is free again, what their customers write is turned away."""
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            member.slack_user_id, member.slack_team_id, member.deactivated_at, member.is_admin = None, "", member.deactivated_at or now, False
            session.add(member)

    def set_contributes(self, staff_id: str, *, contributes: bool) -> None:
        """Opt in or out of offering anonymous exchanges."""
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            member.contributes = contributes
            session.add(member)

    def set_admin(self, staff_id: str, *, admin: bool) -> None:
        """Whether they decide what everybody sees of the app."""
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            member.is_admin = admin
            session.add(member)

    def set_profile(self, staff_id: str, *, industry: str, time_zone: str) -> None:
        """Their customers' usual industry, a word of the vocabulary, and their time zone. Raises UnknownTimeZone."""
        checked_time_zone(time_zone)
        with self._database.transaction() as session:
            member = session.get_one(Staff, staff_id)
            member.default_industry, member.time_zone = industry, time_zone
            session.add(member)

    def _refuse_taken(self, session: Session, name: str, slack_user_id: str | None, addresses: Sequence[str]) -> None:
        taken = next((member for member in session.exec(select(Staff)) if member.name.casefold() == name.casefold()), None)
        if taken is not None:
            msg = f"Somebody called '{name}' is already there: use another name, or `tradecraft staff list` to look."
            raise AmbiguousStaff(msg)
        if slack_user_id and session.exec(select(Staff).where(Staff.slack_user_id == slack_user_id)).first():
            msg = f"The Slack user {slack_user_id} already belongs to somebody else: check the id in Slack's profile menu."
            raise AmbiguousStaff(msg)
        held = session.exec(select(StaffAddress).where(col(StaffAddress.address).in_(addresses))).first()
        if held is not None:
            msg = f"The WhatsApp address {held.address} already belongs to somebody else: one address leads to one person."
            raise AmbiguousStaff(msg)


def checked_time_zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises UnknownTimeZone."""
    if name not in available_timezones():
        msg = f"'{name[:40]}' is not a time zone: use an IANA name such as Europe/Berlin or Asia/Kolkata."
        raise UnknownTimeZone(msg)
    return ZoneInfo(name)
