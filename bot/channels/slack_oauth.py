"""Installing the app by a link: Slack's OAuth, with states and tokens kept by us."""

import asyncio
import html
from collections.abc import Sequence

import structlog
from aiohttp import ClientError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.slack_delivery import quiet_logger
from bot.channels.slack_manifest import INSTALL_PATH, REDIRECT_PATH
from bot.channels.slack_workspaces import Installations
from bot.errors import BotFault
from memory.errors import MemoryFault
from memory.slack_installations import Installed

_log = structlog.get_logger()
_PAGE = "<!doctype html><meta charset=utf-8><meta name=referrer content=no-referrer><title>Tradecraft</title><h1>{title}</h1><p>{text}</p>"
_REASONS = {
    "access_denied": "Nothing was installed: the request was declined in Slack.",
    "invalid_browser": "Nothing was installed: begin and end in the same browser, with cookies allowed.",
    "invalid_state": "Nothing was installed: this link was used already, or is older than ten minutes. Begin again.",
    "invalid_code": "Nothing was installed: Slack did not accept it. Begin again; if it stays so, compare client id and secret.",
    "storage_error": "Nothing was installed: this workspace is none of this firm's, or it is an installation for a whole organisation, which is not supported.",
}


class SlackOAuth:
    """The two pages of an installation."""

    def __init__(self, installations: Installations, *, client: tuple[str, str], scopes: Sequence[str], public_url: str, api_url: str) -> None:
        """`client` is id and secret of the app; `public_url` is where browsers reach us: Slack sends them back there."""
        root = api_url.rstrip("/").removesuffix("api")
        back, agree = public_url.rstrip("/") + REDIRECT_PATH, f"{root}oauth/v2/authorize"
        self._flow = AsyncOAuthFlow(
            client=AsyncWebClient(base_url=api_url.rstrip("/") + "/", logger=quiet_logger()),
            logger=quiet_logger(),
            settings=AsyncOAuthSettings(
                client_id=client[0],
                client_secret=client[1],
                scopes=list(scopes),
                redirect_uri=back,
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                install_page_rendering_enabled=False,
                authorization_url=agree,
                installation_store=_Store(installations),
                state_store=_States(installations),
                callback_options=AsyncCallbackOptions(success=_installed, failure=_failed),
                logger=quiet_logger(),
            ),
        )

        # Bolt would ask for what another app's SLACK_USER_SCOPES names.
        self._flow.settings.authorize_url_generator = AuthorizeUrlGenerator(
            client_id=client[0], scopes=list(scopes), user_scopes=[], redirect_uri=back, authorization_url=agree
        )

    async def install(self, request: Request) -> Response:
        """Sends the browser to Slack, with a state that only this browser can bring back."""
        return _answer(await self._flow.handle_installation(_asked(request)))

    async def redirected(self, request: Request) -> Response:
        """The browser comes back from Slack: the token is fetched and kept."""
        try:
            return _answer(await self._flow.handle_callback(_asked(request)))
        except (ClientError, TimeoutError, OSError) as error:
            _log.warning("slack.installation_failed", reason=type(error).__name__)
            return _answer(_page(502, "Tradecraft is not installed", "Slack could not be reached. Begin again in a moment."))


class _Store(AsyncInstallationStore):
    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_save(self, installation: Installation) -> None:
        """Raises BoltError, which Bolt turns into the page for what could not be kept."""
        if not installation.team_id or not installation.bot_token or installation.is_enterprise_install:
            raise BoltError("not one workspace's")
        one = Installed(
            installation.team_id,
            installation.team_name or "",
            installation.bot_user_id or "",
            installation.bot_id or "",
            ",".join(installation.bot_scopes or ()),
            installation.bot_token,
        )
        try:
            await asyncio.to_thread(self._installations.save, one)
        except (BotFault, MemoryFault) as error:
            _log.warning("slack.installation_refused", error=type(error).__name__)
            raise BoltError("refused") from error
        _log.info("slack.installed")


class _States(AsyncOAuthStateStore):
    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    async def async_issue(self, *_args: object, **_more: object) -> str:
        return await asyncio.to_thread(self._installations.begin)

    async def async_consume(self, state: str) -> bool:
        return await asyncio.to_thread(self._installations.finish, state)


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    name = html.escape(args.installation.team_name or "your workspace")
    return _page(200, "Tradecraft is installed", f"It is in {name} now. In Slack, an admin types /tradecraft admin to link people.")


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    _log.warning("slack.installation_failed", reason=args.reason if args.reason in _REASONS else "other")
    return _page(args.suggested_status_code, "Tradecraft is not installed", _REASONS.get(args.reason, "Nothing was installed. Begin again."))


def _page(status: int, title: str, text: str) -> BoltResponse:
    return BoltResponse(status=status, body=_PAGE.format(title=title, text=text), headers={"Content-Type": "text/html; charset=utf-8"})


def _asked(request: Request) -> AsyncBoltRequest:
    return AsyncBoltRequest(body="", query=request.url.query, headers={name: [value] for name, value in request.headers.items()})


def _answer(answer: BoltResponse) -> Response:
    response = Response(content=answer.body, status_code=answer.status, headers={**answer.first_headers_without_set_cookie(), "Cache-Control": "no-store"})
    for cookie in answer.cookies():
        for morsel in cookie.values():
            response.headers.append("Set-Cookie", morsel.OutputString())
    return response
