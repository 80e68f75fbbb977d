"""Invoice and payment of an order. Ask for the order itself first: it may not be visible."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.paying.models import Invoice, Payment

BANK_FACTS = ("bank_name", "bank_account", "bank_account_holder")


async def invoice_of(session: AsyncSession, order_id: UUID) -> Invoice | None:
    return (await session.scalars(select(Invoice).where(Invoice.order_id == order_id))).one_or_none()


async def payment_of(session: AsyncSession, order_id: UUID) -> Payment | None:
    return (await session.scalars(select(Payment).where(Payment.order_id == order_id))).one_or_none()


def payee_has_changed(order: Order, invoice: Invoice) -> bool:
    """Whether the vendor's bank account is another than the one he billed with: then nothing is paid (SOD7)."""
    now = order.participation.payee
    return any(now.get(fact) != invoice.payee.get(fact) for fact in BANK_FACTS)
