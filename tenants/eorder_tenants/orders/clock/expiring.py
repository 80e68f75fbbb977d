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
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import load_parts
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import rulebook

UNANSWERED = tuple(
    source for step in steps() if step.is_of_system for source in step.sources if source is not Status.DRAFT
)
"""The statuses that end by themselves when their deadline has passed; a draft, when nobody has touched it for long."""


async def overdue_orders(session: AsyncSession) -> list[Due]:
    """Every order of the region whose time has passed, the longest first."""
    waiting = select(Order.id, Order.number).where(await _has_passed(session))
    rows = await session.execute(waiting.order_by(Order.due_at, Order.changed_at, Order.id))
    return [Due(order_id, number or str(order_id)) for order_id, number in rows]


async def let_pass(session: AsyncSession, order_id: UUID) -> Step | None:
    """Take the step that the clock takes on one order whose time has passed (lifecycle.py), and tell which it was.

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
    await load_parts(session, order)
    step = next(one for one in steps_from(Status(order.status)) if one.is_of_system)
    await step.act(session, case_for(SYSTEM_ACTOR, order, step))
    return step


async def _has_passed(session: AsyncSession) -> ColumnElement[bool]:
    tenant: Tenant = session.info["tenant"]
    now: datetime = clock.now()
    idle_days = (await rulebook(session)).value("draft_idle_days", on=clock.today(tenant.zone))
    unanswered = Order.status.in_(UNANSWERED)
    return or_(
        and_(unanswered, Order.due_at < now),
        and_(Order.status == Status.DRAFT, Order.changed_at < now - timedelta(days=idle_days)),
    )
