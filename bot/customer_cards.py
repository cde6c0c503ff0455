"""One's own customers -> Card. Pure. Their owner's alone."""

from collections.abc import Sequence

from bot.desk_answers import CustomerPage, CustomerRow
from bot.follow_up_cards import moment
from bot.messages import Button, Card, Fact, Section
from bot.wording import ONLY_YOU, counted, foot, industry, spoken

_ROWS_SHOWN = 25


def customers(rows: Sequence[CustomerRow]) -> Card:
    """Everybody, whoever was written with last first."""
    if not rows:
        return Card(
            "No customers yet",
            "You have no customers yet.",
            (Section("They appear with their first message on WhatsApp, or when you import a chat."),),
            footnote=ONLY_YOU,
        )
    lines = "\n".join(_line(row) for row in rows[:_ROWS_SHOWN])
    more = len(rows) - _ROWS_SHOWN
    return Card(
        "Your customers",
        f"{counted(len(rows), 'customer')}.",
        (Section(lines), Section("`/customer NAME` shows one of them.")),
        footnote=foot(f"{more} more are not shown: name them." if more > 0 else "", ONLY_YOU),
    )


def page(one: CustomerPage) -> Card:
    """All there is about a customer."""
    facts = (
        Fact("Industry", industry(one.industry, one.industry_source)),
        Fact("Last contact", f"{moment(one.last_at)}, {'you' if one.last_ours else 'they'} wrote" if one.last_at else "never"),
        Fact("Messages", str(one.messages)),
        *((Fact("Company", one.company),) if one.company else ()),
        *((Fact("WhatsApp", ", ".join(one.addresses)),) if one.addresses else ()),
    )
    state = [
        "They said STOP: nothing may be sent to them, and nothing after it is learned from." if one.opted_out else "",
        "Muted: no coach cards about them." if one.muted else "",
    ]
    sections = (
        Section(facts=facts),
        *(Section(line) for line in state if line),
        *((Section("\n".join(f"\u2022 {deal}" for deal in one.deals), "Deals"),) if one.deals else ()),
        *((Section("\n".join(f"\u2022 {moment(plan.due_at)} {plan.note}".rstrip() for plan in one.follow_ups), "Follow-ups"),) if one.follow_ups else ()),
        *((Section("\n".join(one.notes), "Notes", quote=True),) if one.notes else ()),
    )
    mute = Button("Cards again", "customer.unmute", one.id) if one.muted else Button("Mute", "customer.mute", one.id)
    return Card(
        one.name,
        "A customer of yours.",
        sections,
        buttons=(
            *((Button("Write\u2026", "sending.write", one.write_to, "primary"),) if one.write_to else ()),
            *(() if one.opted_out else (Button("Best time to write", "customer.best", one.id, "" if one.write_to else "primary"),)),
            Button("Correct the industry", "customer.industry", one.id),
            mute,
        ),
        footnote=ONLY_YOU,
    )


def stopped(name: str, plans: int) -> Card:
    """What the owner is told when a customer asks not to be written to. The notification names nobody."""
    return Card(
        f"{name} asked not to be written to",
        "A customer asked not to be written to.",
        (
            Section(
                "They wrote STOP: nothing can be sent to them until they write START, and nothing after it is learned from. Open cards about them have ended."
            ),
            *((Section(f"Planned with them: {counted(plans, 'follow-up')}, see `/followup list`."),) if plans else ()),
        ),
        footnote=ONLY_YOU,
    )


def started(name: str) -> Card:
    """What the owner is told when that is taken back."""
    return Card(f"{name} may be written to again", "A customer may be written to again.", (Section("They wrote START."),), footnote=ONLY_YOU)


def _line(row: CustomerRow) -> str:
    about = ", ".join(part for part in (row.company, spoken(row.industry) if row.industry not in {"", "unknown", "other"} else "") if part)
    last = f"{row.last_at:%d %b %Y}" if row.last_at else "no messages"
    stop = ", asked not to be written to (STOP)" if row.opted_out else ""
    return f"\u2022 {row.name}{f' ({about})' if about else ''}: {last}{stop}"
