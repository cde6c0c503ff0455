"""The demo: the main job on fictional conversations. Everything is real but Slack and Twilio, whose doubles run on this machine."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.text import Text

from bot import demo_scan, logs, recollections, rendering, settings
from bot.bootstrap import House, initialise
from bot.demo_service import DemoService
from bot.errors import InputRefused
from bot.import_answers import ImportReport
from bot.terminal import facts, table
from memory.database import Database
from memory.shared import everything_shared
from memory.storage import Storage
from memory.suggestions import Suggestions
from memory.tables import Staff

_OBJECTION = "Hi Bob, thanks for the offer. It looks good, but honestly we can't afford this right now, the machine budget for the year is used up."
_CUSTOMER = ("+12025550177", "Ruth Calloway")
_ANSWER = "That is a fair point, Ruth. Let me put your own figures next to the price: shall we go through them on Thursday?"
_QUESTION = "who asked about data protection?"
_LEDGER_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    marketers: list[dict[str, Any]]
    ninth: dict[str, Any]
    conversations: list[dict[str, Any]]

    @classmethod
    def load(cls) -> "Cast":
        """The bundled cast."""
        stored = json.loads(files("bot").joinpath("demo_data/cast.json").read_text(encoding="utf8"))
        return cls(stored["marketers"], stored["ninth"], stored["conversations"])


def told(folder: Path, cast: Cast, stage: "Stage", database_url: str = "") -> tuple[House, dict[str, Staff]]:
    """A house in a fresh data directory in which the cast's conversations are imported and learned; and who is who."""
    house = _prepared(folder, database_url)
    people = _staffed(stage, house, cast)
    _imported(stage, house, cast, people)
    _learned(stage, house, people[cast.marketers[0]["slug"]])
    return house, people


def run(*, keep: bool = False, picture: str = "", quiet: bool = False, database_url: str = "") -> dict[str, Any]:
    """Show the whole loop and return its figures.

    `keep` leaves the data directory, `picture` names an SVG file for the card, `quiet` shows on standard error, so that standard output is free for JSON;
    `database_url` is of an empty Postgres database to use instead of a file. Raises InputRefused when that is not empty.
    """
    began = time.monotonic()
    logs.silence()
    stage, cast = Stage(Console(highlight=False, stderr=quiet)), Cast.load()
    with ExitStack() as stack:
        folder = _folder(stack, keep=keep)
        stage.say("Your conversations stay in your private zone. Only anonymous, counted, proven sales craft is shared.", "bold")
        house, people = told(folder, cast, stage, database_url)
        stack.callback(house.close)
        waited = _live(stage, house, people[cast.ninth["slug"]], picture)
        _recalled(stage, house, cast, people)
        found = _scanned(stage, house, cast)
        patterns = len(everything_shared(house.database))
        _next_steps(stage, folder if keep else None, time.monotonic() - began)
    return {
        "conversations": len(cast.conversations),
        "patterns": patterns,
        "card_after_s": round(waited, 2),
        "planted": found.planted,
        "bytes_scanned": found.bytes_scanned,
        "leaks": len(found.leaks),
        "seconds": round(time.monotonic() - began, 1),
    }


class Stage:
    """Numbered scenes on a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._number = 0

    def say(self, text: str, style: str = "") -> None:
        """A line."""
        self.console.print(Text(text, style=style))

    def scene(self, title: str) -> None:
        """A heading."""
        self._number += 1
        self.console.print()
        self.console.print(Rule(Text(f"{self._number}. {title}", style="bold cyan"), align="left"))

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[int, int], None]]:
        """A bar on standard output; yields a function that takes how much is done of how much."""
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done, of: bar.update(task, completed=done, total=of)


def _folder(stack: ExitStack, *, keep: bool) -> Path:
    if not keep:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradecraft-demo-"))) / "data"
    kept = Path.cwd() / "demo-data"
    shutil.rmtree(kept, ignore_errors=True)
    return kept


def _prepared(folder: Path, database_url: str) -> House:
    # Whatever the environment says, the demo uses the database it was given and talks to nobody but its doubles.
    plain = settings.Settings(
        _env_file=None,
        data_dir=folder,
        database_url=database_url,
        master_key_file=None,
        vocabulary=None,
        anthropic_api_key=None,
        slack_bot_token=None,
        slack_app_token=None,
        slack_signing_secret=SecretStr("demo-signing-secret"),
        twilio_account_sid="",
        twilio_auth_token=SecretStr("demo-auth-token"),
        twilio_auth_token_secondary=None,
        contributors_needed=5,
        customers_needed=10,
    )
    if database_url:
        with closing(Database(database_url)) as database:
            if Storage(database).tables():
                raise InputRefused("There are tables in this database already: give the demo an empty one.")
    initialise(plain)
    return House.opened(plain)


def _staffed(stage: Stage, house: House, cast: Cast) -> dict[str, Staff]:
    stage.scene("Eight marketers and a newcomer get a private zone each")
    people = {}
    for one in (*cast.marketers, cast.ninth):
        house.records.add_staff(
            one["name"],
            slack_user_id=one["slack_user_id"],
            whatsapp=[one["whatsapp"]],
            industry=one["default_industry"],
            time_zone="UTC",
        )
        people[one["slug"]] = house.staff.named(one["name"])
    for one in cast.marketers:
        house.privacy.set_contributing(people[one["slug"]].id, contributes=True)
    stage.say(f"  {len(cast.marketers)} opted in to contribute anonymously; {cast.ninth['name']} is new and contributes nothing.")
    return people


def _imported(stage: Stage, house: House, cast: Cast, people: Mapping[str, Staff]) -> None:
    stage.scene("Their WhatsApp exports come in, from Android and iOS")
    added = 0
    with stage.progress("Reading, sealing, indexing") as advance, as_file(files("bot").joinpath("demo_data")) as folder:
        for number, talk in enumerate(cast.conversations, 1):
            member = people[talk["marketer"]]
            report = house.importing.run(
                member,
                folder / talk["marketer"] / talk["file"],
                customer=talk["customer"],
                industry=talk["industry"],
                now=house.clock(),
            )
            added += report.added
            _deal(house, member, talk, report)
            advance(number, len(cast.conversations))
    stage.say(f"  {added} messages of {len(cast.conversations)} conversations are sealed in {len(cast.marketers)} zones.")


def _deal(house: House, member: Staff, talk: Mapping[str, Any], told: ImportReport) -> None:
    """The deal of a conversation, as old as it."""
    deal = talk["deal"]
    amount = f"{deal['amount']} {deal.get('currency', '')}".strip()
    made = house.records.add_deal(member.id, talk["customer"], deal["name"], amount, at=told.first)
    if deal["outcome"] != "open":
        house.records.set_deal(member.id, made["id"], outcome=deal["outcome"], at=told.last)


def _learned(stage: Stage, house: House, first: Staff) -> None:
    stage.scene("Learning: anonymise, extract, count, publish")
    with stage.progress("Reading zones") as advance:
        report = house.learning.learn(house.clock(), lambda _what, done, of: advance(done, of))
    stage.console.print(facts(asdict(report)))
    lines = house.privacy.ledger(first.id)
    stage.say(f"\n  What left {first.name}'s zone, all of it ({len(lines)} lines, these are the newest):", "bold")
    columns = ("kind", "epoch", "objection", "response", "reaction", "industry", "amount_band", "weekday_part", "state")
    stage.console.print(table(lines[:_LEDGER_SHOWN], columns, empty="Nothing."))


def _live(stage: Stage, house: House, newcomer: Staff, picture: str) -> float:
    """Seconds from the customer's message to the card."""
    stage.scene(f"{newcomer.name}, on the first day, gets a WhatsApp message")
    stage.say(f"  {_CUSTOMER[1]}: {_OBJECTION}", "italic")
    number = house.staff.addresses(newcomer.id)[0].address
    with DemoService(house) as service:
        began = time.monotonic()
        service.customer_writes(_CUSTOMER[0], number, _CUSTOMER[1], _OBJECTION)
        message = service.card_for(newcomer)
        waited = time.monotonic() - began
        stage.say(f"  Signed webhook -> private zone -> card at Slack's double in {waited:.1f} s. Only {newcomer.name} sees it:", "bold")
        stage.console.print(rendering.terminal(message.blocks))
        if picture:
            Path(picture).write_text(rendering.svg(message.blocks), encoding="utf8")
        draft, sent = service.send(newcomer, message, _ANSWER)
        stage.say(f"\n  {newcomer.name} clicks Send\u2026 and a window opens with the draft:", "bold")
        stage.say(f"  {draft}", "italic")
        stage.say("  The words are changed and approved; exactly these reach the customer, once, and are read:", "bold")
        stage.say(f"  {sent}", "italic")
        service.click(newcomer, message, "suggestion.worked")
    verdicts = [row.verdict for row in Suggestions(house.database, house.zones.open(newcomer.id)).feedback()]
    stage.say(f'  {newcomer.name} clicks "Worked"; stored in the own zone: {", ".join(verdicts)}.')
    return waited


def _recalled(stage: Stage, house: House, cast: Cast, people: Mapping[str, Staff]) -> None:
    owner = people[next(talk["marketer"] for talk in cast.conversations if any(exchange[1] == "certification" for exchange in talk["exchanges"]))]
    stage.scene(f"{owner.name} asks the own memory")
    stage.say(f"  {_QUESTION}", "italic")
    stage.console.print(rendering.terminal(recollections.recollection(house.assistant.recall(owner.id, _QUESTION, 3))))


def _scanned(stage: Stage, house: House, cast: Cast) -> demo_scan.Scan:
    stage.scene("Is anything private on the shared side?")
    found = demo_scan.scan(house, cast.conversations)
    stage.say(f"  {found.planted} planted names, companies, numbers and amounts were looked for")
    stage.say(
        f"  in {found.texts} rows that left a zone and in {found.bytes_scanned:,} bytes on disk: {len(found.leaks)} found.",
        "green" if not found.leaks else "red",
    )
    for leak in found.leaks[:10]:
        stage.say(f"  LEAK in {leak.where}: {leak.planted}", "bold red")
    return found


def _next_steps(stage: Stage, kept: Path | None, seconds: float) -> None:
    stage.console.print()
    stage.console.print(Rule(style="cyan"))
    stage.say(f"Done in {seconds:.0f} s, without network and without a key. What to do next:", "bold")
    if kept:
        stage.say(f"  look around        tradecraft --data-dir {kept} playbook budget")
    stage.say("  start your own     tradecraft init, then: tradecraft staff add, tradecraft import, make run")
    stage.say("  connect Slack      README, Connect Slack: tradecraft slack manifest")
    stage.say("  connect WhatsApp   README, Connect WhatsApp: one webhook URL at Twilio")
