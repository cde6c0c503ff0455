"""One run of the command line: where its data is, what it reads and how it answers."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Staff

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
StaffName = Annotated[str, typer.Option("--staff", "-s", help="Whose zone: name of the staff member.")]


@dataclass(slots=True)
class Invocation:
    """What the options before the command said."""

    data_dir: Path | None = None
    command: str = ""


_invocation = Invocation()


def choose(data_dir: Path | None, command: str) -> None:
    """Remember the data directory of this run, and which command it is."""
    _invocation.data_dir, _invocation.command = data_dir, command


@contextmanager
def opened() -> Iterator["House"]:
    """The house on the chosen data directory; closed at the end."""
    from bot import settings
    from bot.bootstrap import House

    house = House.opened(settings.load(data_dir=_invocation.data_dir))
    try:
        yield house
    finally:
        house.close()


def chosen_data_dir() -> Path | None:
    """The data directory given on the command line or in the environment."""
    return _invocation.data_dir


def member(house: "House", name: str) -> "Staff":
    """The staff member of that name. Whoever runs the command opens a zone by it, so the audit log notes it."""
    found = house.staff.named(name)
    house.audit.record("zone.opened", actor=operator(), subject=found.id, now=house.clock(), detail=_invocation.command)
    return found


def operator() -> str:
    """Whoever runs the command, as the system's user id."""
    return f"os:{os.getuid()}" if hasattr(os, "getuid") else "os"


def writable(file: Path) -> Path:
    """A file that can be made where it is to be. Raises InputRefused."""
    from bot.errors import InputRefused

    if not file.absolute().parent.is_dir():
        raise InputRefused(f"There is no folder {file.parent}: make it first, or name a file in one that is there.")
    return file


def show(value: object, *, as_json: bool, render: Callable[[], object]) -> None:
    """Print a value: as JSON, or as `render` (a rich renderable or a string) for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
        return
    from rich.console import Console

    Console(highlight=False, soft_wrap=False).print(render(), markup=False)


def json_lines() -> Iterator[dict[str, Any]]:
    """Objects from standard input, one a line, each with an id that is text or a number. Raises InputRefused with the number of the bad line."""
    from bot.errors import InputRefused
    from bot.whole_text import whole_value

    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            msg = f"Line {number} of the input is not JSON: give one JSON object a line."
            raise InputRefused(msg) from error
        if not isinstance(value, dict):
            msg = f"Line {number} of the input is not a JSON object: give one object a line."
            raise InputRefused(msg)
        if not isinstance(value.get("id"), str | int | float) or isinstance(value["id"], bool):
            msg = f'Line {number} of the input has no "id": give text or a number.'
            raise InputRefused(msg)
        yield whole_value(value)


def emit(value: object) -> None:
    """One JSON object a line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
