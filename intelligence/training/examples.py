"""Training examples as runs of text with a label each, and where they are read from."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

IGNORED = "ignored"
"""The label of characters that neither reward nor punish: sources disagree about them."""

LABELS = (
    "PERSON", "ORGANIZATION", "LOCATION", "ADDRESS", "PHONE", "EMAIL", "HANDLE", "URL",
    "CARD", "IBAN", "ID", "PLATE", "ORDER", "BIRTHDATE", "AMOUNT",
)  # fmt: skip

_MARK = re.compile(r"\[\[([A-Z]+)\|(.*?)\]\]", re.DOTALL)
_HANDLE = re.compile(r"@\w+")
_DIGITS = re.compile(r"\S*\d\S*")
_MONEY = re.compile(r"[$€£]\S*\d|\b[\d,.]*\d (?=dollars|bucks)")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one label, or none."""

    text: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One message: its runs, where it comes from, and the group that must not be split between training and test."""

    runs: tuple[Run, ...]
    source: str
    group: str
    language: str = "en"

    @property
    def text(self) -> str:
        """The message as it was sent."""
        return "".join(run.text for run in self.runs)

    def spans(self) -> list[tuple[int, int, str]]:
        """Return [start, end) and label of every labelled run."""
        found, at = [], 0
        for run in self.runs:
            if run.label:
                found.append((at, at + len(run.text), run.label))
            at += len(run.text)
        return found


def from_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> tuple[Run, ...]:
    """Cut a text at its spans; where two overlap, the earlier one in the list wins."""
    taken: list[str | None] = [None] * len(text)
    number = [0] * len(text)
    for index, (start, end, label) in enumerate(spans, 1):
        if not any(taken[start:end]):
            taken[start:end] = [label] * (end - start)
            number[start:end] = [index] * (end - start)
    runs, at = [], 0
    for i in range(1, len(text) + 1):
        if i == len(text) or number[i] != number[at]:
            runs.append(Run(text[at:i], taken[at]))
            at = i
    return tuple(runs)


def from_marks(text: str) -> tuple[Run, ...]:
    """Read inline marks: `hi [[PERSON|priya]]`."""
    runs, at = [], 0
    for match in _MARK.finditer(text):
        if match.start() > at:
            runs.append(Run(text[at : match.start()]))
        runs.append(Run(match[2], match[1] if match[1] in LABELS else IGNORED))
        at = match.end()
    if at < len(text):
        runs.append(Run(text[at:]))
    return tuple(runs)


OWN = frozenset({"small_names", "hostile", "tempting", "words"})
"""Files of chats that are a source of their own; the others are one."""


def read_chats(directory: Path) -> list[Example]:
    """Read the hand-written chats with inline marks."""
    examples = []
    for path in sorted(directory.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            group = f"{path.stem}-{number}"
            source = path.stem if path.stem in OWN else "chats"
            examples.append(Example(from_marks(row["text"]), source, group, row["lang"]))
    return examples


_SENTENCE_START = re.compile(r"(?:^|[^\w\s,'\u2019-]\s*)$")
_CAPITALISED = re.compile(r"\b[A-ZÀ-Þ][^\W\d_]+")


def read_turns(directory: Path) -> list[Example]:
    """Read the sales turns of the dialogue classifier: real talk with few names, which `turn_names.txt` lists.

    What is capitalised inside a sentence and not listed is ignored, except in German, where every noun is.
    """
    names = _read_names(directory.parent / "turn_names.txt")
    examples: dict[tuple[str, str], Example] = {}
    for path in sorted(directory.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            language = row["lang"]
            for turn in row["turns"]:
                text = turn["text"]
                spans = [(m.start(), m.end(), label) for label, pattern in names[language] for m in pattern.finditer(text)]
                spans += [(m.start(), m.end(), IGNORED) for m in _DIGITS.finditer(text)]
                if language != "de":
                    capitals = [m for m in _CAPITALISED.finditer(text) if not _SENTENCE_START.search(text[: m.start()])]
                    spans += [(m.start(), m.end(), IGNORED) for m in capitals]
                examples[language, text] = Example(from_spans(text, spans), "turns", row["scenario"], language.split("-")[0])
    return list(examples.values())


def _read_names(path: Path) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, label, listed = line.split("\t")
            surfaces = sorted(listed.split(", "), key=len, reverse=True)
            pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, surfaces))})(?!\w)")
            found.setdefault(language, []).append((label if label in LABELS else IGNORED, pattern))
    # Companies first: "Weingut Pröll" is one, though Pröll alone is a person.
    for entries in found.values():
        entries.sort(key=lambda entry: ("ADDRESS", "ORGANIZATION", "PERSON", "LOCATION", IGNORED).index(entry[0]))
    return found


_NAMES: dict[str, dict[str, str | None]] = {
    "pii_wnut17": {
        "person": "PERSON", "location": "LOCATION", "group": "ORGANIZATION", "corporation": "ORGANIZATION",
        "creative-work": IGNORED, "product": None,
    },
    "pii_btc": {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"},
    "pii_uner_ewt": {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"},
    "pii_presidio_synth": {
        "PERSON": "PERSON", "ORGANIZATION": "ORGANIZATION", "LOCATION": "LOCATION", "ADDRESS": "ADDRESS",
        "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "CREDIT_CARD": "CARD", "IBAN_CODE": "IBAN",
        "US_SSN": "ID", "US_DRIVER_LICENSE": "ID", "DOMAIN_NAME": "URL",
    },
    "pii_sgd": {
        "PERSON": "PERSON", "PHONE": "PHONE", "ADDRESS": "ADDRESS", "director": "PERSON", "starring": "PERSON",
        "therapist_name": "PERSON", "restaurant_name": "ORGANIZATION", "hotel_name": "ORGANIZATION",
        "property_name": "ORGANIZATION", "place_name": "ORGANIZATION", "title": IGNORED, "event_name": IGNORED,
        "car_name": None,
    },
}  # fmt: skip
_OTHERWISE = {"pii_sgd": "LOCATION"}


def read_public(data: Path, name: str) -> list[Example]:
    """Read one of the public sets; its labels become ours, what its convention leaves open is ignored."""
    names = _NAMES[name]
    examples = []
    for line in (data / name / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        spans = []
        handles = [m.span() for m in _HANDLE.finditer(text)]
        spans += [(start, end, IGNORED) for start, end in handles]
        for start, end, label, *_ in [*row["spans"], *row.get("ignore", [])]:
            ours = names.get(label, _OTHERWISE.get(name, IGNORED))
            if ours == "LOCATION" and text[start].isdigit():
                ours = "ADDRESS"
            if ours:
                spans.append((start, end, ours))
        if name == "pii_presidio_synth":
            spans = _whole_addresses(text, spans)
        elif name == "pii_sgd":
            spans += [(m.start(), m.end(), IGNORED) for m in _MONEY.finditer(text)]
        else:
            # Numbers are not annotated there, so nothing can be learnt from finding them unmarked.
            spans += [(m.start(), m.end(), IGNORED) for m in _DIGITS.finditer(text)]
        group = str(row.get("doc") or row.get("dialogue_id") or row.get("template_id", row["id"]))
        examples.append(Example(from_spans(text, spans), name, group))
    return examples


def _whole_addresses(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join the street, the flat, the town and the postcode of one address, which the source marks one by one."""
    joined: list[tuple[int, int, str]] = []
    for start, end, label in sorted(spans):
        if joined and label in {"ADDRESS", "LOCATION"}:
            before, until, other = joined[-1]
            together = {label, other} in ({"ADDRESS"}, {"ADDRESS", "LOCATION"})
            if together and not text[until:start].strip(" ,\n>?\\"):
                joined[-1] = (before, end, "ADDRESS")
                continue
        joined.append((start, end, label))
    return joined
