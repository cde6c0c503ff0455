"""What a person typed -> Command. Pure: knows no channel, no table and nobody's identity."""

import re
from dataclasses import dataclass, replace

from bot.command_list import ADMIN, NAMES
from intelligence.vocabulary import DEAL_OUTCOMES


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants. `name` and `verb` are of KNOWN; the rest is as typed, trimmed."""

    name: str
    verb: str = ""
    text: str = ""
    customer: str = ""
    industry: str = ""
    amount: str = ""
    value: str = ""
    """An id or one word, for verbs that take one."""


@dataclass(frozen=True, slots=True)
class HelpWanted:
    """Help was asked for, or is the best answer. `reason` says why nothing was done, empty when help was asked for."""

    name: str
    """Of the command, or empty for all."""
    reason: str = ""


ZONE_VERBS = ("status", "ledger", "opt-in", "opt-out", "export", "proof")
_PLAYBOOK_VERBS = {"saved": "saved", "pinned": "saved", "plays": "plays", "add": "add"}
_LINE_VERBS = ("veto", "withdraw", "restore")
HELP = ("", "help", "?", "-h", "--help")
_INDUSTRY = re.compile(r"(?:^|\s)(?:(?:--|\u2014|\u2013)industry[:= ]|industry[:=])\s?([A-Za-z-]+)(?=\s|$)", re.IGNORECASE)
"""Phones and Macs turn two hyphens into a dash."""
_NOTE_ABOUT = re.compile(r"about\s+(?P<customer>[^:\n]{1,100}):\s*(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL)


def parse(name: str, text: str) -> Command | HelpWanted:
    """What was typed after a command's name. Empty, `help` and what cannot be understood all give HelpWanted; nothing raises."""
    typed = text.replace("\x00", "").strip()
    if name not in NAMES:
        return HelpWanted("", f"There is no command called {name[:40]}.")
    if typed.casefold() in HELP:
        return HelpWanted(name)
    return _PARSERS[name](typed)


def _suggest(typed: str) -> Command | HelpWanted:
    found = _INDUSTRY.search(typed)
    words = _INDUSTRY.sub(" ", typed).strip() if found else typed
    if not words:
        return HelpWanted("suggest", "The customer's words are missing.")
    return Command("suggest", text=words, industry=found[1].lower() if found else "")


def _playbook(typed: str) -> Command | HelpWanted:
    if (verb := _PLAYBOOK_VERBS.get(typed.casefold())) is not None:
        return Command("playbook", verb)
    return Command("playbook", text="" if typed.casefold() in {"all", "everything", "browse"} else typed)


def _recall(typed: str) -> Command | HelpWanted:
    return Command("recall", text=typed)


def _deal(typed: str) -> Command | HelpWanted:  # noqa: PLR0911 - one for each verb
    verb, _, rest = typed.partition(" ")
    rest = rest.strip()
    match verb.casefold():
        case "list" | "quiet" as asked:
            return Command("deal", asked, value=rest.casefold() if asked == "list" and rest.casefold() in DEAL_OUTCOMES else "")
        case "forecast":
            return Command("deal", "forecast", customer=rest)
        case "add":
            deal, _, buyer = rest.rpartition(" for ")
            customer, at, amount = buyer.rpartition(" at ")
            if deal.strip() and buyer.strip():
                return Command("deal", "add", text=deal.strip(), customer=(customer if at else buyer).strip(), amount=amount.strip() if at else "")
            return HelpWanted("deal", "A deal needs a name and a customer.")
        case "set":
            identifier, _, change = rest.partition(" ")
            if identifier and change.strip():
                return _deal_change(Command("deal", "set", value=identifier), change.strip())
            return HelpWanted("deal", "To change a deal, give its id and the change.")
    return HelpWanted("deal", f"I do not know '{verb[:40]}'.")


def _deal_change(command: Command, change: str) -> Command:
    kind, _, rest = change.partition(" ")
    if kind.casefold() == "amount" and rest.strip():
        return replace(command, amount=rest.strip())
    return replace(command, text=change.removeprefix("stage ").removeprefix("outcome ").strip().casefold())


def _note(typed: str) -> Command | HelpWanted:
    verb, _, rest = typed.partition(" ")
    if verb.casefold() == "list":
        return Command("note", "list", customer=rest.strip())
    words = rest.strip() if verb.casefold() == "add" else typed
    if found := _NOTE_ABOUT.fullmatch(words):
        return Command("note", "add", text=found["text"].strip(), customer=found["customer"].strip())
    return Command("note", "add", text=words) if words else HelpWanted("note", "The note is empty.")


def _zone(typed: str) -> Command | HelpWanted:
    verb, _, rest = typed.partition(" ")
    verb = verb.casefold().replace("_", "-").replace("optin", "opt-in").replace("optout", "opt-out")
    if verb in _LINE_VERBS:
        return Command("zone", verb, value=rest.strip()) if rest.strip() else HelpWanted("zone", "Give the id of a line: `ledger` shows them.")
    if verb == "ledger" and rest.strip().isascii() and rest.strip().isdigit():
        return Command("zone", "ledger", value=rest.strip()[:6])
    if verb == "forget":
        return Command("zone", "forget", customer=rest.strip())
    if verb in ZONE_VERBS and not rest.strip():
        return Command("zone", verb)
    return HelpWanted("zone", f"I do not know '{typed[:40]}'.")


def _customer(typed: str) -> Command | HelpWanted:
    verb, _, rest = typed.partition(" ")
    verb, rest = verb.casefold(), rest.strip()
    if verb == "list" and not rest:
        return Command("customer", "list")
    if verb in {"mute", "unmute", "show"} and rest:
        return Command("customer", verb, customer=rest)
    if verb in _CHANGES and rest:
        found = _CHANGES[verb].fullmatch(rest)
        return Command("customer", verb, customer=found[1].strip(), value=found[2].strip()) if found else HelpWanted("customer", _CHANGE_HELP[verb])
    return Command("customer", "show", customer=typed)


_CHANGES = {
    "industry": re.compile(r"(.{1,100}?)\s*(?::|\bto\b)\s*(\S.*)", re.IGNORECASE | re.DOTALL),
    "rename": re.compile(r"(.{1,100}?)\s+to\s+(\S.*)", re.IGNORECASE | re.DOTALL),
    "number": re.compile(r"(.{1,100}?)[:\s]\s*(\+[\d\s()./-]{6,30})", re.DOTALL),
}
_CHANGE_HELP = {
    "industry": "To correct an industry, write the name, a colon and the industry.",
    "rename": "To rename a customer, write the name, `to`, and the new name.",
    "number": "To add a number, write the name and the number with its country code.",
}


def _followup(typed: str) -> Command | HelpWanted:
    verb, _, rest = typed.partition(" ")
    verb, rest = verb.casefold(), rest.strip()
    if verb == "list" and not rest:
        return Command("followup", "list")
    if verb == "quiet" and (not rest or rest.split()[0].isdigit()):
        return Command("followup", "quiet", value=rest.split()[0] if rest else "")
    if verb in {"done", "later"}:
        identifier, _, when = rest.partition(" ")
        return Command("followup", verb, customer=identifier, value=when.strip()) if identifier else HelpWanted("followup", "Give its id: `list` shows them.")
    words, _, note = typed.partition(": ")
    begins = _WHEN.search(words)
    if begins is None:
        return Command("followup", "plan" if note.strip() else "best", customer=words.strip(" :"), text=note.strip())
    return Command("followup", "plan", customer=words[: begins.start()].strip(), value=words[begins.start() :].strip(), text=note.strip())


_WHEN = re.compile(
    r"\s(?:on\s+|this\s+|next\s+)?(?:in\s+(?:\d|an?\b|one\b|two\b|three\b|four\b|five\b|six\b)|tomorrow\b|today\b|tonight\b|day\s+after\b|week\b"
    r"|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b|20\d\d-\d|at\s+\d|\d{1,2}[:.]\d\d"
    r"|\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+\d)",
    re.IGNORECASE,
)
"""Where the time begins in `Maria Lopez friday 14:00`."""


def _about(typed: str) -> Command | HelpWanted:
    return Command(ADMIN, "admin") if typed.casefold() == "admin" else HelpWanted(ADMIN, f"I do not know '{typed[:40]}'.")


_PARSERS = {
    ADMIN: _about,
    "suggest": _suggest,
    "playbook": _playbook,
    "recall": _recall,
    "customer": _customer,
    "followup": _followup,
    "deal": _deal,
    "note": _note,
    "zone": _zone,
}
