"""A running WhatsApp door for tests: real HTTP, real SQLite, the real job engine; Twilio is its double."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from fastapi import FastAPI
from sqlalchemy import func
from sqlmodel import select

from bot import webhooks
from bot.bootstrap import House
from bot.channels.twilio_account import TwilioAccount
from bot.channels.twilio_signature import TwilioSignature
from bot.doubles.server import LoopbackServer
from bot.doubles.twilio import TwilioDouble
from bot.inbox import Accepted, Inbox
from bot.jobs import Jobs
from bot.messages import Address, InboundMessage
from bot.reconciliation import Reconciliation
from bot.twilio_door import TwilioDoor
from memory.conversations import Conversations
from memory.inbox_entries import standing
from memory.message_statuses import MessageStatuses
from memory.tables import InboxEntry, Message

OURS = "whatsapp:+12025550101"
THEIRS = "whatsapp:+4915150000007"
Answer = TypeVar("Answer")
TOKENS = ("token-of-the-double", "the-other-live-token")


def now() -> datetime:
    """The time: leases and the engine run on the real one."""
    return datetime.now(UTC)


@dataclass
class Stand:
    """What a test works with."""

    house: House
    twilio: TwilioDouble
    jobs: Jobs
    inbox: Inbox
    reconciliation: Reconciliation
    url: str
    remembered: list[tuple[str, str]]
    coached: list[tuple[str, str]]
    accepting: list[Callable[[InboundMessage], None]]
    """Called before a message is accepted: tests raise or wait here."""

    @property
    def webhook(self) -> str:
        return self.url + webhooks.MESSAGES_PATH

    @property
    def callback(self) -> str:
        return self.url + webhooks.STATUSES_PATH

    @property
    def conversations(self) -> str:
        return self.url + webhooks.CONVERSATIONS_PATH

    @property
    def events(self) -> str:
        return self.url + webhooks.EVENTS_PATH

    def count(self, table: type[Message | InboxEntry]) -> int:
        with self.house.database.reading() as session:
            return session.exec(select(func.count()).select_from(table)).one()

    def messages(self) -> list[tuple[str, str, str]]:
        """(role, kind, text) of everything stored, oldest first."""
        found = []
        for staff_id in self.house.zones.owners():
            talks = Conversations(self.house.database, self.house.zones.open(staff_id))
            for thread in talks.threads():
                found += [(one.sent_at, one.role, one.kind, one.text) for one in talks.history(thread.id)]
        return [(role, kind, text) for _, role, kind, text in sorted(found)]

    def settled(self, seconds: float = 15) -> dict[str, int]:
        """The states of all deliveries once none is open."""
        wait_for(lambda: not {"accepted", "remembered"} & standing(self.house.database).keys(), seconds)
        return dict(standing(self.house.database))


def wait_for(look: Callable[[], Answer], seconds: float = 15) -> Answer:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return answer


@contextmanager
def open_stand(house: House, *, working: bool) -> Iterator[Stand]:
    """Everything started; the steps of the work are recorded. Not `working`: deliveries are stored and nothing is done with them."""
    remembered: list[tuple[str, str]] = []
    coached: list[tuple[str, str]] = []
    accepting: list[Callable[[InboundMessage], None]] = []
    web = FastAPI()
    server = LoopbackServer(web)
    jobs = Jobs(
        house.database,
        lambda staff_id, message_id: remembered.append((staff_id, message_id)),
        lambda staff_id, message_id: coached.append((staff_id, message_id)),
        lambda: None,
        now,
    )
    with TwilioDouble(TOKENS[0]) as twilio, jobs if working else nullcontext():
        inbox = house.inbox(jobs.enqueue if working else lambda _session, _entry: None)
        account = TwilioAccount(twilio.account_sid, twilio.auth_token, twilio.url)
        reconciliation = Reconciliation(account, inbox, now)

        def accept(message: InboundMessage, at: datetime) -> Accepted | None:
            for before in accepting:
                before(message)
            return inbox.accept(message, at)

        signature = TwilioSignature(TOKENS, server.url)

        def is_ours(address: Address) -> bool:
            return house.staff.by_address(address.channel, address.value) is not None

        door = TwilioDoor(accept, MessageStatuses(house.database), is_ours, now, account=account)
        web.include_router(webhooks.routes(signature, door, now, account_sid=twilio.account_sid))
        web.include_router(webhooks.health(lambda: [] if jobs.running else ["jobs"]))
        with server:
            yield Stand(house, twilio, jobs, inbox, reconciliation, server.url, remembered, coached, accepting)
