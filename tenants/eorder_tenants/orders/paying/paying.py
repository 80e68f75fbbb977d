"""From a complete invoice to money: the treasurer asks, the budget user (PA) approves, the treasurer pays and records.

Two persons at least, and none of them ordered, approved or received the goods (SOD2, SOD4).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.sentences import Rupiah
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import assess_order, reckon
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.paying.models import Invoice, Payment
from eorder_tenants.orders.paying.queries import invoice_of, payee_has_changed, payment_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment

REFERENCE_LENGTH = range(4, 61)


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

    `net_rupiah` is what the page told him to transfer.
    """

    order_id: UUID
    version: int
    method: PaymentMethod
    reference: str
    net_rupiah: int | None = None


async def request_payment(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The treasurer has checked the invoice and found it complete: the days until payment begin to run."""
    order = await stepping.begin(session, actor, Action.REQUEST_PAYMENT, order_id, version)
    await _payable_invoice(session, order)
    order.payment_requested_by = actor.official_id
    return await stepping.finish(session, actor, order, Action.REQUEST_PAYMENT)


async def return_invoice(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The invoice is wrong, or an approved payment cannot be made as billed: the vendor sends it anew."""
    order = await stepping.begin(session, actor, Action.RETURN_INVOICE, order_id, version)
    order.payment_requested_by = order.payment_approved_by = None
    return await stepping.finish(session, actor, order, Action.RETURN_INVOICE, reason=reason)


async def approve_payment(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The budget user (Pengguna Anggaran) approves what the treasurer asked for."""
    order = await stepping.begin(session, actor, Action.APPROVE_PAYMENT, order_id, version)
    order.payment_approved_by = actor.official_id
    return await stepping.finish(session, actor, order, Action.APPROVE_PAYMENT)


async def refuse_payment(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The budget user does not approve, and says why; the treasurer checks again."""
    order = await stepping.begin(session, actor, Action.REFUSE_PAYMENT, order_id, version)
    await stepping.finish(session, actor, order, Action.REFUSE_PAYMENT, reason=reason)
    order.payment_requested_by = None
    return order


async def record_payment(session: AsyncSession, actor: Actor, made: MadePayment) -> Payment:
    """Record that the money was sent: final taxes of today, realised budget, payment receipt (kuitansi).

    Exactly once: the same treasurer recording the same reference again gets the payment that stands already. Refused:
    a reference that belongs to another payment, a bank account that changed since the invoice (SOD7), taxes of today
    that are not those the treasurer transferred by.
    """
    reference = made.reference.strip()
    order = await stepping.locked(session, actor, made.order_id)
    standing = await payment_of(session, order.id)
    if standing and (standing.reference, standing.paid_by) == (reference, actor.id):
        return standing
    order = await stepping.begin(session, actor, Action.RECORD_PAYMENT, made.order_id, made.version)
    if len(reference) not in REFERENCE_LENGTH:
        raise Refused("Isi nomor bukti transfer atau SP2D, 4 sampai 60 huruf.", "reference")
    invoice = await _payable_invoice(session, order)
    tenant: Tenant = session.info["tenant"]
    rules = await rulebook(session)
    assessment = await reckon(
        session, order, rules, _tax_point(order, tenant), payment_date=clock.today(tenant.zone)
    )
    if made.net_rupiah not in (None, order.net_rupiah):
        raise Refused(
            "Pajak hari ini berbeda dari yang tadi ditampilkan: penyedia menerima %(amount)s."
            " Periksa transfernya, lalu catat lagi.",
            "net",
            amount=Rupiah(order.net_rupiah),
        )
    order.paid_by = actor.official_id
    await ledger.realise(session, actor, order.id, order.round, [order.draw], [order.gross_rupiah])
    payment = await _write(session, actor, order, invoice, made.method, reference)
    composer = await papers.payment_receipt(
        session,
        order,
        actor.official_id,
        assessment,
        rules,
        method=made.method.label,
        reference=reference,
    )
    document = await signing.sign(
        session, order.id, order.work_unit, DocumentKind.PAYMENT_RECEIPT, actor.official_id, composer
    )
    await stepping.finish(
        session,
        actor,
        order,
        Action.RECORD_PAYMENT,
        document_hash=document.facts_hash,
        details={"document": document.number, "reference": reference, "net_rupiah": order.net_rupiah},
        rules=rules,
    )
    return payment


async def payable_today(session: AsyncSession, order: Order) -> tuple[int, int]:
    """Rupiah that the vendor receives and that go to the state if the treasurer pays today."""
    tenant: Tenant = session.info["tenant"]
    assessment: Assessment = await assess_order(
        session,
        order,
        await rulebook(session),
        _tax_point(order, tenant),
        payment_date=clock.today(tenant.zone),
    )
    return assessment.net_to_vendor - order.penalty_rupiah, assessment.withheld


def _tax_point(order: Order, tenant: Tenant) -> date:
    assert order.handed_over_at
    return order.handed_over_at.astimezone(ZoneInfo(tenant.zone)).date()


async def _payable_invoice(session: AsyncSession, order: Order) -> Invoice:
    # Held until the transaction ends, so that a new bank account cannot slip in between this look and the payment.
    await session.refresh(order.participation, with_for_update={"read": True})
    invoice = await invoice_of(session, order.id)
    assert invoice
    if payee_has_changed(order, invoice):
        raise Refused(
            "Rekening penyedia berubah setelah tagihan dikirim, jadi pembayaran ditahan. Kembalikan tagihan agar "
            "penyedia mengirimnya lagi dengan rekening yang berlaku."
        )
    return invoice


async def _write(
    session: AsyncSession, actor: Actor, order: Order, invoice: Invoice, method: PaymentMethod, reference: str
) -> Payment:
    taken = "Nomor bukti ini sudah dipakai untuk pembayaran lain."
    if await session.scalar(select(Payment.id).where(Payment.reference == reference)):
        raise Refused(taken, "reference")
    payment = Payment(
        order_id=order.id,
        method=method,
        reference=reference,
        gross_rupiah=order.gross_rupiah,
        withheld_rupiah=order.withheld_rupiah,
        penalty_rupiah=order.penalty_rupiah,
        net_rupiah=order.net_rupiah,
        paid_at=clock.now(),
        assessment=order.assessment,
        payee={
            fact: invoice.payee.get(fact) for fact in ("bank_name", "bank_account", "bank_account_holder")
        },
        paid_by=actor.official_id,
    )
    session.add(payment)
    try:
        await (
            session.flush()
        )  # two treasurers typing the same number at once: the second is refused, not crashed
    except IntegrityError as error:
        if "uq_payment_reference" in str(error):
            raise Refused(taken, "reference") from error
        raise
    return payment
