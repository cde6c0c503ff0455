"""Labels by a language model, for who has allowed it: one conversation at a time, pseudonymised, without tools. Its answer is data, checked word by word."""

from collections.abc import Sequence

from intelligence.errors import CannotAnonymize, ModelUnavailable, RefusedRequest
from intelligence.extraction import CUSTOMER, LabelledTurn, Turn
from intelligence.labelling import Labels
from intelligence.llm import LanguageModel
from intelligence.prompts import ReadTurn, ReadTurns, Said, reading
from intelligence.vocabulary import NONE, OTHER, REACTIONS, Vocabulary

MOST_TURNS = 40
"""Turns asked about at once; the one before them stands there as context."""
_MOST_OBJECTIONS = 2


class ModelLabels:
    """The same interface as the local labels, which answer for every turn that the model does not."""

    def __init__(self, model: LanguageModel, vocabulary: Vocabulary, local: Labels) -> None:
        """`model` must be the zone's own, behind its pseudonyms."""
        self.version = f"{model.name}+{local.version}"
        self._model = model
        self._vocabulary = vocabulary
        self._local = local

    def label(self, conversations: Sequence[Sequence[Turn]]) -> list[list[LabelledTurn]]:
        """Calls the model, so never within a transaction."""
        labelled = self._local.label(conversations)
        for said, known in zip(conversations, labelled, strict=True):
            for start in range(0, len(said), MOST_TURNS):
                for number, answer in self._asked(said, start).items():
                    known[number] = self._checked(said[number], answer, known[number])
        return labelled

    def _asked(self, said: Sequence[Turn], start: int) -> dict[int, ReadTurn]:
        """The model's answers by position; nothing when it gave none."""
        span = range(start, min(start + MOST_TURNS, len(said)))
        shown = [Said(at, said[at].role, said[at].text) for at in range(max(0, start - 1), span.stop) if said[at].text]
        if not any(one.number in span for one in shown):
            return {}
        try:
            answer = self._model.generate(reading(shown, self._vocabulary.objections, self._vocabulary.responses), ReadTurns)
        except (CannotAnonymize, ModelUnavailable, RefusedRequest):
            return {}
        return {one.number: one for one in answer.turns if one.number in span and said[one.number].text}

    def _checked(self, turn: Turn, answer: ReadTurn, local: LabelledTurn) -> LabelledTurn:
        """Only words of the vocabulary, and only those that fit who spoke."""
        if turn.role == CUSTOMER:
            objections = tuple(dict.fromkeys(word for word in answer.objections if word in self._vocabulary.objections and word != NONE))
            return LabelledTurn(turn, objections[:_MOST_OBJECTIONS], answer.reaction if answer.reaction in REACTIONS else local.reaction)
        return LabelledTurn(turn, response=answer.response if answer.response in self._vocabulary.responses else OTHER)
