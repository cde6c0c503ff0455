"""Logging: dotted noun.verb events with ids; content never gets in."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_CONTENT = frozenset({"text", "body", "phone", "email", "name", "question", "address", "customer", "company", "note", "amount", "template", "profile_name"})


class ContentInLog(Exception):
    """A log call carried a field that may hold private content: fix the call."""


def configure(*, json: bool = False, strict: bool = False, level: int = logging.INFO) -> None:
    """Send events to standard error. `strict` (tests) raises on content instead of dropping it."""
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            refuse_content if strict else drop_content,
            class_of_error,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # looked up at each use: whoever replaced the stream may have closed it
        cache_logger_on_first_use=False,
    )
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)


def drop_content(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out fields that may hold private content."""
    for field in _CONTENT & event.keys():
        del event[field]
    return event


def refuse_content(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Raise ContentInLog instead of dropping."""
    if found := _CONTENT & event.keys():
        message = f"log event {event.get('event')} carries {', '.join(sorted(found))}"
        raise ContentInLog(message)
    return event


def class_of_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Exceptions are logged by class: their text and their local variables may hold content."""
    error = event.pop("exc_info", None)
    if error:
        actual = error if isinstance(error, BaseException) else sys.exc_info()[1]
        event["error"] = type(actual).__name__
    return event


def silence() -> None:
    """No events at all: for commands whose output is the show."""
    configure(level=logging.CRITICAL)
