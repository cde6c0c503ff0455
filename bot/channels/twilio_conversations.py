"""Twilio Conversations (classic): a message added to a conversation, with who takes part in it, to an InboundMessage of either side. Pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.whatsapp import ACCOUNT_SID, CHANNEL, NotAMessage, address, sid, words
from bot.messages import Address, InboundMessage, Media, Role
from bot.opt_outs import opt_out

SOURCE = "twilio-conversations"
_ADDED = "onMessageAdded"
_PREFIX = f"{CHANNEL}:"
_CONVERSATION_SID = re.compile(r"CH[0-9a-fA-F]{32}")
_MESSAGE_SID = re.compile(r"IM[0-9a-fA-F]{32}")
_MOST_MEDIA = 10
IsOurs = Callable[[Address], bool]
"""Whether an address leads to one of our staff."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody in a conversation: by an address behind one of our numbers (`proxy`), or by a chat identity of our own software; the rest is empty."""

    sid: str
    identity: str
    address: str
    proxy: str


@dataclass(frozen=True, slots=True)
class Added:
    """A message as the webhook tells it: who the two sides are is a question to the conversation."""

    account: str
    service: str
    """Empty for the account's default service."""
    conversation: str
    message: str
    author: str
    """`whatsapp:+491701234567`, `whatsapp:US.1349120865`, a chat identity, or `system`."""
    participant: str
    body: str
    content_types: tuple[str, ...]
    sent_at: datetime


def added(fields: Mapping[str, str], received_at: datetime) -> Added | None:
    """The message in a verified webhook request; None for other things that happen in conversations. Raises NotAMessage."""
    if fields.get("EventType") != _ADDED:
        return None
    return Added(
        account=sid(fields.get("AccountSid", ""), ACCOUNT_SID),
        service=fields.get("ChatServiceSid", ""),
        conversation=sid(fields.get("ConversationSid", ""), _CONVERSATION_SID),
        message=sid(fields.get("MessageSid", ""), _MESSAGE_SID),
        author=fields.get("Author", ""),
        participant=fields.get("ParticipantSid", ""),
        body=fields.get("Body", ""),
        content_types=_content_types(fields.get("Media", "")),
        sent_at=moment(fields.get("DateCreated", ""), received_at),
    )


def inbound(said: Added, participants: Sequence[Participant], is_ours: IsOurs) -> InboundMessage:
    """Whose message it is, and between whom. Raises NotAMessage where that cannot be told: nobody's words are put into another's thread."""
    customers = [one for one in participants if one.address.startswith(_PREFIX) and not is_ours(address(one.address))]
    proxies = {one.proxy for one in participants if one.proxy}
    writer = next((one for one in participants if said.participant and one.sid == said.participant), None) or next(
        (one for one in participants if said.author and said.author in {one.address, one.identity}),
        None,
    )
    if _is_customers(said, writer, customers, proxies, is_ours):
        role, customer, theirs = Role.CUSTOMER, writer, writer.address if writer else said.author
    elif len(customers) == 1:
        role, customer, theirs = Role.MARKETER, customers[0], customers[0].address
    else:
        raise NotAMessage("The conversation has no customer on WhatsApp, or several: whom the message was for cannot be told.")
    kind, text = words(said.body, said.content_types, "")
    other = said.author if role is Role.CUSTOMER and said.author.startswith(_PREFIX) and said.author != theirs else ""
    return InboundMessage(
        source=SOURCE,
        account=said.account,
        external_id=f"{said.conversation}/{said.message}",
        ours=_ours(participants, customer, proxies, is_ours),
        theirs=address(theirs),
        role=role,
        text=text,
        sent_at=said.sent_at,
        kind=kind,
        media=tuple(Media(content_type) for content_type in said.content_types),
        aliases=(address(other),) if other else (),
        opt_out=opt_out(text) if role is Role.CUSTOMER else "",
    )


def moment(text: str, otherwise: datetime) -> datetime:
    """A time as Twilio writes it, aware; `otherwise` where there is none."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _is_customers(said: Added, writer: Participant | None, customers: Sequence[Participant], proxies: set[str], is_ours: IsOurs) -> bool:
    """Whether the customer wrote it. Raises NotAMessage for somebody who is on neither side of WhatsApp (a text message, an e-mail)."""
    if writer is not None and writer.address:
        address(writer.address)
        return writer in customers
    if writer is None and said.author.startswith(_PREFIX):
        return said.author not in proxies and not is_ours(address(said.author))
    if writer is None and (said.author.startswith("+") or "@" in said.author):
        raise NotAMessage("The author is not on WhatsApp and no participant of ours.")
    return False


def _ours(participants: Sequence[Participant], customer: Participant | None, proxies: set[str], is_ours: IsOurs) -> Address:
    """Our address: the one the customer writes to; where that is shared by the firm, the one address of our staff among the participants."""
    behind = [customer.proxy] if customer is not None and customer.proxy else sorted(proxies)
    possible = [address(value) for value in behind if value.startswith(_PREFIX)]
    mine = [one for one in possible if is_ours(one)]
    mine = mine or [one for one in (address(each.address) for each in participants if each.address.startswith(_PREFIX)) if is_ours(one)]
    if len(mine) > 1 or not (mine or possible):
        raise NotAMessage("Whose conversation it is cannot be told from its participants.")
    return (mine or possible)[0]


def _content_types(text: str) -> tuple[str, ...]:
    """From the webhook's own JSON in a field."""
    try:
        told: Any = json.loads(text) if text else []
    except ValueError:
        told = []
    entries = told if isinstance(told, list) else [told]
    return tuple(str(one.get("ContentType", "")) for one in entries[:_MOST_MEDIA] if isinstance(one, dict))
