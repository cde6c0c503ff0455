"""Forgetting: every place data of a subject can be in the database, and how its rows are found there.

The registry is complete or a test fails: each table is either in it or in SUBJECTLESS with the reason.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, false, or_, true, update
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from memory.database import Database
from memory.register import Registered
from memory.tables import (
    AnswerVerdict,
    ApiToken,
    AuditEntry,
    CoachCard,
    ContentTemplate,
    Contribution,
    Conversation,
    CuratedPlay,
    Customer,
    CustomerAlias,
    CustomerMute,
    Deal,
    DealStep,
    Delivery,
    Feedback,
    FollowUp,
    InboxEntry,
    LearnedThread,
    Message,
    MessageIndex,
    MessageMedia,
    MessageOrigin,
    Note,
    Occasion,
    Outgoing,
    OutgoingFile,
    PatternSupport,
    Preference,
    RemoteErasure,
    ReplyWindow,
    SalesPattern,
    SavedPlay,
    SeenKey,
    Setting,
    SlackInstallation,
    SlackOAuthState,
    Staff,
    StaffAddress,
    StaffChoice,
    Suggestion,
    WeekOfPatterns,
    ZoneKey,
)
from memory.tables import Forgetting as ForgettingRow

Where = ColumnElement[bool]
VENDORS = ("twilio", "twilio-conversations")
"""Sources that keep a copy of a message which can be deleted there."""
_ID = re.compile(r"[0-9a-f]{32}")

SUBJECTLESS: Mapping[type[SQLModel], str] = {
    SalesPattern: "counts over many people, counted again without the forgotten contributions",
    PatternSupport: "keyed hashes and counts, written anew by the publication that follows when contributions are erased",
    ContentTemplate: "the firm's own wordings as they lie at its vendor, about nobody",
    WeekOfPatterns: "how many patterns there were in a week",
    SlackInstallation: "the firm's workspaces and the app's wrapped tokens, about nobody; gone when the app is removed there",
    SlackOAuthState: "hashes of installations that were begun, gone after ten minutes",
    Setting: "facts about the installation",
    ForgettingRow: "ids of forgettings",
    RemoteErasure: "opaque ids of a vendor, kept until deleted there and a while longer",
    AuditEntry: "ids and counts; must outlive what it tells about",
}
"""Tables without a sink, and why they need none."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what is forgotten: `kind` customer, staff or age; `customer_token` is what counts the customer on the shared side."""

    kind: str
    staff_id: str = ""
    customer_id: str = ""
    customer_token: str = ""
    before: datetime | None = None

    @classmethod
    def of(cls, one: Registered, token: Callable[[str], str]) -> "Subject":
        """From a line of the register."""
        return cls(one.kind, one.staff_id, one.customer_id, token(one.customer_id) if one.customer_id else "", one.before)


@dataclass(frozen=True, slots=True)
class Sink:
    """A table and which of its rows are a subject's, for each kind of subject."""

    table: type[SQLModel]
    staff: Callable[[Subject], Where]
    customer: Callable[[Subject], Where]
    age: Callable[[Subject], Where] = lambda _subject: false()

    def rows(self, subject: Subject) -> Where:
        """The condition that selects the subject's rows."""
        chosen: Where = {"staff": self.staff, "customer": self.customer, "age": self.age}[subject.kind](subject)
        return chosen


def messages(subject: Subject) -> SelectOfScalar[str]:
    """The ids of the subject's messages."""
    query = select(Message.id)
    if subject.kind == "customer":
        return query.where(col(Message.conversation_id).in_(_conversations(subject)))
    if subject.kind == "staff":
        return query.where(col(Message.staff_id) == subject.staff_id)
    return query.where(col(Message.sent_at) < subject.before, col(Message.staff_id) == subject.staff_id if subject.staff_id else true())


def _conversations(subject: Subject) -> SelectOfScalar[str]:
    return select(Conversation.id).where(col(Conversation.staff_id) == subject.staff_id, col(Conversation.customer_id) == subject.customer_id)


def _suggestions(subject: Subject) -> Where:
    return or_(col(Suggestion.customer_id) == subject.customer_id, col(Suggestion.message_id).in_(messages(subject)))


def _owned(table: Any) -> Callable[[Subject], Where]:  # noqa: ANN401 - SQLModel classes share no column type
    return lambda subject: col(table.staff_id) == subject.staff_id


def _about(table: Any) -> Callable[[Subject], Where]:  # noqa: ANN401 - as above
    return lambda subject: (col(table.staff_id) == subject.staff_id) & (col(table.customer_id) == subject.customer_id)


def _of_message(table: Any) -> Callable[[Subject], Where]:  # noqa: ANN401 - as above
    return lambda subject: col(table.message_id).in_(messages(subject))


def _older(table: Any) -> Callable[[Subject], Where]:  # noqa: ANN401 - as above
    return lambda subject: (col(table.created_at) < subject.before) & (col(table.staff_id) == subject.staff_id if subject.staff_id else true())


def _of_letters(chosen: Callable[[Subject], Where]) -> Callable[[Subject], Where]:
    return lambda subject: col(OutgoingFile.letter_id).in_(select(Outgoing.id).where(chosen(subject)))


SINKS: tuple[Sink, ...] = (
    # In the order rows can be deleted: what refers comes before what is referred to.
    Sink(Feedback, _owned(Feedback), lambda subject: col(Feedback.suggestion_id).in_(select(Suggestion.id).where(_suggestions(subject)))),
    Sink(Suggestion, _owned(Suggestion), _suggestions),
    Sink(AnswerVerdict, _owned(AnswerVerdict), lambda _subject: false()),
    Sink(CoachCard, _owned(CoachCard), _about(CoachCard), _of_message(CoachCard)),
    Sink(OutgoingFile, _owned(OutgoingFile), _of_letters(_about(Outgoing)), _of_letters(_older(Outgoing))),
    Sink(Outgoing, _owned(Outgoing), _about(Outgoing), _older(Outgoing)),
    Sink(ReplyWindow, _owned(ReplyWindow), _about(ReplyWindow)),
    Sink(FollowUp, _owned(FollowUp), _about(FollowUp)),
    Sink(CustomerMute, _owned(CustomerMute), _about(CustomerMute)),
    Sink(Preference, _owned(Preference), lambda _subject: false()),
    Sink(StaffChoice, _owned(StaffChoice), lambda _subject: false()),
    Sink(CuratedPlay, _owned(CuratedPlay), lambda _subject: false()),
    Sink(SavedPlay, _owned(SavedPlay), lambda _subject: false()),
    Sink(Occasion, _owned(Occasion), _of_message(Occasion), _of_message(Occasion)),
    Sink(InboxEntry, _owned(InboxEntry), _of_message(InboxEntry), _of_message(InboxEntry)),
    Sink(MessageIndex, _owned(MessageIndex), _of_message(MessageIndex), _of_message(MessageIndex)),
    Sink(MessageMedia, _owned(MessageMedia), _of_message(MessageMedia), _of_message(MessageMedia)),
    Sink(MessageOrigin, _owned(MessageOrigin), _of_message(MessageOrigin), _of_message(MessageOrigin)),
    Sink(
        LearnedThread,
        _owned(LearnedThread),
        lambda subject: col(LearnedThread.conversation_id).in_(_conversations(subject)),
        lambda subject: col(LearnedThread.conversation_id).in_(select(Message.conversation_id).where(col(Message.id).in_(messages(subject)))),
    ),
    Sink(Message, _owned(Message), *[lambda subject: col(Message.id).in_(messages(subject))] * 2),
    Sink(Conversation, _owned(Conversation), _about(Conversation)),
    Sink(
        DealStep,
        _owned(DealStep),
        lambda subject: col(DealStep.deal_id).in_(select(Deal.id).where(col(Deal.staff_id) == subject.staff_id, col(Deal.customer_id) == subject.customer_id)),
    ),
    Sink(Deal, _owned(Deal), _about(Deal)),
    Sink(Note, _owned(Note), _about(Note), _older(Note)),
    Sink(CustomerAlias, _owned(CustomerAlias), _about(CustomerAlias)),
    Sink(
        Contribution,
        _owned(Contribution),
        lambda subject: (col(Contribution.staff_id) == subject.staff_id) & (col(Contribution.customer_token) == subject.customer_token),
    ),
    Sink(Customer, _owned(Customer), lambda subject: (col(Customer.staff_id) == subject.staff_id) & (col(Customer.id) == subject.customer_id)),
    Sink(Delivery, _owned(Delivery), lambda _subject: false()),  # a customer's: by the message id in the key, see _keyed
    Sink(SeenKey, lambda _subject: false(), lambda _subject: false()),  # the same
    Sink(ApiToken, _owned(ApiToken), lambda _subject: false()),
    Sink(StaffAddress, _owned(StaffAddress), lambda _subject: false()),
    Sink(ZoneKey, _owned(ZoneKey), lambda _subject: false()),
    Sink(Staff, lambda subject: col(Staff.id) == subject.staff_id, lambda _subject: false()),
)


def erase(session: Session, subject: Subject, forgetting_id: str, now: datetime) -> dict[str, int]:
    """Delete every row of the subject inside the caller's transaction, and note what a vendor still has. Returns rows by table."""
    ids = set(session.exec(messages(subject)))
    pending = _note_remote(session, subject, forgetting_id, now)
    if subject.kind == "age":
        # What was suggested stays as evidence of what works; it only no longer says about which message.
        session.exec(
            update(Suggestion).where(col(Suggestion.message_id).in_(messages(subject))).values(message_id=None).execution_options(synchronize_session=False)
        )
    erased = {str(sink.table.__tablename__): _keyed(session, sink.table, ids) for sink in SINKS if sink.table in {Delivery, SeenKey}}
    for sink in SINKS:
        name = str(sink.table.__tablename__)
        erased[name] = erased.get(name, 0) + _deleted(session, sink.table, sink.rows(subject))
    return {"remote": pending, **erased}


def remaining(session: Session, subject: Subject) -> int:
    """How many rows of the subject are still there: 0 after `erase`."""
    return sum(len(session.exec(select(sink.table).where(sink.rows(subject))).all()) for sink in SINKS)


def _keyed(session: Session, table: Any, ids: Collection[str]) -> int:  # noqa: ANN401 - SQLModel classes share no column type
    """Rows whose key was made from a message's id."""
    stale = [key for key in session.exec(select(table.key)) if any(one in ids for one in _ID.findall(key))]
    for key in stale:
        _deleted(session, table, table.key == key)
    return len(stale)


def _note_remote(session: Session, subject: Subject, forgetting_id: str, now: datetime) -> int:
    """One row for each copy at a vendor; a subject forgotten by age keeps them: the vendor has its own retention."""
    if subject.kind == "age":
        return 0
    accounts = {
        (source, external_id): account
        for source, account, external_id in session.exec(
            select(InboxEntry.source, InboxEntry.account, InboxEntry.external_id).where(_of_message(InboxEntry)(subject)),
        )
    }
    known = set(session.exec(select(RemoteErasure.source, RemoteErasure.external_id)))
    found: set[tuple[str, str]] = set(accounts)
    for table, where in ((Message, col(Message.id).in_(messages(subject))), (MessageOrigin, _of_message(MessageOrigin)(subject))):
        found |= {tuple(row) for row in session.exec(select(table.source, table.external_id).where(where))}  # type: ignore[misc]
    sent = next(sink for sink in SINKS if sink.table is Outgoing).rows(subject)
    found |= {("twilio", sid) for sid in session.exec(select(Outgoing.external_id).where(sent)) if sid}
    wanted = sorted(one for one in found - known if one[0] in VENDORS)
    session.add_all(
        RemoteErasure(forgetting_id=forgetting_id, source=source, account=accounts.get((source, external_id), ""), external_id=external_id, due_at=now)
        for source, external_id in wanted
    )
    return len(wanted)


def _deleted(session: Session, table: type[SQLModel], where: Where) -> int:
    return session.exec(delete(table).where(where).execution_options(synchronize_session=False)).rowcount


def message_ids(database: Database, subject: Subject, staff_id: str) -> list[str]:
    """The ids of a zone's messages that the subject covers."""
    with database.reading() as session:
        return list(session.exec(messages(subject).where(col(Message.staff_id) == staff_id)))


def completed(database: Database) -> set[str]:
    """The ids of the forgettings that are done."""
    with database.reading() as session:
        return set(session.exec(select(ForgettingRow.id).where(ForgettingRow.state == "complete")))


def pending_remotely(database: Database) -> Sequence[RemoteErasure]:
    """What is still to be deleted at others."""
    with database.reading() as session:
        return session.exec(select(RemoteErasure).where(RemoteErasure.state == "pending")).all()
