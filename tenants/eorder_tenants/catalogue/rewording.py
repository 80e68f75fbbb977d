"""Offers and products whose words were cut by an older version of the program are cut again, a few at a time.

Each row is changed in place: until then it is found by what it had, and from then on by what it has, so that there is
no moment in which it is not found.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.models import Product, ProductStatus, Vendor
from eorder_platform.directory.products import words_of as words_of_product
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import indexing
from eorder_platform.wording.learning import learn_words
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.catalogue.offering import words_of

AT_ONCE: Final = 200


async def reword_region(tenant: Tenant) -> int:
    """All offers of the region; returns how many were cut again. Each few in a transaction of their own."""
    return await _again_and_again(lambda: _in_region(tenant))


async def reword_nation() -> int:
    """All products of the nation, as :func:`reword_region`; the words of published ones become known."""
    return await _again_and_again(_in_nation)


async def reword_offers(session: AsyncSession) -> int:
    """The next few of a region; rows that somebody else holds are left to the next turn."""
    behind = select(Offer).where(Offer.search_version < indexing.VERSION).limit(AT_ONCE)
    offers = list(await session.scalars(behind.with_for_update(skip_locked=True)))
    for offer in offers:
        offer.search, offer.search_version = words_of(offer), indexing.VERSION
    return len(offers)


async def reword_products(session: AsyncSession) -> int:
    """The next few of the nation."""
    behind = select(Product, Vendor.sandbox).join(Vendor, Vendor.id == Product.vendor_id)
    behind = behind.where(Product.search_version < indexing.VERSION).limit(AT_ONCE)
    rows = (await session.execute(behind.with_for_update(skip_locked=True, of=Product))).all()
    for product, sandbox in rows:
        product.search, product.search_version = words_of_product(product), indexing.VERSION
        if product.status == ProductStatus.PUBLISHED and not sandbox:
            await learn_words(session, product.name)
    return len(rows)


async def _in_region(tenant: Tenant) -> int:
    async with tenancy.inside(tenant) as session:
        return await reword_offers(session)


async def _in_nation() -> int:
    async with tenancy.national() as session:
        return await reword_products(session)


async def _again_and_again(a_few: Callable[[], Awaitable[int]]) -> int:
    done = 0
    while some := await a_few():
        done += some
    return done
