"""What an order's documents say: facts for documents/facts.py, gathered when they are signed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.money import amount_in_words
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents import facts
from eorder_tenants.documents.clauses import standard_clauses
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.queries import document_of
from eorder_tenants.documents.signing import Heading
from eorder_tenants.orders.models import Order
from eorder_tenants.organisation.models import Official
from eorder_tenants.taxes.assessment import Assessment

VENDOR_CAPACITY = "Penyedia"
Composer = Callable[[Heading], facts.DocumentFacts]


async def purchase_order(
    session: AsyncSession, order: Order, signer_id: UUID, assessment: Assessment, rules: RuleBook, on: date
) -> Composer:
    """Purchase order (surat pesanan), signed by the commitment officer; the vendor signs by accepting."""
    officer = await session.get_one(Official, signer_id)
    tenant: Tenant = session.info["tenant"]
    assert order.delivery_due_on
    due_on: date = order.delivery_due_on

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.PurchaseOrderFacts(
            **_header(tenant, order, heading),
            signatories=(
                _officer_signs("Pejabat Pembuat Komitmen", officer, heading.issued_at),
                _vendor_signs(order, None),
            ),
            buyer=_buyer(officer),
            vendor=_vendor(order),
            lines=_lines(order),
            shipping=order.shipping_rupiah,
            added_taxes=_added(assessment),
            gross=assessment.gross,
            withheld_taxes=withheld(assessment),
            net=assessment.net_to_vendor,
            amount_in_words=amount_in_words(assessment.gross),
            delivery_address=order.delivery_address,
            due_date=due_on,
            clauses=standard_clauses(
                payment_business_days=rules.value("payment_days", on=on),
                penalty_permil_per_day=rules.value("late_penalty_permil", on=on),
                penalty_days_at_most=rules.value("late_penalty_days_maximum", on=on),
            ),
        )

    return compose


async def inspection_report(
    session: AsyncSession, order: Order, signer_id: UUID, *, fits: tuple[bool, bool, bool], note: str
) -> Composer:
    """Inspection report (berita acara pemeriksaan); `fits`: function, quantity, time. The vendor signs by agreeing."""
    inspector = await session.get_one(Official, signer_id)
    tenant: Tenant = session.info["tenant"]
    ordered = await _signed(session, order, DocumentKind.PURCHASE_ORDER)
    function_fits, quantity_fits, time_fits = fits

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.InspectionReportFacts(
            **_header(tenant, order, heading),
            signatories=(
                _officer_signs("Pemeriksa", inspector, heading.issued_at),
                _vendor_signs(order, None),
            ),
            purchase_order_number=ordered.number,
            purchase_order_date=_office(tenant, ordered.signed_at).date(),
            vendor_name=order.vendor_name,
            inspected_on=heading.issued_at.date(),
            inspected_at_place=order.delivery_address,
            lines=tuple(
                facts.InspectedLine(
                    name=line.name,
                    unit=line.unit,
                    ordered=line.quantity,
                    delivered=line.quantity,
                    accepted=line.due_quantity,
                    rejected=line.rejected_quantity or line.quantity - line.due_quantity,
                    note=line.inspection_note or "",
                )
                for line in order.lines
            ),
            function_fits=function_fits,
            quantity_fits=quantity_fits,
            time_fits=time_fits,
            note=note,
        )

    return compose


async def handover_report(
    session: AsyncSession, order: Order, signer_id: UUID, assessment: Assessment, late_days: int
) -> Composer:
    """Handover report (BAST) over the accepted quantities; the vendor signed when he agreed to the inspection."""
    officer = await session.get_one(Official, signer_id)
    tenant: Tenant = session.info["tenant"]
    ordered = await _signed(session, order, DocumentKind.PURCHASE_ORDER)
    inspected = await _signed(session, order, DocumentKind.INSPECTION_REPORT)
    assert order.inspection_agreed_at
    agreed_at = _office(tenant, order.inspection_agreed_at)

    def compose(heading: Heading) -> facts.DocumentFacts:
        return facts.HandoverReportFacts(
            **_header(tenant, order, heading),
            signatories=(
                _officer_signs("Pihak Pertama", officer, heading.issued_at),
                _vendor_signs(order, agreed_at, capacity="Pihak Kedua"),
            ),
            buyer=_buyer(officer),
            vendor=_vendor(order),
            purchase_order_number=ordered.number,
            purchase_order_date=_office(tenant, ordered.signed_at).date(),
            inspection_number=inspected.number,
            inspection_date=_office(tenant, inspected.signed_at).date(),
            handed_over_on=heading.issued_at.date(),
            handed_over_at_place=order.work_unit.city,
            lines=_lines(order),
            shipping=order.shipping_rupiah,
            added_taxes=_added(assessment),
            gross=assessment.gross,
            amount_in_words=amount_in_words(assessment.gross),
            late_days=late_days,
            penalty=order.penalty_rupiah,
        )

    return compose


async def payment_receipt(
    session: AsyncSession,
    order: Order,
    signer_id: UUID,
    assessment: Assessment,
    rules: RuleBook,
    *,
    method: str,
    reference: str,
) -> Composer:
    """Payment receipt (kuitansi): what was paid, what was kept back, and whether stamp duty is owed on it."""
    treasurer = await session.get_one(Official, signer_id)
    approver = await session.get_one(Official, order.payment_approved_by)
    tenant: Tenant = session.info["tenant"]
    ordered = await _signed(session, order, DocumentKind.PURCHASE_ORDER)
    handed_over = await _signed(session, order, DocumentKind.HANDOVER_REPORT)
    assert order.payment_approved_at and order.invoiced_at
    approved_at, invoiced_at = _office(tenant, order.payment_approved_at), _office(tenant, order.invoiced_at)
    penalty = (
        (facts.Charge(label="Denda keterlambatan", amount=order.penalty_rupiah),)
        if order.penalty_rupiah
        else ()
    )

    def compose(heading: Heading) -> facts.DocumentFacts:
        paid_on = heading.issued_at.date()
        needs_stamp = assessment.gross > rules.value("stamp_duty_above", on=paid_on)
        return facts.PaymentReceiptFacts(
            **_header(tenant, order, heading),
            signatories=(
                _officer_signs("Pengguna Anggaran", approver, approved_at, position="Setuju dibayar"),
                _officer_signs(
                    "Bendahara Pengeluaran", treasurer, heading.issued_at, position="Lunas dibayar"
                ),
                _vendor_signs(order, invoiced_at),
            ),
            received_from=f"Bendahara Pengeluaran {order.work_unit.name}",
            vendor=_vendor(order),
            purpose=f"{order.title} sesuai Surat Pesanan nomor {ordered.number}",
            gross=assessment.gross,
            amount_in_words=amount_in_words(assessment.gross),
            deductions=(*withheld(assessment), *penalty),
            net=order.net_rupiah,
            payment_method=method,
            payment_reference=reference,
            paid_on=paid_on,
            handover_number=handed_over.number,
            handover_date=_office(tenant, handed_over.signed_at).date(),
            stamp_duty=rules.value("stamp_duty", on=paid_on) if needs_stamp else None,
        )

    return compose


def withheld(assessment: Assessment) -> tuple[facts.Charge, ...]:
    """Every tax that the treasurer keeps back, as one reads it."""
    vat = [facts.Charge(label="PPN", amount=assessment.vat_withheld)] if assessment.vat_withheld else []
    income = [
        facts.Charge(label=line.label, amount=line.amount, base=line.base)
        for line in assessment.income_tax_lines
    ]
    return (*vat, *income)


class _Header(TypedDict):
    number: str
    issued_at: datetime
    place: str
    letterhead: facts.Letterhead
    order_number: str
    rup_code: str
    package_name: str
    budget_line_code: str
    budget_line_name: str
    verification_url: str
    verification_code: str


def _header(tenant: Tenant, order: Order, heading: Heading) -> _Header:
    unit, package, budget_line = order.work_unit, order.package, order.budget_line
    assert package and budget_line and order.number
    return _Header(
        number=heading.number,
        issued_at=heading.issued_at,
        place=unit.city,
        letterhead=facts.Letterhead(
            government=f"Pemerintah {tenant.name}",
            unit=unit.name,
            address=unit.address,
            code=tenant.code,
            accent=tenant.accent,
            motif=tenant.motif,
        ),
        order_number=order.number,
        rup_code=package.rup_code,
        package_name=package.name,
        budget_line_code=budget_line.account_code,
        budget_line_name=budget_line.account_name,
        verification_url=heading.verification_url,
        verification_code=heading.verification_code,
    )


def _officer_signs(
    capacity: str, officer: Official, at: datetime, position: str | None = None
) -> facts.Signatory:
    return facts.Signatory(
        capacity=capacity,
        name=officer.name,
        position=position or officer.position,
        id_number=f"NIP {officer.civil_servant_id}" if officer.civil_servant_id else "",
        signed_at=at,
    )


def _vendor_signs(order: Order, at: datetime | None, capacity: str = VENDOR_CAPACITY) -> facts.Signatory:
    owner: str = order.participation.payee["owner_name"]
    return facts.Signatory(
        capacity=capacity, name=owner, position=order.vendor_name, id_number="", signed_at=at
    )


def _buyer(officer: Official) -> facts.Official:
    return facts.Official(name=officer.name, nip=officer.civil_servant_id or "", position=officer.position)


def _vendor(order: Order) -> facts.Vendor:
    payee: dict[str, Any] = order.participation.payee
    return facts.Vendor(
        name=order.vendor_name,
        npwp=payee.get("tax_id") or "",
        address=payee["address"],
        representative=payee["owner_name"],
        bank_name=payee["bank_name"],
        bank_account=payee["bank_account"],
        bank_holder=payee["bank_account_holder"],
    )


def _lines(order: Order) -> tuple[facts.Line, ...]:
    return tuple(
        facts.Line(
            name=line.name,
            quantity=line.due_quantity,
            unit=line.unit,
            unit_price=line.unit_price_rupiah,
            total=line.due_rupiah,
        )
        for line in order.lines
        if line.due_quantity
    )


def _added(assessment: Assessment) -> tuple[facts.Charge, ...]:
    taxes = [
        facts.Charge(label=line.label, amount=line.amount, base=line.taxable_base)
        for line in assessment.vat_lines
    ]
    local = (
        [facts.Charge(label="Pajak daerah (PBJT)", amount=assessment.local_tax)]
        if assessment.local_tax
        else []
    )
    return (*taxes, *local)


async def _signed(session: AsyncSession, order: Order, kind: DocumentKind) -> OrderDocument:
    document = await document_of(session, order.id, kind)
    assert document, f"order {order.number} has no {kind}"
    return document


def _office(tenant: Tenant, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(tenant.zone))
