"""Block Kit as HTML that looks like Slack. Pure. Buttons and inputs carry what a page needs to use them, in `data-` attributes; all text is escaped."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.rendering_charts import chart
from bot.rendering_elements import drawn, image
from bot.rendering_text import STYLED, lines, link, marked, safe, text_object

Block = Mapping[str, Any]


def fragment(blocks: Sequence[Block]) -> str:
    """The blocks of a message, window or home tab, below each other. Kinds of blocks it does not know are named instead of left out."""
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    known = _BLOCKS.get(str(block.get("type")))
    return known(block) if known else f'<div class="context">[{safe(str(block.get("type")))}]</div>'


def _header(block: Block) -> str:
    return f"<h1>{text_object(block['text'])}</h1>"


def _section(block: Block) -> str:
    parts = []
    if "text" in block:
        parts.append(f'<div class="paragraph">{text_object(block["text"])}</div>')
    if "fields" in block:
        parts.append(f'<div class="fields">{"".join(f"<div>{text_object(field)}</div>" for field in block["fields"])}</div>')
    body = "".join(parts)
    if "accessory" in block:
        return f'<div class="beside"><div>{body}</div>{drawn(block["accessory"], str(block.get("block_id", "")))}</div>'
    return body


def _rich_text(block: Block) -> str:
    return "".join(_rich(element) for element in block["elements"])


def _rich(element: Block) -> str:
    match element["type"]:
        case "rich_text_list":
            tag = "ol" if element.get("style") == "ordered" else "ul"
            return f"<{tag}>{''.join(f'<li>{_leaves(one)}</li>' for one in element['elements'])}</{tag}>"
        case "rich_text_quote":
            return f'<div class="quote">{_leaves(element)}</div>'
        case "rich_text_preformatted":
            return f"<pre>{_leaves(element)}</pre>"
        case _:
            return f'<div class="paragraph">{_leaves(element)}</div>'


def _leaves(element: Block) -> str:
    return "".join(_leaf(leaf) for leaf in element.get("elements", ()))


def _leaf(leaf: Block) -> str:
    match leaf["type"]:
        case "link":
            return link(leaf["url"], leaf.get("text") or leaf["url"])
        case "emoji":
            return f":{safe(leaf.get('name', ''))}:"
        case "user" | "usergroup" | "channel" | "broadcast":
            named = leaf.get("user_id") or leaf.get("channel_id") or leaf.get("range") or ""
            return f'<span class="mention">@{safe(named)}</span>'
        case _:
            said = lines(leaf.get("text", ""))
            for name, tag in STYLED.items():
                if leaf.get("style", {}).get(name):
                    said = f"<{tag}>{said}</{tag}>"
            return said


def _context(block: Block) -> str:
    return f'<div class="context">{" ".join(image(one) if one["type"] == "image" else text_object(one) for one in block["elements"])}</div>'


def _actions(block: Block) -> str:
    return f'<div class="buttons">{"".join(drawn(one, str(block.get("block_id", ""))) for one in block["elements"])}</div>'


def _divider(_block: Block) -> str:
    return "<hr>"


def _input(block: Block) -> str:
    hint = f'<div class="context">{text_object(block["hint"])}</div>' if "hint" in block else ""
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    element = drawn(block["element"], str(block.get("block_id", "")))
    return f'<label class="input"><b>{text_object(block["label"])}</b>{optional}{element}</label>{hint}'


def _image_block(block: Block) -> str:
    title = f'<div class="context">{text_object(block["title"])}</div>' if "title" in block else ""
    return f'<div class="picture">{title}{image(block)}</div>'


def _markdown(block: Block) -> str:
    """Standard markdown, as far as answers use it: headings, bold, quotes, lists."""
    lines = []
    for line in str(block.get("text", "")).split("\n"):
        if found := re.match(r"(#{1,6}|[-*]|>)\s+(.*)", line):
            sign, rest = found[1], marked(found[2].replace("**", "*"))
            kind = "quote" if sign == ">" else "paragraph"
            lines.append(f"<h2>{rest}</h2>" if sign[0] == "#" else f'<div class="{kind}">{"" if sign == ">" else "&bull; "}{rest}</div>')
        elif line.strip():
            lines.append(f'<div class="paragraph">{marked(line.replace("**", "*"))}</div>')
    return "".join(lines)


def _table(block: Block) -> str:
    caption = f"<caption>{safe(_cell_text(block['caption']))}</caption>" if block.get("caption") else ""
    rows = block.get("rows", ())
    head = f"<tr>{''.join(f'<th>{_cell(cell)}</th>' for cell in rows[0])}</tr>" if rows else ""
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f'<table class="data">{caption}{head}{body}</table>'


def _cell(cell: Any) -> str:  # noqa: ANN401 - a string or any kind of cell
    return _rich_text(cell) if isinstance(cell, Mapping) and cell.get("type") == "rich_text" else safe(_cell_text(cell))


def _cell_text(cell: Any) -> str:  # noqa: ANN401 - a string or any kind of cell
    if isinstance(cell, Mapping):
        return str(cell.get("text", cell.get("value", "")))
    return str(cell)


def _chart(block: Block) -> str:
    return f"<figure><figcaption>{safe(str(block.get('title', '')))}</figcaption>{chart(block.get('chart', {}))}</figure>"


_BLOCKS: dict[str, Callable[[Block], str]] = {
    "header": _header,
    "section": _section,
    "rich_text": _rich_text,
    "context": _context,
    "context_actions": _actions,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
    "image": _image_block,
    "markdown": _markdown,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
}


STYLE = """
h1{margin:6px 0 4px;font-size:18px;line-height:24px;font-weight:900}
h2{margin:6px 0 2px;font-size:15px;line-height:22px;font-weight:900}
.paragraph,.quote,.fields,.buttons,.input,figure,table.data,ul,ol{margin:8px 0}
.quote{padding-left:12px;border-left:4px solid #ddd;white-space:pre-wrap}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px}
.beside{display:flex;gap:16px;justify-content:space-between;align-items:flex-start}
.buttons{display:flex;flex-wrap:wrap;gap:8px}
.button{padding:5px 12px 7px;border:1px solid rgba(29,28,29,.3);border-radius:8px;background:#fff;color:#1d1c1d;font:inherit;font-weight:700;line-height:20px}
.primary{background:#007a5a;border-color:#007a5a;color:#fff}.danger{background:#e01e5a;border-color:#e01e5a;color:#fff}
.context,.optional,figcaption{margin:6px 0;color:#616061;font-size:13px;line-height:18px}
.mention{padding:0 2px;border-radius:3px;background:#e8f5fa;color:#1264a3}
a{color:#1264a3}
pre,code{padding:1px 4px;border:1px solid #ddd;border-radius:3px;background:#f8f8f8;font-size:12px;white-space:pre-wrap}
.input{display:block}.input>input,.input>textarea,.input>select,select{display:block;margin-top:6px}
input,textarea,select{box-sizing:border-box;padding:8px 10px;border:1px solid rgba(29,28,29,.3);border-radius:8px;background:#fff;font:inherit;max-width:100%}
.input>input,.input>textarea,.input>select{width:100%}
.choices label{display:block}.choices input{width:auto}
table.data{border-collapse:collapse;font-size:13px}table.data th,table.data td{padding:4px 10px;border:1px solid #ddd;text-align:left}
table.data caption{padding:4px 0;text-align:left;color:#616061}
figure svg{display:block;max-width:100%}
hr{margin:14px 0;border:0;border-top:1px solid #ddd}
"""
"""The rules of a style sheet, for a page that shows fragments."""
