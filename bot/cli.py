"""The command line. Heavy modules are imported inside commands, so that `--help` stays fast."""

import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot import cli_installation, cli_privacy, cli_shared, cli_templates, cli_tokens, cli_zone
from bot.invocation import choose

app = typer.Typer(
    name="tradecraft",
    help="Private memory and shared, anonymous, counted sales craft for people who sell over WhatsApp and live in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (cli_installation, cli_zone, cli_privacy, cli_shared, cli_tokens):
    commands.register(app)
app.add_typer(cli_templates.templates, name="templates")


@app.callback()
def root(
    context: typer.Context,
    data_dir: Annotated[Path | None, typer.Option(envvar="TRADECRAFT_DATA_DIR", help="Where everything is kept.")] = None,
) -> None:
    """Choose the data directory; what is logged goes to standard error."""
    from bot import logs

    logs.configure(level=logging.WARNING)
    choose(data_dir, context.invoked_subcommand or "")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command: exit code 0, 1 (failed, one sentence on standard error) or 2 (usage)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without a character shows a question mark in its place
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="tradecraft")
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:
        from bot.errors import explain

        typer.echo(explain(error), err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
