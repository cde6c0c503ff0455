"""The use case `tradecraft import`: one WhatsApp export into the zone of the member of staff whose phone it came from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import ExportUndecided
from bot.export_archives import read_file
from bot.export_people import Sides, number_of, sides
from bot.exports import ExportMessage, read_export
from bot.messages import Kind, Role
from bot.opt_outs import opt_out
from intelligence.vocabulary import Vocabulary
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.database import Database
from memory.inbox_entries import InboxEntries, Transaction
from memory.private import PrivateMemories
from memory.staff import StaffDirectory, checked_time_zone
from memory.tables import Customer, Staff
from memory.zones import Zones

SOURCE = "export"
CHANNEL = "whatsapp"
NAME_IN_EXPORT = "whatsapp-export"
"""A channel of its own for the name a customer has in the phone, where we were told a better one."""
_BATCH = 1_000
"""Messages a transaction: short enough for a webhook to come in between."""
Placed = tuple[ExportMessage, datetime]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an export held and what of it was new."""

    messages: int
    added: int
    participants: dict[str, int]
    first: datetime
    last: datetime
    media: int
    system: int
    ambiguous_dates: bool
    truncated: bool
    unread: int
    me: str
    customer: str
    dry_run: bool

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "messages": self.messages,
            "added": self.added,
            "participants": self.participants,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "media": self.media,
            "system": self.system,
            "ambiguous_dates": self.ambiguous_dates,
            "truncated": self.truncated,
        }

    def sentence(self) -> str:
        """For people."""
        held = f"{self.messages:,} messages with {self.customer} from {self.first:%d %B %Y} to {self.last:%d %B %Y}, {self.media:,} with media"
        said = [f"Nothing was stored. The file holds {held}." if self.dry_run else f"{self.added:,} new of {held}."]
        if self.ambiguous_dates:
            said.append("Its dates can be read with the day or with the month first: say which with --date-order dmy or mdy.")
        if self.truncated:
            said.append("WhatsApp exports only about the newest 40,000 messages (10,000 with media): older ones are probably missing.")
        if self.unread:
            said.append(f"{self.unread} lines before the first message could not be read and were left out.")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Chat:
    """All that is decided before the first row is written."""

    member: Staff
    who: Sides
    customer: str
    """What to call the other side."""
    industry: str
    """As told; empty for the member's default."""
    messages: Sequence[Placed]


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
        numbers = {number_of(one.address) for one in self._staff.addresses(member.id)} - {""}
        who = sides(export, member.name, numbers, me=me, customer=customer)
        spoken = _placed([message for message in export.messages if message.kind != Kind.SYSTEM], zone)
        chat = _Chat(member, who, " ".join(customer.split()) or who.theirs, industry, spoken)
        if not dry_run and export.ambiguous_dates:
            msg = "The dates of the export can be read with the day or the month first: say which with --date-order dmy or mdy (--dry-run shows the result)."
            raise ExportUndecided(msg)
        added = 0 if dry_run else self._store(chat, now, progress or (lambda _done, _all: None))
        return ImportReport(
            messages=len(spoken),
            added=added,
            participants=dict(export.participants.most_common()),
            first=spoken[0][1],
            last=spoken[-1][1],
            media=export.media,
            system=export.system,
            ambiguous_dates=export.ambiguous_dates,
            truncated=export.truncated,
            unread=export.unread,
            me=who.me,
            customer=chat.customer,
            dry_run=dry_run,
        )

    def _store(self, chat: _Chat, now: datetime, progress: Progress) -> int:
        """Rows first, then the index, batch by batch; whatever a crash leaves unindexed is indexed by the next import."""
        zone = self._zones.open(chat.member.id)
        customers, conversations = Customers(self._database, zone), Conversations(self._database, zone)
        entries, memory = InboxEntries(self._database), self._memories.of(chat.member.id)
        added = done = 0
        for batch in _batches(chat.messages):
            with self._database.transaction() as session:
                entries.one_at_a_time(session, chat.member.id)
                customer = self._customer(session, customers, chat, now)
                for message, at in batch:
                    if message.sender != chat.who.me:
                        customers.note_opt_out(session, customer, opt_out(message.text), at)
                thread = conversations.with_customer(session, customer.id, CHANNEL, now)
                new = [row.id for row in conversations.store(session, thread.id, [_incoming(one, chat.who.me) for one in batch], now)]
            memory.remember(new)
            added += len(new)
            done += len(batch)
            progress(done, len(chat.messages))
        memory.remember(memory.pending())
        return added

    def _customer(self, session: Transaction, customers: Customers, chat: _Chat, now: datetime) -> Customer:
        """The customer, found by any name or number the chat knows them by, so that no way of importing it again makes a second one."""
        theirs, name = chat.who.theirs, chat.customer
        address = number_of(theirs)
        found = (
            customers.called(session, name)
            or (customers.at_address(session, CHANNEL, address) if address else None)
            or customers.at_address(session, NAME_IN_EXPORT, theirs)
            or customers.called(session, theirs)
        )
        if found is None:
            found = customers.add(session, address if address and name == theirs else name, now=now)
        elif name != theirs:
            customers.set_name(session, found, name, instead_of=address or theirs)
        if address:
            customers.link(session, found, CHANNEL, address, now)
        elif name != theirs:
            customers.link(session, found, NAME_IN_EXPORT, theirs, now)
        customers.set_industry(session, found, chat.industry or chat.member.default_industry, "told" if chat.industry else "default")
        return found


def _incoming(placed: Placed, me: str) -> Incoming:
    message, at = placed
    return Incoming(SOURCE, "", Role.MARKETER if message.sender == me else Role.CUSTOMER, message.kind, message.text, at)


def _placed(messages: Sequence[ExportMessage], zone: ZoneInfo) -> list[Placed]:
    """Each message with its moment, in order of time.

    Where the clock was put back the later pass through an hour is told by the order of the lines. Messages of the same second (most phones write only the
    minute) are set apart by microseconds, so that whoever sorts by time keeps the order of the file.
    """
    placed: list[Placed] = []
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


def _batches(spoken: Sequence[Placed]) -> Iterator[Sequence[Placed]]:
    """Consecutive messages, cut only between two minutes: equal messages of one minute are counted within a batch to tell the second from a repetition."""
    start = 0
    while start < len(spoken):
        end = min(start + _BATCH, len(spoken))
        while end < len(spoken) and spoken[end][1].replace(second=0, microsecond=0) == spoken[end - 1][1].replace(second=0, microsecond=0):
            end += 1
        yield spoken[start:end]
        start = end
