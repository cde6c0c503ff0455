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
from bot.rendering_html import STYLE, fragment

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
    return [item for block in _blocks(shown) for item in _items(block)]


def _blocks(shown: Card | Sequence[Block]) -> Sequence[Block]:
    return slack_blocks.blocks(shown) if isinstance(shown, Card) else shown


def html(shown: Card | Sequence[Block], *, at: str = "09:31") -> str:
    """A complete page that looks like the message in Slack; needs no network and no script."""
    body = fragment(_blocks(shown))
    head = f'<div class="by"><b>Tradecraft</b><span class="app">APP</span><span class="at">{markup.escape(at)}</span></div>'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Tradecraft in Slack</title>'
        f"<style>{_PAGE}{STYLE}</style></head>\n<body>"
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
    if block.get("accessory", {}).get("type") in {"button", "static_select", "overflow"}:
        yield Item("buttons", buttons=(_press(block["accessory"]),))


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


def _markdown(block: Block) -> Iterator[Item]:
    for part in block["text"].split("\n\n"):
        yield Item("paragraph", _runs({"type": "mrkdwn", "text": part.replace("**", "*")}))


def _chart(block: Block) -> Iterator[Item]:
    """The numbers of a chart: what stays of it where nothing can be drawn."""
    yield Item("paragraph", (Run(str(block.get("title", "")), bold=True),))
    chart = block.get("chart", {})
    series = chart.get("series") or [{"name": "", "data": chart.get("segments", ())}]
    yield Item("context", tuple(Run(f"{one.get('name') or 'Values'}: {_values(one['data'])}\n") for one in series))


def _values(points: Sequence[Block]) -> str:
    return ", ".join(f"{point.get('label', '')} {point.get('value', 0)}" for point in points)


def _table(block: Block) -> Iterator[Item]:
    for number, row in enumerate(block.get("rows", ())):
        yield Item("paragraph", (Run("   ".join(_cell(cell) for cell in row), bold=number == 0),))


def _cell(cell: object) -> str:
    if not isinstance(cell, Mapping):
        return str(cell)
    if cell.get("type") == "rich_text":
        return "".join(_joined(item.runs) for item in _rich_text(cell))
    return str(cell.get("text", cell.get("value", "")))


_DRAWN = {
    "header": _header,
    "section": _section,
    "rich_text": _rich_text,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
    "markdown": _markdown,
    "data_visualization": _chart,
    "data_table": _table,
    "table": _table,
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
_PAGE = """
body{margin:0;padding:16px;background:#fff;color:#1d1c1d;font:15px/22px Lato,"Helvetica Neue",Helvetica,Arial,sans-serif}
.message{display:flex;gap:8px;max-width:720px}
.avatar{flex:none;width:36px;height:36px;border-radius:8px;background:#1d3557;color:#fff;font-weight:900;font-size:20px;line-height:36px;text-align:center}
.content{flex:1;min-width:0;overflow-wrap:anywhere}
.by{margin-bottom:2px}.app{margin:0 6px;padding:1px 4px;border-radius:3px;background:#e8e8e8;color:#616061;font-size:10px;font-weight:700}
.at{color:#616061;font-size:12px}
"""
