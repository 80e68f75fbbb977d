"""Ending an order before delivery: the PPK withdraws it while the vendor has not answered, afterwards both agree."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.contracting.answering import release_commitment
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.organisation.actors import Actor


async def withdraw_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The PPK takes back a purchase order that the vendor has not answered yet."""
    order = await stepping.begin(session, actor, Action.WITHDRAW, order_id, version)
    await release_commitment(session, actor, order)
    return await stepping.finish(session, actor, order, Action.WITHDRAW, reason=reason)


async def ask_cancellation(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Either side asks to cancel an accepted order; nothing is delivered until the other has answered."""
    order = await stepping.begin(session, actor, Action.ASK_CANCELLATION, order_id, version)
    order.cancellation_side = "vendor" if actor.vendor_id else "buyer"
    return await stepping.finish(session, actor, order, Action.ASK_CANCELLATION, reason=reason)


async def agree_cancellation(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The other side agrees: the order is cancelled and its money released."""
    order = await stepping.begin(session, actor, Action.AGREE_CANCELLATION, order_id, version)
    await release_commitment(session, actor, order)
    return await stepping.finish(session, actor, order, Action.AGREE_CANCELLATION)


async def refuse_cancellation(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The other side refuses, or the one who asked takes it back: the order goes on as it was."""
    order = await stepping.begin(session, actor, Action.REFUSE_CANCELLATION, order_id, version)
    await stepping.finish(session, actor, order, Action.REFUSE_CANCELLATION)
    order.cancellation_side = None
    return order
