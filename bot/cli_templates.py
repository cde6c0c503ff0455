"""Commands around Content templates: what may be sent to customers when a 24-hour window is closed."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import InputRefused
from bot.invocation import AsJson, opened, show

if TYPE_CHECKING:
    from memory.content_templates import KnownTemplate

templates = typer.Typer(help="Content templates for WhatsApp: list, read from Twilio, create, submit for approval.", no_args_is_help=True)


@templates.command("list")
def listed(as_json: AsJson = False) -> None:
    """Every template as it was last read at Twilio."""
    with opened() as house:
        from bot.template_sync import TemplateSync

        _show(TemplateSync(house).all(), as_json=as_json)


@templates.command("sync")
def sync(as_json: AsJson = False) -> None:
    """Read them at Twilio now; the service does so every quarter of an hour."""
    with opened() as house:
        from bot.template_sync import TemplateSync

        _show(TemplateSync(house).sync(), as_json=as_json)


@templates.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Small letters, digits and underscores, such as follow_up_offer.")],
    body: Annotated[str, typer.Argument(help="The words, with {{1}}, {{2}} where something is filled in.")],
    example: Annotated[list[str] | None, typer.Option("--example", "-e", help="What could stand for a placeholder: 1=Maria. Once for each.")] = None,
    button: Annotated[list[str] | None, typer.Option("--button", "-b", help="A quick reply under the message; at most three.")] = None,
    language: Annotated[str, typer.Option("--language", "-l", help="Of the words, such as en or pt_BR.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Make a template at Twilio. It can be sent once WhatsApp has approved it: submit it next."""
    variables = {}
    for one in example or ():
        number, equals, value = one.partition("=")
        if not equals or not number.isdigit() or not value:
            msg = f"'{one[:40]}' is no example: write the number and what could stand there, such as 1=Maria."
            raise InputRefused(msg)
        variables[number] = value
    with opened() as house:
        from bot.template_sync import TemplateSync

        _show([TemplateSync(house).create(name, language, body, variables, tuple(button or ()))], as_json=as_json)


@templates.command("submit")
def submit(
    name: Annotated[str, typer.Argument(help="Name or SID of the template.")],
    category: Annotated[str, typer.Option("--category", "-c", help="utility, marketing or authentication.")] = "utility",
    as_json: AsJson = False,
) -> None:
    """Ask WhatsApp to approve a template; `sync` shows the answer, mostly within a day."""
    with opened() as house:
        from bot.template_sync import TemplateSync

        _show([TemplateSync(house).submit(name, category)], as_json=as_json)


def _show(found: "list[KnownTemplate]", *, as_json: bool) -> None:
    rows = [
        {
            "sid": one.sid,
            "name": one.name,
            "language": one.language,
            "approval": one.approval,
            "category": one.category,
            "rejection": one.rejection,
            "body": one.body,
            "buttons": list(one.buttons),
        }
        for one in found
    ]
    lines = [f"{one.approval:<12} {one.name} ({one.language}) {one.sid}\n             {one.body}" for one in found]
    refused = [f"{one.name} was rejected: {one.rejection}" for one in found if one.rejection]
    show(
        rows,
        as_json=as_json,
        render=lambda: "\n".join([*lines, *refused]) or "No templates yet: `tradecraft templates create`, or `sync` to read them at Twilio.",
    )
