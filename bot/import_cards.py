"""Importing an export -> Card. Pure. Its owner's alone: it names whom they write with."""

from bot.import_answers import ImportReport, Preview
from bot.messages import Button, Card, Choice, Fact, Field, Form, Section
from bot.wording import ONLY_YOU, foot

ASK, START, SEND = "import.ask", "import.start", "import.send"
_TRUNCATED = "WhatsApp exports only about the newest 40,000 messages (10,000 with media): older ones are probably missing."
_DAY = "%d %B %Y"


def preview(file_id: str, name: str, found: Preview, time_zone: str, questions: tuple[str, ...]) -> Card:
    """What a dropped file holds, what of it is unclear, and the button that imports it."""
    who = foot(f"You are {found.me}." if found.me else "", f"The other side is {found.theirs}." if found.theirs else "")
    facts = (
        Fact("Messages", f"{found.messages:,}, {found.media:,} with media"),
        Fact("People", ", ".join(f"{person} ({count:,})" for person, count in found.people)),
        Fact("From", f"{found.first:{_DAY}}"),
        Fact("Until", f"{found.last:{_DAY}}"),
    )
    said = foot(who, f"Times are read as {time_zone}." if not questions else "", _TRUNCATED if found.truncated else "")
    open_questions = (Section("\n".join(f"\u2022 {one}" for one in questions), "Before it is imported"),) if questions else ()
    ways = (
        (Button("Answer and import\u2026", ASK, file_id, "primary"),)
        if questions
        else (Button("Import", START, file_id, "primary"), Button("Change something first\u2026", ASK, file_id))
    )
    return Card(
        "A WhatsApp chat",
        f"A WhatsApp chat with {found.messages:,} messages: shall it be imported?",
        (Section(said, name, facts=facts), *open_questions),
        buttons=ways,
        footnote=foot("Nothing is stored yet. What is imported stays in your own zone.", ONLY_YOU),
    )


def questions(found: Preview, *, zone_known: bool) -> tuple[str, ...]:
    """What only its owner can say."""
    asked = []
    if not found.theirs:
        asked.append("Which of the names is yours?" if len(found.people) > 1 else "Whom did you write with? The file does not say.")
    if found.ambiguous_dates:
        asked.append("Do its dates begin with the day or with the month? Both can be read.")
    if not zone_known:
        asked.append("In which time zone was the phone? The file does not say.")
    return tuple(asked)


def form(file_id: str, found: Preview, time_zone: str, orders: tuple[Choice, ...], problem: str = "") -> Form:
    """Asks for what the file does not say; `orders` are the ways to read its dates, none where there is one only."""
    people = tuple(Choice(str(at), person) for at, (person, _) in enumerate(found.people))
    mine = next((choice.value for choice in people if choice.label == found.me), people[0].value if len(people) == 1 else "")
    named = bool(found.theirs) or len(people) > 1
    name = Field("customer", "What to call the other side", found.theirs, longest=100, optional=named, hint="When empty: their name in the file")
    return Form(
        "Import a chat",
        SEND,
        (
            Field("me", "Which of the names is yours?", mine, people, optional=bool(found.theirs) and not found.me),
            name,
            *((Field("order", "How its dates are written", "", orders),) if orders else ()),
            Field("time_zone", "Time zone of the phone", time_zone, hint="Such as Europe/Berlin or Asia/Kolkata", longest=60),
        ),
        submit="Import",
        context=file_id,
        sections=(Section(problem),) if problem else (),
    )


def moving(done: int, of: int, customer: str = "") -> Card:
    """How far it is."""
    sentence = f"{done:,} of {of:,} messages are stored." if of else "The chat is being read."
    foot_ = "Should this stop moving, drop the file again: nothing is stored twice."
    return Card(f"Importing{f' the chat with {customer}' if customer else ''}\u2026", sentence, (Section(sentence),), footnote=foot(foot_, ONLY_YOU))


def imported(report: ImportReport) -> Card:
    """What became of it."""
    held = f"The chat with {report.customer}, {report.first:{_DAY}} to {report.last:{_DAY}}"
    added = f"{held}: {report.added:,} of {report.messages:,} messages are new." if report.added else f"{held}: nothing is new, all of it was there already."
    unread = f"{report.unread} lines before the first message could not be read and were left out." if report.unread else ""
    return Card(
        "Imported" if report.added else "Nothing new",
        f"{report.added:,} new messages are in your zone." if report.added else "This chat was there already.",
        (Section(foot(added, unread, _TRUNCATED if report.truncated else "")),),
        footnote=foot("Ask about it in your own words, or look: `/customer`.", ONLY_YOU),
    )
