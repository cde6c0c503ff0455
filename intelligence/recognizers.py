"""Our recognizers as Presidio knows them, and the reading of a text that they share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc
from spacy.vocab import Vocab

from intelligence.addresses import addresses
from intelligence.amounts import amounts
from intelligence.deny_list import DenyList
from intelligence.errors import CannotAnonymize
from intelligence.everyday_words import EverydayWords
from intelligence.findings import PLACEHOLDER, Finding, find
from intelligence.guesses import believable
from intelligence.handles import EMAILS, HANDLES, NETWORK, links
from intelligence.identifiers import identifiers
from intelligence.normalization import Normalized, normalize
from intelligence.phones import phones
from intelligence.references import births, plates, references
from intelligence.word_features import split_words

LANGUAGE = "en"
"""Presidio wants one; our recognizers read all languages at once."""
NAMES = "names"
"""Name of the recognizer of the trained model."""
MAX_WORDS = 1400
"""Words and signs of a text that the trained model reads within the time limit; 4,096 characters of prose have about 1,000."""

MAX_FINDINGS = 400
"""Findings of one recognizer in a text; the engine compares each with each."""


class Named(Protocol):
    """A span of the trained model."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """The character after its last."""

    @property
    def label(self) -> str:
        """One of the model's labels, which are types of entities."""

    @property
    def score(self) -> float:
        """Its probability."""


class NamesModel(Protocol):
    """The trained model: spans of each text."""

    def predict(self, texts: Sequence[str]) -> Sequence[Sequence[Named]]:
        """Spans of each text, from left to right."""


_NO_TOKENS = Doc(Vocab())


class Reading(NlpArtifacts):
    """What is known of a text before any recognizer looks: its normal form and the names the model sees in it."""

    def __init__(self, read: Normalized, named: Sequence[Named], check_time: Callable[[], None]) -> None:
        super().__init__(entities=[], tokens=_NO_TOKENS, tokens_indices=[], lemmas=[], nlp_engine=None, language=LANGUAGE)
        self.read = read
        self.named = named
        self.check_time = check_time


class Reader(NlpEngine):
    """Presidio's place for a language pipeline, without one: nothing is downloaded, and no string store keeps words of private texts."""

    def __init__(self, names: NamesModel | None) -> None:
        self._names = names

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Ready as built."""
        return True

    def process_text(self, text: str, language: str) -> Reading:
        """Read one text."""
        ((_, reading),) = self.process_batch([text], language)
        return reading

    def process_batch(self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: object) -> Iterator[tuple[str, Reading]]:  # noqa: ARG002 - Presidio's signature
        """Read texts; the model sees them together."""
        listed = list(texts)
        yield from zip(listed, self.readings([normalize(text) for text in listed], lambda: None), strict=True)

    def readings(self, reads: Sequence[Normalized], check_time: Callable[[], None]) -> list[Reading]:
        """Let the model look at texts that are already normalised."""
        if self._names and any(len(read.text) > MAX_WORDS and len(split_words(read.text)) > MAX_WORDS for read in reads):
            msg = f"A text of more than {MAX_WORDS} words and signs cannot be read in time: it stays private."
            raise CannotAnonymize(msg)
        named: Sequence[Sequence[Named]] = self._names.predict([read.text for read in reads]) if self._names else [[] for _ in reads]
        return [Reading(read.without(PLACEHOLDER), spans, check_time) for read, spans in zip(reads, named, strict=True)]

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """No list: no recognizer of ours asks."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """Neither a letter nor a digit in it."""
        return not any(character.isalnum() for character in word)

    def get_supported_languages(self) -> list[str]:
        """One name for all."""
        return [LANGUAGE]

    def get_supported_entities(self) -> list[str]:
        """None of its own: the names come from a recognizer."""
        return []


class FindingRecognizer(EntityRecognizer):
    """A family of patterns."""

    def __init__(self, name: str, entities: Sequence[str], finder: Callable[[Normalized], Iterable[Finding]]) -> None:
        self._called = name
        self._finder = finder
        super().__init__(supported_entities=list(entities), name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Patterns are compiled at import."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None) -> list[RecognizerResult]:  # noqa: ARG002 - Presidio's signature
        """Every finding, with the pattern that found it."""
        reading = reading_of(text, nlp_artifacts)
        reading.check_time()
        findings = list(islice(self._finder(reading.read), MAX_FINDINGS + 1))
        if len(findings) > MAX_FINDINGS:
            msg = f"A text with more than {MAX_FINDINGS} {self._called} is no message: it stays private."
            raise CannotAnonymize(msg)
        return [result_of(finding, self._called, self.id) for finding in findings]


_MODEL_TYPES = "PERSON ORGANIZATION LOCATION ADDRESS PHONE EMAIL URL HANDLE CARD IBAN ID PLATE ORDER BIRTHDATE AMOUNT".split()


class NameRecognizer(EntityRecognizer):
    """The trained model."""

    def __init__(self) -> None:
        super().__init__(supported_entities=_MODEL_TYPES, name=NAMES, supported_language=LANGUAGE)

    def load(self) -> None:
        """The reader holds the model."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: NlpArtifacts | None) -> list[RecognizerResult]:  # noqa: ARG002 - Presidio's signature
        """The spans that the reader found, which saw a whole batch at once."""
        reading = reading_of(text, nlp_artifacts)
        findings = [Finding(span.start, span.end, span.label, span.score, "trained model") for span in reading.named]
        return [result_of(finding, NAMES, self.id) for finding in believable(reading.read, findings)]


class DenyListRecognizer(FindingRecognizer):
    """What the zone knows; made for one request."""

    def __init__(self, known: DenyList, everyday: EverydayWords) -> None:
        known.prepare()
        entities = ["PERSON", "ORGANIZATION", "PHONE", "EMAIL", "HANDLE", "ID"]
        super().__init__("deny-list", entities, lambda read: known.find(read, everyday))


def pattern_recognizers() -> list[FindingRecognizer]:
    """Our families of patterns."""
    return [
        FindingRecognizer("e-mail", ["EMAIL"], lambda read: find(EMAILS, read)),
        FindingRecognizer("web", ["URL"], links),
        FindingRecognizer("handles", ["HANDLE"], lambda read: find(HANDLES, read)),
        FindingRecognizer("network", ["IP"], lambda read: find(NETWORK, read)),
        FindingRecognizer("phones", ["PHONE", "ID"], phones),
        FindingRecognizer("identifiers", ["CARD", "IBAN", "ID"], identifiers),
        FindingRecognizer("references", ["ORDER"], references),
        FindingRecognizer("plates", ["PLATE"], plates),
        FindingRecognizer("births", ["BIRTHDATE"], births),
        FindingRecognizer("amounts", ["AMOUNT"], amounts),
        FindingRecognizer("addresses", ["ADDRESS"], addresses),
    ]


def reading_of(text: str, artifacts: NlpArtifacts | None) -> Reading:
    """Our reading, or a new one when a recognizer is used by itself."""
    return artifacts if isinstance(artifacts, Reading) else Reading(normalize(text), [], lambda: None)


def result_of(finding: Finding, recognizer: str, identifier: str) -> RecognizerResult:
    """A finding in Presidio's words."""
    explanation = AnalysisExplanation(recognizer=recognizer, original_score=finding.score, pattern_name=finding.pattern)
    metadata = {RecognizerResult.RECOGNIZER_NAME_KEY: recognizer, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: identifier}
    return RecognizerResult(finding.type, finding.start, finding.end, finding.score, explanation, metadata)
