"""The Slack door: listens over HTTP or Socket Mode, acknowledges at once, lets a thread answer and delivers. The only importer of slack_bolt."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import Response

from bot.channels import slack_forms
from bot.channels.answers import Answers, FirstTime, StaffOf
from bot.channels.slack_answering import SlackAnswering
from bot.channels.slack_delivery import Identity, SlackDelivery, quiet_logger
from bot.channels.slack_listeners import LISTENERS
from bot.channels.slack_listening import Kind, Listener, Where
from bot.channels.slack_places import Direct, Posted
from bot.channels.slack_pools import Pools
from bot.channels.slack_signature import verified_body
from bot.channels.slack_workspaces import Installations, SlackWorkspaces, Workspace
from bot.errors import NotConfigured
from bot.messages import Card

_log = structlog.get_logger()
_STOP_SECONDS = 10.0


class SlackDoor:
    """One Slack app, in one workspace or several."""

    def __init__(  # noqa: PLR0913 - what a door is given
        self,
        *,
        bot_token: str = "",
        answers: Answers,
        staff_of: StaffOf,
        first_time: FirstTime,
        team_of: Callable[[str], str] = lambda _user: "",
        installations: Installations | None = None,
        signing_secret: str = "",
        app_token: str = "",
        api_url: str = "https://slack.com/api/",
        links: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        answer_threads: int = 100,
        interim_seconds: float = 2.5,
        patience_seconds: float = 45.0,
        ping_seconds: float = 10.0,
    ) -> None:
        """Connects to nothing. Raises NotConfigured when requests could not be verified.

        `bot_token` is the one workspace's; with `installations` also those are answered in which the app was installed, and `team_of` tells of which one a
        Slack user is.
        `answer_threads` bounds how many people are answered at once: they mostly wait for a model. After `interim_seconds` an asker is told that it takes
        longer, after `patience_seconds` that the answer comes by direct message. A socket that leaves four pings without an answer is given up and opened
        again: a half-open one is noticed within a minute.
        """
        if not (signing_secret or app_token):
            msg = "Slack needs TRADECRAFT_SLACK_APP_TOKEN (Socket Mode) or TRADECRAFT_SLACK_SIGNING_SECRET (HTTP): set one of them."
            raise NotConfigured(msg)
        self._first_time = first_time
        self._team_of = team_of
        self._pools = Pools(answer_threads)

        def connect(token: str, identity: Identity | None) -> Workspace:
            delivery = SlackDelivery(token, api_url, links, identity)
            waits = {"interim_seconds": interim_seconds, "patience_seconds": patience_seconds}
            return Workspace(token, delivery, SlackAnswering(delivery, answers, staff_of, first_time, self._pools, **waits))

        self._workspaces = SlackWorkspaces(connect, bot_token, installations)
        self._secret = signing_secret
        self._app_token = app_token
        self._clock = clock
        self._ping = ping_seconds
        self._socket: AsyncSocketModeHandler | None = None

        async def authorize(team_id: str | None, enterprise_id: str | None) -> Any:  # noqa: ANN401 - Bolt injects by these names, and would inject a self
            return await self._authorized(team_id, enterprise_id)

        # Requests are verified before Bolt sees them: its own check answers 500 to a time stamp that is no number, and logs bodies.
        self._app = AsyncApp(
            name="tradecraft",
            client=SlackDelivery("", api_url).client,
            signing_secret=signing_secret,
            request_verification_enabled=False,
            authorize=authorize,
            logger=quiet_logger(),
        )
        for (kind, name), together in _by_what_is_heard().items():
            self._register(kind, name, together)

    async def handle(self, request: Request) -> Response:
        """One HTTP request from Slack: 401 unless its signature and time are right."""
        body = await verified_body(request, self._secret, self._clock())
        if body is None:
            _log.warning("slack.request_refused")
            return Response(status_code=401)
        try:
            parsed = AsyncBoltRequest(body=body.decode(), headers=_headers(request))
        except (ValueError, TypeError, AttributeError, KeyError):
            return Response(status_code=400)  # signed, yet nothing Slack sends
        answer = await self._app.async_dispatch(parsed)
        return Response(content=answer.body, status_code=answer.status, headers=dict(answer.first_headers_without_set_cookie()))

    async def connect(self) -> None:
        """Open Socket Mode; it reconnects by itself. Without an app token nothing is opened: HTTP is used."""
        if self._app_token:
            self._socket = AsyncSocketModeHandler(self._app, self._app_token, logger=quiet_logger(), ping_interval=self._ping)
            await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        """Stop listening, let running answers finish for a moment."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        await self._workspaces.close(_STOP_SECONDS)
        self._pools.close()

    def vital(self) -> str:
        """How Slack reaches us. Raises NotConfigured while Socket Mode is not open."""
        if not self._app_token:
            return "over HTTP: Slack calls us."
        session = None if self._socket is None else self._socket.client.current_session
        if self._socket is None or session is None or session.closed or self._socket.client.stale:
            raise NotConfigured("Socket Mode is not open: it reconnects by itself; if it stays so, check TRADECRAFT_SLACK_APP_TOKEN and the network.")
        return "Socket Mode is open."

    async def send(self, slack_user_id: str, card: Card, key: str) -> Posted:
        """A card to one person; asking again with the same key never shows it twice. Raises DeliveryFailed: then ask again."""
        return await asyncio.to_thread(self.send_from_thread, slack_user_id, card, key)

    def send_from_thread(self, slack_user_id: str, card: Card, key: str) -> Posted:
        """The same for callers that are not in an event loop, such as a job."""
        fresh = self._first_time(f"slack:card:{key}")
        return asyncio.run(self._reaching(slack_user_id).deliver(card, Direct(slack_user_id), key, again=not fresh))

    def redraw_from_thread(self, posted: Posted, card: Card) -> None:
        """Show what has become of a card where it stands; for callers that are not in an event loop. Raises DeliveryFailed."""
        asyncio.run(self._reaching(posted.user).redraw(posted, card))

    def _reaching(self, slack_user_id: str) -> SlackDelivery:
        return self._workspaces.reaching(self._team_of(slack_user_id)).delivery

    def _register(self, kind: Kind, name: str, listeners: Sequence[Listener]) -> None:
        async def asked(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - as below
            workspace = await self._workspaces.of(_team(body))
            await ack(options=slack_forms.options(await workspace.answering.options(listeners[0].read(body)) if workspace else ()))

        async def heard(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - Bolt injects by these names
            await (ack(response_action="update", view=slack_forms.waiting()) if kind is Kind.VIEW else ack())
            await self._hear(listeners, body)

        match kind:
            case Kind.COMMAND:
                self._app.command(f"/{name}")(heard)
            case Kind.EVENT:
                self._app.event(name)(heard)
            case Kind.MESSAGE_SHORTCUT:
                self._app.message_shortcut(name)(heard)
            case Kind.ACTION:
                self._app.block_action(name)(heard)
            case Kind.VIEW:
                self._app.view_submission(name)(heard)
            case Kind.OPTIONS:
                self._app.options(name)(asked)

    async def _hear(self, listeners: Sequence[Listener], body: dict[str, Any]) -> None:
        """Hand a request to whoever answers its workspace."""
        listener = next((one for one in listeners if one.wanted(body)), None)
        workspace = await self._workspaces.of(_team(body))
        if listener is None or workspace is None:
            return
        if listener.where is Where.GONE:
            await self._workspaces.gone(_team(body))
        else:
            workspace.answering.begin(listener, listener.read(body))

    async def _authorized(self, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """The identity of our app; None for requests of a workspace in which it is not, which Bolt then refuses."""
        workspace = await self._workspaces.of(team_id or "")
        if workspace is None:
            _log.warning("slack.other_workspace")
            return None
        who = await workspace.delivery.identity()
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=who.team, bot_id=who.bot, bot_user_id=who.user, bot_token=workspace.token)


def _team(body: Mapping[str, Any]) -> str:
    """The workspace in which the app was used, as Slack says in the body."""
    team = body.get("team")
    return str(body.get("team_id") or (team.get("id") if isinstance(team, dict) else "") or "")


def _by_what_is_heard() -> dict[tuple[Kind, str], list[Listener]]:
    """Bolt calls one listener only: of those for the same thing the first that wants it answers."""
    together: dict[tuple[Kind, str], list[Listener]] = {}
    for listener in LISTENERS:
        together.setdefault((listener.kind, listener.name), []).append(listener)
    return together


def _headers(request: Request) -> dict[str, str | Sequence[str]]:
    return {name: [value] for name, value in request.headers.items()}
