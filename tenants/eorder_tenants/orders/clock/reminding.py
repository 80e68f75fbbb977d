"""A letter to whoever an order waits for, while there is still time (lifecycle.py says when).

The journal knows nothing of it: nothing happened to the order.
"""

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.addresses import national_address, regional_address
from eorder_platform.business_days import add_business_days, business_day_before
from eorder_platform.mail import send_mail
from eorder_platform.money import format_rupiah
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, OrderReminder, Status
from eorder_tenants.orders.core.parts import load_parts
from eorder_tenants.orders.core.steps import DAY_BEFORE, Step
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.orders.reading.choices import awaiting
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import closed_days, rulebook
from eorder_tenants.organisation.models import Official, Role
from eorder_tenants.organisation.queries import holders

REMINDERS: Final = {step.target: step.reminder for step in steps() if step.reminder}
"""By the status that waits: when somebody is reminded of it."""


async def orders_to_remind_of(session: AsyncSession) -> list[Due]:
    """Every order whose deadline is near and of which nobody was reminded at this step, the most urgent first."""
    tenant: Tenant = session.info["tenant"]
    waiting = select(Order.id, Order.number, Order.status, Order.due_at, Order.changed_at)
    rows = (await session.execute(waiting.where(_unreminded()).order_by(Order.due_at, Order.id))).all()
    rules, today = await rulebook(session), clock.today(tenant.zone)
    closed = await closed_days(session, min((row.changed_at for row in rows), default=clock.now()).date())

    def reminded_at(status: Status, due_at: datetime, since: datetime) -> datetime:
        if REMINDERS[status] == DAY_BEFORE:
            return business_day_before(due_at, tenant.zone, closed)
        return add_business_days(since, rules.value(REMINDERS[status], on=today), tenant.zone, closed)

    return [
        Due(order_id, str(number))
        for order_id, number, status, due_at, since in rows
        if due_at and reminded_at(Status(status), due_at, since) <= clock.now()
    ]


async def remind(session: AsyncSession, order_id: UUID) -> bool:
    """Have letters written to everybody who may take the step that the order waits for; never twice for one step."""
    found = select(Order).where(Order.id == order_id, _unreminded()).options(*stepping.WHOLE)
    order = (await session.scalars(found)).one_or_none()
    if order is None:
        return False
    reminder = insert(OrderReminder).values(
        order_id=order.id, status=order.status, due_at=order.due_at, at=clock.now()
    )
    once = reminder.on_conflict_do_nothing().returning(OrderReminder.order_id)
    if await session.scalar(once) is None:
        return False
    for official_id in await _people(session, order):
        outbox.write(
            session, "orders.remind", order_id=order.id, status=str(order.status), official_id=official_id
        )
    return True


async def send_reminder(tenant: Tenant, order_id: UUID, status: Status, official_id: UUID | None) -> None:
    """Mail one official, or the vendor; nobody where the order has moved on meanwhile."""
    async with tenancy.inside(tenant) as session:
        found = select(Order).where(Order.id == order_id).options(*stepping.WHOLE)
        order = (await session.scalars(found)).one()
        official = await session.get(Official, official_id) if official_id else None
    if order.status != status or order.due_at is None:
        return
    payee = order.participation.payee
    name, address = (official.name, official.email) if official else (payee["owner_name"], payee["email"])
    label = _awaited(status).label
    warning = next((f" {step.warning}" for step in steps_from(status) if step.warning), "")
    where = (
        regional_address(tenant.hosts[0], "orders.show", order_id=order.id)
        if official
        else national_address("inbox.show", slug=tenant.slug, order_id=order.id)
    )
    await send_mail(
        to=address,
        subject=f"Menunggu Anda: pesanan {order.number}",
        text=(
            f"Yth. {name},\n\nPesanan {order.number}, {order.title}, senilai {format_rupiah(order.gross_rupiah)}"
            f" oleh {order.work_unit.name} kepada {order.vendor_name}, menunggu langkah Anda: {label}.\n\n"
            f"Batasnya {_in_office_words(order.due_at, tenant.zone)}.{warning}\n\n{where}\n"
        ),
    )


def _unreminded() -> ColumnElement[bool]:
    reminded = exists().where(
        OrderReminder.order_id == Order.id,
        OrderReminder.status == Order.status,
        OrderReminder.due_at == Order.due_at,
    )
    return and_(Order.status.in_(list(REMINDERS)), Order.due_at > clock.now(), ~reminded)


async def _people(session: AsyncSession, order: Order) -> list[UUID | None]:
    """The officials who may take the awaited step, separation of duties minded; None stands for the vendor."""
    step = _awaited(Status(order.status))
    roles = [party for party in step.by if isinstance(party, Role)]
    if not roles:
        return [None]
    await load_parts(session, order)
    officials = {one.id: one for role in roles for one in await holders(session, role, order.work_unit_id)}
    return [
        one
        for one in officials
        if any(choice.step is step for choice in awaiting(await actor_for(session, one), order))
    ]


def _awaited(status: Status) -> Step:
    return next(step for step in steps_from(status) if step.awaited)


def _in_office_words(moment: datetime, zone: str) -> str:
    """Rabu, 15 Juli 2026 pukul 16.00 WIB"""
    local = moment.astimezone(ZoneInfo(zone))
    return format_datetime(local, "EEEE, d MMMM y 'pukul' HH.mm", locale="id") + f" {local:%Z}"
