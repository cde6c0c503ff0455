"""Conversations of one zone: every message, both sides, sealed."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.tables import Conversation, Message, MessageOrigin, new_id
from memory.zones import Zone

_MINUTE = timedelta(minutes=1)
_CLOCKS_APART = timedelta(seconds=30)
"""By how much two sources may disagree on when the same message was sent."""
_CHUNK = 500
"""Values per IN list: below SQLite's limit of 999 in old builds."""
_SHIFTS = tuple(timedelta(minutes=15 * step) for step in range(-104, 105) if step)
"""By how much the same moment can be told wrongly when the time zone is wrong: quarters of an hour, 26 hours at most."""
_TELLING, _ASKED, _MOVED = 8, 60, 0.2
"""Characters a text needs to be told again by, how many such texts are asked about, and the share of them that is no coincidence."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message to be stored. An empty `external_id` (exports have none) is derived from the content."""

    source: str
    external_id: str
    role: str
    kind: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message, unsealed. Private to the zone's owner."""

    id: str
    conversation_id: str
    role: str
    kind: str
    text: str
    sent_at: datetime


class Conversations:
    """Threads and messages of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these conversations can be of."""
        self._database = database
        self._zone = zone

    def with_customer(self, session: Session, customer_id: str, channel: str, now: datetime) -> Conversation:
        """The thread with this customer on this channel, made when there is none, inside the caller's transaction."""
        thread = session.exec(
            select(Conversation).where(
                Conversation.staff_id == self._zone.staff_id,
                Conversation.customer_id == customer_id,
                Conversation.channel == channel,
            ),
        ).first()
        if thread is None:
            thread = Conversation(staff_id=self._zone.staff_id, customer_id=customer_id, channel=channel, created_at=now)
            session.add(thread)
            session.flush()
        return thread

    def store(self, session: Session, conversation_id: str, incoming: Sequence[Incoming], now: datetime) -> list[Message]:
        """Add what is new and return its rows in order; what is already there, from this or another source, is left alone.

        The same message may come by webhook, by reconciliation and in an export whose times have no seconds: conversation, side, minute and text make a
        fingerprint, and the n-th occurrence of a fingerprint within a source is new only when fewer than n are stored.
        """
        prints = [self._fingerprint(conversation_id, message) for message in incoming]
        by_print = self._stored_by_print(session, prints)
        known_ids, delivered = self._deliveries(session, incoming, prints)
        in_file: Counter[str] = Counter()
        added = []
        for message, fingerprint in zip(incoming, prints, strict=True):
            stored = by_print[fingerprint]
            if message.external_id:
                if (message.source, message.external_id) in known_ids:
                    continue
                known_ids.add((message.source, message.external_id))
                delivered[message.source, fingerprint] += 1
                occurrence = delivered[message.source, fingerprint]
            else:
                in_file[fingerprint] += 1
                occurrence = in_file[fingerprint]
            if occurrence > len(stored):
                row = self._row(conversation_id, message, fingerprint, occurrence, now)
                stored.append(row.id)
                added.append(row)
            elif message.external_id:
                session.add(
                    MessageOrigin(
                        staff_id=self._zone.staff_id,
                        source=message.source,
                        external_id=message.external_id,
                        fingerprint=fingerprint,
                        message_id=stored[occurrence - 1],
                    ),
                )
        session.add_all(added)
        session.flush()
        return added

    def aligned(self, session: Session, conversation_id: str, incoming: Incoming) -> Incoming:
        """The delivery, with the time of the copy another source brought of it already, if their clocks put a minute's turn between the two.

        A copy is one that this source has not delivered itself: somebody who writes "ok" twice within the minute is believed.
        """
        clocks = [timedelta(0), -_MINUTE, _MINUTE]
        prints = [self._fingerprint(conversation_id, replace(incoming, sent_at=incoming.sent_at + clock)) for clock in clocks]
        stored: defaultdict[str, list[datetime]] = defaultdict(list)
        for fingerprint, sent_at in session.exec(
            select(Message.fingerprint, Message.sent_at).where(Message.staff_id == self._zone.staff_id, col(Message.fingerprint).in_(prints)),
        ):
            stored[fingerprint].append(sent_at)
        if not stored:
            return incoming
        delivered = Counter[str]()
        for table in (Message, MessageOrigin):
            query = select(table.fingerprint).where(table.staff_id == self._zone.staff_id, table.source == incoming.source)
            delivered.update(session.exec(query.where(col(table.fingerprint).in_(prints))))
        open_ = [one for one in prints if len(stored[one]) > delivered[one]]
        if not open_ or open_[0] == prints[0]:
            return incoming
        near = [at for one in open_ for at in stored[one] if abs(at - incoming.sent_at) <= _CLOCKS_APART]
        return replace(incoming, sent_at=near[0]) if near else incoming

    def moved(self, session: Session, conversation_id: str, incoming: Sequence[Incoming]) -> timedelta | None:
        """By how much these messages are stored at other times already, as they are when a time zone was told wrongly; None when they are not.

        Of a long thread some texts are asked about, spread over the whole; summer and winter may differ by an hour.
        """
        texts = list({one.text: one for one in incoming if one.kind == "text" and len(one.text) >= _TELLING}.values())
        asked = texts[:: max(1, len(texts) // _ASKED)][:_ASKED]
        prints = {self._fingerprint(conversation_id, replace(one, sent_at=one.sent_at + by)): by for one in asked for by in (timedelta(0), *_SHIFTS)}
        counts = Counter(prints[one] for one in self._stored_by_print(session, prints))
        here = counts.pop(timedelta(0), 0)
        shift, found = next(iter(counts.most_common(1)), (timedelta(0), 0))
        enough = max(min(len(asked), 3), len(asked) * _MOVED, 2)
        return shift if found >= enough and found > here else None

    def read(self, ids: Sequence[str]) -> list[StoredMessage]:
        """The messages with these ids, in the order asked; ids of other zones and unknown ids are left out."""
        found: dict[str, StoredMessage] = {}
        with self._database.reading() as session:
            for chunk in _chunks(ids):
                # Columns, not rows: an object a message takes as long as unsealing it.
                about = (Message.id, Message.conversation_id, Message.role, Message.kind, Message.sealed_text, Message.sent_at)
                query = select(*about).where(Message.staff_id == self._zone.staff_id, col(Message.id).in_(chunk))  # type: ignore[call-overload]  # six columns
                found.update((row.id, self._unsealed(row)) for row in session.exec(query))
        return [found[one] for one in ids if one in found]

    def history(self, conversation_id: str, *, limit: int = 0, until: datetime | None = None) -> list[StoredMessage]:
        """The thread in order of time; with `limit` only its last messages, with `until` only those sent by then."""
        query = select(Message).where(Message.staff_id == self._zone.staff_id, Message.conversation_id == conversation_id)
        if until is not None:
            query = query.where(Message.sent_at <= until)
        query = query.order_by(col(Message.sent_at).desc(), col(Message.stored_at).desc(), col(Message.id).desc())
        with self._database.reading() as session:
            rows = session.exec(query.limit(limit) if limit else query).all()
        return [self._unsealed(row) for row in reversed(rows)]

    def around(self, message: StoredMessage, count: int) -> list[StoredMessage]:
        """A message with so many before it and after it in its thread, in order of time."""
        before = self.history(message.conversation_id, limit=count + 1, until=message.sent_at)
        query = select(Message).where(Message.staff_id == self._zone.staff_id, Message.conversation_id == message.conversation_id)
        query = query.where(Message.sent_at > message.sent_at).order_by(col(Message.sent_at), col(Message.stored_at), col(Message.id)).limit(count)
        with self._database.reading() as session:
            rows = session.exec(query).all()
        return [*before, *(self._unsealed(row) for row in rows)]

    def threads(self) -> Sequence[Conversation]:
        """Every thread of the zone, oldest first."""
        with self._database.reading() as session:
            return session.exec(
                select(Conversation).where(Conversation.staff_id == self._zone.staff_id).order_by(col(Conversation.created_at), col(Conversation.id)),
            ).all()

    def with_any_of(self, customer_ids: Sequence[str]) -> Sequence[str]:
        """The ids of the threads with these customers."""
        with self._database.reading() as session:
            query = select(Conversation.id).where(Conversation.staff_id == self._zone.staff_id, col(Conversation.customer_id).in_(customer_ids))
            return session.exec(query).all()

    def count(self) -> int:
        """How many messages the zone holds."""
        with self._database.reading() as session:
            return session.exec(select(func.count()).select_from(Message).where(Message.staff_id == self._zone.staff_id)).one()

    def written(self, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
        """(role, conversation id, how many messages) of what was sent from one moment on and before another; nothing is unsealed."""
        mine = (Message.staff_id == self._zone.staff_id, col(Message.role).in_(("customer", "marketer")), Message.sent_at >= since, Message.sent_at < until)
        with self._database.reading() as session:
            query = select(Message.role, Message.conversation_id, func.count()).where(*mine).group_by(Message.role, Message.conversation_id)
            return [(role, conversation_id, count) for role, conversation_id, count in session.exec(query)]

    def last(self, conversation_ids: Sequence[str]) -> tuple[datetime, str] | None:
        """When and by which side something was last said in any of these threads; nothing is unsealed."""
        mine = (Message.staff_id == self._zone.staff_id, col(Message.conversation_id).in_(conversation_ids), col(Message.role).in_(("customer", "marketer")))
        with self._database.reading() as session:
            return session.exec(select(Message.sent_at, Message.role).where(*mine).order_by(col(Message.sent_at).desc()).limit(1)).first()

    def _unsealed(self, row: Any) -> StoredMessage:  # noqa: ANN401 - a row of the table or of its columns
        text = self._zone.cipher.unseal(row.sealed_text, Cell("message", "sealed_text", row.id))
        return StoredMessage(row.id, row.conversation_id, row.role, row.kind, text, row.sent_at)

    def _fingerprint(self, conversation_id: str, message: Incoming) -> str:
        # What stands for a file differs between sources (`<image>`, `<media>`, a name): files of one minute and side are told apart by their number alone.
        words = "" if message.kind == "media" else " ".join(unicodedata.normalize("NFKC", message.text).split())
        minute = message.sent_at.replace(second=0, microsecond=0).timestamp()
        return self._zone.cipher.token(f"{conversation_id}\0{message.role}\0{minute:.0f}\0{message.kind}\0{words}", "fingerprint")

    def _row(self, conversation_id: str, message: Incoming, fingerprint: str, occurrence: int, now: datetime) -> Message:
        row = new_id()
        return Message(
            id=row,
            staff_id=self._zone.staff_id,
            conversation_id=conversation_id,
            source=message.source,
            external_id=message.external_id or f"{fingerprint}.{occurrence}",
            fingerprint=fingerprint,
            role=message.role,
            kind=message.kind,
            sealed_text=self._zone.cipher.seal(message.text, Cell("message", "sealed_text", row)),
            sent_at=message.sent_at,
            stored_at=now,
        )

    def _stored_by_print(self, session: Session, prints: Iterable[str]) -> defaultdict[str, list[str]]:
        """The ids of the stored messages of each fingerprint, oldest first."""
        stored: defaultdict[str, list[str]] = defaultdict(list)
        for chunk in _chunks(sorted(set(prints))):
            rows = session.exec(
                select(Message.fingerprint, Message.id)
                .where(Message.staff_id == self._zone.staff_id, col(Message.fingerprint).in_(chunk))
                .order_by(col(Message.stored_at), col(Message.sent_at), col(Message.id)),
            )
            for fingerprint, message_id in rows:
                stored[fingerprint].append(message_id)
        return stored

    def _deliveries(
        self,
        session: Session,
        incoming: Sequence[Incoming],
        prints: Sequence[str],
    ) -> tuple[set[tuple[str, str]], Counter[tuple[str, str]]]:
        """The (source, external id) pairs already delivered, and how often each (source, fingerprint) was."""
        known: set[tuple[str, str]] = set()
        delivered: Counter[tuple[str, str]] = Counter()
        pairs = [(message.external_id, fingerprint) for message, fingerprint in zip(incoming, prints, strict=True) if message.external_id]
        for table in (Message, MessageOrigin):
            mine = table.staff_id == self._zone.staff_id
            for chunk in _chunks(sorted({external_id for external_id, _ in pairs})):
                known.update(session.exec(select(table.source, table.external_id).where(mine, col(table.external_id).in_(chunk))).all())
            for chunk in _chunks(sorted({fingerprint for _, fingerprint in pairs})):
                delivered.update(session.exec(select(table.source, table.fingerprint).where(mine, col(table.fingerprint).in_(chunk))).all())
        return known, delivered


def owners(database: Database) -> set[str]:
    """Whose zones hold a conversation: to be counted, never to be named."""
    with database.reading() as session:
        return set(session.exec(select(Conversation.staff_id).distinct()))


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
