"""What Slack refuses: the limits of Block Kit as its reference states them. Pure; written apart from slack_blocks so that one checks the other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
_PLAIN = {"header": 150, "button": 75, "option": 75, "modal_title": 24, "placeholder": 150, "label": 2_000, "hint": 2_000}
_STYLES = ("primary", "danger")
_TEXT_TYPES = ("plain_text", "mrkdwn")
_RICH = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
_RICH_LEAVES = ("text", "link", "emoji", "user", "channel", "usergroup", "broadcast", "date", "color")
_CHARTS = 2
_INTERACTIVE = (
    "button",
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "overflow",
    "datepicker",
    "plain_text_input",
    "checkboxes",
    "radio_buttons",
)


def problems(blocks: object, most: int = MESSAGE_BLOCKS) -> list[str]:
    """Everything Slack would refuse in these blocks, as its `response_metadata.messages` words it roughly; empty when they are fine."""
    if not isinstance(blocks, list):
        return ["blocks must be an array"]
    found = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(ids) != len(set(ids)):
        found.append("block_id already exists")
    if sum(isinstance(block, dict) and block.get("type") == "data_visualization" for block in blocks) > _CHARTS:
        found.append("too many data_visualization blocks")
    for at, block in enumerate(blocks):
        found += [f"{what} [json-pointer:/blocks/{at}]" for what in _block(block)]
    return found


def view_problems(view: object) -> list[str]:
    """The same for a view."""
    if not isinstance(view, dict) or view.get("type") not in {"modal", "home"}:
        return ["view must be a modal or a home tab"]
    found = problems(view.get("blocks"), VIEW_BLOCKS)
    if view["type"] == "modal":
        found += list(_text(view.get("title"), _PLAIN["modal_title"], plain=True, what="title"))
        for name in ("close", "submit"):
            if name in view:
                found += list(_text(view[name], _PLAIN["modal_title"], plain=True, what=name))
    if len(str(view.get("private_metadata", ""))) > 3_000:  # noqa: PLR2004 - Slack's limit
        found.append("private_metadata is too long")
    return found


def _block(block: object) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "must be an object"
        return
    check = _BLOCKS.get(str(block.get("type")))
    if check is None:
        yield f"unsupported type: {block.get('type')}"
        return
    if len(str(block.get("block_id", ""))) > 255:  # noqa: PLR2004
        yield "block_id is too long"
    yield from check(block)


def _section(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "section needs text or fields"
    if "text" in block:
        yield from _text(block["text"], 3_000, what="text")
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:  # noqa: PLR2004
        yield "fields: between 1 and 10 items"
    for field in fields:
        yield from _text(field, 2_000, what="field")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _header(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(block.get("text"), _PLAIN["header"], plain=True, what="header")


def _context(block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:  # noqa: PLR2004
        yield "context: between 1 and 10 elements"
    for element in elements:
        if isinstance(element, dict) and element.get("type") == "image":
            continue
        yield from _text(element, 3_000, what="context")


def _actions(block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:  # noqa: PLR2004
        yield "actions: between 1 and 25 elements"
    ids = [element.get("action_id") for element in elements if isinstance(element, dict)]
    if len(ids) != len(set(ids)):
        yield "action_id already exists in this block"
    for element in elements:
        yield from _element(element)


def _element(element: object) -> Iterator[str]:
    if not isinstance(element, dict) or element.get("type") not in _INTERACTIVE:
        yield "unsupported element"
        return
    if len(str(element.get("action_id", ""))) > 255:  # noqa: PLR2004
        yield "action_id is too long"
    if element["type"] == "button":
        yield from _text(element.get("text"), _PLAIN["button"], plain=True, what="button")
        if not element.get("action_id"):
            yield "button without action_id"
        if len(str(element.get("value", ""))) > 2_000:  # noqa: PLR2004
            yield "value is too long"
        if "style" in element and element["style"] not in _STYLES:
            yield "style must be primary or danger"
        if "confirm" in element:
            yield from _confirm(element["confirm"])
    if "options" in element and not 1 <= len(element["options"]) <= 100:  # noqa: PLR2004
        yield "options: between 1 and 100"
    for option in element.get("options", []):
        yield from _text(option.get("text"), _PLAIN["option"], plain=True, what="option")


def _context_actions(block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 5:  # noqa: PLR2004
        yield "context_actions: between 1 and 5 elements"
    for element in elements:
        if element.get("type") not in {"feedback_buttons", "icon_button"}:
            yield "context_actions: unsupported element"
        elif element["type"] == "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                yield from _text(element.get(name, {}).get("text"), _PLAIN["button"], plain=True, what=name)
                if not 1 <= len(str(element.get(name, {}).get("value", ""))) <= 2_000:  # noqa: PLR2004
                    yield f"{name}: value must be between 1 and 2000 characters"


def _confirm(confirm: Mapping[str, Any]) -> Iterator[str]:
    for name, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm.get(name), limit, what=f"confirm {name}")


def _input(block: Mapping[str, Any]) -> Iterator[str]:
    yield from _text(block.get("label"), _PLAIN["label"], plain=True, what="label")
    element = block.get("element")
    yield from _files(element) if isinstance(element, dict) and element.get("type") == "file_input" else _element(element)


def _files(element: Mapping[str, Any]) -> Iterator[str]:
    """A field for files, which stands in an input block only."""
    most, endings = element.get("max_files", 10), element.get("filetypes", [])
    if not isinstance(most, int) or not 1 <= most <= 10:  # noqa: PLR2004
        yield "file_input: max_files must be between 1 and 10"
    if not isinstance(endings, list) or not all(isinstance(one, str) and one.isalnum() and one == one.lower() for one in endings):
        yield "file_input: filetypes must be file extensions"
    if set(element) - {"type", "action_id", "filetypes", "max_files"}:
        yield "file_input: unknown field"


def _rich(block: Mapping[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not elements:
        yield "rich_text: elements must not be empty"
    for element in elements:
        if not isinstance(element, dict) or element.get("type") not in _RICH:
            yield "rich_text: unsupported element"
            continue
        inner: Sequence[Any] = element.get("elements", [])
        if not inner:
            yield "rich_text: elements must not be empty"
        for leaf in inner:
            if element["type"] == "rich_text_list":
                continue
            if not isinstance(leaf, dict) or leaf.get("type") not in _RICH_LEAVES:
                yield "rich_text: unsupported leaf"
            elif leaf["type"] == "text" and not leaf.get("text"):
                yield "rich_text: text must not be empty"
            elif leaf["type"] == "text" and len(leaf["text"]) > 3_000:  # noqa: PLR2004
                yield "rich_text: text is too long"


def _text(text: object, limit: int, *, what: str, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in _TEXT_TYPES:
        yield f"{what}: missing text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{what}: must be plain_text"
    content = text.get("text")
    if not isinstance(content, str) or not content:
        yield f"{what}: must be more than 0 characters"
    elif len(content.encode("utf-16-le")) // 2 > limit:
        yield f"{what}: must be less than {limit + 1} characters"
    if text["type"] == "mrkdwn" and "emoji" in text:
        yield f"{what}: emoji is not allowed in mrkdwn"


def _nothing(_block: Mapping[str, Any]) -> Iterator[str]:
    yield from ()


def _image(block: Mapping[str, Any]) -> Iterator[str]:
    if not block.get("alt_text"):
        yield "image without alt_text"


def _chart(block: Mapping[str, Any]) -> Iterator[str]:
    title, chart = block.get("title"), block.get("chart")
    if not isinstance(title, str) or not 1 <= len(title) <= 50:  # noqa: PLR2004
        yield "data_visualization: title must be between 1 and 50 characters"
    if not isinstance(chart, dict) or chart.get("type") not in {"pie", "bar", "line", "area"}:
        yield "data_visualization: unsupported chart"
        return
    parts = chart.get("segments" if chart["type"] == "pie" else "series", [])
    if not 1 <= len(parts) <= 6:  # noqa: PLR2004
        yield "data_visualization: between 1 and 6 segments or series"
    if chart["type"] == "pie":
        yield from _points(parts)
        return
    categories = chart.get("axis_config", {}).get("categories", [])
    if not 1 <= len(categories) <= 20 or len(set(categories)) != len(categories):  # noqa: PLR2004
        yield "data_visualization: between 1 and 20 distinct categories"
    names = [one.get("name") for one in parts]
    if len(set(names)) != len(names) or not all(isinstance(name, str) and name for name in names):
        yield "data_visualization: each series needs a name of its own"
    for one in parts:
        yield from _points(one.get("data", []))
        if [point.get("label") for point in one.get("data", [])] != categories:
            yield "data_visualization: the labels of a series must be the categories"


def _points(points: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for point in points:
        label, value = point.get("label"), point.get("value")
        if not isinstance(label, str) or not 1 <= len(label) <= 20:  # noqa: PLR2004
            yield "data_visualization: label must be between 1 and 20 characters"
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            yield "data_visualization: value must be a number"


_BLOCKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _nothing,
    "rich_text": _rich,
    "input": _input,
    "image": _image,
    "context_actions": _context_actions,
    "data_visualization": _chart,
}
