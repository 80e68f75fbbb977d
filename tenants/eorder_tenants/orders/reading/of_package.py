"""The orders that draw on a package, for the page of that package."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.organisation.actors import Actor

ORDERS_SHOWN: Final = 100


async def orders_of_package(session: AsyncSession, actor: Actor, package_id: UUID) -> list[Order]:
    """The newest orders on a package that this person may see."""
    orders = await session.scalars(
        select(Order)
        .where(Order.package_id == package_id, visible_to(actor))
        .order_by(Order.id.desc())
        .limit(ORDERS_SHOWN)
    )
    return list(orders)
