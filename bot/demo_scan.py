"""Looks for what was planted in private conversations on the shared side: rows and bytes. Finding anything is a failure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.bootstrap import House
from memory.contributions import counted
from memory.shared import everything_shared


@dataclass(frozen=True, slots=True)
class Leak:
    """Something planted that is where it must not be."""

    planted: str
    where: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What was looked for and where."""

    planted: int
    texts: int
    bytes_scanned: int
    leaks: tuple[Leak, ...]


def scan(house: House, conversations: Iterable[Mapping[str, Any]]) -> Scan:
    """Every planted name, company, number, address and amount, as whole words, in every text and byte outside the private zones' sealed columns."""
    planted = sorted({one for conversation in conversations for one in conversation["planted"]})
    finders = [(one, re.compile(rf"(?<!\w){re.escape(one)}(?!\w)", re.IGNORECASE)) for one in planted]
    texts = [*_shared_texts(house), *_ledger_texts(house)]
    leaks = [Leak(one, where) for where, text in texts for one, finder in finders if finder.search(text)]
    files = [path for path in house.settings.data_dir.rglob("*") if path.is_file() and path != house.settings.master_key]
    total = 0
    for path in files:
        content = path.read_bytes().decode("latin-1")
        total += len(content)
        leaks += [Leak(one, path.name) for one, finder in finders if _telling(one) and finder.search(content)]
    return Scan(len(planted), len(texts), total, tuple(leaks))


def _telling(planted: str) -> bool:
    """Short words and first names occur in any file by chance (a staff directory holds them too); longer strings do not."""
    return len(planted) >= 9  # noqa: PLR2004 - the shortest planted phone number


def _shared_texts(house: House) -> Iterator[tuple[str, str]]:
    for pattern in everything_shared(house.database):
        yield "sales_pattern", _joined(pattern.model_dump())


def _ledger_texts(house: House) -> Iterator[tuple[str, str]]:
    hidden = {"id", "staff_id", "exchange_key", "contributor_token", "customer_token"}  # keyed hashes: hexadecimal, which is no text
    for line in counted(house.database):
        yield "contribution", _joined({key: value for key, value in line.model_dump().items() if key not in hidden})


def _joined(row: Mapping[str, Any]) -> str:
    values: Sequence[str] = [str(value) for value in row.values() if not isinstance(value, int | float)]
    return "\n".join(values)
