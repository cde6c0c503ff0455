"""Exchanges out of a conversation: objection -> response -> reaction. Pure, given the labels of each turn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intelligence.vocabulary import NONE, OTHER

CUSTOMER, MARKETER = "customer", "marketer"
_SAME_BREATH = timedelta(hours=6)
"""Bubbles of one side further apart than this are two turns: the second is a new attempt, not more of the first."""


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
    """The unit learned from."""

    objection: str
    response: str
    reaction: str
    message_ids: tuple[str, ...]
    """Of the three turns, in order."""
    response_text: str
    objected_at: datetime
    latency: timedelta
    """From the end of the objection to the beginning of the response."""
    silence_before: timedelta
    """From the last message before the objection; zero for the first."""


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


def exchanges(labelled: Sequence[LabelledTurn]) -> list[Exchange]:
    """Each objection with the marketer's next turn and the customer's next turn after that; unanswered ones and tactics of no kind are left out."""
    found = []
    for at, objecting in enumerate(labelled):
        if objecting.turn.role != CUSTOMER:
            continue
        answer = _next(labelled, at, MARKETER)
        reaction = _next(labelled, answer, CUSTOMER) if answer else None
        if answer is None or reaction is None or labelled[answer].response in {"", OTHER}:
            continue
        if any(turn.turn.role == CUSTOMER and _real(turn.objections) for turn in labelled[at + 1 : answer]):
            continue  # a later objection stands between: the answer is to that one
        found += [_exchange(objection, labelled, at, answer, reaction) for objection in _real(objecting.objections)]
    return found


def _exchange(objection: str, labelled: Sequence[LabelledTurn], at: int, answer: int, reaction: int) -> Exchange:
    three = [labelled[one].turn for one in (at, answer, reaction)]
    return Exchange(
        objection=objection,
        response=labelled[answer].response,
        reaction=labelled[reaction].reaction or "neutral",
        message_ids=tuple(message_id for turn in three for message_id in turn.message_ids),
        response_text=three[1].text,
        objected_at=three[0].began_at,
        latency=three[1].began_at - three[0].ended_at,
        silence_before=three[0].began_at - labelled[at - 1].turn.ended_at if at else timedelta(),
    )


def _real(objections: Sequence[str]) -> tuple[str, ...]:
    return tuple(objection for objection in objections if objection != NONE)


def _next(labelled: Sequence[LabelledTurn], after: int, role: str) -> int | None:
    return next((at for at in range(after + 1, len(labelled)) if labelled[at].turn.role == role), None)


def _grouped(bubbles: Iterable[Bubble]) -> Iterator[list[Bubble]]:
    group: list[Bubble] = []
    for bubble in bubbles:
        if group and (bubble.role != group[-1].role or bubble.sent_at - group[-1].sent_at > _SAME_BREATH):
            yield group
            group = []
        group.append(bubble)
    if group:
        yield group
