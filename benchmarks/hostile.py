"""The aims for hostile chat messages, measured with the whole anonymiser and without any zone.

python -m benchmarks.hostile [--show FILE] [FILE ...]

FILE: JSON lines with `text`, `lang` and `spans`; by default the four sets in benchmarks/data. `persons`, `companies`, `addresses` and
`direct` are shares of gold spans with an alphanumeric character left visible, `untouched` the share of the messages
without anything personal in which nothing was masked, `precision` that of the masked characters. --show writes every miss.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from intelligence.anonymizer import Anonymizer
from intelligence.ner import NamedEntityModel

DATA = Path(__file__).parent / "data"
SETS = ("hostile_chats.jsonl", "hostile_chats_2.jsonl", "hostile_chats_3.jsonl", "tempting_chats.jsonl")
GROUP_OF = {"PERSON": "persons", "ORGANIZATION": "companies", "ADDRESS": "addresses", "LOCATION": "places", "AMOUNT": "amounts"}
"""What a gold label counts as; every other one is a direct identifier."""
AIMS = {"persons": 0.15, "companies": 0.35, "addresses": 0.25, "direct": 0.08, "untouched": 0.92, "precision": 0.70}


def measure(anonymizer: Anonymizer, rows: Sequence[dict[str, Any]], shown: TextIO | None = None) -> dict[str, Any]:
    """The figures of one set."""
    gold: Counter[str] = Counter()
    leaked: Counter[str] = Counter()
    harmless: Counter[str] = Counter()
    untouched: Counter[str] = Counter()
    touched_by: Counter[str] = Counter()
    right = masked = 0
    for row in rows:
        text, language = row["text"], row["lang"]
        entities = anonymizer.analyze(text)
        covered = {at for entity in entities for at in range(entity.start, entity.end)}
        wanted: set[int] = set()
        for start, end, label in row["spans"]:
            group = GROUP_OF.get(label, "direct")
            wanted |= set(range(start, end))
            visible = any(text[at].isalnum() and at not in covered for at in range(start, end))
            gold[group] += 1
            leaked[group] += visible
            if visible and shown:
                print(f"leak\t{language}\t{label}\t{text[start:end]}\t{text}", file=shown)
        if not row["spans"]:
            harmless[language] += 1
            untouched[language] += not covered
            touched_by.update(sorted({f"{entity.type} by {entity.source.split(':')[0]}" for entity in entities}))
        if shown:
            for entity in entities:
                if wanted.isdisjoint(range(entity.start, entity.end)):
                    kind = "excess" if row["spans"] else "touched"
                    print(f"{kind}\t{language}\t{entity.type} {entity.score:.2f} {entity.source}\t{text[entity.start : entity.end]}\t{text}", file=shown)
        masked += len(covered)
        right += len(covered & wanted)
    return {
        **{group: round(leaked[group] / count, 3) for group, count in sorted(gold.items())},
        "untouched": round(untouched.total() / max(harmless.total(), 1), 3),
        "precision": round(right / max(masked, 1), 3),
        "untouched_by_language": {language: round(untouched[language] / count, 2) for language, count in sorted(harmless.items())},
        "touched_by": dict(touched_by.most_common()),
        "n": {"messages": len(rows), "harmless": harmless.total(), **gold},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*", default=[DATA / name for name in SETS], help="JSON lines: text, lang, spans")
    parser.add_argument("--show", type=argparse.FileType("w", encoding="utf-8"), help="write every leak and everything masked for nothing here")
    options = parser.parse_args()
    anonymizer = Anonymizer(NamedEntityModel.load())
    result: dict[str, Any] = defaultdict(dict)
    for path in options.data:
        with path.open(encoding="utf-8") as lines:
            result[path.stem] = measure(anonymizer, [json.loads(line) for line in lines], options.show)
        print(f"{path.stem}: {result[path.stem]}", file=sys.stderr)
    print(json.dumps({"aims": AIMS, **result}, ensure_ascii=False))


if __name__ == "__main__":
    main()
