"""The use case `tradecraft import`: one WhatsApp export into the zone of the member of staff whose phone it came from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import ExportUndecided, InputRefused
from bot.export_archives import read_file
from bot.export_people import Sides, number_of, same_person, sides
from bot.exports import Export, ExportMessage, read_export
from bot.import_answers import ImportReport, Preview, Told
from bot.messages import Kind, Role
from bot.opt_outs import opt_out
from intelligence.vocabulary import Vocabulary
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.database import Database
from memory.inbox_entries import InboxEntries, Transaction
from memory.private import PrivateMemories
from memory.staff import DEFAULT_ZONE, StaffDirectory, checked_time_zone
from memory.staff_choices import StaffChoices
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
class _Chat:
    """All that is decided before the first row is written."""

    member: Staff
    who: Sides
    customer: str
    """What to call the other side."""
    industry: str
    """As told; empty for the member's default."""
    title: str
    """The other side as the file name gives it; empty where it does not, or where another name was told."""
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
        """Import the file at `path`; the rest as with `take`."""
        told = Told(me, customer, industry, date_order, time_zone)
        return self.take(member, *read_file(path), told, dry_run=dry_run, now=now, progress=progress)

    def take(  # noqa: PLR0913 - as above
        self,
        member: Staff,
        name: str,
        content: bytes,
        told: Told,
        *,
        dry_run: bool = False,
        now: datetime,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a chat's text, whose file is called `name`. Everything is decided before anything is written.

        `progress` is called with messages done and all. Raises ExportUnreadable, ExportUndecided (dates), InputRefused (people), UnknownTimeZone, UnknownTerm.
        """
        zone = checked_time_zone(told.time_zone or member.time_zone)
        industry, customer = told.industry, told.customer
        if industry:
            self._vocabulary.industry(industry)
        export = self._read(name, content, told.date_order, zone, now)
        who = sides(export, member.name, self._numbers(member), me=told.me, customer=customer)
        spoken = _placed([message for message in export.messages if message.kind != Kind.SYSTEM], zone)
        named = " ".join(customer.split())
        title = "" if named or any(same_person(export.title, own) for own in (member.name, who.me)) else export.title
        chat = _Chat(member, who, named or who.theirs, industry, title, spoken)
        if not dry_run and export.ambiguous_dates:
            msg = "The dates of the export can be read with the day or the month first: say which with --date-order dmy or mdy (--dry-run shows the result)."
            raise ExportUndecided(msg)
        if not export.ambiguous_dates:
            self._refuse_moved(chat, zone)
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
            time_zone=zone.key,
        )

    def look(self, member: Staff, name: str, content: bytes, *, date_order: str = "", now: datetime) -> Preview:
        """What a chat's text holds and what it leaves open; nothing is stored. Raises ExportUnreadable, InputRefused where nobody could answer either."""
        zone = checked_time_zone(member.time_zone)
        export = self._read(name, content, date_order, zone, now)
        people = tuple(export.participants.most_common())
        try:
            who = sides(export, member.name, self._numbers(member))
        except InputRefused:
            if export.group or not people:
                raise
            who = Sides("", "")
        spoken = [message.sent_at for message in export.messages if message.kind != Kind.SYSTEM]
        held = (len(spoken), people, min(spoken), max(spoken), export.media, who.me, who.theirs)
        return Preview(*held, ambiguous_dates=export.ambiguous_dates, truncated=export.truncated)

    def knows_zone(self, member: Staff) -> bool:
        """Whether somebody's time zone was ever said: everybody begins with UTC."""
        return member.time_zone != DEFAULT_ZONE or StaffChoices(self._database, self._zones.open(member.id)).get().settled_at is not None

    def _read(self, name: str, content: bytes, date_order: str, zone: ZoneInfo, now: datetime) -> Export:
        return read_export(name, content, date_order=date_order, until=now.astimezone(zone).replace(tzinfo=None))

    def _numbers(self, member: Staff) -> set[str]:
        return {number_of(one.address) for one in self._staff.addresses(member.id)} - {""}

    def _refuse_moved(self, chat: _Chat, zone: ZoneInfo) -> None:
        """The same chat read in two time zones would be there twice. Raises ExportUndecided."""
        opened = self._zones.open(chat.member.id)
        customers, conversations = Customers(self._database, opened), Conversations(self._database, opened)
        with self._database.reading() as session:
            known = self._found(session, customers, chat)
            threads = conversations.with_any_of([known.id]) if known else ()
            moved = next(filter(None, (conversations.moved(session, one, [_incoming(said, chat.who.me) for said in chat.messages]) for one in threads)), None)
        if moved:
            hours = f"{abs(moved) / timedelta(hours=1):g} h {'later' if moved > timedelta(0) else 'earlier'}"
            whose = f'--staff "{chat.member.name}" --customer "{chat.customer}"'
            msg = (
                f"These messages are there already, {hours}: read in {zone.key} they would be doubled; give the phone's time zone with --time-zone, "
                f"or, if the earlier import was read in the wrong one, remove it first: tradecraft privacy forget {whose}."
            )
            raise ExportUndecided(msg)

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
        found = self._found(session, customers, chat)
        if found is None:
            found = customers.add(session, address if address and name == theirs else name, now=now)
        elif name != theirs:
            customers.set_name(session, found, name, instead_of=address or theirs)
        if address:
            customers.link(session, found, CHANNEL, address, now)
        for known in (theirs, chat.title):
            if known and not number_of(known) and customers.called(session, known) is None:
                customers.link(session, found, NAME_IN_EXPORT, known, now)
        customers.set_industry(session, found, chat.industry or chat.member.default_industry, "told" if chat.industry else "default")
        return found

    def _found(self, session: Transaction, customers: Customers, chat: _Chat) -> Customer | None:
        """Whom the chat is with, if the zone knows them: by what they are told to be called, write from or are called in this file or in its name."""
        theirs, name, title = chat.who.theirs, chat.customer, chat.title
        for known in dict.fromkeys((name, theirs, title)):
            number = number_of(known)
            found = (
                customers.called(session, known)
                or (customers.at_address(session, CHANNEL, number) if number else None)
                or (customers.at_address(session, NAME_IN_EXPORT, known) if known else None)
            )
            if found is not None:
                return found
        # A file name cannot hold every sign that a name can: `Maria Ov.` is `Maria Ov` there.
        alike = [one for one, called in customers.names().items() if title and same_person(called, title)]
        return session.get(Customer, alike[0]) if len(alike) == 1 else None


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
