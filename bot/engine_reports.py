"""The job engine's warnings as our events: where and what class, never their text, which may quote parameters."""

import logging

import structlog

_log = structlog.get_logger()


class EngineReports(logging.Handler):
    """Turns log records of the engine into events."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on."""
        error = record.exc_info[1] if record.exc_info else None
        _log.log(record.levelno, "jobs.engine_reported", where=f"{record.filename}:{record.lineno}", exc_info=error)


def adopt() -> None:
    """Keep the engine's banners and its own format off standard error: it adds a handler only where there is none."""
    logger = logging.getLogger("dbos")
    logger.handlers[:] = [EngineReports()]
    logger.propagate = False
