"""A task that asks for a second connection of a login while it holds one is named in the log.

As many tasks at once as there are connections would each hold one and wait for another until all give up; behind a
pooler, where the servers of a role are shared, those of every process. One alone succeeds, so that nothing else would
tell of it before the day on which many come at once.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import structlog

from eorder_platform.database import Login

HELD: Final = "a second connection of one login"
log = structlog.get_logger()
_held: Final = ContextVar[Sequence[tuple[Login, asyncio.Task[Any] | None]]]("held", default=())
"""With the task that holds each: one that was begun meanwhile is another's, and may outlive it."""


def is_held(login: Login) -> bool:
    """Whether this task holds a connection of that login."""
    return (login, asyncio.current_task()) in _held.get()


@contextmanager
def holding(login: Login) -> Iterator[None]:
    """This task holds a connection of that login inside the block."""
    others = _held.get()
    if is_held(login):
        log.error(HELD, role=login.role, stack_info=True)
    _held.set((*others, (login, asyncio.current_task())))
    try:
        yield
    finally:
        _held.set(others)
