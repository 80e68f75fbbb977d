"""Issued orders of all regions to be taken away, in steps of a thousand: a slow reader holds no connection."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from eorder_platform import tenancy
from eorder_platform.projections.queries import WANTED, OrderSearch

STEP: Final = 1_000
MOST_ROWS: Final = 100_000
"""Whoever needs more asks for a year and a region."""
END: Final = datetime(2200, 1, 1, tzinfo=UTC)
LAST_ID: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class ProjectedOrder:
    """An issued order of some region; its days are those of the region's zone."""

    region_code: str
    region_name: str
    number: str
    title: str
    work_unit_name: str
    vendor_name: str
    vendor_scale: str
    vendor_form: str
    status: str
    gross_rupiah: int
    paid_rupiah: int
    issued_on: date
    handed_over_on: date | None
    paid_on: date | None


_STEP_OF_ORDERS: Final = f"""
select t.region_code, t.short_name, o.number, o.title, o.work_unit_name, o.vendor_name, o.vendor_scale, o.vendor_form,
       o.status, o.gross_rupiah, o.paid_rupiah, (o.issued_at at time zone t.zone)::date,
       (o.handed_over_at at time zone t.zone)::date, (o.paid_at at time zone t.zone)::date, o.issued_at, o.order_id
{WANTED} and (o.issued_at, o.order_id) < ($5, $6)
order by o.issued_at desc, o.order_id desc limit $7
"""


async def orders_to_export(search: OrderSearch) -> AsyncIterator[list[ProjectedOrder]]:
    """The orders that are searched for, newest first."""
    issued_at, order_id, left = END, LAST_ID, MOST_ROWS
    while left > 0:
        size = min(STEP, left)
        async with tenancy.searching_national() as connection:
            rows = await connection.fetch(_STEP_OF_ORDERS, *search.arguments(), issued_at, order_id, size)
        if rows:
            yield [ProjectedOrder(*list(row)[:-2]) for row in rows]
            issued_at, order_id = rows[-1]["issued_at"], rows[-1]["order_id"]
        if len(rows) < size:
            return
        left -= size
