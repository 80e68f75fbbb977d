"""Public spending of a region: the orders of a choice and what they add up to. Everything is counted from the orders.

Amounts include taxes and follow what was accepted: what was ordered counts only as long as it may still come. An order
that came to nothing is listed, but is no spending beyond what was paid of it. A vendor's scale is that of the day on
which the order was signed. Days until payment are calendar days between the office's dates of handover and payment.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import asyncpg

from eorder_tenants.orders.core.models import DEAD
from eorder_tenants.transparency.choosing import CHOSEN, ORDERS, Choice
from eorder_tenants.transparency.stages import Stage

PAGE_SIZE = 25


@dataclass(frozen=True)
class Part:
    """One part of the spending: all of it, a month ("2026-11"), a unit (by its id) or a receiver (see RECEIVERS).

    `settled_rupiah` is the part of `spent_rupiah` that was paid.
    """

    key: str
    name: str
    orders: int
    spent_rupiah: int
    settled_rupiah: int
    small_rupiah: int
    paid_orders: int
    days_until_paid: Decimal | None


@dataclass(frozen=True)
class CategoryPart:
    """What was spent in a main category, before tax and shipping, without what did not come."""

    key: str
    name: str
    name_english: str
    spent_rupiah: int


@dataclass(frozen=True)
class Spending:
    """What the chosen orders add up to; every order is counted in `orders`, also one that came to nothing."""

    total: Part
    running_orders: int
    unpaid_orders: int
    ended_orders: int
    vendors: int
    months: list[Part]
    units: list[Part]
    receivers: dict[str, int]
    categories: list[CategoryPart]


RECEIVERS = ("micro", "small", "cooperative", "other")
"""Who received: cooperatives whatever their size, then micro and small businesses, then the rest."""

_ADDED_UP = f"""
with chosen as (
  select o.id, o.status, o.vendor_id, o.work_unit_id as unit_id,
         date_trunc('month', o.issued_at at time zone $7) as month,
         case when o.vendor_form = 'cooperative' then 'cooperative'
              when o.vendor_scale in ('micro', 'small') then o.vendor_scale else 'other' end as receiver,
         case when o.status = any($8) then o.realised_rupiah else o.gross_rupiah end as spent,
         o.realised_rupiah as settled,
         (o.paid_at at time zone $7)::date - (o.handed_over_at at time zone $7)::date as days
  {ORDERS} {CHOSEN}
), parts as (
  select case grouping(month, unit_id, receiver) when 7 then 'total' when 3 then 'month' when 5 then 'unit'
              else 'receiver' end as part,
         month, unit_id, receiver, count(*) as orders, coalesce(sum(spent), 0)::bigint as spent,
         coalesce(sum(settled), 0)::bigint as settled,
         coalesce(sum(spent) filter (where receiver <> 'other'), 0)::bigint as small,
         count(days) as paid, avg(days) as days,
         count(*) filter (where status = any($9)) as running,
         count(*) filter (where status = any($10)) as unpaid,
         count(*) filter (where status = any($8)) as ended
  from chosen group by grouping sets ((), (month), (unit_id), (receiver))
)
select part, coalesce(to_char(month, 'YYYY-MM'), unit_id::text, receiver, '') as key, coalesce(u.name, '') as name,
       '' as name_english, orders, spent, settled, small, paid, days, running, unpaid, ended,
       (select count(distinct vendor_id) from chosen where spent > 0) as vendors
from parts left join work_unit u on u.id = parts.unit_id
union all
select 'category', c.code, c.name, c.name_english, 0,
       sum(trunc((l.quantity - l.closed_quantity) * l.unit_price_rupiah))::bigint, 0, 0, 0, null, 0, 0, 0, 0
from chosen join order_line l on l.order_id = chosen.id join offer f on f.id = l.offer_id
     join nusantara.category c on c.code = f.category_group
where spent > 0
group by c.code, c.name, c.name_english
"""


async def spending(connection: asyncpg.Connection, choice: Choice) -> Spending:
    """What a choice adds up to, in one statement; the largest units and categories come first."""
    stages = [sorted(stage.statuses) for stage in (Stage.RUNNING, Stage.UNPAID)]
    rows = await connection.fetch(_ADDED_UP, *choice.arguments(), choice.zone, sorted(DEAD), *stages)
    of_kind: dict[str, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        of_kind[row["part"]].append(row)
    (total,) = of_kind["total"]
    return Spending(
        total=_part(total),
        running_orders=total["running"],
        unpaid_orders=total["unpaid"],
        ended_orders=total["ended"],
        vendors=total["vendors"],
        months=sorted((_part(row) for row in of_kind["month"]), key=lambda part: part.key),
        units=_largest_first(_part(row) for row in of_kind["unit"]),
        receivers={row["key"]: row["spent"] for row in of_kind["receiver"]},
        categories=_largest_first(
            CategoryPart(row["key"], row["name"], row["name_english"], row["spent"])
            for row in of_kind["category"]
        ),
    )


def _part(row: asyncpg.Record) -> Part:
    return Part(
        key=row["key"],
        name=row["name"],
        orders=row["orders"],
        spent_rupiah=row["spent"],
        settled_rupiah=row["settled"],
        small_rupiah=row["small"],
        paid_orders=row["paid"],
        days_until_paid=row["days"],
    )


Sized = TypeVar("Sized", Part, CategoryPart)


def _largest_first(parts: Iterable[Sized]) -> list[Sized]:
    return sorted(parts, key=lambda part: (-part.spent_rupiah, part.name))


@dataclass(frozen=True)
class ListedOrder:
    """An order in the public list."""

    number: str
    title: str
    status: str
    issued_at: datetime
    unit_name: str
    vendor_name: str
    gross_rupiah: int


_LISTED = f"""
select o.number, o.title, o.status, o.issued_at, u.name as unit_name, o.vendor_name, o.gross_rupiah
{ORDERS} {CHOSEN}
order by o.issued_at desc, o.id desc limit $7 offset $8
"""


async def listed_orders(
    connection: asyncpg.Connection, choice: Choice, page: int = 1, size: int = PAGE_SIZE
) -> list[ListedOrder]:
    """One page of the chosen orders, newest first."""
    rows = await connection.fetch(_LISTED, *choice.arguments(), size, (page - 1) * size)
    return [ListedOrder(**row) for row in rows]


@dataclass(frozen=True)
class Choices:
    """What a citizen may choose from."""

    years: list[int]
    units: list[tuple[UUID, str]]
    categories: list[tuple[str, str, str]]
    """code, name, English name"""


_CHOICES = """
select array(select year from generate_series(
               (select extract(year from max(issued_at) at time zone $1)::int from orders),
               (select extract(year from min(issued_at) at time zone $1)::int from orders), -1) year
             where exists (select from orders where issued_at >= make_timestamptz(year, 1, 1, 0, 0, 0, $1)
                           and issued_at < make_timestamptz(year + 1, 1, 1, 0, 0, 0, $1))) as years,
       array(select row(u.id, u.name) from work_unit u
             where exists (select from orders o where o.work_unit_id = u.id and o.issued_at is not null)
             order by u.name) as units,
       array(select row(c.code, c.name, c.name_english) from nusantara.category c
             where c.parent_code is null and c.active order by c.position) as categories
"""


async def choices(connection: asyncpg.Connection, zone: str) -> Choices:
    """Years with an order, the newest first, units that ordered and the main categories, in one statement."""
    row = await connection.fetchrow(_CHOICES, zone)
    return Choices(
        row["years"], [tuple(unit) for unit in row["units"]], [tuple(c) for c in row["categories"]]
    )
