"""Exchanges out of a conversation: objection -> response -> reaction. Pure, given the labels of each turn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intelligence.outcomes import ANSWERED_WITHIN, SILENCE
from intelligence.vocabulary import NONE, OTHER

CUSTOMER, MARKETER = "customer", "marketer"
_SAME_BREATH = timedelta(hours=6)
"""Bubbles of one side further apart than this are two turns: the second is a new attempt, not more of the first."""

_MOST_ASIDES = 2
"""Turns of a marketer that answer nothing, between an objection and its answer: "let me check" is one, a third is another topic."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One stored message."""

    message_id: str
    role: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said before the other answered: one bubble or several."""

    message_ids: tuple[str, ...]
    role: str
    text: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """A turn with what the classifier made of it: objections and reaction of a customer's, response of a marketer's."""

    turn: Turn
    objections: tuple[str, ...] = ()
    reaction: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The unit learned from: what a customer objected, what was answered, and how the customer took it."""

    objection: str
    response: str
    reaction: str
    place: str
    """Which exchange this is, whatever its labels: the first message of the objection and positions within it. The same when read again with more context."""
    message_ids: tuple[str, ...]
    """Of the turns, in order."""
    objection_ids: tuple[str, ...]
    """Those of the objection."""
    response_text: str
    objected_at: datetime
    latency: timedelta
    """From the end of the objection to the beginning of the response."""
    silence_before: timedelta
    """From the last message before the objection; zero for the first."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A marketer's turn after at least a day of silence."""

    place: str
    sent_at: datetime
    silence: timedelta
    answered_after: timedelta | None
    """Until the customer's next turn; None when there was none."""
    wrote_last: str
    """Who had spoken last: a second message in a row asks, an answer after days apologises."""


def turns(bubbles: Iterable[Bubble]) -> list[Turn]:
    """Consecutive bubbles of one side become one turn; empty ones (media) only extend it."""
    return [
        Turn(
            message_ids=tuple(bubble.message_id for bubble in group),
            role=group[0].role,
            text="\n".join(bubble.text for bubble in group if bubble.text),
            began_at=group[0].sent_at,
            ended_at=group[-1].sent_at,
        )
        for group in _grouped(bubbles)
    ]


def exchanges(labelled: Sequence[LabelledTurn], now: datetime | None = None) -> list[Exchange]:
    """Each objection with every real answer given before the customer spoke again, and what the customer said then.

    Small talk may stand between an objection and its answer, but no later objection: the answer would be to that one. Without a reaction an exchange is left
    out, until the silence has lasted long enough at `now` to be one.
    """
    found: list[Exchange] = []
    for objecting, answers, reaction in _linked(labelled):
        heard = labelled[reaction].reaction or "neutral" if reaction is not None else ""
        if not heard and now is not None and now - labelled[answers[-1]].turn.ended_at >= SILENCE:
            heard = "neutral"
        if heard:
            found += [
                _exchange(labelled, (objecting, which), (answer, order), reaction, heard)
                for which in range(len(_real(labelled[objecting].objections)))
                for order, answer in enumerate(answers)
            ]
    return found


def unfinished(labelled: Sequence[LabelledTurn]) -> int:
    """The position of the first turn that what comes next may still complete: where to resume reading."""
    last = max(0, len(labelled) - 2)
    waiting = [objecting for objecting, _, reaction in _linked(labelled, unanswered=True) if reaction is None]
    return min([last, *waiting])


def follow_ups(said: Sequence[Turn], now: datetime) -> list[FollowUp]:
    """Every follow-up that was answered, or that has waited for a day at `now`."""
    found = []
    for at in range(1, len(said)):
        turn, before = said[at], said[at - 1]
        silence = turn.began_at - before.ended_at
        if turn.role == CUSTOMER or silence < ANSWERED_WITHIN:
            continue
        following = said[at + 1] if at + 1 < len(said) else None
        answered = following.began_at - turn.ended_at if following is not None and following.role == CUSTOMER else None
        if answered is not None or now - turn.ended_at >= ANSWERED_WITHIN:
            found.append(FollowUp(turn.message_ids[0], turn.began_at, silence, answered, before.role))
    return found


def _linked(labelled: Sequence[LabelledTurn], *, unanswered: bool = False) -> Iterator[tuple[int, tuple[int, ...], int | None]]:
    """Positions of objection, answers and reaction; the reaction is None where nobody reacted yet. With `unanswered` also objections without an answer."""
    objecting: int | None = None
    answers: list[int] = []
    asides = 0
    for at, turn in enumerate(labelled):
        if turn.turn.role == CUSTOMER:
            if objecting is not None and answers:
                yield objecting, tuple(answers), at
                objecting = None
            if _real(turn.objections):
                objecting = at
            if objecting == at:
                answers, asides = [], 0
        elif objecting is not None:
            if turn.response not in {"", OTHER}:
                answers.append(at)
            elif not answers:
                asides += 1
                objecting = None if asides > _MOST_ASIDES else objecting
    if objecting is not None and (answers or unanswered):
        yield objecting, tuple(answers), None


def _exchange(labelled: Sequence[LabelledTurn], objecting: tuple[int, int], answering: tuple[int, int], reaction: int | None, heard: str) -> Exchange:
    (at, which), (answer, order) = objecting, answering
    parts = [labelled[one].turn for one in (at, answer, *([reaction] if reaction is not None else []))]
    return Exchange(
        objection=_real(labelled[at].objections)[which],
        response=labelled[answer].response,
        reaction=heard,
        place=f"{parts[0].message_ids[0]}/{which}/{order}",
        message_ids=tuple(message_id for turn in parts for message_id in turn.message_ids),
        objection_ids=parts[0].message_ids,
        response_text=parts[1].text,
        objected_at=parts[0].began_at,
        latency=parts[1].began_at - parts[0].ended_at,
        silence_before=parts[0].began_at - labelled[at - 1].turn.ended_at if at else timedelta(),
    )


def _real(objections: Sequence[str]) -> tuple[str, ...]:
    return tuple(objection for objection in objections if objection != NONE)


def _grouped(bubbles: Iterable[Bubble]) -> Iterator[list[Bubble]]:
    group: list[Bubble] = []
    for bubble in bubbles:
        if group and (bubble.role != group[-1].role or bubble.sent_at - group[-1].sent_at > _SAME_BREATH):
            yield group
            group = []
        group.append(bubble)
    if group:
        yield group
