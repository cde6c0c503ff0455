"""The Slack door: listens over HTTP or Socket Mode, acknowledges at once, lets a thread answer and delivers. The only importer of slack_bolt."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import Response

from bot import cards
from bot.channels import slack_blocks, slack_forms
from bot.channels.answers import Answers, FirstTime, StaffOf
from bot.channels.slack_delivery import Direct, Hint, Modal, Place, Posted, Reply, SlackDelivery, Window, quiet_logger
from bot.channels.slack_listeners import LISTENERS, Kind, Listener, Where
from bot.channels.slack_payloads import Heard
from bot.channels.slack_signature import verified_body
from bot.errors import BotFault, DeliveryFailed, NotConfigured, explain
from bot.messages import Card

_log = structlog.get_logger()
_STOP_SECONDS = 10.0
T = TypeVar("T")


class SlackDoor:
    """One Slack app of one workspace."""

    def __init__(  # noqa: PLR0913 - what a door is given
        self,
        *,
        bot_token: str,
        answers: Answers,
        staff_of: StaffOf,
        first_time: FirstTime,
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

        `answer_threads` bounds how many people are answered at once: they mostly wait for a model. After `interim_seconds` an asker is told that it takes
        longer, after `patience_seconds` that the answer comes by direct message. A socket that leaves four pings without an answer is given up and opened
        again: a half-open one is noticed within a minute.
        """
        if not (signing_secret or app_token):
            msg = "Slack needs TRADECRAFT_SLACK_APP_TOKEN (Socket Mode) or TRADECRAFT_SLACK_SIGNING_SECRET (HTTP): set one of them."
            raise NotConfigured(msg)
        self.delivery = SlackDelivery(bot_token, api_url, links)
        self._answers = answers
        self._staff_of = staff_of
        self._first_time = first_time
        self._secret = signing_secret
        self._app_token = app_token
        self._clock = clock
        self._interim = interim_seconds
        self._patience = patience_seconds
        self._ping = ping_seconds
        self._quick = ThreadPoolExecutor(8, "slack-quick")
        self._slow = ThreadPoolExecutor(answer_threads, "slack-answer")
        self._running: set[asyncio.Task[None]] = set()
        self._sessions: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._asking = asyncio.Lock()
        self._socket: AsyncSocketModeHandler | None = None

        async def authorize(team_id: str | None, enterprise_id: str | None) -> Any:  # noqa: ANN401 - Bolt injects by these names, and would inject a self
            return await self._authorized(team_id, enterprise_id)

        # Requests are verified before Bolt sees them: its own check answers 500 to a time stamp that is no number, and logs bodies.
        self._app = AsyncApp(
            name="tradecraft",
            client=self.delivery.client,
            signing_secret=signing_secret,
            request_verification_enabled=False,
            authorize=authorize,
            logger=quiet_logger(),
        )
        for listener in LISTENERS:
            self._register(listener)

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
        if self._running:
            await asyncio.wait(set(self._running), timeout=_STOP_SECONDS)
        self._quick.shutdown(wait=False)
        self._slow.shutdown(wait=False)

    async def send(self, slack_user_id: str, card: Card, key: str) -> Posted:
        """A card to one person; asking again with the same key never shows it twice. Raises DeliveryFailed: then ask again."""
        fresh = await self._quickly(self._first_time, f"slack:card:{key}")
        return await self.delivery.deliver(card, Direct(slack_user_id), key, again=not fresh)

    def send_from_thread(self, slack_user_id: str, card: Card, key: str) -> Posted:
        """The same for callers that are not in an event loop, such as a job."""
        fresh = self._first_time(f"slack:card:{key}")
        return asyncio.run(self.delivery.deliver(card, Direct(slack_user_id), key, again=not fresh))

    def _register(self, listener: Listener) -> None:
        async def heard(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - Bolt injects by these names
            await (ack(response_action="update", view=slack_forms.waiting()) if listener.kind is Kind.VIEW else ack())
            if listener.wanted(body):
                task = asyncio.create_task(self._answer(listener, listener.read(body)))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

        match listener.kind:
            case Kind.COMMAND:
                self._app.command(f"/{listener.name}")(heard)
            case Kind.EVENT:
                self._app.event(listener.name)(heard)
            case Kind.MESSAGE_SHORTCUT:
                self._app.message_shortcut(listener.name)(heard)
            case Kind.ACTION:
                self._app.block_action(listener.name)(heard)
            case Kind.VIEW:
                self._app.view_submission(listener.name)(heard)

    async def _authorized(self, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """The identity of our app; None for requests of another workspace, which Bolt then refuses."""
        async with self._asking:  # or the first hundred requests would each ask Slack
            who = await self.delivery.identity()
        if team_id not in {who.team, None} and enterprise_id is None:
            _log.warning("slack.other_workspace")
            return None
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=who.team, bot_id=who.bot, bot_user_id=who.user, bot_token=self.delivery.client.token)

    async def _answer(self, listener: Listener, heard: Heard) -> None:
        """Answer one request; whatever happens, the asker hears of it."""
        try:
            if heard.key and not await self._quickly(self._first_time, f"slack:{heard.key}"):
                return
            if listener.where is Where.STOP:
                await self._stop(heard)
                return
            staff_id = await self._quickly(self._staff_of, heard.user)
            if staff_id is None:
                await self._stranger(listener, heard)
            elif listener.where is Where.FORM:
                known = await asyncio.get_running_loop().run_in_executor(self._slow, self._answers.situations, staff_id)
                await self.delivery.open_form(heard.trigger, slack_forms.browse(known))
            elif listener.where is Where.HOME:
                await self._home(staff_id, heard)
            elif listener.where is Where.DIRECT and heard.channel.startswith("D"):
                await self._in_session(listener, staff_id, heard)
            else:
                await self._answer_member(listener, staff_id, heard, _place(listener, heard))
        except DeliveryFailed as error:
            _log.warning("slack.answer_undelivered", listener=listener.name, error=type(error.__cause__).__name__)
        except Exception as error:  # noqa: BLE001 - the last door: the person is told, nothing private is logged
            _log.error("slack.answer_failed", listener=listener.name, error=type(error).__name__)
            await self._told(cards.refused(explain(error)), _place(listener, heard))

    async def _in_session(self, listener: Listener, staff_id: str, heard: Heard) -> None:
        """Answer in the direct conversation; where the app is an agent, in the message's own thread with Slack's sign of work and its stop button."""
        session = (heard.channel, heard.thread)
        task = asyncio.current_task()
        if task is not None:
            self._sessions[session] = task
        agent = await self.delivery.set_session(*session, "processing")
        try:
            await self._answer_member(listener, staff_id, heard, Direct(heard.user, heard.thread if agent else ""))
        finally:
            self._sessions.pop(session, None)
            if agent:
                await self.delivery.set_session(*session, "active")

    async def _stop(self, heard: Heard) -> None:
        """The stop button: what is being answered in this thread is dropped, and that is said."""
        task = self._sessions.get((heard.channel, heard.thread))
        if task is not None:
            task.cancel()
        await self.delivery.set_session(heard.channel, heard.thread, "active")
        await self._told(cards.said("Stopped", "Stopped: nothing more comes here. Ask again whenever you like."), Direct(heard.user, heard.thread))

    async def _answer_member(self, listener: Listener, staff_id: str, heard: Heard, place: Place) -> None:
        work = asyncio.get_running_loop().run_in_executor(self._slow, _outcome, listener, self._answers, staff_id, heard)
        outcome = await self._waited(work, self._interim)
        if outcome is None:
            if isinstance(place, Reply):
                await self._told(cards.said("One moment", "This takes a little longer: the answer follows here."), place)
            outcome = await self._waited(work, self._patience)
        if outcome is None:
            await self._told(cards.said("Still working", "This takes unusually long. The answer comes as a direct message when it is there."), place)
            place = place if isinstance(place, Direct) else Direct(heard.user)
            outcome = await work
        if listener.where is Where.MARK and outcome.done:
            await self._mark(heard, outcome.card)
            return
        await self.delivery.deliver(outcome.card, place)
        if listener.kind is Kind.EVENT and heard.channel.startswith(("C", "G")):
            await self._told(cards.said("Answered", "I answered you in a direct message."), Hint(heard.user, heard.channel))

    async def _waited(self, work: "asyncio.Future[_Outcome]", seconds: float) -> "_Outcome | None":
        done, _ = await asyncio.wait({work}, timeout=seconds)
        return work.result() if done else None

    async def _mark(self, heard: Heard, card: Card) -> None:
        """Show on the card itself what was said of it; where others read it, or Slack does not give it back, tell the person alone."""
        if heard.blocks and heard.message_ts and heard.channel.startswith("D"):
            blocks = slack_blocks.answered(heard.blocks, heard.action, heard.value, card.summary)
            await self.delivery.update(Posted(heard.channel, heard.message_ts), blocks, heard.summary)
        else:
            await self.delivery.deliver(card, Reply(heard.user, heard.response_url))

    async def _home(self, staff_id: str, heard: Heard) -> None:
        if heard.tab in {"", "home"}:
            shown = await asyncio.get_running_loop().run_in_executor(self._slow, self._answers.home, staff_id)
            await self.delivery.publish_home(heard.user, shown)

    async def _stranger(self, listener: Listener, heard: Heard) -> None:
        card = cards.not_linked(heard.user)
        if listener.where is Where.HOME:
            await self.delivery.publish_home(heard.user, [card])
        else:
            await self.delivery.deliver(card, _place(listener, heard))

    async def _told(self, card: Card, place: Place) -> None:
        """Say something that may get lost without harm."""
        try:
            await self.delivery.deliver(card, place)
        except BotFault as error:
            _log.warning("slack.remark_lost", error=type(error).__name__)

    async def _quickly(self, work: Callable[[str], T], key: str) -> T:
        """A short look-up in a thread of its own pool, so that slow answers never delay it."""
        return await asyncio.get_running_loop().run_in_executor(self._quick, work, key)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The card of a use case, and whether it did what was asked."""

    card: Card
    done: bool = True


def _outcome(listener: Listener, answers: Answers, staff_id: str, heard: Heard) -> _Outcome:
    """The answer, or what stands in its way in words."""
    try:
        return _Outcome(listener.answer(answers, staff_id, heard))
    except Exception as error:  # noqa: BLE001 - explained to the person; nothing of an unknown error's text is shown
        _log.warning("slack.use_case_failed", listener=listener.name, error=type(error).__name__)
        return _Outcome(cards.refused(explain(error)), done=False)


def _place(listener: Listener, heard: Heard) -> Place:
    if listener.where is Where.WINDOW:
        return Window(heard.user, heard.view_id)
    if heard.in_view and heard.trigger:
        return Modal(heard.user, heard.trigger)
    if listener.where in {Where.REPLY, Where.MARK, Where.FORM} and heard.response_url:
        return Reply(heard.user, heard.response_url)
    return Direct(heard.user)


def _headers(request: Request) -> dict[str, str | Sequence[str]]:
    return {name: [value] for name, value in request.headers.items()}
