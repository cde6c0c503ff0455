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


_LEFT_OUT = tuple(_alternatives(f"{phrases.LEFT_OUT} {phrases.MISSING}"))
_CLEARLY_LEFT_OUT = tuple(_alternatives(phrases.LEFT_OUT))
_DIGIT = re.compile(r"\d")
_KIND_OF = {word: kind for kind, listed in phrases.KINDS.items() for word in _alternatives(listed)}
_KINDS = _any_of(sorted(_KIND_OF, key=len, reverse=True))
_OUT = _any_of(list(_LEFT_OUT))
_STUB = re.compile(rf"(?:(?P<file>.+\.\w{{1,5}})(?: • .{{1,30}}?)? )?(?:(?P<before>{_KINDS})\s?(?:{_OUT})|(?:{_OUT})\s?(?P<after>{_KINDS}))")
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


def read_body(written: str, *, opening: bool = False) -> Body:
    """What somebody sent, from what stands after their name. `opening`: it is the first line of the file, where iOS puts its notice beside a name."""
    marked = written[:2].lstrip().startswith(MARK)
    text, edited = _without_edit_note(written.strip(_BLANK))
    first, _, rest = text.partition("\n")
    folded = _folded(first[:_LONGEST_PHRASE])
    if not text or text == "null":  # what is seen once only, and what this version of the exporter cannot show
        return Body(Kind.SYSTEM, "") if edited else Body(Kind.MEDIA, "<media>", "media")
    if folded.startswith(_NOTICES) or (opening and marked) or (not rest and (folded in phrases.DELETED or _CALL.fullmatch(folded))):
        return Body(Kind.SYSTEM, text)
    found = None
    if len(first) <= _LONGEST_PHRASE:
        found = _attachment(first, folded, rest, marked=marked) or (None if rest else _location(first, folded, marked=marked))
    if found is None and MARK in text:
        found = _attachment_after_caption(text)
    if found is None and marked and not rest and len(first) <= _LONGEST_UNKNOWN and not _DIGIT.search(first):
        return Body(Kind.MEDIA, text, "media")
    return found or Body(Kind.TEXT, text)


def system_text(written: str) -> str:
    """A line that no name stands before: WhatsApp wrote it."""
    return written.strip(_BLANK)


def begins_notice(name: str) -> bool:
    """Whether what seems to be a name is the beginning of a notice that holds a colon."""
    return _folded(name).startswith(_NOTICES)


def _attachment(line: str, folded: str, caption: str, *, marked: bool) -> Body | None:
    """The file a line stands for, in any of the ways WhatsApp writes one."""
    plain = line if line.isascii() else line.translate(_NO_MARKS).strip()
    if plain.endswith(">"):
        if plain.startswith("<") and _folded(plain[1:-1].strip()) in phrases.OMITTED:
            return _file("media", "", caption)
        if (found := _IOS_FILE.search(plain)) and found.end() == len(plain):
            return _file(_kind_of_file(found["file"]), found["file"], caption or _before_file(plain[: found.start()]))
        folded = folded.strip("<>")
    if plain.endswith(")") and (found := _ANDROID_FILE.fullmatch(plain)):
        known = marked or _folded(found["word"]) in phrases.ATTACHED or _WHATSAPP_NAME.fullmatch(found["file"])
        return _file(_kind_of_file(found["file"]), found["file"], caption) if known else None
    words = _LEFT_OUT if marked else _CLEARLY_LEFT_OUT
    if (folded.endswith(words) or folded.startswith(words)) and (found := _STUB.fullmatch(folded)):
        name = plain[: len(found["file"])] if found["file"] else ""
        return replace(_file(_KIND_OF[found["before"] or found["after"]], name, caption), file="")
    return None


def _location(line: str, folded: str, *, marked: bool) -> Body | None:
    place = _LOCATION.fullmatch(line) or (_PLACE.search(line) if marked else None)
    if place is None and folded not in _LOCATED:
        return None
    return Body(Kind.MEDIA, f"<location> {place['link']}" if place else "<location>", "location")


def _attachment_after_caption(text: str) -> Body | None:
    """Newer iOS versions write the caption first and the file after a mark."""
    at = text.rfind(MARK)
    if at <= 0 or "\n" in text[at:]:
        return None
    return _attachment(text[at + 1 :], _folded(text[at + 1 :]), _before_file(text[:at]), marked=True)


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
    plain = text if text.isascii() else text.translate(_NO_MARKS)
    return plain.casefold().strip().rstrip(".。।").rstrip()


_NO_MARKS = dict.fromkeys(map(ord, MARKS))
