"""A vendor's orders of all regions in one list, from the national copy: filtered, sorted, in steps, with its counts.

One statement reads what a page shows and counts, whatever the number of regions; no region is asked.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.projections.models import OrderProjection
from eorder_platform.tenancy.models import TenantRow


class Place(NamedTuple):
    """Where a row stands in the list's own order; what comes behind it is larger."""

    key: int
    order_id: UUID


class InboxOrder(NamedTuple):
    """One order as a line of the inbox, with the mark of its region; `key` is what the list is sorted by."""

    order_id: UUID
    number: str
    title: str
    status: str
    work_unit_name: str
    products: str
    gross_rupiah: int
    due_at: datetime | None
    issued_at: datetime
    changed_at: datetime
    slug: str
    region: str
    zone: str
    code: str
    accent: str
    key: int

    @property
    def place(self) -> Place:
        return Place(self.key, self.order_id)


class Sorting(StrEnum):
    """In which order the list stands: nearest deadline, latest change, latest order, largest amount first."""

    DEADLINE = "deadline"
    CHANGED = "changed"
    ISSUED = "issued"
    AMOUNT = "amount"


@dataclass(frozen=True, kw_only=True)
class InboxSearch:
    """What is looked for: every word stands in the number, title, work unit or products.

    `statuses`: None for all. `year`: in which the order was issued, by its region's calendar.
    """

    text: str = ""
    region: str | None = None
    statuses: Collection[str] | None = None
    year: int | None = None
    sorting: Sorting = Sorting.DEADLINE


class Counted(NamedTuple):
    """How many orders of this status, region and year the words find."""

    status: str
    slug: str
    region: str
    year: int
    orders: int


@dataclass(frozen=True)
class InboxPage:
    """Part of the list; `counted` is about everything that the words find."""

    orders: list[InboxOrder]
    counted: list[Counted]

    def count(
        self, statuses: Collection[str] | None = None, region: str | None = None, year: int | None = None
    ) -> int:
        """How many there are of what is named."""
        return sum(one.orders for one in self.counted if _fits(one, statuses, region, year))

    def regions(self) -> list[tuple[str, str]]:
        """(slug, name) of the regions that ordered, by name."""
        return sorted({(one.slug, one.region) for one in self.counted}, key=lambda one: one[1])

    def years(self) -> list[int]:
        """The years in which somebody ordered, newest first."""
        return sorted({one.year for one in self.counted}, reverse=True)


def _fits(one: Counted, statuses: Collection[str] | None, region: str | None, year: int | None) -> bool:
    return (
        (statuses is None or one.status in statuses)
        and (region is None or one.slug == region)
        and (year is None or one.year == year)
    )


_KEYS: Final = {
    Sorting.DEADLINE: "extract(epoch from coalesce(o.due_at, '2200-01-01'::timestamptz))",
    Sorting.CHANGED: "-extract(epoch from o.changed_at)",
    Sorting.ISSUED: "-extract(epoch from o.issued_at)",
    Sorting.AMOUNT: "-o.gross_rupiah",
}
"""Numbers that grow down the list; times in microseconds."""
_YEAR: Final = "extract(year from o.issued_at at time zone t.zone)::int"
_FOUND: Final = f"""
from {OrderProjection.__table__} o join {TenantRow.__table__} t on t.id = o.tenant_id
where o.vendor_id = $1 and o.issued_at is not null
    and (o.number || ' ' || o.title || ' ' || o.work_unit_name || ' ' || o.products) ilike all ($2::text[])
"""
_COUNTED: Final = f"""
select json_agg(c)::text as counted from (
    select json_build_array(o.status, t.slug, t.short_name, {_YEAR}, count(*)) as c {_FOUND}
    group by o.status, t.slug, t.short_name, {_YEAR}) counted
"""


def _rows(sorting: Sorting) -> str:
    key = f"({_KEYS[sorting]} * 1000000)::bigint" if "epoch" in _KEYS[sorting] else f"({_KEYS[sorting]})"
    return f"""
select o.order_id, o.number, o.title, o.status, o.work_unit_name, o.products, o.gross_rupiah, o.due_at, o.issued_at,
    o.changed_at, t.slug, t.short_name, t.zone, t.code, t.accent, {key} as key
{_FOUND}
    and ($3::text is null or t.slug = $3) and ($4::text[] is null or o.status = any($4))
    and ($5::int is null or {_YEAR} = $5)
    and ($6::bigint is null or ({key}, o.order_id) > ($6, $7))
order by {key}, o.order_id limit $8
"""


_LISTED: Final = {one: _rows(one) for one in Sorting}
_BOTH: Final = {
    one: f"""
select c.counted, p.* from ({_COUNTED}) c left join lateral ({_LISTED[one]}) p on true order by p.key, p.order_id
"""
    for one in Sorting
}


async def inbox_page(
    connection: asyncpg.Connection, vendor_id: UUID, search: InboxSearch, after: Place | None, most: int
) -> InboxPage:
    """So many orders behind that place with all counts, in one round trip."""
    rows = await connection.fetch(_BOTH[search.sorting], *_arguments(vendor_id, search, after, most))
    counted = [Counted(*one) for one in json.loads(rows[0]["counted"] or "[]")]
    return InboxPage([InboxOrder(*row[1:]) for row in map(tuple, rows) if row[1] is not None], counted)


async def inbox_step(
    connection: asyncpg.Connection, vendor_id: UUID, search: InboxSearch, after: Place | None, most: int
) -> list[InboxOrder]:
    """The same without its counts, to be read on and on."""
    rows = await connection.fetch(_LISTED[search.sorting], *_arguments(vendor_id, search, after, most))
    return [InboxOrder(*row) for row in rows]


def _arguments(vendor_id: UUID, search: InboxSearch, after: Place | None, most: int) -> tuple[object, ...]:
    words = [f"%{_literal(word)}%" for word in search.text.split()]
    statuses = sorted(search.statuses) if search.statuses is not None else None
    key, order_id = after or (None, None)
    return vendor_id, words, search.region, statuses, search.year, key, order_id, most


def _literal(word: str) -> str:
    """Signs are looked for as they stand."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def count_by_status(session: AsyncSession, vendor_id: UUID) -> dict[str, int]:
    """How many of the vendor's issued orders stand in each status."""
    order = OrderProjection
    rows = await session.execute(
        select(order.status, func.count())
        .where(order.vendor_id == vendor_id, order.issued_at.is_not(None))
        .group_by(order.status)
    )
    return dict(rows.all())
