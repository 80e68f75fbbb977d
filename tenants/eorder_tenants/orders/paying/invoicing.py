"""The vendor bills what was handed over (tagihan); a VAT-registered one (PKP) with his tax invoice (faktur pajak)."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.numbering import next_invoice_number
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import reckon
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.paying.models import Invoice
from eorder_tenants.orders.paying.queries import invoice_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook

TAX_INVOICE_DIGITS = (16, 17)
"""e-Faktur had 16 digits, Coretax has 17 (domain.md 5.6)."""
LONGEST_NUMBER = 60


@dataclass(frozen=True)
class NewInvoice:
    """The vendor's form. Without a number of his own he gets one from the platform."""

    order_id: UUID
    version: int
    number: str = ""
    tax_invoice_number: str = ""


async def send_invoice(session: AsyncSession, actor: Actor, new: NewInvoice) -> Invoice:
    """Bill the order, with the taxes as they would be withheld today; payment decides them finally.

    The bank account of today is written down: payment goes there or, when it changes meanwhile, waits (SOD7). An
    invoice that the treasurer sent back is rewritten and keeps the platform's number. Refused: a PKP's missing or
    malformed tax invoice number, and one from a vendor who charges no VAT.
    """
    order = await stepping.begin(session, actor, Action.INVOICE, new.order_id, new.version)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    assert order.handed_over_at
    handed_over_on = order.handed_over_at.astimezone(ZoneInfo(tenant.zone)).date()
    await reckon(session, order, await rulebook(session), handed_over_on, payment_date=today)
    tax_invoice_number = _tax_invoice_number(order, new.tax_invoice_number)
    number = new.number.strip()
    if len(number) > LONGEST_NUMBER:
        raise Refused("Nomor tagihan paling panjang %(most)s huruf.", "number", most=LONGEST_NUMBER)
    invoice = await invoice_of(session, order.id) or Invoice(order_id=order.id, number="")
    if not (number or invoice.number):
        number = await next_invoice_number(session, order.work_unit, today)
    invoice.number = number or invoice.number
    invoice.invoiced_on = today
    invoice.tax_invoice_number = tax_invoice_number
    invoice.gross_rupiah, invoice.withheld_rupiah = order.gross_rupiah, order.withheld_rupiah
    invoice.penalty_rupiah, invoice.net_rupiah = order.penalty_rupiah, order.net_rupiah
    invoice.assessment = order.assessment
    invoice.payee = dict(order.participation.payee)
    assert actor.id
    invoice.submitted_by = actor.id
    session.add(invoice)
    await stepping.finish(
        session,
        actor,
        order,
        Action.INVOICE,
        details={"invoice": invoice.number, "gross_rupiah": order.gross_rupiah},
    )
    return invoice


def _tax_invoice_number(order: Order, typed: str) -> str | None:
    digits = "".join(letter for letter in typed if letter not in " .-")
    if not order.vat_rupiah:
        if digits:
            raise Refused(
                "Pesanan ini tidak dikenai PPN, jadi tidak memakai faktur pajak.", "tax_invoice_number"
            )
        return None
    if not digits.isdecimal() or not digits.isascii() or len(digits) not in TAX_INVOICE_DIGITS:
        raise Refused("Isi nomor faktur pajak, 16 atau 17 angka.", "tax_invoice_number")
    return digits
