"""The vendor bills what was handed over (tagihan); a VAT-registered one (PKP) with their tax invoice (faktur pajak)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import treasurer_is_alone
from eorder_tenants.documents.numbering import next_invoice_number
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import handovers_of, together_with, write_sums
from eorder_tenants.orders.core.models import Handover, Invoice, Order, Status
from eorder_tenants.orders.core.parts import Billing, Case
from eorder_tenants.orders.core.steps import OWNER, TREASURER, Step, Subject
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.payment import assess_payment
from eorder_tenants.taxes.supplies import VendorTaxProfile

TAX_INVOICE_DIGITS = (16, 17)
"""e-Faktur had 16 digits, Coretax has 17 (domain.md 5.6)."""
LONGEST_NUMBER = 60

INVOICE = Step(
    name="invoice",
    noun="tagihan",
    label="Kirim tagihan",
    done="Tagihan dikirim",
    subject=Subject.BILLING,
    sources=(Status.HANDED_OVER,),
    target=Status.INVOICED,
    by=(OWNER,),
    clock="invoice_check_days",
    awaited=True,
)
RETURN = Step(
    name="return_invoice",
    noun="pengembalian-tagihan",
    label="Kembalikan tagihan",
    done="Tagihan dikembalikan",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED, Status.PAYMENT_APPROVED),
    target=Status.HANDED_OVER,
    by=(TREASURER,),
    duties=(treasurer_is_alone,),
    clock="invoice_days",
    reason=True,
)


@dataclass(frozen=True)
class NewInvoice:
    """The vendor's form. Without a number of their own they get one from the platform."""

    order_id: UUID
    version: int
    number: str = ""
    tax_invoice_number: str = ""


@INVOICE.use_case
async def send_invoice(session: AsyncSession, actor: Actor, new: NewInvoice) -> Invoice:
    """Bill everything that was handed over and not billed, with the taxes as they would be withheld today.

    Payment decides the taxes finally. The bank account of today is written down: payment goes there or, when it changes
    meanwhile, waits (SOD7). An invoice that the treasurer sent back is rewritten and keeps the platform's number.
    Refused: a PKP's missing or malformed tax invoice number, and one from a vendor who charges no VAT.
    """
    case = await stepping.begin(session, actor, INVOICE, new.order_id, new.version)
    order, tenant = case.order, session.info["tenant"]
    assert isinstance(case.part, Billing) and actor.id
    today = clock.today(tenant.zone)
    rules = await rulebook(session)
    assessment = await assess_billed(session, order, case.part.handovers, rules, today)
    tax_invoice_number = _tax_invoice_number(assessment, new.tax_invoice_number)
    number = new.number.strip()
    if len(number) > LONGEST_NUMBER:
        raise Refused("Nomor tagihan paling panjang %(most)s huruf.", "number", most=LONGEST_NUMBER)
    invoice = case.part.returned or Invoice(id=new_id(), order_id=order.id, number="", payment=None)
    if not (number or invoice.number):
        number = await next_invoice_number(session, order.work_unit, today)
    invoice.number = number or invoice.number
    invoice.invoiced_on, invoice.invoiced_at = today, clock.now()
    invoice.tax_invoice_number = tax_invoice_number
    write_invoice(invoice, case.part.handovers, assessment)
    invoice.payee = dict(order.participation.payee)
    invoice.submitted_by = actor.id
    if case.part.returned is None:
        invoice.status = Status.INVOICED
        order.invoices.append(invoice)
    await session.flush()  # the handovers point to it
    for handover in case.part.handovers:
        handover.invoice_id = invoice.id
    await write_sums(session, order, rules, last_tax_point(order, tenant))
    await stepping.finish(
        session,
        actor,
        case,
        INVOICE,
        part=invoice,
        details={"invoice": invoice.number, "gross_rupiah": invoice.gross_rupiah},
    )
    return invoice


@INVOICE.shown_with
async def what_is_billed(session: AsyncSession, case: Case) -> dict[str, Any]:
    """What the invoice would come to."""
    assert isinstance(case.part, Billing)
    return {
        "gross": sum(one.gross_rupiah for one in case.part.handovers),
        "vat": sum(one.vat_rupiah for one in case.part.handovers),
        "deliveries": case.deliveries,
    }


@RETURN.use_case
async def return_invoice(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The invoice is wrong, or an approved payment cannot be made as billed: the vendor sends it anew."""
    case = await stepping.begin(session, actor, RETURN, order_id, version, part_id)
    case.invoice.requested_by = case.invoice.approved_by = None
    case.invoice.requested_at = case.invoice.approved_at = None
    details = {"invoice": case.invoice.number}
    return await stepping.finish(session, actor, case, RETURN, reason=reason, details=details)


async def assess_billed(
    session: AsyncSession, order: Order, handovers: Sequence[Handover], rules: RuleBook, payment_date: date
) -> Assessment:
    """What is billed as it would be paid on that day, together with all that belongs to the same transaction."""
    return assess_payment(
        Assessment.sum_of([Assessment.from_facts(one.assessment) for one in handovers]),
        VendorTaxProfile.of_payee(order.participation.payee),
        rules,
        payment_date,
        await together_with(session, order),
        penalty=sum(one.penalty_rupiah for one in handovers),
    )


def write_invoice(invoice: Invoice, handovers: Sequence[Handover], assessment: Assessment) -> None:
    """The amounts of an invoice: the sum of what it bills."""
    invoice.penalty_rupiah = sum(one.penalty_rupiah for one in handovers)
    invoice.gross_rupiah, invoice.withheld_rupiah = assessment.gross, assessment.withheld
    invoice.net_rupiah = assessment.net_to_vendor - invoice.penalty_rupiah
    invoice.assessment = assessment.to_facts()


def last_tax_point(order: Order, tenant: Tenant) -> date:
    """The day of the newest handover in the office's zone."""
    last = max(one.handed_over_at for one in handovers_of(order))
    return last.astimezone(ZoneInfo(tenant.zone)).date()


def _tax_invoice_number(assessment: Assessment, typed: str) -> str | None:
    digits = "".join(letter for letter in typed if letter not in " .-")
    if not assessment.vat:
        if digits:
            raise Refused(
                "Pesanan ini tidak dikenai PPN, jadi tidak memakai faktur pajak.", "tax_invoice_number"
            )
        return None
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in TAX_INVOICE_DIGITS:
        raise Refused("Isi nomor faktur pajak, 16 atau 17 angka.", "tax_invoice_number")
    return digits
