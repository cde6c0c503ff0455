"""The archive that "Export chat" with media makes: the chat is read out of it in memory, the files beside it are never unpacked."""

import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from typing import IO

from bot.errors import ExportUnreadable

LARGEST_CHAT = 64 * 2**20
"""Bytes of text: 40,000 messages take about 4 MiB."""
_MOST_ENTRIES = 20_000
"""WhatsApp exports 10,000 messages at most with their media."""
_LARGEST_RATIO = 200
"""Uncompressed to compressed bytes: chats reach 10, bombs 1,000."""
_CHUNK = 2**20
_ARCHIVE = b"PK\x03\x04"
_ENCRYPTED = 0x1


def read_file(path: Path) -> tuple[str, bytes]:
    """Name and bytes of the chat at `path`, a .txt or the .zip it came in. Raises ExportUnreadable."""
    if path.is_dir():
        msg = f"{path} is a folder: give the .txt or .zip file that WhatsApp's Export chat made."
        raise ExportUnreadable(msg)
    try:
        with path.open("rb") as file:
            if file.read(4) == _ARCHIVE:
                return read_archive(path.name, file)
            file.seek(0)
            return path.name, _capped(file)
    except FileNotFoundError as error:
        msg = f"{path} is not there: check the name of the file."
        raise ExportUnreadable(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}): check that you may open it."
        raise ExportUnreadable(msg) from error


def read_content(name: str, content: bytes) -> tuple[str, bytes]:
    """Name and bytes of the chat in a file that is in memory. Raises ExportUnreadable."""
    file = BytesIO(content)
    if content.startswith(_ARCHIVE):
        return read_archive(name, file)
    return name, _capped(file)


def read_archive(name: str, file: IO[bytes]) -> tuple[str, bytes]:
    """Name and bytes of the chat in an archive called `name`. Raises ExportUnreadable."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _refuse_dangerous(entries)
            chat = _chat(entries, name)
            with archive.open(chat) as content:
                text = _capped(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        msg = "The archive is damaged or incomplete: export the chat again and give the .zip file as WhatsApp made it."
        raise ExportUnreadable(msg) from error
    inner = PurePosixPath(chat.filename).name
    return (name if inner.startswith("_") else inner), text


def _refuse_dangerous(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > _MOST_ENTRIES:
        msg = f"The archive holds {len(entries)} files, more than WhatsApp ever exports: give the .zip file as WhatsApp made it."
        raise ExportUnreadable(msg)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or entry.filename[1:2] == ":":
            msg = "The archive holds a path that leads out of it, which WhatsApp never writes: give the .zip file as WhatsApp made it."
            raise ExportUnreadable(msg)
        if S_ISLNK(entry.external_attr >> 16):
            msg = "The archive holds a link, which WhatsApp never writes: give the .zip file as WhatsApp made it."
            raise ExportUnreadable(msg)
        if entry.file_size > _CHUNK and entry.file_size > _LARGEST_RATIO * max(entry.compress_size, 1):
            msg = "The archive holds a file that grows suspiciously when unpacked: give the .zip file as WhatsApp made it."
            raise ExportUnreadable(msg)


def _chat(entries: list[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    """The entry that holds the chat: `_chat.txt` on iOS, the archive's own name on Android; documents that were sent may be .txt files too."""
    texts = [entry for entry in entries if entry.filename.lower().endswith(".txt") and not entry.filename.startswith("__MACOSX/")]
    stem = name.rpartition(".")[0].casefold()
    by_name = {PurePosixPath(entry.filename).name.casefold(): entry for entry in reversed(texts)}
    named = [entry for inner, entry in by_name.items() if inner.startswith("whatsapp") or "whatsapp" in inner]
    chosen = by_name.get("_chat.txt") or by_name.get(f"{stem}.txt") or (named[0] if len(named) == 1 else texts[0] if len(texts) == 1 else None)
    if chosen is None:
        found = "several .txt files and none is called _chat.txt" if texts else "no .txt file"
        msg = f"The archive holds no chat ({found}): give the .zip file that WhatsApp's Export chat made, or only the .txt file in it."
        raise ExportUnreadable(msg)
    if chosen.flag_bits & _ENCRYPTED:
        msg = "The archive is locked with a password: unpack it and give the .txt file in it."
        raise ExportUnreadable(msg)
    return chosen


def _capped(content: IO[bytes]) -> bytes:
    """All bytes, however long the file claims to be. Raises ExportUnreadable beyond LARGEST_CHAT."""
    parts, size = [], 0
    while part := content.read(_CHUNK):
        size += len(part)
        if size > LARGEST_CHAT:
            msg = f"The chat is larger than {LARGEST_CHAT // 2**20} MB, which no WhatsApp export is: give the file as WhatsApp made it."
            raise ExportUnreadable(msg)
        parts.append(part)
    return b"".join(parts)
