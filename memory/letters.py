"""What the outbox takes and gives, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The file that an outgoing message is; its bytes lie apart, and only for as long as it is being sent."""

    name: str
    content_type: str
    size: int
    digest: str
    """SHA-256 of its bytes: an approval is of these bytes and no others."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An outgoing message, unsealed. Private to the zone's owner."""

    id: str
    customer_id: str
    card_id: str
    suggestion_id: str
    body: str
    template_sid: str
    variables: Mapping[str, str]
    ours: str
    theirs: str
    state: str
    attempts: int
    attempted_at: datetime | None
    external_id: str
    failure: str
    created_at: datetime
    updated_at: datetime
    file: LetterFile | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a person approved: these words, or this file, to this address, nothing else."""

    customer_id: str
    ours: str
    theirs: str
    body: str
    card_id: str = ""
    suggestion_id: str = ""
    template_sid: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    file: LetterFile | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An outgoing message that something is to be done about."""

    staff_id: str
    id: str
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the vendor says of a message: its own id of it, and one of our states; `failure` is a code."""

    external_id: str
    state: str
    failure: str = ""
