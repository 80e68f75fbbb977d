"""The treasurer pays an approved invoice and records it: final taxes, realised budget, payment receipt (kuitansi).

Two persons at least, and none of them ordered, approved or received the goods (SOD2, SOD4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, pending, straight
from eorder_platform.dates import parse_date
from eorder_platform.errors import Conflict, Refused
from eorder_platform.projections.turnover import book_turnover
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Rupiah
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import payer_did_not_approve, treasurer_is_alone
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import write_sums
from eorder_tenants.orders.core.budget import realise
from eorder_tenants.orders.core.dating import moment_of
from eorder_tenants.orders.core.models import Invoice, Order, Payment, Status
from eorder_tenants.orders.core.parts import Case, source_of
from eorder_tenants.orders.core.steps import ADMIN, AUDITOR, OWNER, PA, PP, STAFF, TREASURER, Step, Subject
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.paying.invoicing import assess_billed, last_tax_point, write_invoice
from eorder_tenants.orders.paying.payee import payee_in_full, refuse_changed_payee, why_held
from eorder_tenants.orders.paying.requesting import UNPAID_IN_TIME
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.income_tax import turnover_of
from eorder_tenants.taxes.reasons import reasons_of

REFERENCE_LENGTH = range(4, 61)

RECORD = Step(
    name="record_payment",
    noun="pembayaran",
    label="Catat pembayaran",
    done="Dibayar",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_APPROVED,),
    target=Status.PAID,
    by=(TREASURER,),
    duties=(treasurer_is_alone, payer_did_not_approve),
    document=DocumentKind.PAYMENT_RECEIPT,
    clock="completion_days",
    awaited=True,
    tells=(OWNER, STAFF, PP),
    may_sign="proof_at_payment",
)
CALL_TREASURER = Step(
    name="call_treasurer",
    label="Ingatkan bendahara",
    done="Batas pembayaran lewat",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_APPROVED,),
    target=Status.PAYMENT_APPROVED,
    by=(SYSTEM,),
    clock="escalation_days",
    rule="payment_days",
    warning=UNPAID_IN_TIME,
    tells=(ADMIN, AUDITOR, PA, OWNER),
)


class PaymentMethod(StrEnum):
    """Out of the treasurer's imprest (UP) or straight from the regional treasury (LS)."""

    IMPREST = "imprest"
    DIRECT = "direct"

    @property
    def label(self) -> str:
        return "Uang persediaan (UP)" if self is PaymentMethod.IMPREST else "Pembayaran langsung (LS)"


@dataclass(frozen=True)
class MadePayment:
    """What the treasurer's bank confirmed; `reference` is its number (nomor bukti transfer or SP2D).

    `net_rupiah` is what the page told them to transfer, `paid_on` the day on which the money left (tanggal valuta),
    today where none was typed.
    """

    order_id: UUID
    version: int
    method: PaymentMethod
    reference: str
    net_rupiah: int | None = None
    part_id: UUID | None = None
    paid_on: date | None = None


@RECORD.use_case
async def record_payment(session: AsyncSession, actor: Actor, made: MadePayment) -> Payment:
    """Record that the money was sent: final taxes of its value date, realised budget, payment receipt (kuitansi).

    Exactly once: the same treasurer recording the same reference again gets the payment that stands already. Refused:
    a reference that belongs to another payment, a bank account that changed since the invoice (SOD7), taxes of that
    day that are not those the treasurer transferred by, a day to come, before the approval, too long ago
    (core/dating.py) or in another year than that of the budget that pays.
    """
    reference = made.reference.strip()
    order = await stepping.locked(session, actor, made.order_id)
    if standing := _standing(order, made.part_id, reference, actor):
        return standing
    case = await stepping.begin_on(session, actor, RECORD, order, made.version, made.part_id)
    invoice = case.invoice
    if len(reference) not in REFERENCE_LENGTH:
        raise Refused("Isi nomor bukti transfer atau SP2D, 4 sampai 60 huruf.", "reference")
    await refuse_changed_payee(session, case)
    tenant: Tenant = session.info["tenant"]
    rules = await rulebook(session)
    moment = moment_of(
        session, rules, made.paid_on, since=invoice.approved_at, field="paid_on", letter=case.letter
    )
    paid_on = moment.astimezone(ZoneInfo(tenant.zone)).date()
    handovers = case.handovers
    _refuse_other_year(case, paid_on)
    assessment = await assess_billed(session, order, invoice.id, handovers, rules, paid_on)
    write_invoice(invoice, handovers, assessment)
    await write_sums(session, order, rules, last_tax_point(order, tenant))
    if made.net_rupiah not in (None, invoice.net_rupiah):
        raise Refused(
            "Pajak pada tanggal itu berbeda dari yang tadi ditampilkan: penyedia menerima %(amount)s."
            " Periksa transfernya, lalu catat lagi.",
            "net_rupiah",
            amount=Rupiah(invoice.net_rupiah),
        )
    await realise(session, actor, order, RECORD, handovers, moment)
    payment = await _write(session, actor, case, made.method, reference, moment)
    composer = await papers.payment_receipt(
        session,
        case,
        actor.official_id,
        assessment,
        rules,
        method=made.method.label,
        reference=reference,
        paid_on=paid_on,
    )
    document = await signing.sign(
        session,
        order.id,
        order.work_unit,
        DocumentKind.PAYMENT_RECEIPT,
        actor.official_id,
        composer,
        part_id=invoice.id,
        factor=case.factor,
    )
    await stepping.finish(
        session,
        actor,
        case,
        RECORD,
        document_hash=document.facts_hash,
        details={
            "document": document.number,
            "reference": reference,
            "net_rupiah": invoice.net_rupiah,
            "paid_on": paid_on.isoformat(),
        },
        rules=rules,
    )
    await _book_turnover(session, order, invoice, assessment, rules)
    return payment


def _refuse_other_year(case: Case, paid_on: date) -> None:
    """Money that leaves in a year is of that year's budget, by its value date."""
    for handover in (one for one in case.handovers if one.gross_rupiah):
        source = source_of(case.order, handover)
        if source is None or paid_on.year != source.fiscal_year:
            raise Refused(
                "Uang yang keluar %(paid)s tidak dapat membebani anggaran %(year)s. Bila uangnya keluar pada %(year)s,"
                " isi tanggal itu; bila tidak, catat tagihan ini sebagai utang belanja.",
                "paid_on",
                paid=paid_on,
                year=str(source.fiscal_year if source else paid_on.year - 1),
            )


async def _book_turnover(
    session: AsyncSession, order: Order, invoice: Invoice, assessment: Assessment, rules: RuleBook
) -> None:
    """What a person is paid counts for the whole nation.

    Last of all, so that hardly anything can still fail: it is booked in the nation's own transaction, and keeps its
    place there when the payment is recorded again. Conflict where another region paid them in the meantime, so that
    the tax is another.
    """
    if not assessment.vendor.individual:
        return
    await pending.write_now(session)
    tenant: Tenant = session.info["tenant"]
    day = assessment.payment_date
    turnover = turnover_of(assessment.bases, assessment.vendor, rules.on(day))
    before = await book_turnover(order.vendor_id, day.year, tenant.id, invoice.id, turnover)
    if before != assessment.turnover and assessment.vendor.turnover_is_free(day):
        raise Conflict(
            "Penyedia ini baru saja dibayar daerah lain, jadi omzetnya dalam setahun berubah. Periksa pajaknya yang "
            "terbaru, lalu catat lagi."
        )


@CALL_TREASURER.use_case
async def call_treasurer(session: AsyncSession, case: Case) -> Order:
    """Approved, and not paid by its day: those who can appoint somebody else are told."""
    why = "Pembayaran yang disetujui belum dicatat sampai batas waktu."
    return await stepping.finish(session, SYSTEM_ACTOR, case, CALL_TREASURER, reason=why)


@RECORD.shown_with
async def what_is_paid(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the vendor receives and what goes to the state by the day that was typed, or today; why, and where to."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    assessment = await payable_on(session, case, _day_in(typed.get("paid_on", "")) or today)
    return {
        "today": today,
        "net": assessment.net_to_vendor - case.invoice.penalty_rupiah,
        "taxes": assessment.withheld,
        "reasons": reasons_of(assessment),
        "penalty": case.invoice.penalty_rupiah,
        "payee": await payee_in_full(session, case.order, case.invoice),
        "held": why_held(case.order),
        "methods": [(str(one), one.label) for one in PaymentMethod],
    }


async def payable_on(session: straight.Reads, case: Case, paid_on: date) -> Assessment:
    """The invoice as it would be paid on that day."""
    rules = await rulebook(session)
    return await assess_billed(session, case.order, case.invoice.id, case.handovers, rules, paid_on)


def _day_in(text: str) -> date | None:
    try:
        return parse_date(text)
    except Refused:
        return None


def _standing(order: Order, invoice_id: UUID | None, reference: str, actor: Actor) -> Payment | None:
    payments = (invoice.payment for invoice in order.invoices if invoice_id in (None, invoice.id))
    return next(
        (one for one in payments if one and (one.reference, one.paid_by) == (reference, actor.id)), None
    )


async def _write(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    method: PaymentMethod,
    reference: str,
    paid_at: datetime,
) -> Payment:
    invoice = case.invoice
    assert case.order.approved_by
    kept_out = {
        case.drafted_by,
        *case.approved_by,
        *case.payment_approved_by,
        *case.inspected_by,
        *case.handed_over_by,
    }
    new = Payment(
        order_id=case.order.id,
        invoice_id=invoice.id,
        method=method,
        reference=reference,
        gross_rupiah=invoice.gross_rupiah,
        withheld_rupiah=invoice.withheld_rupiah,
        penalty_rupiah=invoice.penalty_rupiah,
        net_rupiah=invoice.net_rupiah,
        paid_at=paid_at,
        assessment=invoice.assessment,
        payee={
            fact: invoice.payee.get(fact) for fact in ("bank_name", "bank_account", "bank_account_holder")
        },
        paid_by=actor.official_id,
        paid_for=case.acts_for,
        kept_out=list(kept_out),
        drafted_by=case.drafted_by,
        approved_by=case.order.approved_by,
        event_sequence=case.order.next_event,
    )
    payment = await pending.insert_unless_taken(session, new, "reference")
    if payment is None:
        raise Refused("Nomor bukti ini sudah dipakai untuk pembayaran lain.", "reference")
    straight.attach(invoice, {"payment": payment})
    return payment
