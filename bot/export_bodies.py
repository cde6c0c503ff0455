"""What stands after the name in a line of a WhatsApp export: words, a file, or something WhatsApp says itself. Pure."""

import re
from dataclasses import dataclass, replace

from bot import export_phrases as phrases
from bot.export_dates import MARKS
from bot.messages import Kind

MARK = "\u200e"
"""iOS puts this before whatever it wrote itself, newer Android versions before the name of a file."""
_BLANK = MARKS + " \t\r\n\u00a0\u202f"
_LONGEST_PHRASE = 160
_LONGEST_UNKNOWN = 40
"""Marked lines in a language that is not in the lists: short ones stand for a file, longer ones are notices."""


def _alternatives(listed: str) -> list[str]:
    return sorted((word.replace("|", " ") for word in listed.split()), key=len, reverse=True)


def _any_of(listed: list[str]) -> str:
    return "|".join(map(re.escape, listed))


_LEFT_OUT = tuple(_alternatives(phrases.LEFT_OUT))
_KIND_OF = {word: kind for kind, listed in phrases.KINDS.items() for word in _alternatives(listed)}
_KINDS = _any_of(sorted(_KIND_OF, key=len, reverse=True))
_STUB = re.compile(
    rf"(?:(?P<file>.+\.\w{{1,5}})(?: • .{{1,30}}?)? )?(?:(?P<before>{_KINDS})\s?(?:{_any_of(list(_LEFT_OUT))})|(?:{_any_of(list(_LEFT_OUT))})\s?(?P<after>{_KINDS}))"
)
_IOS_FILE = re.compile(r"<[^<>:\n]{2,25}:\s?(?P<file>[^<>\n]+\.\w{1,5})>")
_ANDROID_FILE = re.compile(r"(?P<file>[^\n]+\.\w{1,5}) \((?P<word>[^()\n]{3,40})\)")
_WHATSAPP_NAME = re.compile(r"[A-Z]{3}-\d{8}-WA\d+\.\w+|\d{8}-[A-Z]+-\d{4}(?:-\d\d){5}\.\w+")
_LOCATION = re.compile(r"[^:\n]{2,40}:\s?(?P<link>https://maps\.google\.com/\?q=\S+)")
_PLACE = re.compile(r"(?P<link>https://(?:maps\.google\.com/\?q=|foursquare\.com/v/)\S+)$")
_CALL = re.compile(rf"(?:{_any_of(phrases.CALLS.split('|'))})(?:[,.].{{0,60}})?")
_NOTICES = tuple(f"{phrases.ENCRYPTED}|{phrases.NOTICES}".split("|"))
_LOCATED = frozenset(phrases.LOCATED.split("|"))
_EXTENSIONS = {
    **dict.fromkeys(("jpg", "jpeg", "png", "heic", "heif"), "image"),
    **dict.fromkeys(("mp4", "mov", "3gp", "mkv", "avi", "webm"), "video"),
    **dict.fromkeys(("opus", "ogg", "oga", "m4a", "mp3", "aac", "amr", "wav"), "audio"),
    "webp": "sticker",
    "gif": "gif",
    "vcf": "contact",
}


@dataclass(frozen=True, slots=True)
class Body:
    """`attachment` is the kind of file that came along (`image`, `document`, ...), empty when none did.

    A file with a caption is the caption's text; a file without one, and a location, is MEDIA and its text a placeholder such as `<document> Offer.pdf`.
    """

    kind: Kind
    text: str
    attachment: str = ""
    file: str = ""


def read_body(written: str, *, named: bool = True) -> Body:
    """`named`: whether a sender stood before it; what has none was written by WhatsApp."""
    marked = written[:2].lstrip().startswith(MARK)
    text, edited = _without_edit_note(written.strip(_BLANK))
    if not named:
        return Body(Kind.SYSTEM, text)
    first, _, rest = text.partition("\n")
    if _folded(first[:_LONGEST_PHRASE]).startswith(_NOTICES):
        return Body(Kind.SYSTEM, text)
    if len(first) > _LONGEST_PHRASE:
        return Body(Kind.TEXT, text)
    if not text or text == "null":  # seen once only, and what this version of the exporter cannot show
        return _file("media", "", "") if not edited else Body(Kind.SYSTEM, "")
    folded = _folded(first)
    if not rest and (folded in phrases.DELETED or _CALL.fullmatch(folded)):
        return Body(Kind.SYSTEM, text)
    found = _attachment(first, rest, marked=marked) or _attachment_after_caption(text)
    if found is not None:
        return found
    place = _LOCATION.fullmatch(first) or (_PLACE.search(first) if marked else None)
    if not rest and (place or folded in _LOCATED):
        return Body(Kind.MEDIA, f"<location> {place['link']}" if place else "<location>", "location")
    if marked and not rest:
        return _file("media", "", "") if len(first) <= _LONGEST_UNKNOWN else Body(Kind.SYSTEM, text)
    return Body(Kind.TEXT, text)


def _attachment(line: str, caption: str, *, marked: bool) -> Body | None:
    """The file a line stands for, in any of the ways WhatsApp writes one."""
    plain = line.translate(_NO_MARKS).strip()
    if plain.startswith("<") and plain.endswith(">") and _folded(plain[1:-1].strip()) in phrases.OMITTED:
        return _file("media", "", caption)
    if plain.endswith(">") and (found := _IOS_FILE.search(plain)) and found.end() == len(plain):
        return _file(_kind_of_file(found["file"]), found["file"], caption or _before_file(plain[: found.start()]))
    if plain.endswith(")") and (found := _ANDROID_FILE.fullmatch(plain)):
        known = _folded(found["word"]) in phrases.ATTACHED
        return _file(_kind_of_file(found["file"]), found["file"], caption) if known or marked or _WHATSAPP_NAME.fullmatch(found["file"]) else None
    folded = _folded(plain.strip("<>"))
    if folded.endswith(_LEFT_OUT) or folded.startswith(_LEFT_OUT):
        found = _STUB.fullmatch(folded)
        if found is not None:
            name = plain[: len(found["file"])] if found["file"] else ""
            return replace(_file(_KIND_OF[found["before"] or found["after"]], name, caption), file="")
    return None


def _attachment_after_caption(text: str) -> Body | None:
    """Newer iOS versions write the caption first and the file after a mark."""
    at = text.rfind(MARK)
    if at <= 0 or "\n" in text[at:]:
        return None
    return _attachment(text[at + 1 :], text[:at].strip(_BLANK), marked=True)


def _file(kind: str, name: str, caption: str) -> Body:
    if caption:
        return Body(Kind.TEXT, caption, kind, name)
    telling = kind in {"document", "contact"} and name and not _WHATSAPP_NAME.fullmatch(name)
    shown = name.removesuffix(".vcf") if kind == "contact" else re.sub(r"^\d{8}-", "", name)
    return Body(Kind.MEDIA, f"<{kind}> {shown}" if telling else f"<{kind}>", kind, name)


def _kind_of_file(name: str) -> str:
    if "-GIF-" in name:
        return "gif"
    if "-STICKER-" in name or name.startswith("STK-"):
        return "sticker"
    return _EXTENSIONS.get(name.rpartition(".")[2].casefold(), "document")


def _before_file(written: str) -> str:
    """A caption, unless it only repeats the name of the file: `Offer.pdf • 2 pages`."""
    head = written.strip(_BLANK)
    return "" if re.fullmatch(r".+\.\w{1,5}(?: • .{1,30})?", head) else head


def _without_edit_note(text: str) -> tuple[str, bool]:
    at = text.rfind("<")
    if at < 0 or not text.endswith(">"):
        return text, False
    before, note = text[:at], text[at + 1 : -1]
    by_mark = before.endswith(MARK) and bool(before.strip(_BLANK)) and ":" not in note and _folded(note) not in phrases.OMITTED
    if "\n" in note or not (by_mark or _folded(note) in phrases.EDITED):
        return text, False
    return before.strip(_BLANK), True


def _folded(text: str) -> str:
    return text.translate(_NO_MARKS).casefold().strip().rstrip(".。।").rstrip()


_NO_MARKS = dict.fromkeys(map(ord, MARKS))
