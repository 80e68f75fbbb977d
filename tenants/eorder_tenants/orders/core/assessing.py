"""What an order costs: its lines, its shipping and its taxes, written on its row and into its assessment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import TaxClass
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import DEAD, Order, OrderLine
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.supplies import Supply, VendorTaxProfile


async def reckon(
    session: AsyncSession, order: Order, rules: RuleBook, on: date, *, payment_date: date | None = None
) -> Assessment:
    """Assess the order and write the amounts on it. A penalty on the order stays and is taken off the net amount."""
    assessment = await assess_order(session, order, rules, on, payment_date=payment_date)
    apply(order, assessment)
    return assessment


async def assess_order(
    session: AsyncSession, order: Order, rules: RuleBook, on: date, *, payment_date: date | None = None
) -> Assessment:
    """Taxes of what is to be paid for the order.

    `on` is the tax point, `payment_date` the day that decides income tax (taxes/assessment.py); before they have come,
    today gives an estimate.
    """
    return assess(
        supplies_of(order.lines),
        _profile(order),
        rules,
        on,
        payment_date=payment_date,
        shipping=order.shipping_rupiah,
        same_transaction_base=await _same_transaction(session, order),
    )


def apply(order: Order, assessment: Assessment) -> None:
    """Write an assessment's amounts on the order."""
    order.base_rupiah = assessment.base
    order.vat_rupiah = assessment.vat
    order.gross_rupiah = assessment.gross
    order.withheld_rupiah = assessment.withheld
    order.net_rupiah = assessment.net_to_vendor - order.penalty_rupiah
    order.assessment = assessment.to_facts()


def supplies_of(lines: Sequence[OrderLine]) -> list[Supply]:
    """The lines of which anything is to be paid."""
    return [
        Supply(TaxClass(line.tax_class), line.due_rupiah, line.charges_local_tax)
        for line in lines
        if line.due_quantity
    ]


def _profile(order: Order) -> VendorTaxProfile:
    """The vendor as the tax office knows him now; whether he charges VAT is fixed by the handover, its tax point."""
    profile = VendorTaxProfile.of_payee(order.participation.payee)
    if order.handed_over_at is None:
        return profile
    return replace(profile, vat_registered=Assessment.from_facts(order.assessment).vendor.vat_registered)


async def _same_transaction(session: AsyncSession, order: Order) -> int:
    """The price before tax of what was submitted earlier that day from the same package to the same vendor.

    Such orders pass the tax thresholds together, so that splitting one brings nothing (domain.md 5.2).
    """
    if order.package_id is None or order.submitted_at is None:
        return 0
    tenant: Tenant = session.info["tenant"]
    start, end = _office_day(order.submitted_at, tenant.zone)
    facts = {
        "vendor_id": order.vendor_id,
        "package_id": order.package_id,
        "order_id": order.id,
        "submitted_at": order.submitted_at,
        "start": start,
        "end": end,
    }
    return int(await session.scalar(_EARLIER_THAT_DAY, facts) or 0)


_EARLIER_THAT_DAY: Final = select(func.coalesce(func.sum(Order.base_rupiah), 0)).where(
    Order.vendor_id == bindparam("vendor_id"),
    Order.package_id == bindparam("package_id"),
    Order.id != bindparam("order_id"),
    Order.status.not_in(["draft", *DEAD]),
    Order.submitted_at >= bindparam("start"),
    Order.submitted_at < bindparam("end"),
    or_(
        Order.submitted_at < bindparam("submitted_at"),
        (Order.submitted_at == bindparam("submitted_at")) & (Order.id < bindparam("order_id")),
    ),
)


def _office_day(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    office = ZoneInfo(zone)
    day = moment.astimezone(office).date()
    return (
        datetime.combine(day, time(), office),
        datetime.combine(day + timedelta(days=1), time(), office),
    )
