"""The commitment officer closes a paid order."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.organisation.actors import Actor


async def complete_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Delivered, paid, done: nothing more follows."""
    order = await stepping.begin(session, actor, Action.COMPLETE, order_id, version)
    return await stepping.finish(session, actor, order, Action.COMPLETE)
