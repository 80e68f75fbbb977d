"""A notice and a letter to whoever an order waits for, while there is still time (lifecycle.py says when).

The journal knows nothing of it: nothing happened to the order.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.business_days import END_OF_OFFICE, add_business_days, business_day_before
from eorder_platform.directory.members import people_of
from eorder_platform.directory.models import VendorRole
from eorder_platform.notices.giving import News, give_members, give_officials
from eorder_platform.notices.models import NoticeKind
from eorder_platform.sentences import Sentence, joined, term
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Invoice, Order, OrderReminder, Status
from eorder_tenants.orders.core.parts import Case, cases_of, load_parts
from eorder_tenants.orders.core.steps import DAY_BEFORE, Step, Subject
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.orders.reading.choices import awaiting, step_of_the_clock
from eorder_tenants.orders.telling.steps import about
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import closed_days, rulebook
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.queries import holders

REMINDERS: Final = {step.target: step.reminder for step in steps() if step.reminder}
"""By the status that waits: when somebody is reminded of it."""
SUBJECTS: Final = {step.target: step.subject for step in steps() if step.reminder}
"""By the status that waits: whether the order stands there or an invoice."""


async def orders_to_remind_of(session: AsyncSession) -> list[Due]:
    """Every order (or invoice of one) whose deadline is near and of which nobody was reminded at this step.

    The most urgent first.
    """
    waiting = _WAITING.where(_STANDS.c.due_at > clock.now()).order_by(_STANDS.c.due_at, _STANDS.c.id)
    rows = (await session.execute(waiting)).all()
    near = await _near(session, min((row.changed_at for row in rows), default=clock.now()))
    found = {
        order_id: str(number)
        for order_id, number, status, due_at, since in rows
        if near(Status(status), due_at, since)
    }
    return [Due(order_id, number) for order_id, number in found.items()]


async def remind(session: AsyncSession, order_id: UUID) -> bool:
    """Have everybody reminded who may take the step that waits; never twice for one step and deadline."""
    found = select(Order).where(Order.id == order_id).options(*stepping.WHOLE)
    order = (await session.scalars(found)).one_or_none()
    if order is None:
        return False
    await load_parts(session, order)
    near, reminded = await _near(session, order.changed_at), False
    for case in _cases(order):
        if (
            case.due_at
            and near(case.status, case.due_at, order.changed_at)
            and await _is_first(session, case)
        ):
            reminded = True
            outbox.write(
                session,
                "orders.remind",
                order_id=order.id,
                status=case.status,
                due_at=case.due_at.isoformat(),
            )
    return reminded


async def tell_who_waits(
    tenant: Tenant, order_id: UUID, status: Status, due_at: datetime | None = None
) -> None:
    """Give them their notice, which brings the letter; nobody where the order has moved on meanwhile.

    Of several invoices that stand alike each has its own deadline: `due_at` says of which this is.
    """
    async with tenancy.inside(tenant) as session:
        found = select(Order).where(Order.id == order_id).options(*stepping.WHOLE)
        order = (await session.scalars(found)).one()
        await load_parts(session, order)
        standing = [one for one in _cases(order) if one.status is status and one.due_at]
        cases = [one for one in standing if due_at in (None, one.due_at)]
        if not cases:
            return
        case = cases[0]
        assert case.due_at
        news = _news(case, case.due_at, tenant)
        await give_officials(session, await _officials(session, cases), news)
    roles = [one for one in _awaited(status).parties(case.calls) if isinstance(one, VendorRole)]
    async with tenancy.national() as session:
        await give_members(session, await people_of(session, order.vendor_id, roles), news, tenant.id)


def _news(case: Case, due_at: datetime, tenant: Tenant) -> News:
    order, follows = case.order, step_of_the_clock(case)
    warning = [term(follows.warning)] if follows and follows.warning else []
    return News(
        source=f"remind:{order.id}:{case.status}:{due_at.isoformat()}",
        kind=NoticeKind.REMINDER,
        headline=Sentence(
            "Pesanan %(number)s menunggu Anda sampai %(day)s: %(step)s",
            number=order.number or order.title,
            day=due_at.astimezone(ZoneInfo(tenant.zone)).date(),
            step=term(_awaited(case.status).label),
        ),
        detail=joined(" ", [*warning, about(order)]),
        order_id=order.id,
        due_at=due_at,
    )


async def _near(session: AsyncSession, since: datetime) -> Callable[[Status, datetime, datetime], bool]:
    """Whether (status, deadline, standing since) is a case whose reminder's time has come and deadline has not."""
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    closed = await closed_days(session, since.date())

    def near(status: Status, due_at: datetime, since: datetime) -> bool:
        if REMINDERS[status] == DAY_BEFORE:
            reminded_at = business_day_before(due_at, tenant.zone, closed)
        else:
            days = rules.value(REMINDERS[status], on=today)
            reminded_at = add_business_days(since, days, tenant.zone, closed, END_OF_OFFICE)
        return reminded_at <= clock.now() < due_at

    return near


_STANDS: Final = union_all(
    select(Order.id, Order.number, Order.status, Order.due_at, Order.changed_at).where(
        Order.status.in_([status for status, subject in SUBJECTS.items() if subject is Subject.ORDER])
    ),
    select(Order.id, Order.number, Invoice.status, Invoice.due_at, Order.changed_at)
    .join(Invoice, Invoice.order_id == Order.id)
    .where(
        Invoice.status.in_([status for status, subject in SUBJECTS.items() if subject is Subject.INVOICE])
    ),
).subquery()
_WAITING: Final = select(_STANDS).where(
    ~exists().where(
        OrderReminder.order_id == _STANDS.c.id,
        OrderReminder.status == _STANDS.c.status,
        OrderReminder.due_at == _STANDS.c.due_at,
    )
)


def _cases(order: Order) -> list[Case]:
    """The order and its invoices, as far as they stand where somebody is to be reminded."""
    cases = [*cases_of(order, Subject.ORDER), *cases_of(order, Subject.INVOICE)]
    return [one for one in cases if SUBJECTS.get(one.status) is one.subject]


async def _is_first(session: AsyncSession, case: Case) -> bool:
    reminder = insert(OrderReminder).values(
        order_id=case.order.id, status=case.status, due_at=case.due_at, at=clock.now()
    )
    once = reminder.on_conflict_do_nothing().returning(OrderReminder.order_id)
    return await session.scalar(once) is not None


async def _officials(session: AsyncSession, cases: Sequence[Case]) -> set[UUID]:
    """The officials who may take the awaited step on one of these, separation of duties minded."""
    step, order, parts = _awaited(cases[0].status), cases[0].order, [one.part for one in cases]
    roles = {party for one in cases for party in step.parties(one.calls) if isinstance(party, Role)}
    officials = {one.id: one for role in roles for one in await holders(session, role, order.work_unit_id)}
    able = set[UUID]()
    for one in officials.values():
        actor = await actor_for(session, one.id)
        if any(choice.step is step and choice.case.part in parts for choice in awaiting(actor, order)):
            able.add(one.id)
    return able


def _awaited(status: Status) -> Step:
    return next(step for step in steps_from(status) if step.awaited)
