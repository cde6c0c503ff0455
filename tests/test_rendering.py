"""Cards as pictures, pages and panels."""

from html.parser import HTMLParser
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from bot.channels import slack_blocks
from bot.messages import Button, Card, Fact, Section
from bot.rendering import html, items, svg, terminal

_WORDS = "we can't <afford> this & the budget is used up, really. " * 4
_CARD = Card(
    "Budget objection",
    "summary",
    (
        Section(_WORDS, "Ruth Calloway wrote", quote=True),
        Section(facts=(Fact("Industry", "Manufacturing"), Fact("Amount", "1k-10k"), Fact("Objection", "Budget"))),
        Section("Worked in 29 of 34 cases", "1. ROI proof", buttons=(Button("Used it", "a", "1", "primary"), Button("Take back", "b", "1", "danger"))),
        Section("second", "2. Payment plan"),
    ),
    footnote="Only you see this.",
)


def test_the_picture_is_well_formed_and_holds_every_word() -> None:
    root = ET.fromstring(svg(_CARD))  # noqa: S314 - our own picture
    said = " ".join("".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text"))
    for word in ("Tradecraft", "APP", "Budget objection", "<afford>", "Manufacturing", "Used it", "Take back", "Only you see this."):
        assert word in said


@pytest.mark.parametrize("width", [480, 720])
def test_no_line_of_the_picture_leaves_it_and_all_of_it_is_inside(width: int) -> None:
    root = ET.fromstring(svg(_CARD, width=width))  # noqa: S314 - our own picture
    height = float(root.attrib["height"])
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 < float(text.attrib["y"]) < height
        if text.attrib.get("font-size") == "15":
            assert len("".join(text.itertext())) * 15 * 0.45 + float(text.attrib["x"]) < width


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said = ""

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_holds_every_word_escaped_and_asks_nobody_for_anything() -> None:
    page = html(_CARD)
    reader = _Text()
    reader.feed(page)
    assert "we can't <afford> this & the budget" in reader.said
    assert "<afford>" not in page
    assert "http" not in page
    assert "<script" not in page


def test_the_terminal_shows_the_same() -> None:
    out = StringIO()
    Console(file=out, width=100).print(terminal(_CARD, 90))
    for word in ("Budget objection", "\u2502 we can't <afford> this", "[ Used it ]", "Manufacturing", "Only you see this."):
        assert word in out.getvalue()


def test_a_card_and_its_blocks_are_drawn_the_same() -> None:
    assert items(_CARD) == items(slack_blocks.blocks(_CARD))
    assert [item.kind for item in items(_CARD)] == ["header", "paragraph", "quote", "fields", "paragraph", "buttons", "divider", "paragraph", "context"]
