"""The playbook -> Card. Pure. Holds nothing private."""

from collections.abc import Sequence

from bot.answers import Play, Playbook, Practice
from bot.messages import Card, Section, Visibility
from bot.wording import STANDINGS, capital, evidence, foot, spoken

_ITEMS_SHOWN = 10


def playbook(found: Playbook) -> Card:
    """What is known about a situation, or about all. Holds nothing private."""
    about = " \u00b7 ".join(spoken(word) for word in (found.objection, found.industry) if word) or found.situation.strip() or "everything"
    if not found.plays:
        return Card(
            title="Playbook: not enough evidence yet",
            summary=f"Not enough evidence yet about {about[:80]}.",
            sections=(
                Section(title=f"About: {about[:200]}", text="Too few colleagues or customers stand behind any answer here, so none is shown."),
                *practices(found.practice),
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
        footnote=foot(f"{more} more: ask for an objection or an industry." if more else "", "Counted from anonymous exchanges of colleagues who opted in."),
        visibility=Visibility.ANYONE if not found.situation else Visibility.OWNER,
    )


def practices(practice: Sequence[Practice]) -> tuple[Section, ...]:
    """General practice, named as such."""
    if not practice:
        return ()
    lines = "\n".join(f"\u2022 {capital(spoken(one.response))}: {one.text}" for one in practice)
    return (Section(title="General practice (nobody here has counted it)", text=lines),)


def _play(play: Play) -> tuple[Section, ...]:
    title = f"{capital(spoken(play.objection))} \u2192 {spoken(play.response)}" if play.objection else capital(spoken(play.response))
    standing = STANDINGS.get(play.standing, "")
    said_of_it = f"{evidence(play)}.\n{capital(standing)}." if standing else f"{evidence(play)}."
    return (Section(title=title, text=said_of_it), *((Section(text=play.template, quote=True),) if play.template else ()))
