"""A text classifier for turns: an encoder's vectors and hashed n-grams, each with a linear model, their opinions averaged.

Learning uses scikit-learn; deciding uses numpy and scipy only, from arrays that can be stored without pickle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from intelligence.turn_features import ngrams, rarity
from memory.embeddings import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]


class PairEncoder(Protocol):
    """Turns what was said, and what it answers, into one vector."""

    def encode(self, texts: Sequence[str], contexts: Sequence[str]) -> Floats:
        """Float32 [len(texts), width]; deterministic."""
        ...


class EmbeddedPairs:
    """Vectors of the text, of its context, and of how they agree, from any sentence embedder: width is three times the embedder's."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def encode(self, texts: Sequence[str], contexts: Sequence[str]) -> Floats:
        """The product is scaled up: entries of unit vectors are small."""
        distinct = list(dict.fromkeys([*texts, *contexts]))
        at = {text: row for row, text in enumerate(distinct)}
        vectors = self._embedder.embed(distinct)
        said, heard = vectors[[at[text] for text in texts]], vectors[[at[text] for text in contexts]]
        return np.hstack([said, heard, said * heard * 5])


@dataclass(frozen=True, slots=True)
class TurnFeatures:
    """What the models see of a batch of turns: `vectors` float32 [n, width], `grams` sparse [n, turn_features.SIZE]."""

    vectors: Floats
    grams: "csr_matrix"

    @classmethod
    def of(cls, encoder: PairEncoder, texts: Sequence[str], contexts: Sequence[str]) -> "TurnFeatures":
        """Computed once, shared by every model over the same turns."""
        return cls(encoder.encode(texts, contexts), ngrams(texts, contexts))


@dataclass(frozen=True, slots=True)
class Linear:
    """`features @ weights + bias`: weights float [width, labels], bias float [labels]."""

    weights: Floats
    bias: Floats

    def opinions(self, features: "Floats | csr_matrix") -> Floats:
        """Float32 [n, labels], before any normalisation."""
        return np.asarray(features @ self.weights, dtype=np.float32) + self.bias


class TurnModel:
    """Learns any labels of turns, one per turn or several. Thread-safe once fitted or loaded."""

    def __init__(self, labels: Sequence[str], vectors: Linear, grams: Linear, share: float, *, several: bool = False) -> None:
        """`share` in [0, 1] is how much the vectors count against the n-grams; `several` means labels do not exclude each other."""
        self.labels = tuple(labels)
        self._vectors = vectors
        self._grams = grams
        self._share = share
        self._several = several

    @classmethod
    def fit(cls, features: TurnFeatures, labels: Sequence[Sequence[str]], *, several: bool = False, share: float = 0.5, strength: float = 3.0) -> "TurnModel":
        """Learn from turns with one or more labels each (most important first); raises ValueError when there is only one label to learn."""
        names = tuple(sorted({label for row in labels for label in row}))
        if len(names) < 2:  # noqa: PLR2004
            msg = "There is nothing to tell apart: give turns with at least two different labels."
            raise ValueError(msg)
        learn = _several_linear if several else _one_linear
        scale = rarity(features.grams)
        vectors = learn(features.vectors, labels, names, strength)
        grams = learn(features.grams.multiply(scale[None, :]).tocsr(), labels, names, strength)
        return cls(names, vectors, Linear(grams.weights * scale[:, None], grams.bias), share, several=several)

    def scores(self, features: TurnFeatures) -> Floats:
        """Float32 [n, labels]: probabilities; rows sum to one unless labels do not exclude each other."""
        first, second = self._vectors.opinions(features.vectors), self._grams.opinions(features.grams)
        if self._several:
            mixed = self._share * first + (1 - self._share) * second
            return np.asarray(1 / (1 + np.exp(-mixed)), dtype=np.float32)
        mixed = self._share * _log_softmax(first) + (1 - self._share) * _log_softmax(second)
        return np.exp(_log_softmax(mixed))

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """What `load` needs, half precision, with keys that begin with `name`."""
        return {
            f"{name}.labels": np.array(self.labels),
            f"{name}.share": np.array(self._share),
            f"{name}.several": np.array(self._several),
            f"{name}.vectors": self._vectors.weights.astype(np.float16),
            f"{name}.vectors_bias": self._vectors.bias.astype(np.float32),
            f"{name}.grams": self._grams.weights.astype(np.float16),
            f"{name}.grams_bias": self._grams.bias.astype(np.float32),
        }

    @classmethod
    def load(cls, stored: Mapping[str, NDArray[np.generic]], name: str) -> "TurnModel":
        """The model that `arrays` described. Raises KeyError when something is missing."""
        part = {key: stored[f"{name}.{key}"] for key in ("labels", "share", "several", "vectors", "vectors_bias", "grams", "grams_bias")}
        return cls(
            [str(label) for label in part["labels"]],
            Linear(part["vectors"].astype(np.float32), part["vectors_bias"].astype(np.float32)),
            Linear(part["grams"].astype(np.float32), part["grams_bias"].astype(np.float32)),
            float(part["share"]),
            several=bool(part["several"]),
        )


def _one_linear(features: "Floats | csr_matrix", labels: Sequence[Sequence[str]], names: Sequence[str], strength: float) -> Linear:
    """Multinomial logistic regression; a turn with several labels counts once for each, the first most."""
    from sklearn.linear_model import LogisticRegression

    rows, wanted, weights = [], [], []
    for at, row in enumerate(labels):
        shares = [1 / 2**place for place in range(len(row))]
        for label, share in zip(row, shares, strict=True):
            rows.append(at)
            wanted.append(names.index(label))
            weights.append(share / sum(shares))
    counts = np.bincount(wanted, weights=weights, minlength=len(names))
    balance = np.sqrt(np.sum(counts) / (len(names) * np.maximum(counts, 1e-9)))
    model = LogisticRegression(C=strength, max_iter=400)
    model.fit(features[rows], wanted, sample_weight=np.array(weights) * balance[wanted])
    if len(names) == 2:  # noqa: PLR2004 - scikit-learn gives one column for two classes
        halves = np.array([-0.5, 0.5], dtype=np.float32)
        return Linear(np.asarray(model.coef_.T * halves, dtype=np.float32), np.asarray(model.intercept_ * halves, dtype=np.float32))
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _several_linear(features: "Floats | csr_matrix", labels: Sequence[Sequence[str]], names: Sequence[str], strength: float) -> Linear:
    """One balanced logistic regression for each label."""
    from sklearn.linear_model import LogisticRegression

    weights, bias = [], []
    for name in names:
        wanted = np.array([name in row for row in labels])
        model = LogisticRegression(C=strength, max_iter=400, class_weight="balanced").fit(features, wanted)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    return Linear(np.array(weights, dtype=np.float32).T, np.array(bias, dtype=np.float32))


def _log_softmax(opinions: Floats) -> Floats:
    shifted = opinions - opinions.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), dtype=np.float32)
