"""Twilio's Messages API: what the account itself remembers, both sides of every conversation; heals outages and shows what marketers wrote."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels import whatsapp
from bot.channels.whatsapp import NotAMessage
from bot.errors import BotFault, NotConfigured
from bot.messages import InboundMessage

_log = structlog.get_logger()

_VENDOR_URL = "https://api.twilio.com"
_PAGE = 1_000
_TIMEOUT_SECONDS = 30.0
_NEVER_ARRIVED = {"failed", "undelivered", "canceled"}
_UNFINISHED = {"accepted", "scheduled", "queued", "sending", "receiving"}
_NOT_FOUND = 20404
_STILL_MOVING = 20009
_UNAUTHORISED = 401


class TwilioUnreachable(BotFault):
    """Twilio does not answer, or answers with an error; trying again may help."""


class TwilioAccount:
    """One account's Messages resource. Blocks: call it from a thread."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str = _VENDOR_URL) -> None:
        """`api_url` is Twilio's or a double's. Raises NotConfigured without account or token."""
        if not account_sid or not auth_token:
            raise NotConfigured("Twilio's Messages list needs TRADECRAFT_TWILIO_ACCOUNT_SID and TRADECRAFT_TWILIO_AUTH_TOKEN: copy both from its console.")
        self._account_sid = account_sid
        # A region or edge in the environment would change the host we talk to.
        self._client = Client(account_sid, auth_token, environment={"TWILIO_REGION": ""}, http_client=_Http(api_url.rstrip("/")))

    def since(self, moment: datetime) -> Iterator[InboundMessage]:
        """Every WhatsApp message of either side sent since then, newest first. Raises TwilioUnreachable, NotConfigured."""
        try:
            for entry in self._client.messages.stream(date_sent_after=moment, page_size=_PAGE):
                message = self._message(entry)
                if message is not None:
                    yield message
        except (TwilioException, OSError) as error:
            raise _translated(error) from error

    def message(self, sid: str) -> InboundMessage | None:
        """One message; None when Twilio has none of this SID, or it is none that belongs to a conversation. Raises TwilioUnreachable, NotConfigured."""
        try:
            return self._message(self._client.messages(sid).fetch())
        except TwilioRestException as error:
            if error.code == _NOT_FOUND:
                return None
            raise _translated(error) from error
        except (TwilioException, OSError) as error:
            raise _translated(error) from error

    def delete(self, sid: str) -> bool:
        """Erase a message and its media at Twilio; False while Twilio still works on it: ask again later. Raises TwilioUnreachable, NotConfigured."""
        try:
            self._client.messages(sid).delete()
        except TwilioRestException as error:
            if error.code == _NOT_FOUND:
                return True
            if error.code == _STILL_MOVING:
                return False
            raise _translated(error) from error
        except (TwilioException, OSError) as error:
            raise _translated(error) from error
        return True

    def _message(self, entry: Any) -> InboundMessage | None:  # noqa: ANN401 - Twilio's library has no types
        if entry.status in _NEVER_ARRIVED | _UNFINISHED:
            return None
        try:
            return whatsapp.listed(
                account=entry.account_sid,
                message=entry.sid,
                direction=entry.direction,
                sender=entry.from_ or "",
                recipient=entry.to or "",
                body=entry.body or "",
                content_types=self._content_types(entry),
                sent_at=entry.date_sent or entry.date_created,
            )
        except NotAMessage:
            # A text message or a call of the same account, nothing of WhatsApp.
            _log.debug("twilio.entry_skipped", sid=entry.sid)
            return None

    def _content_types(self, entry: Any) -> list[str]:  # noqa: ANN401 - Twilio's library has no types
        """Asked for only when there are no words: it costs a request."""
        if (entry.body or "").strip() or not int(entry.num_media or 0):
            return []
        return [media.content_type or "" for media in self._client.messages(entry.sid).media.list(limit=10)]


class _Http(TwilioHttpClient):  # type: ignore[misc] # Twilio's library has no types
    """Twilio's client, sent to another host where the settings say so; its own log, which quotes bodies, is off."""

    def __init__(self, api_url: str) -> None:
        silent = logging.getLogger("tradecraft.twilio")
        silent.disabled = True
        super().__init__(timeout=_TIMEOUT_SECONDS, logger=silent)
        self._api_url = api_url

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Response:  # noqa: ANN401 - passed on as it is
        return super().request(method, url.replace(_VENDOR_URL, self._api_url, 1), *arguments, **options)


def _translated(error: Exception) -> BotFault:
    response = error if isinstance(error, TwilioRestException) else next(iter(error.args[1:]), None)
    status = getattr(response, "status", None) or getattr(response, "status_code", None)
    if status == _UNAUTHORISED:
        return NotConfigured("Twilio refuses the account SID and token: compare both with its console.")
    return TwilioUnreachable(f"Twilio's Messages list could not be read ({status or type(error).__name__}): nothing is lost, the next round asks again.")
