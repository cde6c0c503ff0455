"""How the double of Twilio takes messages for WhatsApp: the 24-hour window, opt-outs, templates, what becomes of a message, and answers that get lost."""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.doubles.twilio_content import Contents, rendered
from bot.doubles.twilio_media import MediaProblem, fetched

if TYPE_CHECKING:
    from bot.doubles.twilio import Sent, TwilioDouble

_WINDOW = timedelta(hours=24)
_LONGEST = 1_600
_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_WHATSAPP = re.compile(r"whatsapp:(\+[1-9]\d{5,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
_ARRIVES = ("queued", "sent", "delivered")


@dataclass(frozen=True, slots=True)
class Refused:
    """An error of the API."""

    status: int
    code: int
    message: str


@dataclass(slots=True)
class Post:
    """What a test can set about sending, and what was asked of it."""

    arrives: Sequence[str] = _ARRIVES
    """The statuses of the next messages, in order; the first is that of the answer."""
    error_code: int = 0
    """Of the last status when it is `failed` or `undelivered`."""
    pause: float = 0.0
    """Seconds between two statuses."""
    answers: deque[str] = field(default_factory=deque)
    """What happens to the next requests: `429`, `500-refused`, `500-accepted`, `dropped-refused`, `dropped-accepted`; empty: they are answered."""
    requests: list[dict[str, str]] = field(default_factory=list)
    """The forms of every request to create a message."""
    stopped: set[str] = field(default_factory=set)
    """Customers who opted out at Twilio."""
    senders: set[str] = field(default_factory=set)
    """The account's WhatsApp senders; empty: any."""
    reach: dict[str, str] = field(default_factory=dict)
    """Where public addresses lead on this machine."""
    callbacks: list[tuple[str, int]] = field(default_factory=list)
    """(status, HTTP status) of every callback that was delivered."""
    contents: Contents = field(default_factory=Contents)
    media: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """(address, headers, bytes) of every file that was fetched to be sent."""


def problem(account: "TwilioDouble", form: Mapping[str, str]) -> Refused | None:  # noqa: C901, PLR0911, PLR0912 - a table of guards
    """What Twilio refuses at once."""
    to, sender = form.get("To", ""), form.get("From", "")
    if not to:
        return Refused(400, 21604, "A 'To' phone number is required.")
    if not (sender or form.get("MessagingServiceSid")):
        return Refused(400, 21603, "A 'From' phone number is required.")
    if not (form.get("Body") or form.get("MediaUrl") or form.get("ContentSid")):
        return Refused(400, 21619, "A text message body or media urls must be specified.")
    if to.startswith("whatsapp:") != sender.startswith("whatsapp:"):
        return Refused(400, 63007, "Twilio could not find a Channel with the specified From address")
    if to.startswith("whatsapp:") and not _WHATSAPP.fullmatch(to):
        return Refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if account.post.senders and sender not in account.post.senders:
        return Refused(400, 63007, "Twilio could not find a Channel with the specified From address")
    if len(form.get("Body", "")) > _LONGEST:
        return Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    if "MediaUrl" in form and not form["MediaUrl"].startswith(("http://", "https://")):
        return Refused(400, 21620, "Invalid media URL(s)")
    if to in account.post.stopped:
        return Refused(400, 21610, "Attempt to send to unsubscribed recipient")
    if content := form.get("ContentSid"):
        if not _SID.fullmatch(content) or content not in account.post.contents.by_sid:
            return Refused(400, 21655, "The ContentSid is invalid.")
        try:
            variables = json.loads(form.get("ContentVariables") or "{}")
        except ValueError:
            variables = None
        if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
            return Refused(400, 21656, "The ContentVariables parameter is invalid.")
    return None


def create(account: "TwilioDouble", form: Mapping[str, str]) -> "Sent":
    """Take a message and let its statuses happen; they are told to the callback the request names."""
    body, final, error = form.get("Body", ""), list(account.post.arrives), account.post.error_code
    if content := form.get("ContentSid"):
        entry = account.post.contents.by_sid[content]
        body = rendered(entry, json.loads(form.get("ContentVariables") or "{}"))
        if account.post.contents.approval(content) != "approved" and not _is_open(account, form):
            final, error = ["queued", "failed"], 63016
    elif form["To"].startswith("whatsapp:") and not _is_open(account, form):
        # WhatsApp refuses, not Twilio: the request is taken and the message fails a moment later.
        final, error = ["queued", "failed"], 63016
    message = account.add("outbound-api", form.get("From", ""), form["To"], body, status=final[0])
    message.media_url = "" if content else form.get("MediaUrl", "")
    threading.Thread(target=_happen, args=(account, message, final[1:], error, form.get("StatusCallback", "")), daemon=True).start()
    return message


def _happen(account: "TwilioDouble", message: "Sent", statuses: Sequence[str], error: int, callback: str) -> None:
    if message.media_url:
        try:
            content_type, content = _media(account, message.media_url)
            message.media = [(f"ME{uuid4().hex}", content_type, content)]
        except MediaProblem as problem:
            statuses, error = ["failed"], problem.code
    for status in statuses:
        time.sleep(account.post.pause)
        message.status = status
        if status in {"failed", "undelivered"}:
            message.error_code = error or None
        if callback:
            tell(account, message, callback)


def _media(account: "TwilioDouble", url: str) -> tuple[str, bytes]:
    """Fetch the file of a message, from where its public address leads on this machine."""
    headers, content = fetched(_near(account, url))
    account.post.media.append((url, headers, content))
    return headers["content-type"], content


def _near(account: "TwilioDouble", url: str) -> str:
    return next((url.replace(public, here, 1) for public, here in account.post.reach.items() if url.startswith(public)), url)


def tell(account: "TwilioDouble", message: "Sent", callback: str) -> None:
    """Post a status callback; signed for the public address, brought to where it leads on this machine."""
    try:
        answer = account.report(_near(account, callback), message, signed_url=callback)
    except Exception:  # noqa: BLE001 - nobody there, as it happens: Twilio tries once and lets it be
        account.post.callbacks.append((message.status, 0))
        return
    account.post.callbacks.append((message.status, answer.status_code))


def _is_open(account: "TwilioDouble", form: Mapping[str, str]) -> bool:
    now = account.clock()
    with account.guard:
        return any(
            one.direction == "inbound" and (one.sender, one.recipient) == (form["To"], form.get("From")) and now - one.created_at < _WINDOW
            for one in account.messages.values()
        )


def in_turn(account: "TwilioDouble") -> Iterator[str]:
    """What happens to this request."""
    with account.guard:
        if account.post.answers:
            yield account.post.answers.popleft()


def as_told(message: "Sent") -> dict[str, Any]:
    """What a callback adds when something went wrong."""
    return {"ErrorCode": str(message.error_code)} if message.error_code else {}
