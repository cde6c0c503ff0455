"""Names that no list has: invented ones that sound like a language's, and short forms as friends make them."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence

_ORDER = 3
_EDGE = "\n"
_SHORTEST, _LONGEST = 3, 11
_BEGINNING = re.compile(r"([^aeiouyà-öø-ü]*[aeiouyà-öø-ü]+[^aeiouyà-öø-ü\W]{1,2}).*")
_ENDS = {
    "en": "y ie o s za zza ers ster", "es": "i y is ito ita uco uca in ina o a", "pt": "inho inha ão i u a o",
    "de": "i e el erl chen le o y", "fr": "ou o i et ette ine on", "it": "i ino ina uccio etta o a ù", "hi": "u i oo y ji",
}  # fmt: skip
_TWICE = 0.15
"""Share of the short forms that say the first syllable twice."""


class Inventor:
    """Makes names letter by letter, the way the names it was shown go on."""

    def __init__(self, names: Sequence[str]) -> None:
        self._following: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if " " not in name:
                said = _EDGE * _ORDER + name.casefold() + _EDGE
                for at in range(_ORDER, len(said)):
                    self._following[said[at - _ORDER : at]].append(said[at])

    def invent(self, rng: random.Random) -> str:
        """Return a name of three to eleven letters, now and then a real one."""
        while True:
            said = _EDGE * _ORDER
            while len(said) == _ORDER or said[-1] != _EDGE:
                said += rng.choice(self._following[said[-_ORDER:]])
            if _SHORTEST <= len(said) - _ORDER - 1 <= _LONGEST:
                return said.strip(_EDGE)


def shortened(name: str, language: str, rng: random.Random) -> str:
    """Return a name as friends say it: its beginning with an ending of the language, or one syllable twice."""
    found = _BEGINNING.fullmatch(name.casefold())
    if found is None or len(name) < _SHORTEST:
        return name
    beginning = found.group(1)
    syllable = beginning.rstrip("bcdfghjklmnpqrstvwxzç")
    if len(syllable) > 1 and rng.random() < _TWICE:
        return syllable * 2
    return beginning + rng.choice(_ENDS.get(language, _ENDS["en"]).split())
