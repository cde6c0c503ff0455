"""Commands of the shared side and of the models: learn, playbook, impact, analyze, anonymize, slack."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.invocation import AsJson, chosen_data_dir, emit, json_lines, member, opened, show

slack = typer.Typer(no_args_is_help=True, help="Connecting Slack.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(learn)
    app.command()(playbook)
    app.command()(impact)
    app.command()(analyze)
    app.command()(anonymize)
    app.add_typer(slack, name="slack")


def learn(as_json: AsJson = False) -> None:
    """Learn from every contributing zone and publish what the gate lets pass."""
    from rich.console import Console
    from rich.progress import Progress

    with opened() as house, Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("Learning", total=None)
        report = house.learning.learn(house.clock(), lambda what, done, total: bar.update(task, description=what.capitalize(), completed=done, total=total))
    show(asdict(report), as_json=as_json, render=lambda: _learned(asdict(report)))


def playbook(
    situation: Annotated[str, typer.Argument(help="An objection, an industry, both, or a question in your own words; empty for all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Browse what works."""
    from bot import playbook_cards
    from bot.rendering import terminal

    with opened() as house:
        found = house.playbooks.find(situation)
    show(found.as_json(), as_json=as_json, render=lambda: terminal(playbook_cards.playbook(found)))


def impact(as_json: AsJson = False) -> None:
    """Tell what the shared craft is worth: figures over everybody who contributes that could come out negative."""
    from bot import impact_cards
    from bot.impact import told
    from bot.rendering import terminal

    with opened() as house:
        found = told(house)
    show(found.as_json(), as_json=as_json, render=lambda: terminal(impact_cards.impact(found)))


def analyze(as_json: AsJson = True) -> None:  # noqa: ARG001 - accepted so that every command takes --json; the output always is
    """Label turns: JSON lines in ({"id", "role", "context", "text"}), JSON lines out."""
    from bot.analysis import analyses
    from bot.bootstrap import House
    from bot.settings import load

    house = House(load(data_dir=chosen_data_dir()))  # needs no data directory: only models
    for result in analyses(json_lines(), house.classifier, lambda text: house.guess_industry([text])):
        emit(result)


def anonymize(
    as_json: AsJson = True,  # noqa: ARG001 - see analyze
    explain: Annotated[bool, typer.Option("--explain", help="Say which recognizer found each span, and why.")] = False,
) -> None:
    """Mask personal data: JSON lines in ({"id", "text"[, "staff"]}), JSON lines out."""
    from contextlib import ExitStack
    from functools import cache

    from bot.analysis import anonymized
    from bot.bootstrap import House
    from bot.settings import load
    from intelligence.deny_list import DenyList

    house = House(load(data_dir=chosen_data_dir()))  # a line without "staff" needs no data directory
    with ExitStack() as stack:

        @cache
        def kept() -> House:
            return stack.enter_context(opened())

        @cache
        def known(staff: str) -> DenyList:
            return kept().deny_list(kept().zones.open(member(kept(), staff).id)) if staff else DenyList.EMPTY

        for result in anonymized(json_lines(), house.anonymizer, known, explain=explain):
            emit(result)


@slack.command("manifest")
def slack_manifest(
    as_json: AsJson = True,  # noqa: ARG001 - see analyze
    url: Annotated[str, typer.Option(help="Public URL of this service; empty for Socket Mode.")] = "",
) -> None:
    """Print the manifest of the Slack app, to paste at api.slack.com/apps."""
    import json

    from bot.channels.slack_manifest import manifest

    typer.echo(json.dumps(manifest(url), indent=2))


def _learned(report: dict[str, int]) -> str:
    return (
        f"{report['zones']} zones read, {report['exchanges']} exchanges found, {report['new_contributions']} of them new; "
        f"{report['published']} patterns have enough people behind them to be shown."
    )
