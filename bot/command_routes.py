"""Plain words -> Command, by rules: what a direct message or a mention asks for. Pure."""

import re
from dataclasses import replace

from bot.command_list import NAMES
from bot.commands import HELP, Command, HelpWanted, parse


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
_QUIET_CUES = _cues(
    r"(?:went|gone|going|has been|have been|are) (?:quiet|silent|cold)|not (?:answered|replied)|who should i (?:write|follow up|chase)",
    r"haven.t (?:answered|replied|heard)",
)
_QUIET_DEAL_CUES = _cues(r"deals?\b[^?.!]{0,40}\b(?:quiet|silent|cold|stalled|stuck)", r"(?:quiet|silent|cold|stalled|stuck) deals?")
_FOLLOW_UP_CUES = _cues("my follow-?ups|what is due|due today|remind(?:ers)?")
_BEST_TIME = re.compile(
    r"\b(?:when (?:should|do|can) i (?:write|text|message|follow up|get back)(?: again)? (?:to|with)|best time (?:to (?:write|text|message) (?:to )?|for ))"
    r"\s*(?P<name>[^?.!]{1,80})",
    re.IGNORECASE,
)
_CUSTOMER_CUES = _cues("my customers|list of customers")
_DEAL_CUES = _cues("my (?:open )?deals|which deals|open deals|pipeline")
_NOTE_CUES = _cues("my notes|which notes")
_ZONE_CUES = _cues(r"privacy|my zone|what (?:is|do you) stored?|what left|ledger|contribut\w*")
_GREETINGS = ("hi", "hello", "hey", "hola", "hallo", "ola", "thanks", "thank you", "start", "menu")
_FEW_WORDS = 2


_FURTHER = re.compile(r"\s*(?:and|or|also|but|what about|how about|und|oder|y|o|et|ou)\b[\s,]*", re.IGNORECASE)
_FEW_FURTHER_WORDS = 10


def carries_on(text: str) -> bool:
    """Whether plain words in a thread only make sense after what was asked before: `and in retail?`."""
    return _FURTHER.match(text) is not None and len(text.split()) <= _FEW_FURTHER_WORDS


def carried_on(asked: str, text: str) -> str:
    """The question that was asked before, with what such words add to it."""
    further = _FURTHER.sub("", text, count=1)
    return f"{asked.rstrip(' ?.!')} {further}" if asked.strip() and further.strip() else text


def doing(text: str) -> str:
    """What is being done about plain words, while it is."""
    return _DOING.get(routed(text).name, "Looking it up")


_DOING = {
    "suggest": "Looking for what worked for others",
    "playbook": "Looking into the playbook",
    "recall": "Searching your conversations",
    "deal": "Looking through your deals",
    "followup": "Looking through your follow-ups",
}


def routed(text: str) -> Command | HelpWanted:
    """What plain words in a direct message ask for, by rules: a command's name in front, else cues of a question, else the customer's words to answer."""
    typed = text.replace("\x00", "").strip()
    if typed.casefold().rstrip("!. ") in (*HELP, *_GREETINGS):
        return HelpWanted("")
    first, _, rest = typed.partition(" ")
    name = first.removeprefix("/").rstrip(":").casefold()
    if name in NAMES and (rest or first.startswith("/")):
        return parse(name, rest)
    if found := _BEST_TIME.search(typed):
        return Command("followup", "best", customer=found["name"].strip())
    for cues, command in _ROUTES:
        if cues.search(typed):
            return command if command.verb else replace(command, text=typed)
    if typed.endswith("?") and len(typed.split()) > _FEW_WORDS:
        return Command("recall", text=typed)
    return Command("suggest", text=typed)


_ROUTES = (
    (_QUIET_DEAL_CUES, Command("deal", "quiet")),
    (_QUIET_CUES, Command("followup", "quiet")),
    (_FOLLOW_UP_CUES, Command("followup", "list")),
    (_CUSTOMER_CUES, Command("customer", "list")),
    (_DEAL_CUES, Command("deal", "list")),
    (_NOTE_CUES, Command("note", "list")),
    (_ZONE_CUES, Command("zone", "status")),
    (_PLAYBOOK_CUES, Command("playbook")),
    (_RECALL_CUES, Command("recall")),
)
