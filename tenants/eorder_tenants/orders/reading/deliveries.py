"""The deliveries of all orders that a person may see: what comes when, and how late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import case, func, select

from eorder_platform import clock
from eorder_platform.listing import Listed, every_word
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Delivery, Handover, Order, Status
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit


@dataclass(frozen=True)
class DeliveryRow:
    """One line of a list of deliveries; `late_days` are calendar days of the office after the order's delivery date."""

    id: UUID
    sequence: int
    status: str
    expected_on: date
    expected_at: time | None
    delivered_at: datetime | None
    late_days: int
    carrier: str
    driver: str
    order_id: UUID
    order_number: str
    order_title: str
    vendor_name: str
    work_unit_name: str


def deliveries_visible_to(
    tenant: Tenant, actor: Actor, search: str = "", statuses: Collection[Status] = ()
) -> Listed[DeliveryRow]:
    """The deliveries of the orders this person may see, the latest expected first; no statuses = all.

    What has not come yet is late by the day on which it is expected, or by today once that has passed.
    """
    arrived_on = func.date(func.timezone(tenant.zone, Delivery.delivered_at))
    comes_on = func.greatest(Delivery.expected_on, clock.today(tenant.zone))
    late = func.greatest(func.coalesce(arrived_on, comes_on) - Order.delivery_due_on, 0)
    rows = (
        select(
            Delivery.id,
            Delivery.sequence,
            Delivery.status,
            Delivery.expected_on,
            Delivery.expected_at,
            Delivery.delivered_at,
            case(
                (Delivery.status == Status.CANCELLED, 0), else_=func.coalesce(Handover.late_days, late)
            ).label("late_days"),
            Delivery.carrier,
            Delivery.driver,
            Delivery.order_id,
            Order.number.label("order_number"),
            Order.title.label("order_title"),
            Order.vendor_name,
            WorkUnit.name.label("work_unit_name"),
        )
        .join(Order, Order.id == Delivery.order_id)
        .join(WorkUnit, WorkUnit.id == Order.work_unit_id)
        .outerjoin(Handover, Handover.delivery_id == Delivery.id)
        .where(
            visible_to(actor),
            *every_word(
                search,
                Order.number,
                Order.title,
                Order.vendor_name,
                WorkUnit.name,
                Delivery.carrier,
                Delivery.driver,
            ),
        )
    )
    if statuses:
        rows = rows.where(Delivery.status.in_(statuses))
    hour = func.coalesce(Delivery.expected_at, time.min)
    return Listed(DeliveryRow, rows, newest=(Delivery.expected_on, hour, Delivery.id))
