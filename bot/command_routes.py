"""Plain words -> Command, by rules: what a direct message or a mention asks for. Pure."""

import re
from dataclasses import replace

from bot import route_cues as cues
from bot.command_list import NAMES, PROMPTS
from bot.commands import HELP, Command, HelpWanted, parse
from bot.periods import plain

_LONGEST = 1_000
"""Characters in which cues are looked for: who wants something says it early."""
_BEST_TIME = re.compile(
    r"\b(?:when (?:should|do|can) i (?:write|text|message|call|follow up|get back)(?: again)? (?:to|with)"
    r"|best time (?:to (?:write|text|message|call) (?:to )?|for ))"
    r"\s*(?P<name>[^?.!]{1,80})",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"(?:please\s+|can you\s+)?(?:forget|erase|delete|vergiss|olvida a|oublie|esque[c\u00e7]a)\s+(?:the customer\s+|customer\s+)?(?P<name>[^?.!,]{2,80})",
    re.IGNORECASE,
)
_MUTE = re.compile(r"(?:please\s+)?(?P<verb>mute|unmute)\s+(?:the customer\s+|customer\s+)?(?P<name>[^?.!,]{2,80})", re.IGNORECASE)
_NOBODY = re.compile(r"(?:it|that|this|about|them|me|my|everything|all|what|to|the|your|our)\b", re.IGNORECASE)
"""What follows `forget` where no customer is meant."""
_REMIND = re.compile(
    r"\b(?:remind me|set (?:me )?a reminder|erinner\w* mich|recu[e\u00e9]rdame|rappelle[- ]moi|lembr[ae][- ]me|me lembr[ae])\s+"
    r"(?P<when>[^:]{0,30}?)\s*\b(?:to|about|for|of|daran|an|de|que)\b\s*(?P<rest>.{1,300})",
    re.IGNORECASE | re.DOTALL,
)
_CONTACTING = re.compile(
    r"(?:please\s+)?(?:writ\w*|text|messag\w*|call|phone|contact|ping|chase|ask|tell|e?mail|reply|answer|talk"
    r"|follow(?:ing)? up|get(?:ting)? back|come back|reach out|send)"
    r"(?:\s+(?:again|back))?(?:\s+(?:to|with|on))?\s+",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\s(?:in\s+(?:\d|an?\b|one|two|three|four|five|six)|tomorrow|today|tonight"
    r"|(?:on\s+|next\s+|this\s+)?(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|week)|at\s+\d)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_a-z][\w'\u2019.-]*(?:\s+[^\W\d_a-z][\w'\u2019.-]*){0,3}")
"""A run of words that begin with a capital."""
_ABOUT = re.compile(r"\b(?i:of|that|is|for|with|will|does|are|ist|dass|de|que)\s+(?P<name>[^\W\d_a-z][\w'\u2019.-]+(?:\s+[^\W\d_a-z][\w'\u2019.-]*){0,3})")
_GREETINGS = (
    "hi",
    "hello",
    "hey",
    "hola",
    "hallo",
    "ola",
    "ol\u00e1",
    "bonjour",
    "thanks",
    "thank you",
    "start",
    "menu",
    "danke",
    "gracias",
    "merci",
    "obrigado",
    "obrigada",
)
_FEW_WORDS = 2
_NOT_UNDERSTOOD = (
    f"I did not understand that. Ask me, for example: {' '.join(one['message'] for one in PROMPTS)} For a customer's words: `suggest:` and the words."
)
_SNOOZED = (
    "Below each coach card there is a button that snoozes all of them, `mute` and a name keeps one customer's away, and Settings on the home tab "
    "switch them off."
)

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
    """What plain words in a direct message ask for, by rules, the surest first.

    A command's name in front; somebody named beside a verb; cues of a question; a customer's words to answer; else that it was not understood.
    """
    typed = text.replace("\x00", "").strip()
    if typed.casefold().rstrip("!. ") in (*HELP, *_GREETINGS):
        return HelpWanted("")
    return _commanded(typed) or _of_somebody(typed) or _cued(typed) or _otherwise(typed)


def _commanded(typed: str) -> Command | HelpWanted | None:
    first, _, rest = typed.partition(" ")
    name = first.removeprefix("/").rstrip(":").casefold()
    return parse(name, rest) if name in NAMES and (rest or first.startswith("/")) else None


def _cued(typed: str) -> Command | HelpWanted | None:
    folded = _folded(typed)
    for cue, wanted in _ROUTES:
        if cue.search(folded):
            if cue is cues.FORECAST:
                return _forecast(typed)
            return wanted if isinstance(wanted, HelpWanted) or wanted.verb or wanted.text else replace(wanted, text=typed)
    return None


def _otherwise(typed: str) -> Command | HelpWanted:
    """A question is one to the own memory, a word is looked up, several are what a customer said, unless they begin like an order to the app."""
    several = len(typed.split())
    if typed.endswith("?") and several > _FEW_WORDS:
        return Command("recall", text=typed)
    if cues.ASKED_OF_US.search(folded := _folded(typed)) or not folded:
        return HelpWanted("", _NOT_UNDERSTOOD)
    return Command("suggest" if several > 1 else "playbook", text=typed)


def _folded(typed: str) -> str:
    return plain(typed[:_LONGEST].replace("-", " ")).strip("?.!\u00bf\u00a1 ")


def _of_somebody(typed: str) -> Command | HelpWanted | None:
    """What names a customer beside a verb: a reminder, the best time, to forget, to mute."""
    if found := _REMIND.search(typed):
        return _reminder(found["when"].strip(), found["rest"].strip(" .!?"))
    if found := _BEST_TIME.search(typed):
        return Command("followup", "best", customer=found["name"].strip())
    if (found := _FORGET.fullmatch(typed.rstrip(" .!?"))) and not _NOBODY.match(found["name"]):
        return Command("zone", "forget", customer=found["name"].strip())
    if (found := _MUTE.fullmatch(typed.rstrip(" .!?"))) and not _NOBODY.match(found["name"]):
        return Command("customer", found["verb"].casefold(), customer=found["name"].strip())
    return None


def _reminder(when: str, rest: str) -> Command | HelpWanted:
    """`write to John Brandt tomorrow about the offer`: whom, when, and what is left as its note."""
    words = _CONTACTING.sub("", rest, count=1) if _CONTACTING.match(rest) else rest
    named = _NAME.search(words)
    begins = _TIME.search(f" {words}")
    who = named[0] if named is not None else words[: max(begins.start() - 1, 0)].strip() if begins is not None else words
    if not who:
        return HelpWanted("followup", "Say whom to write to.")
    after = words[words.index(who) + len(who) :].strip()
    timed = _TIME.search(f" {after}")
    moment = when if _TIME.search(f" {when}") else (after[timed.start() :].strip() if timed is not None else "")
    note = after[: timed.start()].strip() if timed is not None else after
    read = parse("followup", f"{who} {moment}".strip())
    return replace(read, text=note) if isinstance(read, Command) and read.verb == "plan" else read


def _forecast(typed: str) -> Command:
    """Of one customer where one is named, else of all."""
    found = _ABOUT.search(typed)
    return Command("deal", "forecast", customer=found["name"].strip() if found is not None else "")


_ROUTES: tuple[tuple[re.Pattern[str], Command | HelpWanted], ...] = (
    (cues.HELP, HelpWanted("")),
    (cues.SNOOZE, HelpWanted("", _SNOOZED)),
    (cues.PLAN, HelpWanted("followup")),
    (cues.EXPORT, Command("zone", "export")),
    (cues.OPT_OUT, Command("zone", "opt-out")),
    (cues.OPT_IN, Command("zone", "opt-in")),
    (cues.LEDGER, Command("zone", "ledger")),
    (cues.PROOF, Command("zone", "proof")),
    (cues.QUIET_DEALS, Command("deal", "quiet")),
    (cues.QUIET, Command("followup", "quiet")),
    (cues.FORECAST, Command("deal", "forecast")),
    (cues.WON, Command("deal", "list", value="won")),
    (cues.LOST, Command("deal", "list", value="lost")),
    (cues.OPEN, Command("deal", "list", value="open")),
    (cues.DEALS, Command("deal", "list")),
    (cues.FOLLOW_UPS, Command("followup", "list")),
    (cues.TODAY, Command("followup", "list")),
    (cues.CUSTOMERS, Command("customer", "list")),
    (cues.NOTES, Command("note", "list")),
    (cues.ZONE, Command("zone", "status")),
    (cues.TRENDS, Command("playbook", text="trends")),
    (cues.STRATEGIES, Command("playbook", text="strategies")),
    (cues.PLAYBOOK, Command("playbook")),
    (cues.RECALL, Command("recall")),
)
"""The first cue that is found decides: what is rare and plain stands before what is common."""
