"""How much of what is personal stays visible, and how much of what is not is taken.

python -m benchmarks.anonymisation --data FILE [--persons PER,PERSON,person] [--stock [PIPELINE]]

FILE: JSON lines with `text`, `spans` [[start, end, label], ...] and maybe `ignore` spans of the same shape. `leak` is the
share of gold spans with an alphanumeric character left visible (with --persons of those labels only), `char_precision`
the share of masked characters that any gold span of any label covers, `over_masked_per_1000` the masked characters per
1,000 of the texts without gold spans. Every type we mask counts.

A set that annotates names only calls every masked web address, handle or amount wrong, though masking it is the product's
duty. The `annotated` object has the same figures without entities of such kinds (NUMBERS) where the file has no label for
them and they touch no gold span.

--stock measures Presidio's own recognizers beside ours: on a blank pipeline, as far as they run without a download, or on the spaCy PIPELINE (a folder).
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intelligence.anonymizer import Anonymizer
from intelligence.errors import CannotAnonymize
from intelligence.ner import NamedEntityModel

Spans = list[tuple[int, int]]
Masker = Callable[[str], list[tuple[int, int, str]]]
"""From a text to the characters [start, end) it masks and the types it gives them."""
NUMBERS = frozenset("PHONE EMAIL URL HANDLE CARD IBAN ID PLATE ORDER BIRTHDATE AMOUNT IP".split())
KIND_OF = {
    "PHONE_NUMBER": "PHONE",
    "EMAIL_ADDRESS": "EMAIL",
    "DOMAIN_NAME": "URL",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "DATE_TIME": "BIRTHDATE",
    "US_SSN": "ID",
    "US_DRIVER_LICENSE": "ID",
}
"""Labels of data sets and of stock Presidio in our words; other labels stand for themselves."""


@dataclass
class Score:
    """Running totals over the rows. `annotated`: the kinds that the file has labels for."""

    annotated: frozenset[str] = frozenset()
    gold: dict[str, int] = field(default_factory=dict)
    leaked: dict[str, int] = field(default_factory=dict)
    characters: int = 0
    covered: int = 0
    right: int = 0
    masked: int = 0
    masked_every_type: int = 0
    clean_characters: int = 0
    over_masked: int = 0
    over_masked_every_type: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, row: dict[str, Any], spans: list[tuple[int, int, str]], milliseconds: float, *, persons: frozenset[str]) -> None:
        """Count one row."""
        text = row["text"]
        counted = [span for span in row["spans"] if not persons or span[2] in persons]
        gold = _places([(start, end) for start, end, *_ in row["spans"]])
        masked = _places([(start, end) for start, end, _ in spans])
        comparable = _places(
            [(start, end) for start, end, kind in spans if kind not in NUMBERS or kind in self.annotated or not gold.isdisjoint(range(start, end))]
        )
        ignored = _places([(start, end) for start, end, *_ in row.get("ignore") or []])
        for start, end, label, *_ in counted:
            self.gold[label] = self.gold.get(label, 0) + 1
            self.leaked[label] = self.leaked.get(label, 0) + any(text[at].isalnum() and at not in masked for at in range(start, end))
        wanted = _places([(start, end) for start, end, *_ in counted])
        self.characters += len(wanted)
        self.covered += len(wanted & masked)
        self.masked += len((comparable - ignored) | (masked & gold))
        self.masked_every_type += len((masked - ignored) | (masked & gold))
        self.right += len(masked & gold)
        if not gold:
            self.clean_characters += len(text)
            self.over_masked += len(comparable - ignored)
            self.over_masked_every_type += len(masked - ignored)
        self.milliseconds.append(milliseconds)

    def summary(self) -> dict[str, Any]:
        """The keys of the result."""
        recall, precision = self.covered / max(self.characters, 1), self.right / max(self.masked_every_type, 1)
        times = sorted(self.milliseconds)
        return {
            "leak": round(sum(self.leaked.values()) / max(sum(self.gold.values()), 1), 4),
            "leak_by_type": {label: round(self.leaked[label] / count, 4) for label, count in sorted(self.gold.items())},
            "char_precision": round(precision, 4),
            "f2": round(5 * precision * recall / max(4 * precision + recall, 1e-9), 4),
            "over_masked_per_1000": round(1000 * self.over_masked_every_type / max(self.clean_characters, 1), 2),
            "annotated": {
                "char_precision": round(self.right / max(self.masked, 1), 4),
                "over_masked_per_1000": round(1000 * self.over_masked / max(self.clean_characters, 1), 2),
            },
            "p50_ms": round(statistics.median(times), 2),
            "p99_ms": round(times[min(len(times) - 1, int(0.99 * len(times)))], 2),
            "max_ms": round(times[-1], 2),
            "n": len(times),
        }


def ours(anonymizer: Anonymizer) -> Masker:
    """What cannot be checked stays private, so all of it counts as masked."""

    def mask(text: str) -> list[tuple[int, int, str]]:
        try:
            return [(entity.start, entity.end, entity.type) for entity in anonymizer.analyze(text)]
        except CannotAnonymize:
            return [(0, len(text), "UNCHECKED")]

    return mask


def stock(pipeline: str = "") -> Masker:
    """Presidio as it comes, on a spaCy pipeline of this machine, by default a blank one: its default model would be downloaded."""
    import spacy
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.load(pipeline) if pipeline else spacy.blank("en")}
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return lambda text: [
        (found.start, found.end, KIND_OF.get(found.entity_type, found.entity_type)) for found in analyzer.analyze(text, "en", score_threshold=0.35)
    ]


def measure(rows: Sequence[dict[str, Any]], mask: Masker, persons: frozenset[str]) -> dict[str, Any]:
    """Mask every row, one at a time on one thread."""
    score = Score(frozenset(KIND_OF.get(label, label) for row in rows for _, _, label, *_ in row["spans"]))
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            print(f"{number} of {len(rows)}", file=sys.stderr)
        began = time.perf_counter()
        spans = mask(row["text"])
        score.add(row, spans, 1000 * (time.perf_counter() - began), persons=persons)
    return score.summary()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="JSON lines: text, spans, maybe ignore")
    parser.add_argument("--persons", default="", help="labels that count for the leak, separated by commas; by default all")
    parser.add_argument("--limit", type=int, default=None, help="only the first rows")
    parser.add_argument("--patterns-only", action="store_true", help="without the trained model")
    parser.add_argument("--stock", nargs="?", const="", metavar="PIPELINE", help="also measure stock Presidio, on a blank pipeline or on this one")
    options = parser.parse_args()
    with options.data.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][: options.limit]
    persons = frozenset(filter(None, options.persons.split(",")))
    result = measure(rows, ours(Anonymizer(None if options.patterns_only else NamedEntityModel.load())), persons)
    if options.stock is not None:
        result["stock"] = measure(rows, stock(options.stock), persons)
    print(json.dumps(result, ensure_ascii=False))


def _places(spans: Spans) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


if __name__ == "__main__":
    main()
