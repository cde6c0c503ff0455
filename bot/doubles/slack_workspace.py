"""What the double of Slack holds: conversations, messages, home tabs, windows, response URLs, triggers, recorded calls, scripted faults."""

import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

BOT_USER = "U0BOT"
_RESPONSE_USES = 5
_RESPONSE_SECONDS = 1_800
_TRIGGER_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API or of a response URL, with its answer."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any]
    at: float
    team: str = ""
    """The workspace whose token it was made with."""


@dataclass(slots=True)
class Message:
    """A message of a conversation; ephemeral when `only_for` names its one reader."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    only_for: str = ""
    edited: int = 0
    thread_ts: str = ""
    streaming: bool = False
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Title and state of what an agent says it is doing, by id."""


@dataclass(slots=True)
class Fault:
    """A scripted answer."""

    status: int = 200
    retry_after: int = 0
    error: str = ""


@dataclass(slots=True)
class _ResponseUrl:
    user: str
    channel: str
    replaces: str
    made_at: float
    uses: int = 0


class Workspace:
    """Guarded by `changed`, which is notified of every change."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.calls: list[Call] = []
        self.messages: list[Message] = []
        self.homes: dict[str, Mapping[str, Any]] = {}
        self.views: list[Mapping[str, Any]] = []
        self.sessions: list[tuple[str, str, str]] = []
        """Channel, thread and status of agent sessions, in the order they were set."""
        self.titles: dict[tuple[str, str], str] = {}
        """Of agent sessions, by channel and thread."""
        self.prompts: dict[str, list[dict[str, Any]]] = {}
        """What an agent suggests to ask, by channel."""
        self.has_agents = True
        self.has_streams = True
        self.channels = {"C0GENERAL", "C0SALES"}
        self.admins: set[str] = set()
        """Users who administer this workspace."""
        self.strangers: set[str] = set()
        """Users this workspace does not have."""
        self.tickets: set[str] = set()
        self.age = 0.0
        """Seconds added to the clock: to see what happens half an hour later."""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._triggers: dict[str, float] = {}
        self._used_triggers: set[str] = set()
        self._response_urls: dict[str, _ResponseUrl] = {}
        self._number = itertools.count(1)

    def now(self) -> str:
        """A time stamp as Slack writes them; never the same twice."""
        return f"{time.time() + self.age:.0f}.{next(self._number):06d}"

    def direct_channel(self, user: str) -> str:
        """The direct conversation between the app and a person."""
        return f"D{user[1:]}"

    def exists(self, channel: str) -> bool:
        """Whether the app can post there."""
        return channel in self.channels or (channel.startswith("D") and f"U{channel[1:]}" not in self.strangers)

    def messages_in(self, channel: str) -> list[Message]:
        """Messages everybody in a conversation sees, oldest first."""
        with self.changed:
            return [message for message in self.messages if message.channel == channel and not message.only_for]

    def find(self, channel: str, ts: str) -> Message | None:
        """The message with this time stamp."""
        return next((message for message in self.messages if message.channel == channel and message.ts == ts), None)

    def post(self, channel: str, *, user: str = BOT_USER, text: str = "", **more: Any) -> Message:  # noqa: ANN401 - fields of Message
        """A new message."""
        with self.changed:
            message = Message(channel, self.now(), user, text, **more)
            self.messages.append(message)
            self.changed.notify_all()
            return message

    def wait_for(self, found: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401 - whatever `found` finds
        """The first true result of `found`, asked again after each change and now and then; TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while not (result := found()):
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    msg = f"the Slack double waited {seconds} s in vain"
                    raise TimeoutError(msg)
                self.changed.wait(min(remaining, 0.05))
            return result

    def record(self, method: str, arguments: Mapping[str, Any], answer: Mapping[str, Any], team: str = "") -> None:
        """Remember a call."""
        with self.changed:
            self.calls.append(Call(method, arguments, answer, time.monotonic(), team))
            self.changed.notify_all()

    def script(self, method: str, times: int, *, status: int = 200, retry_after: int = 0, error: str = "") -> None:
        """Let the next calls of a method fail."""
        with self.changed:
            self._faults[method].extend(Fault(status, retry_after, error) for _ in range(times))

    def next_fault(self, method: str) -> Fault | None:
        """The scripted answer that is due."""
        with self.changed:
            due = self._faults[method]
            return due.popleft() if due else None

    def open_view(self, view: Mapping[str, Any]) -> Mapping[str, Any]:
        """A new window."""
        with self.changed:
            self.views.append({**view, "id": f"V{next(self._number)}", "hash": self.now()})
            self.changed.notify_all()
            return self.views[-1]

    def replace_view(self, view_id: str, view: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """New content for a window; None when it is not open."""
        with self.changed:
            for at, known in enumerate(self.views):
                if known["id"] == view_id:
                    self.views[at] = {**view, "id": view_id, "hash": self.now()}
                    self.changed.notify_all()
                    return self.views[at]
            return None

    def close_view(self, view_id: str) -> None:
        """The person closed it, or sent it."""
        with self.changed:
            self.views = [view for view in self.views if view["id"] != view_id]
            self.changed.notify_all()

    def new_trigger(self) -> str:
        """A trigger id, valid for three seconds and one window."""
        with self.changed:
            trigger = f"{next(self._number)}.{id(self)}.double"
            self._triggers[trigger] = time.time() + self.age
            return trigger

    def take_trigger(self, trigger: str) -> str:
        """Use a trigger; the error, or empty."""
        with self.changed:
            made_at = self._triggers.get(trigger)
            if made_at is None:
                return "invalid_trigger_id"
            if trigger in self._used_triggers:
                return "exchanged_trigger_id"
            if time.time() + self.age - made_at > _TRIGGER_SECONDS:
                return "expired_trigger_id"
            self._used_triggers.add(trigger)
            return ""

    def new_response_url(self, user: str, channel: str, replaces: str = "") -> str:
        """The token of a response URL, good for five answers in half an hour."""
        with self.changed:
            token = f"r{next(self._number)}"
            self._response_urls[token] = _ResponseUrl(user, channel, replaces, time.time() + self.age)
            return token

    def respond(self, token: str, body: Mapping[str, Any]) -> str:
        """An answer by response URL; the error, or empty."""
        with self.changed:
            url = self._response_urls.get(token)
            error = self._refusal(url, body)
            self.record("response_url", body, {"ok": not error, "error": error})
            if url is None or error:
                return error
            url.uses += 1
            self._shown(url, body)
            return ""

    def show_answer(self, token: str, answer: str) -> None:
        """What the app answered to the request itself."""
        self._shown(self._response_urls[token], {"text": answer})

    def _refusal(self, url: _ResponseUrl | None, body: Mapping[str, Any]) -> str:
        from bot.doubles.slack_rules import problems

        if url is None or time.time() + self.age - url.made_at > _RESPONSE_SECONDS:
            return "expired_url"
        if url.uses >= _RESPONSE_USES:
            return "used_url"
        return "invalid_blocks" if problems(body.get("blocks", [])) else ""

    def _shown(self, url: _ResponseUrl, body: Mapping[str, Any]) -> None:
        replaced = self.find(url.channel, url.replaces) if body.get("replace_original") and url.replaces else None
        if replaced is not None:
            replaced.text, replaced.blocks, replaced.edited = body.get("text", ""), body.get("blocks", []), replaced.edited + 1
            self.changed.notify_all()
            return
        only_for = "" if body.get("response_type") == "in_channel" else url.user
        self.post(url.channel, text=body.get("text", ""), blocks=body.get("blocks", []), only_for=only_for)
