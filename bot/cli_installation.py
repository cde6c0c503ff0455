"""Commands of the installation: init, doctor, serve, demo, playground, staff."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.invocation import AsJson, chosen_data_dir, opened, operator, show

if TYPE_CHECKING:
    from bot.bootstrap import House

staff = typer.Typer(no_args_is_help=True, help="Who our users are.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (init, doctor, serve, demo, playground):
        app.command()(command)
    app.add_typer(staff, name="staff")


def init(as_json: AsJson = False) -> None:
    """Create the data directory, with its key."""
    from bot import settings
    from bot.bootstrap import initialise

    chosen = settings.load(data_dir=chosen_data_dir())
    fresh = initialise(chosen)
    made = {"data_dir": str(chosen.data_dir), "master_key": str(chosen.master_key), "created": fresh}
    sentence = f"Created {chosen.data_dir}." if fresh else f"{chosen.data_dir} is already there: nothing was changed."
    show(made, as_json=as_json, render=lambda: f"{sentence}\nKeep a copy of {chosen.master_key} apart from your backups: without it nothing can be read.")


def doctor(as_json: AsJson = False) -> None:
    """Check the installation and say how to mend what is wrong."""
    from bot import settings
    from bot.doctor import examine
    from bot.terminal import checks

    report = examine(settings.load(data_dir=chosen_data_dir()))
    show(report.as_json(), as_json=as_json, render=lambda: checks(report))
    if not report.healthy:
        raise typer.Exit(1)


def serve(as_json: AsJson = False) -> None:
    """Start the service: webhooks, Slack and jobs. With --json the log on standard error is JSON lines."""
    from bot import logs
    from bot.app import run

    logs.configure(json=as_json)
    with opened() as house:
        run(house)


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the demo's data directory to look around in.")] = False,
    card: Annotated[str, typer.Option("--card", help="Also write a picture of the card to this SVG file.")] = "",
    database: Annotated[str, typer.Option("--database", help="URL of an empty Postgres database to use instead of a file.")] = "",
    as_json: AsJson = False,
) -> None:
    """Run the main job on fictional conversations, with local doubles of Slack and Twilio."""
    from bot.demo import run

    figures = run(keep=keep, picture=card, quiet=as_json, database_url=database)
    if as_json:
        typer.echo(json.dumps(figures))
    if figures["leaks"]:
        raise typer.Exit(1)


def playground(port: Annotated[int, typer.Option(min=1, max=65535, help="Of 127.0.0.1, where the page is.")] = 8765) -> None:
    """Open a page with a pretended WhatsApp and Slack side by side, over the real service. No account is needed; nothing is kept."""
    from bot.playground_show import show as open_page

    open_page(port)


@staff.command("add")
def staff_add(
    name: Annotated[str, typer.Argument(help="Full name.")],
    slack: Annotated[str, typer.Option(help="Slack user id, such as U0123ABCD.")] = "",
    whatsapp: Annotated[list[str] | None, typer.Option(help="Number customers write to, such as +491701234567; may be given several times.")] = None,
    industry: Annotated[str, typer.Option(help="Business most of their customers are in.")] = "other",
    time_zone: Annotated[str, typer.Option(help="IANA name, such as Europe/Berlin; UTC until it is said.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a staff member; their zone is made with them."""
    from memory.staff import DEFAULT_ZONE

    with opened() as house:
        added = house.records.add_staff(name, slack_user_id=slack, whatsapp=whatsapp or [], industry=industry, time_zone=time_zone or DEFAULT_ZONE)
        if time_zone == DEFAULT_ZONE:
            _note_settled(house, added["id"])
    show(added, as_json=as_json, render=lambda: f"{added['name']} is added; their zone is empty and private. They contribute nothing until they opt in.")


@staff.command("set")
def staff_set(
    name: Annotated[str, typer.Argument(help="Name of the staff member.")],
    time_zone: Annotated[str, typer.Option(help="IANA name, such as Europe/Berlin.")] = "",
    industry: Annotated[str, typer.Option(help="Business most of their customers are in.")] = "",
    as_json: AsJson = False,
) -> None:
    """Change somebody's time zone, in which their exports and dates are read, or their customers' usual industry."""
    from bot.errors import InputRefused
    from memory.staff import DEFAULT_ZONE

    if not (time_zone or industry):
        raise InputRefused("Nothing to change was given: use --time-zone or --industry.")
    with opened() as house:
        known = house.staff.named(name)
        chosen = house.vocabulary.industry(industry) if industry else known.default_industry
        house.staff.set_profile(known.id, industry=chosen, time_zone=time_zone or known.time_zone)
        if time_zone == DEFAULT_ZONE:
            _note_settled(house, known.id)
        house.audit.record("staff.changed", actor=operator(), subject=known.id, now=house.clock())
    told = {"name": known.name, "default_industry": chosen, "time_zone": time_zone or known.time_zone}
    show(told, as_json=as_json, render=lambda: f"{known.name}: {chosen}, {told['time_zone']}. What was imported before keeps its times.")


def _note_settled(house: "House", staff_id: str) -> None:
    """Somebody who was said to be in UTC is not asked for their time zone again."""
    from memory.staff_choices import StaffChoices

    StaffChoices(house.database, house.zones.open(staff_id)).note_settled(house.clock())


@staff.command("admin")
def staff_admin(
    name: Annotated[str, typer.Argument(help="Name of the staff member.")],
    off: Annotated[bool, typer.Option("--off", help="No longer.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let somebody decide what everybody sees of the app, such as which plays are approved. It opens nobody's zone and shows nobody's numbers."""
    with opened() as house:
        known = house.staff.named(name)
        house.staff.set_admin(known.id, admin=not off)
        house.audit.record("admin.removed" if off else "admin.made", actor=operator(), subject=known.id, now=house.clock())
    told = {"name": known.name, "is_admin": not off}
    show(told, as_json=as_json, render=lambda: f"{known.name} is {'no longer an' if off else 'an'} admin.")


@staff.command("link")
def staff_link(
    name: Annotated[str, typer.Argument(help="Name of the staff member.")],
    slack: Annotated[str, typer.Option(help="Slack user id, such as U0123ABCD.")],
    team: Annotated[str, typer.Option(help="Id of the Slack workspace, where there are several.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say which Slack user somebody is; somebody deactivated is active again."""
    with opened() as house:
        known = house.staff.named(name)
        from bot.records import slack_user

        house.staff.link_slack(known.id, slack_user(slack), team)
        house.audit.record("staff.linked", actor=operator(), subject=known.id, now=house.clock())
    show({"name": known.name, "slack_user_id": slack}, as_json=as_json, render=lambda: f"{known.name} is {slack} in Slack.")


@staff.command("deactivate")
def staff_deactivate(name: Annotated[str, typer.Argument(help="Name of the staff member.")], as_json: AsJson = False) -> None:
    """Let nothing lead to somebody any more, who left for instance; their zone stays sealed until it is forgotten."""
    with opened() as house:
        known = house.staff.named(name)
        house.staff.deactivate(known.id, house.clock())
        house.audit.record("staff.deactivated", actor=operator(), subject=known.id, now=house.clock())
    show({"name": known.name, "active": False}, as_json=as_json, render=lambda: f"{known.name} is deactivated. `staff link` takes it back.")


@staff.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """List the staff."""
    from bot.terminal import table

    with opened() as house:
        rows = house.records.staff()
    columns = ("name", "slack_user_id", "whatsapp", "default_industry", "time_zone", "contributes", "active")
    show(rows, as_json=as_json, render=lambda: table(rows, columns, empty="Nobody yet: add somebody with `staff add`."))
