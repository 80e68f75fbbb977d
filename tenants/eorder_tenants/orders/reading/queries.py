"""Orders as people find them: one order, and a list to search. All through the person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from eorder_platform import straight
from eorder_platform.errors import NotVisible
from eorder_platform.listing import Listed, every_word
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit


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


async def order_for(session: straight.Reads, actor: Actor, order_id: UUID) -> Order:
    """One order with all its parts, vendor's standing, unit, package and budget line; a stranger's is NotVisible."""
    order = await seen_order(session, actor, order_id)
    if order is None:
        raise NotVisible("Pesanan ini tidak ditemukan.")
    return order


async def order_id_of(session: straight.Reads, named: str) -> UUID:
    """The id of an order that is called by it or by its number; whether somebody may see it is asked with it."""
    try:
        return UUID(named)
    except ValueError:
        found: UUID | None = await straight.value(session, "select id from orders where number = $1", named)
    if found is None:
        raise NotVisible("Pesanan ini tidak ditemukan.")
    return found


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


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = every_word(wanted.search, Order.number, Order.title, Order.vendor_name)
    if wanted.statuses:
        conditions.append(Order.status.in_(list(wanted.statuses)))
    return conditions
