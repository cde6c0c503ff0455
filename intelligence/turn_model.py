"""A text classifier for turns: an encoder's vectors and hashed n-grams, each with a linear model, their opinions added.

Learning uses scikit-learn; deciding uses numpy and scipy only, from arrays that can be stored without pickle.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from intelligence.label_offsets import best_offsets, decided, macro_f1
from intelligence.turn_features import ngrams, rarity
from memory.embeddings import Embedder

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
_PARTS = 3
_SHARES = (0.3, 0.5, 0.7)
VECTORS_STRENGTH, GRAMS_STRENGTH = 1.0, 0.3
"""Inverse of the L2 penalty of either linear model: n-grams are many and overfit sooner."""


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

    def some(self, rows: NDArray[np.intp]) -> "TurnFeatures":
        """Only these turns."""
        return TurnFeatures(self.vectors[rows], self.grams[rows])


@dataclass(frozen=True, slots=True)
class Linear:
    """`features @ weights + bias`: weights [width, labels], bias [labels]."""

    weights: Floats
    bias: Floats

    def opinions(self, features: "Floats | csr_matrix") -> NDArray[np.float64]:
        """Float64 [n, labels], before any normalisation: in single precision the sums would depend on the size of the batch."""
        return np.asarray(features.astype(np.float64, copy=False) @ self.weights.astype(np.float64, copy=False)) + self.bias

    def scaled(self, factor: float) -> "Linear":
        """Opinions that count `factor` times as much."""
        return Linear(self.weights * np.float32(factor), self.bias * np.float32(factor))


class TurnModel:
    """Learns any labels of turns, one per turn or several. Thread-safe once made."""

    def __init__(self, labels: Sequence[str], vectors: Linear, grams: Linear, *, several: bool = False) -> None:
        """Opinions of both are added (a product of probabilities); `several` means labels do not exclude each other."""
        self.labels = tuple(labels)
        self.vectors = vectors
        self.grams = grams
        self.several = several

    @classmethod
    def fit(
        cls,
        features: TurnFeatures,
        labels: Sequence[Sequence[str]],
        *,
        several: bool = False,
        share: float = 0.5,
        dialogues: Sequence[str] | None = None,
    ) -> "TurnModel":
        """Learn from turns with their labels (most important first); `share` in [0, 1] is how much vectors count against n-grams.

        With `dialogues`, the name of each turn's dialogue, the share and the line of each label are those that give the best macro-F1 on
        dialogues left out of the learning; it takes four times as long. Raises ValueError when there is only one label to learn.
        """
        names = tuple(sorted({label for row in labels for label in row}))
        if len(names) < 2:  # noqa: PLR2004
            msg = "There is nothing to tell apart: give turns with at least two different labels."
            raise ValueError(msg)
        offsets = np.zeros(len(names))
        if dialogues is not None and len(set(dialogues)) >= _PARTS:
            share, offsets = _tuned(features, labels, names, dialogues, several=several)
        vectors, grams = _both(features, labels, names, several=several)
        grams = grams.scaled(1 - share)
        return cls(names, vectors.scaled(share), Linear(grams.weights, grams.bias + offsets.astype(np.float32)), several=several)

    def scores(self, features: TurnFeatures) -> Floats:
        """Float32 [n, labels]: probabilities; rows sum to one unless labels do not exclude each other."""
        opinions = self.vectors.opinions(features.vectors) + self.grams.opinions(features.grams)
        if self.several:
            return np.asarray(1 / (1 + np.exp(-opinions)), dtype=np.float32)
        raised = np.exp(opinions - opinions.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)

    def predict(self, features: TurnFeatures) -> list[tuple[str, ...]]:
        """The most probable label of each turn; with several, every label above one half (maybe none)."""
        scores = self.scores(features)
        if self.several:
            return [tuple(label for label, score in zip(self.labels, row, strict=True) if score > 0.5) for row in scores]  # noqa: PLR2004
        return [(self.labels[at],) for at in scores.argmax(axis=1)]

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """What `load` needs, weights in half precision, with keys that begin with `name`."""
        return {
            f"{name}.labels": np.array(self.labels),
            f"{name}.several": np.array(self.several),
            f"{name}.vectors": self.vectors.weights.astype(np.float16),
            f"{name}.vectors_bias": self.vectors.bias.astype(np.float32),
            f"{name}.grams": self.grams.weights.astype(np.float16),
            f"{name}.grams_bias": self.grams.bias.astype(np.float32),
        }

    @classmethod
    def load(cls, stored: Mapping[str, NDArray[Any]], name: str) -> "TurnModel":
        """The model that `arrays` described. Raises KeyError when something is missing."""
        part = {key: stored[f"{name}.{key}"] for key in ("labels", "several", "vectors", "vectors_bias", "grams", "grams_bias")}
        return cls(
            [str(label) for label in part["labels"]],
            Linear(part["vectors"].astype(np.float64), part["vectors_bias"].astype(np.float64)),
            Linear(part["grams"].astype(np.float64), part["grams_bias"].astype(np.float64)),
            several=bool(part["several"]),
        )


def _both(features: TurnFeatures, labels: Sequence[Sequence[str]], names: Sequence[str], *, several: bool) -> tuple[Linear, Linear]:
    learn = _several_linear if several else _one_linear
    return learn(features.vectors, labels, names, VECTORS_STRENGTH), grams_linear(features, labels, names, several=several)


def _tuned(
    features: TurnFeatures, labels: Sequence[Sequence[str]], names: Sequence[str], dialogues: Sequence[str], *, several: bool
) -> tuple[float, NDArray[np.float64]]:
    """The share and the offsets that are best on the parts left out, one part after the other."""
    part = np.array([zlib.crc32(one.encode()) % _PARTS for one in dialogues])
    of_vectors, of_grams = np.zeros((len(labels), len(names))), np.zeros((len(labels), len(names)))
    for left_out in range(_PARTS):
        learn, answer = np.flatnonzero(part != left_out), np.flatnonzero(part == left_out)
        learnt = [labels[int(at)] for at in learn]
        known = tuple(sorted({label for row in learnt for label in row}))
        if len(known) < len(names) or not len(answer):
            return 0.5, np.zeros(len(names))
        vectors, grams = _both(features.some(learn), learnt, names, several=several)
        of_vectors[answer] = vectors.opinions(features.vectors[answer])
        of_grams[answer] = grams.opinions(features.grams[answer])
    wanted = np.array([[name in row for name in names] for row in labels])
    tried = {}
    for share in _SHARES:
        opinions = share * of_vectors + (1 - share) * of_grams
        offsets = best_offsets(opinions, wanted, several=several)
        tried[share] = (macro_f1(decided(opinions + offsets, several=several), wanted), offsets)
    best = max(tried, key=lambda share: tried[share][0])
    return best, tried[best][1]


def grams_linear(features: TurnFeatures, labels: Sequence[Sequence[str]], names: Sequence[str], *, several: bool = False) -> Linear:
    """A linear model over the n-grams, rare ones raised; the raise is part of the weights."""
    scale = rarity(features.grams)
    learn = _several_linear if several else _one_linear
    learnt = learn(features.grams.multiply(scale[None, :]).tocsr(), labels, names, GRAMS_STRENGTH)
    return Linear(learnt.weights * scale[:, None], learnt.bias)


def _one_linear(features: "Floats | csr_matrix", labels: Sequence[Sequence[str]], names: Sequence[str], strength: float) -> Linear:
    """Multinomial logistic regression, every label equally heavy; a turn with several counts once for each, the first most."""
    from sklearn.linear_model import LogisticRegression

    rows, wanted, weights = [], [], []
    for at, row in enumerate(labels):
        shares = [1 / 2**place for place in range(len(row))]
        for label, share in zip(row, shares, strict=True):
            rows.append(at)
            wanted.append(names.index(label))
            weights.append(share / sum(shares))
    counts = np.bincount(wanted, weights=weights, minlength=len(names))
    balance = np.sum(counts) / (len(names) * np.maximum(counts, 1e-9))
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
