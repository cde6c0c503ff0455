"""What each turn of a conversation does, as evidence: labels the classifier is sure of, and none where it is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from intelligence.classifier import TurnClassifier
from intelligence.extraction import CUSTOMER, LabelledTurn, Turn
from intelligence.vocabulary import NONE, OTHER

SURE_OBJECTION, SURE_RESPONSE = 0.4, 0.45
"""Probabilities from which a label is counted. Advice may guess, evidence should not: a coach's wrong guess is seen by a person, a wrong case is not.

From 0.4 on, more of the objections counted in ordinary chats held out from training were the right ones than not."""
_MAIN = 0


class Labels(Protocol):
    """Labels the turns of conversations."""

    version: str
    """Names what labels: turns that others labelled are read again."""

    def label(self, conversations: Sequence[Sequence[Turn]]) -> list[list[LabelledTurn]]:
        """Each conversation's turns in their order; a turn without text stays unlabelled."""
        ...


class LocalLabels:
    """The classifier's labels of each turn in the context of the turn before it, all conversations in one go."""

    def __init__(self, classifier: TurnClassifier) -> None:
        self.version = str(getattr(classifier, "version", ""))
        self._classifier = classifier

    def label(self, conversations: Sequence[Sequence[Turn]]) -> list[list[LabelledTurn]]:
        """Deterministic."""
        labelled = [[LabelledTurn(turn) for turn in said] for said in conversations]
        places = [(which, at) for which, said in enumerate(conversations) for at, turn in enumerate(said) if turn.text]
        theirs = [(which, at) for which, at in places if conversations[which][at].role == CUSTOMER]
        ours = [(which, at) for which, at in places if conversations[which][at].role != CUSTOMER]
        for (which, at), heard in zip(theirs, self._classifier.customer(*_with_contexts(conversations, theirs)), strict=True):
            sure = tuple(label for label, score in heard.objections if score >= SURE_OBJECTION)
            labelled[which][at] = LabelledTurn(conversations[which][at], sure, heard.reaction)
        for (which, at), told in zip(ours, self._classifier.marketer(*_with_contexts(conversations, ours)), strict=True):
            sure_of_it = told.scores.get(told.response, 1.0) >= SURE_RESPONSE
            labelled[which][at] = LabelledTurn(conversations[which][at], response=told.response if sure_of_it else OTHER)
        return labelled


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two labellers say the same of the same turns: Cohen's kappa of each question, 1 for always and 0 for no more than by chance."""

    turns: int
    objection: float
    reaction: float
    response: float


def agreement(one: Iterable[LabelledTurn], other: Iterable[LabelledTurn]) -> Agreement:
    """Compare labels of the same turns, in the same order; turns without text do not count."""
    pairs = [(first, second) for first, second in zip(one, other, strict=True) if first.turn.text]
    theirs = [pair for pair in pairs if pair[0].turn.role == CUSTOMER]
    ours = [pair for pair in pairs if pair[0].turn.role != CUSTOMER]
    return Agreement(
        turns=len(pairs),
        objection=_kappa([(first.objections or (NONE,))[_MAIN] for first, _ in theirs], [(second.objections or (NONE,))[_MAIN] for _, second in theirs]),
        reaction=_kappa([first.reaction for first, _ in theirs], [second.reaction for _, second in theirs]),
        response=_kappa([first.response or OTHER for first, _ in ours], [second.response or OTHER for _, second in ours]),
    )


def _kappa(one: Sequence[str], other: Sequence[str]) -> float:
    if not one:
        return 0.0
    same = sum(first == second for first, second in zip(one, other, strict=True)) / len(one)
    chance = sum(one.count(label) * other.count(label) for label in set(one)) / len(one) ** 2
    return 1.0 if chance == 1 else round((same - chance) / (1 - chance), 3)


def _with_contexts(conversations: Sequence[Sequence[Turn]], places: Sequence[tuple[int, int]]) -> tuple[list[str], list[str]]:
    """What was said at these places, and what was said before each."""
    return [conversations[which][at].text for which, at in places], [conversations[which][at - 1].text if at else "" for which, at in places]
