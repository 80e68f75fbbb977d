"""What an order's documents say: facts for documents/facts.py, gathered when they are signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.money import amount_in_words
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents import facts
from eorder_tenants.documents.clauses import standard_clauses
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.signing import Heading
from eorder_tenants.orders.core.models import Handover, Order
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.plain_fields import printed_of
from eorder_tenants.orders.papers.parts import (
    Signer,
    StandsIn,
    accepted_lines,
    added,
    buyer,
    header,
    inspected_lines,
    lines,
    office_time,
    officer_signs,
    vendor,
    vendor_signs,
    withheld,
)
from eorder_tenants.organisation.holding import HOLDS_IN_SQL
from eorder_tenants.organisation.models import Role
from eorder_tenants.taxes.assessment import Assessment

PAYMENT_APPROVAL: Final = "approve_payment"
"""The step's name in the journal (paying/requesting.py, which stands above this)."""
Composer = Callable[[Heading], facts.DocumentFacts]


async def purchase_order(
    session: AsyncSession, case: Case, signer_id: UUID, assessment: Assessment, rules: RuleBook, on: date
) -> Composer:
    """Purchase order (surat pesanan), signed by the commitment officer; the vendor signs by accepting."""
    order = case.order
    before = await _before(session, order, on, signer_id)
    officer, appointment = before.officials[signer_id].by(case.letter), before.appointment
    tenant: Tenant = session.info["tenant"]
    assert order.delivery_due_on
    due_on: date = order.delivery_due_on

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.PurchaseOrderFacts(
            **header(tenant, order, heading),
            signatories=(
                officer_signs("Pejabat Pembuat Komitmen", officer, heading.issued_at, factor=heading.factor),
                vendor_signs(order, None),
            ),
            buyer=buyer(officer, appointment),
            vendor=vendor(order),
            lines=lines(order),
            shipping=order.shipping_rupiah,
            added_taxes=added(assessment),
            gross=assessment.gross,
            withheld_taxes=withheld(assessment),
            net=assessment.net_to_vendor,
            amount_in_words=amount_in_words(assessment.gross),
            delivery_address=order.delivery_address,
            due_date=due_on,
            particulars=printed_of(order),
            note=order.note,
            clauses=standard_clauses(
                payment_business_days=rules.value("payment_days", on=on),
                penalty_permil_per_day=rules.value("late_penalty_permil", on=on),
                penalty_days_at_most=rules.value("late_penalty_days_maximum", on=on),
            ),
        )

    return compose


async def inspection_report(
    session: AsyncSession,
    case: Case,
    signer_id: UUID,
    *,
    fits: tuple[bool, bool, bool],
    note: str,
) -> Composer:
    """Inspection report (berita acara pemeriksaan) of one delivery; `fits`: function, quantity, time.

    The vendor signs by agreeing.
    """
    tenant: Tenant = session.info["tenant"]
    order, delivery = case.order, case.delivery
    before = await _before(session, order, clock.today(tenant.zone), signer_id)
    inspector, ordered = (
        before.officials[signer_id].by(case.letter),
        before.document(DocumentKind.PURCHASE_ORDER),
    )
    function_fits, quantity_fits, time_fits = fits

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.InspectionReportFacts(
            **header(tenant, order, heading),
            signatories=(
                officer_signs("Pemeriksa", inspector, heading.issued_at, factor=heading.factor),
                vendor_signs(order, None),
            ),
            purchase_order_number=ordered.number,
            purchase_order_date=office_time(tenant, ordered.signed_at).date(),
            vendor_name=order.vendor_name,
            inspected_on=heading.issued_at.date(),
            inspected_at_place=order.delivery_address,
            lines=inspected_lines(order, delivery),
            function_fits=function_fits,
            quantity_fits=quantity_fits,
            time_fits=time_fits,
            note=note,
        )

    return compose


async def handover_report(
    session: AsyncSession, case: Case, signer_id: UUID, assessment: Assessment
) -> Composer:
    """Handover report (BAST) over the accepted part of a delivery; the vendor signed by agreeing to the inspection."""
    tenant: Tenant = session.info["tenant"]
    order, delivery = case.order, case.delivery
    before = await _before(session, order, clock.today(tenant.zone), signer_id)
    officer, appointment = before.officials[signer_id].by(case.letter), before.appointment
    ordered = before.document(DocumentKind.PURCHASE_ORDER)
    inspected = before.document(DocumentKind.INSPECTION_REPORT, delivery.id)
    handover = delivery.handover
    assert handover and delivery.inspection
    agreed = delivery.inspection.agreed_at
    agreed_at = office_time(tenant, agreed) if agreed else None

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.HandoverReportFacts(
            **header(tenant, order, heading),
            signatories=(
                officer_signs("Pihak Pertama", officer, heading.issued_at, factor=heading.factor),
                vendor_signs(order, agreed_at, capacity="Pihak Kedua"),
            ),
            buyer=buyer(officer, appointment),
            vendor=vendor(order),
            purchase_order_number=ordered.number,
            purchase_order_date=office_time(tenant, ordered.signed_at).date(),
            inspection_number=inspected.number,
            inspection_date=office_time(tenant, inspected.signed_at).date(),
            handed_over_on=office_time(tenant, handover.handed_over_at).date(),
            handed_over_at_place=order.work_unit.city,
            lines=accepted_lines(order, delivery),
            shipping=handover.shipping_rupiah,
            added_taxes=added(assessment),
            gross=assessment.gross,
            amount_in_words=amount_in_words(assessment.gross),
            late_days=handover.late_days,
            penalty=handover.penalty_rupiah,
            carried_from=carried_from(order, [handover]),
        )

    return compose


async def payment_receipt(
    session: AsyncSession,
    case: Case,
    signer_id: UUID,
    assessment: Assessment,
    rules: RuleBook,
    *,
    method: str,
    reference: str,
    paid_on: date,
) -> Composer:
    """Payment receipt (kuitansi) of one invoice: what was paid, what was kept back, and whether stamp duty is owed."""
    order, invoice = case.order, case.invoice
    assert invoice.approved_at and invoice.approved_by
    tenant: Tenant = session.info["tenant"]
    before = await _before(session, order, clock.today(tenant.zone), signer_id, invoice.approved_by)
    treasurer = before.officials[signer_id].by(case.letter)
    approver = before.approvers.get(invoice.approved_by) or before.officials[invoice.approved_by]
    ordered = before.document(DocumentKind.PURCHASE_ORDER)
    handovers = [before.document(DocumentKind.HANDOVER_REPORT, one.id) for one in case.deliveries]
    approved_at = office_time(tenant, invoice.approved_at)
    invoiced_at = office_time(tenant, invoice.invoiced_at) if invoice.submitted_by else None
    penalty = (
        (facts.Charge(label="Denda keterlambatan", amount=invoice.penalty_rupiah),)
        if invoice.penalty_rupiah
        else ()
    )

    def compose(heading: Heading) -> facts.DocumentFacts:
        needs_stamp = assessment.gross > rules.value("stamp_duty_above", on=paid_on)
        return facts.PaymentReceiptFacts(
            **header(tenant, order, heading),
            signatories=(
                officer_signs("Pengguna Anggaran", approver, approved_at, position="Setuju dibayar"),
                officer_signs(
                    "Bendahara Pengeluaran",
                    treasurer,
                    heading.issued_at,
                    position="Lunas dibayar",
                    factor=heading.factor,
                ),
                vendor_signs(order, invoiced_at),
            ),
            received_from=f"Bendahara Pengeluaran {order.work_unit.name}",
            vendor=vendor(order),
            purpose=f"{order.title} sesuai Surat Pesanan nomor {ordered.number}",
            gross=assessment.gross,
            amount_in_words=amount_in_words(assessment.gross),
            deductions=(*withheld(assessment), *penalty),
            net=invoice.net_rupiah,
            payment_method=method,
            payment_reference=reference,
            paid_on=paid_on,
            handover_number=", ".join(one.number for one in handovers),
            handover_date=office_time(tenant, max(one.signed_at for one in handovers)).date(),
            stamp_duty=rules.value("stamp_duty", on=paid_on) if needs_stamp else None,
            carried_from=carried_from(order, case.handovers),
        )

    return compose


def carried_from(order: Order, handovers: Sequence[Handover]) -> int | None:
    """The first fiscal year that could not pay any of these."""
    ids = {one.id for one in handovers}
    return min((one.fiscal_year for one in order.payables if one.handover_id in ids), default=None)


@dataclass(frozen=True)
class _Signed:
    """Of an earlier document: what a later one says of it."""

    number: str
    signed_at: datetime


@dataclass(frozen=True)
class _Before:
    """Whoever signs, by id; those who approved the payment by a letter, as they signed then; the letter (SK) by which
    the first of them holds office as commitment officer on that day; and what was signed before, of several of a kind
    about one part the last."""

    officials: dict[UUID, Signer]
    approvers: dict[UUID, Signer]
    appointment: str
    documents: dict[tuple[str, UUID | None], _Signed]

    def document(self, kind: DocumentKind, part_id: UUID | None = None) -> _Signed:
        return self.documents[kind, part_id]


async def _before(session: AsyncSession, order: Order, on: date, *signers: UUID) -> _Before:
    """All of it in one statement."""
    found = await straight.rows(session, _BEFORE, order.id, order.work_unit_id, on, list(signers))
    officials, documents, letters, approvers = {}, {}, {}, {}
    for official, name, position, civil_servant_id, letter, by, kind, part_id, number, signed_at in found:
        officials[official] = Signer(name, position, civil_servant_id)
        if by:
            approvers[official] = replace(officials[official], stands_in=StandsIn(*by))
        letters[official] = letter or ""
        documents[kind, part_id] = _Signed(number, signed_at)
    return _Before(officials, approvers, letters[signers[0]], documents)


_BEFORE: Final = f"""
select s.id, s.name, s.position, s.civil_servant_id,
    (select a.letter_number from role_assignment a
     where a.official_id = s.id and a.role = '{Role.COMMITMENT_OFFICER}'
        and (a.work_unit_id is null or a.work_unit_id = $2) and {HOLDS_IN_SQL.format(day="$3")}
     order by a.valid_from desc limit 1),
    (select array[e.details #>> '{{letter,kind}}', e.details #>> '{{letter,number}}',
            coalesce(e.details #>> '{{letter,for}}', '')]
     from order_event e
     where e.order_id = $1 and e.actor_id = s.id and e.action = '{PAYMENT_APPROVAL}' and e.delegation_id is not null
     order by e.sequence desc limit 1),
    d.kind, d.part_id, d.number, d.signed_at
from official s left join order_document d on d.order_id = $1
where s.id = any($4) order by d.signed_at
"""
