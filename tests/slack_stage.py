"""The Slack door on a real HTTP server, with the double of Slack in front and scripted answers behind."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.slack import SlackDoor
from bot.doubles.server import LoopbackServer
from bot.doubles.slack import SlackDouble
from bot.messages import Button, Card, Choice, Section, Work

BOB, EVE, STRANGER = "U0BOB", "U0EVE", "U0NOBODY"
PRIVATE = "Ruth Calloway said the machine budget is used up"
"""What only Bob may ever see."""


def coach_card(suggestion_id: str = "s1") -> Card:
    """A card as the coach sends it."""
    buttons = (
        Button("Used it", "suggestion.used", suggestion_id),
        Button("Worked", "suggestion.worked", suggestion_id),
        Button("Did not work", "suggestion.did-not-work", suggestion_id),
    )
    return Card(
        "Budget objection",
        "Budget objection: 1 answer that worked.",
        (Section(PRIVATE, quote=True), Section("ROI proof", buttons=buttons)),
        buttons=(Button("Not now", "suggestion.not-now", suggestion_id),),
    )


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


@dataclass
class ScriptedAnswers:
    """Answers every use case with a private card that says what was asked; remembers the questions."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    seconds: float = 0.0
    error: Exception | None = None
    free: threading.Event = field(default_factory=_set)
    """While it is not set no answer comes."""

    @property
    def letters(self) -> "ScriptedLetters":
        return ScriptedLetters(self)

    @property
    def coach(self) -> "ScriptedLetters":
        return ScriptedLetters(self)

    choices: Sequence[Choice] = ()

    @property
    def administration(self) -> "ScriptedAdministration":
        return ScriptedAdministration(self)

    @property
    def imports(self) -> "ScriptedLetters":
        return ScriptedLetters(self)

    @property
    def desk(self) -> "ScriptedDesk":
        return ScriptedDesk(self)

    def _card(self, *asked: Any) -> Card:
        self.asked.append(asked)
        time.sleep(self.seconds)
        self.free.wait(30)
        if self.error is not None:
            raise self.error
        return Card(f"Answer to {asked[0]}", f"{asked[0]} answered", (Section(f"{PRIVATE}: {asked!r}"),))

    has_model = False

    def judge(self, staff_id: str, answer_id: str, route: str, *, good: bool) -> Card:
        return self._card("judge", staff_id, answer_id, route, good)

    def around(self, staff_id: str, message_id: str) -> Card:
        return self._card("around", staff_id, message_id)

    def quiet_deals(self, staff_id: str) -> Card:
        return self._card("quiet_deals", staff_id)

    def suggest(self, staff_id: str, text: str, industry: str = "") -> Card:
        return self._card("suggest", staff_id, text, industry)

    @property
    def book(self) -> "ScriptedBook":
        return ScriptedBook(self)

    def options(self, staff_id: str, which: str, typed: str) -> Sequence[Choice]:  # noqa: ARG002 - one list for all
        self.asked.append(("options", staff_id, typed))
        return self.choices

    def recall_aloud(self, staff_id: str, question: str) -> Card | Work:
        return Work(Card("Reading 3 messages", "reading"), lambda _show: self._card("recall", staff_id, question))

    def recall(self, staff_id: str, question: str) -> Card:
        return self._card("recall", staff_id, question)

    def feedback(self, staff_id: str, suggestion_id: str, verdict: str) -> Card:
        return self._card("feedback", staff_id, suggestion_id, verdict)

    def zone(self, staff_id: str, action: str, value: str = "") -> Card:
        return self._card("zone", staff_id, action, value)

    def forget(self, staff_id: str, values: Mapping[str, str]) -> Card:
        return self._card("forget", staff_id, values)

    def deals(self, staff_id: str, outcome: str = "") -> Card:
        return self._card("deals", staff_id, outcome) if outcome else self._card("deals", staff_id)

    def deal_amount(self, staff_id: str, deal_id: str, amount: str | None = None) -> Card:
        return self._card("deal_amount", staff_id, deal_id, amount)

    def forecast(self, staff_id: str, customer: str = "") -> Card:
        return self._card("forecast", staff_id, customer)

    def add_deal(self, staff_id: str, customer: str, name: str, amount: str = "") -> Card:
        return self._card("add_deal", staff_id, customer, name, amount)

    def set_deal(self, staff_id: str, deal_id: str, change: str = "", amount: str = "") -> Card:
        return self._card("set_deal", staff_id, deal_id, change, amount)

    def notes(self, staff_id: str, customer: str = "") -> Card:
        return self._card("notes", staff_id, customer)

    def add_note(self, staff_id: str, text: str, customer: str = "") -> Card:
        return self._card("add_note", staff_id, text, customer)

    def settings(self, staff_id: str, values: Mapping[str, str] | None = None) -> Card:
        return self._card("settings", staff_id, values)

    def home(self, staff_id: str) -> Sequence[Card]:
        card = self._card("home", staff_id)
        return (Card(card.title, card.summary, card.sections, buttons=(Button("Show the ledger", "zone.ledger", "zone"),)),)


class ScriptedLetters:
    """The same for writing to customers: every use case answers with the private card."""

    def __init__(self, answers: ScriptedAnswers) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Card]:
        return lambda *asked: self._answers._card(name, *asked)


class ScriptedAdministration(ScriptedLetters):
    """The same for admins; nobody was made one."""

    def is_admin(self, staff_id: str) -> bool:  # noqa: ARG002 - whoever it is
        return False


class ScriptedDesk(ScriptedLetters):
    """The same for customers and follow-ups."""


class ScriptedBook(ScriptedLetters):
    """The same for the playbook."""

    def find(self, staff_id: str, situation: str) -> Card:
        return self._answers._card("playbook", staff_id, situation)


class SeenOnce:
    """Remembers keys, as the rows of the database do."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, key: str) -> bool:
        with self._lock:
            fresh = key not in self._seen
            self._seen.add(key)
            return fresh

    def forget(self) -> None:
        """Everything is new again."""
        with self._lock:
            self._seen.clear()


@dataclass
class Stage:
    """Everything on it."""

    slack: SlackDouble
    door: SlackDoor
    answers: ScriptedAnswers
    url: str
    seen: "SeenOnce"

    def public_messages(self) -> list[str]:
        """What everybody in a channel can read of the app's messages."""
        return [
            str((message.text, message.blocks))
            for channel in ("C0GENERAL", "C0SALES")
            for message in self.slack.workspace.messages_in(channel)
            if message.user == "U0BOT"
        ]

    def cleared(self) -> "Stage":
        """The same stage with nothing on it, for the next test."""
        workspace = self.slack.workspace
        with workspace.changed:
            workspace.messages.clear()
            workspace.calls.clear()
            workspace.homes.clear()
            workspace.views.clear()
            workspace.sessions.clear()
        self.answers.asked.clear()
        self.answers.error = None
        self.answers.free.set()
        self.answers.seconds = 0.0
        self.seen.forget()
        return self

    def quiet(self, seconds: float = 0.3) -> None:
        """Give something that must not happen the time to happen."""
        time.sleep(seconds)


def staff_of(slack_user_id: str, team_id: str) -> str | None:
    """Bob and Eve are staff."""
    return {BOB: "staff-bob", EVE: "staff-eve"}.get(slack_user_id)


@contextmanager
def staged(
    *, socket: bool = False, first_time: SeenOnce | None = None, prepare: Callable[[SlackDouble], None] | None = None, **options: Any
) -> Iterator[Stage]:
    """The door over HTTP, or with `socket` over Socket Mode; `prepare` sees the double first, `options` go to the door."""
    answers, seen = ScriptedAnswers(), first_time or SeenOnce()
    with SlackDouble() as slack:
        if prepare is not None:
            prepare(slack)
        way = {"app_token": slack.app_token} if socket else {"signing_secret": slack.signing_secret}
        given = {"bot_token": slack.bot_token, "api_url": slack.api_url, "answers": answers, "staff_of": staff_of, "first_time": seen}
        door = SlackDoor(**{**given, **way, **options})

        async def endpoint(request: Request) -> Response:
            return await door.handle(request)

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            await door.connect()
            yield
            await door.close()

        app = Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])], lifespan=lifespan)
        with LoopbackServer(app) as server:
            url = f"{server.url}/slack/events"
            if socket:
                slack.wait_for_socket()
            else:
                slack.request_url = url
            yield Stage(slack, door, answers, url, seen)
