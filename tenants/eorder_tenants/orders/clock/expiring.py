"""What the clock does to orders that nobody answers and drafts that nobody touches.

Every order is a transaction of its own (the scheduler's, web/scheduler.py), so that one in trouble holds up no other.
Several schedulers may pass at the same moment: whoever locks an order first does it, the others find it done.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.answering import release_commitment
from eorder_tenants.orders.contracting.approving import back_to_draft
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.requesting.drafting import throw_away
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import rulebook


async def overdue_orders(session: AsyncSession) -> list[Due]:
    """Every order of the region whose time has passed, the longest first."""
    waiting = select(Order.id, Order.number).where(await _has_passed(session))
    rows = await session.execute(waiting.order_by(Order.due_at, Order.changed_at, Order.id))
    return [Due(order_id, number or str(order_id)) for order_id, number in rows]


async def let_pass(session: AsyncSession, order_id: UUID) -> Action | None:
    """Do to one order what its time says, and tell what that was.

    Not approved in time (rule approval_lapse_days): a draft again, its hold released. Not answered by the vendor
    (vendor_answer_days): expired, its commitment released. A draft that nobody touched (draft_idle_days): thrown away.
    Nothing happens to an order that somebody works on at this moment, or that has moved on since it was found overdue.
    """
    found = (
        select(Order)
        .where(Order.id == order_id, await _has_passed(session))
        .options(*stepping.WHOLE)
        .with_for_update(of=Order, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    order = (await session.scalars(found)).one_or_none()
    if order is None:
        return None
    match Status(order.status):
        case Status.AWAITING_APPROVAL:
            why = "PPK tidak menjawab sampai batas waktu."
            await back_to_draft(session, SYSTEM_ACTOR, order, Action.LAPSE, why)
            return Action.LAPSE
        case Status.ISSUED:
            why = "Penyedia tidak menjawab sampai batas waktu."
            await release_commitment(session, SYSTEM_ACTOR, order)
            await stepping.finish(session, SYSTEM_ACTOR, order, Action.EXPIRE, reason=why)
            return Action.EXPIRE
        case _:
            await throw_away(session, SYSTEM_ACTOR, order, Action.FORGET)
            return Action.FORGET


async def _has_passed(session: AsyncSession) -> ColumnElement[bool]:
    tenant: Tenant = session.info["tenant"]
    now: datetime = clock.now()
    idle_days = (await rulebook(session)).value("draft_idle_days", on=clock.today(tenant.zone))
    unanswered = Order.status.in_((Status.AWAITING_APPROVAL, Status.ISSUED))
    return or_(
        and_(unanswered, Order.due_at < now),
        and_(Order.status == Status.DRAFT, Order.changed_at < now - timedelta(days=idle_days)),
    )
