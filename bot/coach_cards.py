"""What a coach card says, from its first showing to what became of the answer. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import slots
from bot.answers import Advice, Suggested
from bot.channels import twilio_failures
from bot.messages import Button, Card, Fact, Section
from bot.playbook_cards import practices
from bot.wording import ONLY_YOU, capital, evidence, foot, industry, spoken
from intelligence.vocabulary import NONE

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
    "answered": "You answered meanwhile.",
    "wrote-again": "{who} wrote again meanwhile.",
    "stopped": "{who} asked not to be written to (STOP): nothing can be sent until they write START.",
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
    suggestion_id: str = ""
    """Whose outcome can be told: the suggestion's, or of words without one, what they were taken for."""


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
    snoozed: str = ""
    """Until when no cards come, on the owner's clock; empty when they do."""
    muted: bool = False
    """Whether no cards come about this customer."""


def coach(view: CoachView) -> Card:
    """The card about a customer's objection."""
    title = _title(view.advice)
    if view.state == "set-aside":
        again = Button("Show again", "coach.show-again", view.card_id)
        return Card(title, "You set this aside.", (Section("You set this aside.", buttons=(again,)),), footnote=ONLY_YOU)
    if view.state == "withdrawn" and not view.answers:
        return Card(title, "This card was withdrawn: the conversation moved on.", (*_quoted(view.advice), _withdrawn(view)), footnote=ONLY_YOU)
    if view.answers and not _failed(view):
        return Card(title, _answered(view), (*_quoted(view.advice), *_answers(view), *_judged(view)), footnote=ONLY_YOU)
    if view.advice.objection == NONE:
        anew = Section(buttons=(Button("Write again\u2026", "sending.open", f"{view.card_id}:"),) if view.can_send else ())
        return Card(title, _answered(view) or "Your message.", (*_quoted(view.advice), *_answers(view), anew), footnote=ONLY_YOU)
    advice, count = view.advice, len(view.advice.suggestions)
    situation = "industry unknown" if advice.industry == "unknown" else spoken(advice.industry)
    worked = "1 answer that worked for colleagues" if count == 1 else f"{count} answers that worked for colleagues" if count else "not enough evidence yet"
    return Card(
        title=title if count else f"{title}: not enough evidence yet",
        summary=_answered(view) or f"{title} ({situation}): {worked}.",
        sections=(*_quoted(advice), _facts(view), *_answers(view), *_level(advice), *_responses(view), *_little(view), *_silent(view)),
        buttons=_quiet(view),
        footnote=foot("Counted from anonymous exchanges: what went together, not a promise." if count else "", ONLY_YOU),
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


def _title(advice: Advice) -> str:
    """`Budget objection`, `Compliance and competitor objections`."""
    if advice.objection == NONE:
        return f"Your message to {_who(advice)}"
    raised = (advice.objection, *advice.others)
    return f"{capital(' and '.join(map(spoken, raised)))} objection{'s' if advice.others else ''}"


def _answered(view: CoachView) -> str:
    """What a notification says once something was sent; never the customer's name or words."""
    return f"Your answer: {_STATES[view.answers[-1].state]}" if view.answers else ""


def _who(advice: Advice) -> str:
    return advice.customer or "Your customer"


def _withdrawn(view: CoachView) -> Section:
    """Why it is of no more use, and one way on."""
    advice = view.advice
    told = _REASONS.get(view.reason, "The conversation moved on.").format(who=_who(advice))
    if not view.can_send:
        return Section(text=told)
    if not advice.suggestions:
        return Section(text=told, buttons=(Button("Write\u2026", "sending.open", f"{view.card_id}:"),))
    return Section(text=told, buttons=(Button("Open the draft anyway", "sending.open", f"{view.card_id}:{advice.suggestions[0].suggestion_id}"),))


def _quoted(advice: Advice) -> tuple[Section, ...]:
    return (Section(title=f"{_who(advice)} wrote", text=advice.words, quote=True),) if advice.words.strip() else ()


def _facts(view: CoachView) -> Section:
    advice = view.advice
    facts = (
        Fact("Objections" if advice.others else "Objection", capital(", ".join(map(spoken, (advice.objection, *advice.others))))),
        Fact("Industry", industry(advice.industry, advice.industry_source)),
        *((Fact("Amount", spoken(advice.amount_band)),) if advice.amount_band != "unknown" else ()),
        *((Fact("24-hour window", view.window),) if view.window else ()),
    )
    unsure = advice.industry_source == "default" and advice.customer_id
    return Section(facts=facts, buttons=(Button("Correct the industry", "customer.industry", advice.customer_id),) if unsure else ())


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
    if (
        not advice.suggestions
        or advice.industry_source == "default"
        or advice.industry in {"unknown", "other", ""}
        or any(one.industry == advice.industry for one in advice.suggestions)
    ):
        return ()
    return (Section(text=f"There is not enough evidence in {spoken(advice.industry)} alone yet: these answers are counted across all industries."),)


def _responses(view: CoachView) -> list[Section]:
    sections = []
    for rank, one in enumerate(view.advice.suggestions, 1):
        about = f" (to the {spoken(one.objection)} objection)" if one.objection else ""
        title = f"{rank}. {capital(spoken(one.response))}{about}: {one.meaning}"
        wording = (view.drafts or {}).get(one.suggestion_id) or slots.drawn(one.template)
        sections += [Section(title=title, text=f"{evidence(one)}."), Section(text=wording, quote=bool(wording), buttons=_choices(view, one, first=rank == 1))]
    return sections


def _choices(view: CoachView, one: Suggested, *, first: bool) -> tuple[Button, ...]:
    about = f"{view.card_id}:{one.suggestion_id}"
    reason = Button("Why this?", "sending.why", about)
    if view.can_send:
        return (Button("Send\u2026", "sending.open", about, "primary" if first else ""), Button("Edit", "sending.edit", about), reason)
    used = (one.suggestion_id, "used") in view.verdicts
    return (_verdict(view, one.suggestion_id, "used", "Used it"), *(_verdicts(view, one.suggestion_id) if used else ()), reason)


def _judged(view: CoachView) -> tuple[Section, ...]:
    """How it went: asked once something is on its way, and of that alone."""
    last = view.answers[-1]
    if not last.suggestion_id:
        return ()
    known = any(one.suggestion_id == last.suggestion_id for one in view.advice.suggestions)
    why = (Button("Why this?", "sending.why", f"{view.card_id}:{last.suggestion_id}"),) if known else ()
    return (Section(text="How did it go?", buttons=(*_verdicts(view, last.suggestion_id), *why)),)


def _verdicts(view: CoachView, suggestion_id: str) -> tuple[Button, ...]:
    return (_verdict(view, suggestion_id, "worked", "Worked"), _verdict(view, suggestion_id, "did-not-work", "Did not work"))


def _failed(view: CoachView) -> bool:
    """Whether something of what was approved last did not go: it can be sent again."""
    return any(one.state == "failed" for one in view.answers if one.approved == view.answers[-1].approved)


def _verdict(view: CoachView, suggestion_id: str, verdict: str, label: str) -> Button:
    said = (suggestion_id, verdict) in view.verdicts
    return Button(_TICK + label if said else label, f"suggestion.{verdict}", suggestion_id, "primary" if said else "")


def _little(view: CoachView) -> tuple[Section, ...]:
    if view.advice.suggestions:
        return ()
    write = (Button("Write an answer\u2026", "sending.open", f"{view.card_id}:"),) if view.can_send else ()
    return (
        Section(text="Too few colleagues or customers stand behind any answer to this, so no rate is shown.", buttons=write),
        *practices(view.advice.practice),
    )


def _silent(view: CoachView) -> tuple[Section, ...]:
    """What its owner asked for, and how it is taken back."""
    who = _who(view.advice)
    muted = f"No more cards about {who}. The button below takes it back, and so does `/customer unmute {who}`." if view.muted else ""
    snoozed = f"No cards until {view.snoozed}. What comes meanwhile waits, unless the conversation moves on." if view.snoozed else ""
    return tuple(Section(told) for told in (muted, snoozed) if told)


def _quiet(view: CoachView) -> tuple[Button, ...]:
    if view.state != "shown":
        return ()
    snooze = Button("Show cards again", "coach.wake", view.card_id) if view.snoozed else Button("Snooze 1 hour", "coach.snooze", view.card_id)
    mute = (
        Button("Cards about this customer again", "coach.unmute", view.card_id)
        if view.muted
        else Button("No cards about this customer", "coach.mute", view.card_id)
    )
    return (Button("Not now", "coach.not-now", view.card_id), snooze, mute)
