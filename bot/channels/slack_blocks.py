"""Card -> Block Kit. Pure. Whatever the card holds, the result is within Slack's limits and can neither mention, link nor unfurl.

Limits: Slack's Block Kit reference (50 blocks a message, 100 a view, 3,000 characters a section, 2,000 a field and a button's value, 150 a header, 75 a
button, 25 buttons a block, 24 a modal's title). Words of people go into rich text elements and plain text, which Slack does not interpret; where Slack
reads markup (fields and the top-level text), `&`, `<` and `>` are escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.channels.slack_charts import MOST_CHARTS, charted, drawn_chart, lines
from bot.channels.slack_text import REMOVED, UNSEEN, cut, escaped, length, neutral, ours, pieces, within
from bot.messages import Button, Card, Fact, Section

Block = dict[str, Any]
JUDGED, GOOD, BAD = "answer.judged", "good", "bad"
"""The action of the thumbs below an answer, and how their values begin."""

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
_SECTION = 2_900
"""Slack allows 3,000; the rest is for a sign that something was cut."""
_FIELD = 1_900
_FIELDS = 10
_HEADER = 150
_CONTEXT = 1_000
_BUTTON = 75
_BUTTONS = 25
_VALUE = 2_000
_ACTION = 255
_TYPED = re.compile(r"`([^`\n]+)`")
_MODAL_TITLE = 24
_TOTAL = 11_000
"""Characters of a whole message: Slack refuses very long ones as `msg_blocks_too_long` without naming the limit."""
_TEXT = 3_000
_STYLES = ("primary", "danger")
_TICK = "\u2713 "
_OPPOSITES = {"suggestion.worked": "suggestion.did-not-work", "suggestion.did-not-work": "suggestion.worked"}
_CONFIRM = {
    "zone.veto": ("Take it back?", "This exchange stops counting for good, and the patterns are counted again without it."),
    "zone.opt-out": ("Stop contributing?", "Everything you offered is taken back and the patterns are counted again without it."),
}


def message(card: Card, links: Sequence[str] = ()) -> dict[str, Any]:
    """What a message is posted with: top-level text (notifications, screen readers) and blocks. `links` are the URL prefixes that may stay links."""
    return {"text": escaped(card.summary or card.title, _TEXT, links) or "Tradecraft", "blocks": blocks(card, links)}


def blocks(card: Card, links: Sequence[str] = (), most: int = MESSAGE_BLOCKS) -> list[Block]:
    """The blocks of a card, at most `most`; what does not fit is left out, and that is said."""
    foot = _context(card.footnote, links)
    tail = [*_actions(card.buttons), *foot, *_judging(card.judged)]
    room = most - len(tail) - 2  # the header and a sign that something was left out
    drawn: list[Block] = []
    used = sum(_weight(block) for block in tail)
    shortened = False
    for block in _body(charted(card, MOST_CHARTS)[0].sections, links):
        used += _weight(block)
        shortened = len(drawn) == room or used > _TOTAL
        if shortened:
            break
        drawn.append(block)
    sign = _context("The rest does not fit into one message.", ()) if shortened else []
    return [*_header(card.title), *drawn, *sign, *tail] or _paragraph("", card.summary or "Tradecraft", links)


def modal(card: Card, links: Sequence[str] = ()) -> dict[str, Any]:
    """A view to open with a trigger; its title is short, so the card's own title stays the header."""
    title = " ".join(neutral(card.title).split())
    return {
        "type": "modal",
        "title": _plain(title if 0 < length(title) <= _MODAL_TITLE else "Tradecraft", _MODAL_TITLE),
        "close": _plain("Close", _MODAL_TITLE),
        "blocks": blocks(card, links, VIEW_BLOCKS),
    }


def home(cards: Iterable[Card], links: Sequence[str] = (), charts: int = MOST_CHARTS) -> dict[str, Any]:
    """The home tab of one person: cards below each other. At most so many charts are pictures, the others are written."""
    drawn: list[Block] = []
    for whole in cards:
        card, charts = charted(whole, charts)
        part = [*([{"type": "divider"}] if drawn else []), *blocks(card, links)]
        if len(drawn) + len(part) > VIEW_BLOCKS:
            break
        drawn += part
    return {"type": "home", "blocks": drawn}


def body(sections: Sequence[Section], links: Sequence[str] = ()) -> list[Block]:
    """The blocks of sections alone: what stands above the fields of a form."""
    return list(_body(sections, links))


def plain(card: Card, links: Sequence[str] = ()) -> str:
    """The whole card as escaped text: what is sent when Slack refuses the blocks."""
    said = [card.title]
    for section in card.sections:
        said += ["", section.title, *(f"> {line}" if section.quote else line for line in section.text.splitlines())]
        said += [f"{fact.label}: {fact.value}" for fact in section.facts]
        said += lines(section.chart) if section.chart else []
    return escaped("\n".join([*said, "", card.footnote]), _TOTAL, links)


def answered(drawn: Sequence[Block], action: str, value: str, remark: str) -> list[Block]:
    """The blocks of a message after a button was used: that button carries a tick, its opposite none, and a remark stands below them."""
    result: list[Block] = []
    for block in drawn:
        if block.get("block_id") == _remark_id(value):
            continue
        if block.get("type") != "actions" or not any(_is(element, action, value) for element in block.get("elements", ())):
            result.append(block)
            continue
        result.append({**block, "elements": [_ticked(element, action) for element in block["elements"]]})
        if len(result) < MESSAGE_BLOCKS:
            result += [{**one, "block_id": _remark_id(value)} for one in _context(remark, ())]
    return result[:MESSAGE_BLOCKS]


def _body(sections: Sequence[Section], links: Sequence[str]) -> Iterator[Block]:
    """The blocks of the sections; a line is drawn below buttons, before the next heading."""
    before = Section()
    for section in sections:
        if before.buttons and section.title:
            yield {"type": "divider"}
        yield from _section(section, links)
        before = section


def _section(section: Section, links: Sequence[str]) -> Iterator[Block]:
    if section.quote:
        yield from _quote(section.title, section.text, links)
    else:
        yield from _paragraph(section.title, section.text, links)
    facts = [fact for fact in section.facts if fact.label.strip() or fact.value.strip()]
    for start in range(0, len(facts), _FIELDS):
        yield {"type": "section", "fields": [_field(fact, links) for fact in facts[start : start + _FIELDS]]}
    if section.chart is not None:
        yield drawn_chart(section.chart)
    yield from _actions(section.buttons)


def _paragraph(title: str, text: str, links: Sequence[str]) -> list[Block]:
    """A bold line and text; long texts become several blocks."""
    heading = _elements(cut(title, _SECTION), links, "bold")
    parts = list(_parts(text))
    if not parts:
        return [_rich([{"type": "rich_text_section", "elements": heading}])] if heading else []
    first = [*heading, *([_text("\n")] if heading else []), *_marked(parts[0], links)]
    bodies = [first, *(_marked(part, links) for part in parts[1:])]
    return [_rich([{"type": "rich_text_section", "elements": body}]) for body in bodies if body]


def _quote(title: str, text: str, links: Sequence[str]) -> list[Block]:
    heading = _elements(cut(title, _SECTION), links, "bold")
    parts = [elements for part in _parts(text) if (elements := _elements(part, links))]
    first: list[Block] = [{"type": "rich_text_section", "elements": heading}] if heading else []
    if not parts:
        return [_rich(first)] if first else []
    quoted = [{"type": "rich_text_quote", "elements": part} for part in parts]
    return [_rich([*first, quoted[0]]), *(_rich([part]) for part in quoted[1:])]


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _text(text: str, style: str = "") -> Block:
    return {"type": "text", "text": text, **({"style": {style: True}} if style else {})}


def _elements(text: str, links: Sequence[str], style: str = "") -> list[Block]:
    """Text elements, which Slack never interprets; only links of our own become links."""
    clean = UNSEEN.sub("", text)
    return list(_words(clean, links, style)) if clean.strip() else []


def _marked(text: str, links: Sequence[str]) -> list[Block]:
    """The same, with what stands between backticks drawn as something to type."""
    clean = UNSEEN.sub("", text)
    parts = enumerate(_TYPED.split(clean)) if clean.strip() else ()
    return [element for at, part in parts for element in _words(part, links, "code" if at % 2 else "")]


def _words(text: str, links: Sequence[str], style: str) -> Iterator[Block]:
    for word, linked in pieces(text):
        yield {"type": "link", "url": word} if linked and ours(word, links) else _text(REMOVED if linked else word, style)


def _field(fact: Fact, links: Sequence[str]) -> Block:
    label = escaped(" ".join(fact.label.split()), 200, links)
    return {"type": "mrkdwn", "text": f"*{label or '-'}*\n{escaped(fact.value, _FIELD - 300, links) or '-'}", "verbatim": True}


def _header(title: str) -> list[Block]:
    text = " ".join(neutral(title).split())
    return [{"type": "header", "text": _plain(text, _HEADER)}] if text else []


def _context(text: str, links: Sequence[str]) -> list[Block]:
    clean = _TYPED.sub(r"\1", neutral(text, links)).strip()
    return [{"type": "context", "elements": [_plain(clean, _CONTEXT)]}] if clean else []


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def _judging(judged: str) -> list[Block]:
    """Thumbs up and down."""
    if not judged:
        return []
    ways = {
        name: {"text": _plain(label, _BUTTON), "accessibility_label": label, "value": f"{value}:{judged}"}
        for name, label, value in (("positive_button", "Good answer", GOOD), ("negative_button", "Bad answer", BAD))
    }
    return [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": JUDGED, **ways}]}]


def _actions(buttons: Sequence[Button]) -> list[Block]:
    """Rows of buttons; a row never holds one action twice, which Slack refuses."""
    rows: list[list[Button]] = []
    for button in buttons:
        if not rows or len(rows[-1]) == _BUTTONS or button.action in {other.action for other in rows[-1]}:
            rows.append([])
        rows[-1].append(button)
    return [{"type": "actions", "elements": [_button(button) for button in row]} for row in rows]


def _button(button: Button) -> Block:
    drawn = {
        "type": "button",
        "text": _plain(neutral(button.label).strip() or "-", _BUTTON),
        "action_id": button.action[:_ACTION],
        "value": button.value[:_VALUE] or "-",
    }
    if button.style in _STYLES:
        drawn["style"] = button.style
    if button.action in _CONFIRM:
        title, text = _CONFIRM[button.action]
        drawn["confirm"] = {"title": _plain(title, 100), "text": _plain(text, 300), "confirm": _plain("Yes", 30), "deny": _plain("Cancel", 30)}
    return drawn


def _is(element: Block, action: str, value: str) -> bool:
    return element.get("action_id") == action and element.get("value") == value


def _ticked(element: Block, action: str) -> Block:
    """A button after `action` was used: ticked if it is the one, without tick if it is the opposite, else as it was."""
    if element["action_id"] not in {action, _OPPOSITES.get(action)}:
        return element
    label = str(element["text"]["text"]).removeprefix(_TICK)
    plain_one = {key: part for key, part in element.items() if key != "style"}
    if element["action_id"] != action:
        return {**plain_one, "text": _plain(label, _BUTTON)}
    return {**plain_one, "text": _plain(_TICK + label, _BUTTON), "style": "primary"}


def _remark_id(value: str) -> str:
    return f"remark-{value}"[:_ACTION]


def _parts(text: str) -> Iterator[str]:
    """Pieces of at most _SECTION characters, broken at white space where there is any."""
    rest = text.strip()
    while length(rest) > _SECTION:
        piece = within(rest, _SECTION)
        broken = max(piece.rfind(" "), piece.rfind("\n"))
        piece = piece[:broken] if broken > _SECTION // 2 else piece
        yield piece
        rest = rest[len(piece) :].lstrip()
    if rest:
        yield rest


def _weight(block: Block) -> int:
    """Characters of a block, markup and buttons included roughly."""
    if isinstance(block, dict):
        return sum(_weight(value) for value in block.values())
    if isinstance(block, list):
        return sum(_weight(value) for value in block)
    return length(block) if isinstance(block, str) else 1
