"""Conversations and events of the double of Twilio: who takes part, what the webhook says of a message, and the same as a CloudEvent."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4


@dataclass(slots=True)
class Talk:
    """A conversation."""

    sid: str
    service: str = ""
    participants: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[str, dict[str, str]] = field(default_factory=dict)
    """The fields the webhook told, by message SID."""

    def join(self, *, address: str = "", proxy: str = "", identity: str = "", kind: str = "whatsapp") -> str:
        """Somebody takes part; their SID."""
        sid = f"MB{uuid4().hex}"
        binding = {"type": kind, "address": address, "proxy_address": proxy or None} if address else None
        self.participants.append({"sid": sid, "conversation_sid": self.sid, "identity": identity or None, "messaging_binding": binding})
        return sid

    def write(  # noqa: PLR0913 - the fields of a message
        self,
        account_sid: str,
        *,
        author: str,
        body: str,
        at: datetime | None = None,
        participant: int | None = None,
        media: tuple[str, ...] = (),
        sid: str = "",
        more: dict[str, str] | None = None,
    ) -> dict[str, str]:
        """What onMessageAdded says. `participant` is the author's place among those who take part; None where Twilio names none."""
        files = [{"Sid": f"ME{uuid4().hex}", "ContentType": one, "Filename": "", "Size": 1} for one in media]
        said = {
            "EventType": "onMessageAdded",
            "AccountSid": account_sid,
            "ConversationSid": self.sid,
            "MessageSid": sid or f"IM{uuid4().hex}",
            "Index": str(len(self.messages)),
            "DateCreated": (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "Body": body,
            "Author": author,
            "Attributes": "{}",
            "Source": "WHATSAPP" if author.startswith("whatsapp:") else "SDK",
            "RetryCount": "0",
        }
        said |= {"ChatServiceSid": self.service} if self.service else {}
        said |= {"ParticipantSid": self.participants[participant]["sid"]} if participant is not None else {}
        said |= {"Media": json.dumps(files)} if files else {}
        self.messages[said["MessageSid"]] = said
        return said | (more or {})


def cloud_event(kind: str, data: dict[str, Any], event_id: str = "") -> dict[str, Any]:
    """An event of a stream, in the envelope Twilio sends."""
    return {
        "specversion": "1.0",
        "type": kind,
        "source": f"/2010-04-01/Accounts/{data.get('accountSid', '')}/Messages/{data.get('messageSid', '')}.json",
        "id": event_id or f"EZ{uuid4().hex}",
        "dataschema": "https://events-schemas.twilio.com/Messaging.InboundMessageV1/6",
        "datacontenttype": "application/json",
        "time": datetime.now(UTC).isoformat(),
        "data": data,
    }


def added_event(fields: dict[str, str]) -> dict[str, Any]:
    """A message added to a conversation, as a stream tells it: other names, and files as a list."""
    data: dict[str, Any] = {name: value for name, value in fields.items() if name not in {"EventType", "Body", "Media", "ChatServiceSid"}}
    return cloud_event("com.twilio.conversations.message.added", data | {"MessageBody": fields["Body"], "Media": json.loads(fields.get("Media", "[]"))})


def message_event(kind: str, account_sid: str, message: Any, at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a Sent, and JSON
    """`inbound-message.received`, `message.sent` ... of a message of the account."""
    name = f"com.twilio.messaging.{kind}"
    data = {
        "messageSid": message.sid,
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "accountSid": account_sid,
        "eventName": name,
        "from": message.sender,
        "to": message.recipient,
        "numMedia": len(message.media),
        "body": message.body,
    }
    return cloud_event(name, data | more)
