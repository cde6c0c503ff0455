"""Files that people drop on the app or attach in a window: fetched into memory, from Slack only, up to a limit, and only for whoever gave them."""

from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.slack_listening import Wanted
from bot.errors import DeliveryFailed, InputRefused
from bot.messages import DroppedFile

_log = structlog.get_logger()
_CHUNK = 2**16
_TIMEOUT = aiohttp.ClientTimeout(total=180, sock_connect=10, sock_read=30)
_HOSTS = ("files.slack.com", "files.slack-gov.com")
_OK = 200
_GONE = "The file is not there any more: {again}."
_NO_PERMISSION = "The app lacks the permission to read files: update it with `tradecraft slack manifest` and install it again."


class SlackFiles:
    """Fetches files of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        """`client` has the token, which is sent to Slack's file hosts and to the host of the client's own API only."""
        self._client = client

    async def fetch(self, file_id: str, user: str, wanted: Wanted) -> DroppedFile:
        """The file, if this person gave it and it is wanted. Raises InputRefused, DeliveryFailed."""
        try:
            told = await self._client.files_info(file=file_id)
        except SlackApiError as error:
            why = str(error.response.get("error", ""))
            _log.warning("slack.file_refused", reason=why)
            raise InputRefused(_NO_PERMISSION if why == "missing_scope" else _GONE.format(again=wanted.again)) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryFailed(f"Slack could not be asked about the file: {wanted.again} in a moment.") from error
        file = told["file"]
        name, url = str(file.get("name", "")), str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("user") != user:
            raise InputRefused(f"Only whoever dropped a file can use it: {wanted.again} yourself.")
        if file.get("is_external") or not name.lower().endswith(wanted.endings) or not self._is_slacks(url):
            raise InputRefused(wanted.other)
        if int(file.get("size") or 0) > wanted.largest:
            raise InputRefused(wanted.larger)
        return DroppedFile(file_id, name, await self._content(url, wanted))

    async def _content(self, url: str, wanted: Wanted) -> bytes:
        parts = bytearray()
        try:
            # A redirect is not followed: it would carry the token elsewhere, and Slack answers with one only when the token may not read the file.
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.get(url, headers={"Authorization": f"Bearer {self._client.token}"}, allow_redirects=False) as answer,
            ):
                if answer.status != _OK or answer.content_type == "text/html":
                    raise InputRefused(_NO_PERMISSION if answer.status < 400 else _GONE.format(again=wanted.again))  # noqa: PLR2004 - HTTP
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    parts += chunk
                    if len(parts) > wanted.largest:
                        raise InputRefused(wanted.larger)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DeliveryFailed(f"The file could not be fetched from Slack: {wanted.again} in a moment.") from error
        return bytes(parts)

    def _is_slacks(self, url: str) -> bool:
        """Whether the token may be sent there: Slack's file hosts, or where the API itself was set to be."""
        asked, api = urlsplit(url), urlsplit(str(self._client.base_url))
        own = (asked.scheme, asked.netloc) == (api.scheme, api.netloc)
        return own or (asked.scheme == "https" and asked.netloc in _HOSTS)
