"""Deals and notes -> Card. Pure. Their owner's alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards import said
from bot.home_answers import QuietDeal
from bot.messages import Card, Fact, Section
from bot.wording import ONLY_YOU, foot

_ID_SHOWN = 8
_ROWS_SHOWN = 15


def deals(rows: Sequence[Mapping[str, Any]]) -> Card:
    """One's own deals, latest change first."""
    if not rows:
        return said("No deals yet", "You have no deals yet. Open one: `/deal add Booth package for Maria Lopez at 4900`.")
    sections = tuple(
        Section(
            title=f"{row['name']} \u00b7 {row['customer']}",
            facts=(
                Fact("Amount", row["amount"] or "not given"),
                Fact("Stage", row["stage"]),
                Fact("Outcome", row["outcome"]),
                Fact("Id", str(row["id"])[:_ID_SHOWN]),
            ),
        )
        for row in rows[:_ROWS_SHOWN]
    )
    more = len(rows) - len(sections)
    return Card("Your deals", f"{len(rows)} deals.", sections, footnote=foot(f"{more} older ones are not shown." if more else "", ONLY_YOU))


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
    return Card("Your notes", f"{len(rows)} notes.", sections, footnote=foot(f"{more} older ones are not shown." if more else "", ONLY_YOU))
