"""Values of the use cases -> Card. Pure. Never a bare percentage, never the name of anybody but the owner's own customers."""

from collections.abc import Sequence

from bot import slots
from bot.answers import Advice, OwnCases, Suggested
from bot.messages import Button, Card, Fact, Section
from bot.playbook_cards import practices
from bot.wording import ONLY_YOU, capital, evidence, foot, industry, spoken

_NO_OBJECTION = "none"


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
        sections=(*head, *([Section(text=fallback)] if fallback else []), *responses, *_own(answer.own)),
        buttons=(Button("Not now", "suggestion.not-now", first),) if (first := answer.suggestions[0].suggestion_id) else (),
        footnote=foot("Counted from anonymous exchanges: what went together, not a promise.", note),
    )


def said(title: str, sentence: str) -> Card:
    """A short answer, for its owner."""
    return Card(title=title, summary=sentence, sections=(Section(text=sentence),), footnote=ONLY_YOU)


def refused(sentence: str) -> Card:
    """Something cannot be done; the sentence says what to do instead."""
    return Card(title="That did not work", summary=sentence, sections=(Section(text=sentence),))


def not_linked(slack_user_id: str) -> Card:
    """For somebody who is not staff: how to become known. Shows nothing else."""
    sentence = "You are not linked to Tradecraft yet, so there is nothing I may show you."
    how = f'Ask an admin of this workspace to type /tradecraft admin. In a terminal: tradecraft staff add "Your Name" --slack {slack_user_id}'
    return Card(title="Not linked yet", summary=sentence, sections=(Section(text=sentence), Section(title="How to get linked", text=how)))


def _asked(answer: Advice) -> list[Section]:
    """The customer's words and what they were understood as."""
    shown = (
        Fact("Objection", capital(", ".join(map(spoken, (answer.objection, *answer.others))))),
        Fact("Industry", industry(answer.industry, answer.industry_source)),
        *((Fact("Amount", spoken(answer.amount_band)),) if answer.amount_band != "unknown" else ()),
    )
    who = f"{answer.customer} wrote" if answer.customer else "These words"
    return [*([Section(title=who, text=answer.words, quote=True)] if answer.words.strip() else []), Section(facts=shown)]


def _situation(answer: Advice) -> str:
    return "industry unknown" if answer.industry == "unknown" else spoken(answer.industry)


def _fallback(answer: Advice) -> str:
    """Names the level when nothing shown comes from the customer's own industry."""
    if answer.industry_source == "default" or answer.industry in {"unknown", "other", ""} or any(one.industry == answer.industry for one in answer.suggestions):
        return ""
    return f"There is not enough evidence in {spoken(answer.industry)} alone yet: these answers are counted across all industries."


def _response(rank: int, one: Suggested) -> tuple[Section, ...]:
    about = f" (to the {spoken(one.objection)} objection)" if one.objection else ""
    title = f"{rank}. {capital(spoken(one.response))}{about}: {one.meaning}"
    buttons = (
        Button("Used it", "suggestion.used", one.suggestion_id),
        Button("Worked", "suggestion.worked", one.suggestion_id),
        Button("Did not work", "suggestion.did-not-work", one.suggestion_id),
    )
    wording = Section(text=slots.drawn(one.template), quote=bool(one.template), buttons=buttons if one.suggestion_id else ())
    return (Section(title=title, text=f"{evidence(one)}."), wording)


def _too_little(answer: Advice, head: Sequence[Section], asked: str) -> Card:
    return Card(
        title=f"{capital(spoken(answer.objection))} objection: not enough evidence yet",
        summary=f"{capital(spoken(answer.objection))} objection ({asked}): not enough evidence yet.",
        sections=(
            *head,
            Section(text="Too few colleagues or customers stand behind any answer to this, so no rate is shown."),
            *practices(answer.practice),
            *_own(answer.own),
        ),
        footnote=ONLY_YOU,
    )


def _own(cases: Sequence[OwnCases]) -> tuple[Section, ...]:
    if not cases:
        return ()
    lines = "\n".join(f"\u2022 {capital(spoken(one.response))}: worked in {one.successes} of your {one.n}" for one in cases)
    return (Section(title="Your own cases (only you see these)", text=lines),)


def _nothing_to_answer(answer: Advice) -> Card:
    words = (Section(title="These words", text=answer.words, quote=True),) if answer.words.strip() else ()
    return Card(
        title="No objection found",
        summary="No objection found in this message.",
        sections=(*words, Section(text="I see no objection in this. If there is one, name it: `/playbook budget`, for example.")),
        footnote=ONLY_YOU,
    )
