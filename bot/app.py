"""The running service: webhooks, Slack and jobs in one process."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from filelock import FileLock, Timeout

from bot import webhooks
from bot.api_answers import ApiAnswers
from bot.attachments import Attachments, Transcriber
from bot.bootstrap import House
from bot.card_answers import CardAnswers
from bot.channels import api
from bot.channels.slack import SlackDoor
from bot.channels.slack_manifest import INSTALL_PATH, REDIRECT_PATH, scopes
from bot.channels.slack_oauth import SlackOAuth
from bot.channels.twilio_account import TwilioAccount
from bot.channels.twilio_media import TwilioMedia
from bot.channels.twilio_signature import TwilioSignature
from bot.channels.whatsapp import Status
from bot.coaching import Coaching
from bot.courier import Courier
from bot.installed_workspaces import InstalledWorkspaces
from bot.jobs import Jobs, JobsNotRunning
from bot.messages import Address
from bot.play_news import PlayNews
from bot.reconciliation import Reconciliation
from bot.template_sync import TemplateSync
from bot.twilio_door import TwilioDoor
from bot.weekly_digest import WeeklyDigests
from memory.api_tokens import ApiTokens
from memory.errors import DirectoryLocked
from memory.message_statuses import MessageStatuses
from memory.seen_keys import SeenKeys

_log = structlog.get_logger()


class Service:
    """Everything one serving process runs; `web` is its ASGI application, whose lifespan starts and stops the rest."""

    def __init__(self, house: House, transcriber: Transcriber | None = None) -> None:
        """Connects to nothing yet. With a `transcriber` voice notes become words."""
        self._house = house
        self.slack = _slack_door(house)
        self.jobs = Jobs(house.database, self._remember, self._coach, self._learn, house.clock, reconcile=self.reconcile)
        self._attachments = Attachments(house.database, house.zones, _media(house), keep=house.settings.keep_media, transcriber=transcriber)
        self.coaching = Coaching(house, self.slack.send_from_thread, self.slack.redraw_from_thread) if self.slack is not None else None
        self.courier = self._courier()
        self.inbox = house.inbox(self.jobs.enqueue, self._attachments.note)
        self._account = _account(house)
        self._reconciliation = Reconciliation(self._account, self.inbox, house.clock) if self._account else None
        house.vitals |= {"jobs": self._jobs_vital, **({"slack connection": self.slack.vital} if self.slack is not None else {})}
        self.web = FastAPI(title="Tradecraft", docs_url=None, redoc_url=None, openapi_url=None, lifespan=self._lifespan)
        self.web.include_router(webhooks.health(self._missing))
        tokens = ApiTokens(house.database)
        self.web.mount(api.PREFIX, api.api(ApiAnswers(house), tokens.staff_of, per_minute=house.settings.api_requests_per_minute))
        if house.settings.twilio_configured:
            self.web.include_router(
                webhooks.routes(_signature(house), self._twilio_door(), house.clock, account_sid=house.settings.twilio_account_sid),
            )
        if house.sending is not None:
            self.web.include_router(webhooks.files(house.sending.files.fetched))
        if self.slack is not None:
            self.web.post("/slack/events")(self._from_slack)
        if self.slack is not None and house.settings.slack_installable:
            self._installing()

    def _installing(self) -> None:
        """The pages by which the app is installed."""
        chosen = self._house.settings
        secret = chosen.slack_client_secret.get_secret_value() if chosen.slack_client_secret else ""
        client = (chosen.slack_client_id, secret)
        pages = SlackOAuth(InstalledWorkspaces(self._house), client=client, scopes=scopes(), public_url=chosen.public_url, api_url=chosen.slack_api_url)
        self.web.get(INSTALL_PATH)(pages.install)
        self.web.get(REDIRECT_PATH)(pages.redirected)

    async def _from_slack(self, request: Request) -> Response:
        """Events, commands and clicks from Slack over HTTP."""
        assert self.slack is not None  # noqa: S101 - the route exists only then
        return await self.slack.handle(request)

    @asynccontextmanager
    async def _lifespan(self, _web: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(self._house.warm)
        await asyncio.to_thread(self.jobs.start)
        if self.slack is not None:
            await self.slack.connect()
        self.courier.start()
        _log.info("service.started", slack=self.slack is not None, twilio=self._house.settings.twilio_configured)
        try:
            yield
        finally:
            if self.slack is not None:
                await self.slack.close()
            await asyncio.to_thread(self.courier.stop)
            await asyncio.to_thread(self.jobs.stop)
            _log.info("service.stopped")

    def _remember(self, staff_id: str, message_id: str) -> None:
        self._attachments.take(staff_id, message_id)
        self._house.memories.of(staff_id).remember([message_id])

    def _coach(self, staff_id: str, message_id: str) -> None:
        """Advice goes to the owner only, by direct message; without Slack there is nowhere to show it."""
        if self.coaching is not None:
            self.coaching.consider(staff_id, message_id)

    def _courier(self) -> Courier:
        """What brings approved messages to customers, and their cards up to date."""
        rounds: list[Callable[[], object]] = []
        nudged = threading.Event()
        if self._house.sending is not None:
            nudged = self._house.sending.nudged
            rounds += [self._house.sending.work, self._house.sending.files.drop_spent]
        if self.coaching is not None:
            rounds += [self.coaching.show_due, self.coaching.redraw_outdated]
        if self.slack is not None:
            show, digests, news = self.slack.send_from_thread, WeeklyDigests(self._house), PlayNews(self._house)
            rounds += [lambda: self._house.follow_ups.remind(show), lambda: digests.send(show), lambda: news.tell(show)]
        return Courier(rounds, nudged)

    def _learn(self) -> None:
        report = self._house.learning.learn(self._house.clock())
        _log.info("learning.finished", zones=report.zones, published=report.published)

    def reconcile(self) -> None:
        """What the webhooks missed, and the marketers' own side; and what was forgotten here is deleted there. Nothing without a Twilio account."""
        if self._reconciliation is not None:
            self._house.erasure.erase_remotely()
            self._reconciliation.recent()
            TemplateSync(self._house).sync()
            if self._house.sending is not None:
                self._house.sending.refresh()
            for staff_id, message_id in self._attachments.take_waiting():
                self._house.memories.of(staff_id).remember([message_id])

    def _twilio_door(self) -> TwilioDoor:
        house = self._house

        def is_ours(address: Address) -> bool:
            return house.staff.by_address(address.channel, address.value) is not None

        return TwilioDoor(self.inbox.accept, MessageStatuses(house.database), is_ours, house.clock, account=self._account, outgoing=self._outgoing)

    def _outgoing(self, told: Status) -> None:
        if self._house.sending is not None:
            self._house.sending.told(told)

    def _jobs_vital(self) -> str:
        if not self.jobs.running:
            raise JobsNotRunning("The jobs do not run: nothing that comes in is worked on; restart the service.")
        return "running."

    def _missing(self) -> Sequence[str]:
        self._house.database.answer()
        return [] if self.jobs.running else ["jobs"]


def run(house: House) -> None:
    """Serve until stopped. Raises DirectoryLocked when another process serves this data directory."""
    lock = FileLock(house.settings.data_dir / "serve.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        msg = f"Another process already serves {house.settings.data_dir}: stop it first, or use another TRADECRAFT_DATA_DIR."
        raise DirectoryLocked(msg) from error
    try:
        uvicorn.run(Service(house).web, host=house.settings.host, port=house.settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=10)
    finally:
        lock.release()


def _slack_door(house: House) -> SlackDoor | None:
    chosen = house.settings
    if not chosen.slack_configured:
        return None

    def staff_of(slack_user_id: str, team_id: str) -> str | None:
        member = house.staff.by_slack_user(slack_user_id, team_id)
        return None if member is None else member.id

    def team_of(slack_user_id: str) -> str:
        member = house.staff.by_slack_user(slack_user_id)
        return "" if member is None else member.slack_team_id

    seen = SeenKeys(house.database)
    return SlackDoor(
        bot_token=chosen.slack_bot_token.get_secret_value() if chosen.slack_bot_token else "",
        team_of=team_of,
        installations=InstalledWorkspaces(house) if chosen.slack_installable else None,
        app_token=chosen.slack_app_token.get_secret_value() if chosen.slack_app_token else "",
        signing_secret=chosen.slack_signing_secret.get_secret_value() if chosen.slack_signing_secret else "",
        api_url=chosen.slack_api_url,
        answers=CardAnswers(house),
        staff_of=staff_of,
        first_time=lambda key: seen.first_time(key, house.clock()),
        links=[chosen.public_url],
    )


def _account(house: House) -> TwilioAccount | None:
    chosen = house.settings
    if not chosen.twilio_account_sid or chosen.twilio_auth_token is None:
        return None
    return TwilioAccount(chosen.twilio_account_sid, chosen.twilio_auth_token.get_secret_value(), chosen.twilio_api_url)


def _media(house: House) -> TwilioMedia | None:
    chosen = house.settings
    if not chosen.twilio_account_sid or chosen.twilio_auth_token is None:
        return None
    return TwilioMedia(chosen.twilio_account_sid, chosen.twilio_auth_token.get_secret_value(), chosen.twilio_api_url)


def _signature(house: House) -> TwilioSignature:
    tokens = (house.settings.twilio_auth_token, house.settings.twilio_auth_token_secondary)
    return TwilioSignature([token.get_secret_value() for token in tokens if token is not None], house.settings.public_url)
