"""What must hold of the vendor's bank account before a payment (SOD7)."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.errors import Refused
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.secrets import secrets_of
from eorder_tenants.orders.core.models import Invoice, Order
from eorder_tenants.orders.core.parts import Case

BANK_FACTS = ("bank_name", "bank_account", "bank_account_id", "bank_account_holder")
_HELD: Final = f"""
select {straight.columns(VendorParticipation, "p")} from vendor_participation p where p.vendor_id = $1 for no key update
"""


async def refuse_changed_payee(session: AsyncSession, case: Case) -> None:
    """Refused while the vendor's bank account is being changed, or is another than the one they billed with."""
    # Held until the transaction ends, so that a new bank account cannot slip in between this look and the payment, and
    # so that payments to one vendor come one after the other: two at once would both miss, or both catch up, a tax
    # that their orders bear together.
    for found in await straight.rows(session, _HELD, case.order.vendor_id):
        straight.object_of(session, VendorParticipation, found)
    if sentence := why_held(case.order):
        raise Refused(sentence)
    if payee_has_changed(case.order, case.invoice):
        raise Refused(
            "Rekening penyedia berubah setelah tagihan dikirim, jadi pembayaran ditahan. Kembalikan tagihan agar "
            "penyedia mengirimnya lagi dengan rekening yang berlaku."
        )


def why_held(order: Order) -> str | None:
    """Nothing is paid while the vendor's bank account is being changed (SOD7): the sentence for who would pay."""
    if not order.participation.payee.get("bank_account_changing_since"):
        return None
    return (
        "Penyedia sedang mengganti rekening, jadi pembayaran ditahan sampai badan nasional selesai memeriksanya, "
        "paling cepat 24 jam sesudah pemilik mengonfirmasi."
    )


def payee_has_changed(order: Order, invoice: Invoice) -> bool:
    """Whether the vendor's bank account is another than the one they billed with: then nothing is paid (SOD7)."""
    now = order.participation.payee
    return any(now.get(fact) != invoice.payee.get(fact) for fact in BANK_FACTS)


async def payee_in_full(session: straight.Reads, order: Order, invoice: Invoice) -> dict[str, Any]:
    """Where the money goes and whose tax it is, for the treasurer who pays: the numbers in full while they are held."""
    return {**invoice.payee, **await secrets_of(session, order.vendor_id)}
