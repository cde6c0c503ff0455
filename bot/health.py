"""What a running house can say of its health at once: nothing is loaded, no zone is opened."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bot.admin_answers import Check
from bot.errors import BotFault, explain
from bot.webhooks import CONVERSATIONS_PATH, EVENTS_PATH, MESSAGES_PATH, STATUSES_PATH

if TYPE_CHECKING:
    from bot.bootstrap import House
    from bot.settings import Settings

OK, WARNING, FAILED = "ok", "warning", "failed"


def live(house: "House") -> tuple[Check, ...]:
    """The database, what waits or was given up, the parts of this process, and what is connected."""
    looks = {"database": _answers, "deliveries": deliveries, **{name: _asked(vital) for name, vital in house.vitals.items()}}
    return (*(tried(name, look, house) for name, look in looks.items()), *configured(house.settings))


def configured(settings: "Settings") -> Iterator[Check]:
    """What is connected, and which sides of conversations it shows."""
    yield _channels("slack", settings.slack_configured, "Set TRADECRAFT_SLACK_BOT_TOKEN and TRADECRAFT_SLACK_APP_TOKEN (README, Connect Slack).")
    yield _channels("twilio", settings.twilio_configured, "Set TRADECRAFT_TWILIO_AUTH_TOKEN and TRADECRAFT_PUBLIC_URL (README, Connect WhatsApp).")
    yield from _visible_sides(settings)
    yield _language_model(settings)


def tried(name: str, look: Callable[["House"], str], house: "House") -> Check:
    """A look as a check: what it says, or why it could not be made."""
    try:
        return Check(name, OK, look(house))
    except Exception as error:  # noqa: BLE001 - a check that cannot be made is a finding, not a crash
        return Check(name, FAILED, explain(error), "")


def deliveries(house: "House") -> str:
    """What became of what came in. Raises BotFault when something was given up."""
    from memory.inbox_entries import dead, standing

    if given_up := dead(house.database):
        cause = given_up[0][1]
        msg = f"{len(given_up)} deliveries were given up (last: {cause}): mend the cause, then `tradecraft reindex` brings the messages into recall."
        raise BotFault(msg)
    states = standing(house.database)
    return ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no deliveries yet."


def _answers(house: "House") -> str:
    house.database.answer()
    return f"{house.database.url.get_backend_name()} answers."


def _asked(vital: Callable[[], str]) -> Callable[["House"], str]:
    return lambda _house: vital()


def _channels(name: str, configured: bool, fix: str) -> Check:  # noqa: FBT001 - a fact, not a switch
    return Check(name, OK, "configured.") if configured else Check(name, WARNING, "not connected.", fix)


def _visible_sides(settings: "Settings") -> Iterator[Check]:
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


def _language_model(settings: "Settings") -> Check:
    if settings.anthropic_api_key is None:
        return Check("language model", OK, "none: every answer comes from the local models, nothing leaves this machine.")
    return Check("language model", OK, f"{settings.anthropic_model} is configured.")
