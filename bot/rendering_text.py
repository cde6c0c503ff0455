"""Texts of Block Kit as HTML: plain text and Slack's mrkdwn. Pure; whatever people wrote comes out escaped."""

import html as markup
import re
from collections.abc import Mapping
from typing import Any

WEB = ("http://", "https://")
_CONTROL = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
"""What Slack interprets in mrkdwn: links, mentions, dates. `<` of a person's text arrives as `&lt;`."""
_MARKS = re.compile(
    r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|\*(?P<bold>[^*\n]+)\*|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])|~(?P<strike>[^~\n]+)~",
    re.DOTALL,
)
STYLED = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}


def text_object(text: Mapping[str, Any] | str) -> str:
    """A text object; of mrkdwn only what Slack itself would interpret is interpreted."""
    if isinstance(text, str):
        return lines(text)
    if text.get("type") != "mrkdwn":
        return lines(str(text.get("text", "")))
    drawn, at, said = [], 0, str(text["text"])
    for found in _CONTROL.finditer(said):
        drawn += [marked(said[at : found.start()]), _control(found[1], found[2] or "")]
        at = found.end()
    return "".join([*drawn, marked(said[at:])])


def _control(target: str, label: str) -> str:
    if target.startswith("!date"):
        return lines(label)
    if target.startswith(WEB):
        return link(markup.unescape(target), markup.unescape(label or target))
    return f'<span class="mention">{safe(label or target)}</span>'


def marked(said: str) -> str:
    """Text with Slack's own marks, such as `*bold*`."""
    return _MARKS.sub(_mark, safe(markup.unescape(said))).replace("\n", "<br>")


def _mark(found: re.Match[str]) -> str:
    if found["pre"]:
        return f"<pre>{found['pre']}</pre>"
    name = next(name for name in STYLED if found[name])
    return f"<{STYLED[name]}>{found[name]}</{STYLED[name]}>"


def link(url: str, label: str) -> str:
    """A link to the web; other schemes stay text."""
    return f'<a href="{safe(url)}" rel="noreferrer noopener" target="_blank">{lines(label)}</a>' if url.startswith(WEB) else lines(label)


def lines(text: str) -> str:
    """Plain text, its line feeds kept."""
    return markup.escape(text).replace("\n", "<br>")


def safe(text: str) -> str:
    """Text as it may stand inside an attribute."""
    return markup.escape(text, quote=True)
