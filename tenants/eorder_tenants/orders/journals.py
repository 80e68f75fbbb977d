"""All journals of a region at once: which are not whole, and the keyed seal for those from before it."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.sealing import seal_anew

KEYED_SINCE: Final = "t0100_evidence"
"""The revision until which a seal was a plain hash."""
_ORDERS: Final = text("select id, coalesce(number, id::text) from orders order by id")


async def broken_journals(session: AsyncSession) -> list[str]:
    """The numbers of those orders whose journal is not whole, or which do not stand where it ends."""
    orders = (await session.execute(_ORDERS)).all()
    return [number for order_id, number in orders if not await journal.verify(session, order_id)]


async def seal_journals(session: AsyncSession) -> list[str]:
    """Put keyed seals on every whole journal; the numbers of the others. The session is the owner's."""
    orders = (await session.execute(_ORDERS)).all()
    return [number for order_id, number in orders if not await seal_anew(session, order_id)]
