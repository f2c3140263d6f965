"""Logs: one JSON object per line on standard error, control characters escaped."""

import asyncio
import logging
import sys
from typing import Final

import structlog

from service.clock import iso, now

# Longest time for which a request's line is kept back, so that many are written at once.
GATHER_SECONDS: Final = 0.1
REQUESTS: Final = "winnow.request"


class RequestLines:
    """One line for each request at level info, many lines to a write.

    One write for each request cost as much as deciding its comment: each gives the interpreter's lock
    away, and the thread that decides takes it.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._logger = logging.getLogger(REQUESTS)

    def add(self, request_id: str, method: str, route: str, status: int, seconds: float) -> None:
        """Note one answered request; every part of it is our own or was checked."""
        if not self._logger.isEnabledFor(logging.INFO):
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self.write)
        self._lines.append(
            f'{{"request_id": "{request_id}", "method": "{method}", "route": "{route}", '
            f'"status": {status}, "milliseconds": {seconds * 1000:.2f}, "event": "request", '
            f'"level": "info", "timestamp": "{iso(now())}"}}\n'
        )

    def write(self) -> None:
        """Write what was gathered."""
        sys.stderr.write("".join(self._lines))
        self._lines.clear()


def configure_logs(level: str) -> None:
    """Let structlog and the standard library write the same JSON lines from `level` on."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    logging.getLogger(REQUESTS).setLevel(number)
