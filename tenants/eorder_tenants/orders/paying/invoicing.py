"""The vendor bills what was handed over (tagihan); a VAT-registered one (PKP) with their tax invoice (faktur pajak).

For a vendor who does not bill the clock does, to their account as it stands: what was handed over is owed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, pending, straight
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.projections.invoice_numbers import (
    Claim,
    NumberKind,
    claim_numbers,
    claim_of_own,
    claim_of_tax_invoice,
)
from eorder_platform.projections.turnover import turnover_before
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import fitting
from eorder_tenants.approvals.duties import treasurer_is_alone
from eorder_tenants.documents.numbering import next_invoice_number
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import handovers_of, together_with, vendor_on, write_sums
from eorder_tenants.orders.core.models import Handover, Invoice, Order, Status
from eorder_tenants.orders.core.parts import Billing, Case
from eorder_tenants.orders.core.steps import OWNER, STAFF, TREASURER, Step, Subject
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.payment import assess_payment

HANDOVERS_WRITTEN_AT_ONCE: Final = pending.MOST_ROWS // 2
COLLECTED = "02"
"""How the number of a tax invoice begins whose VAT a government's treasurer collects (PER-11/PJ/2025 art. 37)."""
WITHOUT_TAX_INVOICE: Final = (
    "Nomor faktur pajak belum ada, jadi tagihan ini belum dapat dibayar. "
    "Pemilik usaha melengkapinya di halaman pesanan."
)

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
BILL = Step(
    name="bill",
    label="Buat tagihan otomatis",
    done="Tagihan dibuat otomatis karena penyedia tidak mengirimnya",
    subject=Subject.BILLING,
    sources=(Status.HANDED_OVER,),
    target=Status.INVOICED,
    by=(SYSTEM,),
    clock="invoice_check_days",
    rule="invoice_days",
    warning="Setelah itu tagihan dibuat otomatis.",
    tells=(OWNER, STAFF),
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
    Refused: a PKP's missing or malformed tax invoice number, one from a vendor who charges no VAT, and a number, of the
    tax invoice or of the vendor's own, that serves another invoice anywhere in the nation.
    """
    case = await stepping.begin(session, actor, INVOICE, new.order_id, new.version)
    return await _bill(session, actor, case, INVOICE, new)


@BILL.use_case
async def bill_for_vendor(session: AsyncSession, case: Case) -> Invoice:
    """The vendor did not bill in time: the platform does, under its own number.

    A tax invoice it cannot make: vendor and treasurer read that it is missing, and the vendor adds its number
    (tax_invoices.py).
    """
    return await _bill(session, SYSTEM_ACTOR, case, BILL, None)


async def _bill(
    session: AsyncSession, actor: Actor, case: Case, step: Step, new: NewInvoice | None
) -> Invoice:
    order, tenant = case.order, session.info["tenant"]
    assert isinstance(case.part, Billing)
    today = clock.today(tenant.zone)
    rules = await rulebook(session)
    invoice = case.part.returned or Invoice(
        id=new_id(), order_id=order.id, number="", calls=0, payment=None, event_sequence=order.next_event
    )
    assessment = await assess_billed(session, order, invoice.id, case.part.handovers, rules, today)
    digits = rules.value("tax_invoice_digits", on=today)
    number_of_tax_invoice = tax_invoice_number(assessment, new.tax_invoice_number, digits) if new else None
    number = fitting(new.number.strip(), "number") if new else ""
    wanted, given_up = (
        claims(number, number_of_tax_invoice),
        claims(invoice.number, invoice.tax_invoice_number),
    )
    await refuse_used_numbers(session, order, invoice, wanted)
    if not (number or invoice.number):
        number = await next_invoice_number(session, order.work_unit, today)
    invoice.number = number or invoice.number
    invoice.invoiced_on, invoice.invoiced_at = today, clock.now()
    invoice.tax_invoice_number = number_of_tax_invoice
    write_invoice(invoice, case.part.handovers, assessment)
    invoice.payee = dict(order.participation.payee)
    invoice.submitted_by = actor.id
    if case.part.returned is None:
        invoice.status = Status.INVOICED
        order.invoices.append(invoice)
    if len(case.part.handovers) > HANDOVERS_WRITTEN_AT_ONCE:
        await session.flush()  # so many are left to the ORM, which does not know that they point to it
    for handover in case.part.handovers:
        handover.invoice_id = invoice.id
    await write_sums(session, order, rules, last_tax_point(order, tenant))
    await stepping.finish(
        session,
        actor,
        case,
        step,
        part=invoice,
        reason=WITHOUT_TAX_INVOICE if lacks_tax_invoice(invoice) else None,
        details={"invoice": invoice.number, "gross_rupiah": invoice.gross_rupiah},
        rules=rules,
    )
    await pending.write_now(session)
    # Last of all, so that hardly anything can still fail: it is claimed in the nation's own transaction.
    if taken := await claim_numbers(order.vendor_id, tenant.id, order.id, wanted, given_up):
        raise Refused.several(used(kind) for kind in taken)
    return invoice


def lacks_tax_invoice(invoice: Invoice) -> bool:
    """Was VAT billed without the number of the tax invoice that a PKP has to make of it?"""
    return invoice.tax_invoice_number is None and Assessment.from_facts(invoice.assessment).vat > 0


@INVOICE.shown_with
async def what_is_billed(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the invoice would come to, and how the number of its tax invoice looks."""
    assert isinstance(case.part, Billing)
    tenant: Tenant = session.info["tenant"]
    handovers = [Assessment.from_facts(one.assessment) for one in case.part.handovers]
    returned = case.part.returned
    return {
        "lacking": returned is not None and lacks_tax_invoice(returned),
        "collected": any(one.vat_withheld for one in handovers),
        "digits": (await rulebook(session)).value("tax_invoice_digits", on=clock.today(tenant.zone)),
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
    case.invoice.requested_for = case.invoice.approved_for = None
    case.invoice.requested_at = case.invoice.approved_at = case.invoice.pay_by = None
    details = {"invoice": case.invoice.number}
    return await stepping.finish(session, actor, case, RETURN, reason=reason, details=details)


async def assess_billed(
    session: straight.Reads,
    order: Order,
    invoice_id: UUID,
    handovers: Sequence[Handover],
    rules: RuleBook,
    payment_date: date,
) -> Assessment:
    """What is billed as it would be paid on that day, together with all that belongs to the same transaction.

    The vendor is who they were on that day; where that is not who they are today, a note says so. Of a person the
    nation is asked what they were paid before in that year.
    """
    tenant: Tenant = session.info["tenant"]
    profile = vendor_on(session, order, payment_date)
    turnover = 0
    if profile.individual:
        turnover = await turnover_before(order.vendor_id, payment_date.year, tenant.id, invoice_id)
    assessment = assess_payment(
        Assessment.sum_of([Assessment.from_facts(one.assessment) for one in handovers]),
        profile,
        rules,
        payment_date,
        await together_with(session, order),
        penalty=sum(one.penalty_rupiah for one in handovers),
        turnover=turnover,
    )
    if profile == vendor_on(session, order, clock.today(tenant.zone)):
        return assessment
    then = Sentence(
        "Data pajak penyedia berubah sesudah %(day)s; yang dipakai adalah yang berlaku pada tanggal itu.",
        day=payment_date,
    )
    return replace(assessment, notes=(*assessment.notes, then))


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


def tax_invoice_number(assessment: Assessment, typed: str, length: int) -> str | None:
    """The digits as typed, None where no VAT is charged. Refused: too few or many, the wrong kind, one without VAT."""
    digits = "".join(letter for letter in typed if letter not in " .-")
    if not assessment.vat:
        if digits:
            raise Refused(
                "Pesanan ini tidak dikenai PPN, jadi tidak memakai faktur pajak.", "tax_invoice_number"
            )
        return None
    if not digits.isdecimal() or not digits.isascii() or len(digits) != length:
        raise Refused("Isi nomor faktur pajak, %(length)s angka.", "tax_invoice_number", length=length)
    if assessment.vat_withheld and not digits.startswith(COLLECTED):
        raise Refused(
            "PPN tagihan ini dipungut bendahara, jadi faktur pajaknya berkode transaksi 02.",
            "tax_invoice_number",
        )
    return digits


def claims(number: str, tax_invoice_number: str | None) -> list[Claim]:
    own = [claim_of_own(number)] if number else []
    return own + ([claim_of_tax_invoice(tax_invoice_number)] if tax_invoice_number else [])


async def refuse_used_numbers(
    session: AsyncSession, order: Order, invoice: Invoice, wanted: Sequence[Claim]
) -> None:
    """Within the region, where numbers from before the nation kept them are known too, and within the order."""
    found = await straight.rows(session, _NUMBERS, order.vendor_id, invoice.id)
    known = {one for number, tax_invoice in found for one in claims(number, tax_invoice)}
    if taken := [one.kind for one in wanted if one in known]:
        raise Refused.several(used(kind) for kind in taken)


def used(kind: NumberKind) -> tuple[str, str]:
    """(field, sentence) for a number that serves another invoice."""
    if kind is NumberKind.OWN:
        return "number", "Nomor tagihan ini sudah Anda pakai untuk tagihan lain."
    return "tax_invoice_number", "Nomor faktur pajak ini sudah Anda pakai untuk tagihan lain."


_NUMBERS: Final = """
select i.number, i.tax_invoice_number from invoice i join orders o on o.id = i.order_id
where o.vendor_id = $1 and i.id <> $2
"""
