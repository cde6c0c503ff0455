"""WhatsApp as Twilio delivers it: verified form fields to an InboundMessage. Pure; nothing here writes to a customer."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import BotFault
from bot.messages import Address, InboundMessage, Kind, Media, Role
from bot.opt_outs import opt_out

CHANNEL = "whatsapp"
SOURCE = "twilio"
_PREFIX = "whatsapp:"
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_ACCOUNT_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9]{1,128}")
"""A sender who hides the number: country and an id that only this business knows (BSUID)."""
MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")
ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_ERROR = re.compile(r"[0-9]{1,6}")
_ROW = re.compile(r"[0-9a-f]{32}")
_MOST_MEDIA = 10
_LONGEST_NAME = 80

_PLACEHOLDERS = (
    ("audio/", "<audio>"),
    ("image/webp", "<sticker>"),
    ("image/", "<image>"),
    ("video/", "<video>"),
    ("text/vcard", "<contact>"),
    ("text/x-vcard", "<contact>"),
    ("application/", "<document>"),
    ("text/", "<document>"),
)


class NotAMessage(BotFault):
    """The request is genuine and still no WhatsApp message that can be stored."""


def inbound(fields: Mapping[str, str], received_at: datetime) -> InboundMessage:
    """The message in a verified webhook request. Raises NotAMessage."""
    content = tuple(
        Media(fields.get(f"MediaContentType{index}", ""), fields.get(f"MediaUrl{index}", "")) for index in range(_count(fields.get("NumMedia", "0")))
    )
    located = "<location>" if fields.get("Latitude") and fields.get("Longitude") else ""
    kind, text = words(_body(fields), [one.content_type for one in content], located)
    theirs = address(fields.get("From", ""))
    said = fields.get("OptOutType", "").upper()
    return InboundMessage(
        source=SOURCE,
        account=sid(fields.get("AccountSid", ""), ACCOUNT_SID),
        external_id=sid(fields.get("MessageSid", ""), MESSAGE_SID),
        ours=address(fields.get("To", "")),
        theirs=theirs,
        role=Role.CUSTOMER,
        text=text,
        sent_at=received_at,
        kind=kind,
        profile_name=_one_line(fields.get("ProfileName", "")),
        media=content,
        aliases=_aliases(fields, theirs),
        opt_out=said if said in {"STOP", "START", "HELP"} else opt_out(text) or opt_out(fields.get("ButtonPayload", "")),
    )


def _body(fields: Mapping[str, str]) -> str:
    """What the customer wrote, or the words of the button or list entry they tapped."""
    written = (fields.get(name, "") for name in ("Body", "ButtonText", "ListTitle"))
    return next((text for text in written if text.strip()), "")


def listed(  # noqa: PLR0913 - the fields of Twilio's Message resource
    *,
    account: str,
    message: str,
    direction: str,
    sender: str,
    recipient: str,
    body: str,
    media: Sequence[Media],
    sent_at: datetime,
) -> InboundMessage:
    """The message in an entry of the Messages list; unlike the webhook it also shows what the marketer wrote. Raises NotAMessage."""
    from_customer = direction == "inbound"
    ours, theirs = (recipient, sender) if from_customer else (sender, recipient)
    kind, text = words(body, [one.content_type for one in media], "")
    return InboundMessage(
        source=SOURCE,
        account=sid(account, ACCOUNT_SID),
        external_id=sid(message, MESSAGE_SID),
        ours=address(ours),
        theirs=address(theirs),
        role=Role.CUSTOMER if from_customer else Role.MARKETER,
        text=text,
        sent_at=sent_at,
        kind=kind,
        media=tuple(media),
        opt_out=opt_out(text) if from_customer else "",
    )


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a message somebody of ours sent."""

    message_sid: str
    status: str
    error: str = ""
    """The vendor's code of what went wrong."""
    letter_id: str = ""
    """Our own id of the outgoing message, where the callback's address carries it."""

    @property
    def left(self) -> bool:
        """Whether the message is on its way or arrived; one that failed was never part of a conversation."""
        return self.status in {"sent", "delivered", "read"}


def status(fields: Mapping[str, str], letter_id: str = "") -> Status:
    """The status in a verified callback; `letter_id` is from its address, which is signed too. Raises NotAMessage."""
    error = fields.get("ErrorCode", "")
    known = sid(fields.get("MessageSid", ""), MESSAGE_SID)
    return Status(known, fields.get("MessageStatus", "").lower(), error if _ERROR.fullmatch(error) else "", letter_id if _ROW.fullmatch(letter_id) else "")


def address(value: str) -> Address:
    """`whatsapp:+491701234567` or `whatsapp:US.13491208655302741918` as an address. Raises NotAMessage."""
    if not value.startswith(_PREFIX):
        raise NotAMessage("The sender or recipient is not on WhatsApp: point only the WhatsApp sender's webhook here.")
    plain = value.removeprefix(_PREFIX)
    if not (_NUMBER.fullmatch(plain) or _ACCOUNT_SCOPED.fullmatch(plain)):
        raise NotAMessage("The sender's or recipient's WhatsApp address has a form that is not known.")
    return Address(CHANNEL, plain)


def sid(value: str, form: re.Pattern[str]) -> str:
    """An identifier in Twilio's own form: a signed request whose fields were cut elsewhere does not get past this. Raises NotAMessage."""
    if not form.fullmatch(value):
        raise NotAMessage("The request names no message: it is not a message webhook.")
    return value


def words(body: str, content_types: Sequence[str], other: str) -> tuple[Kind, str]:
    """Kind and text of a message; what has no words of its own becomes a placeholder."""
    if body.strip():
        return Kind.TEXT, body
    if content_types:
        return Kind.MEDIA, " ".join(_placeholder(content_type) for content_type in content_types)
    return Kind.MEDIA, other or "<unsupported>"


def _placeholder(content_type: str) -> str:
    folded = content_type.lower()
    return next((placeholder for start, placeholder in _PLACEHOLDERS if folded.startswith(start)), "<file>")


def _count(number: str) -> int:
    return min(int(number), _MOST_MEDIA) if number.isascii() and number.isdigit() else 0


def _aliases(fields: Mapping[str, str], theirs: Address) -> tuple[Address, ...]:
    """Other addresses of the sender in the same request: the number behind an id, or the id beside a number."""
    told = (f"+{fields.get('WaId', '')}", fields.get("ExternalUserIdentifier", "").removeprefix(_PREFIX))
    usable = (value for value in told if _NUMBER.fullmatch(value) or _ACCOUNT_SCOPED.fullmatch(value))
    return tuple(Address(CHANNEL, value) for value in dict.fromkeys(usable) if value != theirs.value)


def _one_line(name: str) -> str:
    """A profile name without what could break a line, hide text or run long: its owner chose it, not we."""
    visible = "".join(character if unicodedata.category(character)[0] != "C" else " " for character in name)
    return " ".join(visible.split())[:_LONGEST_NAME].strip()
