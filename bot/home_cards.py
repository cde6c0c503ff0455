"""The home tab -> cards. Pure. Its owner's alone; what colleagues share has passed the gate, and never comes without its counts."""

from collections.abc import Sequence

from bot.answers import Curated, Play, PrivacyStatus
from bot.follow_up_cards import moment
from bot.home_answers import Compared, HomePage, Learned, OwnResults, Step
from bot.messages import Button, Card, Chart, Fact, Section, Series
from bot.play_words import headline, said_of
from bot.wording import ONLY_YOU, STANDINGS, capital, counted, evidence, foot, spoken

_ROWS_SHOWN = 5
_SAVED_SHOWN = 3
_MUTED_SHOWN = 8
_SET_UP = Button("Set up", "settings.open", "home", "primary")
_SETTINGS = Button("Settings", "settings.open", "home")
_REACHED = {"replied": "They replied", "engaged": "Talked on", "deal": "A deal was opened", "won": "Won"}
"""How the steps of the funnel are said."""


def home(page: HomePage) -> tuple[Card, ...]:
    """The cards of the tab: what is missing first, then what is to be done today, then how it goes."""
    setup = () if page.connected else (_setup(page.steps),)
    nothing_yet = not page.privacy.messages and not page.connected
    work = () if nothing_yet else (_today(page), _deals(page), _results(page.results, page.compared))
    return (
        *setup,
        *_review(page.to_review),
        *_kept_back(page),
        *work,
        *_saved(page.saved),
        network(page.learned),
        _privacy(page.privacy, settings=page.connected),
    )


def _review(waiting: int) -> tuple[Card, ...]:
    if not waiting:
        return ()
    count = "One play waits for you." if waiting == 1 else f"{waiting} plays wait for you."
    return (
        Card(
            "Plays to look at", count, (Section(count),), buttons=(Button("Show them", "play.list", "home", "primary"),), footnote="You see this as an admin."
        ),
    )


def _kept_back(page: HomePage) -> tuple[Card, ...]:
    """What keeps coach cards back now, and how each is taken back."""
    if not page.snoozed and not page.muted:
        return ()
    named = ", ".join(page.muted[:_MUTED_SHOWN])
    more = len(page.muted) - _MUTED_SHOWN
    snoozed = Section(f"No cards until {page.snoozed}.", buttons=(Button("Show cards again", "cards.wake", "home", "primary"),))
    muted = Section(f"{named}{f' and {more} more' if more > 0 else ''}. `/customer unmute NAME` takes it back.", "No cards about")
    return (Card("Coach cards", "Coach cards are kept back.", (*((snoozed,) if page.snoozed else ()), *((muted,) if page.muted else ())), footnote=ONLY_YOU),)


def _saved(kept: Sequence[Play | Curated]) -> tuple[Card, ...]:
    """What is kept at hand of the playbook."""
    if not kept:
        return ()
    rows = tuple(Section(title=headline(one), text=said_of(one)) for one in kept[:_SAVED_SHOWN])
    return (
        Card("Saved plays", f"{counted(len(kept), 'saved play')}.", rows, buttons=(Button("All saved plays", "playbook.saved", "home"),), footnote=ONLY_YOU),
    )


def network(learned: Learned) -> Card:
    """What the network learned this week."""
    if not learned.patterns:
        sentence = "Nothing can be shown yet: an answer appears as soon as enough different colleagues and customers stand behind it."
        return Card("What the network learned this week", sentence, (Section(sentence),))
    return Card(
        "What the network learned this week",
        f"{counted(learned.patterns, 'pattern')}, {learned.validated} of them proven.",
        (
            Section(
                facts=(
                    Fact("Patterns", _against(learned.patterns, learned.gained)),
                    Fact("Proven", _against(learned.validated, learned.newly_validated)),
                )
            ),
            *(Section(title=_headline(one), text=_said(one)) for one in learned.rising),
        ),
        footnote="Counted from anonymous exchanges of colleagues who opted in: what went together, not a promise.",
    )


def results_line(results: OwnResults) -> str:
    """`3 of 12 suggestions used; you said 2 worked and 1 did not`."""
    if not results.shown:
        return "No suggestion was shown to you yet."
    verdicts = f"; you said {results.worked} worked and {results.did_not_work} did not" if results.worked or results.did_not_work else ""
    return f"{results.used} of {results.shown} suggestions used{verdicts}."


def _setup(steps: Sequence[Step]) -> Card:
    missing = sum(not step.done for step in steps)
    lines = "\n".join(f"\u2713 {step.title}" if step.done else f"\u25cb {step.title}: {step.how}" for step in steps)
    count = "One step is missing." if missing == 1 else f"{missing} steps are missing."
    return Card("Set up", count, (Section(lines),), buttons=(_SET_UP,), footnote=f"{count} Your conversations stay in your own zone either way.")


def _today(page: HomePage) -> Card:
    rows = [
        Section(
            f"{'overdue since ' if one.overdue else ''}{moment(one.due_at)}\n{one.note}".strip(),
            one.customer,
            buttons=(
                *((Button("Write\u2026", "sending.write", one.write_to),) if one.write_to else ()),
                Button("Done", "followup.done", one.id, "primary"),
                Button("Tomorrow", "followup.tomorrow", one.id),
            ),
        )
        for one in page.follow_ups[:_ROWS_SHOWN]
    ]
    quiet = [f"\u2022 {one.customer}: {one.days} days, {'you' if one.ours else 'they'} wrote last" for one in page.quiet[:_ROWS_SHOWN]]
    more = len(page.quiet) - len(quiet)
    silent = (Section("\n".join([*quiet, *([f"and {more} more: `/followup quiet`"] if more > 0 else [])]), "Who went quiet"),) if quiet else ()
    hidden = len(page.follow_ups) - len(rows)
    later = foot(f"{hidden} more are due today." if hidden > 0 else "", f"{page.later} planned for later." if page.later else "", ONLY_YOU)
    return Card(
        "Today",
        f"{counted(len(page.follow_ups), 'follow-up')} today.",
        (*(rows or [Section("No follow-up is due today.")]), *silent),
        buttons=(Button("All follow-ups", "followup.list", "home"), Button("Plan a follow-up", "followup.plan", "home")),
        footnote=later,
    )


def _deals(page: HomePage) -> Card:
    total = sum(page.stages.values())
    if not total:
        return Card(
            "Open deals", "No open deals.", (Section("No deal is open. Open one: `/deal add Booth package for Maria Lopez at 4900`."),), footnote=ONLY_YOU
        )
    chart = Chart("Open deals by stage", tuple(map(capital, page.stages)), (Series("Deals", tuple(map(float, page.stages.values()))),))
    counted = "1 deal is open." if total == 1 else f"{total} deals are open."
    return Card("Open deals", counted, (Section(counted, chart=chart if len(page.stages) > 1 else None),), footnote=foot("`/deal list` shows each.", ONLY_YOU))


def _results(results: OwnResults, compared: Sequence[Compared]) -> Card:
    both = [one for one in compared if one.own_of and one.n]
    chart = Chart(
        "Conversations that went on, in %",
        tuple(_step(one.step) for one in both),
        (
            Series("You", tuple(float(round(100 * one.own / one.own_of)) for one in both)),
            Series("Colleagues", tuple(float(round(100 * one.successes / one.n)) for one in both)),
        ),
        unit=" %",
    )
    benchmark = (
        "\n".join(compared_line(one) for one in compared)
        or "The comparison with colleagues appears once you contribute and enough of them stand behind a rate."
    )
    return Card(
        "Your results",
        results_line(results),
        (Section(results_line(results), "Suggestions"), Section(benchmark, "Your conversations beside your colleagues'", chart=chart if both else None)),
        footnote=foot("Your own numbers are seen by nobody else, not by an admin either.", ONLY_YOU),
    )


def compared_line(one: Compared) -> str:
    """A step of conversations: one's own beside everybody's."""
    own = f"you {one.own} of {one.own_of}" if one.own_of else "none of yours counted yet"
    low, high = round(100 * one.low), round(100 * one.high)
    rate = f"all {one.successes} of {one.n} ({low}\u2013{high} %), {one.contributors} colleagues" if one.n else "too few colleagues for a rate"
    return f"\u2022 {_step(one.step)}: {own}; {rate}"


def _step(detail: str) -> str:
    reached = detail.rpartition(" > ")[2]
    return _REACHED.get(reached, capital(reached))


def _privacy(status: PrivacyStatus, *, settings: bool) -> Card:
    state = (
        f"You contribute: {status.offered + status.published} anonymous lines, each of them in your ledger; {status.published} are part of patterns."
        if status.contributes
        else "You do not contribute: nothing leaves your zone."
    )
    stored = (
        Fact("Customers", str(status.customers)),
        Fact("Messages", str(status.messages)),
        Fact("Deals", str(status.deals)),
        Fact("Notes", str(status.notes)),
    )
    switch = Button("Stop contributing", "zone.opt-out", "zone", "danger") if status.contributes else Button("Contribute", "zone.opt-in", "zone")
    return Card(
        "Your private zone",
        state,
        (Section(state, facts=stored),),
        buttons=(Button("Show the ledger", "zone.ledger", "zone"), Button("My zone", "zone.status", "zone"), switch, *((_SETTINGS,) if settings else ())),
        footnote=ONLY_YOU,
    )


def _against(now: int, gained: int | None) -> str:
    return str(now) if gained is None else f"{now} ({gained:+d} against the week before)"


def _headline(play: Play) -> str:
    if play.response:
        return f"{capital(spoken(play.objection))} \u2192 {spoken(play.response)}"
    return f"{capital(spoken(play.objection))} objections"


def _said(play: Play) -> str:
    """A pattern's evidence; a trend is a share of conversations, not a rate of success."""
    if play.response:
        return f"{evidence(play)}.\n{capital(STANDINGS.get(play.standing, ''))}.".removesuffix("\n.")
    where = f"in {spoken(play.industry)}" if play.industry else "across all industries"
    return f"Rising {where}: {play.successes} of {play.n} objections lately, {play.contributors} colleagues."
