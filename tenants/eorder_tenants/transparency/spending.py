"""Public spending of a region: the orders of a choice and what they add up to. Everything is counted from the orders.

Amounts include taxes. An order that came to nothing is listed, but is no spending. Days until payment are calendar
days between the office's dates of handover and payment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import asyncpg

from eorder_tenants.orders.models import DEAD
from eorder_tenants.transparency.choosing import CHOSEN, ORDERS, Choice
from eorder_tenants.transparency.stages import Stage

PAGE_SIZE = 25


@dataclass(frozen=True)
class Part:
    """One part of the spending: a month ("2026-11"), a unit (its id), a receiver (see RECEIVERS), a category."""

    key: str
    name: str
    name_english: str
    orders: int
    spent_rupiah: int
    small_rupiah: int
    paid_orders: int
    days_until_paid: Decimal | None


@dataclass(frozen=True)
class Spending:
    """What the chosen orders add up to; every order is counted in `orders`, also one that came to nothing."""

    total: Part
    running_orders: int
    unpaid_orders: int
    ended_orders: int
    vendors: int
    months: list[Part] = field(default_factory=list)
    units: list[Part] = field(default_factory=list)
    receivers: dict[str, int] = field(default_factory=dict)
    categories: list[Part] = field(default_factory=list)


RECEIVERS = ("micro", "small", "cooperative", "other")
"""Who received: cooperatives whatever their size, then micro and small businesses, then the rest."""

_ADDED_UP = f"""
with chosen as (
  select o.id, o.status, o.vendor_id, u.id::text as unit_id, u.name as unit_name,
         to_char(o.issued_at at time zone $7, 'YYYY-MM') as month,
         case when v.legal_form = 'cooperative' then 'cooperative'
              when v.business_scale in ('micro', 'small') then v.business_scale else 'other' end as receiver,
         case when o.status = any($8) then 0 else o.gross_rupiah end as spent,
         (o.paid_at at time zone $7)::date - (o.handed_over_at at time zone $7)::date as days
  {ORDERS} {CHOSEN}
)
select case grouping(month, unit_id, receiver) when 7 then 'total' when 3 then 'month' when 5 then 'unit'
            else 'receiver' end as part,
       coalesce(month, unit_id, receiver, '') as key, coalesce(unit_name, '') as name, '' as name_english,
       count(*) as orders, coalesce(sum(spent), 0)::bigint as spent,
       coalesce(sum(spent) filter (where receiver <> 'other'), 0)::bigint as small,
       count(days) as paid, avg(days) as days, count(distinct vendor_id) filter (where spent > 0) as vendors,
       count(*) filter (where status = any($9)) as running, count(*) filter (where status = any($10)) as unpaid,
       count(*) filter (where status = any($8)) as ended
from chosen
group by grouping sets ((), (month), (unit_id, unit_name), (receiver))
union all
select 'category', c.code, c.name, c.name_english, count(distinct l.order_id), sum(l.total_rupiah)::bigint,
       0, 0, null, 0, 0, 0, 0
from chosen join order_line l on l.order_id = chosen.id join offer f on f.id = l.offer_id
     join nusantara.category c on c.code = f.category_group
where spent > 0
group by c.code, c.name, c.name_english
"""


async def spending(connection: asyncpg.Connection, choice: Choice) -> Spending:
    """What a choice adds up to, in one statement. Categories are prices before tax; the largest come first."""
    stages = [sorted(stage.statuses) for stage in (Stage.RUNNING, Stage.UNPAID)]
    rows = await connection.fetch(_ADDED_UP, *choice.arguments(), choice.zone, sorted(DEAD), *stages)
    parts: dict[str, list[Part]] = {}
    for row in rows:
        parts.setdefault(row["part"], []).append(_part(row))
    total = next(row for row in rows if row["part"] == "total")
    return Spending(
        total=_part(total),
        running_orders=total["running"],
        unpaid_orders=total["unpaid"],
        ended_orders=total["ended"],
        vendors=total["vendors"],
        months=sorted(parts.get("month", []), key=lambda part: part.key),
        units=_largest_first(parts.get("unit", [])),
        receivers={part.key: part.spent_rupiah for part in parts.get("receiver", [])},
        categories=_largest_first(parts.get("category", [])),
    )


def _part(row: asyncpg.Record) -> Part:
    return Part(
        key=row["key"],
        name=row["name"],
        name_english=row["name_english"],
        orders=row["orders"],
        spent_rupiah=row["spent"],
        small_rupiah=row["small"],
        paid_orders=row["paid"],
        days_until_paid=row["days"],
    )


def _largest_first(parts: Sequence[Part]) -> list[Part]:
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
    """What a citizen may choose from: years with orders, units and categories that appear in orders."""

    years: list[int]
    units: list[tuple[UUID, str]]
    categories: list[tuple[str, str, str]]
    """code, name, English name"""


_CHOICES = """
select array(select distinct extract(year from o.issued_at at time zone $1)::int from orders o
             where o.issued_at is not null order by 1 desc) as years,
       array(select row(u.id, u.name) from work_unit u
             where exists (select from orders o where o.work_unit_id = u.id and o.issued_at is not null)
             order by u.name) as units,
       array(select row(c.code, c.name, c.name_english) from nusantara.category c
             where exists (select from offer f join order_line l on l.offer_id = f.id
                           where f.category_group = c.code)
             order by c.position) as categories
"""


async def choices(connection: asyncpg.Connection, zone: str) -> Choices:
    """What the filters offer, in one statement."""
    row = await connection.fetchrow(_CHOICES, zone)
    return Choices(
        row["years"], [tuple(unit) for unit in row["units"]], [tuple(c) for c in row["categories"]]
    )
