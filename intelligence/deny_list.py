"""What a zone already knows by name or number: its customers, companies, staff and their numbers, found however they are written."""
# ruff: noqa: RUF001 - the dashes, quotes and letters of other keyboards and languages are meant

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from rapidfuzz.distance import OSA

from intelligence.everyday_words import EverydayWords
from intelligence.findings import Finding
from intelligence.normalization import Normalized, fold

_WORD = re.compile(r"[^\W_]+")
_RUN_OF_LETTERS = re.compile(r"(?<!\w)\w(?:[\s.\-_*]{1,3}\w(?!\w)){2,30}")
_DIGITS = re.compile(r"\d(?:[\s()./\-–·•_~*]{0,3}\d)*")
_REPEATED = re.compile(r"(.)\1{2,}")
_UNSAID = frozenset(
    "mr mrs ms miss dr dra prof sir madam sr sra srta senor senora don dona herr frau mme mlle m monsieur madame sig signor signora shri smt ji sahib "
    "de da do dos das del della di du la le el al bin ibn van von der den ter ten zu y e and und et the of for a an".split(),
)
_GENERIC = frozenset(
    "ltd limited inc incorporated corp corporation co company llc llp plc gmbh ag kg ohg ug mbh se sa sas sarl sl slu srl spa lda ltda "
    "eireli bv nv oy ab as aps pvt pty "
    "group holding holdings international global services service solutions solution systems system technologies technology tech software "
    "consulting consultants partners "
    "associates agency studio studios media marketing design digital store stores shop shops market trading traders enterprises enterprise "
    "industries industry manufacturing "
    "logistics transport foods food bakery cafe coffee restaurant hotel clinic hospital dental pharmacy gym fitness yoga salon beauty spa "
    "school academy university college "
    "bank insurance finance capital real estate properties property construction builders building motors auto cars garage fashion clothing "
    "home house garden center centre "
    "backerei metzgerei praxis kanzlei werkstatt hof panaderia tienda taller clinica restaurante padaria loja oficina boulangerie cabinet "
    "garage officina ristorante".split(),
)
_SUFFIXES = ("s", "es", "n", "en", "ns", "i", "u", "em", "om", "y", "ji", "bhai", "inho", "inha", "ito", "ita", "chen", "lein", "kins", "ie")
_LEET = str.maketrans("013457$@", "oieastsa")
_SECOND_PERSON = frozenset("you u the it he she they we i this that there be not never always anyone someone anybody my your our do does".split())
_SHORTEST_FUZZY = 5
_SHORTEST_STEM = 4
_SHORTEST_SQUEEZED = 8
_SIGNIFICANT_DIGITS = 8
_FEWEST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class DenyList:
    """Names and numbers that are personal whatever they look like. Numbers are telephone numbers, e-mail addresses or handles."""

    EMPTY: ClassVar["DenyList"]

    persons: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Build what `find` searches in, so that the first text does not pay for it."""
        _indexed(self)

    def find(self, read: Normalized, everyday: EverydayWords) -> Iterator[Finding]:
        """Every mention; an everyday word is a name only when written like one."""
        index = _indexed(self)
        yield from index.named(read, everyday)
        yield from index.squeezed(read)
        yield from index.numbered(read)


DenyList.EMPTY = DenyList()


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    folded: str


class _Index:
    """A deny-list prepared for searching: phrases by first word, single words with their one-letter deletions, digits."""

    def __init__(self, known: DenyList) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._words: dict[str, str] = {}
        self._near: dict[str, set[str]] = {}
        self._squeezed: dict[str, str] = {}
        self._digits: set[str] = set()
        self._sizes: set[int] = set()
        for kind, names in (("ORGANIZATION", known.organizations), ("ID", known.others), ("PERSON", known.persons)):
            for name in names:
                self._add(name, kind)
        for number in known.numbers:
            self._add_number(number)

    def named(self, read: Normalized, everyday: EverydayWords) -> Iterator[Finding]:
        """Whole names, and single words of names: exact, inflected, misspelled, with letters repeated or replaced."""
        tokens = [_Token(match.start(), match.end(), _plain(match.group())) for match in _WORD.finditer(read.text)]
        shouting = read.text.isupper()
        for at, token in enumerate(tokens):
            for words, kind in self._phrases.get(token.folded, ()):
                if tuple(one.folded for one in tokens[at : at + len(words)]) == words:
                    last = tokens[at + len(words) - 1]
                    if len(words) > 1 or not everyday.ambiguous(token.folded) or _as_name(read, tokens, at, shouting=shouting):
                        yield Finding(token.start, last.end, kind, 1.0, "known name")
            match = self._word(token.folded, everyday)
            if match is not None and (not everyday.ambiguous(match[0]) or _as_name(read, tokens, at, shouting=shouting)):
                yield Finding(token.start, token.end, self._words[match[0]], match[1], match[2])

    def squeezed(self, read: Normalized) -> Iterator[Finding]:
        """Names written together, apart letter by letter, or with marks between."""
        if self._squeezed:
            letters = [(index, _plain(character)) for index, character in enumerate(read.text) if character.isalnum()]
            places = [index for index, plain in letters for _ in plain]
            stream = "".join(plain for _, plain in letters)
            for name, kind in self._squeezed.items():
                found = stream.find(name)
                while found >= 0:
                    yield Finding(places[found], places[found + len(name) - 1] + 1, kind, 0.9, "known name, squeezed")
                    found = stream.find(name, found + 1)
        if self._words:
            for match in _RUN_OF_LETTERS.finditer(read.text):
                spelled = _plain("".join(character for character in match.group() if character.isalnum()))
                if spelled in self._words:
                    yield Finding(match.start(), match.end(), self._words[spelled], 0.9, "known name, letter by letter")

    def numbered(self, read: Normalized) -> Iterator[Finding]:
        """Known numbers in any grouping, with or without the country."""
        if not self._digits:
            return
        for match in _DIGITS.finditer(read.text):
            digits = re.sub(r"\D", "", match.group())
            if any(digits[at : at + size] in self._digits for size in self._sizes for at in range(len(digits) - size + 1)):
                start = match.start() - (match.start() > 0 and read.text[match.start() - 1] == "+")
                yield Finding(start, match.end(), "PHONE", 1.0, "known number")

    def _add(self, name: str, kind: str) -> None:
        words = tuple(_plain(word) for word in _WORD.findall(fold(name)))
        said = tuple(word for word in words if word not in _UNSAID)
        if kind == "ORGANIZATION":
            core = tuple(word for word in words if word not in _GENERIC) or words
            single = tuple(word for word in core if len(word) >= _SHORTEST_STEM and word not in _UNSAID)
            phrases = {words, _without_legal_form(words)}
            single = single if len(single) == 1 else ()
        else:
            phrases, single = {words, said}, tuple(word for word in said if len(word) > 1 and not word.isdigit())
        for phrase in phrases:
            if phrase and (len("".join(phrase)) > 1):
                self._phrases.setdefault(phrase[0], []).append((phrase, kind))
        for word in single:
            self._words[word] = kind
            if len(word) >= _SHORTEST_FUZZY:
                for variant in _deletions(word):
                    self._near.setdefault(variant, set()).add(word)
        joined = "".join(said)
        if len(said) > 1 and len(joined) >= _SHORTEST_SQUEEZED:
            self._squeezed[joined] = kind

    def _add_number(self, number: str) -> None:
        digits = re.sub(r"\D", "", fold(number))
        if "@" in number or len(digits) < _FEWEST_DIGITS:
            squeezed = "".join(character for character in _plain(fold(number)) if character.isalnum())
            if len(squeezed) >= _SHORTEST_FUZZY:
                self._squeezed[squeezed] = "EMAIL" if "@" in number.strip()[1:] else "HANDLE"
        else:
            core = digits[-_SIGNIFICANT_DIGITS:]
            self._digits.add(core)
            self._sizes.add(len(core))

    def _word(self, word: str, everyday: EverydayWords) -> tuple[str, float, str] | None:
        """The known word that a word stands for, how surely, and why."""
        if word in self._words:
            return word, 1.0, "known word"
        if len(word) < _SHORTEST_STEM:
            return None
        single = _REPEATED.sub(r"\1", word)
        for variant in {single, word.translate(_LEET)} - {word}:
            if variant in self._words:
                return variant, 0.9, "known word, letters changed"
        for suffix in _SUFFIXES:
            stem = word.removesuffix(suffix)
            if stem != word and len(stem) >= _SHORTEST_STEM and stem in self._words and not everyday.common(word):
                return stem, 0.9, "known word, inflected"
        if everyday.common(word):
            return None
        candidates = set().union(*(self._near.get(variant, ()) for variant in _deletions(word)))
        near = [known for known in candidates if OSA.distance(word, known, score_cutoff=1) <= 1 and not everyday.ambiguous(known)]
        return (min(near), 0.8, "known word, misspelled") if near else None


def _without_legal_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """`ABC Corp` is also called ABC; what would be left of a generic name is no name."""
    kept = words
    while len(kept) > 1 and kept[-1] in _GENERIC:
        kept = kept[:-1]
    return kept if any(word not in _GENERIC and word not in _UNSAID for word in kept) else words


def _as_name(read: Normalized, tokens: list[_Token], at: int, *, shouting: bool) -> bool:
    """Whether an everyday word is written like a name: a capital that no sentence start explains."""
    token = tokens[at]
    if shouting or not read.text[token.start].isupper():
        return False
    before = read.text[: token.start].rstrip()
    if before and before[-1] not in ".!?:\n":
        return True
    following = tokens[at + 1].folded if at + 1 < len(tokens) else ""
    return following not in _SECOND_PERSON


@lru_cache(maxsize=64)
def _indexed(known: DenyList) -> _Index:
    return _Index(known)


@lru_cache(maxsize=16_384)
def _plain(word: str) -> str:
    return fold(word).translate(_CONFUSABLES)


_CONFUSABLES = str.maketrans("аеорсухіјѕԁһαορνικτ", "aeopcyxijsdhaopvikt")
"""Cyrillic and Greek letters that look Latin."""


def _deletions(word: str) -> set[str]:
    """The word and every way to leave one letter out: words one edit apart share one of them."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
