"""Traces: the readable things about a subject, gathered before it is forgotten and looked for in every byte afterwards."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_PREFIX = 6
"""Shorter traces are left out: in sealed bytes they occur by chance."""
_SPAN = 3
_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read and where something was found; file names relative to the directory."""

    files: int
    bytes: int
    traces: int
    hits: tuple[str, ...]
    """One entry for each trace in each file: never the trace itself."""


class Traces:
    """A set of texts to find in bytes, case ignored for letters of ASCII. Texts shorter than six bytes are left out: see `short`."""

    def __init__(self, texts: Iterable[str]) -> None:
        given = {text.strip() for text in texts} - {""}
        telling = {text for text in given if len(text.encode(errors="surrogatepass")) >= _PREFIX}
        self.short = len(given - telling)
        self._sought = sorted({variant for text in telling for variant in _written(text)})
        self._by_start: dict[bytes, list[bytes]] = {}
        for one in self._sought:
            self._by_start.setdefault(one[:_PREFIX], []).append(one)
        # Three bytes are looked up in a table of all 16.7 million: a hundred thousand traces cost as little as one.
        self._starts = np.zeros(1 << 24, dtype=bool)
        for one in self._sought:
            self._starts[one[0] | one[1] << 8 | one[2] << 16] = True
        self.longest = max(map(len, self._sought), default=0)

    def __len__(self) -> int:
        return len(self._sought)

    def found(self, content: bytes) -> set[bytes]:
        """Those that occur, lowered."""
        lowered = content.lower()
        codes = _codes(np.frombuffer(lowered, dtype=np.uint8))
        places = np.flatnonzero(self._starts[codes]) if self._sought else ()
        return {one for place in places for one in self._by_start.get(lowered[place : place + _PREFIX], ()) if lowered.startswith(one, int(place))}

    def reading(self) -> "Reading":
        """Look into bytes that come piece by piece."""
        return Reading(self)

    def scan(self, directory: Path, leaving_out: Sequence[Path] = ()) -> Scan:
        """Every byte of every file below a directory."""
        files = [path for path in sorted(directory.rglob("*")) if path.is_file() and path not in leaving_out]
        hits, total = [], 0
        for path in files:
            reading = self.reading()
            try:
                with path.open("rb") as file:
                    while block := file.read(_BLOCK):
                        reading.take(block)
            except FileNotFoundError:  # a database server removes files as it goes
                continue
            total += reading.bytes
            hits += [str(path.relative_to(directory))] * len(reading.end().seen)
        return Scan(len(files), total, len(self), tuple(hits))


class Reading:
    """What was seen so far in bytes that come piece by piece; nothing is missed where two pieces meet."""

    def __init__(self, traces: Traces) -> None:
        self._traces = traces
        self._kept = bytearray()
        self._overlap = b""
        self.seen: set[bytes] = set()
        self.bytes = 0

    def take(self, block: bytes) -> None:
        """The next bytes."""
        self.bytes += len(block)
        self._kept += block
        if len(self._kept) >= _BLOCK:
            self._look()

    def end(self) -> "Reading":
        """Look at what is left."""
        self._look()
        return self

    def _look(self) -> None:
        content = self._overlap + bytes(self._kept)
        self.seen |= self._traces.found(content)
        self._overlap = content[-self._traces.longest :] if self._traces.longest else b""
        self._kept.clear()


def _codes(content: NDArray[np.uint8]) -> NDArray[np.uint32]:
    if len(content) < _SPAN:
        return np.empty(0, dtype=np.uint32)
    wide = content.astype(np.uint32)
    return np.asarray(wide[:-2] | wide[1:-1] << 8 | wide[2:] << 16, dtype=np.uint32)


def _written(text: str) -> Iterator[bytes]:
    """A text as files hold it: UTF-8, escaped as in JSON, and UTF-16."""
    lowered = text.encode(errors="surrogatepass").lower()
    yield lowered
    escaped = json.dumps(text)[1:-1].encode().lower()
    if escaped != lowered:
        yield escaped
    yield text.encode("utf-16-le", errors="surrogatepass").lower()
