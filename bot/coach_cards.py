"""What a coach card says, from its first showing to what became of the answer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answers import Advice, Suggested
from bot.channels import twilio_failures
from bot.messages import Button, Card, Fact, Section
from bot.playbook_cards import practices
from bot.wording import capital, evidence, foot, spoken

_TICK = "\u2713 "
_STATES = {
    "approved": "Approved: it is about to be sent.",
    "sending": "Sending: WhatsApp has not confirmed it yet.",
    "sent": "Sent.",
    "delivered": "Delivered.",
    "read": "Read.",
    "failed": "Not sent.",
    "unknown": "It is not known whether this was sent: the connection broke, and WhatsApp's list does not tell. It is not sent again by itself.",
}
_REASONS = {
    "answered": "You answered meanwhile: this draft was withdrawn.",
    "wrote-again": "{who} wrote again: this draft was withdrawn.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the owner approved on a card, and what became of it."""

    id: str
    body: str
    state: str
    failure: str = ""
    at: str = ""
    """When that became known, in the owner's own time."""
    file: str = ""
    """The name of the file it is; empty for words."""
    approved: str = ""
    """The same for what was approved together."""


@dataclass(frozen=True, slots=True)
class CoachView:
    """Everything a coach card shows. `can_send` is whether this installation can write to customers at all."""

    card_id: str
    advice: Advice
    window: str = ""
    can_send: bool = False
    state: str = "shown"
    reason: str = ""
    answers: Sequence[Answer] = ()
    drafts: Mapping[str, str] | None = None
    """The owner's own words instead of a suggestion's, by suggestion id."""
    verdicts: frozenset[tuple[str, str]] = frozenset()
    """(suggestion id, verdict)."""


def coach(view: CoachView) -> Card:
    """The card about a customer's objection."""
    advice = view.advice
    objection = f"{capital(spoken(advice.objection))} objection"
    situation = "industry unknown" if advice.industry == "unknown" else spoken(advice.industry)
    count = len(advice.suggestions)
    worked = "1 answer that worked for colleagues" if count == 1 else f"{count} answers that worked for colleagues" if count else "not enough evidence yet"
    return Card(
        title=objection if count else f"{objection}: not enough evidence yet",
        summary=_summary(view) or f"{objection} ({situation}): {worked}.",
        sections=(*_withdrawn(view), *_asked(view), *_answers(view), *_level(advice), *_responses(view), *_little(view)),
        buttons=_quiet(view),
        footnote=foot("Counted from anonymous exchanges: what went together, not a promise." if count else "", "Only you see this."),
    )


def why(one: Suggested, advice: Advice, standing: str, updated: str) -> Card:
    """The evidence behind a suggestion."""
    facts = (
        Fact("Worked", f"{one.successes} of {one.n} cases"),
        Fact("Likely range", f"{one.low * 100:.0f}\u2013{one.high * 100:.0f} % (95 %)"),
        Fact("Behind it", "1 colleague" if one.contributors == 1 else f"{one.contributors} colleagues"),
        Fact("Counted", f"in {spoken(one.industry)}" if one.industry else "across all industries"),
        *((Fact("Standing", capital(standing)),) if standing else ()),
        *((Fact("Counted up to", updated),) if updated else ()),
    )
    return Card(
        title="Why this?",
        summary=f"{capital(spoken(one.response))}: {evidence(one)}.",
        sections=(
            Section(title=f"{capital(spoken(advice.objection))} \u2192 {spoken(one.response)}", text=f"{capital(one.meaning)}.\n{evidence(one)}."),
            Section(facts=facts),
            Section(
                text="Each case is one anonymous exchange of a colleague who opted in: an objection, what was answered, and how the customer reacted. "
                "Nobody's words, names or numbers are in it, at least five colleagues stand behind it, and nobody for more than half of it.",
            ),
        ),
        footnote="What went together, not proof of cause.",
    )


def _summary(view: CoachView) -> str:
    """What a notification says once there is something newer than the advice; never the customer's name or words."""
    if view.answers:
        return f"Your answer: {_STATES[view.answers[-1].state]}"
    return "This draft was withdrawn: the conversation moved on." if view.state == "withdrawn" else ""


def _who(advice: Advice) -> str:
    return advice.customer or "Your customer"


def _withdrawn(view: CoachView) -> tuple[Section, ...]:
    if view.state != "withdrawn":
        return ()
    first = view.advice.suggestions[0].suggestion_id if view.advice.suggestions else ""
    buttons = (Button("Open the draft anyway", "sending.open", f"{view.card_id}:{first}"),) if view.can_send and not view.answers else ()
    return (Section(text=_REASONS.get(view.reason, "The conversation moved on.").format(who=_who(view.advice)), buttons=buttons),)


def _asked(view: CoachView) -> list[Section]:
    advice = view.advice
    facts = (
        Fact("Objection", capital(spoken(advice.objection))),
        Fact("Industry", capital(spoken(advice.industry))),
        *((Fact("Amount", spoken(advice.amount_band)),) if advice.amount_band != "unknown" else ()),
        *((Fact("24-hour window", view.window),) if view.window else ()),
    )
    words = [Section(title=f"{_who(advice)} wrote", text=advice.words, quote=True)] if advice.words.strip() else []
    return [*words, Section(facts=facts)]


def _answers(view: CoachView) -> list[Section]:
    """What was sent, and how far it came."""
    sections = []
    for one in view.answers:
        told = _STATES[one.state] if not one.at else f"{_STATES[one.state].removesuffix('.')} ({one.at})."
        if one.state == "failed":
            told = f"{told} {twilio_failures.sentence(one.failure)}"
        buttons: tuple[Button, ...] = ()
        if one.state == "unknown":
            buttons = (Button("It arrived", "sending.arrived", one.id), Button("It did not: write it anew", "sending.anew", one.id))
        shown = Section(title="Your file", text=one.file) if one.file else Section(title="Your answer", text=one.body, quote=True)
        sections += [shown, Section(text=told, buttons=buttons)]
    return sections


def _level(advice: Advice) -> tuple[Section, ...]:
    if not advice.suggestions or advice.industry in {"unknown", "other", ""} or any(one.industry == advice.industry for one in advice.suggestions):
        return ()
    return (Section(text=f"There is not enough evidence in {spoken(advice.industry)} alone yet: these answers are counted across all industries."),)


def _responses(view: CoachView) -> list[Section]:
    sections = []
    for rank, one in enumerate(view.advice.suggestions, 1):
        title = f"{rank}. {capital(spoken(one.response))}: {one.meaning}"
        wording = (view.drafts or {}).get(one.suggestion_id, one.template)
        sections += [Section(title=title, text=f"{evidence(one)}."), Section(text=wording, quote=bool(wording), buttons=_choices(view, one, first=rank == 1))]
    return sections


def _choices(view: CoachView, one: Suggested, *, first: bool) -> tuple[Button, ...]:
    about = f"{view.card_id}:{one.suggestion_id}"
    act: tuple[Button, ...] = ()
    if view.state == "shown" or (view.state == "answered" and _failed(view)):
        act = (
            (Button("Send\u2026", "sending.open", about, "primary" if first else ""), Button("Edit", "sending.edit", about))
            if view.can_send
            else (_verdict(view, one, "used", "Used it"),)
        )
    judged = (_verdict(view, one, "worked", "Worked"), _verdict(view, one, "did-not-work", "Did not work"))
    return (*act, *judged, Button("Why this?", "sending.why", about))


def _failed(view: CoachView) -> bool:
    """Whether something of what was approved last did not go: it can be sent again."""
    return any(one.state == "failed" for one in view.answers if one.approved == view.answers[-1].approved) if view.answers else True


def _verdict(view: CoachView, one: Suggested, verdict: str, label: str) -> Button:
    said = (one.suggestion_id, verdict) in view.verdicts
    return Button(_TICK + label if said else label, f"suggestion.{verdict}", one.suggestion_id, "primary" if said else "")


def _little(view: CoachView) -> tuple[Section, ...]:
    if view.advice.suggestions:
        return ()
    write = (Button("Write an answer\u2026", "sending.open", f"{view.card_id}:"),) if view.can_send and view.state == "shown" else ()
    return (
        Section(text="Too few colleagues or customers stand behind any answer to this, so no rate is shown.", buttons=write),
        *practices(view.advice.practice),
    )


def _quiet(view: CoachView) -> tuple[Button, ...]:
    if view.state != "shown":
        return ()
    first = view.advice.suggestions[0] if view.advice.suggestions else None
    later = (_verdict(view, first, "not-now", "Not now"),) if first else ()
    return (*later, Button("Snooze 1 hour", "coach.snooze", view.card_id), Button("No cards about this customer", "coach.mute", view.card_id))
