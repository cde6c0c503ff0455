"""What an export holds, what is said about it and what became of it. Values, private to their owner. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an export held and what of it was new."""

    messages: int
    added: int
    participants: dict[str, int]
    first: datetime
    last: datetime
    media: int
    system: int
    ambiguous_dates: bool
    truncated: bool
    unread: int
    me: str
    customer: str
    dry_run: bool
    time_zone: str
    """In which the times of the file were read."""

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "messages": self.messages,
            "added": self.added,
            "participants": self.participants,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "media": self.media,
            "system": self.system,
            "ambiguous_dates": self.ambiguous_dates,
            "truncated": self.truncated,
            "time_zone": self.time_zone,
        }

    def sentence(self) -> str:
        """For people."""
        held = f"{self.messages:,} messages with {self.customer} from {self.first:%d %B %Y} to {self.last:%d %B %Y}, {self.media:,} with media"
        said = [f"Nothing was stored. The file holds {held}." if self.dry_run else f"{self.added:,} new of {held}."]
        said.append(f"Times are read as {self.time_zone}.")
        if self.ambiguous_dates:
            said.append("Its dates can be read with the day or with the month first: say which with --date-order dmy or mdy.")
        if self.truncated:
            said.append("WhatsApp exports only about the newest 40,000 messages (10,000 with media): older ones are probably missing.")
        if self.unread:
            said.append(f"{self.unread} lines before the first message could not be read and were left out.")
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody said about an export; empty where nothing was said."""

    me: str = ""
    customer: str = ""
    industry: str = ""
    """A word of the vocabulary."""
    date_order: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an export holds, before anything of it is stored."""

    messages: int
    people: tuple[tuple[str, int], ...]
    """Who wrote, and how much."""
    first: datetime
    last: datetime
    """Naive: the phone's local time."""
    media: int
    me: str
    theirs: str
    """Both are empty where the file does not tell who is who."""
    ambiguous_dates: bool
    truncated: bool
