"""Text that Slack cannot take for anything but text: no mention, no link of others, nothing that turns its direction around. Pure."""

import re
from collections.abc import Iterator, Sequence

REMOVED = "[link removed]"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, and those that turn the direction of writing around to make a text look like another."""
_LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:/{2,}|\bwww\.)[^\s<>\"]*|\b(?:mailto|tel|javascript|data|vbscript|file|slack):[^\s<>\"]+"
    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,5}\.[a-z]{2,24}/[^\s<>\"]*",
    re.IGNORECASE,
)
"""An address with a scheme, or a domain with a path; a bare domain is a word, which Slack does not link in the blocks we use."""


def neutral(text: str, links: Sequence[str] = ()) -> str:
    """A text without links of others, control characters and reversed writing."""
    return "".join(word if not linked or ours(word, links) else REMOVED for word, linked in pieces(UNSEEN.sub("", text)))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces of a text and whether each is a link."""
    at = 0
    suspicious = ":" in text or "/" in text or "www." in text.lower()
    for found in _LINK.finditer(text) if suspicious else ():
        if found.start() > at:
            yield text[at : found.start()], False
        yield found[0], True
        at = found.end()
    if at < len(text):
        yield text[at:], False


def ours(url: str, links: Sequence[str]) -> bool:
    """Whether a link leads to one of our own addresses."""
    return any(url == link.rstrip("/") or url.startswith(f"{link.rstrip('/')}/") for link in links)


def escaped(text: str, limit: int, links: Sequence[str]) -> str:
    """Neutral text with Slack's three characters escaped, cut so that the escaped text fits."""
    clean = neutral(text, links).strip()
    spelled = _spelled(clean)
    if length(spelled) <= limit:
        return spelled
    kept = within(clean, limit - 1)
    while length(_spelled(kept)) > limit - 1:
        # Every character grows to five at most, so a fifth of the excess is never too much to take away.
        kept = kept[: -max(1, (length(_spelled(kept)) - limit + 1) // 5)]
    return _spelled(kept) + "\u2026"


def _spelled(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """A text of at most `limit` characters, with a sign when something is missing."""
    return text if length(text) <= limit else within(text, limit - 1) + "\u2026"


def within(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` characters as Slack's clients count them."""
    piece = text[:limit]
    while length(piece) > limit:
        piece = piece[: len(piece) - (length(piece) - limit + 1) // 2]
    return piece


def length(text: str) -> int:
    """UTF-16 code units: never less than what Slack counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
