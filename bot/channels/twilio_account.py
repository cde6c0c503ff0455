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
from bot.channels.twilio_conversations import Participant
from bot.channels.whatsapp import NotAMessage
from bot.errors import BotFault, NotConfigured
from bot.messages import InboundMessage, Media

_log = structlog.get_logger()

_VENDOR_URL = "https://api.twilio.com"
_CONVERSATIONS_URL = "https://conversations.twilio.com"
_MOST_SERVICES = 100
_PAGE = 1_000
_TIMEOUT_SECONDS = 30.0
_NEVER_ARRIVED = {"failed", "undelivered", "canceled"}
_UNFINISHED = {"accepted", "scheduled", "queued", "sending", "receiving"}
_NOT_FOUND = 20404
_NO_SUCH_PAGE = 404
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
        self._api_url = api_url.rstrip("/")
        # A region or edge in the environment would change the host we talk to.
        self._client = Client(account_sid, auth_token, environment={"TWILIO_REGION": ""}, http_client=_Http(self._api_url))

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

    def participants(self, service: str, conversation: str) -> list[Participant]:
        """Who takes part in a conversation; nobody when Twilio has none of this SID. Raises TwilioUnreachable, NotConfigured."""
        try:
            for scope in self._scopes(service):
                try:
                    return [_participant(one) for one in scope.conversations(conversation).participants.list()]
                except TwilioException as error:
                    if _status(error) != _NO_SUCH_PAGE:
                        raise
        except (TwilioException, OSError) as error:
            raise _translated(error) from error
        return []

    def delete(self, external_id: str) -> bool:
        """Erase a message and its media at Twilio; False while Twilio still works on it: ask again later. Raises TwilioUnreachable, NotConfigured.

        `external_id` is a message's SID, or those of a conversation and of a message in it with a slash between.
        """
        conversation, _, sid = external_id.rpartition("/")
        if not conversation:
            return self._erased(self._client.messages(sid))
        try:
            scopes = list(self._scopes(""))
        except (TwilioException, OSError) as error:
            raise _translated(error) from error
        erased = [self._erased(scope.conversations(conversation).messages(sid)) for scope in scopes]
        return all(erased)

    def _scopes(self, service: str) -> Iterator[Any]:
        """Where a conversation can be: in the service named, else in the default one or any other."""
        conversations = self._client.conversations.v1
        if service:
            yield conversations.services(service)
            return
        yield conversations
        yield from (conversations.services(one.sid) for one in conversations.services.list(limit=_MOST_SERVICES))

    def _erased(self, message: Any) -> bool:  # noqa: ANN401 - Twilio's library has no types
        try:
            message.delete()
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
                media=self._media(entry),
                sent_at=entry.date_sent or entry.date_created,
            )
        except NotAMessage:
            # A text message or a call of the same account, nothing of WhatsApp.
            _log.debug("twilio.entry_skipped", sid=entry.sid)
            return None

    def _media(self, entry: Any) -> list[Media]:  # noqa: ANN401 - Twilio's library has no types
        """Asked for only when there are no words: it costs a request."""
        if (entry.body or "").strip() or not int(entry.num_media or 0):
            return []
        files = self._client.messages(entry.sid).media.list(limit=10)
        return [Media(one.content_type or "", f"{self._api_url}{(one.uri or '').removesuffix('.json')}") for one in files]


class _Http(TwilioHttpClient):  # type: ignore[misc] # Twilio's library has no types
    """Twilio's client, sent to another host where the settings say so; its own log, which quotes bodies, is off."""

    def __init__(self, api_url: str) -> None:
        silent = logging.getLogger("tradecraft.twilio")
        silent.disabled = True
        super().__init__(timeout=_TIMEOUT_SECONDS, logger=silent)
        self._api_url = api_url

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Response:  # noqa: ANN401 - passed on as it is
        if self._api_url != _VENDOR_URL:
            for vendor in (_VENDOR_URL, _CONVERSATIONS_URL):
                url = url.replace(vendor, self._api_url, 1) if url.startswith(vendor) else url
        return super().request(method, url, *arguments, **options)


def _participant(one: Any) -> Participant:  # noqa: ANN401 - Twilio's library has no types
    binding = one.messaging_binding or {}
    return Participant(one.sid or "", one.identity or "", binding.get("address") or "", binding.get("proxy_address") or "")


def _status(error: Exception) -> int | None:
    """Of the answer; a list that cannot be read has it in a place of its own."""
    response = error if isinstance(error, TwilioRestException) else next(iter(error.args[1:]), None)
    return getattr(response, "status", None) or getattr(response, "status_code", None)


def _translated(error: Exception) -> BotFault:
    status = _status(error)
    if status == _UNAUTHORISED:
        return NotConfigured("Twilio refuses the account SID and token: compare both with its console.")
    return TwilioUnreachable(f"Twilio's Messages list could not be read ({status or type(error).__name__}): nothing is lost, the next round asks again.")
