"""A vendor's money over all regions, from the nation's copy of their bills: what is owed, what arrives, what was kept.

A day and a year are those of the office that pays. What is owed is every bill that is not paid, whatever year it is of;
sales are counted on the day of the handover and before taxes, payments and taxes on the day the money left.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from eorder_platform import clock
from eorder_platform.projections.models import BillProjection, OrderProjection, PersonPayment
from eorder_platform.tenancy.models import TenantRow

OWED_SHOWN: Final = 50
RECEIPTS_SHOWN: Final = 20
WEEK: Final = timedelta(days=7)


class Bill(NamedTuple):
    """One bill with its order and region; see BillProjection. Whole rupiah."""

    id: UUID
    order_id: UUID
    order_number: str
    title: str
    work_unit_name: str
    slug: str
    region: str
    region_code: str
    code: str
    accent: str
    zone: str
    number: str | None
    status: str
    lacks_tax_invoice: bool
    is_carried: bool
    handed_over_at: datetime
    invoiced_at: datetime | None
    pay_by: datetime | None
    expected_by: datetime | None
    paid_at: datetime | None
    check_days: int
    term_days: int
    term_basis: str
    base_rupiah: int
    vat_rupiah: int
    local_tax_rupiah: int
    gross_rupiah: int
    vat_kept_rupiah: int
    income_tax_kept_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    receipt_id: UUID | None

    @property
    def is_billed(self) -> bool:
        return self.invoiced_at is not None and self.status != "handed_over"

    @property
    def late_days(self) -> int:
        """Calendar days of the office since the payment had to be there; 0 while it may still come in time."""
        if self.pay_by is None:
            return 0
        last = self.paid_at.astimezone(ZoneInfo(self.zone)).date() if self.paid_at else clock.today(self.zone)
        return max(0, (last - self.pay_by.astimezone(ZoneInfo(self.zone)).date()).days)


@dataclass(frozen=True)
class Share:
    """A part of the money: how many bills, how many rupiah of them reach the vendor."""

    bills: int = 0
    net_rupiah: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.bills + other.bills, self.net_rupiah + other.net_rupiah)


@dataclass(frozen=True)
class Sold:
    """A region's year: orders of which something was handed over, and its price before tax."""

    slug: str
    region: str
    code: str
    accent: str
    orders: int
    base_rupiah: int


@dataclass(frozen=True)
class Money:
    """The page. `unbilled`: what waits for the vendor's invoice, or tax invoice. `weeks`: what comes, by its Monday.

    `kept`: rupiah by the name of the tax. `own_vat_rupiah` and `own_local_tax_rupiah` came with the payments, for the
    vendor to pay to the state. `months`: sales before tax, January first. `person_rupiah`: what regions paid a natural
    person that counts for the final tax. `owed_list` has the fifty most urgent; `receipts` the latest payments of which
    something was kept.
    """

    year: int
    first_year: int
    regions: int = 0
    owed: Share = Share()
    late: Share = Share()
    unbilled: Share = Share()
    carried: Share = Share()
    weeks: dict[date, Share] = field(default_factory=dict)
    most_late_days: int = 0
    paid: Share = Share()
    gross_paid_rupiah: int = 0
    penalty_rupiah: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    own_vat_rupiah: int = 0
    own_local_tax_rupiah: int = 0
    sold: Sequence[Sold] = ()
    months: Sequence[int] = (0,) * 12
    person_rupiah: int = 0
    owed_list: Sequence[Bill] = ()
    receipts: Sequence[Bill] = ()

    @property
    def kept_rupiah(self) -> int:
        return sum(self.kept.values())

    @property
    def sold_rupiah(self) -> int:
        """The year's turnover through this platform, before taxes."""
        return sum(one.base_rupiah for one in self.sold)

    @property
    def largest_arrival(self) -> int:
        """The rupiah of the longest bar among what is to come."""
        return max(one.net_rupiah for one in (self.late, self.unbilled, self.carried, *self.weeks.values()))

    def due_until(self, day: date) -> Share:
        """What arrives by the end of that day's week, if it comes in time."""
        return sum((share for week, share in self.weeks.items() if week <= day), Share())


_COLUMNS: Final = """
b.id, b.order_id, o.number, o.title, o.work_unit_name, t.slug, t.short_name, t.region_code, t.code, t.accent, t.zone,
b.number, b.status, b.lacks_tax_invoice, b.is_carried, b.handed_over_at, b.invoiced_at, b.pay_by, b.expected_by,
b.paid_at, b.check_days, b.term_days, b.term_basis, b.base_rupiah, b.vat_rupiah, b.local_tax_rupiah, b.gross_rupiah,
coalesce((b.kept ->> 'vat')::bigint, 0), b.withheld_rupiah - coalesce((b.kept ->> 'vat')::bigint, 0),
b.penalty_rupiah, b.net_rupiah, b.receipt_id
"""
_BILLS: Final = f"""
from {BillProjection.__table__} b join {TenantRow.__table__} t on t.id = b.tenant_id
join {OrderProjection.__table__} o on o.tenant_id = b.tenant_id and o.order_id = b.order_id
"""
_OWED: Final = f"""
select {_COLUMNS} {_BILLS} where b.vendor_id = $1 and b.paid_at is null
order by b.is_carried, b.expected_by nulls last, b.handed_over_at, b.id limit $2
"""
_ARRIVING: Final = f"""
select b.tenant_id, case when b.is_carried then 'carried'
        when b.status = 'handed_over' or b.lacks_tax_invoice then 'unbilled'
        when b.pay_by < $2 then 'late' else 'coming' end,
    date_trunc('week', b.expected_by at time zone t.zone)::date, count(*), sum(b.net_rupiah)::bigint,
    max(($2 at time zone t.zone)::date - (b.pay_by at time zone t.zone)::date)
from {BillProjection.__table__} b join {TenantRow.__table__} t on t.id = b.tenant_id
where b.vendor_id = $1 and b.paid_at is null group by 1, 2, 3
"""
_IN_YEAR: Final = (
    "{0} >= make_timestamptz($2, 1, 1, 0, 0, 0, t.zone)"
    " and {0} < make_timestamptz($2 + 1, 1, 1, 0, 0, 0, t.zone)"
)
_SOLD: Final = f"""
select t.slug, t.short_name, t.code, t.accent, extract(month from b.handed_over_at at time zone t.zone)::int,
    array_agg(distinct b.order_id), sum(b.base_rupiah)::bigint
from {BillProjection.__table__} b join {TenantRow.__table__} t on t.id = b.tenant_id
where b.vendor_id = $1 and {_IN_YEAR.format("b.handed_over_at")} group by 1, 2, 3, 4, 5
"""
_PAID: Final = f"""
with paid as (
    select b.* from {BillProjection.__table__} b join {TenantRow.__table__} t on t.id = b.tenant_id
    where b.vendor_id = $1 and {_IN_YEAR.format("b.paid_at")})
select count(*), coalesce(sum(net_rupiah), 0)::bigint, coalesce(sum(gross_rupiah), 0)::bigint,
    coalesce(sum(penalty_rupiah), 0)::bigint,
    coalesce(sum(vat_rupiah) filter (where not kept ? 'vat'), 0)::bigint,
    coalesce(sum(local_tax_rupiah), 0)::bigint,
    (select json_object_agg(tax, amount) from (
        select k.key as tax, sum(k.value::bigint) as amount
        from paid, jsonb_each_text(paid.kept) k group by 1) by_tax)::text,
    (select coalesce(sum(p.turnover_rupiah), 0)::bigint from {PersonPayment.__table__} p
        where p.vendor_id = $1 and p.year = $2),
    (select extract(year from min(b.handed_over_at))::int from {BillProjection.__table__} b where b.vendor_id = $1)
from paid
"""
_RECEIPTS: Final = f"""
select {_COLUMNS} {_BILLS} where b.vendor_id = $1 and b.kept <> '{{}}' and {_IN_YEAR.format("b.paid_at")}
order by b.paid_at desc, b.id desc limit $3
"""
_OF_YEAR: Final = f"""
select {_COLUMNS} {_BILLS}
where b.vendor_id = $1
    and (b.paid_at is null or {_IN_YEAR.format("b.paid_at")} or {_IN_YEAR.format("b.handed_over_at")})
    and ($3::timestamptz is null or (b.handed_over_at, b.id) < ($3, $4))
order by b.handed_over_at desc, b.id desc limit $5
"""


async def money_of(connection: asyncpg.Connection, vendor_id: UUID, year: int) -> Money:
    """The vendor's money as it stands now, with what happened in that year."""
    now = clock.now()
    counted, gross, penalty, own_vat, own_local, kept, person, first_year = await _paid(
        connection, vendor_id, year
    )
    money = Money(
        year=year,
        first_year=min(first_year or year, year),
        paid=counted,
        gross_paid_rupiah=gross,
        penalty_rupiah=penalty,
        own_vat_rupiah=own_vat,
        own_local_tax_rupiah=own_local,
        kept=kept,
        person_rupiah=person,
        owed_list=[Bill(*row) for row in await connection.fetch(_OWED, vendor_id, OWED_SHOWN)],
        receipts=[Bill(*row) for row in await connection.fetch(_RECEIPTS, vendor_id, year, RECEIPTS_SHOWN)],
    )
    money = _with_sales(money, await connection.fetch(_SOLD, vendor_id, year))
    return _with_arrivals(money, await connection.fetch(_ARRIVING, vendor_id, now))


async def bills_of_year(
    connection: asyncpg.Connection, vendor_id: UUID, year: int, after: tuple[datetime, UUID] | None, most: int
) -> list[Bill]:
    """Every bill that is open, or was handed over or paid in that year; the latest handover first, behind `after`."""
    moment, bill_id = after or (None, None)
    rows = await connection.fetch(_OF_YEAR, vendor_id, year, moment, bill_id, most)
    return [Bill(*row) for row in rows]


async def _paid(connection: asyncpg.Connection, vendor_id: UUID, year: int) -> tuple[Any, ...]:
    row = await connection.fetchrow(_PAID, vendor_id, year)
    bills, net, gross, penalty, own_vat, own_local, kept, person, first_year = row
    return Share(bills, net), gross, penalty, own_vat, own_local, json.loads(kept or "{}"), person, first_year


def _with_sales(money: Money, rows: Sequence[Sequence[Any]]) -> Money:
    months = [0] * 12
    orders: dict[str, set[UUID]] = {}
    regions: dict[str, tuple[str, str, str]] = {}
    sums: Counter[str] = Counter()
    for slug, region, code, accent, month, found, base in rows:
        regions[slug] = region, code, accent
        orders.setdefault(slug, set()).update(found)
        sums[slug] += base
        months[month - 1] += base
    sold = [Sold(slug, *regions[slug], len(orders[slug]), base) for slug, base in sums.most_common()]
    return replace(money, sold=sold, months=months)


def _with_arrivals(money: Money, rows: Sequence[Sequence[Any]]) -> Money:
    kinds: dict[str, Share] = {}
    weeks: dict[date, Share] = {}
    for _tenant, kind, week, bills, net, _late in rows:
        share = Share(bills, net)
        kinds[kind] = kinds.get(kind, Share()) + share
        if kind == "coming" and week:
            weeks[week] = weeks.get(week, Share()) + share
    return replace(
        money,
        regions=len({row[0] for row in rows}),
        owed=sum(kinds.values(), Share()),
        late=kinds.get("late", Share()),
        unbilled=kinds.get("unbilled", Share()),
        carried=kinds.get("carried", Share()),
        weeks=dict(sorted(weeks.items())),
        most_late_days=max((row[5] for row in rows if row[1] == "late"), default=0),
    )
