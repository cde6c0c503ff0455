"""A double of Slack as a real HTTP and WebSocket server on loopback: its Web API, response URLs, Socket Mode, and signed requests to our app."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from bot.doubles import slack_requests, slack_uploads
from bot.doubles.server import LoopbackServer
from bot.doubles.slack_api import SlackApi, arguments
from bot.doubles.slack_files import PATH, Files
from bot.doubles.slack_oauth import AUTHORIZE_PATH, OAuth, basic
from bot.doubles.slack_requests import Asked, Outgoing, escaped
from bot.doubles.slack_rules import view_problems
from bot.doubles.slack_sockets import ACK_SECONDS, Sockets
from bot.doubles.slack_uploads import Uploads
from bot.doubles.slack_workspace import Call, Message, Workspace

_OK = 200


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a request to our app."""

    status: int
    """HTTP status; over a socket 200 when acknowledged, 0 when not in time."""
    body: str
    seconds: float


class SlackDouble:
    """A context manager. Set `request_url` to our HTTP endpoint, or let our app open Socket Mode; then `slash`, `says`, `click`, `shortcut`, `event`."""

    def __init__(self, *, signing_secret: str = "double-signing-secret", request_url: str = "") -> None:  # noqa: S107 - made up
        """Nothing listens before `start` or `with`."""
        self.signing_secret = signing_secret
        self.bot_token = "xoxb-double"  # noqa: S105
        self.app_token = "xapp-double"  # noqa: S105
        self.request_url = request_url
        self.socket_url = ""
        """Where apps are told to open Socket Mode, when there is something between them and the double."""
        self.workspace = Workspace()
        self.oauth = OAuth(self.bot_token, "T0DOUBLE")
        self.files = Files(self.bot_token)
        self.uploads = Uploads(self.workspace, lambda upload: f"{self.url}{slack_uploads.PATH.format(upload=upload)}")
        self._sockets = Sockets(self.workspace)
        self._turn = itertools.count()
        self._client = httpx2.Client(timeout=ACK_SECONDS, limits=httpx2.Limits(max_connections=None), trust_env=False)
        self._api = SlackApi(
            self.workspace,
            self.files,
            self.uploads,
            self.oauth,
            self.app_token,
            lambda: f"ws{(self.socket_url or self.url).removeprefix('http')}/socket",
        )
        routes = [
            Route("/api/{method}", self._call, methods=["GET", "POST"]),
            Route("/response/{token}", self._response, methods=["POST"]),
            Route(slack_uploads.PATH, self.uploads.take, methods=["POST"]),
            WebSocketRoute("/socket", self._sockets.accept),
            Route(PATH, self.files.fetch),
            Route(AUTHORIZE_PATH, self.oauth.authorize),
        ]
        self._server = LoopbackServer(Starlette(routes=routes), ws="websockets-sansio")

    @property
    def url(self) -> str:
        """Where the double listens."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """What `TRADECRAFT_SLACK_API_URL` is set to."""
        return f"{self.url}/api/"

    def start(self) -> Self:
        """Listen."""
        self._server.start()
        self.files.url = self.url
        return self

    def stop(self) -> None:
        """Stop listening."""
        self._client.close()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    # What can be seen

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API and of response URLs, oldest first."""
        with self.workspace.changed:
            return list(self.workspace.calls)

    def direct_messages(self, user: str) -> list[Message]:
        """What stands in the app's direct conversation with a person, oldest first; both sides."""
        return self.workspace.messages_in(self.workspace.direct_channel(user))

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person saw, wherever, oldest first."""
        with self.workspace.changed:
            return [message for message in self.workspace.messages if message.only_for == user]

    def wait_for(self, found: Callable[[], Any], seconds: float = 30.0) -> Any:  # noqa: ANN401 - whatever `found` finds
        """The first true result of `found`, asked again after each change and now and then; TimeoutError after `seconds`."""
        return self.workspace.wait_for(found, seconds)

    def wait_for_socket(self, count: int = 1, seconds: float = 30.0) -> None:
        """Until our app has opened this many sockets."""
        self.wait_for(lambda: len(self._sockets) >= count, seconds)

    # Faults

    def rate_limit(self, method: str, retry_after: int = 1, times: int = 1) -> None:
        """The next calls of a method answer 429; `response_url` names response URLs."""
        self.workspace.script(method, times, status=429, retry_after=retry_after)

    def fail(self, method: str, error: str, times: int = 1) -> None:
        """The next calls of a method answer `ok: false` with this error."""
        self.workspace.script(method, times, error=error)

    def disconnect_sockets(self) -> None:
        """Close every socket, as Slack does when it refreshes connections."""
        self._sockets.disconnect()

    # What people do

    def slash(self, command: str, text: str = "", *, user: str, channel: str = "C0GENERAL") -> Delivered:
        """Type a slash command, such as `/suggest`."""
        return self.deliver(slack_requests.slash(self._asked(user, channel), command, text))

    def says(self, text: str, *, user: str, thread: str = "") -> Delivered:
        """Write to the app in the direct conversation, or in a thread of it."""
        channel = self.workspace.direct_channel(user)
        message = self.workspace.post(channel, user=user, text=escaped(text), thread_ts=thread)
        where = {"channel": channel, "ts": message.ts, **({"thread_ts": thread} if thread else {})}
        return self.event({"type": "message", "channel_type": "im", "user": user, "text": message.text, **where})

    def drops(self, name: str, content: bytes, *, user: str, channel: str = "", more: Mapping[str, Any] | None = None) -> Delivered:
        """Drop a file in the direct conversation, or in a channel; `more` are fields of `files.info` in the place of true ones."""
        message = self.workspace.post(channel or self.workspace.direct_channel(user), user=user, text=name)
        return self.event(slack_requests.dropped(message, [self.files.shown(self.files.add(user, name, content, more))]))

    def mentions(self, text: str, *, user: str, channel: str = "C0GENERAL") -> Delivered:
        """Mention the app in a channel."""
        message = self.workspace.post(channel, user=user, text=f"<@U0BOT> {escaped(text)}")
        return self.event({"type": "app_mention", "channel": channel, "user": user, "text": message.text, "ts": message.ts})

    def opens_home(self, user: str, tab: str = "home") -> Delivered:
        """Open the app's home."""
        return self.event({"type": "app_home_opened", "user": user, "channel": self.workspace.direct_channel(user), "tab": tab})

    def stops(self, message: Message, *, user: str) -> Delivered:
        """Use the stop button while the app works on an answer to this message."""
        where = {"channel": message.channel, "thread_ts": message.thread_ts or message.ts}
        return self.event({"type": "agent_session_stopped", "user": user, "streaming_message_ts": [], **where})

    def event(self, inner: Mapping[str, Any], *, event_id: str = "", retry: int = 0, team: str = "T0DOUBLE") -> Delivered:
        """Any event; with `retry` it says that it was delivered before."""
        stamped = {"event_ts": inner.get("ts") or self.workspace.now(), **inner}
        return self.deliver(slack_requests.event(stamped, event_id or f"Ev{next(self._turn):010d}", retry, team))

    def click(self, message: Message, action: str, *, user: str, value: str = "") -> Delivered:
        """Use a button of a message. LookupError when there is none."""
        asked = self._asked(user, message.channel, replaces=message.ts)
        return self.deliver(slack_requests.click(asked, message, action, value, self.workspace.now()))

    def click_home(self, action: str, *, user: str, value: str = "") -> Delivered:
        """Use a button of somebody's home tab."""
        return self.deliver(slack_requests.click_in_view(self._asked(user, ""), self.workspace.homes[user], action, value, self.workspace.now()))

    def click_view(self, view: Mapping[str, Any], action: str, *, user: str, value: str = "") -> Delivered:
        """Use a button or list of a window."""
        return self.deliver(slack_requests.click_in_view(self._asked(user, ""), view, action, value, self.workspace.now()))

    def look_up(self, view: Mapping[str, Any], block: str, action: str, typed: str, *, user: str) -> list[dict[str, Any]]:
        """Type into a list whose options the app supplies; the options it gives, groups taken apart."""
        delivered = self.deliver(slack_requests.look_up(self._asked(user, ""), view, block, action, typed))
        answer = json.loads(delivered.body) if delivered.body else {}
        groups = [group["options"] for group in answer.get("option_groups", ())]
        return [option for options in [answer.get("options", ()), *groups] for option in options]

    def submit(self, view: Mapping[str, Any], *, user: str, values: Mapping[str, str | Sequence[str]] | None = None, **more: str) -> Delivered:
        """Send a window with what was chosen or typed, by block id. What the app answers replaces its content, or it stays with errors, or it closes."""
        delivered = self.deliver(slack_requests.submit(self._asked(user, ""), view, {**(values or {}), **more}, self.files.listed()))
        answer = json.loads(delivered.body) if delivered.body else {}
        if answer.get("response_action") == "update" and not view_problems(answer["view"]):
            # The answer may have come already, by another way, while this one was under way.
            if self._hash(view) == view["hash"]:
                self.workspace.replace_view(view["id"], answer["view"])
        elif delivered.status == _OK and answer.get("response_action") != "errors":
            self.workspace.close_view(view["id"])
        return delivered

    def _hash(self, view: Mapping[str, Any]) -> str | None:
        """Of the window as it stands now."""
        with self.workspace.changed:
            return next((str(one["hash"]) for one in self.workspace.views if one["id"] == view["id"]), None)

    def shortcut(self, callback_id: str, text: str, *, user: str, channel: str = "C0GENERAL") -> Delivered:
        """Use a message shortcut on somebody's message with this text."""
        return self.deliver(slack_requests.shortcut(self._asked(user, channel), callback_id, text, "U0SOMEBODY", self.workspace.now()))

    def deliver(self, outgoing: Outgoing) -> Delivered:
        """Bring a request to our app; delivering one twice is what Slack does when an answer was late."""
        began = time.monotonic()
        status, answer = self._over_http(outgoing) if self.request_url else self._sockets.bring(outgoing)
        if answer and outgoing.response_url and status == _OK:
            self.workspace.show_answer(outgoing.response_url.rsplit("/", 1)[1], answer)
        return Delivered(status, answer, time.monotonic() - began)

    def signed_headers(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """The headers Slack sends with a body."""
        stamp = str(int(time.time() if at is None else at))
        digest = hmac.new((secret or self.signing_secret).encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _asked(self, user: str, channel: str, replaces: str = "") -> Asked:
        url = f"{self.url}/response/{self.workspace.new_response_url(user, channel, replaces)}" if channel else ""
        return Asked(user, channel, url, self.workspace.new_trigger())

    def _over_http(self, outgoing: Outgoing) -> tuple[int, str]:
        content = outgoing.body.encode()
        agent = {"Content-Type": outgoing.content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        again = {"X-Slack-Retry-Num": str(outgoing.retry), "X-Slack-Retry-Reason": "http_timeout"} if outgoing.retry else {}
        try:
            answer = self._client.post(self.request_url, content=content, headers={**agent, **again, **self.signed_headers(content)})
        except httpx2.TimeoutException:
            return 0, ""
        return answer.status_code, answer.text

    # What listens

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        given = arguments(request.headers.get("content-type", ""), request.query_params.items(), await request.body())
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or str(given.get("token", ""))
        fault = self.workspace.next_fault(method)
        if fault is not None and fault.status != _OK:
            self.workspace.record(method, given, {"ok": False, "error": "ratelimited"})
            return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=fault.status, headers={"Retry-After": str(fault.retry_after)})
        given |= basic(request.headers.get("authorization", ""))
        team = self.oauth.team(token)
        answer = {"ok": False, "error": fault.error} if fault is not None else self._api.answer(method, token, given)
        self.workspace.record(method, given, answer, team)
        return JSONResponse(answer)

    async def _response(self, request: Request) -> Response:
        token, body = request.path_params["token"], await request.json()
        fault = self.workspace.next_fault("response_url")
        if fault is not None:
            return PlainTextResponse("", status_code=fault.status, headers={"Retry-After": str(fault.retry_after)})
        error = self.workspace.respond(token, body)
        return JSONResponse({"ok": False, "error": error}, status_code=404) if error else PlainTextResponse("ok")
