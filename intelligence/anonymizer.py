"""The one typed face over Presidio: what is personal in a text, and the text without it."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as Found

from intelligence.deny_list import DenyList
from intelligence.errors import CannotAnonymize
from intelligence.everyday_words import EverydayWords
from intelligence.findings import PLACEHOLDER
from intelligence.normalization import fold, normalize
from intelligence.recognizers import LANGUAGE, NAMES, DenyListRecognizer, NameRecognizer, NamesModel, Reader, Reading, pattern_recognizers
from intelligence.vocabulary import Vocabulary, bundled

_PRECEDENCE = {
    kind: rank for rank, kind in enumerate("IBAN CARD EMAIL IP URL BIRTHDATE ORDER PLATE ID PHONE AMOUNT HANDLE ADDRESS PERSON ORGANIZATION LOCATION".split())
}
"""Which of two types of the same characters is the more specific."""
_JOINT = "; "
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = ("objection", "answered", "with", "across", "all", "industries", "in")
_LONG_DIGITS = re.compile(r"(?:\d\D{0,2}){7}")


@dataclass(frozen=True, slots=True)
class Entity:
    """Characters [start, end) of the input are personal. `source` names the recognizers and patterns that say so, the strongest first."""

    start: int
    end: int
    type: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with `<TYPE_n>` for every entity; the same value has the same number inside the text."""

    text: str
    entities: list[Entity]


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a stretch of a text was taken: what one pattern of one recognizer saw there."""

    start: int
    end: int
    type: str
    score: float
    recognizer: str
    pattern: str


class _NoContext(ContextAwareEnhancer):
    """Our patterns carry their own context words."""

    def __init__(self) -> None:
        super().__init__(context_similarity_factor=0, min_score_with_context_similarity=0, context_prefix_count=0, context_suffix_count=0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - Presidio's signature
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002
        recognizers: list[EntityRecognizer],  # noqa: ARG002
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """The results as they are."""
        return raw_results


class Anonymizer:
    """Finds personal data. Thread-safe; the engine is built once.

    `ner` is the trained model; without it names are found only by the deny-list, and `has_ner` is False.
    `seconds` is the time of the calling thread that one text may take: a busy machine does not turn into refusals.
    """

    def __init__(
        self,
        ner: NamesModel | None = None,
        *,
        max_characters: int = 4096,
        seconds: float = 0.25,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.has_ner = ner is not None
        self._max_characters = max_characters
        self._seconds = seconds
        self._everyday = EverydayWords.load()
        self._clock = clock
        self._reader = Reader(ner)
        registry = RecognizerRegistry(recognizers=[*pattern_recognizers(), NameRecognizer()], supported_languages=[LANGUAGE])
        self._engine = AnalyzerEngine(registry=registry, nlp_engine=self._reader, supported_languages=[LANGUAGE], context_aware_enhancer=_NoContext())
        self._deny_list_recognizer = lru_cache(maxsize=64)(lambda known: DenyListRecognizer(known, self._everyday))
        self._replacer = AnonymizerEngine()  # type: ignore[no-untyped-call]
        self.analyze("Warm up: +1 415 555 0100")

    def analyze(self, text: str, known: DenyList = DenyList.EMPTY) -> list[Entity]:
        """The entities of a text, from left to right, without overlaps. Raises CannotAnonymize."""
        return self.analyze_many([text], known)[0]

    def analyze_many(self, texts: Sequence[str], known: DenyList = DenyList.EMPTY) -> list[list[Entity]]:
        """The entities of each text; the model reads them in one batch. Raises CannotAnonymize if any of them cannot be checked."""
        return [_resolved(text, decisions) for text, decisions in zip(texts, self._decisions(texts, known), strict=True)]

    def explain(self, text: str, known: DenyList = DenyList.EMPTY) -> list[Decision]:
        """Everything that any pattern saw, before overlaps are resolved. Raises CannotAnonymize."""
        return self._decisions([text], known)[0]

    def mask(self, text: str, known: DenyList = DenyList.EMPTY) -> Masked:
        """The text without its entities. Raises CannotAnonymize."""
        entities = _joined(text, self.analyze(text, known))
        numbers = _numbered((entity.type, fold(text[entity.start : entity.end])) for entity in entities)

        def placeholder(kind: str) -> OperatorConfig:
            return OperatorConfig("custom", {"lambda": lambda value: f"<{kind}_{numbers.get((kind, fold(value)), 0)}>"})

        replaced = self._replacer.anonymize(
            text,
            [Found(entity.type, entity.start, entity.end, entity.score) for entity in entities],
            {kind: placeholder(kind) for kind in {entity.type for entity in entities}},
        )
        return Masked(replaced.text, entities)

    def is_clean(self, text: str, known: DenyList = DenyList.EMPTY, vocabulary: Vocabulary | None = None) -> bool:
        """Second check of what is about to be shared: fresh analyses, then what needs no recognizer. False when undecided.

        The trained model was made for chat; where it alone takes words of the fixed vocabulary for a name, it is not believed.
        """
        folded = fold(text)
        if "@" in folded or "://" in folded or _LONG_DIGITS.search(folded) or PLACEHOLDER.search(text):
            return False
        harmless = _words_of(vocabulary or bundled())
        try:
            found = [(seen, entity) for seen in dict.fromkeys((text, folded)) for entity in self.analyze(seen, known)]
        except CannotAnonymize:
            return False
        return all(_only_guessed(entity) and harmless.issuperset(_WORD.findall(fold(seen[entity.start : entity.end]))) for seen, entity in found)

    def _decisions(self, texts: Sequence[str], known: DenyList) -> list[list[Decision]]:
        for text in texts:
            if len(text) > self._max_characters:
                msg = f"A text of {len(text)} characters is too long to be checked: at most {self._max_characters} are; it stays private."
                raise CannotAnonymize(msg)
        try:
            check_time = self._timer(self._seconds * len(texts))
            readings = self._reader.readings([normalize(text) for text in texts], check_time)
            check_time()
            return [self._of(reading, known) for reading in readings]
        except CannotAnonymize:
            raise
        except Exception as error:
            msg = f"A recognizer failed ({type(error).__name__}): the text stays private."
            raise CannotAnonymize(msg) from error

    def _of(self, reading: Reading, known: DenyList) -> list[Decision]:
        extra: list[EntityRecognizer] | None = None if known == DenyList.EMPTY else [self._deny_list_recognizer(known)]
        reading.check_time = self._timer(self._seconds)
        results = self._engine.analyze(
            reading.read.text,
            LANGUAGE,
            nlp_artifacts=reading,
            ad_hoc_recognizers=extra,
            return_decision_process=True,
        )
        reading.check_time()
        decisions = []
        for result in results:
            start, end = reading.read.span(result.start, result.end)
            explained = result.analysis_explanation
            decisions.append(Decision(start, end, result.entity_type, float(result.score), explained.recognizer, explained.pattern_name))
        return sorted(decisions, key=_order)

    def _timer(self, seconds: float) -> Callable[[], None]:
        began = self._clock()

        def check() -> None:
            if self._clock() - began > seconds:
                msg = f"The text took longer than {seconds:.2f} s to be checked: it stays private."
                raise CannotAnonymize(msg)

        return check


def _words_of(vocabulary: Vocabulary) -> frozenset[str]:
    """The words that sentences about patterns are made of."""
    return frozenset(
        _WORD.findall(fold(" ".join((*_SENTENCE, *vocabulary.objections, *vocabulary.responses, *vocabulary.responses.values(), *vocabulary.industries))))
    )


def _only_guessed(entity: Entity) -> bool:
    return all(source.startswith(f"{NAMES}: ") for source in entity.source.split(_JOINT))


def _order(decision: Decision) -> tuple[int, int, int, float, str, str]:
    return decision.start, -decision.end, _PRECEDENCE.get(decision.type, len(_PRECEDENCE)), -decision.score, decision.recognizer, decision.pattern


def _joined(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """Neighbours of one type with only white space between are one entity: Presidio's engine would join them too."""
    joined: list[Entity] = []
    for entity in entities:
        last = joined[-1] if joined else None
        if last is not None and last.type == entity.type and not text[last.end : entity.start].strip():
            joined[-1] = replace(last, end=entity.end, score=max(last.score, entity.score))
        else:
            joined.append(entity)
    return joined


def _numbered(values: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Each different value of a type gets the next number of that type, from 1."""
    numbers: dict[tuple[str, str], int] = {}
    counts: Counter[str] = Counter()
    for kind, value in values:
        if (kind, value) not in numbers:
            counts[kind] += 1
            numbers[kind, value] = counts[kind]
    return numbers


def _resolved(text: str, decisions: Iterable[Decision]) -> list[Entity]:
    """Overlapping decisions become one entity that covers them all, so that no character of any of them stays visible.

    Its type is that of the longest decision; among equals patterns know better than the model, then the more specific type, then the surer one.
    """
    kept = [match.span() for match in PLACEHOLDER.finditer(text)]
    entities: list[Entity] = []
    group: list[Decision] = []
    end = -1
    for decision in [piece for whole in decisions for piece in _outside(whole, kept, text)]:
        if group and decision.start >= end:
            entities.append(_merged(group))
            group = []
        end = max(end, decision.end) if group else decision.end
        group.append(decision)
    if group:
        entities.append(_merged(group))
    return entities


def _merged(group: list[Decision]) -> Entity:
    ranked = sorted(
        group,
        key=lambda one: (one.start - one.end, one.recognizer == NAMES, _PRECEDENCE.get(one.type, len(_PRECEDENCE)), -one.score, one.recognizer, one.pattern),
    )
    sources = dict.fromkeys(f"{one.recognizer}: {one.pattern}" for one in ranked)
    return Entity(
        start=min(one.start for one in group),
        end=max(one.end for one in group),
        type=ranked[0].type,
        score=max(one.score for one in group),
        source=_JOINT.join(sources),
    )


def _outside(decision: Decision, kept: Sequence[tuple[int, int]], text: str) -> list[Decision]:
    """The parts of a decision that are not placeholders; white space at their ends belongs to nobody."""
    pieces = []
    at = decision.start
    for start, end in [*kept, (decision.end, decision.end)]:
        if end <= at or start > decision.end:
            continue
        pieces.append((at, min(start, decision.end)))
        at = max(at, end)
    trimmed = []
    for start, end in pieces:
        inner = text[start:end]
        left = start + len(inner) - len(inner.lstrip())
        right = end - (len(inner) - len(inner.rstrip()))
        if any(character.isalnum() for character in text[left:right]) or (pieces == [(decision.start, decision.end)] and left < right):
            trimmed.append(Decision(left, right, decision.type, decision.score, decision.recognizer, decision.pattern))
    return trimmed
