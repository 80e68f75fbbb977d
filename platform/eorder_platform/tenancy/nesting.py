"""No task asks for a second connection of a login while it holds one.

As many tasks at once as there are connections would each hold one and wait for another until all give up; behind a
pooler, where the servers of a role are shared, those of every process. So it is refused the first time, not the sixth
at once.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from eorder_platform.database import Login

_held: Final = ContextVar[Sequence[tuple[Login, asyncio.Task[Any] | None]]]("held", default=())
"""With the task that holds each: one that was begun meanwhile is another's, and may outlive it."""


@contextmanager
def holding(login: Login) -> Iterator[None]:
    """This task holds a connection of that login inside the block. RuntimeError where it holds one already."""
    others, mine = _held.get(), (login, asyncio.current_task())
    if mine in others:
        raise RuntimeError(f"a connection of {login.role} is held already: end what it does, or use it")
    _held.set((*others, mine))
    try:
        yield
    finally:
        _held.set(others)
