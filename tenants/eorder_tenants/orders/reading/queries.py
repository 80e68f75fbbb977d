"""Orders as people find them: one order, and a list to search. All through the person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import load_parts
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

PER_PAGE = 25


@dataclass(frozen=True)
class Wanted:
    """Which orders a list shows: words in number, title or vendor; no statuses = all; pages count from 1."""

    search: str = ""
    statuses: Collection[Status] = ()
    work_unit_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True)
class OrderRow:
    """One line of a list of orders."""

    id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    status: Status
    gross_rupiah: int
    due_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class OrderPage:
    """One page of a list, with how many there are in all."""

    rows: list[OrderRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


async def order_for(session: AsyncSession, actor: Actor, order_id: UUID) -> Order:
    """One order with all its parts, vendor's standing, unit, package and budget line; a stranger's is NotVisible."""
    order = await seen_order(session, actor, order_id)
    if order is None:
        raise NotVisible("Pesanan ini tidak ditemukan.")
    await load_parts(session, order)
    return order


async def orders_of(session: AsyncSession, actor: Actor, wanted: Wanted) -> OrderPage:
    """The orders this person may see, the latest change first; rows and total in one query."""
    listed = (
        select(
            Order.id,
            Order.number,
            Order.title,
            Order.vendor_name,
            WorkUnit.name,
            Order.status,
            Order.gross_rupiah,
            Order.due_at,
            Order.changed_at,
            func.count().over(),
        )
        .join(WorkUnit, WorkUnit.id == Order.work_unit_id)
        .where(visible_to(actor), *_conditions(wanted))
        .order_by(Order.changed_at.desc(), Order.id.desc())
        .limit(PER_PAGE)
        .offset((max(wanted.page, 1) - 1) * PER_PAGE)
    )
    rows = (await session.execute(listed)).all()
    orders = [OrderRow(*row[:5], Status(row[5]), *row[6:9]) for row in rows]
    return OrderPage(orders, rows[0][9] if rows else 0, wanted.page)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in wanted.search.split():
        conditions.append(
            or_(
                Order.number.icontains(word, autoescape=True),
                Order.title.icontains(word, autoescape=True),
                Order.vendor_name.icontains(word, autoescape=True),
            )
        )
    if wanted.statuses:
        conditions.append(Order.status.in_(list(wanted.statuses)))
    if wanted.work_unit_id:
        conditions.append(Order.work_unit_id == wanted.work_unit_id)
    return conditions
