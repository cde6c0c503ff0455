"""The product's classifier of turns, fitted on other people's labels: what an utterance does, given the dialogue so far.

    python -m benchmarks.objections --train FILE --test FILE --label resist [--role ROLE]
    python -m benchmarks.objections --train FILE --folds 5 --label resist       cross-validation by dialogue

JSON lines with dialogue_id, text, the label field (one label, a list of labels, or null for utterances that are context only) and
maybe role. Prints one JSON object: macro_f1, binary_f1, per_class, ms_per_text, n.
"""

import argparse
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intelligence.turn_features import ngrams
from intelligence.turn_model import EmbeddedPairs, TurnFeatures, TurnModel
from memory.embeddings import OnnxEmbedder

NEGATIVE = frozenset({"none", "not-a-strategy", "neutral", "non-strategic"})
UNSCORED = frozenset({"non-strategic"})
"""Left out of macro_f1 where the task is multi-label."""


REMEMBERED = 3
"""Turns before an utterance whose words are read with it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled utterance and what came before it, its speaker's role included."""

    dialogue: str
    text: str
    before: str
    """The turn before."""
    so_far: str
    """The last turns, and two words for the place of this one."""
    labels: tuple[str, ...]


def utterances(path: Path, label: str, role: str | None) -> tuple[list[Utterance], bool]:
    """The labelled utterances of one role (all when None), and whether the labels are lists."""
    found, several = [], False
    said: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        before = said[str(row["dialogue_id"])]
        wanted = row[label]
        if wanted is not None and role in (None, row.get("role")):
            several |= isinstance(wanted, list)
            labels = tuple(wanted) if isinstance(wanted, list) else (wanted,)
            found.append(Utterance(str(row["dialogue_id"]), row["text"], *_heard(row, before), labels))
        before.append(row["text"])
    return found, several


def measure(train: Sequence[Utterance], test: Sequence[Utterance], features: TurnFeatures, rows: tuple[Any, Any], *, several: bool) -> list[tuple[str, ...]]:
    """Fit on the training rows of `features`, answer the test rows."""
    model = TurnModel.fit(features.some(rows[0]), [one.labels for one in train], several=several, dialogues=[one.dialogue for one in train])
    found = model.predict(features.some(rows[1]))
    assert len(found) == len(test)
    return found


def report(gold: Sequence[tuple[str, ...]], found: Sequence[tuple[str, ...]], *, several: bool) -> dict[str, Any]:
    """F1 of each label, their mean, and F1 of any positive label against none."""
    labels = sorted({label for row in gold for label in row})
    per_class = {label: round(_f1([label in row for row in gold], [label in row for row in found]), 4) for label in labels}
    scored = [label for label in labels if not (several and label in UNSCORED)]
    positive = [[bool(set(row) - NEGATIVE) for row in rows] for rows in (gold, found)]
    macro = sum(per_class[label] for label in scored) / len(scored)
    return {"macro_f1": round(macro, 4), "binary_f1": round(_f1(*positive), 4), "per_class": per_class}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--label", required=True)
    parser.add_argument("--role")
    asked = parser.parse_args()
    if (asked.test is None) == (asked.folds < 2):
        parser.error("give either --test FILE or --folds of at least 2")
    known, several = utterances(asked.train, asked.label, asked.role)
    unseen = utterances(asked.test, asked.label, asked.role)[0] if asked.test else []
    every = [*known, *unseen]
    print(f"{len(known)} utterances to learn from, {len(unseen) or len(known)} to answer", file=sys.stderr)
    encoder = EmbeddedPairs(OnnxEmbedder(threads=1))
    began = time.perf_counter()
    texts = [one.text for one in every]
    features = TurnFeatures(encoder.encode(texts, [one.before for one in every]), ngrams(texts, [one.so_far for one in every]))
    milliseconds = (time.perf_counter() - began) * 1000 / len(every)
    gold, found = [], []
    for learn, answer in _parts(every, len(known), asked.folds):
        train, test = [every[at] for at in learn], [every[at] for at in answer]
        gold += [one.labels for one in test]
        began = time.perf_counter()
        found += measure(train, test, features, (learn, answer), several=several)
        print(f"fitted on {len(train)} in {time.perf_counter() - began:.1f} s", file=sys.stderr)
    print(json.dumps({**report(gold, found, several=several), "ms_per_text": round(milliseconds, 3), "n": len(gold)}))


def _parts(every: Sequence[Utterance], known: int, folds: int) -> list[tuple[list[int], list[int]]]:
    """Positions to learn from and to answer; a dialogue is never on both sides of a fold."""
    if not folds:
        return [(list(range(known)), list(range(known, len(every))))]
    part = [int.from_bytes(hashlib.sha256(one.dialogue.encode()).digest()[:4]) % folds for one in every]
    return [([at for at, one in enumerate(part) if one != fold], [at for at, one in enumerate(part) if one == fold]) for fold in range(folds)]


def _heard(row: dict[str, Any], before: Sequence[str]) -> tuple[str, str]:
    """What was said just before, and the last three turns with the place of this one."""
    return " ".join(before[-1:]), f"{' '.join(before[-REMEMBERED:])} {_place(row, len(before))}".strip()


def _place(row: dict[str, Any], before: int) -> str:
    """Two words for who speaks and how far the dialogue is; they sound like nothing anybody says."""
    stage = "start" if before == 0 else "opening" if before < 4 else "middle" if before < 10 else "ending"
    return f"zz{row.get('role', 'speaker')} zz{stage}"


def _f1(gold: Sequence[bool], found: Sequence[bool]) -> float:
    right = sum(one and two for one, two in zip(gold, found, strict=True))
    return 2 * right / max(sum(gold) + sum(found), 1)


if __name__ == "__main__":
    main()
