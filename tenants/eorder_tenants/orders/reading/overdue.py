"""Payments whose day is over (lewat batas bayar): what the auditor and the administrator watch over."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from eorder_platform import clock, straight
from eorder_tenants.orders.core.models import Status
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role

OWED: Final = (Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED)
WATCHED_BY: Final = (Role.AUDITOR, Role.TENANT_ADMIN)
MOST: Final = 300


class Overdue(NamedTuple):
    """An unpaid invoice: of which order, for whom it waits, since when it is late, how often its vendor said so."""

    order_id: UUID
    number: str
    title: str
    vendor_name: str
    work_unit_name: str
    gross_rupiah: int
    status: str
    pay_by: datetime
    reminders: int

    @property
    def status_label(self) -> str:
        return Status(self.status).label


async def overdue_payments(session: straight.Reads, actor: Actor) -> list[Overdue]:
    """Those of the whole region, the longest first; empty for who does not watch over it."""
    if not any(actor.holds(role) for role in WATCHED_BY):
        return []
    return [Overdue(*row) for row in await straight.rows(session, _OVERDUE, clock.now(), list(OWED), MOST)]


_OVERDUE: Final = """
select o.id, o.number, o.title, o.vendor_name, u.name, i.gross_rupiah, i.status, i.pay_by, i.reminders
from invoice i join orders o on o.id = i.order_id join work_unit u on u.id = o.work_unit_id
where i.pay_by < $1 and i.status = any($2) order by i.pay_by, o.number limit $3
"""
