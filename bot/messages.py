"""What crosses a door, frozen. Knows no channel, no table and no vendor."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.whole_text import whole


class Role(StrEnum):
    """Who wrote a message: the person being sold to, or our staff."""

    CUSTOMER = "customer"
    MARKETER = "marketer"


class Kind(StrEnum):
    """What a message holds. MEDIA keeps a placeholder text such as `<audio>`; its text may be empty."""

    TEXT = "text"
    MEDIA = "media"
    SYSTEM = "system"


class Visibility(StrEnum):
    """Who may see a card: its owner only (DM, App Home, modal), or anybody in the conversation."""

    OWNER = "owner"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Address:
    """An opaque string that reaches someone on a channel.

    A WhatsApp sender is not always a phone number: `+491701234567` or `US.13491208655302741918`.
    """

    channel: str
    value: str


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a message; `url` is fetched with credentials, only from the vendor's hosts."""

    content_type: str
    url: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        """Make what the vendor told storable."""
        for field_name in ("content_type", "url", "name"):
            object.__setattr__(self, field_name, whole(getattr(self, field_name)))


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message between one of our staff and one customer, from whatever source.

    `source` and `account` scope `external_id`: together they are unique for ever. `ours` is the address of the staff side, `theirs` the customer's.
    `text` is as received (may be empty for media). `sent_at` is aware.
    """

    source: str
    account: str
    external_id: str
    ours: Address
    theirs: Address
    role: Role
    text: str
    sent_at: datetime
    kind: Kind = Kind.TEXT
    profile_name: str = ""
    media: tuple[Media, ...] = ()
    aliases: tuple[Address, ...] = ()
    """Further addresses of the same customer that came with the message: a number changes, an account id stays, or the other way round."""
    opt_out: str = ""
    """STOP, START or HELP when the customer used one of these words, else empty."""

    def __post_init__(self) -> None:
        """Make what the customer wrote storable."""
        object.__setattr__(self, "text", whole(self.text))
        object.__setattr__(self, "profile_name", whole(self.profile_name))


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value shown side by side with others."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Button:
    """`action` names what happens (`suggestion.worked`), `value` is an opaque id, never content."""

    label: str
    action: str
    value: str
    style: str = ""
    """`primary`, `danger` or empty."""


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each label of their chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers as a picture: bars beside each other for each label, or one series as the parts of a whole. A channel without pictures writes them."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    whole: bool = False
    unit: str = ""
    """What follows a number where it is written, such as ` %`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph of a card. All text is plain: the channel escapes it."""

    text: str = ""
    title: str = ""
    quote: bool = False
    """Somebody's words: set apart, never interpreted."""
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    chart: Chart | None = None
    """Below the text and the facts."""


@dataclass(frozen=True, slots=True)
class Card:
    """The channel-free content of an answer. `summary` is what a notification or a text-only channel shows."""

    title: str
    summary: str
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    footnote: str = ""
    visibility: Visibility = Visibility.OWNER
    judged: str = ""
    """What its reader is asked to judge, such as `recall`: whether the answer as a whole was of use. Empty: nothing is asked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a field can be set to; `value` is an opaque id or a word."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something a form asks for: words, or one of `choices` where there are any. `value` is what stands there at first."""

    name: str
    label: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    longest: int = 3_000
    """Characters."""
    lines: bool = False
    """Whether more than one line is expected."""
    optional: bool = False
    action: str = ""
    """Of a field whose choice changes the form at once: what happens."""
    person: bool = False
    """Whether one of the people of the workspace is chosen."""
    searched: str = ""
    """Of a field whose choices are looked up while somebody types: which list."""
    files: tuple[str, ...] = ()
    """Of a field that takes one file: the endings of the names it takes. What stands in it is the channel's own id of the file."""
    conversation: bool = False
    """Whether a conversation of the channel is chosen, by whatever list the channel has of them."""


@dataclass(frozen=True, slots=True)
class Form:
    """Asks its owner for something. `action` names what happens when it is sent; `context` is an opaque id that comes back with it, never content."""

    title: str
    action: str
    fields: tuple[Field, ...]
    submit: str = "Save"
    context: str = ""
    sections: tuple[Section, ...] = ()
    """Above the fields; the same rules as for a card's."""
    again: Button | None = None
    """Opens the form where it could not be opened at once, such as in answer to a mention."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A card for everybody in a conversation, and what whoever sends it there is told."""

    card: Card
    conversation: str
    told: Card


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file for its owner alone, and the card that tells of it. `otherwise` is told where the channel takes no file."""

    card: Card
    name: str
    content: bytes = field(repr=False)
    otherwise: Card


@dataclass(frozen=True, slots=True)
class Work:
    """Something that takes a while. `begun` is shown at once; `go` does it, says with cards how far it is, and returns the card that stays."""

    begun: Card
    go: Callable[[Callable[[Card], None]], Card]


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file that its owner dropped on us, in memory only; `id` is the channel's own."""

    id: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """Something that leaves through a channel. `key` derives from the fact that caused it, so that sending twice is one message."""

    to: Address
    card: Card
    key: str = field(default="")
