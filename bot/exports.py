"""A WhatsApp "Export chat" text file as messages. Pure: bytes in, values out.

Every locale of Android and iOS is read by one grammar: export_dates reads the head of a line, export_bodies what stands after the name, and this file decides
what can only be seen over the whole chat: which lines begin a message, who is a sender, and whether anything is missing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import ExportUnreadable
from bot.export_bodies import MARK, begins_notice, read_body, system_text
from bot.export_dates import MARKS, ORDERS, Head, read_head, read_moments
from bot.export_groups import of_a_group
from bot.messages import Kind

_MOST_WITHOUT_MEDIA, _MOST_WITH_MEDIA = 40_000, 10_000
"""WhatsApp exports about so many of the newest messages and leaves out the rest without saying so."""
_ABOUT = 0.98
_LONGEST_NAME = 80
_ALIKE = 20
"""From so many messages on a common beginning is part of the name and no habit."""
_A_PAIR = 2
_STRAY = timedelta(days=1)
"""Lines of an export follow each other in time; what jumps further than this and back was pasted into a message."""
_WITH = "with|mit|con|com|avec|met|med|s uživatelem|dengan|с контактом|с|із|з|z|cu|amb"  # noqa: RUF001 - Cyrillic words
_TITLE = re.compile(rf"(?:.*\s)?whatsapp.*?(?:\s(?:{_WITH})|\s-|:)\s(?P<title>.+)", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d+\)$")


@dataclass(frozen=True, slots=True)
class ExportMessage:
    """One message, or one line of WhatsApp's own (SYSTEM)."""

    line: int
    """Where it begins in the file, from 1."""
    sent_at: datetime
    """Naive: the phone's local time."""
    sender: str
    """Empty for most of WhatsApp's own lines."""
    text: str
    kind: Kind
    attachment: str = ""
    """The kind of file that came along; a message of kind TEXT that has one is a caption."""
    file: str = ""
    """Its name, when the chat was exported with its media."""


@dataclass(frozen=True, slots=True)
class Export:
    """What an export file holds."""

    title: str
    """The other side as the file name gives it; empty when it does not."""
    messages: tuple[ExportMessage, ...]
    """Everything in the order of the file, WhatsApp's own lines included."""
    participants: Counter[str]
    """How many messages each sender wrote."""
    first: datetime | None
    last: datetime | None
    media: int
    system: int
    ambiguous_dates: bool
    """Day and month cannot be told apart: the times are a guess until somebody says the order."""
    truncated: bool
    """Possibly: WhatsApp leaves out what is older than a certain number of messages."""
    unread: int
    """How many lines stand before the first message and belong to none."""
    noticed: bool = False
    """Whether WhatsApp says something that it says in groups only."""

    @property
    def group(self) -> bool:
        """Whether more than two people write, or could."""
        return self.noticed or len(self.participants) > _A_PAIR


@dataclass(slots=True)
class _Line:
    number: int
    written: str
    head: Head
    more: list[str]
    sent_at: datetime = datetime.min  # noqa: DTZ901 - set before anybody reads it
    sender: str = ""
    body: str = ""


def read_export(name: str, content: bytes, *, date_order: str = "", until: datetime | None = None) -> Export:
    """Read a text file; `name` is its file name, `until` a naive local time after which nothing can have been sent. Raises ExportUnreadable."""
    if date_order and date_order not in ORDERS:
        msg = f"'{date_order[:20]}' is no order of a date: use one of {', '.join(ORDERS)}."
        raise ExportUnreadable(msg)
    title = title_of(name)
    written = decoded(content).split("\n")
    lines = _of_one_shape(written)
    if not lines:
        msg = "This is no WhatsApp export: no line begins with a date, a time and a name; in WhatsApp open the chat, choose Export chat and take that file."
        raise ExportUnreadable(msg)
    lines, ambiguous = _dated(lines, date_order, until)
    _name_senders(lines, title)
    lines = _without_pasted(lines)
    messages = tuple(_messages(lines))
    spoken = [message for message in messages if message.kind != Kind.SYSTEM]
    if not any(line.sender for line in lines):
        msg = "This is no WhatsApp export: lines have dates but no names; in WhatsApp open the chat, choose Export chat and take that file."
        raise ExportUnreadable(msg)
    return Export(
        title=title,
        messages=messages,
        participants=Counter(message.sender for message in spoken),
        first=min((message.sent_at for message in spoken), default=None),
        last=max((message.sent_at for message in spoken), default=None),
        media=sum(bool(message.attachment) for message in spoken),
        system=len(messages) - len(spoken),
        ambiguous_dates=ambiguous,
        truncated=_truncated(messages),
        unread=sum(bool(clean_name(line)) for line in written[: messages[0].line - 1]),
        noticed=any(of_a_group(line.body) for line in lines if not any(line.more) and (not line.sender or line.body[:2].lstrip().startswith(MARK))),
    )


def decoded(content: bytes) -> str:
    """The text, every line ended by a line feed. Raises ExportUnreadable."""
    if not content.strip():
        msg = "The export file is empty: export the chat again and wait until the file is complete."
        raise ExportUnreadable(msg)
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"The export file is not text in UTF-8 (line {line}): take the file as WhatsApp made it, or save it again as UTF-8."
        raise ExportUnreadable(msg) from error
    if "\0" in text:
        msg = "The file is not text: give the .txt or .zip file that WhatsApp's Export chat made."
        raise ExportUnreadable(msg)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def title_of(name: str) -> str:
    """The other side's name in a file name such as `WhatsApp Chat with Maria.txt`, in most languages; empty when there is none."""
    stem = re.sub(r"\.(?:txt|zip)$", "", name.rpartition("/")[2], flags=re.IGNORECASE)
    found = _TITLE.fullmatch(_COPY.sub("", stem).replace("_", " ").strip())
    return clean_name(found["title"]) if found else ""


def clean_name(written: str) -> str:
    """A sender without invisible marks and without the tilde that stands before people who are not in the phone's contacts."""
    plain = "".join(character for character in written if character not in MARKS)
    return " ".join(plain.split()).removeprefix("~").strip()


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = content[:400]
    if start[1::2].count(0) * 3 > len(start):
        return "utf-16-le"
    if start[::2].count(0) * 3 > len(start):
        return "utf-16-be"
    return "utf-8-sig"


def _of_one_shape(written: Iterable[str]) -> list[_Line]:
    """The lines that begin a message, with those that go on. All heads of a file have the shape of the first: others stand inside a message."""
    lines: list[_Line] = []
    for number, line in enumerate(written, 1):
        head = read_head(line)
        if head is not None and (not lines or head.shape == lines[0].head.shape):
            lines.append(_Line(number, line, head, []))
        elif lines:
            lines[-1].more.append(line)
    return lines


def _dated(lines: list[_Line], date_order: str, until: datetime | None) -> tuple[list[_Line], bool]:
    moments, ambiguous = read_moments([line.head for line in lines], date_order, until)
    kept: list[_Line] = []
    for line, moment in zip(lines, moments, strict=True):
        if moment is not None:
            line.sent_at = moment
            kept.append(line)
        elif kept:
            kept[-1].more += [line.written, *line.more]
    return kept, ambiguous


def _name_senders(lines: Sequence[_Line], title: str) -> None:
    """Split each line into sender and body. A name may hold a colon: then all that its owner wrote seems to begin alike."""
    names: dict[str, str] = {}
    by_sender: dict[str, list[_Line]] = {}
    for line in lines:
        line.sender, line.body = _split(line.written[line.head.end :], names)
        if line.sender:
            by_sender.setdefault(line.sender, []).append(line)
    for sender, theirs in by_sender.items():
        full, more = sender, theirs[0].body
        while extra := _split(more, names)[0]:
            start = f"{extra}: "
            full, more = f"{full}: {extra}", more.removeprefix(start)
            alike = all(line.body.startswith(start) for line in theirs) and "<" not in extra
            if not alike or _letters(sender) == _letters(title) or not (_letters(full) == _letters(title) or len(theirs) >= _ALIKE):
                break
            for line in theirs:
                line.sender, line.body = full, line.body.removeprefix(start)


def _split(rest: str, names: dict[str, str]) -> tuple[str, str]:
    """Sender and body; no sender when no name stands before the first colon. `names` remembers what has been cleaned."""
    at = rest.find(": ", 0, _LONGEST_NAME)
    if at < 0 and rest.endswith(":") and len(rest) < _LONGEST_NAME:
        at = len(rest) - 1
    if at <= 0:
        return "", rest
    written = rest[:at]
    sender = names.get(written)
    if sender is None:
        sender = names[written] = "" if begins_notice(written) else clean_name(written)
    return (sender, rest[at + 2 :]) if sender else ("", rest)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _without_pasted(lines: list[_Line]) -> list[_Line]:
    """Give lines of a pasted chat or list back to the message they stand in: their senders are not of this chat, their times do not fit."""
    counts = Counter(line.sender for line in lines if line.sender)
    pair = {sender for sender, _ in counts.most_common(_A_PAIR)}
    latest = [datetime.min] * len(lines)  # noqa: DTZ901 - exports are naive
    earliest = [datetime.max] * len(lines)  # noqa: DTZ901
    for at in range(1, len(lines)):
        latest[at] = max(latest[at - 1], lines[at - 1].sent_at) if lines[at - 1].sender in pair else latest[at - 1]
    for at in range(len(lines) - 2, -1, -1):
        earliest[at] = min(earliest[at + 1], lines[at + 1].sent_at) if lines[at + 1].sender in pair else earliest[at + 1]
    kept: list[_Line] = []
    for at, line in enumerate(lines):
        behind = latest[at] > line.sent_at and latest[at] - line.sent_at > _STRAY
        ahead = line.sent_at > earliest[at] and line.sent_at - earliest[at] > _STRAY
        if kept and line.sender not in pair and (behind or ahead):
            kept[-1].more += [line.written, *line.more]
        else:
            kept.append(line)
    return kept


def _messages(lines: Iterable[_Line]) -> Iterable[ExportMessage]:
    for place, line in enumerate(lines):
        written = "\n".join((line.body, *line.more)) if line.more else line.body
        if line.sender:
            body = read_body(written, opening=not place)
            yield ExportMessage(line.number, line.sent_at, line.sender, body.text, body.kind, body.attachment, body.file)
        else:
            yield ExportMessage(line.number, line.sent_at, "", system_text(written), Kind.SYSTEM)


def _truncated(messages: Sequence[ExportMessage]) -> bool:
    """Whether the file is about as long as WhatsApp lets one be."""
    most = _MOST_WITH_MEDIA if any(message.file for message in messages) else _MOST_WITHOUT_MEDIA
    return len(messages) >= most * _ABOUT
