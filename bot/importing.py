"""The use case `tradecraft import`: one WhatsApp export into the zone of the member of staff whose phone it came from."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import ExportUndecided, InputRefused
from bot.export_archives import read_file
from bot.export_dates import MARKS
from bot.export_phrases import YOU
from bot.exports import Export, ExportMessage, read_export
from bot.messages import Kind, Role
from intelligence.vocabulary import Vocabulary
from memory.conversations import Conversations, Incoming
from memory.customers import Customers, folded
from memory.database import Database
from memory.inbox_entries import InboxEntries, Transaction
from memory.private import PrivateMemories
from memory.staff import StaffDirectory, checked_time_zone
from memory.tables import Customer, Staff
from memory.zones import Zones

SOURCE = "export"
CHANNEL = "whatsapp"
_BATCH = 1_000
"""Messages a transaction: short enough for a webhook to come in between."""
_NUMBER = re.compile(r"\+?[\d\s().\-\u2011/]{7,24}")
_FEWEST_DIGITS = 7
_YOU = frozenset(YOU.split("|"))
_NAMES_SHOWN = 8
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an export held and what of it was new."""

    messages: int
    added: int
    participants: dict[str, int]
    first: datetime | None
    last: datetime | None
    media: int
    system: int
    ambiguous_dates: bool
    truncated: bool
    me: str
    customer: str
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "messages": self.messages,
            "added": self.added,
            "participants": self.participants,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "media": self.media,
            "system": self.system,
            "ambiguous_dates": self.ambiguous_dates,
            "truncated": self.truncated,
        }

    def sentence(self) -> str:
        """For people."""
        dates = f" from {self.first:%d %B %Y} to {self.last:%d %B %Y}" if self.first and self.last else ""
        held = f"{self.messages:,} messages with {self.customer}{dates}, {self.media:,} with media"
        said = [f"Nothing was stored. The file holds {held}." if self.dry_run else f"{self.added:,} new of {held}."]
        if self.ambiguous_dates:
            said.append("Its dates can be read with the day or with the month first: say which with --date-order dmy or mdy.")
        if self.truncated:
            said.append("WhatsApp exports only about the newest 40,000 messages (10,000 with media): older ones are probably missing.")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who is who: participant names as the file has them; `me` is empty when the member of staff wrote nothing."""

    me: str
    theirs: str


class Importing:
    """Reads exports into zones; doing it again, or with an export that overlaps, adds only what is new."""

    def __init__(self, database: Database, zones: Zones, staff: StaffDirectory, memories: PrivateMemories, vocabulary: Vocabulary) -> None:
        """All are shared with the rest of the house."""
        self._database = database
        self._zones = zones
        self._staff = staff
        self._memories = memories
        self._vocabulary = vocabulary

    def run(  # noqa: PLR0913 - the questions an export leaves open
        self,
        member: Staff,
        path: Path,
        *,
        me: str = "",
        customer: str = "",
        industry: str = "",
        date_order: str = "",
        time_zone: str = "",
        dry_run: bool = False,
        now: datetime,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import the file at `path`. Everything is decided before anything is written.

        `industry` is a word of the vocabulary; `progress` is called with messages done and all. Raises ExportUnreadable, ExportUndecided (dates), InputRefused
        (people), UnknownTimeZone, UnknownTerm.
        """
        zone = checked_time_zone(time_zone or member.time_zone)
        if industry:
            self._vocabulary.industry(industry)
        export = read_export(*read_file(path), date_order=date_order, until=now.astimezone(zone).replace(tzinfo=None))
        sides = self._sides(member, export, me, customer)
        spoken = _placed([message for message in export.messages if message.kind != Kind.SYSTEM], zone)
        name = " ".join(customer.split()) or sides.theirs
        if not dry_run and export.ambiguous_dates:
            msg = (
                "The dates of the export can be read with the day or with the month first: say which with --date-order dmy or mdy (--dry-run shows the result)."
            )
            raise ExportUndecided(msg)
        added = 0 if dry_run else self._store(member, name, sides, spoken, industry, now, progress or (lambda _done, _all: None))
        return ImportReport(
            messages=len(spoken),
            added=added,
            participants=dict(export.participants.most_common()),
            first=spoken[0][1] if spoken else None,
            last=spoken[-1][1] if spoken else None,
            media=export.media,
            system=export.system,
            ambiguous_dates=export.ambiguous_dates,
            truncated=export.truncated,
            me=sides.me,
            customer=name,
            dry_run=dry_run,
        )

    def _store(  # noqa: PLR0913 - one step of run
        self,
        member: Staff,
        name: str,
        sides: _Sides,
        spoken: Sequence[tuple[ExportMessage, datetime]],
        industry: str,
        now: datetime,
        progress: Progress,
    ) -> int:
        """Rows first, then the index, batch by batch; whatever a crash leaves unindexed is indexed by the next import."""
        zone = self._zones.open(member.id)
        customers, conversations = Customers(self._database, zone), Conversations(self._database, zone)
        entries, memory = InboxEntries(self._database), self._memories.of(member.id)
        added = done = 0
        for batch in _batches(spoken):
            incoming = [
                Incoming(SOURCE, "", Role.MARKETER if message.sender == sides.me else Role.CUSTOMER, message.kind, message.text, at) for message, at in batch
            ]
            with self._database.transaction() as session:
                entries.one_at_a_time(session, member.id)
                customer = self._customer(session, customers, name, sides.theirs, now)
                customers.set_industry(session, customer, industry or member.default_industry, "told" if industry else "default")
                thread = conversations.with_customer(session, customer.id, CHANNEL, now)
                new = [row.id for row in conversations.store(session, thread.id, incoming, now)]
            memory.remember(new)
            added += len(new)
            done += len(batch)
            progress(done, len(spoken))
        memory.remember(memory.pending())
        return added

    def _customer(self, session: Transaction, customers: Customers, name: str, theirs: str, now: datetime) -> Customer:
        """The customer of that name or at that number, new when there is none."""
        address = number_of(theirs)
        found = customers.called(session, name)
        if found is None and address:
            found = customers.at_address(session, CHANNEL, address)
            if found is not None and name != theirs:
                customers.set_name(session, found, name, instead_of=address)
        if found is None:
            found = customers.add(session, address if name == theirs and address else name, now=now)
        if address:
            customers.link(session, found, CHANNEL, address, now)
        return found

    def _sides(self, member: Staff, export: Export, me: str, customer: str) -> _Sides:
        """Who of the participants is the member of staff. Raises InputRefused."""
        people = list(export.participants)
        if not people:
            msg = "The export holds no message that anybody wrote: choose another chat."
            raise InputRefused(msg)
        if export.group:
            msg = f"This is a group chat ({_listed(people)}): only chats between two people can be imported; export the chat with the customer alone."
            raise InputRefused(msg)
        mine = self._mine(member, export, people, me, customer)
        others = [one for one in people if one != mine]
        if len(others) > 1:
            msg = f"It is not clear which of them you are ({_listed(people)}): say so with --me NAME."
            raise InputRefused(msg)
        theirs = others[0] if others else export.title or customer
        if not theirs:
            msg = f"Only {mine} wrote in this chat and the file name does not tell with whom: say so with --customer NAME."
            raise InputRefused(msg)
        return _Sides(mine, theirs)

    def _mine(self, member: Staff, export: Export, people: Sequence[str], me: str, customer: str) -> str:
        """The name the member of staff has in the file; empty when they wrote nothing or it cannot be told."""
        if me:
            chosen = [one for one in people if same_person(one, me)] or [one for one in people if folded(me) in folded(one)]
            if len(chosen) != 1:
                msg = f"Nobody in this chat is called '{me[:60]}' ({_listed(people)} wrote): give --me the name as it stands in the file."
                raise InputRefused(msg)
            return chosen[0]
        numbers = {number_of(one.address) for one in self._staff.addresses(member.id)} - {""}
        own = [one for one in people if same_person(one, member.name) or folded(one) in _YOU or number_of(one) in numbers]
        if len(own) == 1:
            return own[0]
        known = [one for one in people if (customer and same_person(one, customer)) or (export.title and same_person(one, export.title))]
        if len(known) == 1:
            return next((one for one in people if one != known[0]), "")
        by_first_name = [one for one in people if folded(one).split()[0] == folded(member.name).split()[0]]
        return by_first_name[0] if len(by_first_name) == 1 else ""


def number_of(written: str) -> str:
    """`+491713920042` for a phone number as a phone shows it, else empty."""
    plain = "".join(" " if character.isspace() else character for character in written if character not in MARKS)
    if not _NUMBER.fullmatch(plain.strip()):
        return ""
    digits = "".join(character for character in plain if character.isdigit())
    return f"+{digits}" if len(digits) >= _FEWEST_DIGITS and plain.strip().startswith("+") else ""


def same_person(one: str, other: str) -> bool:
    """Whether two names, or two ways of writing a number, mean the same."""
    return folded(one) == folded(other) or (number_of(one) != "" and number_of(one) == number_of(other)) or _in_file_name(one) == _in_file_name(other)


def _in_file_name(name: str) -> str:
    """A name without what a file name cannot hold."""
    return re.sub(r"[\W_]+", " ", folded(name)).strip() or name


def _listed(people: Sequence[str]) -> str:
    shown = ", ".join(people[:_NAMES_SHOWN])
    return shown if len(people) <= _NAMES_SHOWN else f"{shown} and {len(people) - _NAMES_SHOWN} more"


def _placed(messages: Sequence[ExportMessage], zone: ZoneInfo) -> list[tuple[ExportMessage, datetime]]:
    """Each message with its moment, in order of time.

    Where the clock was put back the later pass through an hour is told by the order of the lines. Messages of the same second (most phones write only the
    minute) are set apart by microseconds, so that whoever sorts by time keeps the order of the file.
    """
    placed: list[tuple[ExportMessage, datetime]] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for message in messages:
        at = message.sent_at.replace(tzinfo=zone).astimezone(UTC)
        again = message.sent_at.replace(tzinfo=zone, fold=1).astimezone(UTC)
        at = again if at < latest <= again + timedelta(minutes=1) and again != at else at
        latest = max(latest, at)
        placed.append((message, at))
    placed.sort(key=lambda one: one[1])
    return [
        (message, at + timedelta(microseconds=place)) for _, together in groupby(placed, key=lambda one: one[1]) for place, (message, at) in enumerate(together)
    ]


def _batches(spoken: Sequence[tuple[ExportMessage, datetime]]) -> Iterator[Sequence[tuple[ExportMessage, datetime]]]:
    """Consecutive messages, cut only between two minutes: equal messages of one minute are counted within a batch to tell the second from a repetition."""
    start = 0
    while start < len(spoken):
        end = min(start + _BATCH, len(spoken))
        while end < len(spoken) and spoken[end][1].replace(second=0, microsecond=0) == spoken[end - 1][1].replace(second=0, microsecond=0):
            end += 1
        yield spoken[start:end]
        start = end
