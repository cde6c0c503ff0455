"""Deals and notes -> Card. Pure. Their owner's alone."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards import said
from bot.home_answers import QuietDeal
from bot.messages import Button, Card, Field, Form, Section
from bot.wording import ONLY_YOU, capital, foot

_ID_SHOWN = 8
_ROWS_SHOWN = 15
_OPEN = ("open", "stalled")
_ORDER = (*_OPEN, "won", "lost")
_UNGROUPED = re.compile(r"(?<![\d.,])\d{4,15}(?![\d.,]*\d)")
_JUDGED = "Judged by your own deals that ended."


def deals(rows: Sequence[Mapping[str, Any]], outcome: str = "") -> Card:
    """One's own deals: what is open first, with buttons that end it; `outcome` leaves out all others."""
    if not rows:
        return said("No deals yet", "You have no deals yet. Open one: `/deal add Booth package for Maria Lopez at 4900`.")
    asked = [row for row in rows if not outcome or row["outcome"] == outcome]
    if not asked:
        return said(f"No deal is {outcome}", f"None of your deals is {outcome}: `/deal list` shows all.")
    ordered = sorted(asked, key=lambda row: _ORDER.index(row["outcome"]))
    shown = ordered[:_ROWS_SHOWN]
    more = len(ordered) - len(shown)
    by_outcome = Counter(row["outcome"] for row in asked)
    counts = ", ".join(f"{by_outcome[one]} {one}" for one in _ORDER if by_outcome[one])
    changing = "`/deal set` and the id change the stage." if any(row["outcome"] in _OPEN for row in shown) else ""
    return Card(
        f"Your {outcome} deals" if outcome else "Your deals",
        f"Your deals: {counts}.",
        (Section(f"{capital(counts)}."), *map(_deal, shown)),
        footnote=foot(f"{more} more are not shown: `/deal list {ordered[-1]['outcome']}`." if more else "", changing, ONLY_YOU),
    )


def _deal(row: Mapping[str, Any]) -> Section:
    is_open = row["outcome"] in _OPEN
    line = (capital(row["outcome"]), row["stage"] if is_open else "", grouped(row["amount"]), f"id {str(row['id'])[:_ID_SHOWN]}" if is_open else "")
    buttons = (Button("Won", "deal.won", row["id"]), Button("Lost", "deal.lost", row["id"]), Button("Amount\u2026", "deal.amount", row["id"]))
    return Section(" \u00b7 ".join(filter(None, line)), f"{row['name']} \u00b7 {row['customer']}", buttons=buttons if is_open else ())


def grouped(amount: str) -> str:
    """`11300 USD` -> `11,300 USD`; what is grouped already stays as its owner wrote it."""
    return _UNGROUPED.sub(lambda found: f"{int(found[0]):,}", amount)


def amount_form(row: Mapping[str, Any]) -> Form:
    """Asks what a deal is about."""
    field = Field("amount", f"What is {row['name'][:60]} about?", row["amount"], hint="With its currency, such as 4.900 EUR or 12k USD.", longest=60)
    return Form("Change the amount", "deal.amount", (field,), context=str(row["id"]))


def forecasts(rows: Sequence[str]) -> Card:
    """How likely one's own open deals are to be won, likeliest first."""
    if not rows:
        return said("Nothing to forecast", "There is no open deal to say anything of: `/deal list` shows yours.")
    shown = tuple(Section(row) for row in rows[:_ROWS_SHOWN])
    more = len(rows) - len(shown)
    counted = "1 open deal." if len(rows) == 1 else f"{len(rows)} open deals."
    return Card("How likely your open deals are to be won", counted, shown, footnote=foot(f"{more} more are not shown." if more else "", _JUDGED, ONLY_YOU))


def quiet_deals(rows: Sequence[QuietDeal]) -> Card:
    """One's own open deals in which nobody said anything lately, the longest silence last."""
    if not rows:
        return said("No deal went quiet", "In every open deal of yours something was said within a week, or none is open: `/deal list`.")
    sections = tuple(
        Section(f"{one.days} days ago {'you' if one.ours else 'they'} said the last word.", f"{one.name} \u00b7 {one.customer}") for one in rows[-_ROWS_SHOWN:]
    )
    more = len(rows) - len(sections)
    count = "1 deal went quiet." if len(rows) == 1 else f"{len(rows)} deals went quiet."
    shown = foot(f"{more} shorter silences are not shown." if more else "", "`/followup NAME` says when to write again.", ONLY_YOU)
    return Card("Deals gone quiet", count, sections, footnote=shown)


def notes(rows: Sequence[Mapping[str, Any]]) -> Card:
    """One's own notes, newest first."""
    if not rows:
        return said("No notes yet", "You have no notes yet. Write one: `/note about Maria Lopez: decides after Easter`.")
    sections = tuple(
        Section(title=f"{row['customer'] or 'General'} \u00b7 {str(row['created_at'])[:10]}", text=row["text"], quote=True) for row in rows[:_ROWS_SHOWN]
    )
    more = len(rows) - len(sections)
    return Card(
        "Your notes",
        "1 note." if len(rows) == 1 else f"{len(rows)} notes.",
        sections,
        footnote=foot(f"{more} older ones are not shown." if more else "", ONLY_YOU),
    )
