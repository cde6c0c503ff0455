"""Storage: what lies behind the SQL. Every stored value as bytes, for scans that prove what is not there, and the server's own files where they can be read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from memory.database import Database
from memory.tables import OUR_TABLES
from memory.traces import Traces

_ROWS = 1_000
Take = Callable[[bytes], None]
"""Is given the bytes, piece by piece."""
_SQLITE_TABLES = "SELECT name, name FROM sqlite_master WHERE type = 'table' ORDER BY name"
_POSTGRES_TABLES = """
    SELECT c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_') ORDER BY 2
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ours or of the job engine; `address` is how SQL names it."""

    name: str
    address: str

    @property
    def ours(self) -> bool:
        """Whether its rows are described in memory.tables."""
        return self.name in OUR_TABLES


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """Where a Postgres server on this machine keeps this database, and the log of changes that all its databases share."""

    tables: Path
    log: Path


@dataclass(frozen=True, slots=True)
class Search:
    """How much was read and where something was found. Server fields are 0 with SQLite, and where the server's files cannot be read from here."""

    traces: int
    files: int
    bytes: int
    tables: int
    rows: int
    row_bytes: int
    server_files: int = 0
    server_bytes: int = 0
    log_bytes: int = 0
    log_hits: int = 0
    """In the server's log of changes: what was deleted stays there until the server writes over it."""
    hits: tuple[str, ...] = ()
    """Everywhere else: a file or table for each trace in it, never the trace itself."""

    def as_json(self) -> dict[str, int]:
        """For receipts and `--json`."""
        counted = {name: getattr(self, name) for name in self.__slots__ if name not in {"traces", "hits"}}
        return {**counted, "looked_for": self.traces, "hits": len(self.hits)}

    def sentence(self) -> str:
        """What was read, for people."""
        read = f"{self.bytes:,} bytes of {self.files} files and {self.row_bytes:,} bytes in {self.rows:,} rows of {self.tables} tables"
        if self.server_files:
            read += f", {self.server_bytes:,} bytes of the database server's own files and {self.log_bytes:,} of its log"
        return read


class Storage:
    """Reads everything a database holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tables(self) -> list[Table]:
        """Every table that is not the database's own, of every schema."""
        with self._database.engine.connect() as connection:
            found = connection.exec_driver_sql(_SQLITE_TABLES if self._database.is_sqlite else _POSTGRES_TABLES)
            return [Table(*row) for row in found]

    def read(self, table: Table, take: Take) -> int:
        """Every value of every row, as the bytes it is stored as; how many rows."""
        with closing(self._database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            if self._database.is_sqlite:
                return _read_sqlite(cursor, table, take)
            # Binary: in the text format a value of bytes would be written as hexadecimal, and nothing would be found in it.
            with cursor.copy(f"COPY (SELECT * FROM {table.address}) TO STDOUT (FORMAT BINARY)") as blocks:  # noqa: S608 - as below
                for block in blocks:
                    take(block)
            return int(cursor.rowcount)

    def server_files(self) -> ServerFiles | None:
        """Of a Postgres server on this machine whose directory we may know and read."""
        if self._database.is_sqlite:
            return None
        try:
            with self._database.engine.connect() as connection:
                directory = connection.exec_driver_sql("SHOW data_directory").scalar_one()
                number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar_one()
        except DBAPIError:  # only a superuser, or who may read all settings, is told
            return None
        files = ServerFiles(Path(directory) / "base" / str(number), Path(directory) / "pg_wal")
        try:
            return files if any(files.tables.iterdir()) and any(files.log.iterdir()) else None
        except OSError:
            return None

    def searched(self, traces: Traces, directory: Path, leaving_out: Sequence[Path] = ()) -> Search:
        """Look for the traces in every file of a directory, every row of every table, and the server's files."""
        scan = traces.scan(directory, leaving_out)
        tables, rows, row_bytes, hits = self.tables(), 0, 0, list(scan.hits)
        for table in tables:
            reading = traces.reading()
            rows += self.read(table, reading.take)
            row_bytes += reading.bytes
            hits += [f"table {table.name}"] * len(reading.end().seen)
        server = self.server_files()
        if server is None:
            return Search(len(traces), scan.files, scan.bytes, len(tables), rows, row_bytes, hits=tuple(hits))
        theirs, log = traces.scan(server.tables), traces.scan(server.log)
        hits += [f"server file {name}" for name in theirs.hits]
        return Search(
            len(traces), scan.files, scan.bytes, len(tables), rows, row_bytes,
            theirs.files + log.files, theirs.bytes, log.bytes, len(log.hits), tuple(hits),
        )  # fmt: skip


def _read_sqlite(cursor: Any, table: Table, take: Take) -> int:  # noqa: ANN401 - SQLAlchemy's own type for it has no methods
    cursor.execute(f'SELECT * FROM "{table.address}"')  # noqa: S608 - a name the database gave
    count = 0
    while rows := cursor.fetchmany(_ROWS):
        count += len(rows)
        take(b"\n".join(_values(rows)))
    return count


def _values(rows: Sequence[Sequence[object]]) -> Iterator[bytes]:
    for row in rows:
        for value in row:
            yield value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
