"""A national product becomes this region's offer, follows its changes, and disappears with its vendor."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import ParticipationStatus, Vendor, VendorStatus
from eorder_platform.directory.queries import ProductCard
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import indexing
from eorder_tenants.catalogue.counting import Place, count_move, places_at, places_of
from eorder_tenants.catalogue.models import Offer, VendorParticipation


async def offer_product(session: AsyncSession, card: ProductCard) -> None:
    """Write the product as it now is into this region's catalogue; an older version than the offer's is ignored.

    Nothing happens while the vendor does not take part here. A product that is not published, or not delivered here,
    stays as an offer that nobody sees: orders in progress still name it.
    """
    participation = await session.get(VendorParticipation, card.vendor.id, with_for_update={"read": True})
    if participation is None or participation.status != ParticipationStatus.ACTIVE:
        return
    tenant: Tenant = session.info["tenant"]
    offer = await session.get(Offer, card.product.id, with_for_update=True)
    visible = card.published and is_delivered(card.product.coverage, tenant.region_code)
    if visible and await _is_kept_out(session, card.vendor.id):
        visible = False  # a sanction came between the card and this region's turn
    if offer is None and not visible:
        return
    if offer is not None and offer.product_version > card.product.version:
        return
    before = places_of(offer)
    if offer is None:
        offer = Offer(id=card.product.id)
        session.add(offer)
    _copy(card, offer)
    offer.visible = visible
    await count_move(session, before, places_of(offer))


async def stop_selling(session: AsyncSession, vendor_id: UUID) -> bool:
    """A sanction keeps the vendor from new orders everywhere: its offers disappear here too.

    True where something was to be seen until now. Whoever offers a product at this moment holds the same row, and looks
    at the vendor's standing once it has it.
    """
    participation = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if participation is None or not await _is_kept_out(session, vendor_id):
        return False
    return await hide_offers(session, vendor_id)


async def hide_offers(session: AsyncSession, vendor_id: UUID) -> bool:
    """Nobody sees the vendor's offers here from now on; were there any?"""
    hidden = (
        update(Offer)
        .where(Offer.vendor_id == vendor_id, Offer.visible)
        .values(visible=False, updated_at=clock.now())
        .returning(Offer.category_group, Offer.vendor_region_code)
    )
    before: list[Place] = [place for row in await session.execute(hidden) for place in places_at(*row)]
    await count_move(session, before, [])
    return bool(before)


async def _is_kept_out(session: AsyncSession, vendor_id: UUID) -> bool:
    return await session.scalar(select(Vendor.status).where(Vendor.id == vendor_id)) == VendorStatus.SUSPENDED


def is_delivered(coverage: Sequence[str], region_code: str) -> bool:
    """Does a delivery area touch a region? A province stands for all in it, so one code begins with the other."""
    return any(region_code.startswith(code) or code.startswith(region_code) for code in coverage)


def words_of(offer: Offer) -> str:
    """What the offer is found by (wording/indexing.py)."""
    return indexing.vector(
        offer.name,
        unit=offer.unit,
        category_code=offer.category_code,
        vendor=offer.vendor_name,
        city=offer.vendor_city,
        description=offer.description,
    )


def _copy(card: ProductCard, offer: Offer) -> None:
    product, vendor = card.product, card.vendor
    offer.vendor_id = vendor.id
    offer.category_code, offer.category_group = product.category_code, card.category_group
    offer.name, offer.description, offer.unit = product.name, product.description, product.unit
    offer.price_rupiah, offer.shipping_rupiah = product.price_rupiah, product.shipping_rupiah
    offer.minimum_order, offer.lead_days = product.minimum_order, product.lead_days
    offer.tax_class, offer.domestic = product.tax_class, product.domestic
    offer.charges_local_tax = product.charges_local_tax
    offer.coverage = list(product.coverage)
    offer.photos, offer.art = [f"{product.id}/{photo}" for photo in card.photos], product.art
    offer.vendor_name, offer.vendor_form = vendor.trade_name, vendor.legal_form
    offer.vendor_scale = vendor.business_scale
    offer.vendor_region_code, offer.vendor_city = vendor.region_code, _short(card.vendor_city)
    offer.vat_registered = vendor.vat_registered
    offer.search, offer.search_version = words_of(offer), indexing.VERSION
    offer.product_version = product.version
    offer.published_at = product.published_at or product.created_at
    offer.updated_at = clock.now()


def _short(city: str) -> str:
    """Jakarta's administrative cities by the name they are called by: "Jakarta Pusat"."""
    return re.sub(r"^(Kota|Kabupaten) Administrasi ", "", city)
