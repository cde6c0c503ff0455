"""Chart -> Slack's data visualization block, or its numbers as text. Pure.

Limits: Slack's Block Kit reference of 2026 (50 characters a title, 20 a label, 6 series or segments, 20 categories) and two charts on one surface.
"""

from dataclasses import replace
from typing import Any

from bot.channels.slack_text import cut, neutral
from bot.messages import Card, Chart, Section

Block = dict[str, Any]
MOST_CHARTS = 2
"""On one message, window or home tab."""
_TITLE = 50
_LABEL = 20
_SERIES = 6
_CATEGORIES = 20


def charted(card: Card, room: int) -> tuple[Card, int]:
    """The card with at most `room` charts as pictures and the others written, and how much room is left. A chart that Slack could not draw is written too."""
    sections: list[Section] = []
    for section in card.sections:
        chart = section.chart
        if chart is None or (room > 0 and _drawable(chart)):
            room -= chart is not None
            sections.append(section)
        else:
            # What is written stands where the picture would: above the section's own buttons.
            sections.append(replace(section, chart=None, buttons=()))
            sections.append(Section(title=chart.title, text="\n".join(lines(chart)), buttons=section.buttons))
    return replace(card, sections=tuple(sections)), room


def drawn_chart(chart: Chart) -> Block:
    """The block."""
    labels = [_label(one) for one in chart.labels]
    if chart.whole:
        parts = [{"label": label, "value": value} for label, value in zip(labels, chart.series[0].values, strict=True) if value]
        return {"type": "data_visualization", "title": _title(chart), "chart": {"type": "pie", "segments": parts}}
    series = [
        {"name": _label(one.name), "data": [{"label": label, "value": value} for label, value in zip(labels, one.values, strict=True)]} for one in chart.series
    ]
    return {"type": "data_visualization", "title": _title(chart), "chart": {"type": "bar", "series": series, "axis_config": {"categories": labels}}}


def lines(chart: Chart) -> list[str]:
    """Its numbers as text, a line for each label."""
    if len(chart.series) == 1:
        return [f"{label}: {_number(value)}{chart.unit}" for label, value in zip(chart.labels, chart.series[0].values, strict=True)]
    return [f"{label}: {', '.join(f'{one.name} {_number(one.values[at])}{chart.unit}' for one in chart.series)}" for at, label in enumerate(chart.labels)]


def _drawable(chart: Chart) -> bool:
    """Whether it has numbers, and no more of them than Slack draws; two labels that look the same once cut would be refused."""
    labels, names = [_label(one) for one in chart.labels], [_label(one.name) for one in chart.series]
    numbers = [value for one in chart.series for value in one.values]
    few = len(labels) <= _SERIES and len(names) == 1 if chart.whole else len(labels) <= _CATEGORIES and len(names) <= _SERIES
    return few and any(numbers) and min(numbers) >= 0 and len(set(labels)) == len(labels) and len(set(names)) == len(names)


def _title(chart: Chart) -> str:
    return cut(" ".join(neutral(chart.title).split()) or "-", _TITLE)


def _label(text: str) -> str:
    return cut(" ".join(neutral(text).split()) or "-", _LABEL)


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
