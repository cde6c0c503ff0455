"""A language model that never sees whom it is told about: names leave as placeholders of the zone and come back as they were."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel

from intelligence.anonymizer import Anonymizer
from intelligence.deny_list import DenyList
from intelligence.findings import Span
from intelligence.llm import LanguageModel
from intelligence.prompts import Prompt
from intelligence.pseudonyms import Pseudonyms

Output = TypeVar("Output", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Found:
    """An entity, placed in the whole material."""

    start: int
    end: int
    type: str


class PseudonymizingModel:
    """Wraps a model for one zone. What cannot be checked is not sent."""

    def __init__(self, model: LanguageModel, anonymizer: Anonymizer, known: DenyList, pseudonyms: Pseudonyms) -> None:
        """`known` and `pseudonyms` are those of the zone whose text is sent, and of no other."""
        self.name = model.name
        self._model = model
        self._anonymizer = anonymizer
        self._known = known
        self._pseudonyms = pseudonyms

    def generate(self, prompt: Prompt, output_type: type[Output]) -> Output:
        """The answer with everything restored, byte for byte. Raises CannotAnonymize (nothing was sent), RefusedRequest or ModelUnavailable."""
        document = hashlib.sha256(prompt.material.encode("utf-8", "surrogatepass")).hexdigest()
        hidden = self._pseudonyms.replace(prompt.material, self._entities(prompt.material), document)
        answer = self._model.generate(replace(prompt, material=hidden.text), output_type)
        return _restored(answer, hidden.restore)

    def _entities(self, material: str) -> list[Span]:
        """Line by line: each is short enough to be checked in full, and one batch for the model."""
        lines = material.split("\n")
        found: list[Span] = []
        at = 0
        for line, entities in zip(lines, self._anonymizer.analyze_many(lines, self._known), strict=True):
            found += [_Found(at + entity.start, at + entity.end, entity.type) for entity in entities]
            at += len(line) + 1
        return found


def _restored(answer: Output, restore: Callable[[str], str]) -> Output:
    """The same answer with every string in it restored, at any depth."""
    fields = {name: _value(getattr(answer, name), restore) for name in type(answer).model_fields}
    return answer.model_copy(update=fields)


def _value(value: object, restore: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return restore(value)
    if isinstance(value, BaseModel):
        return _restored(value, restore)
    if isinstance(value, dict):
        return {_value(key, restore): _value(one, restore) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_value(one, restore) for one in value)
    return value
