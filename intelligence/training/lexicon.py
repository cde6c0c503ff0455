"""Builds the word lexicon shipped with the model: which words are common somewhere, which are known names."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import numpy as np
from wordfreq import top_n_list

from intelligence.training.lexicons import Lexicons
from intelligence.word_features import Lexicon, lexicon_key, split_words

LANGUAGES = ("en", "es", "pt", "de", "fr", "it", "nl")
BANDS = ((1, 25_000), (2, 8_000), (4, 2_500), (8, 500))
"""Bit and rank up to which a word of a language counts as rare, common, usual or frequent."""
HINDI_BANDS = ((1, 8_000), (2, 5_000), (4, 2_000), (8, 400))
"""The same for Hindi in Latin letters; its list is of news, so the rarer words are full of names. Spellings of listed names stay names."""
GIVEN, FAMILY, PLACE = 16, 32, 64
PARTICLES = frozenset("de la da do dos del van von st new san the al el le les and of city town north south east west port lake sur bad am an in der".split())
"""Words inside names that name nothing themselves."""
KNOWN = 0.7
"""Share of the names listed: training must also meet names that no list has."""


def build(lexicons: Lexicons, rng: random.Random) -> Lexicon:
    """Return the lexicon of word frequencies and of a part of the names the generator knows."""
    flags: Counter[int] = Counter()
    listed = {lexicon_key(name) for names in (*_lists_of_names(lexicons), *lexicons.lists["place"].values()) for name in names}
    hindi = [[word for word in spelt if lexicon_key(word) not in listed] for spelt in lexicons.hindi]
    for word, bit in chain(
        ((word, bit) for language in LANGUAGES for bit, rank in BANDS for word in top_n_list(language, BANDS[0][1])[:rank]),
        ((word, bit) for word in lexicons.lists["thing"]["hinglish"] for bit, _ in BANDS[:3]),
        ((word, bit) for bit, rank in HINDI_BANDS for spelt in hindi[:rank] for word in spelt),
        _names(lexicons, rng),
    ):
        flags[lexicon_key(word)] |= bit
    keys = np.array(sorted(flags), dtype=np.uint32)
    return Lexicon(keys, np.array([flags[int(key)] for key in keys], dtype=np.uint8))


def _names(lexicons: Lexicons, rng: random.Random) -> Iterator[tuple[str, int]]:
    """Yield the parts of the listed names with what they are."""
    for bit, lists in (
        (GIVEN, [*lexicons.lists["given"].values(), *lexicons.given.values()]),
        (FAMILY, [*lexicons.lists["family"].values(), *lexicons.family.values()]),
        (PLACE, [*lexicons.lists["place"].values()]),
    ):
        names = sorted({name for names in lists for name in names})
        for word in _parts([name for name in names if rng.random() < KNOWN]):
            yield word, bit


def _lists_of_names(lexicons: Lexicons) -> list[list[str]]:
    return [*lexicons.lists["given"].values(), *lexicons.lists["family"].values(), *lexicons.given.values(), *lexicons.family.values()]


def _parts(names: list[str]) -> list[str]:
    words = [word.text for name in names for word in split_words(name)]
    return [word for word in words if len(word) > 1 and word.casefold() not in PARTICLES]
