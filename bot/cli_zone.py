"""Commands of one zone: import, recall, suggest, deals, notes."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.invocation import AsJson, StaffName, member, opened, show

if TYPE_CHECKING:
    from bot.bootstrap import House
    from memory.tables import Staff

deal = typer.Typer(no_args_is_help=True, help="Deals: what is being sold, for how much, and how it ended.")
note = typer.Typer(no_args_is_help=True, help="Notes: private observations.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import")(import_)
    app.command()(recall)
    app.command()(suggest)
    app.command()(forecast)
    app.add_typer(deal, name="deal")
    app.add_typer(note, name="note")


def import_(
    file: Annotated[Path, typer.Argument(help="A WhatsApp export: .txt or .zip.")],
    staff: StaffName,
    me: Annotated[str, typer.Option(help="Which participant is the staff member, when the names differ.")] = "",
    customer: Annotated[str, typer.Option(help="What to call the customer, when the export's name is not it.")] = "",
    industry: Annotated[str, typer.Option(help="What business the customer is in.")] = "",
    date_order: Annotated[str, typer.Option(help="dmy, mdy or ymd, when the dates can be read in two ways.")] = "",
    time_zone: Annotated[str, typer.Option(help="Where the phone was, when not in the staff member's time zone.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look; store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a WhatsApp export into a zone; what is already there is left alone."""
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True, disable=as_json)
    task = bar.add_task("Storing and indexing", total=None)

    def progress(done: int, total: int) -> None:
        if bar.console.is_interactive:  # elsewhere it would leave an empty line only
            bar.start()
        bar.update(task, completed=done, total=total)

    with ExitStack() as stack:
        house = stack.enter_context(opened())
        stack.callback(bar.live.stop)
        owner = member(house, staff)
        asked = "" if time_zone or as_json else _asked_zone(house, owner)
        unsaid = not (time_zone or asked or house.importing.knows_zone(owner))
        report = house.importing.run(
            owner,
            file,
            me=me,
            customer=customer,
            industry=house.vocabulary.industry(industry) if industry else "",
            date_order=date_order,
            time_zone=time_zone or asked,
            dry_run=dry_run,
            now=house.clock(),
            progress=progress,
        )
    if unsaid:
        hint = f'Nobody said in which time zone the phone was: say so with --time-zone, or once: tradecraft staff set "{owner.name}" --time-zone.'
        typer.echo(hint, err=True)
    show(report.as_json(), as_json=as_json, render=report.sentence)


def _asked_zone(house: "House", owner: "Staff") -> str:
    """The time zone of a phone whose owner never said it, asked once where somebody can answer; empty where nobody can, or it is known."""
    from memory.staff import UnknownTimeZone, checked_time_zone
    from memory.staff_choices import StaffChoices

    if not sys.stdin.isatty() or house.importing.knows_zone(owner):
        return ""
    while True:
        written: str = typer.prompt("In which time zone was the phone, such as Europe/Berlin? It is kept for the next time", err=True)
        try:
            zone = checked_time_zone(written.strip()).key
        except UnknownTimeZone as error:
            typer.echo(str(error), err=True)
        else:
            house.staff.set_profile(owner.id, industry=owner.default_industry, time_zone=zone)
            StaffChoices(house.database, house.zones.open(owner.id)).note_settled(house.clock())
            return zone


def recall(
    question: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
    staff: StaffName,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many messages.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find messages in one's own conversations. With --json, `abstained` says that none of them fits the question; the nearest are given all the same."""
    from bot.recollections import recollection
    from bot.rendering import terminal

    with opened() as house:
        answer = house.assistant.recall(member(house, staff).id, question, k)
    show(answer.as_json(), as_json=as_json, render=lambda: terminal(recollection(answer)))


def suggest(
    text: Annotated[str, typer.Argument(help="What the customer wrote.")],
    staff: StaffName,
    industry: Annotated[str, typer.Option(help="What business the customer is in.")] = "",
    amount: Annotated[str, typer.Option(help="What the deal is about, such as 5000 or 12k.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what worked for others in this situation, with evidence."""
    from bot.cards import advice
    from bot.rendering import terminal

    with opened() as house:
        answer = house.assistant.suggest(member(house, staff).id, text, industry=industry, amount=amount)
    show(answer.as_json(), as_json=as_json, render=lambda: terminal(advice(answer)))


def forecast(staff: StaffName, as_json: AsJson = False) -> None:
    """Say how likely one's open deals are to be won, judged by one's own deals that ended."""
    from bot.forecasting import forecasts, sentence

    with opened() as house:
        rows = forecasts(house, member(house, staff).id)
    show({"forecasts": rows}, as_json=as_json, render=lambda: "\n".join(map(sentence, rows)) or "No open deals: open one with `deal add`.")


@deal.command("add")
def deal_add(
    name: Annotated[str, typer.Argument(help="What is being sold.")],
    staff: StaffName,
    customer: Annotated[str, typer.Option(help="To whom.")],
    amount: Annotated[str, typer.Option(help="For how much, such as 5000 or 12k EUR.")] = "",
    as_json: AsJson = False,
) -> None:
    """Open a deal with a customer."""
    with opened() as house:
        made = house.records.add_deal(member(house, staff).id, customer, name, amount)
    show(made, as_json=as_json, render=lambda: f"Deal {made['id'][:8]} with {made['customer']} is open.")


@deal.command("set")
def deal_set(
    deal_id: Annotated[str, typer.Argument(help="The id, or its beginning.")],
    staff: StaffName,
    stage: Annotated[str, typer.Option(help="lead, qualified, proposal, negotiation or closed.")] = "",
    outcome: Annotated[str, typer.Option(help="won, lost, open or stalled.")] = "",
    amount: Annotated[str, typer.Option(help="The new amount.")] = "",
    as_json: AsJson = False,
) -> None:
    """Change a deal."""
    with opened() as house:
        changed = house.records.set_deal(member(house, staff).id, deal_id, stage=stage, outcome=outcome, amount=amount)
    show(changed, as_json=as_json, render=lambda: f"Deal {changed['id'][:8]} with {changed['customer']}: {changed['stage']}, {changed['outcome']}.")


@deal.command("list")
def deal_list(staff: StaffName, as_json: AsJson = False) -> None:
    """List one's deals."""
    from bot.terminal import table

    with opened() as house:
        rows = house.records.deals(member(house, staff).id)
    show(
        rows,
        as_json=as_json,
        render=lambda: table(rows, ("id", "customer", "name", "amount", "stage", "outcome"), empty="No deals yet: add one with `deal add`."),
    )


@note.command("add")
def note_add(
    text: Annotated[str, typer.Argument(help="What you noticed.")],
    staff: StaffName,
    customer: Annotated[str, typer.Option(help="About whom.")] = "",
    as_json: AsJson = False,
) -> None:
    """Keep a private observation."""
    with opened() as house:
        kept = house.records.add_note(member(house, staff).id, text, customer)
    show(kept, as_json=as_json, render=lambda: "Noted.")


@note.command("list")
def note_list(staff: StaffName, customer: Annotated[str, typer.Option(help="About whom.")] = "", as_json: AsJson = False) -> None:
    """List one's notes."""
    from bot.terminal import table

    with opened() as house:
        rows = house.records.notes(member(house, staff).id, customer)
    show(rows, as_json=as_json, render=lambda: table(rows, ("created_at", "customer", "text"), empty="No notes yet: add one with `note add`."))
