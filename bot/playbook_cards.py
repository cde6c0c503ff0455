"""The playbook -> Card. Pure. What stands in it was shared; a card is its reader's alone where it says what they asked or keep."""

from collections.abc import Sequence

from bot.answers import Curated, Play, Playbook, Practice
from bot.messages import Button, Card, Section, Visibility
from bot.play_words import headline, said_of
from bot.wording import ONLY_YOU, capital, foot, spoken

_ITEMS_SHOWN = 10
_WITH_BUTTONS = 8
"""A play with buttons takes four of Slack's fifty blocks."""
_CURATED_SHOWN = 3
_ADD = Button("Add a play\u2026", "play.add", "playbook")
_DECIDED = {
    "approved": "Everybody sees it in the playbook now, marked as a curated play.",
    "rejected": "It is not shown. `/playbook plays` lets its owner change the words and propose it again.",
    "retired": "It is not shown any more.",
}
_STATES = {"proposed": "waiting for an admin", "approved": "approved", "rejected": "not taken", "retired": "retired"}


def playbook(found: Playbook, *, acts: bool = False) -> Card:
    """What is known about a situation, or about all. With `acts` there are buttons to keep and to share."""
    about = " \u00b7 ".join(spoken(word) for word in (found.objection, found.industry) if word) or found.situation.strip() or "everything"
    written = tuple(section for one in found.curated[:_CURATED_SHOWN] for section in _curated(one, acts=acts))
    if not found.plays:
        return Card(
            title="Playbook: not enough evidence yet",
            summary=f"Not enough evidence yet about {about[:80]}.",
            sections=(
                Section(title=f"About: {about[:200]}", text="Too few colleagues or customers stand behind any answer here, so none is shown."),
                *written,
                *practices(found.practice),
            ),
            buttons=(_ADD,) if acts else (),
            footnote="An answer appears as soon as enough different colleagues and customers stand behind it.",
            visibility=Visibility.ANYONE if not found.situation else Visibility.OWNER,
        )
    shown = found.plays[: _WITH_BUTTONS if acts else _ITEMS_SHOWN]
    more = len(found.plays) - len(shown)
    unseen = len(found.curated) - _CURATED_SHOWN
    return Card(
        title=f"Playbook: {about}"[:140],
        summary=f"Playbook, {about[:80]}: {len(found.plays)} pattern{'s' * (len(found.plays) != 1)} with evidence.",
        sections=(*_level(found), *written, *(section for play in shown for section in _play(play, acts=acts))),
        buttons=(_ADD,) if acts else (),
        footnote=foot(
            f"{more} more: ask for an objection or an industry." if more else "",
            f"{unseen} more curated plays: ask for a response." if unseen > 0 else "",
            "" if found.situation else "`/playbook strategies`, `trends`, `timing` and `steps` show what else was counted.",
            "Counted from anonymous exchanges of colleagues who opted in.",
        ),
        visibility=Visibility.ANYONE if not found.situation else Visibility.OWNER,
    )


def _level(found: Playbook) -> tuple[Section, ...]:
    if not found.pooled:
        return ()
    return (Section(text=f"There is not enough evidence in {spoken(found.industry)} alone yet: these answers are counted across all industries."),)


def practices(practice: Sequence[Practice]) -> tuple[Section, ...]:
    """General practice, named as such."""
    if not practice:
        return ()
    lines = "\n".join(f"\u2022 {capital(spoken(one.response))}: {one.text}" for one in practice)
    return (Section(title="General practice (nobody here has counted it)", text=lines),)


def saved(kept: Sequence[Play | Curated], gone: Sequence[str]) -> Card:
    """What somebody keeps at hand, as it stands now. `gone` are the ids of what may no longer be shown."""
    if not kept and not gone:
        told = "Nothing is saved yet: `/playbook budget`, for example, shows plays, each with a button that saves it."
        return Card("Nothing saved yet", "Nothing is saved yet.", (Section(told),), footnote=ONLY_YOU)
    sections = [section for one in kept[:_WITH_BUTTONS] for section in _kept(one)]
    missing = [
        Section("Too few colleagues or customers stand behind it now, or it was retired.", "Not shown any more", buttons=(_unsave(one),)) for one in gone
    ]
    more = len(kept) - _WITH_BUTTONS
    return Card(
        "Saved plays",
        "1 saved play." if len(kept) == 1 else f"{len(kept)} saved plays.",
        (*sections, *missing[:1]),
        footnote=foot(f"{more} more are not shown." if more > 0 else "", "Figures are as they stand now.", ONLY_YOU),
    )


def shared(one: Play | Curated) -> Card:
    """A play for everybody in a conversation: counts and checked words, nothing of a person."""
    title = headline(one)
    how = (
        "A curated play: written and approved here, counted by nobody." if isinstance(one, Curated) else "Counted from anonymous exchanges: what went together."
    )
    return Card(
        title=f"From the playbook: {title}"[:140],
        summary=f"From the playbook: {title}.",
        sections=_curated(one) if isinstance(one, Curated) else _play(one),
        footnote=f"{how} `/playbook` shows more.",
        visibility=Visibility.ANYONE,
    )


def plays(rows: Sequence[Curated], *, admin: bool) -> Card:
    """Curated plays with how each stands: one's own, or all for an admin."""
    if not rows:
        told = "No play was written yet. A play is a piece of craft in somebody's words: for which objection, which response, and how to say it."
        return Card("No curated plays", "No curated plays.", (Section(told),), buttons=(_ADD,), footnote=ONLY_YOU)
    more = len(rows) - _ITEMS_SHOWN
    return Card(
        "All curated plays" if admin else "Your curated plays",
        "1 curated play." if len(rows) == 1 else f"{len(rows)} curated plays.",
        tuple(section for one in rows[:_ITEMS_SHOWN] for section in _listed(one, admin=admin)),
        buttons=(_ADD,),
        footnote=foot(f"{more} more are not shown." if more > 0 else "", "Approved plays are shown to everybody until the day they are to be looked at again."),
    )


def decided(title: str, state: str) -> Card:
    """What an admin decided about a play, for whoever decided and for its owner."""
    sentence = _DECIDED[state]
    return Card(title=f"{capital(state)}: {title}", summary=sentence, sections=(Section(text=sentence),), footnote=ONLY_YOU)


def _play(play: Play, *, acts: bool = False) -> tuple[Section, ...]:
    wording = Section(text=play.template, quote=bool(play.template), buttons=_acts(play.pattern_id) if acts else ())
    return (Section(title=headline(play), text=said_of(play)), *((wording,) if play.template or acts else ()))


def _curated(one: Curated, *, acts: bool = False) -> tuple[Section, ...]:
    buttons = _acts(one.play_id) if acts else ()
    return (Section(title=f"Curated play: {one.title}", text=said_of(one)), Section(text=one.wording, quote=True, buttons=buttons))


def _acts(play_id: str) -> tuple[Button, ...]:
    return (Button("Save", "playbook.save", play_id), Button("Share\u2026", "playbook.share", play_id))


def _kept(one: Play | Curated) -> tuple[Section, ...]:
    play_id = one.play_id if isinstance(one, Curated) else one.pattern_id
    wording = one.wording if isinstance(one, Curated) else one.template
    title = f"Curated play: {one.title}" if isinstance(one, Curated) else headline(one)
    buttons = (Button("Share\u2026", "playbook.share", play_id), _unsave(play_id))
    return (Section(title=title, text=said_of(one)), Section(text=wording, quote=bool(wording), buttons=buttons))


def _unsave(play_id: str) -> Button:
    return Button("Remove", "playbook.unsave", play_id)


def _listed(one: Curated, *, admin: bool) -> tuple[Section, ...]:
    state = "to be looked at again" if one.due else _STATES.get(one.state, one.state)
    until = f", until {one.review_on}" if one.state == "approved" and not one.due else ""
    decide = {
        "proposed": (Button("Approve", "play.approve", one.play_id, "primary"), Button("Reject", "play.reject", one.play_id)),
        "approved": (*((Button("Approve again", "play.approve", one.play_id, "primary"),) if one.due else ()), Button("Retire", "play.retire", one.play_id)),
        "retired": (Button("Approve", "play.approve", one.play_id),),
        "rejected": (Button("Approve", "play.approve", one.play_id),),
    }[one.state]
    own = (Button("Change\u2026", "play.edit", one.play_id), *((Button("Retire", "play.retire", one.play_id),) if one.state == "approved" else ()))
    title = f"{one.title} \u00b7 {state}{until}"
    return (Section(title=title, text=said_of(one)), Section(text=one.wording, quote=True, buttons=decide if admin else own))
