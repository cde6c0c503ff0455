"""Windows that ask for something, as Slack views, and what was chosen in them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels import slack_blocks
from bot.channels.slack_text import cut, neutral
from bot.messages import Choice, Field, Form

_OPTIONS = 100
"""Slack shows no more in one list; lists are searched by typing."""
_OPTION = 75
_TITLE = 24
_BUTTON = 24
_LABEL = 2_000
_CONTEXT = 3_000
_FORM_BLOCKS = 100


def form(asked: Form, links: Sequence[str] = ()) -> dict[str, Any]:
    """A window that asks for what a form asks for."""
    fields = [_field(one) for one in asked.fields]
    return {
        "type": "modal",
        "callback_id": asked.action,
        "title": _plain(cut(" ".join(neutral(asked.title).split()) or "Tradecraft", _TITLE)),
        "submit": _plain(cut(asked.submit, _BUTTON)),
        "close": _plain("Cancel"),
        "private_metadata": asked.context[:_CONTEXT],
        "blocks": [*slack_blocks.body(asked.sections, links)[: _FORM_BLOCKS - len(fields)], *fields],
    }


def filled(view: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a window, by name; an empty one holds an empty text."""
    held = view.get("state", {}).get("values", {})
    return {str(name): _held(next(iter(inputs.values()), {})) for name, inputs in held.items() if isinstance(inputs, dict)}


def waiting() -> dict[str, Any]:
    """What stands in a window while its answer is on the way."""
    text = _plain("One moment\u2026")
    return {"type": "modal", "title": _plain("Tradecraft"), "close": _plain("Close"), "blocks": [{"type": "section", "text": text}]}


def _held(element: Mapping[str, Any]) -> str:
    option, files = element.get("selected_option"), element.get("files")
    if isinstance(files, list):
        element = {"value": files[0].get("id")} if files and isinstance(files[0], dict) else {}
    value = option.get("value") if isinstance(option, dict) else element.get("selected_conversation") or element.get("selected_user") or element.get("value")
    return value if isinstance(value, str) else ""


def _field(one: Field) -> dict[str, Any]:
    element = (
        _person(one)
        if one.person
        else _conversations(one)
        if one.conversation
        else _searched(one)
        if one.searched
        else _file(one)
        if one.files
        else _choices(one)
        if one.choices
        else _words(one)
    )
    block = {"type": "input", "block_id": one.name, "optional": one.optional, "label": _plain(cut(one.label, _LABEL)), "element": element}
    if one.action:
        block["dispatch_action"] = True
    return block | ({"hint": _plain(cut(one.hint, _LABEL))} if one.hint else {})


def _words(one: Field) -> dict[str, Any]:
    value = one.value[: one.longest]
    element = {"type": "plain_text_input", "action_id": one.action or one.name, "multiline": one.lines, "max_length": min(one.longest, 3_000)}
    return element | ({"initial_value": value} if value else {})


def _conversations(one: Field) -> dict[str, Any]:
    """Channels of the own workspace: nobody outside it is to read along, and a direct conversation is no place for everybody."""
    only = {"include": ["public", "private"], "exclude_bot_users": True, "exclude_external_shared_channels": True}
    return {"type": "conversations_select", "action_id": one.name, "placeholder": _plain("Choose a channel"), "filter": only}


def _file(one: Field) -> dict[str, Any]:
    return {"type": "file_input", "action_id": one.name, "filetypes": list(one.files), "max_files": 1}


def _person(one: Field) -> dict[str, Any]:
    element = {"type": "users_select", "action_id": one.name, "placeholder": _plain("Choose a person")}
    return element | ({"initial_user": one.value} if one.value else {})


def _searched(one: Field) -> dict[str, Any]:
    """A list the app fills while somebody types. What stands there at first is the field's one choice."""
    element = {"type": "external_select", "action_id": one.searched, "placeholder": _plain("Type to search"), "min_query_length": 0}
    return element | ({"initial_option": _choice(one.choices[0])} if one.choices else {})


def options(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """What such a list offers."""
    return [_choice(one) for one in choices[:_OPTIONS]]


def _choices(one: Field) -> dict[str, Any]:
    options = [_choice(choice) for choice in one.choices[:_OPTIONS]]
    initial = next((option for option in options if option["value"] == one.value), None)
    element = {"type": "static_select", "action_id": one.action or one.name, "placeholder": _plain("Choose"), "options": options}
    return element | ({"initial_option": initial} if initial else {})


def _choice(choice: Choice) -> dict[str, Any]:
    return {"text": _plain(cut(" ".join(neutral(choice.label).split()) or "-", _OPTION)), "value": choice.value}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
