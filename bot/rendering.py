"""Block Kit as people see it in Slack: HTML, an SVG picture, and a panel for the terminal. Pure; for documentation, the demo and the playground."""

import html as markup
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from bot.channels import slack_blocks
from bot.messages import Card

Block = Mapping[str, Any]
_MRKDWN_BOLD = re.compile(r"\*([^*\n]+)\*")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style."""

    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button."""

    label: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing below the other: header, paragraph, quote, context, fields, buttons or divider."""

    kind: str
    runs: tuple[Run, ...] = ()
    fields: tuple[tuple[Run, ...], ...] = ()
    buttons: tuple[Press, ...] = ()


def items(shown: Card | Sequence[Block]) -> list[Item]:
    """What is to be drawn of a card, or of the blocks of a message or view."""
    blocks: Sequence[Block] = slack_blocks.blocks(shown) if isinstance(shown, Card) else shown
    return [item for block in blocks for item in _items(block)]


def html(shown: Card | Sequence[Block], *, at: str = "09:31") -> str:
    """A complete page that looks like the message in Slack; needs no network and no script."""
    body = "\n".join(_html(item) for item in items(shown))
    head = f'<div class="by"><b>Tradecraft</b><span class="app">APP</span><span class="at">{markup.escape(at)}</span></div>'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Tradecraft in Slack</title>'
        f"<style>{_STYLE}</style></head>\n<body>"
        f'<div class="message"><div class="avatar">T</div><div class="content">{head}\n{body}\n</div></div></body></html>\n'
    )


def svg(shown: Card | Sequence[Block], *, at: str = "09:31", width: int = 720) -> str:
    """A picture of the message, drawn with the reader's own fonts."""
    from bot.rendering_svg import draw

    return draw(items(shown), at, width)


def terminal(shown: Card | Sequence[Block], width: int = 100) -> RenderableType:
    """A panel for a terminal."""
    drawn = items(shown)
    title = next((_joined(item.runs) for item in drawn if item.kind == "header"), "Tradecraft")
    parts = [_terminal(item, width) for item in drawn if item.kind != "header"]
    return Panel(Group(*parts), title=Text(f" {title} ", style="bold"), title_align="left", border_style="cyan", padding=(1, 2), width=width)


def _items(block: Block) -> Iterator[Item]:
    drawn = _DRAWN.get(block["type"])
    if drawn is not None:
        yield from drawn(block)


def _header(block: Block) -> Iterator[Item]:
    yield Item("header", (Run(block["text"]["text"], bold=True),))


def _section(block: Block) -> Iterator[Item]:
    if "text" in block:
        yield Item("paragraph", _runs(block["text"]))
    if "fields" in block:
        yield Item("fields", fields=tuple(_runs(field) for field in block["fields"]))


def _rich_text(block: Block) -> Iterator[Item]:
    for element in block["elements"]:
        yield Item("quote" if element["type"] == "rich_text_quote" else "paragraph", tuple(_leaf(leaf) for leaf in element["elements"]))


def _context(block: Block) -> Iterator[Item]:
    yield Item("context", tuple(run for element in block["elements"] for run in _runs(element)))


def _actions(block: Block) -> Iterator[Item]:
    yield Item("buttons", buttons=tuple(_press(one) for one in block["elements"]))


def _divider(_block: Block) -> Iterator[Item]:
    yield Item("divider")


def _input(block: Block) -> Iterator[Item]:
    yield Item("paragraph", (Run(block["label"]["text"], bold=True),))


_DRAWN = {
    "header": _header,
    "section": _section,
    "rich_text": _rich_text,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
}


def _press(element: Block) -> Press:
    text = element.get("text") or element.get("placeholder") or {"text": "\u2026"}
    return Press(text["text"], element.get("style", ""))


def _leaf(leaf: Block) -> Run:
    return Run(leaf.get("text") or leaf.get("url", ""), bold=bool(leaf.get("style", {}).get("bold")), link=leaf.get("url", ""))


def _runs(text: Block) -> tuple[Run, ...]:
    if text["type"] != "mrkdwn":
        return (Run(text["text"]),)
    parts = _MRKDWN_BOLD.split(text["text"])
    return tuple(Run(markup.unescape(part), bold=at % 2 == 1) for at, part in enumerate(parts) if part)


def _joined(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _html(item: Item) -> str:
    match item.kind:
        case "header":
            return f"<h1>{_html_runs(item.runs)}</h1>"
        case "fields":
            return f'<div class="fields">{"".join(f"<div>{_html_runs(field)}</div>" for field in item.fields)}</div>'
        case "buttons":
            pressed = "".join(f'<span class="button {one.style}">{markup.escape(one.label)}</span>' for one in item.buttons)
            return f'<div class="buttons">{pressed}</div>'
        case "divider":
            return "<hr>"
        case kind:
            return f'<div class="{kind}">{_html_runs(item.runs)}</div>'


def _html_runs(runs: Sequence[Run]) -> str:
    drawn = []
    for run in runs:
        text = markup.escape(run.text).replace("\n", "<br>")
        drawn.append(f'<a href="{markup.escape(run.link)}">{text}</a>' if run.link else f"<b>{text}</b>" if run.bold else text)
    return "".join(drawn)


def _terminal(item: Item, width: int) -> RenderableType:
    match item.kind:
        case "fields":
            return Padding(Columns([_rich(field) for field in item.fields], padding=(0, 4), equal=False), (0, 0, 1, 0))
        case "buttons":
            return Padding(Text("  ").join(Text(f"[ {one.label} ]", style=_BUTTON_COLOURS.get(one.style, "bold")) for one in item.buttons), (0, 0, 1, 0))
        case "divider":
            return Padding(Rule(style="dim"), (0, 0, 1, 0))
        case "quote":
            lines = [part for line in _joined(item.runs).split("\n") for part in wrap(line, width - 8) or [""]]
            return Text("\n".join(f"\u2502 {line}" for line in lines) + "\n", style="italic")
        case "context":
            return Text(_joined(item.runs), style="dim")
        case _:
            return Padding(_rich(item.runs), (0, 0, 1, 0))


def _rich(runs: Sequence[Run]) -> Text:
    return Text.assemble(*((run.text, "bold" if run.bold else "") for run in runs))


_BUTTON_COLOURS = {"primary": "bold green", "danger": "bold red"}
_STYLE = """
body{margin:0;padding:16px;background:#fff;color:#1d1c1d;font:15px/22px Lato,"Helvetica Neue",Helvetica,Arial,sans-serif}
.message{display:flex;gap:8px;max-width:720px}
.avatar{flex:none;width:36px;height:36px;border-radius:8px;background:#1d3557;color:#fff;font-weight:900;font-size:20px;line-height:36px;text-align:center}
.content{flex:1;min-width:0;overflow-wrap:anywhere}
.by{margin-bottom:2px}.app{margin:0 6px;padding:1px 4px;border-radius:3px;background:#e8e8e8;color:#616061;font-size:10px;font-weight:700}
.at{color:#616061;font-size:12px}
h1{margin:6px 0 4px;font-size:18px;line-height:24px;font-weight:900}
.paragraph,.quote,.fields,.buttons{margin:8px 0}
.quote{padding-left:12px;border-left:4px solid #ddd;white-space:pre-wrap}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px}
.buttons{display:flex;flex-wrap:wrap;gap:8px}
.button{padding:5px 12px 7px;border:1px solid rgba(29,28,29,.3);border-radius:8px;font-weight:700;line-height:20px}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
.context{margin:6px 0;color:#616061;font-size:13px;line-height:18px}
hr{margin:14px 0;border:0;border-top:1px solid #ddd}
"""
