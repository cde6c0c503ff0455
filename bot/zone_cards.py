"""What is stored and what left the zone -> Card. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers import PrivacyStatus
from bot.messages import Button, Card, Fact, Section
from bot.wording import ONLY_YOU, foot, happened, spoken

_ID_SHOWN = 8
_ITEMS_SHOWN = 10
_LEDGER_FACTS = (
    ("industry", "industry"),
    ("size_band", "company size"),
    ("amount_band", "amount"),
    ("channel", "channel"),
    ("weekday_part", "when"),
    ("days_since_contact", "since last contact"),
    ("reply_latency", "answered after"),
    ("deal_outcome", "deal"),
)


def ledger(lines: Sequence[Mapping[str, Any]]) -> Card:
    """Exactly what left the zone, newest first, each with a button to take it back."""
    if not lines:
        return Card(
            title="Nothing left your zone",
            summary="Nothing left your zone.",
            sections=(Section(text="No exchange of yours was offered to the shared side."),),
            footnote=ONLY_YOU,
        )
    shown = lines[:_ITEMS_SHOWN]
    more = len(lines) - len(shown)
    counted = sum(line["state"] in {"offered", "published"} for line in lines)
    return Card(
        title="What left your zone",
        summary=f"{counted} anonymous exchanges of yours count in the playbook.",
        sections=tuple(_line(line) for line in shown),
        footnote=foot(
            f"{more} more lines are not shown here: `tradecraft privacy ledger` prints all." if more else "",
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
    )
    left = (Fact("Offered", str(status.offered + status.published)), Fact("Taken back", str(status.vetoed + status.withdrawn)))
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
        buttons=(Button("Show the ledger", "zone.ledger", "zone"), switch),
        footnote=ONLY_YOU,
    )


def _line(line: Mapping[str, Any]) -> Section:
    told = [f"{label}: {spoken(str(line[key]))}" for key, label in _LEDGER_FACTS if line.get(key) not in {None, "", "unknown", "other"}]
    state = str(line["state"])
    buttons = (Button("Take back", "zone.veto", str(line["id"])),) if state in {"offered", "published"} else ()
    template = f"\nWording: {line['template']}" if line.get("template") else ""
    title = f"{line['epoch']} \u00b7 {state} \u00b7 {str(line['id'])[:_ID_SHOWN]}"
    return Section(title=title, text="\n".join((happened(line), " \u00b7 ".join(told))) + template, buttons=buttons)
