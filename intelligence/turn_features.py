"""Words and letters of a turn as numbers: hashed n-grams of what was said and of what was said before it.

Hashing keeps no list of words, so nothing somebody wrote can be read back from the features or from weights over them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import HashingVectorizer

MAX_CHARACTERS = 1_000
"""The longest part of a turn that is read: a tactic or an objection shows early, and time stays bounded."""
CONTEXT_CHARACTERS = 400
"""The end of the turn before is what is being answered."""
_BUCKETS = {"words": 2**14, "letters": 2**15, "context": 2**12}
SIZE = sum(_BUCKETS.values())
"""Columns of `ngrams`."""
_REPEATED = re.compile(r"(.)\1{2,}")
_DIGITS = re.compile(r"\d")


def fold(text: str) -> str:
    """Lower case without accents, repeated letters cut to two, digits made alike: how chats vary without meaning to."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return _DIGITS.sub("0", _REPEATED.sub(r"\1\1", plain))


def ngrams(texts: Sequence[str], contexts: Sequence[str]) -> "csr_matrix":
    """Sparse float64 [len(texts), SIZE]: words and word pairs, letters two to five, words of the context; each block a unit vector."""
    from scipy.sparse import csr_matrix, hstack

    said = [fold(text[:MAX_CHARACTERS]) for text in texts]
    heard = [fold(context[-CONTEXT_CHARACTERS:]) for context in contexts]
    if not said:
        return csr_matrix((0, SIZE))
    words, letters, context = _vectorizers()
    return hstack([words.transform(said), letters.transform(said), context.transform(heard)], format="csr")


def rarity(features: "csr_matrix") -> NDArray[np.float32]:
    """Float32 [SIZE]: the smoothed inverse document frequency of each column."""
    seen = np.asarray((features != 0).sum(axis=0)).ravel()
    return np.asarray(np.log((1 + features.shape[0]) / (1 + seen)) + 1, dtype=np.float32)


@cache
def _vectorizers() -> "tuple[HashingVectorizer, HashingVectorizer, HashingVectorizer]":
    from sklearn.feature_extraction.text import HashingVectorizer

    # Marks count as words: a question mark, an ellipsis or a smile says much about where a sale is going.
    token = r"\w+|[^\w\s]"  # noqa: S105 - a pattern of words
    return (
        HashingVectorizer(n_features=_BUCKETS["words"], ngram_range=(1, 2), token_pattern=token, lowercase=False),
        HashingVectorizer(n_features=_BUCKETS["letters"], ngram_range=(2, 5), analyzer="char_wb", lowercase=False),
        HashingVectorizer(n_features=_BUCKETS["context"], ngram_range=(1, 1), token_pattern=token, lowercase=False),
    )
