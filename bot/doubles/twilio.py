"""A double of Twilio: its Messages API as a real HTTP server, and its hand that signs and sends webhooks. Tests, demo and playground use it."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode
from uuid import uuid4

import httpx2

from bot.doubles.server import LoopbackServer
from bot.doubles.twilio_api import application
from bot.doubles.twilio_sending import Post, as_told
from bot.doubles.twilio_talks import Talk

SANDBOX_ACCOUNT = "AC" + "0" * 32
_API_VERSION = "2010-04-01"
_ALGORITHMS: dict[str, Callable[[], Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}


@dataclass(slots=True)
class Sent:
    """A Message resource, either direction."""

    sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    status: str
    created_at: datetime
    media: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(media SID, content type, content)."""
    error_code: int | None = None
    media_url: str = ""
    """Where the file of an outgoing message is to be fetched."""

    def as_json(self, account_sid: str) -> dict[str, Any]:
        """The shape of the API."""
        uri = f"/{_API_VERSION}/Accounts/{account_sid}/Messages/{self.sid}"
        date = format_datetime(self.created_at.astimezone(UTC)).replace("GMT", "+0000")
        return {
            "account_sid": account_sid,
            "api_version": _API_VERSION,
            "body": self.body,
            "date_created": date,
            "date_sent": date,
            "date_updated": date,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": None,
            "num_media": str(len(self.media) or int(bool(self.media_url))),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.recipient,
            "uri": f"{uri}.json",
        }


class TwilioDouble:
    """One Twilio account. A context manager; `url` is its API."""

    def __init__(
        self,
        auth_token: str = "token-of-the-double",  # noqa: S107 - nobody's
        *,
        account_sid: str = SANDBOX_ACCOUNT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`auth_token` signs webhooks and opens the API."""
        self.auth_token = auth_token
        self.account_sid = account_sid
        self.clock = clock
        self.messages: dict[str, Sent] = {}
        self.calls: list[tuple[str, str]] = []
        """(method, path) of every API request, refused ones included."""
        self.failures: list[int] = []
        """Status codes the next API requests are answered with, in order."""
        self.conversations: dict[str, Talk] = {}
        """By SID."""
        self.services: dict[str, set[str]] = {}
        """Conversation SIDs by the service they are in; those of no service are in the default one."""
        self.post = Post()
        """What was asked of sending, and what happens to it."""
        self.guard = threading.Lock()
        self._sender = httpx2.Client(timeout=15)
        self._server = LoopbackServer(application(self))

    @property
    def url(self) -> str:
        """Of the API: the setting TRADECRAFT_TWILIO_API_URL."""
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._sender.close()
        self._server.stop()

    def add(  # noqa: PLR0913 - the fields of a message
        self,
        direction: str,
        sender: str,
        recipient: str,
        body: str,
        *,
        status: str = "",
        media: Iterable[tuple[str, bytes]] = (),
        at: datetime | None = None,
        sid: str = "",
    ) -> Sent:
        """Put a message into the account without telling anybody: what the Messages list shows afterwards."""
        content = [(f"ME{uuid4().hex}", content_type, data) for content_type, data in media]
        chosen = status or ("received" if direction == "inbound" else "delivered")
        message = Sent(sid or f"{'MM' if content else 'SM'}{uuid4().hex}", direction, sender, recipient, body, chosen, at or self.clock(), content)
        with self.guard:
            self.messages[message.sid] = message
        return message

    def customer_writes(  # noqa: PLR0913 - the fields of a message
        self,
        webhook: str,
        sender: str,
        recipient: str,
        body: str,
        *,
        profile_name: str = "",
        media: Iterable[tuple[str, bytes]] = (),
        more: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """A customer's message: stored in the account and delivered to the webhook, signed."""
        message = self.add("inbound", sender, recipient, body, media=media)
        return self.deliver(webhook, [*self.fields(message, profile_name).items(), *(more or {}).items()])

    def fields(self, message: Sent, profile_name: str = "") -> dict[str, str]:
        """What the webhook says of an inbound message."""
        number = message.sender.removeprefix("whatsapp:+")
        said = {
            "SmsMessageSid": message.sid,
            "NumMedia": str(len(message.media)),
            "ProfileName": profile_name,
            "MessageType": message.media[0][1].partition("/")[0] if message.media else "text",
            "SmsSid": message.sid,
            "WaId": number if number.isdigit() else "",
            "SmsStatus": "received",
            "Body": message.body,
            "To": message.recipient,
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "MessageSid": message.sid,
            "AccountSid": self.account_sid,
            "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": profile_name}}}),
            "From": message.sender,
            "ApiVersion": _API_VERSION,
        }
        for index, (media_sid, content_type, _) in enumerate(message.media):
            said[f"MediaUrl{index}"] = f"{self.url}/{_API_VERSION}/Accounts/{self.account_sid}/Messages/{message.sid}/Media/{media_sid}"
            said[f"MediaContentType{index}"] = content_type
        return said

    def report(self, webhook: str, message: Sent, *, signed_url: str = "") -> httpx2.Response:
        """A status callback."""
        said = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
            "AccountSid": self.account_sid,
            "From": message.sender,
            "To": message.recipient,
            "ChannelToAddress": message.recipient,
            "ApiVersion": _API_VERSION,
            **as_told(message),
        }
        return self.deliver(webhook, list(said.items()), signed_url=signed_url)

    def deliver(self, webhook: str, fields: Sequence[tuple[str, str]], *, signed_url: str = "", algorithm: str = "HMAC_SHA1") -> httpx2.Response:
        """Post a signed form. `signed_url` is the public address where it differs from the one to call."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": sign(self.auth_token, signed_url or webhook, fields, algorithm),
            "I-Twilio-Idempotency-Token": str(uuid4()),
            "User-Agent": "TwilioProxy/1.1",
        }
        if algorithm != "HMAC_SHA1":
            headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_{uuid4().hex},algorithm={algorithm}"
        return self._sender.post(webhook, content=urlencode(fields), headers=headers)

    def converse(self, customer: str, proxy: str, *, identity: str = "", service: str = "") -> Talk:
        """A conversation between a customer behind one of our numbers and, perhaps, somebody in our own software."""
        talk = Talk(f"CH{uuid4().hex}", service)
        talk.join(address=customer, proxy=proxy)
        if identity:
            talk.join(identity=identity)
        with self.guard:
            self.conversations[talk.sid] = talk
            if service:
                self.services.setdefault(service, set()).add(talk.sid)
        return talk

    def add_to(self, webhook: str, talk: Talk, **said: Any) -> httpx2.Response:  # noqa: ANN401 - the arguments of Talk.write
        """A message in a conversation, delivered signed."""
        return self.deliver(webhook, list(talk.write(self.account_sid, **said).items()))

    def stream(  # noqa: PLR0913 - the ways a request can be wrong
        self,
        webhook: str,
        events: object,
        *,
        public: str = "",
        signed_body: bytes = b"",
        algorithm: str = "HMAC_SHA1",
        hashed: bool = True,
    ) -> httpx2.Response:
        """Post events as JSON, the body's hash in the signed address.

        `public` is the public address where it differs from the one to call, `signed_body` what was signed where something else is sent.
        """
        body = json.dumps(events, ensure_ascii=False).encode()
        _, signature = sign_json(self.auth_token, public or webhook, signed_body or body, algorithm)
        url, _ = sign_json(self.auth_token, webhook, signed_body or body, algorithm)
        headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature if hashed else sign(self.auth_token, webhook, (), algorithm)}
        if algorithm != "HMAC_SHA1":
            headers["X-Twilio-Webhooks-Signature-Settings"] = f"key=webhooks_sharedkey_{uuid4().hex},algorithm={algorithm}"
        return self._sender.post(url if hashed else webhook, content=body, headers=headers)

    def listed(self, *, sender: str, recipient: str, after: datetime | None, before: datetime | None) -> list[Sent]:
        """Newest first, like the API."""
        with self.guard:
            found = [
                message
                for message in self.messages.values()
                if (not sender or message.sender == sender)
                and (not recipient or message.recipient == recipient)
                and (after is None or message.created_at >= after)
                and (before is None or message.created_at < before + timedelta(seconds=1))
            ]
        return sorted(found, key=lambda message: message.created_at, reverse=True)


def sign(token: str, url: str, fields: Sequence[tuple[str, str]], algorithm: str = "HMAC_SHA1") -> str:
    """Twilio's signature of a form: the URL, then every distinct name and value in order, keyed hash, base64."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), _ALGORITHMS[algorithm]).digest()).decode()


def sign_json(token: str, url: str, body: bytes, algorithm: str = "HMAC_SHA1") -> tuple[str, str]:
    """The URL with the body's hash, and Twilio's signature of it."""
    hashed = f"{url}{'&' if '?' in url else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
    return hashed, sign(token, hashed, (), algorithm)
