"""The commands as people see them: names, hints, examples. Pure; help, the manifest and the parser are made from this list."""

from dataclasses import dataclass


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


ADMIN = "tradecraft"
"""The command about the app itself."""
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
        "[objection, industry or question | saved | plays | add]",
        (
            Usage("budget manufacturing", "everything known about a situation"),
            Usage("how do I answer 'too expensive'?", "the same, asked in your own words"),
            Usage("all", "every answer with evidence; `strategies`, `trends`, `timing` and `steps` show what else was counted"),
            Usage("saved", "what you saved, with the figures of today; each play has a button that saves it, and one that shares it into a channel"),
            Usage("add", "propose a play in your own words, for which an admin is asked; `plays` shows how yours stand"),
            Usage("impact", "whether suggestions help, over everybody who contributes"),
        ),
    ),
    Known(
        "recall",
        "Search your own conversations",
        "[question]",
        (Usage("what did Maria want?", "the messages of your own chats that answer it"),),
    ),
    Known(
        "customer",
        "Your customers: list, look at, correct, mute",
        "[NAME | list | industry | rename | number | mute]",
        (
            Usage("Maria Lopez", "last contact, deals, notes, follow-ups"),
            Usage("list", "everybody, whoever was written with last first"),
            Usage("industry Maria Lopez: healthcare", "correct what business they are in"),
            Usage("rename Maria Lopez to Maria Ruiz", "another name"),
            Usage("number Maria Lopez +34600111222", "their WhatsApp number"),
            Usage("mute Maria Lopez", "no cards about them; `unmute` shows them again"),
        ),
    ),
    Known(
        "followup",
        "Write again at the right time: best time, reminders",
        "[NAME | NAME when: note | list | quiet | done ID]",
        (
            Usage("Maria Lopez", "the best time to write to her again"),
            Usage("Maria Lopez friday 14:00: send the offer", "a reminder that comes back by direct message"),
            Usage("list", "what is planned"),
            Usage("quiet", "who has not been written with for a week; `quiet 30` for a month"),
            Usage("done 1a2b3c4d", "it is done; `later 1a2b3c4d next week` moves it"),
        ),
    ),
    Known(
        "deal",
        "Your deals: list, open, change",
        "[list | quiet | forecast | add | set]",
        (
            Usage("list", "your deals, open ones first; `list won`, `list lost` or `list open` for some"),
            Usage("forecast", "how likely each open deal is to be won, from your own that ended; `forecast Maria Lopez` for one customer's"),
            Usage("quiet", "open deals in which nobody said anything for a week"),
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
        "[status | ledger | opt-in | opt-out | veto ID | export | forget NAME | proof]",
        (
            Usage("status", "what is stored, and whether you contribute"),
            Usage("ledger", "exactly what left your zone"),
            Usage("veto 1a2b3c4d", "take one line of the ledger back for good"),
            Usage("withdraw 1a2b3c4d", "take one line back until you offer it again with `restore 1a2b3c4d`"),
            Usage("opt-in", "offer anonymous exchanges to everybody's playbook"),
            Usage("opt-out", "stop, and take back everything offered so far"),
            Usage("export", "everything stored about you, as a file by direct message"),
            Usage("forget Maria Lopez", "erase a customer for good, with a signed receipt; a window asks first"),
            Usage("proof", "prove that nobody else sees your zone: secrets are planted, asked for everywhere, and removed"),
        ),
    ),
    Known(
        ADMIN,
        "What there is to ask; for admins: members, health, use",
        "[help | admin]",
        (Usage("admin", "for admins: who is linked, how the installation does, how it is taken up by everybody together"),),
    ),
)
PROMPTS = (
    {"title": "Answer an objection", "message": "How do I answer 'too expensive'?"},
    {"title": "Search my conversations", "message": "Who asked about the price?"},
    {"title": "Deals gone quiet", "message": "Which deals went quiet?"},
    {"title": "My privacy", "message": "What left my zone?"},
)
"""What the agent's tab suggests to ask."""
NAMES = {known.name: known for known in KNOWN}


def known(name: str) -> Known:
    """The command of that name; KeyError for others."""
    return NAMES[name]
