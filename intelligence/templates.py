"""Response templates: authored wordings with slots, one to three for an objection and a response. Nothing in them comes from a conversation."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from intelligence.errors import VocabularyInvalid
from intelligence.vocabulary import Vocabulary

SLOTS = ("first_name", "company", "product", "amount", "date")
_SLOT = re.compile(r"\{(\w*)\}")
_LIKE = 0.45
"""Cosine from which a sentence counts as a use of a wording. On the demo's conversations a sentence's best cosine over all 96 wordings is 0.37 at the
median; true uses reach 0.5 to 0.6."""


class Embedder(Protocol):
    """Texts to unit vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape [len(texts), dimensions]."""
        ...


@dataclass(frozen=True, slots=True)
class Wording:
    """One authored wording. `text` goes from a language to the words with slots."""

    id: str
    objection: str
    response: str
    text: Mapping[str, str]

    def said(self, language: str = "en") -> str:
        """In that language, else in English."""
        return self.text.get(language) or self.text["en"]


class Templates:
    """Every authored wording."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        """In order: of one pair, the first is suggested until counts say which works best."""
        self._by_id = {one.id: one for one in wordings}

    @classmethod
    def load(cls, vocabulary: Vocabulary) -> "Templates":
        """The bundled wordings. Raises UnknownTerm for a word outside the vocabulary, VocabularyInvalid for an unknown slot or an id given twice."""
        wordings = [_checked(entry, vocabulary) for entry in tomllib.loads(files("intelligence").joinpath("data/templates.toml").read_text("utf-8"))["wording"]]
        templates = cls(wordings)
        if len(templates._by_id) != len(wordings):
            msg = "Two wordings in templates.toml have the same id: an id names one wording for good."
            raise VocabularyInvalid(msg)
        return templates

    def all(self) -> tuple[Wording, ...]:
        """Every wording, in order."""
        return tuple(self._by_id.values())

    def get(self, wording_id: str) -> Wording | None:
        """By id."""
        return self._by_id.get(wording_id)

    def of(self, objection: str, response: str) -> list[Wording]:
        """The wordings of a pair."""
        return [one for one in self._by_id.values() if (one.objection, one.response) == (objection, response)]

    def best(self, objection: str, response: str, language: str = "en", rates: Mapping[str, float] | None = None) -> str:
        """The words to suggest: the wording with the best rate, the first one when there are no rates, empty when the pair has none.

        `rates` goes from a wording's id to its pooled success rate; ids that may not be shown are simply not in it.
        """
        known = rates or {}
        mine = self.of(objection, response)
        counted = [one for one in mine if one.id in known]
        chosen = max(counted, key=lambda one: known[one.id]) if counted else next(iter(mine), None)
        return chosen.said(language) if chosen else ""


class Uses:
    """Which authored wording a marketer's own sentence comes nearest to: real use is counted without a word of it leaving the zone."""

    def __init__(self, templates: Templates, embedder: Embedder) -> None:
        self._templates = templates
        self._embedder = embedder

    def nearest(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """For each (response, what was said) the id of the nearest wording of that response; empty when none is near enough."""
        spoken = [at for at, (response, said) in enumerate(pairs) if said and response in self._vectors]
        found = [""] * len(pairs)
        if not spoken:
            return found
        for at, vector in zip(spoken, self._embedder.embed([pairs[at][1] for at in spoken]), strict=True):
            ids, vectors = self._vectors[pairs[at][0]]
            cosines = vectors @ vector
            best = int(cosines.argmax())
            if cosines[best] >= _LIKE:
                found[at] = ids[best]
        return found

    @cached_property
    def _vectors(self) -> dict[str, tuple[list[str], NDArray[np.float32]]]:
        """Ids and vectors [wordings, dimensions] of each response, without slots."""
        wordings = self._templates.all()
        vectors = self._embedder.embed([bare(one.said()) for one in wordings])
        places: dict[str, list[int]] = {}
        for at, one in enumerate(wordings):
            places.setdefault(one.response, []).append(at)
        return {response: ([wordings[at].id for at in rows], vectors[rows]) for response, rows in places.items()}


def bare(text: str) -> str:
    """A wording without its slots: what real sentences are compared with."""
    return " ".join(re.sub(r"\s*,?\s*\{\w+\}\s*,?", " ", text).split())


def slots(text: str) -> tuple[str, ...]:
    """The slots of a wording, in order."""
    return tuple(_SLOT.findall(text))


def starter_playbook(vocabulary: Vocabulary) -> Mapping[str, Mapping[str, str]]:
    """Objection -> response -> well-known practice. General practice without evidence of ours: never counted, shown only as such. Raises UnknownTerm."""
    read = tomllib.loads(files("intelligence").joinpath("data/starter_playbook.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            vocabulary.objection(objection): MappingProxyType({vocabulary.response(response): text for response, text in practice.items()})
            for objection, practice in read.items()
        }
    )


def _checked(entry: Mapping[str, str | Mapping[str, str]], vocabulary: Vocabulary) -> Wording:
    texts = entry["text"]
    if isinstance(texts, str) or "en" not in texts or any(slot not in SLOTS for text in texts.values() for slot in slots(text)):
        msg = f"The wording {entry['id']} in templates.toml has no English text or an unknown slot: slots are {', '.join(SLOTS)}."
        raise VocabularyInvalid(msg)
    return Wording(str(entry["id"]), vocabulary.objection(str(entry["objection"])), vocabulary.response(str(entry["response"])), MappingProxyType(dict(texts)))
