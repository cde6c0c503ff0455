"""The SVG picture of a Slack message. Pure. Text is broken by the widths of Helvetica, which the usual fallbacks share closely enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.rendering import Item, Press, Run

_LEFT, _TOP, _RIGHT = 64, 16, 20
_SIZE, _LINE = 15, 22
_INK, _GREY, _BAR = "#1d1c1d", "#616061", "#dddddd"
_FONT = "Lato, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
_BUTTONS = {"primary": ("#007a5a", "#007a5a", "#ffffff"), "danger": ("#e01e5a", "#e01e5a", "#ffffff")}
_PLAIN_BUTTON = ("#ffffff", "#bcbcbc", _INK)
_BOLD_FACTOR = 1.08
_MARGIN = 0.97
"""Lines are broken a little early, for fonts that run wider."""
_WIDTHS = dict(
    zip(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        [
            *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278),
            *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556),
            *(1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778),
            *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556),
            *(333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
            *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
        ],
        strict=True,
    ),
)
"""Thousandths of the font size. Source: the font metrics Adobe published for Helvetica."""
_OTHER_WIDTH = 600
_WIDE_WIDTH = 1_000
_WIDE_FROM = "\u1100"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    bold: bool


def draw(items: Sequence["Item"], at: str, width: int) -> str:
    """The picture of a message with these items, `width` pixels wide and as high as needed."""
    canvas = _Canvas(width)
    for item in items:
        canvas.add(item)
    height = canvas.y + 12
    name = (
        f'<text x="{_LEFT}" y="{_TOP + 13}" font-size="{_SIZE}" font-weight="900" fill="{_INK}">Tradecraft</text>'
        f'<rect x="{_LEFT + 84}" y="{_TOP + 2}" width="28" height="14" rx="3" fill="#e8e8e8"/>'
        f'<text x="{_LEFT + 98}" y="{_TOP + 12.5}" font-size="10" font-weight="700" fill="{_GREY}" text-anchor="middle">APP</text>'
        f'<text x="{_LEFT + 120}" y="{_TOP + 13}" font-size="12" fill="{_GREY}">{escape(at)}</text>'
    )
    avatar = (
        f'<rect x="20" y="{_TOP}" width="36" height="36" rx="8" fill="#1d3557"/>'
        f'<text x="38" y="{_TOP + 25}" font-size="20" font-weight="900" fill="#ffffff" text-anchor="middle">T</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" viewBox="0 0 {width} {height:.0f}" font-family="{_FONT}" role="img">'
        "<title>A card of Tradecraft in Slack</title>"
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1:.0f}" rx="10" fill="#ffffff" stroke="#e4e4e4"/>'
        f"{avatar}{name}{''.join(canvas.parts)}</svg>\n"
    )


class _Canvas:
    """Grows downwards."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = _TOP + 20.0
        self.parts: list[str] = []

    def add(self, item: "Item") -> None:
        """Draw one item below the last."""
        match item.kind:
            case "header":
                self._gap(6)
                self._text(item.runs, size=18, line=24, bold=True)
            case "context":
                self._gap(6)
                self._text(item.runs, size=13, line=18, colour=_GREY)
            case "quote":
                self._quote(item.runs)
            case "fields":
                self._fields(item.fields)
            case "buttons":
                self._buttons(item.buttons)
            case "divider":
                self._gap(12)
                self.parts.append(f'<line x1="{_LEFT}" y1="{self.y:.1f}" x2="{self.width - _RIGHT}" y2="{self.y:.1f}" stroke="{_BAR}"/>')
                self._gap(4)
            case _:
                self._gap(8)
                self._text(item.runs)

    def _gap(self, height: float) -> None:
        self.y += height

    def _text(  # noqa: PLR0913 - how text looks
        self,
        runs: Sequence["Run"],
        *,
        x: float = _LEFT,
        width: float = 0,
        size: int = _SIZE,
        line: int = _LINE,
        bold: bool = False,
        colour: str = _INK,
    ) -> None:
        for words in _lines(runs, (width or self.width - _RIGHT - x) * _MARGIN, size, bold=bold):
            self.y += line
            spans = "".join(f'<tspan font-weight="{700 if word.bold else 400}">{escape(word.text)}</tspan>' for word in _merged(words))
            self.parts.append(f'<text x="{x:.0f}" y="{self.y - line * 0.27:.1f}" font-size="{size}" fill="{colour}" xml:space="preserve">{spans}</text>')

    def _quote(self, runs: Sequence["Run"]) -> None:
        self._gap(6)
        top = self.y
        self._text(runs, x=_LEFT + 16)
        self.parts.append(f'<rect x="{_LEFT}" y="{top + 1:.1f}" width="4" height="{self.y - top:.1f}" rx="2" fill="{_BAR}"/>')
        self._gap(2)

    def _fields(self, fields: Sequence[Sequence["Run"]]) -> None:
        column = (self.width - _RIGHT - _LEFT - 16) / 2
        for start in range(0, len(fields), 2):
            self._gap(8)
            top = lowest = self.y
            for at, field in enumerate(fields[start : start + 2]):
                self.y = top
                self._text(field, x=_LEFT + at * (column + 16), width=column)
                lowest = max(lowest, self.y)
            self.y = lowest

    def _buttons(self, buttons: Sequence["Press"]) -> None:
        self._gap(10)
        x = float(_LEFT)
        for one in buttons:
            wide = _width(one.label, 14, bold=True) + 26
            if x > _LEFT and x + wide > self.width - _RIGHT:
                x = _LEFT
                self._gap(40)
            fill, edge, ink = _BUTTONS.get(one.style, _PLAIN_BUTTON)
            self.parts.append(
                f'<rect x="{x:.1f}" y="{self.y + 0.5:.1f}" width="{wide:.1f}" height="32" rx="8" fill="{fill}" stroke="{edge}"/>'
                f'<text x="{x + wide / 2:.1f}" y="{self.y + 21:.1f}" font-size="14" font-weight="700" fill="{ink}" text-anchor="middle">'
                f"{escape(one.label)}</text>",
            )
            x += wide + 8
        self._gap(34)


def _lines(runs: Sequence["Run"], width: float, size: int, *, bold: bool) -> Iterator[list[_Word]]:
    """Words broken into lines; a line feed ends one."""
    line: list[_Word] = []
    used = 0.0
    for word in _words(runs, bold=bold):
        if word.text == "\n":
            yield line
            line, used = [], 0.0
            continue
        wide = _width(word.text, size, bold=word.bold)
        if line and used + wide > width and word.text.strip():
            yield line
            line, used = [], 0.0
        if line or word.text.strip():
            line.append(word)
            used += wide
    if line:
        yield line


def _words(runs: Sequence["Run"], *, bold: bool) -> Iterator[_Word]:
    for run in runs:
        for number, row in enumerate(run.text.split("\n")):
            if number:
                yield _Word("\n", bold=False)
            for at, word in enumerate(row.split(" ")):
                if at:
                    yield _Word(" ", bold or run.bold)
                if word:
                    yield _Word(word, bold or run.bold)


def _merged(words: Sequence[_Word]) -> Iterator[_Word]:
    """Neighbours of one style as one piece."""
    text, bold = "", False
    for word in words:
        if text and word.bold != bold:
            yield _Word(text, bold)
            text = ""
        text, bold = text + word.text, word.bold
    if text:
        yield _Word(text, bold)


def _width(text: str, size: int, *, bold: bool) -> float:
    wide = sum(_WIDTHS.get(character, _WIDE_WIDTH if character >= _WIDE_FROM else _OTHER_WIDTH) for character in text)
    return wide * size / 1_000 * (_BOLD_FACTOR if bold else 1)
