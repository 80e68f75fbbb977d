"""A vendor writes a product once for all regions, and changes it; a published one changes in the regions too."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.asking import end
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import (
    ChangeOutcome,
    ChangeRequest,
    Product,
    ProductStatus,
    TaxClass,
)
from eorder_platform.directory.products import check_product, own_product, spread
from eorder_platform.formatting import INDONESIAN
from eorder_platform.ids import new_id


async def write_product(
    session: AsyncSession,
    member: Member,
    answers: Answers,
    art: str | None = None,
    *,
    locale: str = INDONESIAN,
) -> Product:
    """A new product as a draft, which no region sees. `art` names the drawing shown while it has no photo.

    `locale` is the language of the page on which the figures among the answers were typed.
    """
    facts = await check_product(session, answers, locale)
    now = clock.now()
    product = Product(id=new_id(), vendor_id=member.vendor_id, art=art, created_at=now, updated_at=now)
    product.status, product.version = ProductStatus.DRAFT, 1
    facts.write(product)
    session.add(product)
    return product


async def change_product(
    session: AsyncSession,
    member: Member,
    product_id: UUID,
    answers: Answers,
    *,
    locale: str = INDONESIAN,
) -> Product:
    """The product with other facts and its next version; the regions that show it get it.

    A tax class that the agency granted stays with the product that it was granted to: under another name or in another
    category the category's class counts again.
    """
    await locked_vendor(
        session, member.vendor_id
    )  # what was asked for the product comes before it (locking.py)
    product = await own_product(session, member, product_id, lock=True)
    granted = TaxClass(product.granted_class) if product.granted_class else None
    if (answers.get("name"), answers.get("category_code")) != (product.name, product.category_code):
        granted = None
        await _withdraw_what_was_asked(session, member, product)
    facts = await check_product(session, answers, locale, granted=granted)
    facts.write(product)
    product.granted_class = granted
    touch(session, product)
    return product


async def _withdraw_what_was_asked(session: AsyncSession, member: Member, product: Product) -> None:
    """A tax class that still waits was asked for another product than this one now is."""
    waiting = select(ChangeRequest).where(
        ChangeRequest.subject_id == product.id, ChangeRequest.outcome.is_(None)
    )
    for request in await session.scalars(waiting.with_for_update()):
        await end(session, request, ChangeOutcome.WITHDRAWN, member.account_id)


def touch(session: AsyncSession, product: Product) -> None:
    """One version on, and to the regions if they show the product."""
    product.version += 1
    product.updated_at = clock.now()
    if product.status != ProductStatus.DRAFT:
        spread(session, product)
