"""Where forms that were carried out led, so that one that is sent twice is carried out once.

The same in the nation and in each region, each with a table of its own (account, key, location, moment).
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, pending, straight


async def earlier_location(session: AsyncSession, table: Table, account_id: UUID, key: str) -> str | None:
    """Where the first sending led; None for the first one itself, whose key is taken by asking.

    A second sending waits here for the first one's commit.
    """
    take, look = _statements(table)
    if await straight.row(session, take, account_id, key, clock.now()) is not None:
        return None
    return str(await straight.value(session, look, account_id, key))


def remember_location(session: AsyncSession, table: Table, account_id: UUID, key: str, location: str) -> None:
    """Keep where this sending leads, for those that repeat it; written by the commit with all the rest."""
    pending.change(session, table.fullname, {"location": location}, {"account_id": account_id, "key": key})


async def forget_locations(session: AsyncSession, table: Table, before: datetime) -> None:
    """Forms that nobody will send a second time."""
    await session.execute(delete(table).where(table.c.created_at < before))


@lru_cache(maxsize=2)
def _statements(table: Table) -> tuple[str, str]:
    """To take a key, to look where it led."""
    name = table.fullname
    return (
        f"insert into {name} (account_id, key, location, created_at) values ($1, $2, '', $3)"
        " on conflict do nothing returning key",
        f"select location from {name} where account_id = $1 and key = $2",
    )
