"""Doctor: looks at an installation from where the service stands, and names each failure with its fix."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bot.bootstrap import House
from bot.errors import BotFault, explain
from bot.settings import Settings
from bot.webhooks import CONVERSATIONS_PATH, EVENTS_PATH, MESSAGES_PATH, STATUSES_PATH

OK, WARNING, FAILED = "ok", "warning", "failed"
_OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `fix` is empty when nothing needs to be done."""

    name: str
    status: str
    why: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything looked at."""

    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing failed; warnings are not failures."""
        return all(check.status != FAILED for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The shape `doctor --json` prints."""
        return {"checks": [asdict(check) for check in self.checks], "healthy": self.healthy}


def examine(settings: Settings) -> Report:
    """Look at everything; nothing is changed."""
    return Report(tuple(_checks(settings)))


def _checks(settings: Settings) -> Iterator[Check]:
    yield _python()
    if not settings.data_dir.exists() or not settings.master_key.exists():
        missing = settings.master_key if settings.data_dir.exists() else settings.data_dir
        yield Check("data directory", FAILED, f"{missing} is missing.", "Run `tradecraft init`, or put the key back from where you keep it.")
        return
    yield _key_mode(settings)
    house = House(settings)
    try:
        yield from (_tried(name, look, house) for name, look in _LOOKS.items())
        yield _channels("slack", settings.slack_configured, "Set TRADECRAFT_SLACK_BOT_TOKEN and TRADECRAFT_SLACK_APP_TOKEN (README, Connect Slack).")
        yield _channels("twilio", settings.twilio_configured, "Set TRADECRAFT_TWILIO_AUTH_TOKEN and TRADECRAFT_PUBLIC_URL (README, Connect WhatsApp).")
        yield from _visible_sides(settings)
        yield _language_model(settings)
    finally:
        house.close()


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return Check("python", FAILED, f"Python {version} is too old.", "Install Python 3.11 or newer.")
    return Check("python", OK, f"Python {version}, SQLite {sqlite3.sqlite_version}.")


def _key_mode(settings: Settings) -> Check:
    mode = settings.master_key.stat().st_mode & 0o777
    if mode & 0o077:
        return Check("master key", FAILED, f"Others can read {settings.master_key} (mode {mode:o}).", f"Run `chmod 600 {settings.master_key}`.")
    return Check("master key", OK, f"{settings.master_key}, readable by its owner only.")


def _tried(name: str, look: Callable[[House], str], house: House) -> Check:
    try:
        return Check(name, OK, look(house))
    except Exception as error:  # noqa: BLE001 - a check that cannot be made is a finding, not a crash
        return Check(name, FAILED, explain(error), "")


def _database(house: House) -> str:
    house.database.migrate()
    return f"{house.database.url.get_backend_name()} answers, schema is this version's."


def _zones(house: House) -> str:
    owners = house.zones.owners()
    for owner in owners:
        house.zones.open(owner)
    return f"{len(owners)} zones open with the master key."


def _vectors(house: House) -> str:
    house.indexes.check()
    chosen = house.settings.chroma_url
    return f"the Chroma server at {chosen} answers." if chosen else "embedded, a directory for each zone."


def _embedder(house: House) -> str:
    vector = house.embedder.embed(["doctor"])[0]
    return f"{house.embedder.name} answers with {len(vector)} dimensions."


def _anonymizer(house: House) -> str:
    found = house.anonymizer.analyze("Call Maria Gonzalez at +1 415 555 2671")
    return f"finds {len(found)} entities in the sample; {'trained recognizer loaded' if house.anonymizer.has_ner else 'patterns only'}."


def _classifier(house: House) -> str:
    turn = house.classifier.customer(["honestly that is more than we can pay"], [""])[0]
    return f"reads the sample as {turn.objection}."


def _work(house: House) -> str:
    from memory.inbox_entries import dead, standing

    if given_up := dead(house.database):
        cause = given_up[0][1]
        msg = f"{len(given_up)} deliveries were given up (last: {cause}): mend the cause, then `tradecraft reindex` brings the messages into recall."
        raise BotFault(msg)
    states = standing(house.database)
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no deliveries yet."


_LOOKS: dict[str, Callable[[House], str]] = {
    "database": _database,
    "zones": _zones,
    "vector index": _vectors,
    "embedding model": _embedder,
    "anonymiser": _anonymizer,
    "classifier": _classifier,
    "deliveries": _work,
}


def _channels(name: str, configured: bool, fix: str) -> Check:  # noqa: FBT001 - a fact, not a switch
    return Check(name, OK, "configured.") if configured else Check(name, WARNING, "not connected.", fix)


def _visible_sides(settings: Settings) -> Iterator[Check]:
    """Which sides of conversations each source shows, as far as it can be told from here."""
    yield Check("sides: exports", OK, "both sides, of whatever is imported with `tradecraft import`.")
    if not settings.twilio_configured:
        yield Check("sides: WhatsApp", WARNING, "none: nothing arrives by itself.", "Set TRADECRAFT_TWILIO_AUTH_TOKEN and TRADECRAFT_PUBLIC_URL.")
        return
    base = settings.public_url.rstrip("/")
    yield Check("sides: messages webhook", OK, f"the customer's side, at once, where Twilio calls {base}{MESSAGES_PATH}.")
    asks, fix = bool(settings.twilio_account_sid), "Set TRADECRAFT_TWILIO_ACCOUNT_SID."
    if asks:
        yield Check("sides: Twilio's list", OK, "both sides, every quarter of an hour and after an outage.")
        yield Check("sides: status callbacks", OK, f"the marketer's side, at once, where Twilio calls {base}{STATUSES_PATH}.")
        yield Check("sides: conversations", OK, f"both sides, at once, where Twilio calls {base}{CONVERSATIONS_PATH} (onMessageAdded).")
    else:
        yield Check("sides: Twilio's list", WARNING, "not read: the marketer's side, and what an outage loses, stay unseen.", fix)
        yield Check("sides: conversations", WARNING, "not understood: who takes part in a conversation is asked of Twilio.", fix)
    yield Check("sides: event streams", OK, f"both sides, where a sink of Twilio's Event Streams posts to {base}{EVENTS_PATH}.")


def _language_model(settings: Settings) -> Check:
    if settings.anthropic_api_key is None:
        return Check("language model", OK, "none: every answer comes from the local models, nothing leaves this machine.")
    return Check("language model", OK, f"{settings.anthropic_model} is configured.")
