"""Are the product's forecasts any good? On a table of past cases with their outcome.

`python -m benchmarks.outcomes --data FILE.csv --label COLUMN --positive VALUE [--leave-out A,B] [--test FILE]`: fits the product's forecaster and judges it
on cases it did not see (a fifth at a time, or --test). Keys: `auc`, `brier_skill` (against always saying the base rate), `ece`, `base_rate`, `informed`,
`abstained`, `n`, `table`. Columns that are known only afterwards must be left out.
"""

import argparse
import csv
import json
import sys
from pathlib import Path
from random import Random

import numpy as np

from intelligence.evaluation import calibration
from intelligence.forecasting import Forecaster, expected_calibration_error

_FOLDS = 5


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--test", type=Path)
    arguments.add_argument("--label", required=True)
    arguments.add_argument("--positive", required=True)
    arguments.add_argument("--leave-out", default="")
    arguments.add_argument("--only-labels", default="", help="leave out rows with another label")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    left_out = {given.label, *given.leave_out.split(",")}
    kept = set(given.only_labels.split(",")) if given.only_labels else None

    def read(path: Path) -> tuple[list[dict[str, str]], list[bool]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if kept is None or row[given.label] in kept]
        return [{k: v for k, v in row.items() if k not in left_out} for row in rows], [row[given.label] == given.positive for row in rows]

    facts, won = read(given.data)
    said, happened, abstained, informed = [], [], 0, []
    if given.test:
        parts = [((facts, won), read(given.test))]
    else:
        order = list(range(len(won)))
        Random(given.seed).shuffle(order)
        parts = []
        for at in range(_FOLDS):
            unseen = set(order[at::_FOLDS])
            parts.append(tuple(([facts[i] for i in side], [won[i] for i in side]) for side in ([i for i in order if i not in unseen], sorted(unseen))))
    for number, ((train, train_won), (test, test_won)) in enumerate(parts, 1):
        model = Forecaster.of(train, train_won)
        informed.append(model.informed)
        for one, yes in zip(test, test_won, strict=True):
            found = model.forecast(one)
            abstained += found.probability is None
            said.append(model.base.mean if found.probability is None else found.probability)
            happened.append(yes)
        print(f"part {number} of {len(parts)}", file=sys.stderr, flush=True)
    p, y = np.array(said), np.array(happened, dtype=np.float64)
    found = calibration(p, y)
    result = {
        "auc": round(found.auc, 4),
        "brier_skill": round(1 - found.brier / found.base_brier, 4),
        "ece": round(expected_calibration_error(p, y), 4),
        "base_rate": round(float(y.mean()), 4),
        "informed": all(informed),
        "abstained": abstained,
        "n": len(y),
        "table": [[round(a, 3), round(b, 3), n] for a, b, n in found.table],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
