"""The vendor delivers: sets out, and says that the goods or the work have arrived."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.organisation.actors import Actor


async def start_delivery(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The goods are on their way, or the work has begun."""
    order = await stepping.begin(session, actor, Action.START_DELIVERY, order_id, version)
    return await stepping.finish(session, actor, order, Action.START_DELIVERY)


async def deliver_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, note: str = ""
) -> Order:
    """They have arrived; this moment decides about lateness unless the receiver sends them back."""
    order = await stepping.begin(session, actor, Action.DELIVER, order_id, version)
    return await stepping.finish(session, actor, order, Action.DELIVER, reason=note)
