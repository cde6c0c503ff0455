"""Buttons, lists and fields of Block Kit as HTML. Pure. `data-block`, `data-action` and `data-kind` say which one it is, as Slack's payloads do."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.rendering_text import WEB, safe, text_object

Block = Mapping[str, Any]


def drawn(element: Block, block_id: str) -> str:
    """A button, list or field."""
    kind = str(element.get("type"))
    at = f'data-block="{safe(block_id)}" data-action="{safe(str(element.get("action_id", "")))}" data-kind="{safe(kind)}"'
    match kind:
        case "button" | "icon_button":
            return _button(element, at)
        case "feedback_buttons":
            return "".join(_button(element[name], at) for name in ("positive_button", "negative_button"))
        case "image":
            return image(element)
        case "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" | "datepicker" | "timepicker" | "file_input":
            return _field(element, kind, at)
        case "checkboxes" | "radio_buttons":
            return _choices(element, kind, at)
        case _:
            return _list(element, kind, at)


def image(block: Block) -> str:
    """A picture from the web, or what it would show."""
    url = str(block.get("image_url", ""))
    told = safe(str(block.get("alt_text", "")))
    return f'<img src="{safe(url)}" alt="{told}">' if url.startswith(WEB) else f'<span class="context">[picture: {told}]</span>'


def _button(element: Block, at: str) -> str:
    ask = element.get("confirm")
    confirm = f' data-confirm="{safe(str(ask["text"]["text"]))}"' if ask else ""
    link = f' data-url="{safe(str(element["url"]))}"' if str(element.get("url", "")).startswith(WEB) else ""
    label = text_object(element.get("text") or str(element.get("icon", "\u2026")))
    style = element.get("style", "")
    return f'<button type="button" class="button {safe(style)}" {at} data-value="{safe(str(element.get("value", "")))}"{confirm}{link}>{label}</button>'


_HTML_TYPES = {"number_input": "number", "datepicker": "date", "timepicker": "time", "email_text_input": "email", "url_text_input": "url", "file_input": "file"}


def _field(element: Block, kind: str, at: str) -> str:
    value = safe(str(element.get("initial_value") or element.get("initial_date") or element.get("initial_time") or ""))
    hint = safe(element.get("placeholder", {}).get("text", ""))
    if element.get("multiline"):
        return f'<textarea {at} placeholder="{hint}" rows="5">{value}</textarea>'
    return f'<input type="{_HTML_TYPES.get(kind, "text")}" {at} placeholder="{hint}" value="{value}">'


def _choices(element: Block, kind: str, at: str) -> str:
    chosen = [one["value"] for one in element.get("initial_options", [])] + [element["initial_option"]["value"]] * ("initial_option" in element)
    sort = "checkbox" if kind == "checkboxes" else "radio"
    name = safe(str(element.get("action_id", "")))
    choices = (
        f'<label><input type="{sort}" name="{name}" value="{safe(one["value"])}"{" checked" * (one["value"] in chosen)}> {text_object(one["text"])}</label>'
        for one in element.get("options", ())
    )
    return f'<div class="choices" {at}>{"".join(choices)}</div>'


def _list(element: Block, kind: str, at: str) -> str:
    groups = [({}, element.get("options", ())), *((group["label"], group["options"]) for group in element.get("option_groups", ()))]
    first = element.get("initial_option") or {}
    chosen = {one["value"] for one in [*element.get("initial_options", ()), *([first] if first else [])]}
    hint = element.get("placeholder", {}).get("text", "\u2026")
    body = "".join(_options(label, options, chosen) for label, options in groups)
    several = " multiple" if kind.startswith("multi_") else ""
    start = "" if several else f'<option value="">{safe(hint)}</option>'
    if "external" in kind:
        started = f' value="{safe(first["text"]["text"])}" data-value="{safe(first["value"])}"' if first else ""
        return f'<input type="search" {at} placeholder="{safe(hint)}" autocomplete="off"{started}>'
    return f"<select {at}{several}>{start}{body}</select>"


def _options(label: Block, options: Sequence[Block], chosen: set[str]) -> str:
    listed = "".join(f'<option value="{safe(one["value"])}"{" selected" * (one["value"] in chosen)}>{text_object(one["text"])}</option>' for one in options)
    return f'<optgroup label="{safe(label["text"])}">{listed}</optgroup>' if label else listed
