"""The charts of Block Kit's data visualization block, as SVG. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT = 460, 190
_LEFT, _BOTTOM, _TOP = 44, 30, 22
_COLOURS = ("#1264a3", "#2eb67d", "#ecb22e", "#e01e5a", "#611f69", "#36c5f0")
_FULL = 0.9999
"""An arc that ends where it begins is not drawn: a whole circle stops just short."""


def chart(given: Mapping[str, Any]) -> str:
    """A pie, bar, line or area chart; nothing where there are no numbers."""
    if given.get("type") == "pie":
        segments = [(str(one.get("label", "")), float(one.get("value", 0))) for one in given.get("segments", ())]
        return _svg(_pie(segments)) if sum(value for _, value in segments) > 0 else ""
    series = [(str(one.get("name", "")), [float(point.get("value", 0)) for point in one.get("data", ())]) for one in given.get("series", ())]
    if not any(values for _, values in series):
        return ""
    labels = given.get("axis_config", {}).get("categories") or [point.get("label", "") for point in given["series"][0]["data"]]
    drawn = _bars(series) if given.get("type") == "bar" else _lines(series, filled=given.get("type") == "area")
    return _svg([*_axes(series, [str(label) for label in labels]), *drawn, *_legend([name for name, _ in series])])


def _svg(parts: Iterator[str] | Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" font-size="11" font-family="inherit" role="img">{"".join(parts)}</svg>'


def _pie(segments: Sequence[tuple[str, float]]) -> Iterator[str]:
    total = sum(value for _, value in segments)
    x = y = radius = _HEIGHT / 2
    at = 0.0
    for number, (label, value) in enumerate(segments):
        share = min(value / total, _FULL)
        begin, end = 2 * math.pi * at, 2 * math.pi * (at + share)
        at += value / total
        reach = radius - 8
        corners = " ".join(f"{x + reach * math.sin(angle):.1f} {y - reach * math.cos(angle):.1f}" for angle in (begin,))
        tip = f"{x + reach * math.sin(end):.1f} {y - reach * math.cos(end):.1f}"
        colour = _COLOURS[number % len(_COLOURS)]
        yield f'<path d="M{x:.0f} {y:.0f}L{corners}A{reach:.0f} {reach:.0f} 0 {int(share > 1 / 2)} 1 {tip}Z" fill="{colour}" stroke="#fff"/>'
        row = 26 + number * 22
        yield f'<rect x="{_HEIGHT + 20}" y="{row - 10}" width="12" height="12" rx="2" fill="{colour}"/>'
        yield f'<text x="{_HEIGHT + 40}" y="{row}" fill="#1d1c1d">{escape(label)} \u00b7 {_number(value)}</text>'


def _axes(series: Sequence[tuple[str, Sequence[float]]], labels: Sequence[str]) -> Iterator[str]:
    most = _most(series)
    for step in range(3):
        value = most * step / 2
        y = _y(value, most)
        yield f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e4e4e4"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#616061">{_number(value)}</text>'
    wide = (_WIDTH - 8 - _LEFT) / max(len(labels), 1)
    most_letters = max(3, int(wide / 6))
    for number, label in enumerate(labels):
        short = label if len(label) <= most_letters else label[: most_letters - 1] + "\u2026"
        yield f'<text x="{_LEFT + wide * (number + 0.5):.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle" fill="#616061">{escape(short)}</text>'


def _bars(series: Sequence[tuple[str, Sequence[float]]]) -> Iterator[str]:
    most = _most(series)
    places = max(len(values) for _, values in series)
    wide = (_WIDTH - 8 - _LEFT) / places
    each = wide * 0.7 / len(series)
    for number, (_, values) in enumerate(series):
        for place, value in enumerate(values):
            x, y = _LEFT + wide * (place + 0.15) + each * number, _y(value, most)
            height = _HEIGHT - _BOTTOM - y
            yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{each:.1f}" height="{height:.1f}" rx="2" fill="{_COLOURS[number % len(_COLOURS)]}"/>'


def _lines(series: Sequence[tuple[str, Sequence[float]]], *, filled: bool) -> Iterator[str]:
    most = _most(series)
    for number, (_, values) in enumerate(series):
        wide = (_WIDTH - 8 - _LEFT) / max(len(values), 1)
        points = [(_LEFT + wide * (place + 0.5), _y(value, most)) for place, value in enumerate(values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        colour = _COLOURS[number % len(_COLOURS)]
        if filled and points:
            ground = _HEIGHT - _BOTTOM
            yield f'<polygon points="{points[0][0]:.1f},{ground} {path} {points[-1][0]:.1f},{ground}" fill="{colour}" fill-opacity="0.2"/>'
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = float(_LEFT)
    for number, name in enumerate(names):
        yield f'<rect x="{x:.0f}" y="2" width="10" height="10" rx="2" fill="{_COLOURS[number % len(_COLOURS)]}"/>'
        yield f'<text x="{x + 14:.0f}" y="11" fill="#616061">{escape(name)}</text>'
        x += 30 + 6.2 * len(name)


def _most(series: Sequence[tuple[str, Sequence[float]]]) -> float:
    return max((value for _, values in series for value in values), default=0) or 1.0


def _y(value: float, most: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * max(value, 0) / most


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
