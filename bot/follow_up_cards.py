"""Follow-ups -> Card. Pure. Their owner's alone."""

from collections.abc import Sequence
from datetime import datetime

from bot.desk_answers import BestTime, PlannedFollowUp, QuietCustomer
from bot.messages import Button, Card, Section
from bot.wording import ONLY_YOU, counted, foot, spoken

_ROWS_SHOWN = 12


def best_time(found: BestTime) -> Card:
    """When to write again, what says so, and a button that plans it."""
    reasons = []
    if found.own_of:
        reasons.append(f"{found.customer} wrote {found.own} of {found.own_of} messages on a {spoken(found.part)}.")
    if found.n:
        low, high = round(found.low * 100), round(found.high * 100)
        rate = f"{found.successes} of {found.n} follow-ups on a {spoken(found.part)} were answered within a day ({low}\u2013{high} %)"
        reasons.append(f"{rate}, {found.contributors} colleagues.")
    if not reasons:
        reasons.append("Nothing is known yet about when this customer or others answer: this is an ordinary time within your working hours.")
    return Card(
        f"Write to {found.customer} on {moment(found.at)}",
        f"A good time: {moment(found.at)}.",
        (Section("\n".join(reasons)),),
        buttons=(Button("Remind me then", "followup.best", found.customer_id, "primary"),) if found.customer_id else (),
        footnote=ONLY_YOU,
    )


def planned(one: PlannedFollowUp) -> Card:
    """It is kept, and comes back."""
    return Card("You will be reminded", f"{one.customer}: {moment(one.due_at)}.", (_section(one, buttons=True),), footnote=ONLY_YOU)


def waiting(rows: Sequence[PlannedFollowUp]) -> Card:
    """What is to be done, the next first."""
    if not rows:
        return Card(
            "No follow-ups",
            "No follow-ups are planned.",
            (Section("Nothing is planned. Plan one: `/followup Maria Lopez in 3 days: send the offer`, or ask for the best time: `/followup Maria Lopez`."),),
            footnote=ONLY_YOU,
        )
    more = len(rows) - _ROWS_SHOWN
    return Card(
        "Your follow-ups",
        f"{counted(len(rows), 'follow-up')}.",
        tuple(_section(one, buttons=True) for one in rows[:_ROWS_SHOWN]),
        footnote=foot(f"{more} later ones are not shown." if more > 0 else "", ONLY_YOU),
    )


def reminder(one: PlannedFollowUp, *, stopped: bool = False) -> Card:
    """What comes back at its time; of somebody who asked not to be written to meanwhile, that alone. The notification names nobody."""
    if stopped:
        told = f"{one.customer} asked not to be written to (STOP): do not write."
        row = Section(f"{told}\n{one.note}".strip(), one.customer, buttons=(Button("Done", "followup.done", one.id, "primary"),))
        return Card(f"A follow-up with {one.customer} is due", "A follow-up is due.", (row,), footnote=ONLY_YOU)
    return Card(f"Time to write to {one.customer}", "A follow-up is due.", (_section(one, buttons=True),), footnote=ONLY_YOU)


def quiet(rows: Sequence[QuietCustomer], days: int) -> Card:
    """With whom nobody wrote for a while."""
    if not rows:
        return Card("Nobody went quiet", "Nobody went quiet.", (Section(f"You wrote with everybody within the last {days} days."),), footnote=ONLY_YOU)
    more = len(rows) - _ROWS_SHOWN
    sections = tuple(
        Section(
            f"{counted(one.days, 'day')}, {'you' if one.ours else 'they'} wrote last",
            one.customer,
            buttons=(Button("Write\u2026", "sending.write", one.write_to), Button("Best time", "customer.best", one.write_to)) if one.write_to else (),
        )
        for one in rows[:_ROWS_SHOWN]
    )
    return Card(
        "Who went quiet",
        f"{counted(len(rows), 'conversation')} went quiet.",
        (*sections, Section("Plan the next step: `/followup NAME` says the best time.")),
        footnote=foot(f"{more} more are not shown." if more > 0 else "", ONLY_YOU),
    )


def moment(at: datetime) -> str:
    """`Tue 3 March, 10:00`, as the owner's clock shows it."""
    return f"{at:%a} {at.day} {at:%B}, {at:%H:%M}"


def _section(one: PlannedFollowUp, *, buttons: bool) -> Section:
    late = "overdue since " if one.overdue else ""
    offered = (
        *((Button("Write\u2026", "sending.write", one.write_to),) if one.write_to else ()),
        Button("Done", "followup.done", one.id, "primary"),
        Button("Tomorrow", "followup.tomorrow", one.id),
        Button("Next week", "followup.week", one.id),
    )
    return Section(f"{late}{moment(one.due_at)}\n{one.note}".strip(), f"{one.customer} \u00b7 {one.id[:8]}", buttons=offered if buttons else ())
