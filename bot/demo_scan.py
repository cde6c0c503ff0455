"""Looks for what was planted in private conversations on the shared side: rows and bytes. Finding anything is a failure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.bootstrap import House
from memory.contributions import counted
from memory.shared import everything_shared
from memory.storage import Storage

_TELLING = 9
"""Shorter strings, such as first names, occur among ciphertext and library files by chance; the shortest planted phone number has nine characters."""


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
    """Every planted name, company, number, address and amount: as a whole word in every row that left a zone, and in every byte on disk.

    The firm's own staff are left out: their names stand in its directory of staff, which is not private to a zone.
    """
    ours = {member.name for member in house.staff.all()}
    planted = sorted({one for conversation in conversations for one in conversation["planted"]} - ours)
    texts = [*_shared_texts(house), *_ledger_texts(house)]
    leaks = [Leak(one, where) for where, text in texts for one in planted if _says(text, one)]
    total = 0
    telling = [(one, one.lower().encode()) for one in planted if len(one) >= _TELLING]
    for path in house.settings.data_dir.rglob("*"):
        if path.is_file() and path != house.settings.master_key:
            content = path.read_bytes().lower()
            total += len(content)
            leaks += [Leak(one, path.name) for one, wanted in telling if wanted in content]
    if not house.database.is_sqlite:  # its rows are in no file of ours
        storage = Storage(house.database)
        for table in storage.tables():
            rows = bytearray()
            storage.read(table, rows.extend)
            total += len(rows)
            leaks += [Leak(one, table.name) for one, wanted in telling if wanted in rows.lower()]
    return Scan(len(planted), len(texts), total, tuple(leaks))


def _says(text: str, planted: str) -> bool:
    """Whether a text holds it as a whole word: `Lan` is not in `plan`."""
    return planted.lower() in text.lower() and bool(re.search(rf"(?<!\w){re.escape(planted)}(?!\w)", text, re.IGNORECASE))


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
