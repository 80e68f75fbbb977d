"""Where forms that were carried out led, so that one that is sent twice is carried out once.

The same in the nation and in each region, each with a table of its own (account, key, location, moment).
"""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Update, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock


async def earlier_location(session: AsyncSession, table: Table, account_id: UUID, key: str) -> str | None:
    """Where the first sending led; None for the first one itself, whose key is taken by asking.

    A second sending waits here for the first one's commit.
    """
    take, look, _ = _statements(table)
    taken = {"account_id": account_id, "key": key, "location": "", "created_at": clock.now()}
    if (await session.execute(take, taken)).first() is not None:
        return None
    return str(await session.scalar(look, {"account": account_id, "sent": key}))


async def remember_location(
    session: AsyncSession, table: Table, account_id: UUID, key: str, location: str
) -> None:
    """Keep where this sending leads, for those that repeat it."""
    *_, keep = _statements(table)
    await session.execute(keep, {"account": account_id, "sent": key, "location": location})


async def forget_locations(session: AsyncSession, table: Table, before: datetime) -> None:
    """Forms that nobody will send a second time."""
    await session.execute(delete(table).where(table.c.created_at < before))


@lru_cache(maxsize=2)
def _statements(table: Table) -> tuple[Any, Select[Any], Update]:
    """To take a key, to look where it led, to remember where it leads; built once, because every write asks them."""
    known = table.c.account_id == bindparam("account"), table.c.key == bindparam("sent")
    take = insert(table).on_conflict_do_nothing().returning(table.c.key)
    return take, select(table.c.location).where(*known), update(table).where(*known)
