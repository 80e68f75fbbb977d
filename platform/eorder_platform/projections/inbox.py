"""A vendor's orders of all regions in one list, from the national copy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.listing import Listed
from eorder_platform.projections.models import OrderProjection
from eorder_platform.tenancy.models import TenantRow


@dataclass(frozen=True)
class InboxOrder:
    """One order as a line of the inbox, with the mark of its region."""

    order_id: UUID
    number: str
    title: str
    status: str
    work_unit_name: str
    gross_rupiah: int
    due_at: datetime | None
    changed_at: datetime
    slug: str
    region: str
    zone: str
    code: str
    accent: str


async def inbox_of(
    session: AsyncSession, vendor_id: UUID, statuses: Collection[str], page: int, per_page: int
) -> list[InboxOrder]:
    """The vendor's issued orders in these statuses: the nearest deadline first, then the newest change."""
    order = OrderProjection
    wanted = _inbox(vendor_id).where(order.status.in_(list(statuses)))
    rows = await session.execute(
        wanted.order_by(order.due_at.asc().nulls_last(), order.changed_at.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return [InboxOrder(**row) for row in rows.mappings()]


def inbox_listed(vendor_id: UUID, statuses: Collection[str] = ()) -> Listed[InboxOrder]:
    """The vendor's issued orders, the newest change first, to be read in steps; no statuses = all."""
    order = OrderProjection
    rows = _inbox(vendor_id)
    if statuses:
        rows = rows.where(order.status.in_(list(statuses)))
    return Listed(InboxOrder, rows, newest=(order.changed_at, order.order_id))


def _inbox(vendor_id: UUID) -> Select[*tuple[Any, ...]]:
    order, tenant = OrderProjection, TenantRow
    return (
        select(
            order.order_id,
            order.number,
            order.title,
            order.status,
            order.work_unit_name,
            order.gross_rupiah,
            order.due_at,
            order.changed_at,
            tenant.slug,
            tenant.name.label("region"),
            tenant.zone,
            tenant.code,
            tenant.accent,
        )
        .join(tenant, tenant.id == order.tenant_id)
        .where(order.vendor_id == vendor_id, order.issued_at.is_not(None))
    )


async def count_by_status(session: AsyncSession, vendor_id: UUID) -> dict[str, int]:
    """How many of the vendor's issued orders stand in each status."""
    order = OrderProjection
    rows = await session.execute(
        select(order.status, func.count())
        .where(order.vendor_id == vendor_id, order.issued_at.is_not(None))
        .group_by(order.status)
    )
    return dict(rows.all())
