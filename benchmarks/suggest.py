"""From a customer's words to a ranked answer, with many patterns on the shared side.

`python -m benchmarks.suggest --patterns 50000`: the real house, database, classifier and gate; no language model.
"""

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from random import Random

import numpy as np
from sqlalchemy import insert

from bot.bootstrap import House, initialise
from bot.settings import Settings
from intelligence.aggregation import CellKey
from intelligence.objection_patterns import CATEGORY, OWN, POOLED
from intelligence.publication import pattern_id, sentence
from intelligence.template_use import CATEGORY as WORDINGS
from intelligence.template_use import LEVEL
from intelligence.vocabulary import OTHER
from memory.tables import SalesPattern, Staff

_ASKED, _WARM_UP, _CALLERS = 200, 20, 8
_WORDS = (
    "That is more than we can spend this year.",
    "I would have to ask my boss first.",
    "We already work with another vendor for our restaurant.",
    "Now is a bad moment, ask me again after the season.",
    "How do I know that this works in a clinic like ours?",
    "Sounds complicated, who would set that up?",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--patterns", type=int, default=50_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data")
        initialise(settings)
        house = House.opened(settings)
        chance = Random(given.seed)
        stored = _fill(house, given.patterns, chance)
        print(f"{stored} patterns", file=sys.stderr)
        members = [house.staff.add(f"Seller {number}", now=house.clock()) for number in range(_CALLERS)]
        _asked(house, members[0], chance, _WARM_UP)
        alone, seconds = _asked(house, members[0], chance, _ASKED)
        with ThreadPoolExecutor(_CALLERS) as pool:
            began = time.perf_counter()
            together = list(pool.map(lambda member: len(_asked(house, member, Random(given.seed), _ASKED // _CALLERS)[0]), members))
            taken = time.perf_counter() - began
        result = {f"p{share}_ms": round(float(np.percentile(alone, share)) * 1000, 2) for share in (50, 95, 99)}
        house.close()
    print(json.dumps({**result, "per_s_1": round(len(alone) / seconds, 1), "per_s_8": round(sum(together) / taken, 1), "patterns": stored}))


def _asked(house: House, member: Staff, chance: Random, times: int) -> tuple[list[float], float]:
    """Seconds of each question, and of all."""
    taken = []
    for _ in range(times):
        text, industry = chance.choice(_WORDS), chance.choice(list(house.vocabulary.industries))
        began = time.perf_counter()
        house.assistant.suggest(member.id, text, industry=industry)
        taken.append(time.perf_counter() - began)
    return taken, sum(taken)


def _fill(house: House, number: int, chance: Random) -> int:
    """As many visible patterns as asked for: every objection pattern of the vocabulary, then wordings of them."""
    words = house.vocabulary
    responses = [one for one in words.responses if one != OTHER]
    cells = [
        CellKey(CATEGORY, POOLED if not industry else OWN, *pair, industry)
        for industry in ("", *words.industries)
        for pair in _pairs(words.objections, responses)
    ]
    keys = [
        *cells[:number],
        *(
            CellKey(WORDINGS, LEVEL, cell.objection, cell.response, cell.industry, str(at))
            for at, cell in zip(range(number - len(cells)), cycle(cells), strict=False)
        ),
    ]
    rows = [_row(house, key, chance) for key in keys]
    with house.database.transaction() as session:
        session.execute(insert(SalesPattern), rows)
    return len(rows)


def _pairs(objections: object, responses: list[str]) -> list[tuple[str, str]]:
    return [(objection, response) for objection in objections for response in responses]  # type: ignore[attr-defined]


def _row(house: House, key: CellKey, chance: Random) -> dict[str, object]:
    mean, n = chance.uniform(0.2, 0.8), chance.randint(10, 300)
    half = 1.96 * (mean * (1 - mean) / n) ** 0.5
    return {
        "id": pattern_id(key),
        "category": key.category,
        "level": key.level,
        "objection": key.objection,
        "response": key.response,
        "industry": key.industry,
        "detail": key.detail,
        "n": n,
        "successes": round(mean * n),
        "effective_n": float(n),
        "contributors": 9,
        "customers": n,
        "largest_share": 0.2,
        "mean": mean,
        "low": max(0.0, mean - half),
        "high": min(1.0, mean + half),
        "strength": float(n),
        "base_rate": 0.4,
        "standing": "observed",
        "text": sentence(key, house.vocabulary),
        "template": "",
        "vocabulary_version": house.vocabulary.version,
        "published_at": house.clock(),
    }


if __name__ == "__main__":
    main()
