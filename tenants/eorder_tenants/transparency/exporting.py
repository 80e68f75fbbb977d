"""Public orders to be taken away, in steps of a thousand: memory stays flat and a slow reader holds no connection."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.transparency.choosing import CHOSEN, END, ORDERS, Choice

STEP: Final = 1_000
LAST_ID: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class ExportedOrder:
    """An issued order with what is public of it; its moments are in the region's zone."""

    number: str
    title: str
    unit_name: str
    rup_code: str
    account_code: str
    vendor_name: str
    vendor_scale: str
    vendor_form: str
    vendor_place: str
    status: str
    gross_rupiah: int
    realised_rupiah: int
    issued_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    handed_over_at: datetime | None
    paid_at: datetime | None

    @property
    def days_until_paid(self) -> int | None:
        """Calendar days between handover and payment, by the office's dates."""
        if self.paid_at is None or self.handed_over_at is None:
            return None
        return (self.paid_at.date() - self.handed_over_at.date()).days


_STEP_OF_ORDERS = f"""
select o.number, o.title, u.name, p.rup_code, b.account_code, o.vendor_name, o.vendor_scale, o.vendor_form, r.name,
       o.status, o.gross_rupiah, o.realised_rupiah,
       o.issued_at, o.accepted_at, o.delivered_at, o.handed_over_at, o.paid_at, o.id
{ORDERS}
join package p on p.id = o.package_id
join budget_line b on b.id = o.budget_line_id
join nusantara.region r on r.code = v.region_code
{CHOSEN} and (o.issued_at, o.id) < ($7, $8)
order by o.issued_at desc, o.id desc limit {{}}
"""


Keys = tuple[datetime, UUID]
"""By which the list is continued: when an order was issued, and its id."""


async def orders_behind(
    tenant: Tenant, choice: Choice, after: Keys | None, most: int
) -> tuple[list[ExportedOrder], list[Keys]]:
    """So many of the chosen orders behind that one, the newest first, and the keys of each."""
    zone = ZoneInfo(tenant.zone)
    issued_at, order_id = after or (END, LAST_ID)
    async with tenancy.searching(tenant) as connection:
        rows = await connection.fetch(
            _STEP_OF_ORDERS.format(int(most)), *choice.arguments(), issued_at, order_id
        )
    orders = [ExportedOrder(*_in_zone(list(row)[:-1], zone)) for row in rows]
    return orders, [(row["issued_at"], row["id"]) for row in rows]


async def orders_to_export(tenant: Tenant, choice: Choice) -> AsyncIterator[list[ExportedOrder]]:
    """The chosen orders, newest first."""
    zone = ZoneInfo(tenant.zone)
    issued_at, order_id = END, LAST_ID
    while True:
        async with tenancy.searching(tenant) as connection:
            rows = await connection.fetch(
                _STEP_OF_ORDERS.format(STEP), *choice.arguments(), issued_at, order_id
            )
        if rows:
            yield [ExportedOrder(*_in_zone(list(row)[:-1], zone)) for row in rows]
            issued_at, order_id = rows[-1]["issued_at"], rows[-1]["id"]
        if len(rows) < STEP:
            return


def _in_zone(values: list[object], zone: ZoneInfo) -> list[Any]:
    return [value.astimezone(zone) if isinstance(value, datetime) else value for value in values]
