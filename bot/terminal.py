"""What people see on a terminal: tables, facts and checks."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from bot.doctor import Report

_ID_LENGTH = 8
_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, empty: str) -> RenderableType:
    """Rows under headings; ids are cut to what commands need."""
    if not rows:
        return empty
    drawn = Table(*[column.replace("_", " ") for column in columns], box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*[Text(_shown(column, row[column])) for column in columns])
    return drawn


def facts(values: Mapping[str, Any]) -> RenderableType:
    """Labels and values, one a line."""
    drawn = Table.grid(padding=(0, 2))
    for label, value in values.items():
        drawn.add_row(Text(label.replace("_", " "), style="bold"), Text(_shown(label, value)))
    return drawn


def checks(report: "Report") -> RenderableType:
    """What doctor found."""
    drawn = Table.grid(padding=(0, 2))
    for check in report.checks:
        drawn.add_row(Text(check.status, style=_COLOURS[check.status]), Text(check.name), Text(f"{check.why}{' ' if check.fix else ''}{check.fix}"))
    return drawn


def _shown(column: str, value: object) -> str:
    if column == "id":
        return str(value)[:_ID_LENGTH]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
