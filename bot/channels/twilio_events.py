"""Twilio Event Streams: verified JSON to CloudEvents, and these to what the door understands. At least once, in any order. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.twilio_conversations import Added, added, moment
from bot.channels.whatsapp import ACCOUNT_SID, CHANNEL, MESSAGE_SID, NotAMessage, Status, inbound, listed, sid
from bot.messages import InboundMessage

_RECEIVED = "com.twilio.messaging.inbound-message.received"
_STATUS = "com.twilio.messaging.message."
_CONVERSATIONS = "com.twilio.conversations.message.added"
_SENT = "sent"
_MOST_EVENTS = 1_000


@dataclass(frozen=True, slots=True)
class Event:
    """A CloudEvent. `id` is the vendor's; a second delivery has the same."""

    id: str
    type: str
    data: Mapping[str, Any]

    @property
    def account(self) -> str:
        """Whose event it is."""
        return _text(self.data, "accountSid") or _text(self.data, "AccountSid")


def events(text: str) -> list[Event]:
    """The events of a verified request: a list, or one by itself. What has no shape of an event is left out. Raises NotAMessage."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAMessage("The request is no JSON.") from error
    entries = told if isinstance(told, list) else [told]
    if len(entries) > _MOST_EVENTS:
        raise NotAMessage("The request holds more events than Twilio sends together.")
    return [
        Event(_text(one, "id"), _text(one, "type"), one["data"])
        for one in entries
        if isinstance(one, dict) and isinstance(one.get("data"), dict) and _text(one, "type")
    ]


def message(event: Event, received_at: datetime) -> InboundMessage | None:
    """What was said, of either side, where the event holds it: a customer's message, or ours as it was sent. Raises NotAMessage.

    Later events of ours (delivered, read) hold the text too, but their time is not when it was written.
    """
    data, at = event.data, moment(_text(event.data, "timestamp"), received_at)
    if event.type == _RECEIVED:
        fields = {
            "AccountSid": event.account,
            "MessageSid": _text(data, "messageSid"),
            "From": _text(data, "from"),
            "To": _text(data, "to"),
            "Body": _text(data, "body"),
            "NumMedia": str(data.get("numMedia") or 0),
            "OptOutType": _text(data, "optOutType"),
        }
        return inbound(fields, at)
    if event.type == _STATUS + _SENT and _text(data, "body").strip():
        return listed(
            account=event.account,
            message=_text(data, "messageSid"),
            direction="outbound-api",
            sender=_text(data, "from"),
            recipient=_text(data, "to"),
            body=_text(data, "body"),
            media=(),
            sent_at=at,
        )
    return None


def status(event: Event) -> Status | None:
    """What became of a message of ours; told by the event's type, because the field beside it may be older. Raises NotAMessage."""
    if not (event.type.startswith(_STATUS) and _text(event.data, "from").startswith(CHANNEL)):
        return None
    sid(event.account, ACCOUNT_SID)
    return Status(sid(_text(event.data, "messageSid"), MESSAGE_SID), event.type.removeprefix(_STATUS))


def conversation(event: Event, received_at: datetime) -> Added | None:
    """The message added to a conversation. Raises NotAMessage."""
    if event.type != _CONVERSATIONS:
        return None
    fields = {name: value for name, value in event.data.items() if isinstance(value, str)}
    fields |= {"EventType": "onMessageAdded", "Body": _text(event.data, "MessageBody"), "Media": json.dumps(event.data.get("Media") or [])}
    return added(fields, received_at)


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""
