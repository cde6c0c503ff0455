"""The last look at what leaves for a language model: whether it still names somebody or something that the zone knows."""

import re
from functools import lru_cache

from intelligence.deny_list import DenyList
from intelligence.everyday_words import EverydayWords
from intelligence.normalization import fold, normalize
from intelligence.pseudonyms import PLACEHOLDER

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d(?:[\s()./\-]{0,3}\d)*")
_SIGNIFICANT_DIGITS = 8
_FEWEST_DIGITS = 6


class IdentifierGuard:
    """Looks for the names, companies and numbers of one zone. Thread-safe.

    It looks twice: as the deny-list does, and once more in the simplest way there is, so that a fault of the first is no fault of both.
    A name of everyday words (Will, The Corner Shop) is looked for as it is written, any other in every case.
    """

    def __init__(self, known: DenyList, everyday: EverydayWords | None = None) -> None:
        """`known`: what the zone knows."""
        self._known = known
        self._everyday = everyday or _everyday_words()
        names = [_WORD.findall(normalize(name).text) for name in (*known.persons, *known.organizations, *known.others)]
        written = {tuple(name) for name in names if name}
        self._as_written = {_phrase(name) for name in written if all(self._everyday.common(fold(word)) for word in name)}
        self._in_any_case = {_phrase(tuple(map(fold, name))) for name in written} - {fold(phrase) for phrase in self._as_written}
        digits = [re.sub(r"\D", "", fold(number)) for number in known.numbers]
        self._numbers = {one[-_SIGNIFICANT_DIGITS:] for one in digits if len(one) >= _FEWEST_DIGITS}
        self._accounts = {fold(number).strip() for number in known.numbers if "@" in number}

    def holds(self, text: str) -> bool:
        """Whether a text names something the zone knows. Placeholders name nothing."""
        read = normalize(PLACEHOLDER.sub(" \u25a1 ", text))
        if any(True for _ in self._known.find(read, self._everyday)):
            return True
        folded = fold(read.text)
        written, anyhow = _phrase(tuple(_WORD.findall(read.text))), _phrase(tuple(_WORD.findall(folded)))
        runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(folded)]
        return (
            any(phrase in written for phrase in self._as_written)
            or any(phrase in anyhow for phrase in self._in_any_case)
            or any(number in run for run in runs for number in self._numbers)
            or any(account in folded for account in self._accounts)
        )


@lru_cache(maxsize=1)
def _everyday_words() -> EverydayWords:
    return EverydayWords.load()


def _phrase(words: tuple[str, ...]) -> str:
    """Words in a row, closed on both sides, so that Ann is not found in Annual."""
    return f" {' '.join(words)} "
