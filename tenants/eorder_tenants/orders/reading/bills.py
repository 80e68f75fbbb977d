"""What a region owes its vendor for an order, or has paid: as the vendor's page of money tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eorder_platform import clock, straight
from eorder_platform.projections.models import BillProjection
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.models import Handover, Invoice, Order, Status
from eorder_tenants.orders.core.parts import payable_of
from eorder_tenants.orders.paying.invoicing import lacks_tax_invoice
from eorder_tenants.organisation.law import deadline, rulebook
from eorder_tenants.taxes.assessment import Assessment

PAYMENT_DAYS: Final = "payment_days"
_RECEIPTS: Final = (
    "select part_id, id from order_document where order_id = $1 and kind = $2 order by signed_at"
)


@dataclass(frozen=True)
class _Standing:
    """Whether and when a bill was sent, must be paid, was paid."""

    status: str = Status.HANDED_OVER
    number: str | None = None
    lacks_tax_invoice: bool = False
    invoiced_at: datetime | None = None
    pay_by: datetime | None = None
    expected_by: datetime | None = None
    paid_at: datetime | None = None
    receipt_id: UUID | None = None


async def bills_of(session: straight.Reads, order: Order) -> list[BillProjection]:
    """Every invoice of the order, and every handover that was never billed; nothing of what was rejected whole.

    The order comes with its parts (core/parts.py).
    """
    handovers = [one.handover for one in order.deliveries if one.handover and one.handover.gross_rupiah]
    if not handovers:
        return []
    rules = await rulebook(session)
    kind = str(DocumentKind.PAYMENT_RECEIPT)
    receipts = dict(await straight.rows(session, _RECEIPTS, order.id, kind))
    bills = []
    for invoice in order.invoices:
        billed = [one for one in handovers if one.invoice_id == invoice.id]
        if not billed:
            continue
        final = invoice.payment or invoice
        lacking = invoice.status == Status.INVOICED and lacks_tax_invoice(invoice)
        standing = _Standing(
            invoice.status,
            invoice.number,
            lacking,
            invoice.invoiced_at,
            invoice.pay_by,
            None if lacking else await _expected(session, rules, invoice),
            invoice.payment.paid_at if invoice.payment else None,
            receipts.get(invoice.id),
        )
        bills.append(_bill(session, rules, order, billed, invoice.id, final.assessment, final, standing))
    for one in handovers:
        if one.invoice_id is None:
            bills.append(_bill(session, rules, order, [one], one.id, one.assessment, one, _Standing()))
    return bills


async def _expected(session: straight.Reads, rules: RuleBook, invoice: Invoice) -> datetime | None:
    """When the money must be there, if whoever holds the bill takes all the time that they have."""
    if invoice.status == Status.HANDED_OVER:
        return None
    if invoice.pay_by or invoice.due_at is None:
        return invoice.pay_by
    return await deadline(session, rules, PAYMENT_DAYS, invoice.due_at)


def _bill(
    session: straight.Reads,
    rules: RuleBook,
    order: Order,
    handovers: Sequence[Handover],
    bill_id: UUID,
    facts: dict[str, object],
    amounts: object,
    standing: _Standing,
) -> BillProjection:
    tenant: Tenant = session.info["tenant"]
    assessment = Assessment.from_facts(facts)
    today = clock.today(tenant.zone)
    term, check = rules.rule(PAYMENT_DAYS, on=today), rules.rule("invoice_check_days", on=today)
    sums = {
        name: getattr(amounts, name)
        for name in ("gross_rupiah", "withheld_rupiah", "penalty_rupiah", "net_rupiah")
    }
    return BillProjection(
        tenant_id=tenant.id,
        id=bill_id,
        order_id=order.id,
        vendor_id=order.vendor_id,
        number=standing.number,
        status=standing.status,
        lacks_tax_invoice=standing.lacks_tax_invoice,
        is_carried=standing.paid_at is None and any(payable_of(order, one) for one in handovers),
        base_rupiah=assessment.base,
        vat_rupiah=assessment.vat,
        local_tax_rupiah=assessment.local_tax,
        kept=_kept(assessment),
        handed_over_at=min(one.handed_over_at for one in handovers),
        invoiced_at=standing.invoiced_at,
        pay_by=standing.pay_by,
        expected_by=standing.expected_by,
        paid_at=standing.paid_at,
        check_days=check.value,
        term_days=term.value,
        term_basis=term.legal_basis,
        receipt_id=standing.receipt_id,
        **sums,
    )


def _kept(assessment: Assessment) -> dict[str, int]:
    """What the treasurer keeps back, by tax; what earlier payments left to this one belongs to the same taxes."""
    found: dict[str, int] = {"vat": assessment.vat_withheld} if assessment.vat_withheld else {}
    for tax, amount in (
        *((line.kind, line.amount) for line in assessment.income_tax_lines),
        *((one.tax, one.amount) for one in assessment.caught_up),
    ):
        if amount:
            found[str(tax)] = found.get(str(tax), 0) + amount
    return found
