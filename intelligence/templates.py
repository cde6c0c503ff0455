"""Response templates: authored wordings with slots, one to three for an objection and a response. Nothing in them comes from a conversation."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from intelligence.errors import VocabularyInvalid
from intelligence.glossary import ENGLISH
from intelligence.glossary import bundled as glossaries
from intelligence.languages import written
from intelligence.vocabulary import Vocabulary

SLOTS = ("first_name", "company", "product", "amount", "date")
_SLOT = re.compile(r"\{(\w*)\}")
_REGION = re.compile(r"[-_]")
_LIKE = 0.45
"""Cosine from which a sentence counts as a use of a wording. On the demo's conversations a sentence's best cosine over all 96 wordings is 0.37 at the
median; true uses reach 0.5 to 0.6."""
_LIKE_GLOSSED = 0.55
"""The same where both were read word for word in English: sentences are nearer to each other there, and a draft sent as it is reaches 0.9."""


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

    def language(self, wanted: str) -> str:
        """The language it is given in where this one is wanted: `pt_BR` is `pt`, and English stands for what it is not written in."""
        plain = _REGION.split(wanted.casefold())[0]
        return plain if plain in self.text else ENGLISH

    def said(self, language: str = ENGLISH) -> str:
        """In that language, else in English."""
        return self.text[self.language(language)]


class Templates:
    """Every authored wording."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        """In order: of one pair, the first is suggested until counts say which works best."""
        self._by_id = {one.id: one for one in wordings}
        self._by_words = {one.said(): one for one in self._by_id.values()}

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

    def best(self, objection: str, response: str, language: str = ENGLISH, rates: Mapping[str, float] | None = None) -> str:
        """The words to suggest: the wording with the best rate, the first one when there are no rates, empty when the pair has none.

        `rates` goes from a wording's id to its pooled success rate; ids that may not be shown are simply not in it.
        """
        known = rates or {}
        mine = self.of(objection, response)
        counted = [one for one in mine if one.id in known]
        chosen = max(counted, key=lambda one: known[one.id]) if counted else next(iter(mine), None)
        return chosen.said(language) if chosen else ""

    def translated(self, english: str, language: str) -> tuple[str, str]:
        """A wording's English words, as patterns hold them, in a language; and the language they are really in, which is English where there is no other."""
        one = self._by_words.get(english)
        return (one.said(language), one.language(language)) if one else (english, ENGLISH)


class Uses:
    """Which authored wording a marketer's own sentence comes nearest to: real use is counted without a word of it leaving the zone."""

    def __init__(self, templates: Templates, embedder: Embedder) -> None:
        self._templates = templates
        self._embedder = embedder
        self._responses = {one.response for one in templates.all()}
        self._languages = {language for one in templates.all() for language in one.text}
        self._by_language: dict[str, dict[str, tuple[list[str], NDArray[np.float32]]]] = {}

    def nearest(self, pairs: Sequence[tuple[str, str]]) -> list[str]:
        """For each (response, what was said) the id of the nearest wording of that response; empty when none is near enough.

        What is said in another language is read word for word in English, and so are the wordings of that language it is compared with.
        """
        found = [""] * len(pairs)
        spoken: defaultdict[str, list[int]] = defaultdict(list)
        for at, (response, said) in enumerate(pairs):
            if said and response in self._responses:
                spoken[self._language(said)].append(at)
        for language, places in spoken.items():
            like = _LIKE if language == ENGLISH else _LIKE_GLOSSED
            said_there = [glossaries().english(pairs[at][1], language) for at in places]
            for at, vector in zip(places, self._embedder.embed(said_there), strict=True):
                ids, vectors = self._vectors(language)[pairs[at][0]]
                cosines = vectors @ vector
                best = int(cosines.argmax())
                if cosines[best] >= like:
                    found[at] = ids[best]
        return found

    def _language(self, said: str) -> str:
        language = written([said])
        return language if language in self._languages else ENGLISH

    def _vectors(self, language: str) -> dict[str, tuple[list[str], NDArray[np.float32]]]:
        """Ids and vectors [wordings, dimensions] of each response, without slots."""
        if language not in self._by_language:
            wordings = self._templates.all()
            vectors = self._embedder.embed([glossaries().english(bare(one.said(language)), one.language(language)) for one in wordings])
            places: dict[str, list[int]] = {}
            for at, one in enumerate(wordings):
                places.setdefault(one.response, []).append(at)
            self._by_language[language] = {response: ([wordings[at].id for at in rows], vectors[rows]) for response, rows in places.items()}
        return self._by_language[language]


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
    if isinstance(texts, str) or ENGLISH not in texts or any(slot not in SLOTS for slot in slots(texts[ENGLISH])):
        msg = f"The wording {entry['id']} in templates.toml has no English text or an unknown slot: slots are {', '.join(SLOTS)}."
        raise VocabularyInvalid(msg)
    if any(sorted(slots(text)) != sorted(slots(texts[ENGLISH])) for text in texts.values()):
        msg = f"The wording {entry['id']} in templates.toml has other slots in another language: each language has those of the English text."
        raise VocabularyInvalid(msg)
    return Wording(str(entry["id"]), vocabulary.objection(str(entry["objection"])), vocabulary.response(str(entry["response"])), MappingProxyType(dict(texts)))
