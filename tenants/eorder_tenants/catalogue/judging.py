"""What an administrator looks at before taking a vendor in: its products, which are no offers here yet, and its facts.

The products are read from the nation, as they are now; a region gets copies of its own only once it has accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.models import ParticipationStatus, Product, ProductPhoto, ProductStatus
from eorder_platform.errors import NotAllowed, NotVisible
from eorder_platform.reference.models import Category
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.deciding import may_decide
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.offering import is_delivered
from eorder_tenants.organisation.actors import Actor

SHOWN_AT_MOST: Final = 48


@dataclass(frozen=True)
class Candidate:
    """A published product; `photos` in their order, each as "product/photo" of the addresses under /foto/.

    `is_delivered`: the region lies in the delivery area, so that it would be offered here.
    """

    product: Product
    category: Category
    photos: Sequence[str]
    is_delivered: bool


@dataclass(frozen=True)
class Candidacy:
    """What a vendor would bring: the newest of its products, how many there are, and its payee's facts
    (VendorParticipation.payee)."""

    products: Sequence[Candidate]
    count: int
    payee: Mapping[str, Any]


async def candidacy_of(session: AsyncSession, actor: Actor, vendor_id: UUID) -> Candidacy:
    """Only for who decides, and only while the vendor waits here: NotAllowed and NotVisible otherwise."""
    tenant: Tenant = session.info["tenant"]
    if not may_decide(actor):
        raise NotAllowed("Hanya admin daerah yang menerima atau menolak penyedia.")
    participation = await session.get(VendorParticipation, vendor_id)
    if participation is None or participation.status != ParticipationStatus.REQUESTED:
        raise NotVisible("Penyedia ini tidak sedang menunggu keputusan.")
    published = Product.vendor_id == vendor_id, Product.status == ProductStatus.PUBLISHED
    newest = (
        select(Product, Category).join(Category, Category.code == Product.category_code).where(*published)
    )
    newest = newest.order_by(Product.published_at.desc(), Product.id.desc()).limit(SHOWN_AT_MOST)
    async with tenancy.national() as nation:
        found = list(await nation.execute(newest))
        count = await nation.scalar(select(func.count()).where(*published))
        photos = select(ProductPhoto).where(ProductPhoto.product_id.in_([product.id for product, _ in found]))
        shown: dict[UUID, list[str]] = {}
        for photo in await nation.scalars(photos.order_by(ProductPhoto.position, ProductPhoto.id)):
            shown.setdefault(photo.product_id, []).append(f"{photo.product_id}/{photo.id}")
    products = [
        Candidate(
            product,
            category,
            shown.get(product.id, ()),
            is_delivered(product.coverage, tenant.region_code),
        )
        for product, category in found
    ]
    return Candidacy(products, int(count or 0), participation.payee)
