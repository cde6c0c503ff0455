"""What a person typed -> Command. Pure: knows no channel, no table and nobody's identity."""

import re
from dataclasses import dataclass, replace


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


@dataclass(frozen=True, slots=True)
class Usage:
    """One way to use a command."""

    example: str
    """What is typed after the command's name."""
    meaning: str


@dataclass(frozen=True, slots=True)
class Known:
    """A command as people see it."""

    name: str
    description: str
    hint: str
    usages: tuple[Usage, ...]


KNOWN: tuple[Known, ...] = (
    Known(
        "suggest",
        "What worked for others when a customer wrote this",
        "[what your customer wrote]",
        (
            Usage("that's over our budget", "what worked for others, with the evidence"),
            Usage("too expensive industry:healthcare", "the same for one industry"),
        ),
    ),
    Known(
        "playbook",
        "Browse what works, by objection, industry or response",
        "[objection, industry or question]",
        (
            Usage("budget manufacturing", "everything known about a situation"),
            Usage("how do I answer 'too expensive'?", "the same, asked in your own words"),
            Usage("all", "the whole playbook"),
        ),
    ),
    Known(
        "recall",
        "Search your own conversations",
        "[question]",
        (Usage("what did Maria want?", "the messages of your own chats that answer it"),),
    ),
    Known(
        "deal",
        "Your deals: list, open, change",
        "[list | add | set]",
        (
            Usage("list", "your deals"),
            Usage("add Booth package for Maria Lopez at 4900", "open a deal; `at` and the amount may be left out"),
            Usage("set 1a2b3c4d won", "won, lost, open or stalled; or a stage: lead, qualified, proposal, negotiation, closed"),
            Usage("set 1a2b3c4d amount 5200", "a new amount"),
        ),
    ),
    Known(
        "note",
        "Private notes: write, list",
        "[about NAME: text | list]",
        (
            Usage("about Maria Lopez: decides after Easter", "a note about a customer"),
            Usage("mornings are quiet in this branch", "a note about nobody in particular"),
            Usage("list", "your notes; `list Maria Lopez` for one customer's"),
        ),
    ),
    Known(
        "zone",
        "Your private zone: what is stored, what left it, take it back",
        "[status | ledger | opt-in | opt-out | veto ID]",
        (
            Usage("status", "what is stored, and whether you contribute"),
            Usage("ledger", "exactly what left your zone"),
            Usage("veto 1a2b3c4d", "take one line of the ledger back for good"),
            Usage("opt-in", "offer anonymous exchanges to everybody's playbook"),
            Usage("opt-out", "stop, and take back everything offered so far"),
        ),
    ),
)
_BY_NAME = {known.name: known for known in KNOWN}
ZONE_VERBS = ("status", "ledger", "opt-in", "opt-out")
_HELP = ("", "help", "?", "-h", "--help")
_INDUSTRY = re.compile(r"(?:^|\s)(?:(?:--|\u2014|\u2013)industry[:= ]|industry[:=])\s?([A-Za-z-]+)(?=\s|$)", re.IGNORECASE)
"""Phones and Macs turn two hyphens into a dash."""
_NOTE_ABOUT = re.compile(r"about\s+(?P<customer>[^:\n]{1,100}):\s*(?P<text>\S.*)$", re.IGNORECASE | re.DOTALL)


def known(name: str) -> Known:
    """The command of that name; KeyError for others."""
    return _BY_NAME[name]


def parse(name: str, text: str) -> Command | HelpWanted:
    """What was typed after a command's name. Empty, `help` and what cannot be understood all give HelpWanted; nothing raises."""
    typed = text.replace("\x00", "").strip()
    if name not in _BY_NAME:
        return HelpWanted("", f"There is no command called {name[:40]}.")
    if typed.casefold() in _HELP:
        return HelpWanted(name)
    return _PARSERS[name](typed)


def _suggest(typed: str) -> Command | HelpWanted:
    found = _INDUSTRY.search(typed)
    words = _INDUSTRY.sub(" ", typed).strip() if found else typed
    if not words:
        return HelpWanted("suggest", "The customer's words are missing.")
    return Command("suggest", text=words, industry=found[1].lower() if found else "")


def _playbook(typed: str) -> Command | HelpWanted:
    return Command("playbook", text="" if typed.casefold() in {"all", "everything", "browse"} else typed)


def _recall(typed: str) -> Command | HelpWanted:
    return Command("recall", text=typed)


def _deal(typed: str) -> Command | HelpWanted:
    verb, _, rest = typed.partition(" ")
    rest = rest.strip()
    match verb.casefold():
        case "list":
            return Command("deal", "list")
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
    if verb == "veto":
        return Command("zone", "veto", value=rest.strip()) if rest.strip() else HelpWanted("zone", "To take a line back, give its id: `ledger` shows them.")
    if verb in ZONE_VERBS and not rest.strip():
        return Command("zone", verb)
    return HelpWanted("zone", f"I do not know '{typed[:40]}'.")


_PARSERS = {"suggest": _suggest, "playbook": _playbook, "recall": _recall, "deal": _deal, "note": _note, "zone": _zone}


def _cues(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_RECALL_CUES = _cues(
    "did|said|says?|wrote|write|told|asked|mention(?:ed)?|promised?|agreed?",
    "last time|when was|who (?:is|was|asked|wanted)|remember|find|search|my (?:chat|conversation)s?",
)
_PLAYBOOK_CUES = _cues(
    "playbook|how (?:do|can|should|would) (?:i|we|you)|what (?:works|worked|helps|should i)|best (?:answer|response|way)",
    "answers? (?:to|for)|respond|handle|deal with|objections?",
)
_DEAL_CUES = _cues("my (?:open )?deals|which deals|open deals|pipeline")
_NOTE_CUES = _cues("my notes|which notes")
_ZONE_CUES = _cues(r"privacy|my zone|what (?:is|do you) stored?|what left|ledger|contribut\w*")
_GREETINGS = ("hi", "hello", "hey", "hola", "hallo", "ola", "thanks", "thank you", "start", "menu")
_FEW_WORDS = 2


def routed(text: str) -> Command | HelpWanted:
    """What plain words in a direct message ask for, by rules: a command's name in front, else cues of a question, else the customer's words to answer."""
    typed = text.replace("\x00", "").strip()
    if typed.casefold().rstrip("!. ") in (*_HELP, *_GREETINGS):
        return HelpWanted("")
    first, _, rest = typed.partition(" ")
    name = first.removeprefix("/").rstrip(":").casefold()
    if name in _BY_NAME and (rest or first.startswith("/")):
        return parse(name, rest)
    for cues, command in _ROUTES:
        if cues.search(typed):
            return command if command.verb else replace(command, text=typed)
    if typed.endswith("?") and len(typed.split()) > _FEW_WORDS:
        return Command("recall", text=typed)
    return Command("suggest", text=typed)


_ROUTES = (
    (_DEAL_CUES, Command("deal", "list")),
    (_NOTE_CUES, Command("note", "list")),
    (_ZONE_CUES, Command("zone", "status")),
    (_PLAYBOOK_CUES, Command("playbook")),
    (_RECALL_CUES, Command("recall")),
)
