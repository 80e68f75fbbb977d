"""What must hold of the vendor's bank account before a payment (SOD7)."""

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_tenants.orders.core.models import Invoice, Order
from eorder_tenants.orders.core.parts import Case

BANK_FACTS = ("bank_name", "bank_account", "bank_account_holder")


async def refuse_changed_payee(session: AsyncSession, case: Case) -> None:
    """Refused while the vendor's bank account is another than the one they billed with."""
    # Held until the transaction ends, so that a new bank account cannot slip in between this look and the payment.
    await session.refresh(case.order.participation, with_for_update={"read": True})
    if payee_has_changed(case.order, case.invoice):
        raise Refused(
            "Rekening penyedia berubah setelah tagihan dikirim, jadi pembayaran ditahan. Kembalikan tagihan agar "
            "penyedia mengirimnya lagi dengan rekening yang berlaku."
        )


def payee_has_changed(order: Order, invoice: Invoice) -> bool:
    """Whether the vendor's bank account is another than the one they billed with: then nothing is paid (SOD7)."""
    now = order.participation.payee
    return any(now.get(fact) != invoice.payee.get(fact) for fact in BANK_FACTS)
