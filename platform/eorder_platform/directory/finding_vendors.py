"""What everyone may read of the directory: verified vendors by their public facts, and the regions they serve."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import (
    Participation,
    ParticipationStatus,
    Product,
    ProductStatus,
    Vendor,
    VendorStatus,
)
from eorder_platform.errors import NotVisible
from eorder_platform.reference.models import RegionRow
from eorder_platform.searching import containing
from eorder_platform.tenancy.models import TenantRow

VENDORS_A_PAGE: Final = 24
LISTED: Final = (Vendor.status == VendorStatus.VERIFIED, ~Vendor.sandbox)


@dataclass(frozen=True)
class VendorSearch:
    """What a citizen looks for; empty means any."""

    text: str = ""
    province_code: str = ""
    scale: str = ""
    page: int = 1


class ListedVendor(NamedTuple):
    """A verified vendor with its public facts only; of its address the city, nothing nearer."""

    id: UUID
    trade_name: str
    legal_name: str
    legal_form: str
    business_scale: str
    vat_registered: bool
    city: str
    province_code: str
    products: int


async def find_vendors(session: AsyncSession, search: VendorSearch) -> tuple[list[ListedVendor], int]:
    """A page of verified vendors by name, and how many there are in all."""
    products = (
        select(func.count())
        .where(Product.vendor_id == Vendor.id, Product.status == ProductStatus.PUBLISHED)
        .correlate(Vendor)
        .scalar_subquery()
    )
    found = _matching(
        search,
        select(
            Vendor.id,
            Vendor.trade_name,
            Vendor.legal_name,
            Vendor.legal_form,
            Vendor.business_scale,
            Vendor.vat_registered,
            RegionRow.name,
            RegionRow.parent_code,
            products,
        ),
    )
    ordered = found.order_by(func.lower(Vendor.trade_name), Vendor.id)
    rows = await session.execute(ordered.limit(VENDORS_A_PAGE).offset((search.page - 1) * VENDORS_A_PAGE))
    total = await session.scalar(_matching(search, select(func.count()).select_from(Vendor)))
    return [ListedVendor(*row) for row in rows], total or 0


async def public_vendor(session: AsyncSession, vendor_id: UUID) -> tuple[Vendor, RegionRow]:
    """A verified vendor and its city, also while a sanction keeps it from orders; NotVisible for any other."""
    vendor = await session.get(Vendor, vendor_id)
    shown = (VendorStatus.VERIFIED, VendorStatus.SUSPENDED)
    if vendor is None or vendor.sandbox or vendor.status not in shown:
        raise NotVisible("Penyedia ini tidak ditemukan.")
    return vendor, await session.get_one(RegionRow, vendor.region_code)


async def published_products(session: AsyncSession, vendor_id: UUID, limit: int = 60) -> list[Product]:
    """The vendor's published products, the newest first."""
    shown = select(Product).where(Product.vendor_id == vendor_id, Product.status == ProductStatus.PUBLISHED)
    return list(await session.scalars(shown.order_by(Product.published_at.desc(), Product.id).limit(limit)))


class JoinedRegion(NamedTuple):
    """A region of the deployment and how many vendors take part there."""

    tenant: TenantRow
    vendors: int


async def joined_regions(session: AsyncSession) -> list[JoinedRegion]:
    """Every real region in the order of its code."""
    active = and_(Participation.tenant_id == TenantRow.id, Participation.status == ParticipationStatus.ACTIVE)
    found = (
        select(TenantRow, func.count(Participation.vendor_id))
        .outerjoin(Participation, active)
        .where(~TenantRow.sandbox)
        .group_by(TenantRow.id)
        .order_by(TenantRow.region_code)
    )
    return [JoinedRegion(tenant, vendors) for tenant, vendors in await session.execute(found)]


def _matching(search: VendorSearch, chosen: Select[Any]) -> Select[Any]:
    found = chosen.join(RegionRow, RegionRow.code == Vendor.region_code)
    found = found.where(*LISTED)
    if search.text:
        pattern = containing(search.text)
        found = found.where(
            or_(
                Vendor.trade_name.ilike(pattern),
                Vendor.legal_name.ilike(pattern),
                Vendor.business_id_number == search.text,
            )
        )
    if search.province_code:
        found = found.where(RegionRow.parent_code == search.province_code)
    if search.scale:
        found = found.where(Vendor.business_scale == search.scale)
    return found


async def verified_count(session: AsyncSession) -> int:
    """How many vendors have a public page."""
    return await session.scalar(select(func.count()).where(*LISTED)) or 0


async def verified_ids(session: AsyncSession, first: int, size: int) -> list[UUID]:
    """The vendors that have a public page, those verified last first."""
    newest = (Vendor.verified_at.desc().nulls_last(), Vendor.id.desc())
    wanted = select(Vendor.id).where(*LISTED).order_by(*newest)
    return list(await session.scalars(wanted.offset(first).limit(size)))
