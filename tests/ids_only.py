"""After every test that had a house: whatever was logged, and every row of the job engine and of deliveries, is scanned for what the zones hold."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from bot.bootstrap import House
from memory.conversations import Conversations
from memory.customers import Customers
from memory.deals import Deals
from memory.errors import MemoryFault
from memory.notes import Notes
from memory.storage import Storage
from memory.traces import Traces

_OF_IDS = frozenset({"inbox", "delivery", "seen_key", "remote_erasure", "audit_entry", "forgetting"})
_TELLING = 12
"""Shorter messages ("ok, thanks") may stand anywhere."""


class Heard(logging.Handler):
    """Everything logged, as it was written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """From libraries."""
        self.lines.append(self.format(record))

    def tee(self, render: Any) -> Any:
        """From ourselves: the renderer, overheard."""

        def rendering(*event: Any) -> Any:
            line = render(*event)
            self.lines.append(str(line))
            return line

        return rendering


@contextmanager
def overheard() -> Iterator[Heard]:
    """Listens while this lasts; who configures logging anew meanwhile is not heard from then on."""
    heard, before = Heard(), structlog.get_config()
    *others, render = before["processors"]
    structlog.configure(processors=[*others, heard.tee(render)], wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET))
    logging.getLogger().addHandler(heard)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(heard)
        structlog.configure(processors=[*others, render], wrapper_class=before["wrapper_class"])


def found(house: House, heard: Heard) -> list[str]:
    """Where something of a zone stands that is no id."""
    storage = Storage(house.database)
    rows = [table for table in storage.tables() if not table.ours or table.name in _OF_IDS]
    traces = Traces(_held(house))
    places = ["log"] if traces.found("\n".join(heard.lines).encode(errors="surrogatepass")) else []
    for table in rows:
        reading = traces.reading()
        storage.read(table, reading.take)
        if reading.end().seen:
            places.append(table.name)
    return places


def _held(house: House) -> Iterator[str]:
    for owner in house.zones.owners():
        try:
            yield from _of_zone(house, owner)
        except MemoryFault:  # a test took its key away
            continue


def _of_zone(house: House, owner: str) -> Iterator[str]:
    zone, database = house.zones.open(owner), house.database
    for customer in Customers(database, zone).all():
        yield from (customer.name, customer.company, *(one.lstrip("+") for one in customer.addresses))
    yield from (deal.name for deal in Deals(database, zone).all())
    talks = Conversations(database, zone)
    written = [message.text for thread in talks.threads() for message in talks.history(thread.id)]
    yield from (text for text in (*written, *(note.text for note in Notes(database, zone).all())) if len(text) >= _TELLING)
