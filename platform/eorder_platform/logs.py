"""Log lines: one a happening, with its tenant, request or job. Never with the values of variables.

structlog's coloured tracebacks print every local variable of every frame, and a frame may hold a bank account.
"""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Readable lines on a terminal, JSON where a machine collects them; plain tracebacks in both."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer()
            if terminal
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
