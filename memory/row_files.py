"""Row files: a table's rows as Postgres's COPY writes them (text format, UTC), after a line with the names of the columns.

Written by Postgres, and read by it or, for SQLite, by ourselves: a backup made on one database can be restored on the other.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect
from sqlalchemy import select as rows
from sqlmodel import SQLModel

from memory.errors import BackupUnusable

_CHUNK = 1 << 20
_BATCH = 500
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_MEANT = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_READ: dict[type, Callable[[bytes], Any]] = {
    str: bytes.decode,
    int: int,
    float: float,
    bool: b"t".__eq__,
    bytes: lambda text: bytes.fromhex(text.removeprefix(b"\\x").decode()),
    datetime: lambda text: datetime.fromisoformat(text.decode()),
}


def write(connection: Connection, folder: Path) -> dict[str, Path]:
    """Every row of our tables in the connection's snapshot, one file a table; file names sort in the order in which the rows can be loaded.

    Of a schema of an earlier version the tables and columns that are there.
    """
    files = {}
    seen = inspect(connection)
    there = set(seen.get_table_names())
    cursor = _cursor(connection)
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    for number, table in enumerate(one for one in SQLModel.metadata.sorted_tables if one.name in there):
        names = [column["name"] for column in seen.get_columns(table.name)]
        path = folder / f"{number:02}-{table.name}.copy"
        with path.open("wb") as file, cursor.copy(f"COPY {table.name} ({', '.join(names)}) TO STDOUT") as blocks:
            file.write("\t".join(names).encode() + b"\n")
            for block in blocks:
                file.write(block)
        files[path.name] = path
    return files


def load(connection: Connection, table: str, file: IO[bytes]) -> None:
    """Add a file's rows to a table that is there, on either database. Raises BackupUnusable."""
    names = _columns(file)
    if connection.dialect.name != "sqlite":
        with _cursor(connection).copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
        return
    into = Table(table, MetaData(), autoload_with=connection)
    types = [into.c[name].type.python_type for name in names]
    batch: list[dict[str, Any]] = []
    for line in file:
        batch.append(dict(zip(names, _values(line, types), strict=True)))
        if len(batch) == _BATCH:
            connection.execute(insert(into), batch)
            batch = []
    if batch:
        connection.execute(insert(into), batch)


def transfer(source: Connection, target: Connection) -> None:
    """Every row of our tables from an SQLite database of this version to a Postgres one."""
    for table in SQLModel.metadata.sorted_tables:
        names = ", ".join(column.name for column in table.columns)
        with _cursor(target).copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in source.execution_options(yield_per=_BATCH).execute(rows(table)):
                copy.write_row(tuple(row))


def _cursor(connection: Connection) -> Any:  # noqa: ANN401 - psycopg's, below SQLAlchemy, which does not know COPY
    return connection.connection.cursor()


def _columns(file: IO[bytes]) -> Sequence[str]:
    names = file.readline().decode(errors="replace").split()
    if not names or not all(_NAME.fullmatch(name) for name in names):
        raise BackupUnusable("The backup's rows cannot be read: use another one.")
    return names


def _values(line: bytes, types: Sequence[type]) -> Iterator[Any]:
    for text, kind in zip(line.removesuffix(b"\n").split(b"\t"), types, strict=True):
        yield None if text == b"\\N" else _READ[kind](_ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text))
