"""The register of forgettings: a file beside the database, so that an old backup put back cannot bring back what was forgotten. Ids and times only."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FILE = "forgettings.jsonl"


@dataclass(frozen=True, slots=True)
class Registered:
    """One forgetting. `kind`: customer (one customer of one zone), staff (a whole zone), age (messages and notes from before `before`)."""

    id: str
    kind: str
    staff_id: str
    """Empty with `age`: every zone."""
    customer_id: str
    before: datetime | None
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """A line of the register."""
        return asdict(self) | {"before": self.before.isoformat() if self.before else None, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Registered":
        """The inverse."""
        before = stored["before"]
        return cls(**stored | {"before": datetime.fromisoformat(before) if before else None, "at": datetime.fromisoformat(stored["at"])})


class Register:
    """Append-only; every line is on disk before anything is erased."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[Registered]:
        """Every forgetting, oldest first; a last line cut off by a crash counts as not written."""
        if not self.path.exists():
            return []
        return _read(self.path.read_text(encoding="utf8"))

    def append(self, one: Registered) -> None:
        """Write a line and wait until it is on disk."""
        self._write([*self.all(), one])

    def merge(self, content: str) -> int:
        """Add the lines of another copy that are missing here (from a backup); how many."""
        mine = {one.id: one for one in self.all()}
        theirs = [one for one in _read(content) if one.id not in mine]
        if theirs:
            self._write(sorted([*mine.values(), *theirs], key=lambda one: one.at))
        return len(theirs)

    def _write(self, entries: Iterable[Registered]) -> None:
        fresh = self.path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(json.dumps(one.as_json()) + "\n" for one in entries)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)


def _read(content: str) -> list[Registered]:
    return [Registered.from_json(json.loads(line)) for line in content.splitlines() if line.endswith("}")]
