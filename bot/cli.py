"""The command line. Heavy modules are imported inside commands, so that `--help` stays fast."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Staff

app = typer.Typer(
    name="tradecraft",
    help="Private memory and shared, anonymous, counted sales craft for people who sell over WhatsApp and live in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
StaffName = Annotated[str, typer.Option("--staff", "-s", help="Whose zone: name of the staff member.")]


@dataclass(slots=True)
class Invocation:
    """What the options before the command said."""

    data_dir: Path | None = None


_invocation = Invocation()


@app.callback()
def root(
    data_dir: Annotated[Path | None, typer.Option(envvar="TRADECRAFT_DATA_DIR", help="Where everything is kept.")] = None,
) -> None:
    """Choose the data directory."""
    _invocation.data_dir = data_dir


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
    """The staff member of that name."""
    return house.staff.named(name)


def show(value: object, *, as_json: bool, render: Callable[[], object]) -> None:
    """Print a value: as JSON, or as `render` (a rich renderable or a string) for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
        return
    from rich.console import Console

    Console(highlight=False, soft_wrap=False).print(render(), markup=False)


def json_lines() -> Iterator[dict[str, Any]]:
    """Objects from standard input, one a line. Raises InputRefused with the number of the bad line."""
    from bot.errors import InputRefused

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
        yield value


def emit(value: object) -> None:
    """One JSON object a line, at once."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _fail(error: BaseException) -> NoReturn:
    from bot.errors import explain

    typer.echo(explain(error), err=True)
    raise SystemExit(1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command: exit code 0, 1 (failed, one sentence on standard error) or 2 (usage)."""
    from bot import cli_installation, cli_shared, cli_zone

    if not app.registered_commands:
        for commands in (cli_installation, cli_zone, cli_shared):
            commands.register(app)
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="tradecraft")
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:
        if _debugging():
            raise
        _fail(error)


def _debugging() -> bool:
    """Whether somebody who develops asked to see tracebacks."""
    return "--traceback" in sys.orig_argv


if __name__ == "__main__":
    main()
