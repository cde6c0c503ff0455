"""The labelled turns of intelligence/training/turns as rows, and the folds that keep whole scenarios apart."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

TURNS = Path(__file__).parent / "turns"
CUSTOMER, MARKETER = "customer", "marketer"


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled turn with the turn before it."""

    source: str
    """Name of the file, which is one writer's."""
    scenario: str
    lang: str
    industry: str
    role: str
    text: str
    context: str
    objections: tuple[str, ...]
    reaction: str
    response: str


def rows(folder: Path = TURNS) -> list[Row]:
    """Every turn of every scene, in a fixed order."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            scene = json.loads(line)
            before = ""
            for turn in scene["turns"]:
                found.append(
                    Row(
                        path.stem,
                        scene["scenario"],
                        scene["lang"],
                        scene["industry"],
                        turn["role"],
                        turn["text"],
                        before,
                        tuple(turn.get("objections", ())),
                        turn.get("reaction", ""),
                        turn.get("response", ""),
                    )
                )
                before = turn["text"]
    return found


def fold(scenario: str, folds: int = 5) -> int:
    """The part a scenario belongs to: all its turns stay together, and the same ones every time."""
    return int.from_bytes(hashlib.md5(scenario.encode(), usedforsecurity=False).digest()) % folds
