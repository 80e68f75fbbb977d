"""Writes that another transaction may be quicker with: the constraint that holds it says so, as a refusal.

A look-up beforehand tells most people, and in time; between it and the write somebody else may have come, and then the
database alone knows.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Expected

DEADLOCK: Final = "40P01"


@asynccontextmanager
async def unless_overtaken(session: AsyncSession, refusals: Mapping[str, Expected]) -> AsyncIterator[None]:
    """What the block writes is flushed at its end; raised is the refusal of the constraint (by its name) that objects.

    The transaction can go on then: the block is a savepoint. Two who write into one exclusion constraint may each wait
    for the other; PostgreSQL ends one of them with a deadlock, who gets the first refusal.
    """
    try:
        async with session.begin_nested():
            yield
            await session.flush()
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig is not None else None
        refusal = refusals.get(getattr(cause, "constraint_name", None) or "")
        if refusal is None and getattr(cause, "sqlstate", None) == DEADLOCK:
            refusal = next(iter(refusals.values()))
        if refusal is None:
            raise
        raise refusal from error
