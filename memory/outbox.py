"""The outbox of one zone: messages to customers from draft to read, sealed. A row moves only along its states, whoever tells what, how often and when.

draft -> approved -> sending -> sent -> delivered -> read, with failed and unknown on the way. `sending` means that a request may be on its way to the vendor:
such a row is never tried again before the vendor was asked what it has.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from memory.database import Database
from memory.encryption import Cell
from memory.errors import Permanent
from memory.letters import Due, Letter, LetterFile, Told, Written
from memory.tables import Outgoing, new_id
from memory.zones import Zone

RANKS = ("draft", "approved", "sending", "unknown", "sent", "failed", "delivered", "read")
"""Told by the vendor, a state only ever moves forwards; a device's receipt counts more than a failure told before it."""
_OPEN = ("approved", "sending")
_BATCH = 100


class ApprovalBroken(Permanent):
    """What is about to be sent is not what was approved: the row was changed."""


class UnknownLetter(Permanent):
    """The zone has no such outgoing message."""


class Outbox:
    """The outgoing messages of an open zone."""

    def __init__(self, database: Database, zone: Zone) -> None:
        """`zone` is the only zone these can be of."""
        self._database = database
        self._zone = zone

    def save_draft(self, customer_id: str, card_id: str, suggestion_id: str, body: str, now: datetime) -> str:
        """Keep the words somebody wrote instead of a suggestion's; an earlier draft of it is replaced. Its id."""
        with self._database.transaction() as session:
            row = self._draft(session, suggestion_id)
            if row is None:
                row = Outgoing(
                    id=new_id(), staff_id=self._zone.staff_id, customer_id=customer_id, card_id=card_id, suggestion_id=suggestion_id,
                    sealed_body=b"", created_at=now, updated_at=now,
                )  # fmt: skip
            row.sealed_body, row.updated_at = self._sealed(row.id, "sealed_body", body), now
            session.add(row)
        return row.id

    def drafts(self, card_id: str) -> dict[str, str]:
        """The saved words by suggestion id."""
        return {one.suggestion_id: one.body for one in self.of_card(card_id) if one.state == "draft"}

    def approve(self, session: Session, written: Written, approval_key: str, now: datetime, row: str = "") -> str:
        """A message that is to be sent, in the caller's transaction; its id, `row` if it is new. The same approval again is the same message."""
        known = session.exec(select(Outgoing).where(Outgoing.approval_key == approval_key)).first()
        if known is not None:
            if known.staff_id != self._zone.staff_id:
                raise UnknownLetter("This approval is somebody else's: nothing was sent.")
            return known.id
        row = row or new_id()
        session.add(
            Outgoing(
                id=row,
                staff_id=self._zone.staff_id,
                customer_id=written.customer_id,
                card_id=written.card_id,
                suggestion_id=written.suggestion_id,
                sealed_body=self._sealed(row, "sealed_body", written.body),
                template_sid=written.template_sid,
                sealed_variables=self._sealed(row, "sealed_variables", json.dumps(dict(written.variables), ensure_ascii=False)),
                sealed_file=self._sealed(row, "sealed_file", json.dumps(asdict(written.file), ensure_ascii=False)) if written.file else None,
                ours=written.ours,
                sealed_theirs=self._sealed(row, "sealed_theirs", written.theirs),
                approval=self._mark(row, written),
                approval_key=approval_key,
                state="approved",
                due_at=now,
                created_at=now,
                updated_at=now,
            ),
        )
        draft = self._draft(session, written.suggestion_id) if written.suggestion_id else None
        if draft is not None:
            session.delete(draft)
        session.flush()
        return row

    def get(self, letter_id: str) -> Letter:
        """By id. Raises UnknownLetter, also for another zone's."""
        with self._database.reading() as session:
            row = session.get(Outgoing, letter_id)
        if row is None or row.staff_id != self._zone.staff_id:
            raise UnknownLetter("This message is not one of yours, or it was removed.")
        return self._unsealed(row)

    def of_card(self, card_id: str) -> list[Letter]:
        """What was written on a card, oldest first."""
        return self._all(Outgoing.card_id == card_id)

    def of_customer(self, customer_id: str) -> list[Letter]:
        """What was written to a customer, oldest first, drafts included."""
        return self._all(Outgoing.customer_id == customer_id)

    def all(self) -> list[Letter]:
        """Everything, oldest first."""
        return self._all()

    def claim(self, letter_id: str, now: datetime, lease: timedelta) -> Letter | None:
        """Take an approved message for one attempt: committed before anything leaves. None when it is not to be sent now. Raises ApprovalBroken."""
        with self._database.transaction() as session:
            row = self._locked(session, letter_id)
            if row is None or row.state != "approved" or row.due_at is None or row.due_at > now:
                return None
            letter = self._unsealed(row)
            ours, theirs, about = letter.ours, letter.theirs, (letter.card_id, letter.suggestion_id)
            written = Written(letter.customer_id, ours, theirs, letter.body, *about, letter.template_sid, letter.variables, letter.file)
            if row.approval != self._mark(row.id, written):
                raise ApprovalBroken("This message is not what was approved: it is not sent.")
            row.state, row.attempts, row.due_at, row.updated_at = "sending", row.attempts + 1, now + lease, now
            row.attempted_at = row.attempted_at or now
            session.add(row)
        return self._unsealed(row)

    def look_up(self, letter_id: str, now: datetime, lease: timedelta) -> Letter | None:
        """Take a message whose attempt ended nobody knows how, to ask the vendor about it. None when that is not to be done now."""
        with self._database.transaction() as session:
            row = self._locked(session, letter_id)
            if row is None or row.state != "sending" or row.due_at is None or row.due_at > now:
                return None
            row.due_at = now + lease
            session.add(row)
        return self._unsealed(row)

    def accepted(self, letter_id: str, said: Told, now: datetime) -> None:
        """The vendor has it."""
        with self._database.transaction() as session:
            row = self._locked(session, letter_id)
            if row is not None:
                _advance(session, row, said, now)

    def again(self, letter: Letter, due_at: datetime, now: datetime, failure: str) -> None:
        """The vendor surely has not taken it: it is tried again at `due_at`."""
        self._settle(letter, "approved", now, failure, due_at, forget_attempt=True)

    def doubt(self, letter: Letter, look_at: datetime, now: datetime, failure: str) -> None:
        """Nobody knows whether the vendor took it: it is asked at `look_at`."""
        self._settle(letter, "sending", now, failure, look_at)

    def fail(self, letter: Letter, failure: str, now: datetime) -> None:
        """The vendor surely has not taken it, and it is not tried again."""
        self._settle(letter, "failed", now, failure, None)

    def break_off(self, letter_id: str, failure: str, now: datetime) -> None:
        """An approved message is not sent at all."""
        with self._database.transaction() as session:
            row = self._locked(session, letter_id)
            if row is not None and row.state == "approved":
                row.state, row.failure, row.due_at, row.updated_at = "failed", failure, None, now
                session.add(row)

    def leave_unknown(self, letter: Letter, now: datetime) -> None:
        """It cannot be found out: the owner decides, nothing is done by itself."""
        self._settle(letter, "unknown", now, letter.failure or "undecided", None)

    def decide(self, letter_id: str, state: str, now: datetime) -> None:
        """The owner says of an unknown message that it arrived (`sent`), or that they write it anew (`failed`). Raises UnknownLetter."""
        with self._database.transaction() as session:
            row = self._locked(session, letter_id)
            if row is None:
                raise UnknownLetter("This message is not one of yours, or it was removed.")
            if row.state == "unknown":
                row.state, row.failure, row.updated_at = state, "decided-by-owner", now
                session.add(row)

    def _settle(self, letter: Letter, state: str, now: datetime, failure: str, due_at: datetime | None, *, forget_attempt: bool = False) -> None:  # noqa: PLR0913 - the columns that change
        """Only for the attempt that still has the row: whoever came later, or the vendor itself, knows better."""
        with self._database.transaction() as session:
            row = self._locked(session, letter.id)
            if row is None or row.state != "sending" or row.attempts != letter.attempts:
                return
            row.state, row.failure, row.due_at, row.updated_at = state, failure[:80], due_at, now
            if forget_attempt:
                row.attempted_at = None
            session.add(row)

    def _locked(self, session: Session, letter_id: str) -> Outgoing | None:
        row = session.get(Outgoing, letter_id, with_for_update=True)
        return row if row is not None and row.staff_id == self._zone.staff_id else None

    def _draft(self, session: Session, suggestion_id: str) -> Outgoing | None:
        mine = Outgoing.staff_id == self._zone.staff_id
        return session.exec(select(Outgoing).where(mine, Outgoing.suggestion_id == suggestion_id, Outgoing.state == "draft")).first()

    def _all(self, *where: bool) -> list[Letter]:
        with self._database.reading() as session:
            query = select(Outgoing).where(Outgoing.staff_id == self._zone.staff_id, *where)
            return [self._unsealed(row) for row in session.exec(query.order_by(col(Outgoing.created_at), col(Outgoing.id)))]

    def _mark(self, row: str, written: Written) -> str:
        """What ties an approval to the very words and recipient."""
        told = [row, written.customer_id, written.ours, written.theirs, written.body, written.template_sid, sorted(written.variables.items())]
        return self._zone.cipher.token(json.dumps([*told, asdict(written.file)] if written.file else told), "approval")

    def _sealed(self, row: str, column: str, text: str) -> bytes:
        return self._zone.cipher.seal(text, Cell("outgoing", column, row))

    def _unsealed(self, row: Outgoing) -> Letter:
        cipher = self._zone.cipher
        variables = cipher.unseal(row.sealed_variables, Cell("outgoing", "sealed_variables", row.id)) if row.sealed_variables else "{}"
        file = cipher.unseal(row.sealed_file, Cell("outgoing", "sealed_file", row.id)) if row.sealed_file else ""
        return Letter(
            id=row.id,
            customer_id=row.customer_id,
            card_id=row.card_id,
            suggestion_id=row.suggestion_id,
            body=cipher.unseal(row.sealed_body, Cell("outgoing", "sealed_body", row.id)),
            template_sid=row.template_sid,
            variables=json.loads(variables),
            ours=row.ours,
            theirs=cipher.unseal(row.sealed_theirs, Cell("outgoing", "sealed_theirs", row.id)) if row.sealed_theirs else "",
            state=row.state,
            attempts=row.attempts,
            attempted_at=row.attempted_at,
            external_id=row.external_id,
            failure=row.failure,
            created_at=row.created_at,
            updated_at=row.updated_at,
            file=LetterFile(**json.loads(file)) if file else None,
        )


def due(database: Database, now: datetime) -> list[Due]:
    """What is to be sent or looked up, longest waiting first; ids only."""
    query = select(Outgoing.staff_id, Outgoing.id, Outgoing.state).where(col(Outgoing.state).in_(_OPEN), col(Outgoing.due_at) <= now)
    with database.reading() as session:
        return [Due(*row) for row in session.exec(query.order_by(col(Outgoing.due_at), col(Outgoing.id)).limit(_BATCH))]


def known_ids(database: Database, external_ids: Sequence[str]) -> set[str]:
    """Those of these vendor ids that belong to outgoing messages already."""
    with database.reading() as session:
        return set(session.exec(select(Outgoing.external_id).where(col(Outgoing.external_id).in_(external_ids))))


def told(database: Database, said: Told, letter_id: str, now: datetime) -> Due | None:
    """Take what the vendor says, by its id or by ours where the vendor's answer was lost. None when it is no outgoing message of ours."""
    with database.transaction() as session:
        row = session.exec(select(Outgoing).where(Outgoing.external_id == said.external_id).with_for_update()).first()
        if row is None and letter_id:
            row = session.get(Outgoing, letter_id, with_for_update=True)
            if row is not None and row.external_id not in {"", said.external_id}:
                return None
        if row is None:
            return None
        _advance(session, row, said, now)
        return Due(row.staff_id, row.id, row.state)


def _advance(session: Session, row: Outgoing, said: Told, now: datetime) -> None:
    was_unheard = not row.external_id
    row.external_id = row.external_id or said.external_id
    row.due_at = None
    # What we gave up, or the owner decided, before the vendor said anything was a guess.
    if RANKS.index(said.state) > RANKS.index(row.state) or (row.state == "failed" and was_unheard):
        row.state, row.updated_at = said.state, now
        row.failure = said.failure[:80] if said.state == "failed" else ""
    session.add(row)


def underway(database: Database, since: datetime) -> list[Due]:
    """What the vendor accepted since then and nobody said more of; ids only."""
    query = select(Outgoing.staff_id, Outgoing.id, Outgoing.state).where(Outgoing.state == "sent", Outgoing.external_id != "", col(Outgoing.created_at) > since)
    with database.reading() as session:
        return [Due(*row) for row in session.exec(query.order_by(col(Outgoing.created_at)).limit(_BATCH))]
