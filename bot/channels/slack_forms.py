"""Windows that ask for something, as Slack views, and what was chosen in them. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.answers import Situations
from bot.wording import capital, spoken

BROWSE = "playbook.browse"
_OPTIONS = 100
"""Slack shows no more in one list; lists are searched by typing."""
_OPTION = 75


def browse(known: Situations) -> dict[str, Any]:
    """The playbook by objection, industry and response."""
    lists = (("objection", "Objection", known.objections), ("industry", "Industry", known.industries), ("response", "Response", known.responses))
    return {
        "type": "modal",
        "callback_id": BROWSE,
        "title": _plain("Playbook"),
        "submit": _plain("Show"),
        "close": _plain("Close"),
        "blocks": [_list(name, label, words) for name, label, words in lists if words],
    }


def waiting() -> dict[str, Any]:
    """What stands in a window while its answer is on the way."""
    text = _plain("One moment\u2026")
    return {"type": "modal", "title": _plain("Playbook"), "close": _plain("Close"), "blocks": [{"type": "section", "text": text}]}


def chosen(view: Mapping[str, Any]) -> str:
    """The words chosen in the lists, separated by spaces."""
    values = view.get("state", {}).get("values", {})
    options = [(values.get(name, {}).get(name, {}) or {}).get("selected_option") for name in ("objection", "industry", "response")]
    return " ".join(str(option["value"]) for option in options if isinstance(option, dict) and "value" in option)


def _list(name: str, label: str, words: Sequence[str]) -> dict[str, Any]:
    options = [{"text": _plain(capital(spoken(word))[:_OPTION]), "value": word} for word in words[:_OPTIONS]]
    element = {"type": "static_select", "action_id": name, "placeholder": _plain("Any"), "options": options}
    return {"type": "input", "block_id": name, "optional": True, "label": _plain(label), "element": element}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
