"""Sending to customers what a marketer approved: once, inside WhatsApp's rules, and with an honest "unknown" where nobody can tell.

A crash can come between Twilio's acceptance and our commit, and Twilio has no idempotency key. So: the row says `sending` before anything leaves; a row whose
attempt ended nobody knows how is looked up in Twilio's own list (same recipient, same words, since the attempt, not another row's) before it is tried again;
the status callback carries our row's id, so that Twilio itself tells what the lost answer would have; what stays undecided is `unknown`, and its owner decides.
"""

import json
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot import windows
from bot.channels.twilio_sending import NotTaken, Taken, Text, TwilioSending, Undecided, state_of
from bot.channels.whatsapp import Status, words
from bot.file_links import FileLinks
from memory import outbox
from memory.coach_cards import CoachCards
from memory.content_templates import ContentTemplates
from memory.conversations import Conversations, Incoming
from memory.customers import Customers
from memory.errors import UnknownCustomer
from memory.inbox_entries import InboxEntries
from memory.letters import Due, Letter, Told, Written
from memory.outbox import ApprovalBroken, Outbox
from memory.outgoing_files import OutgoingFiles
from memory.reply_windows import ReplyWindows
from memory.tables import new_id

if TYPE_CHECKING:
    from bot.bootstrap import House

_log = structlog.get_logger()

LEASE = timedelta(seconds=90)
"""How long an attempt has before somebody else looks: far more than a request may take."""
_LATEST_START = timedelta(seconds=20)
"""An attempt that was held up longer than this between its claim and its request gives up: somebody else may soon look into it."""
_SETTLE = timedelta(seconds=20)
"""After a lost answer, before Twilio's list is asked: it is not promised to know at once."""
_LOOK_AGAIN = timedelta(seconds=60)
_LOOKS = timedelta(minutes=30)
"""How long it is tried to find out; then the owner decides."""
_LATEST_TRY = timedelta(hours=1)
"""A message approved longer ago than this no longer fits the moment: it fails, and its owner hears of it."""
_STALE = "too-late"
_ASKED_ABOUT = timedelta(hours=26)
STATUS_PATH = "/webhooks/twilio/status"


class Sending:
    """The way from an approved row to Twilio and back. Blocks; safe from any thread and process."""

    def __init__(self, house: "House", way: TwilioSending, passing: Callable[[str], None] = lambda _point: None) -> None:
        """`passing` is told each named point of a message's way: tests kill the process there."""
        self._house = house
        self._way = way
        self._passing = passing
        self.nudged = threading.Event()
        """Set when there is something to do or to show."""
        self.files = FileLinks(house)

    def approve(self, staff_id: str, parts: Sequence[Written], key: str, content: bytes = b"") -> Letter:
        """Store what was approved, in the order in which it is sent: whoever calls holds the Approval. The same approval again is the same messages.

        `content` are the bytes of the part that is a file. Returns the first message.
        """
        box, now, stored = self._outbox(staff_id), self._house.clock(), []
        with self._house.database.transaction() as session:
            # Rows that are due at the same moment are sent in the order of their ids.
            for number, (part, fresh) in enumerate(zip(parts, sorted(new_id() for _ in parts), strict=True)):
                row = box.approve(session, part, f"{key}:{number}" if number else key, now, fresh)
                stored.append(row)
                if part.file is not None and row == fresh:
                    OutgoingFiles(self._house.database, self._house.zones.open(staff_id)).keep(session, row, content, now)
        self.nudged.set()
        return box.get(stored[0])

    def work(self) -> int:
        """Send what is approved and due, look up what is in doubt; how many rows were touched. Each stands for itself: an error in one stops no other."""
        rows = outbox.due(self._house.database, self._house.clock())
        for row in rows:
            try:
                self._one(row)
            except Exception as error:  # noqa: BLE001 - the row keeps its state and lease: it is looked at again
                _log.error("sending.failed", letter=row.id, error=type(error).__name__)
        return len(rows)

    def told(self, status: Status) -> Due | None:
        """What a status callback says; None when it is about no outgoing message of ours."""
        said = Told(status.message_sid, state_of(status.status), status.error)
        row = outbox.told(self._house.database, said, status.letter_id, self._house.clock())
        if row is not None:
            self._changed(row.staff_id, self._outbox(row.staff_id).get(row.id))
        return row

    def refresh(self) -> None:
        """Ask how far messages came of which no callback told: it was lost, or Twilio cannot reach us."""
        for row in outbox.underway(self._house.database, self._house.clock() - _ASKED_ABOUT):
            letter = self._outbox(row.staff_id).get(row.id)
            try:
                taken = self._way.fetch(letter.external_id)
            except Undecided:
                return
            if taken is not None and state_of(taken.status) != letter.state:
                self.told(Status(taken.sid, taken.status, taken.error))

    def _one(self, row: Due) -> None:
        if row.state == "approved":
            self._send(row)
        else:
            self._look(row)

    def _send(self, row: Due) -> None:
        box, now = self._outbox(row.staff_id), self._house.clock()
        try:
            letter = box.claim(row.id, now, LEASE)
        except ApprovalBroken:
            _log.error("sending.approval_broken", letter=row.id)
            box.break_off(row.id, "changed", now)
            return
        if letter is None:
            return
        self._passing("claimed")
        refused = self._refusal(row.staff_id, letter)
        if refused:
            box.fail(letter, refused, self._house.clock())
            self._changed(row.staff_id, letter)
            return
        if self._house.clock() - now > _LATEST_START:
            box.again(letter, self._house.clock(), self._house.clock(), "HeldUp")  # nothing has left yet
            return
        try:
            taken = self._way.send(self._text(letter))
        except NotTaken as error:
            self._not_taken(box, row.staff_id, letter, error)
            return
        except Undecided as error:
            at = self._house.clock()
            box.doubt(letter, at + _SETTLE, at, type(error.__cause__).__name__ if error.__cause__ else "Undecided")
            self._changed(row.staff_id, letter)
            return
        self._passing("accepted")
        self._taken(box, row.staff_id, letter, taken)

    def _look(self, row: Due) -> None:
        """An attempt ended nobody knows how: ask Twilio before anything else."""
        box, now = self._outbox(row.staff_id), self._house.clock()
        letter = box.look_up(row.id, now, _LOOK_AGAIN)
        if letter is None or letter.attempted_at is None:
            return
        try:
            listed = self._way.sent_since(letter.ours, letter.theirs, letter.attempted_at)
        except Undecided:
            if now - letter.attempted_at >= _LOOKS:
                self._undecided(box, row.staff_id, letter)
            return
        others = outbox.known_ids(self._house.database, [one.sid for one in listed])
        free = [one for one in listed if one.sid not in others]
        found = [one for one in free if one.body.strip() == letter.body.strip() and one.has_file == (letter.file is not None)]
        if len(found) == 1:
            self._taken(box, row.staff_id, letter, found[0])
        elif found or any(self._may_be(letter, one) for one in free):
            # Twice the same words, or a template whose words Twilio shows otherwise: which is ours cannot be told.
            self._undecided(box, row.staff_id, letter)
        elif now - letter.attempted_at >= LEASE:
            box.again(letter, now, now, "NotFoundAtTwilio")

    def _may_be(self, letter: Letter, listed: Taken) -> bool:
        return bool(letter.template_sid) and listed.created_at is not None and letter.attempted_at is not None and listed.created_at >= letter.attempted_at

    def _undecided(self, box: Outbox, staff_id: str, letter: Letter) -> None:
        box.leave_unknown(letter, self._house.clock())
        self._changed(staff_id, letter)

    def _not_taken(self, box: Outbox, staff_id: str, letter: Letter, error: NotTaken) -> None:
        now = self._house.clock()
        if error.retry is None:
            box.fail(letter, error.code, now)
        elif now + error.retry - letter.created_at > _LATEST_TRY:
            box.fail(letter, _STALE, now)
        else:
            box.again(letter, now + error.retry, now, error.code)
        self._changed(staff_id, letter)

    def _taken(self, box: Outbox, staff_id: str, letter: Letter, taken: Taken) -> None:
        """Twilio has it: our row, and the message in the conversation, in that order; what a crash leaves out, the callback or the list brings."""
        now = self._house.clock()
        state = state_of(taken.status)
        box.accepted(letter.id, Told(taken.sid, state, taken.error), now)
        self._passing("recorded")
        if state != "failed":
            self._remember(staff_id, letter, taken, now)
        self._changed(staff_id, letter)

    def _remember(self, staff_id: str, letter: Letter, taken: Taken, now: datetime) -> None:
        """The words are part of the conversation at once; the webhook and the list meet this row later by Twilio's id."""
        zone = self._house.zones.open(staff_id)
        conversations = Conversations(self._house.database, zone)
        with self._house.database.transaction() as session:
            InboxEntries(self._house.database).one_at_a_time(session, staff_id)  # the callback may bring the same message now
            thread = conversations.with_customer(session, letter.customer_id, "whatsapp", now)
            kind, text = words(letter.body, [letter.file.content_type] if letter.file else (), "")
            incoming = Incoming("twilio", taken.sid, "marketer", kind, text, taken.created_at or now)
            rows = conversations.store(session, thread.id, [conversations.aligned(session, thread.id, incoming)], now)
        self._house.memories.of(staff_id).remember([row.id for row in rows])

    def _refusal(self, staff_id: str, letter: Letter) -> str:
        """Why a message must not leave after all, judged at the last moment; empty when it may."""
        zone, now = self._house.zones.open(staff_id), self._house.clock()
        try:
            customer = Customers(self._house.database, zone).get(letter.customer_id)
        except UnknownCustomer:
            return "gone"
        if customer.opted_out_at is not None:
            return "opted-out"
        if now - letter.created_at > _LATEST_TRY:
            return _STALE
        if letter.template_sid:
            known = {one.sid for one in ContentTemplates(self._house.database).approved()}
            return "" if letter.template_sid in known else "template-gone"
        heard = ReplyWindows(self._house.database, zone).latest(letter.customer_id)
        mine = heard is not None and (heard.ours, heard.theirs) == (letter.ours, letter.theirs)
        if not (mine and heard is not None and windows.left(heard.at, now)):
            return "window-closed"
        kept = letter.file is None or OutgoingFiles(self._house.database, zone).content(letter.id) is not None
        return "" if kept else "file-gone"

    def _text(self, letter: Letter) -> Text:
        callback = self._callback(letter.id)
        if letter.template_sid:
            return Text(
                letter.ours,
                letter.theirs,
                content_sid=letter.template_sid,
                content_variables=json.dumps(dict(letter.variables), ensure_ascii=False),
                status_callback=callback,
            )
        media_url = self.files.url(letter.id) if letter.file else ""
        return Text(letter.ours, letter.theirs, body=letter.body, status_callback=callback, media_url=media_url)

    def _callback(self, letter_id: str) -> str:
        """Where Twilio tells what became of it; empty where it could not reach us: it refuses such an address."""
        return f"{self._house.settings.public_url.rstrip('/')}{STATUS_PATH}?letter={letter_id}" if self.files.reachable else ""

    def _changed(self, staff_id: str, letter: Letter) -> None:
        if letter.card_id:
            CoachCards(self._house.database, self._house.zones.open(staff_id)).touch(letter.card_id)
            self.nudged.set()

    def _outbox(self, staff_id: str) -> Outbox:
        return Outbox(self._house.database, self._house.zones.open(staff_id))


def configured(house: "House") -> Sending | None:
    """The way out of this installation; None without a Twilio account."""
    chosen = house.settings
    if not chosen.twilio_account_sid or chosen.twilio_auth_token is None:
        return None
    return Sending(house, TwilioSending(chosen.twilio_account_sid, chosen.twilio_auth_token.get_secret_value(), chosen.twilio_api_url))
