"""What the clock does to orders that nobody answers. Several schedulers may call it at the same time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders import stepping
from eorder_tenants.orders.answering import release_commitment
from eorder_tenants.orders.approving import back_to_draft
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.models import Order, Status
from eorder_tenants.organisation.actors import SYSTEM_ACTOR

AT_MOST = 50
"""Orders of one transaction: a region with more is done in the next round, and no lock lasts long."""


async def expire_unanswered(session: AsyncSession, now: datetime) -> list[UUID]:
    """Orders that a vendor left unanswered until their deadline end and release their budget.

    Orders that anybody works on at this moment are skipped: either he answers in time or the next round finds them.
    """
    expired = await _overdue(session, Status.ISSUED, now)
    for order in expired:
        await release_commitment(session, SYSTEM_ACTOR, order)
        await stepping.finish(
            session,
            SYSTEM_ACTOR,
            order,
            Action.EXPIRE,
            reason="Penyedia tidak menjawab sampai batas waktu.",
        )
    return [order.id for order in expired]


async def return_unapproved(session: AsyncSession, now: datetime) -> list[UUID]:
    """Orders that no commitment officer answered become drafts again and hold no money (rule approval_lapse_days)."""
    lapsed = await _overdue(session, Status.AWAITING_APPROVAL, now)
    for order in lapsed:
        await back_to_draft(
            session, SYSTEM_ACTOR, order, Action.LAPSE, "PPK tidak menjawab sampai batas waktu."
        )
    return [order.id for order in lapsed]


async def _overdue(session: AsyncSession, status: Status, now: datetime) -> list[Order]:
    overdue = (
        select(Order)
        .where(Order.status == status, Order.due_at < now)
        .order_by(Order.due_at)
        .limit(AT_MOST)
        .options(*stepping.WHOLE)
        .with_for_update(of=Order, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(overdue))
