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


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted on a held-out set: persons leaked at most, character precision at least, harmless texts touched at most."""

    leak: float
    precision: float
    touched: float


AIMS = {
    "pii_wnut17": Aim(0.20, 0.74, 1.0),
    "pii_btc": Aim(0.125, 0.76, 1.0),
    "pii_uner_ewt": Aim(0.06, 0.76, 0.06),
    "pii_presidio_synth": Aim(0.03, 0.88, 0.0),
    "pii_sgd": Aim(0.03, 0.90, 0.01),
    "chats": Aim(0.13, 0.85, 0.06),
    "small_names": Aim(0.25, 0.85, 0.06),
    "hostile": Aim(0.12, 0.85, 1.0),
    "tempting": Aim(1.0, 0.0, 0.04),
    "words": Aim(0.12, 0.85, 0.04),
    "turns": Aim(0.15, 0.55, 0.04),
}
"""Tweets and posts are full of names that their annotators left out, so touching them counts little; @handles, two in five of
the persons of pii_btc, are found by a pattern and not counted here."""
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
        found, aim = figures(items, thresholds), AIMS[name]
        value += sum(0.5 * WEIGHT.get(label, 0.05) * share for label, share in found.leak.items() if found.count[label] >= 5)
        value += 4 * max(0.0, found.leak.get("PERSON", 0.0) - aim.leak)
        value += 4 * max(0.0, aim.precision - found.precision) + 0.3 * (1 - found.precision)
        value += 3 * max(0.0, found.touched - aim.touched) + 0.3 * found.touched
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
