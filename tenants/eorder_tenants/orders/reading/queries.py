"""Orders as people find them: one order, a list to search, and the task list (Kotak tugas). All through the person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import NotVisible
from eorder_platform.listing import Listed, every_word
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Delivery, Invoice, Order, Status
from eorder_tenants.orders.core.parts import load_parts, load_parts_of
from eorder_tenants.orders.core.steps import Step, Subject
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.orders.reading.choices import awaiting
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role, WorkUnit

TASKS_AT_MOST = 300


@dataclass(frozen=True)
class Wanted:
    """Which orders a list shows: words in number, title or vendor; no statuses = all."""

    search: str = ""
    statuses: Collection[Status] = ()


@dataclass(frozen=True)
class OrderRow:
    """One line of a list of orders."""

    id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    status: str
    gross_rupiah: int
    changed_at: datetime


@dataclass(frozen=True)
class Task:
    """An order that waits for this person: for which step on it or on which delivery, since when and until when."""

    order_id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    gross_rupiah: int
    status: Status
    step: Step
    delivery: int | None
    since: datetime
    until: datetime | None


async def order_for(session: AsyncSession, actor: Actor, order_id: UUID) -> Order:
    """One order with all its parts, vendor's standing, unit, package and budget line; a stranger's is NotVisible."""
    order = await seen_order(session, actor, order_id)
    if order is None:
        raise NotVisible("Pesanan ini tidak ditemukan.")
    await load_parts(session, order)
    return order


def orders_visible_to(actor: Actor, wanted: Wanted) -> Listed[OrderRow]:
    """The orders this person may see, the latest change first."""
    rows = (
        select(
            Order.id,
            Order.number,
            Order.title,
            Order.vendor_name,
            WorkUnit.name.label("work_unit_name"),
            Order.status,
            Order.gross_rupiah,
            Order.changed_at,
        )
        .join(WorkUnit, WorkUnit.id == Order.work_unit_id)
        .where(visible_to(actor), *_conditions(wanted))
    )
    return Listed(OrderRow, rows, newest=(Order.changed_at, Order.id))


async def tasks_of(session: AsyncSession, actor: Actor) -> list[Task]:
    """What waits for this very person in this region, the nearest deadline first, then what waits longest.

    Orders that separation of duties keeps from them are not their tasks, although their role is asked for.
    """
    waiting = [_waits_for(actor, step) for step in steps() if step.awaited]
    orders = await session.scalars(
        select(Order)
        .where(visible_to(actor), or_(false(), *(one for one in waiting if one is not None)))
        .options(joinedload(Order.participation), joinedload(Order.work_unit), selectinload(Order.lines))
        .order_by(Order.due_at.asc().nulls_last(), Order.changed_at)
        .limit(TASKS_AT_MOST)
    )
    found = list(orders)
    await load_parts_of(session, found)
    tasks = [_task(choice) for order in found for choice in awaiting(actor, order)]
    return sorted(tasks, key=lambda task: (task.until is None, task.until, task.since))


def _waits_for(actor: Actor, step: Step) -> ColumnElement[bool] | None:
    units: set[UUID] = set()
    anywhere = False
    for party in step.by:
        if isinstance(party, Role):
            held = actor.units(party)
            anywhere = anywhere or held is None
            units |= held or frozenset()
        elif isinstance(party, VendorRole):
            anywhere = anywhere or (actor.vendor_id is not None and actor.vendor_role == party)
    if not anywhere and not units:
        return None
    stands = _stands(step)
    return stands if anywhere else and_(stands, Order.work_unit_id.in_(units))


def _stands(step: Step) -> ColumnElement[bool]:
    """The order, or one of its parts, stands where the step begins."""
    match step.subject:
        case Subject.DELIVERY:
            of_order = select(Delivery.id).where(Delivery.order_id == Order.id)
            return of_order.where(Delivery.status.in_(step.sources)).exists()
        case Subject.INVOICE:
            of_order = select(Invoice.id).where(Invoice.order_id == Order.id)
            return of_order.where(Invoice.status.in_(step.sources)).exists()
        case Subject.BILLING:
            unbilled = select(Delivery.id).where(Delivery.order_id == Order.id)
            return unbilled.where(Delivery.status == Status.HANDED_OVER).exists()
        case _:
            return Order.status.in_(step.sources)


def _task(choice: Choice) -> Task:
    case, order = choice.case, choice.case.order
    return Task(
        order_id=order.id,
        number=order.number,
        title=order.title,
        vendor_name=order.vendor_name,
        work_unit_name=order.work_unit.name,
        gross_rupiah=order.gross_rupiah,
        status=case.status,
        step=choice.step,
        delivery=case.part.sequence
        if isinstance(case.part, Delivery) and len(order.deliveries) > 1
        else None,
        since=order.changed_at,
        until=case.due_at,
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = every_word(wanted.search, Order.number, Order.title, Order.vendor_name)
    if wanted.statuses:
        conditions.append(Order.status.in_(list(wanted.statuses)))
    return conditions
