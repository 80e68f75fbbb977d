"""National figures and the search over all regions' orders, counted from the projected orders.

Every issued order counts, as on a region's own pages; of one that came to nothing (`ended`: regions name the statuses,
the nation does not) the amount is what was paid nevertheless.
Sandboxes are not of the nation: nothing here counts, finds or exports what was tried out in them.
Amounts include taxes; days until payment are calendar days between the region's own dates of handover and payment.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.searching import beginnings

COUNTED_AT_MOST: Final = 10_000
"""Found orders beyond this are said to be more, not counted."""
PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class YearFigures:
    """A year of one region, or of several together.

    `spent_rupiah` is what the orders cost by what was accepted, and by what was ordered as long as it may still come;
    `paid_rupiah` the part of it that was paid; `small_rupiah` that of vendors that were micro or small businesses or
    cooperatives when the order was signed; `days_until_paid` is of all paid orders together.
    """

    orders: int = 0
    spent_rupiah: int = 0
    paid_rupiah: int = 0
    small_rupiah: int = 0
    paid_orders: int = 0
    days_until_paid: int = 0
    vendors: int = 0

    def __add__(self, other: "YearFigures") -> "YearFigures":
        """Both together; a vendor of both regions is counted in both."""
        return YearFigures(*(own + other for own, other in zip(astuple(self), astuple(other), strict=True)))

    @property
    def average_days(self) -> Decimal | None:
        """Calendar days from handover to payment, None while nothing was paid."""
        return Decimal(self.days_until_paid) / self.paid_orders if self.paid_orders else None


_BY_REGION = """
select t.id, f.*, p.vendors
from nusantara.tenant t
cross join lateral (
  select count(*) as vendors from pusat.participation p where p.tenant_id = t.id and p.status = 'active') p
cross join lateral (
  select count(*) as orders,
         coalesce(sum(s.spent), 0)::bigint as spent_rupiah,
         coalesce(sum(o.paid_rupiah), 0)::bigint as paid_rupiah,
         coalesce(sum(s.spent) filter (
             where o.vendor_form = 'cooperative' or o.vendor_scale in ('micro', 'small')), 0)::bigint
           as small_rupiah,
         count(o.paid_at) as paid_orders,
         coalesce(sum((o.paid_at at time zone t.zone)::date - (o.handed_over_at at time zone t.zone)::date), 0)::bigint
           as days_until_paid
  from pusat.order_projection o
  cross join lateral (select case when o.status = any($2) then o.paid_rupiah else o.gross_rupiah end as spent) s
  where o.tenant_id = t.id
    and o.issued_at >= make_timestamptz($1, 1, 1, 0, 0, 0, t.zone)
    and o.issued_at < make_timestamptz($1 + 1, 1, 1, 0, 0, 0, t.zone)) f
where not t.sandbox
"""


async def region_figures(
    connection: asyncpg.Connection, year: int, ended: Collection[str]
) -> dict[UUID, YearFigures]:
    """Every region's year by its id, in one statement; the year is that of each region's own zone."""
    rows = await connection.fetch(_BY_REGION, year, sorted(ended))
    return {tenant_id: YearFigures(*figures) for tenant_id, *figures in rows}


@dataclass(frozen=True)
class VendorFigures:
    """How many vendors are verified, and how many of these serve more than one region."""

    verified: int
    in_several_regions: int


_VENDORS = """
select count(*) as verified, count(*) filter (where p.regions > 1) as in_several_regions
from nusantara.vendor v
left join (select vendor_id, count(*) as regions from pusat.participation where status = 'active'
           group by vendor_id) p on p.vendor_id = v.id
where v.status = 'verified' and not v.sandbox
"""


async def vendor_figures(connection: asyncpg.Connection) -> VendorFigures:
    """The national directory in two numbers."""
    return VendorFigures(**await connection.fetchrow(_VENDORS))


@dataclass(frozen=True)
class FoundOrder:
    """An issued order of some region."""

    tenant_id: UUID
    number: str
    title: str
    status: str
    issued_at: datetime
    work_unit_name: str
    vendor_name: str
    gross_rupiah: int


@dataclass(frozen=True)
class Found:
    """One page of a search; `count` stops at COUNTED_AT_MOST + 1."""

    orders: Sequence[FoundOrder]
    count: int

    @property
    def is_more_than_counted(self) -> bool:
        return self.count > COUNTED_AT_MOST


_LISTED = (
    "o.tenant_id, o.number, o.title, o.status, o.issued_at, o.work_unit_name, o.vendor_name, o.gross_rupiah"
)
_NEWEST = f"""
select {_LISTED} from pusat.order_projection o join nusantara.tenant t on t.id = o.tenant_id
where o.issued_at is not null and not t.sandbox order by o.issued_at desc, o.order_id desc limit $1
"""


async def newest_orders(connection: asyncpg.Connection, count: int) -> list[FoundOrder]:
    """The orders that were issued last, wherever."""
    return [FoundOrder(**row) for row in await connection.fetch(_NEWEST, count)]


WANTED: Final = """
from pusat.order_projection o join nusantara.tenant t on t.id = o.tenant_id
where o.issued_at is not null and not t.sandbox
  and ($1::text is null or o.search @@ to_tsquery('simple', $1))
  and ($2::uuid is null or o.tenant_id = $2)
  and ($3::text[] is null or o.status = any($3))
  and ($4::int is null or o.issued_at >= make_timestamptz($4, 1, 1, 0, 0, 0, t.zone)
                      and o.issued_at < make_timestamptz($4 + 1, 1, 1, 0, 0, 0, t.zone))
"""
"""Issued orders (`o`) with their region (`t`); parameters $1 to $4 are OrderSearch.arguments()."""
_SEARCH = f"""
select c.found, p.*
from (select count(*) as found from (select {WANTED} limit {COUNTED_AT_MOST + 1}) counted) c
left join lateral (
  select {_LISTED}
  {WANTED}
  order by o.issued_at desc, o.order_id desc limit $5 offset $6) p on true
"""


@dataclass(frozen=True, kw_only=True)
class OrderSearch:
    """What is looked for: every word of `text` must begin a word of the number, title, vendor or work unit."""

    text: str = ""
    tenant_id: UUID | None = None
    statuses: Collection[str] | None = None
    year: int | None = None

    def arguments(self) -> list[Any]:
        """The parameters of WANTED."""
        statuses = sorted(self.statuses) if self.statuses is not None else None
        return [beginnings(self.text), self.tenant_id, statuses, self.year]


async def search_orders(
    connection: asyncpg.Connection, search: OrderSearch, *, page: int = 1, size: int = PAGE_SIZE
) -> Found:
    """Issued orders of all regions, newest first, in one statement."""
    rows = await connection.fetch(_SEARCH, *search.arguments(), size, (page - 1) * size)
    listed = [FoundOrder(*order) for _found, *order in rows if order[0] is not None]
    return Found(listed, rows[0]["found"])


_YEARS = """
select array(
  select year from generate_series(
    (select extract(year from max(issued_at) at time zone 'Asia/Jayapura')::int from pusat.order_projection),
    (select extract(year from min(issued_at) at time zone 'Asia/Jakarta')::int from pusat.order_projection), -1) year
  where exists (
    select from nusantara.tenant t, pusat.order_projection o
    where o.tenant_id = t.id and not t.sandbox and o.issued_at >= make_timestamptz(year, 1, 1, 0, 0, 0, t.zone)
      and o.issued_at < make_timestamptz(year + 1, 1, 1, 0, 0, 0, t.zone)))
"""


async def years_with_orders(connection: asyncpg.Connection) -> list[int]:
    """The years, newest first, in which some region issued an order by its own calendar."""
    return list(await connection.fetchval(_YEARS))


@dataclass(frozen=True)
class RunningOrders:
    """A vendor's orders in one region that have not ended, by how far they are; rupiah are what the orders cost."""

    tenant_id: UUID
    unanswered: int
    unanswered_rupiah: int
    accepted: int
    accepted_rupiah: int
    billed: int
    billed_rupiah: int


_RUNNING = """
select tenant_id, count(*) filter (where status = 'issued'),
    coalesce(sum(gross_rupiah) filter (where status = 'issued'), 0)::bigint,
    count(*) filter (where status <> 'issued' and invoiced_at is null),
    coalesce(sum(gross_rupiah) filter (where status <> 'issued' and invoiced_at is null), 0)::bigint,
    count(*) filter (where invoiced_at is not null),
    coalesce(sum(gross_rupiah) filter (where invoiced_at is not null), 0)::bigint
from pusat.order_projection where vendor_id = any(:vendors) and status <> all(:over)
group by tenant_id order by tenant_id
"""


async def running_orders(
    session: AsyncSession, vendor_ids: Collection[UUID], over: Collection[str]
) -> list[RunningOrders]:
    """By region; `over`: the statuses in which nothing is left to be done for the vendor."""
    rows = await session.execute(text(_RUNNING), {"vendors": list(vendor_ids), "over": sorted(over)})
    return [RunningOrders(*row) for row in rows]
