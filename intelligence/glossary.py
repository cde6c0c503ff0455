"""Other languages word for word into English, so that small English models can read them.

A gloss is no translation: it keeps the order of words and leaves what it does not know. It is for models, never for people.
"""

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

ENGLISH = "en"
_WORD = re.compile(r"[^\W\d_]+")
_STEM = 5
"""Letters two words must share at their beginning to count as forms of one word; at most _ENDING letters may differ."""
_ENDING = 3
_HEAD_START = 0.3
"""English wins ties: text in a language without glossary is left as it is."""


class Glossary:
    """The words of one language. Thread-safe."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """`words` maps lower-case words without accents to English."""
        self.words = dict(words)
        self._stems: dict[str, list[str]] = defaultdict(list)
        for word in self.words:
            if len(word) >= _STEM:
                self._stems[word[:_STEM]].append(word)
        self._known = lru_cache(maxsize=16_384)(self._look_up)

    def gloss(self, text: str) -> str:
        """The text with every known word, or form of a known word, in English."""
        return _WORD.sub(lambda found: self._known(found.group()) or found.group(), text)

    def _look_up(self, written: str) -> str | None:
        word = _plain(written)
        if word in self.words:
            return self.words[word]
        if len(word) <= _STEM:
            return None
        near = [(shared, other) for other in self._stems.get(word[:_STEM], ()) if (shared := _shared(word, other)) >= max(len(word), len(other)) - _ENDING]
        return self.words[max(near, key=lambda form: form[0])[1]] if near else None


class Glossaries:
    """Knows which language a turn is in, and reads it in English."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        """`words` by language; those of English only help to recognise it."""
        languages = Counter(word for known in words.values() for word in known)
        self._weights = {language: {word: 1 / languages[word] for word in known} for language, known in words.items()}
        self._glossaries = {language: Glossary(known) for language, known in words.items() if language != ENGLISH}

    def language(self, text: str, context: str = "") -> str:
        """The language with the most known words, of this turn and of the one before it; a word of several languages counts less."""
        scores = self.scores(f"{text} {context}")
        return max(scores, key=scores.__getitem__)

    def scores(self, text: str) -> dict[str, float]:
        """How many words of a text each language knows, a word of several languages shared among them; English is a little ahead."""
        said = _said(text)
        scores = {language: sum(weights.get(word, 0.0) for word in said) for language, weights in self._weights.items()}
        scores[ENGLISH] = scores.get(ENGLISH, 0.0) + _HEAD_START
        return scores

    def known(self, text: str, language: str) -> float:
        """The share of a text's words that one language knows; 0 where there are none."""
        said = _said(text)
        return sum(word in self._weights[language] for word in said) / len(said) if said else 0.0

    def in_english(self, texts: Sequence[str], contexts: Sequence[str]) -> tuple[list[str], list[str]]:
        """The glosses of turns and of their contexts, each pair in the language of both."""
        languages = [self.language(text, context) for text, context in zip(texts, contexts, strict=True)]
        glossed = ([self.english(text, language) for text, language in zip(said, languages, strict=True)] for said in (texts, contexts))
        return next(glossed), next(glossed)

    def english(self, text: str, language: str) -> str:
        """The gloss of a text; the text itself when it is English already."""
        glossary = self._glossaries.get(language)
        return glossary.gloss(text) if glossary else text


@cache
def bundled() -> Glossaries:
    """The glossaries as shipped."""
    tables = tomllib.loads(files("intelligence").joinpath("data/glossary.toml").read_text(encoding="utf-8"))
    words = {language: {word: english for english, words in table.items() for word in words.split()} for language, table in tables.items()}
    for table in tables.values():
        for english in table:
            words[ENGLISH].update({_plain(word): "" for word in _WORD.findall(english)})
    return Glossaries(words)


@lru_cache(maxsize=32_768)
def _plain(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter))


def _said(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _shared(word: str, other: str) -> int:
    """Length of the common beginning."""
    return next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other)))
