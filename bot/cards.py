"""Values of the use cases -> Card. Pure. Never a bare percentage, never the name of anybody but the owner's own customers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers import Advice, Play, Playbook, Practice, PrivacyStatus, Suggested
from bot.commands import KNOWN, HelpWanted, known
from bot.messages import Button, Card, Fact, Section, Visibility
from bot.wording import ONLY_YOU, STANDINGS, capital, evidence, happened, spoken

_ID_SHOWN = 8
_ITEMS_SHOWN = 10
_ROWS_SHOWN = 15
_NO_OBJECTION = "none"
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


def advice(answer: Advice, *, note: str = "") -> Card:
    """What to do about a customer's words. `note` is one more fact for the foot, such as the state of the 24-hour window."""
    if answer.objection == _NO_OBJECTION:
        return _nothing_to_answer(answer)
    asked = _situation(answer)
    head = _asked(answer)
    if not answer.suggestions:
        return _too_little(answer, head, asked)
    fallback = _fallback(answer)
    responses = [section for rank, one in enumerate(answer.suggestions, 1) for section in _response(rank, one)]
    count = "1 answer" if len(answer.suggestions) == 1 else f"{len(answer.suggestions)} answers"
    return Card(
        title=f"{capital(spoken(answer.objection))} objection",
        summary=f"{capital(spoken(answer.objection))} objection ({asked}): {count} that worked for colleagues.",
        sections=(*head, *([Section(text=fallback)] if fallback else []), *responses),
        buttons=(Button("Not now", "suggestion.not-now", first),) if (first := answer.suggestions[0].suggestion_id) else (),
        footnote=_foot("Counted from anonymous exchanges: what went together, not a promise.", note),
    )


def playbook(found: Playbook) -> Card:
    """What is known about a situation, or about all. Holds nothing private."""
    about = " \u00b7 ".join(spoken(word) for word in (found.objection, found.industry) if word) or found.situation.strip() or "everything"
    if not found.plays:
        return Card(
            title="Playbook: not enough evidence yet",
            summary=f"Not enough evidence yet about {about[:80]}.",
            sections=(
                Section(title=f"About: {about[:200]}", text="Too few colleagues or customers stand behind any answer here, so none is shown."),
                *_practices(found.practice),
            ),
            footnote="An answer appears as soon as enough different colleagues and customers stand behind it.",
            visibility=Visibility.ANYONE if not found.situation else Visibility.OWNER,
        )
    shown = found.plays[:_ITEMS_SHOWN]
    more = len(found.plays) - len(shown)
    return Card(
        title=f"Playbook: {about}"[:140],
        summary=f"Playbook, {about[:80]}: {len(found.plays)} patterns with evidence.",
        sections=tuple(section for play in shown for section in _play(play)),
        footnote=_foot(f"{more} more: ask for an objection or an industry." if more else "", "Counted from anonymous exchanges of colleagues who opted in."),
        visibility=Visibility.ANYONE if not found.situation else Visibility.OWNER,
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
        footnote=_foot(
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
    return Card("Your deals", f"{len(rows)} deals.", sections, footnote=_foot(f"{more} older ones are not shown." if more else "", ONLY_YOU))


def notes(rows: Sequence[Mapping[str, Any]]) -> Card:
    """One's own notes, newest first."""
    if not rows:
        return said("No notes yet", "You have no notes yet. Write one: `/note about Maria Lopez: decides after Easter`.")
    sections = tuple(
        Section(title=f"{row['customer'] or 'General'} \u00b7 {str(row['created_at'])[:10]}", text=row["text"], quote=True) for row in rows[:_ROWS_SHOWN]
    )
    more = len(rows) - len(sections)
    return Card("Your notes", f"{len(rows)} notes.", sections, footnote=_foot(f"{more} older ones are not shown." if more else "", ONLY_YOU))


def said(title: str, sentence: str) -> Card:
    """A short answer, for its owner."""
    return Card(title=title, summary=sentence, sections=(Section(text=sentence),), footnote=ONLY_YOU)


def refused(sentence: str) -> Card:
    """Something cannot be done; the sentence says what to do instead."""
    return Card(title="That did not work", summary=sentence, sections=(Section(text=sentence),))


def not_linked(slack_user_id: str) -> Card:
    """For somebody who is not staff: how to become known. Shows nothing else."""
    sentence = "You are not linked to Tradecraft yet, so there is nothing I may show you."
    how = f'Ask whoever runs Tradecraft here for: tradecraft staff add "Your Name" --slack {slack_user_id} --whatsapp +491701234567'
    return Card(title="Not linked yet", summary=sentence, sections=(Section(text=sentence), Section(title="How to get linked", text=how)))


def guide(wanted: HelpWanted) -> Card:
    """Help for one command, or for all."""
    reason = (Section(text=wanted.reason),) if wanted.reason else ()
    if not wanted.name:
        listed = [Section(title=f"/{one.name} {one.hint}", text=one.description) for one in KNOWN]
        return Card(
            "What you can ask", "What you can ask Tradecraft.", (*reason, *listed), footnote="Each command also answers `help`.", visibility=Visibility.ANYONE
        )
    one = known(wanted.name)
    usages = tuple(Section(title=f"/{one.name} {usage.example}", text=capital(usage.meaning) + ".") for usage in one.usages)
    return Card(
        title=f"/{one.name}",
        summary=f"{wanted.reason} {one.description}: /{one.name} {one.hint}".strip(),
        sections=(*reason, Section(text=f"{one.description}."), *usages),
        buttons=(Button("Browse the playbook", "playbook.browse", "playbook", "primary"),) if one.name == "playbook" else (),
        footnote="Commands do not work inside threads: there, mention me or use the message shortcut.",
        visibility=Visibility.ANYONE,
    )


def _asked(answer: Advice) -> list[Section]:
    """The customer's words and what they were understood as."""
    shown = (
        Fact("Objection", capital(spoken(answer.objection))),
        Fact("Industry", capital(spoken(answer.industry))),
        *((Fact("Amount", spoken(answer.amount_band)),) if answer.amount_band != "unknown" else ()),
    )
    who = f"{answer.customer} wrote" if answer.customer else "Your customer wrote"
    return [*([Section(title=who, text=answer.words, quote=True)] if answer.words.strip() else []), Section(facts=shown)]


def _situation(answer: Advice) -> str:
    return "industry unknown" if answer.industry == "unknown" else spoken(answer.industry)


def _fallback(answer: Advice) -> str:
    """Names the level when nothing shown comes from the customer's own industry."""
    if answer.industry in {"unknown", "other", ""} or any(one.industry == answer.industry for one in answer.suggestions):
        return ""
    return f"There is not enough evidence in {spoken(answer.industry)} alone yet: these answers are counted across all industries."


def _response(rank: int, one: Suggested) -> tuple[Section, ...]:
    title = f"{rank}. {capital(spoken(one.response))}: {one.meaning}"
    buttons = (
        Button("Used it", "suggestion.used", one.suggestion_id),
        Button("Worked", "suggestion.worked", one.suggestion_id),
        Button("Did not work", "suggestion.did-not-work", one.suggestion_id),
    )
    wording = Section(text=one.template, quote=bool(one.template), buttons=buttons if one.suggestion_id else ())
    return (Section(title=title, text=f"{evidence(one)}."), wording)


def _too_little(answer: Advice, head: Sequence[Section], asked: str) -> Card:
    return Card(
        title=f"{capital(spoken(answer.objection))} objection: not enough evidence yet",
        summary=f"{capital(spoken(answer.objection))} objection ({asked}): not enough evidence yet.",
        sections=(
            *head,
            Section(text="Too few colleagues or customers stand behind any answer to this, so no rate is shown."),
            *_practices(answer.practice),
        ),
        footnote=ONLY_YOU,
    )


def _practices(practice: Sequence[Practice]) -> tuple[Section, ...]:
    if not practice:
        return ()
    lines = "\n".join(f"\u2022 {capital(spoken(one.response))}: {one.text}" for one in practice)
    return (Section(title="General practice (nobody here has counted it)", text=lines),)


def _nothing_to_answer(answer: Advice) -> Card:
    words = (Section(title="Your customer wrote", text=answer.words, quote=True),) if answer.words.strip() else ()
    return Card(
        title="No objection found",
        summary="No objection found in this message.",
        sections=(*words, Section(text="I see no objection in this. If there is one, name it: `/playbook budget`, for example.")),
        footnote=ONLY_YOU,
    )


def _play(play: Play) -> tuple[Section, ...]:
    title = f"{capital(spoken(play.objection))} \u2192 {spoken(play.response)}" if play.objection else capital(spoken(play.response))
    standing = STANDINGS.get(play.standing, "")
    said_of_it = f"{evidence(play)}.\n{capital(standing)}." if standing else f"{evidence(play)}."
    return (Section(title=title, text=said_of_it), *((Section(text=play.template, quote=True),) if play.template else ()))


def _line(line: Mapping[str, Any]) -> Section:
    told = [f"{label}: {spoken(str(line[key]))}" for key, label in _LEDGER_FACTS if line.get(key) not in {None, "", "unknown", "other"}]
    state = str(line["state"])
    buttons = (Button("Take back", "zone.veto", str(line["id"])),) if state in {"offered", "published"} else ()
    template = f"\nWording: {line['template']}" if line.get("template") else ""
    title = f"{line['epoch']} \u00b7 {state} \u00b7 {str(line['id'])[:_ID_SHOWN]}"
    return Section(title=title, text="\n".join((happened(line), " \u00b7 ".join(told))) + template, buttons=buttons)


def _foot(*parts: str) -> str:
    return " ".join(part for part in parts if part)
