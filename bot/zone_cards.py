"""What is stored and what left the zone -> Card. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers import PrivacyStatus
from bot.messages import Button, Card, Fact, Section
from bot.wording import ONLY_YOU, capital, foot, happened, spoken
from intelligence.epochs import monday

_ID_SHOWN = 8
_ITEMS_SHOWN = 10
_SURFACES = {"http": "Web addresses", "api": "API", "assistant": "Use cases", "slack": "Commands and cards", "job rows": "Rows of the job engine"}
_LEDGER_FACTS = (
    ("industry", "industry"),
    ("size_band", "company size"),
    ("amount_band", "amount"),
    ("channel", "channel"),
    ("weekday_part", "when"),
    ("days_since_contact", "since last contact"),
    ("reply_latency", "answered after"),
    ("deal_outcome", "the deal then"),
)


def ledger(lines: Sequence[Mapping[str, Any]], page: int = 1) -> Card:
    """Exactly what left the zone, newest first, each with a button to take it back; so many at once."""
    if not lines:
        return Card(
            title="Nothing left your zone",
            summary="Nothing left your zone.",
            sections=(Section(text="No exchange of yours was offered to the shared side."),),
            footnote=ONLY_YOU,
        )
    first = min(max(page - 1, 0), (len(lines) - 1) // _ITEMS_SHOWN) * _ITEMS_SHOWN
    shown = lines[first : first + _ITEMS_SHOWN]
    more = len(lines) - first - len(shown)
    counted = sum(line["state"] in {"offered", "published"} for line in lines)
    number = first // _ITEMS_SHOWN + 1
    newer = (Button("Newer lines", "zone.ledger", str(number - 1)),) if first else ()
    older = (Button("Older lines", "zone.ledger", str(number + 1)),) if more else ()
    return Card(
        title="What left your zone",
        summary=f"{counted} anonymous line{'' if counted == 1 else 's'} of yours count in the playbook.",
        sections=tuple(_line(line) for line in shown),
        buttons=(*older, *newer),
        footnote=foot(
            f"Lines {first + 1} to {first + len(shown)} of {len(lines)}." if first or more else "",
            "Take back is for good; a line that is withdrawn can be offered again.",
            "No name, number, company or sentence of a customer is in here.",
        ),
    )


def zone(status: PrivacyStatus) -> Card:
    """What is stored and whether anything leaves."""
    stored = (
        Fact("Customers", str(status.customers)),
        Fact("Messages", str(status.messages)),
        Fact("Deals", str(status.deals)),
        Fact("Notes", str(status.notes)),
        Fact("Follow-ups", str(status.follow_ups)),
    )
    left = (
        Fact("Offered, not yet in a pattern", str(status.offered)),
        Fact("Part of patterns", str(status.published)),
        Fact("Taken back", str(status.vetoed + status.withdrawn)),
    )
    state = (
        "You contribute: anonymous exchanges are offered, each of them listed in your ledger."
        if status.contributes
        else "You do not contribute: nothing leaves your zone."
    )
    switch = Button("Stop contributing", "zone.opt-out", "zone", "danger") if status.contributes else Button("Contribute", "zone.opt-in", "zone", "primary")
    return Card(
        title="Your private zone",
        summary=state,
        sections=(
            Section(title="Stored, readable by you alone", facts=stored),
            Section(title="Left your zone", text=state, facts=left),
        ),
        buttons=(
            Button("Show the ledger", "zone.ledger", "zone"),
            switch,
            Button("Get my data", "zone.export", "zone"),
            Button("Forget a customer\u2026", "zone.forget", "zone"),
            Button("Prove it", "zone.proof", "zone"),
        ),
        footnote=ONLY_YOU,
    )


def receipt(number: str, rows: int, looked_for: int, found: int, elsewhere: Mapping[str, Any]) -> Card:
    """A customer was forgotten. Names nobody: that would be a trace."""
    told = [str(one) for name, one in elsewhere.items() if name != "twilio"]
    waiting = f"{elsewhere['twilio']} messages also lie at Twilio and are queued for deletion there." if elsewhere.get("twilio") else ""
    return Card(
        title="Forgotten",
        summary=f"The customer is forgotten; the receipt is number {number}.",
        sections=(
            Section(
                facts=(Fact("Records erased", str(rows)), Fact("Looked for afterwards", f"{looked_for} texts, names and numbers"), Fact("Found", str(found)))
            ),
            Section(
                title="Signed receipt",
                text=f"Number {number}. Whoever runs Tradecraft here has the file and checks it with `tradecraft privacy verify {number}`.",
            ),
            Section(title="What lies elsewhere", text="\n".join(line for line in (waiting, *told) if line)),
        ),
        footnote=ONLY_YOU,
    )


def exported(records: int) -> Card:
    """The file is on its way."""
    return Card(
        title="Your data",
        summary="Everything stored about you is in a file in our direct conversation.",
        sections=(
            Section(f"{records} records, for programs and to read. It lies in our direct conversation as a file."),
            Section("Customers are numbered, and names and numbers in texts are masked: they are other people's data. Delete the file when you are done."),
        ),
        footnote=ONLY_YOU,
    )


def not_exported(name: str) -> Card:
    """Slack took no file."""
    how = f'tradecraft privacy export my-data.zip --staff "{name}"'
    return Card(
        title="Slack takes no file from me",
        summary="Slack takes no file from me: there is another way to your data.",
        sections=(
            Section("The app lacks the permission to send files here, or Slack refuses them."),
            Section(title="How to get it", text=f"Ask whoever runs Tradecraft here for: {how}"),
        ),
        footnote=ONLY_YOU,
    )


def proof(told: Mapping[str, Any]) -> Card:
    """What became of planted secrets, surface by surface."""
    surfaces: Mapping[str, Mapping[str, int]] = told["surfaces"]
    passed = bool(told["passed"])
    lines = "\n".join(_surface(name, one) for name, one in surfaces.items())
    return Card(
        title="Your zone is closed" if passed else "The proof failed",
        summary="Passed: nobody else saw anything of your zone." if passed else "Failed: tell whoever runs Tradecraft here at once.",
        sections=(
            Section("Secrets were planted in your zone and in others made for this. Everybody asked for everybody else's in every way there is."),
            Section(title="PASS" if passed else "FAIL", text=lines),
            Section(f"{told['bytes_scanned']:,} bytes of files and rows were looked through. Everything planted is removed."),
        ),
        footnote=ONLY_YOU,
    )


def _surface(name: str, one: Mapping[str, int]) -> str:
    mark, found = ("\u2717", f"{one['leaks']} found") if one["leaks"] else ("\u2713", "nothing of anybody else")
    return f"{mark} {_SURFACES.get(name, capital(name))} ({one['asked']} looked at): {found}"


def _line(line: Mapping[str, Any]) -> Section:
    told = [f"{label}: {spoken(str(line[key]))}" for key, label in _LEDGER_FACTS if line.get(key) not in {None, "", "unknown", "other"}]
    state = str(line["state"])
    identifier = str(line["id"])
    counts = (Button("Take back", "zone.veto", identifier), Button("Withdraw", "zone.withdraw", identifier))
    buttons = counts if state in {"offered", "published"} else (Button("Offer again", "zone.restore", identifier),) if state == "withdrawn" else ()
    template = "\nSaid in one of the authored wordings." if line.get("template") else ""
    title = f"Week of {monday(str(line['epoch'])):%d %b %Y} \u00b7 {state} \u00b7 {identifier[:_ID_SHOWN]}"
    return Section(title=title, text="\n".join((happened(line), " \u00b7 ".join(told))) + template, buttons=buttons)
