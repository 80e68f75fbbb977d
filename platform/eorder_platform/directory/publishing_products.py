"""A product is published (tayang) to every region in which its vendor takes part, and withdrawn (turun tayang)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.models import Product, ProductStatus, VendorStatus
from eorder_platform.directory.products import own_product
from eorder_platform.directory.writing_products import touch
from eorder_platform.errors import Refused


async def publish_product(session: AsyncSession, member: Member, product_id: UUID) -> Product:
    """From now on the regions show it. Refused while the business is not verified; twice changes nothing."""
    product = await own_product(session, member, product_id, lock=True)
    if (await own_vendor(session, member)).status != VendorStatus.VERIFIED:
        raise Refused("Produk dapat ditayangkan setelah usaha Anda terverifikasi.")
    if product.status != ProductStatus.PUBLISHED:
        product.status = ProductStatus.PUBLISHED
        product.published_at = product.published_at or clock.now()
        touch(session, product)
    return product


async def withdraw_product(session: AsyncSession, member: Member, product_id: UUID) -> Product:
    """No region shows it any more; running orders keep what they ordered. Twice changes nothing."""
    product = await own_product(session, member, product_id, lock=True)
    if product.status == ProductStatus.PUBLISHED:
        product.status = ProductStatus.WITHDRAWN
        touch(session, product)
    return product
