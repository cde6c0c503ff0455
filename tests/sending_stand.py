"""The whole service between its two doubles, and the parts of it alone at a clock that a test turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from bot.app import Service
from bot.bootstrap import House, utc_now
from bot.channels.twilio_sending import TwilioSending
from bot.doubles.server import LoopbackServer
from bot.doubles.slack import SlackDouble
from bot.doubles.slack_workspace import Message
from bot.doubles.twilio import TwilioDouble
from bot.sending import Sending
from bot.webhooks import MESSAGES_PATH
from memory.customers import Customers
from memory.letters import Letter, Written
from memory.outbox import Outbox
from memory.reply_windows import ReplyWindows
from memory.tables import SalesPattern, Staff
from tests.conftest import NOW
from tests.whatsapp_stand import OURS, THEIRS, wait_for

ALICE = "U0ALICE"
OBJECTION = "Honestly, that is too expensive for us this year, we do not have the budget."


def pattern(response: str = "roi-proof", template: str = "Before the price decides, {first_name}: when has {product} paid for itself?") -> SalesPattern:
    """A released pattern about budget objections. Which authored wording it is said in is left to chance."""
    return SalesPattern(
        category="objection-patterns", level="objection-response", objection="budget", response=response, industry="", n=34, successes=29, contributors=9,
        customers=20, largest_share=0.2, mean=0.85, low=0.71, high=0.94, base_rate=0.5, strength=36.0, effective_n=34.0,
        standing="validated", text=f"budget {response}", template=template, vocabulary_version="1", published_at=NOW,
    )  # fmt: skip


@dataclass
class Running:
    """The service, over real HTTP on all sides."""

    house: House
    slack: SlackDouble
    twilio: TwilioDouble
    url: str
    service: Service

    def customer_writes(self, text: str = OBJECTION, **more: Any) -> None:
        message = self.twilio.add("inbound", THEIRS, OURS, text)
        fields = [*self.twilio.fields(message, "Maria Lopez").items(), *more.items()]
        public = self.house.settings.public_url + MESSAGES_PATH
        assert self.twilio.deliver(self.url + MESSAGES_PATH, fields, signed_url=public).status_code == 200

    def card(self, after: int = 0) -> Message:
        return self.slack.wait_for(lambda: self.slack.direct_messages(ALICE)[after:], 20)[0]

    def window(self, action: str, message: Message) -> Any:
        """Click and wait for the window that opens."""
        known = {view["id"] for view in self.slack.workspace.views}
        assert self.slack.click(message, action, user=ALICE).status == 200
        return self.slack.wait_for(lambda: [view for view in self.slack.workspace.views if view["id"] not in known and "One moment" not in str(view)], 10)[0]

    def sent(self, view: Any, **values: str) -> str:
        """Send a window; what stands in it, or came by message, afterwards."""
        said: dict[str, str | list[str]] = dict(values)
        assert self.slack.submit(view, user=ALICE, values=said).status == 200
        return str(self.slack.wait_for(lambda: self._settled(view["id"]), 10))

    def shows(self, message: Message, text: str) -> None:
        """Wait until a card says this."""
        wait_for(lambda: text in str(message.blocks), 20)

    def _settled(self, view_id: str) -> Any:
        found = next((view for view in self.slack.workspace.views if view["id"] == view_id), None)
        return found if found is not None and "One moment" not in str(found["blocks"]) else None


@contextmanager
def running(house: House, **settings: Any) -> Iterator[Running]:
    """Everything started, at the real time."""
    house.clock = utc_now
    house.shared.publish([pattern()])  # of several, chance decides which comes first
    with SlackDouble() as slack, TwilioDouble() as twilio:
        update = {
            "slack_bot_token": SecretStr(slack.bot_token), "slack_signing_secret": SecretStr(slack.signing_secret), "slack_api_url": slack.api_url,
            "twilio_account_sid": twilio.account_sid, "twilio_auth_token": SecretStr(twilio.auth_token), "twilio_api_url": twilio.url, **settings,
        }  # fmt: skip
        house.settings = house.settings.model_copy(update=update)
        service = Service(house)
        with LoopbackServer(service.web) as server:
            slack.request_url = f"{server.url}/slack/events"
            twilio.post.reach[house.settings.public_url] = server.url
            yield Running(house, slack, twilio, server.url, service)


class Clock:
    """Stands until it is turned."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Desk:
    """Sending alone, against Twilio's double, at a clock of its own."""

    house: House
    twilio: TwilioDouble
    clock: Clock
    staff: Staff
    customer_id: str
    passed: list[str] = field(default_factory=list)
    stop_at: str = ""

    @property
    def sending(self) -> Sending:
        way = TwilioSending(self.twilio.account_sid, self.twilio.auth_token, self.twilio.url)
        return Sending(self.house, way, self._passing)

    @property
    def box(self) -> Outbox:
        return Outbox(self.house.database, self.house.zones.open(self.staff.id))

    def approve(self, body: str = "Shall I put your own figures next to it?", key: str = "k1", **more: Any) -> Letter:
        written = Written(self.customer_id, OURS.removeprefix("whatsapp:"), THEIRS.removeprefix("whatsapp:"), body, **more)
        return self.sending.approve(self.staff.id, [written], key)

    def state(self, letter: Letter) -> tuple[str, str]:
        found = self.box.get(letter.id)
        return found.state, found.failure

    def outbound(self) -> list[str]:
        return [one.body for one in self.twilio.messages.values() if one.direction == "outbound-api"]

    def hears(self, hours_ago: float = 1) -> None:
        """The customer wrote: here and at Twilio."""
        at = self.clock() - timedelta(hours=hours_ago)
        self.twilio.add("inbound", THEIRS, OURS, "hello", at=at)
        with self.house.database.transaction() as session:
            windows = ReplyWindows(self.house.database, self.house.zones.open(self.staff.id))
            windows.note(session, self.customer_id, OURS.removeprefix("whatsapp:"), THEIRS.removeprefix("whatsapp:"), at)

    def _passing(self, point: str) -> None:
        self.passed.append(point)
        if point == self.stop_at:
            raise Killed(point)


class Killed(BaseException):
    """The process ends here: nothing after this point happens, not even what an error would cause."""


@contextmanager
def desk(house: House, alice: Staff, *, wrote: bool = True) -> Iterator[Desk]:
    """A customer who wrote an hour ago."""
    clock = Clock()
    house.clock = clock
    with TwilioDouble(clock=clock) as twilio:
        update: dict[str, Any] = {"twilio_account_sid": twilio.account_sid, "twilio_auth_token": SecretStr(twilio.auth_token), "twilio_api_url": twilio.url}
        house.settings = house.settings.model_copy(update=update)
        with house.database.transaction() as session:
            customers = Customers(house.database, house.zones.open(alice.id))
            maria = customers.add(session, "Maria Lopez", now=NOW)
            customers.link(session, maria, "whatsapp", THEIRS.removeprefix("whatsapp:"), NOW)
        twilio.post.arrives = ("queued",)
        made = Desk(house, twilio, clock, alice, maria.id)
        if wrote:
            made.hears()
        yield made
