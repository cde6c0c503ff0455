"""What WhatsApp takes as a file through Twilio: by name, by content and by size. Pure.

Twilio looks at the type it is told, WhatsApp at the content, and both only after the message was accepted: here it is refused while its owner can still choose
another. https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import InputRefused

MOST_BYTES = 16 * 2**20
MOST_IMAGE_BYTES = 5 * 2**20
_MOST_PARTS = 10_000
"""Of an Office file: its list of parts is read, never their content."""
_LONGEST_NAME = 120
TOLD = "A picture (JPG, PNG; up to 5 MB), PDF, Word, PowerPoint or Excel file, MP4 video, MP3 or OGG sound; up to 16 MB."


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _office(folder: str) -> Callable[[bytes], bool]:
    def is_one(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()[:_MOST_PARTS]
        except (zipfile.BadZipFile, ValueError, OSError):
            return False
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return is_one


def _mp4(content: bytes) -> bool:
    """Only H.264: what phones record as HEVC is taken by Twilio and never arrives."""
    return content[4:8] == b"ftyp" and content[8:10] != b"3g" and (b"avc1" in content or b"avc3" in content)


def _mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] in {b"\xfb", b"\xfa", b"\xf3", b"\xf2"})


def _opus(content: bytes) -> bool:
    return content.startswith(b"OggS") and b"OpusHead" in content[:200]


@dataclass(frozen=True, slots=True)
class _Kind:
    content_type: str
    fits: Callable[[bytes], bool]
    other: str = "its content is something else than its name says: save it again as what it is"


_JPEG = _Kind("image/jpeg", _starts(b"\xff\xd8\xff"))
_KINDS = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "pdf": _Kind("application/pdf", _starts(b"%PDF-")),
    "doc": _Kind("application/msword", _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "docx": _Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _office("word/")),
    "pptx": _Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", _office("ppt/")),
    "xlsx": _Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _office("xl/")),
    "mp4": _Kind("video/mp4", _mp4, "WhatsApp takes MP4 videos with H.264 only: export it as that"),
    "mp3": _Kind("audio/mpeg", _mp3),
    "ogg": _Kind("audio/ogg", _opus, "WhatsApp takes OGG sound with the Opus codec only: export it as that"),
}
ENDINGS = tuple(_KINDS)


def checked(name: str, content: bytes) -> tuple[str, str]:
    """The name and the content type under which a file is sent. Raises InputRefused with a sentence for whoever attached it."""
    plain = "".join(sign for sign in name if sign.isprintable() and sign not in '/\\"').strip()
    stem, _, ending = plain.rpartition(".")
    kind = _KINDS.get(ending.lower())
    if kind is None or not stem:
        raise InputRefused(f"WhatsApp does not take this file. {TOLD}")
    if not content:
        raise InputRefused("The file is empty.")
    most = MOST_IMAGE_BYTES if kind.content_type.startswith("image/") else MOST_BYTES
    if len(content) > most:
        raise InputRefused(f"The file is larger than the {most // 2**20} MB WhatsApp takes of its kind: make it smaller.")
    if not kind.fits(content):
        raise InputRefused(f"WhatsApp would not take this file: {kind.other}.")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}", kind.content_type
