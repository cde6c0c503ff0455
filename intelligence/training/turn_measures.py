"""How well turns are read: macro-F1, objection or not, calibration, by language."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intelligence.training.turn_rows import Row
from intelligence.vocabulary import NONE


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """Unweighted mean of the F1 of every label that occurs in `gold`."""
    return float(np.mean([f1([one == label for one in gold], [one == label for one in found]) for label in sorted(set(gold))]))


def f1(gold: Sequence[bool], found: Sequence[bool]) -> float:
    """Harmonic mean of precision and recall; 0 when there is nothing to find."""
    right = sum(one and two for one, two in zip(gold, found, strict=True))
    return 2 * right / max(sum(gold) + sum(found), 1)


def calibration_error(scores: NDArray[Any], right: NDArray[Any], bins: int = 10) -> float:
    """Expected calibration error: mean distance between the score of the chosen label and how often it is right."""
    part = np.minimum((scores * bins).astype(int), bins - 1)
    return float(sum(abs(scores[part == one].mean() - right[part == one].mean()) * (part == one).mean() for one in set(part.tolist())))


def objection_report(rows: Sequence[Row], scores: NDArray[Any], labels: Sequence[str], threshold: float) -> dict[str, Any]:
    """Figures of the main objection, given probabilities [n, labels] and the threshold below which there is none."""
    gold = [(row.objections or (NONE,))[0] for row in rows]
    found = decide(scores, labels, threshold)
    return {
        **_report(rows, gold, found),
        "objection_or_not_f1": round(f1([one != NONE for one in gold], [one != NONE for one in found]), 3),
        "calibration_error": _calibration(scores, labels, gold),
    }


def plain_report(rows: Sequence[Row], gold: Sequence[str], scores: NDArray[Any], labels: Sequence[str]) -> dict[str, Any]:
    """Figures of a question whose answer is the most probable label."""
    return {**_report(rows, gold, [labels[at] for at in scores.argmax(axis=1)]), "calibration_error": _calibration(scores, labels, gold)}


def decide(scores: NDArray[Any], labels: Sequence[str], threshold: float) -> list[str]:
    """The best objection of each turn, or "none" where all objections together stay below the threshold."""
    none = list(labels).index(NONE)
    others = scores.copy()
    others[:, none] = -1
    return [NONE if 1 - row[none] < threshold else labels[best] for row, best in zip(scores, others.argmax(axis=1), strict=True)]


def sharpness(opinions: NDArray[Any], wanted: NDArray[np.intp]) -> float:
    """The factor on log-probabilities [n, labels] that makes the held-out labels most likely (one over the temperature)."""
    options = np.linspace(0.4, 3.0, 53)
    return float(min(options, key=lambda factor: surprise(opinions * factor, wanted)))


def surprise(opinions: NDArray[Any], wanted: NDArray[np.intp]) -> float:
    """How little was expected of what is: the mean of minus the log-probability."""
    shifted = opinions - opinions.max(axis=1, keepdims=True)
    chosen = shifted[np.arange(len(wanted)), wanted]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - chosen))


def _report(rows: Sequence[Row], gold: Sequence[str], found: Sequence[str]) -> dict[str, Any]:
    by_language = {}
    for lang in sorted({row.lang for row in rows}):
        there = [at for at, row in enumerate(rows) if row.lang == lang]
        by_language[lang] = round(macro_f1([gold[at] for at in there], [found[at] for at in there]), 3)
    return {"turns": len(rows), "macro_f1": round(macro_f1(gold, found), 3), "by_language": by_language}


def _calibration(scores: NDArray[Any], labels: Sequence[str], gold: Sequence[str]) -> float:
    right = np.array([labels[at] == one for at, one in zip(scores.argmax(axis=1), gold, strict=True)])
    return round(calibration_error(scores.max(axis=1), right), 3)
