"""The vendor answers a purchase order, having seen what he would receive after taxes: accepts it or declines."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.errors import Refused
from eorder_tenants.budgets import ledger
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.papers.parts import VENDOR_CAPACITY
from eorder_tenants.organisation.actors import Actor


async def accept_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The vendor's owner countersigns the purchase order and owes delivery by its date.

    Refused while the nation suspends the vendor: then the order ends with its deadline.
    """
    order = await stepping.begin(session, actor, Action.ACCEPT, order_id, version)
    vendor = await session.get_one(Vendor, order.vendor_id)
    if vendor.status != VendorStatus.VERIFIED:
        raise Refused(
            "Usaha Anda sedang ditangguhkan secara nasional, jadi tidak dapat menerima pesanan baru."
        )
    document = await signing.countersign(
        session, order.id, DocumentKind.PURCHASE_ORDER, VENDOR_CAPACITY, actor.name
    )
    return await stepping.finish(session, actor, order, Action.ACCEPT, document_hash=document.facts_hash)


async def decline_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The vendor will not deliver, and says why; the commitment is released."""
    order = await stepping.begin(session, actor, Action.DECLINE, order_id, version)
    await release_commitment(session, actor, order)
    return await stepping.finish(session, actor, order, Action.DECLINE, reason=reason)


async def release_commitment(session: AsyncSession, actor: Actor, order: Order) -> None:
    """A signed order that ends without a purchase: what it had committed is available again."""
    await ledger.release_commitment(session, actor, order.id, order.round, [order.draw])
    order.budget_rupiah = 0
