"""A vendor's money over all regions: what is owed, what arrives, what was kept, and each bill."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import acting_member
from eorder_platform.directory.turnover_limits import TurnoverLimit, turnover_towards_limits
from eorder_platform.projections.money import Bill, Share, bills_of_year, money_of
from eorder_web.api.calls import Call
from eorder_web.api.operations import NATION, Listing, Operation, Page, reads
from eorder_web.api.paging import paged, position
from eorder_web.look.rendering import NATIONAL_ZONE

MONEY: Final = "money"
READ: Final = "payments:read"
YEAR = Annotated[int, msgspec.Meta(ge=2000, le=2999)]


class YearQuery(msgspec.Struct, kw_only=True, frozen=True):
    """`year`: of sales, payments and taxes; this year where it is left out."""

    year: YEAR | None = None


class BillQuery(Listing, kw_only=True, frozen=True):
    """`year`: bills that were handed over or paid in it; those that are open come always."""

    year: YEAR | None = None


class ShareView(msgspec.Struct, frozen=True):
    """How many bills, and the rupiah of them that reach the vendor."""

    bills: int
    net_rupiah: int


class WeekView(msgspec.Struct, frozen=True):
    """What arrives in a week, if it comes in time."""

    monday: date
    bills: int
    net_rupiah: int


class SoldView(msgspec.Struct, frozen=True):
    """A region's year: orders handed over, and their price before tax."""

    region: str
    name: str
    orders: int
    base_rupiah: int


class LimitView(msgspec.Struct, frozen=True, kw_only=True):
    """A limit of the law, and how much of the year's turnover counts towards it.

    `stated`: false where a person made no statement of their turnover, without which this limit does nothing.
    """

    rule: str
    limit_rupiah: int
    turnover_rupiah: int
    stated: bool
    legal_basis: str
    since: date
    verified: bool


class MoneyView(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor's money. `kept`: rupiah that treasurers kept back that year, by tax; `own_…`: for the vendor to pay."""

    year: int
    owed: ShareView
    late: ShareView
    unbilled: ShareView
    carried: ShareView
    weeks: list[WeekView]
    paid: ShareView
    penalty_rupiah: int
    kept: dict[str, int]
    own_vat_rupiah: int
    own_local_tax_rupiah: int
    sold: list[SoldView]
    months: list[int]
    outside_rupiah: int
    limits: list[LimitView]


class BillView(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, or a handover that nobody billed yet. `pay_by`: when it must be paid; `expected_by`: counted ahead.

    `late_days`: calendar days of the office after `pay_by`. `receipt_id`: below /inbox/{region}/{order}/documents.
    """

    id: UUID
    region: str
    order_id: UUID
    order_number: str
    title: str
    work_unit_name: str
    number: str | None
    status: str
    lacks_tax_invoice: bool
    is_carried: bool
    handed_over_at: datetime
    invoiced_at: datetime | None
    pay_by: datetime | None
    expected_by: datetime | None
    paid_at: datetime | None
    late_days: int
    base_rupiah: int
    vat_rupiah: int
    local_tax_rupiah: int
    gross_rupiah: int
    vat_kept_rupiah: int
    income_tax_kept_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    receipt_id: UUID | None


@reads("/money", on=NATION, tag=MONEY, scope=READ, says="Uang usaha Anda dari semua wilayah.")
async def money(call: Call, query: YearQuery) -> MoneyView:
    """What is owed and arrives, what was paid and kept that year, and the turnover towards its limits."""
    member = await acting_member(call.account_id)
    year = _year(query.year)
    async with tenancy.reading_national() as connection:
        found = await money_of(connection, member.vendor_id, year)
    async with tenancy.national() as session:
        turnover = await turnover_towards_limits(
            session, member.vendor_id, year, found.sold_rupiah, found.person_rupiah
        )
    return MoneyView(
        year=year,
        owed=_share(found.owed),
        late=_share(found.late),
        unbilled=_share(found.unbilled),
        carried=_share(found.carried),
        weeks=[WeekView(week, share.bills, share.net_rupiah) for week, share in found.weeks.items()],
        paid=_share(found.paid),
        penalty_rupiah=found.penalty_rupiah,
        kept=found.kept,
        own_vat_rupiah=found.own_vat_rupiah,
        own_local_tax_rupiah=found.own_local_tax_rupiah,
        sold=[SoldView(one.slug, one.region, one.orders, one.base_rupiah) for one in found.sold],
        months=list(found.months),
        outside_rupiah=turnover.outside_rupiah,
        limits=[_limit(one) for one in turnover.limits],
    )


@reads("/money/bills", on=NATION, tag=MONEY, scope=READ, says="Tagihan usaha Anda di semua wilayah.")
async def bills(call: Call, query: BillQuery) -> Page[BillView]:
    """Every open bill and those of the year, the latest handover first."""
    member = await acting_member(call.account_id)
    after = position(query, tuple[datetime, UUID])
    async with tenancy.reading_national() as connection:
        rows = await bills_of_year(connection, member.vendor_id, _year(query.year), after, query.limit + 1)

    def keys(at: int) -> Sequence[Any]:
        return rows[at].handed_over_at, rows[at].id

    return paged(call, query, rows, keys, _bill)


def _year(asked: int | None) -> int:
    return asked or clock.today(NATIONAL_ZONE).year


def _share(share: Share) -> ShareView:
    return ShareView(share.bills, share.net_rupiah)


def _limit(one: TurnoverLimit) -> LimitView:
    return LimitView(
        rule=one.rule.key,
        limit_rupiah=one.rule.value,
        turnover_rupiah=one.turnover_rupiah,
        stated=one.stated,
        legal_basis=one.rule.legal_basis,
        since=one.rule.valid_from,
        verified=one.rule.verified,
    )


def _bill(bill: Bill) -> BillView:
    known = bill._asdict() | {"region": bill.slug, "late_days": bill.late_days}
    return BillView(**{name: known[name] for name in BillView.__struct_fields__})


OPERATIONS: Final[list[Operation]] = [money, bills]
