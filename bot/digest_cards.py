"""The weekly digest -> Card. Pure. Its owner's alone; the notification names nobody."""

from bot.follow_up_cards import moment
from bot.home_answers import Week, Written
from bot.home_cards import compared_line, network, results_line
from bot.messages import Button, Card, Fact, Section
from bot.wording import ONLY_YOU, counted, foot

_ROWS_SHOWN = 8


def digest(week: Week) -> Card:
    """What is to be done, what stands still, how it went, what was learned."""
    due, still = len(week.follow_ups), len(week.quiet)
    follow_ups = [f"\u2022 {'overdue since ' if one.overdue else ''}{moment(one.due_at)}: {one.customer}{_note(one.note)}" for one in week.follow_ups]
    quiet = [f"\u2022 {one.name} with {one.customer}: {one.days} days, {'you' if one.ours else 'they'} wrote last" for one in week.quiet]
    return Card(
        "Your week",
        f"{counted(due, 'follow-up')} this week, {counted(still, 'deal')} gone quiet.",
        (
            *_listed("To follow up this week", follow_ups),
            *_listed("Deals gone quiet", quiet),
            *_last_week(week),
            *_learned(week),
        ),
        buttons=(Button("All follow-ups", "followup.list", "digest", "primary"), Button("Settings", "settings.open", "digest")),
        footnote=foot("Sent on Monday mornings when there is something to say; Settings switch it off.", ONLY_YOU),
    )


def _last_week(week: Week) -> tuple[Section, ...]:
    facts = (
        *((Fact("Written", _written(week.written)),) if week.written.customers else ()),
        *((Fact("Deals closed", f"{week.won} won, {week.lost} lost"),) if week.won or week.lost else ()),
        *((Fact("Suggestions", results_line(week.results)),) if week.results.shown or week.results.used else ()),
    )
    if not facts:
        return ()
    beside = "\n".join(compared_line(one) for one in week.compared)
    return (Section(title="Your last week", facts=facts), *((Section(beside, "Your conversations so far, beside your colleagues'"),) if beside else ()))


def _learned(week: Week) -> tuple[Section, ...]:
    if not (week.learned.gained or week.learned.newly_validated):
        return ()
    news = network(week.learned)
    return (Section(title=news.title), *news.sections, Section(news.footnote))


def _listed(title: str, lines: list[str]) -> tuple[Section, ...]:
    more = len(lines) - _ROWS_SHOWN
    shown = [*lines[:_ROWS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
    return (Section("\n".join(shown), title),) if shown else ()


def _written(one: Written) -> str:
    return f"{one.received} messages received and {one.sent} sent, in {counted(one.customers, 'conversation')}"


def _note(note: str) -> str:
    return f" ({' '.join(note.split())})" if note.strip() else ""
