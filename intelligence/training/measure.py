"""Leak and precision on held-out examples, and the thresholds that balance them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intelligence.ner import NamedEntityModel, Thresholds, WordScores, decode
from intelligence.training.examples import IGNORED, LABELS, Example
from intelligence.word_features import Word, split_words

START = (0.5, 0.3)
OPENS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
EXTENDS = (0.08, 0.12, 0.2, 0.3, 0.4, 0.5)
PRECISION = {"pii_wnut17": 0.70, "pii_btc": 0.80, "pii_uner_ewt": 0.74, "pii_presidio_synth": 0.90, "pii_sgd": 0.85, "chats": 0.88, "small_names": 0.88}
WEIGHT = {"PERSON": 1.0, "ORGANIZATION": 0.35, "LOCATION": 0.2, "ADDRESS": 0.4}


@dataclass(frozen=True, slots=True)
class Scored:
    """A held-out example with the network's probabilities."""

    example: Example
    words: list[Word]
    scores: WordScores


@dataclass(frozen=True, slots=True)
class Figures:
    """Share of gold spans with a visible character, by label; character precision; share of empty texts touched."""

    leak: dict[str, float]
    count: dict[str, int]
    precision: float
    touched: float
    harmless: int


def figures(scored: Sequence[Scored], thresholds: dict[str, Thresholds], named: frozenset[str] | None = None) -> Figures:
    """Measure; with `named`, predictions of other labels are left out."""
    leaked: Counter[str] = Counter()
    total: Counter[str] = Counter()
    right = masked = touched = harmless = 0
    for item in scored:
        spans = [s for s in decode(item.words, item.scores, thresholds) if named is None or s.label in named]
        covered = {i for span in spans for i in range(span.start, span.end)}
        gold: set[int] = set()
        ignored: set[int] = set()
        for start, end, label in item.example.spans():
            place = set(range(start, end))
            if label == IGNORED:
                ignored |= place
                continue
            gold |= place
            total[label] += 1
            leaked[label] += not place <= covered
        if not gold and not ignored:
            harmless += 1
            touched += bool(covered)
        right += len(covered & gold)
        masked += len(covered - ignored)
    leak = {label: leaked[label] / total[label] for label in LABELS if total[label]}
    return Figures(leak, dict(total), right / max(masked, 1), touched / max(harmless, 1), harmless)


def score(directory: Path, held: dict[str, list[Example]]) -> dict[str, list[Scored]]:
    """Run the exported model once over every held-out example."""
    model = NamedEntityModel.load(directory)
    result = {}
    for name, examples in held.items():
        words = [split_words(example.text) for example in examples]
        scores = model.score(words)
        result[name] = [Scored(*item) for item in zip(examples, words, scores, strict=True)]
    return result


def loss(scored: dict[str, list[Scored]], thresholds: dict[str, Thresholds]) -> float:
    """Weigh leaks against over-masking over all sets."""
    value = 0.0
    for name, items in scored.items():
        found = figures(items, thresholds)
        value += sum(WEIGHT.get(label, 0.05) * share for label, share in found.leak.items() if found.count[label] >= 5)
        value += 4.0 * max(0.0, PRECISION[name] - found.precision) + 0.3 * (1 - found.precision)
        if name in {"chats", "small_names", "pii_sgd"}:
            value += 2.0 * found.touched
    return value


def choose(scored: dict[str, list[Scored]]) -> dict[str, Thresholds]:
    """Choose thresholds label by label."""
    best = dict.fromkeys(LABELS, Thresholds(*START))
    lowest = loss(scored, best)
    for _ in range(2):
        for label in ("PERSON", "ORGANIZATION", "LOCATION", "ADDRESS", *LABELS[4:]):
            present = any(label == span[2] for items in scored.values() for item in items for span in item.example.spans())
            if not present:
                continue
            for opens in OPENS:
                for extends in EXTENDS if label in WEIGHT else (0.3,):
                    if extends > opens:
                        continue
                    trial = best | {label: Thresholds(opens, extends)}
                    value = loss(scored, trial)
                    if value < lowest - 1e-6:
                        best, lowest = trial, value
    return best


def report(scored: dict[str, list[Scored]], thresholds: dict[str, Thresholds]) -> dict[str, dict[str, object]]:
    """Return leak per label, character precision and the share of harmless texts touched, for each set."""
    result = {}
    for name, items in scored.items():
        found = figures(items, thresholds)
        result[name] = {
            "texts": len(items),
            "leak": {label: round(share, 3) for label, share in found.leak.items()},
            "spans": found.count,
            "char_precision": round(found.precision, 3),
            "harmless": found.harmless,
            "touched": round(found.touched, 3),
        }
    return result
