"""What an order and each of its deliveries cost: lines, shipping and taxes, written on their rows as assessments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.directory.models import TaxClass
from eorder_platform.money import line_amount
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import DEAD, Delivery, Handover, Order, OrderLine
from eorder_tenants.taxes.assessment import Assessment, assess, bases_of
from eorder_tenants.taxes.local_tax import local_tax_lines
from eorder_tenants.taxes.payment import Together
from eorder_tenants.taxes.supplies import ALONE, GOODS, Beside, Supply, VendorTaxProfile
from eorder_tenants.taxes.vat import vat_lines


async def assess_on_order(session: AsyncSession, order: Order, rules: RuleBook, on: date) -> Assessment:
    """Assess everything that is ordered and write the amounts on the order."""
    assessment = await assess_order(session, order, rules, on)
    write_amounts(order, assessment)
    return assessment


async def assess_order(session: AsyncSession, order: Order, rules: RuleBook, on: date) -> Assessment:
    """Taxes of everything that is ordered, by the law and the vendor of that day: an estimate until they are paid."""
    return assess(
        [_supply(line, line.due_rupiah) for line in order.lines if line.due_quantity],
        vendor_on(session, order, on),
        rules,
        on,
        shipping=order.shipping_rupiah,
        beside=await others_together(session, order),
    )


async def assess_delivery(
    session: straight.Reads,
    order: Order,
    delivery: Delivery,
    rules: RuleBook,
    on: date,
) -> Assessment:
    """Taxes of what is paid for one delivery; it passes the tax thresholds together with the rest of its order.

    Whether the vendor charges VAT is fixed by the signature, and once more by the handover, its tax point.
    """
    amounts = amounts_of(order, delivery)
    shipping = shipping_of_delivery(order, delivery)
    profile = _profile_as_agreed(session, order, delivery.handover, on)
    supplies = [_supply(line, amounts[line]) for line in order.lines if amounts.get(line)]
    assessment = assess(
        supplies,
        profile,
        rules,
        on,
        shipping=shipping,
        beside=await _beside_part(session, order, profile, supplies, shipping),
    )
    before = [
        one
        for one in handovers_of(order)
        if one is not delivery.handover and _was_before(one, delivery.handover)
    ]
    return _as_agreed(session, order, before, assessment, rules)


def vendor_on(session: straight.Reads, order: Order, day: date) -> VendorTaxProfile:
    """The vendor as the tax office knew them on that day of the region: as a verifier had accepted it by then."""
    tenant: Tenant = session.info["tenant"]
    return VendorTaxProfile.of_payee(order.participation.payee, day, tenant.zone)


def _profile_as_agreed(
    session: straight.Reads, order: Order, handover: Handover | None, on: date
) -> VendorTaxProfile:
    """The vendor of that day, but for VAT: it is charged only where it was signed for.

    Whoever becomes PKP after the signature charges none for this order; whoever was PKP and is not any more at the
    handover cannot. What a handover says of it stays.
    """
    profile = vendor_on(session, order, on)
    if handover:
        charges = Assessment.from_facts(handover.assessment).vendor.vat_registered
    else:
        charges = profile.vat_registered and order.agreed_vat is not False
    return replace(profile, vat_registered=charges)


def _as_agreed(
    session: straight.Reads, order: Order, before: Sequence[Handover], assessment: Assessment, rules: RuleBook
) -> Assessment:
    """The same with taxes that, added to those of the handovers before, do not exceed what was signed.

    A rate that rose since the signature is not paid without an addendum. And each part is rounded by itself, so that
    two may come to a rupiah more than the whole, for which alone the budget was committed.
    """
    if order.issued_at is None:
        return assessment
    tenant: Tenant = session.info["tenant"]
    signed = rules.on(order.issued_at.astimezone(ZoneInfo(tenant.zone)).date())
    earlier = [Assessment.from_facts(one.assessment) for one in before]
    so_far = Assessment.sum_of([*earlier, assessment])
    charged = local_tax_lines(so_far.supplies, signed)
    vat_of = [vat_lines(so_far.bases, signed)]
    if all(one.vat_rates == assessment.vat_rates for one in earlier):
        vat_of.append(vat_lines(so_far.bases, rules.on(assessment.tax_point)))
    return assessment.with_taxes_of_at_most(
        vat=min(sum(line.amount for line in lines) for lines in vat_of) - sum(one.vat for one in earlier),
        local_tax=sum(line.amount for line in charged) - sum(one.local_tax for one in earlier),
    )


async def assess_rest(session: straight.Reads, order: Order, rules: RuleBook, on: date) -> Assessment | None:
    """An estimate of what is not handed over yet; None where nothing more will come.

    It keeps what the signature, and later the last handover, said of the vendor's VAT, so that it changes with a
    handover alone, as the commitment does.
    """
    settled = {line.id: _accepted(order.deliveries, line) for line in order.lines}
    amounts = {
        line: line.due_rupiah - line_amount(settled[line.id], line.unit_price_rupiah) for line in order.lines
    }
    supplies = [_supply(line, amount) for line, amount in amounts.items() if amount > 0]
    if not supplies:
        return None
    handovers = handovers_of(order)
    last = max(handovers, key=lambda one: (one.handed_over_at, one.id), default=None)
    profile = _profile_as_agreed(session, order, last, on)
    shipping = max(0, order.shipping_rupiah - sum(one.shipping_rupiah for one in handovers))
    beside = await _beside_part(session, order, profile, supplies, shipping)
    assessment = assess(supplies, profile, rules, on, shipping=shipping, beside=beside)
    return _as_agreed(session, order, handovers, assessment, rules)


async def write_sums(session: AsyncSession, order: Order, rules: RuleBook, on: date) -> None:
    """The order's amounts: its invoices, what was handed over and not billed, and an estimate of what is to come."""
    handovers = handovers_of(order)
    billed = [one.assessment for one in order.invoices]
    unbilled = [one.assessment for one in handovers if one.invoice_id is None]
    parts = [Assessment.from_facts(facts) for facts in (*billed, *unbilled)]
    rest = await assess_rest(session, order, rules, on)
    order.penalty_rupiah = sum(one.penalty_rupiah for one in handovers)
    write_amounts(order, Assessment.sum_of([*parts, rest] if rest else parts))


def write_amounts(row: Order | Handover, assessment: Assessment) -> None:
    """Write an assessment's amounts on an order or a handover; a penalty stays and is taken off the net amount."""
    row.base_rupiah = assessment.base
    row.vat_rupiah = assessment.vat
    row.gross_rupiah = assessment.gross
    row.withheld_rupiah = assessment.withheld
    row.net_rupiah = assessment.net_to_vendor - row.penalty_rupiah
    row.assessment = assessment.to_facts()


def handovers_of(order: Order) -> list[Handover]:
    return [one.handover for one in order.deliveries if one.handover]


def amounts_of(order: Order, delivery: Delivery) -> dict[OrderLine, int]:
    """By line: the price before tax of what is paid for in this delivery.

    The difference of two rounded sums, so that the deliveries of a line add up to the line to the rupiah; in the order
    of their handovers, so that nothing signed later changes what was signed.
    """
    earlier = [
        one for one in order.deliveries if one.handover and _was_before(one.handover, delivery.handover)
    ]
    coming = {line.order_line_id: line.payable_quantity for line in delivery.lines}
    amounts = {}
    for line in order.lines:
        if line.id in coming:
            before = _accepted(earlier, line)
            price = line.unit_price_rupiah
            amounts[line] = line_amount(before + coming[line.id], price) - line_amount(before, price)
    return amounts


def _was_before(one: Handover, other: Handover | None) -> bool:
    """Whether it was signed before the other, which is perhaps still to be signed."""
    return other is None or (one.handed_over_at, one.id) < (other.handed_over_at, other.id)


def shipping_of_delivery(order: Order, delivery: Delivery) -> int:
    """This delivery's share of the order's shipping, by the value of what was brought, whatever of it was accepted."""
    if delivery.handover:
        return delivery.handover.shipping_rupiah
    earlier = [one for one in order.deliveries if one.handover and one.id != delivery.id]
    ordered = sum(line.total_rupiah for line in order.lines)
    brought = min(ordered, _value(order, [*earlier, delivery]))
    charged = sum(one.handover.shipping_rupiah for one in earlier if one.handover)
    return max(0, order.shipping_rupiah * brought // ordered - charged)


def _value(order: Order, deliveries: Sequence[Delivery]) -> int:
    """The price before tax of what these deliveries brought together."""
    brought: dict[UUID, Decimal] = {}
    for delivery in deliveries:
        for line in delivery.lines:
            came = line.quantity if line.delivered_quantity is None else line.delivered_quantity
            brought[line.order_line_id] = brought.get(line.order_line_id, Decimal(0)) + came
    return sum(
        line_amount(brought[line.id], line.unit_price_rupiah) for line in order.lines if line.id in brought
    )


def _accepted(deliveries: Sequence[Delivery], line: OrderLine) -> Decimal:
    """How much of a line was accepted and handed over."""
    return sum(
        (
            one.payable_quantity
            for delivery in deliveries
            if delivery.handover
            for one in delivery.lines
            if one.order_line_id == line.id
        ),
        Decimal(0),
    )


def _supply(line: OrderLine, amount: int) -> Supply:
    return Supply(TaxClass(line.tax_class), amount, line.charges_local_tax)


async def together_with(session: straight.Reads, order: Order) -> Together:
    """The transaction to which an order belongs, with what was paid of it: such orders pass the thresholds together.

    It is what was submitted on one day of the office from one package to one vendor (domain.md 5.2).
    """
    whole = Assessment.from_facts(order.assessment).own.plus(await others_together(session, order))
    found = await straight.rows(session, _PAID_TOGETHER, *_transaction(session, order))
    return Together(whole, tuple(Assessment.from_facts(facts) for (facts,) in found))


async def others_together(session: straight.Reads, order: Order) -> Beside:
    """What other orders add to the transaction of this one."""
    if order.package_id is None or order.submitted_at is None:
        return ALONE
    found = await straight.row(session, _OTHERS_TOGETHER, *_transaction(session, order), order.id)
    assert found
    return Beside(int(found[0]), int(found[1]))


def _transaction(session: straight.Reads, order: Order) -> tuple[object, ...]:
    assert order.submitted_at
    tenant: Tenant = session.info["tenant"]
    return (order.vendor_id, order.package_id, *_office_day(order.submitted_at, tenant.zone))


async def _beside_part(
    session: straight.Reads,
    order: Order,
    profile: VendorTaxProfile,
    supplies: Sequence[Supply],
    shipping: int,
) -> Beside:
    """What passes the thresholds with one part of an order: the rest of the order, and others of the transaction."""
    whole = bases_of([_supply(line, line.due_rupiah) for line in order.lines], order.shipping_rupiah)
    registered = profile.vat_registered
    part = Beside.of(bases_of(supplies, shipping), vat_registered=registered)
    rest = Beside.of(whole, vat_registered=registered).without(part)
    return rest.plus(await others_together(session, order))


_NOT_COUNTED: Final = ", ".join(f"'{status}'" for status in ("draft", *sorted(DEAD)))
_TOGETHER: Final = f"""
    o.vendor_id = $1 and o.package_id = $2 and o.submitted_at >= $3 and o.submitted_at < $4
    and o.status not in ({_NOT_COUNTED})
"""
_GOODS: Final = ", ".join(f"'{tax_class}'" for tax_class in sorted(GOODS))
_OTHERS_TOGETHER: Final = f"""
select coalesce(sum((select sum(b.value::bigint) from jsonb_each_text(o.assessment -> 'bases') b
                     where b.key in ({_GOODS}))), 0),
    coalesce(sum((select sum((l ->> 'base')::bigint)
                  from jsonb_array_elements(o.assessment -> 'vat_lines') l)), 0)
from orders o where {_TOGETHER} and o.id <> $5
"""
_PAID_TOGETHER: Final = f"""
select p.assessment from payment p join orders o on o.id = p.order_id where {_TOGETHER} order by p.paid_at, p.id
"""


def _office_day(moment: datetime, zone: str) -> tuple[datetime, datetime]:
    office = ZoneInfo(zone)
    day = moment.astimezone(office).date()
    return (
        datetime.combine(day, time(), office),
        datetime.combine(day + timedelta(days=1), time(), office),
    )
