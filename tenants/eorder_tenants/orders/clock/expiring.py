"""What the clock does to orders that somebody leaves lying and drafts that nobody touches (domain.md 2.6).

Each deadline that passes is one step, declared beside its use case as every other (core/steps.py); the next deadline
follows from it, so that no order waits for ever and no pass does anything twice. Every order is a transaction of its
own (the scheduler's, web/operations/scheduler.py), so that one in trouble holds up no other. Several schedulers may
pass at the same moment: whoever locks an order first does it, the others find it done.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.models import FINAL, Order, Status
from eorder_tenants.orders.core.parts import Case, cases_of, load_parts
from eorder_tenants.orders.core.steps import Step, Subject
from eorder_tenants.orders.reading.choices import step_of_the_clock
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import rulebook

RUNNING = tuple(status for status in Status if status not in FINAL and status is not Status.DRAFT)
"""The statuses with a deadline; a draft is thrown away when nobody has touched it for long."""


async def overdue_orders(session: AsyncSession) -> list[Due]:
    """Every order of the region of which some deadline has passed, the longest first."""
    waiting = select(Order.id, Order.number).where(await _has_passed(session))
    rows = await session.execute(waiting.order_by(Order.due_at, Order.changed_at, Order.id))
    return [Due(order_id, number or str(order_id)) for order_id, number in rows]


async def let_pass(session: AsyncSession, order_id: UUID) -> Step | None:
    """Take the step that the clock takes on one order whose time has passed (lifecycle.py), and tell which it was.

    Of several parts whose time has passed the first; the others follow with the next pass. Nothing happens to an order
    that somebody works on at this moment, or that has moved on since it was found overdue.
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
    case = next(_passed(order), None)
    step = step_of_the_clock(case) if case else None
    if case is None or step is None:
        return None
    part_id = case.part.id if case.part else None
    await step.act(session, case_for(SYSTEM_ACTOR, order, step, part_id))
    return step


def _passed(order: Order) -> Iterator[Case]:
    """The order or those of its parts for which the clock has a step and whose deadline is over."""
    for subject in Subject:
        for case in cases_of(order, subject):
            over = case.due_at < clock.now() if case.due_at else case.status is Status.DRAFT
            if over and step_of_the_clock(case):
                yield case


async def _has_passed(session: AsyncSession) -> ColumnElement[bool]:
    tenant: Tenant = session.info["tenant"]
    now: datetime = clock.now()
    idle_days = (await rulebook(session)).value("draft_idle_days", on=clock.today(tenant.zone))
    return or_(
        and_(Order.status.in_(RUNNING), Order.due_at < now),
        and_(Order.status == Status.DRAFT, Order.changed_at < now - timedelta(days=idle_days)),
    )
