"""What a region's jobs and a vendor's own pages read from the directory; nothing here changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.fact_history import earlier_tax_facts
from eorder_platform.directory.locking import NO_PRIVATE_FACTS
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import (
    ChangeRequest,
    FactKind,
    FactVersion,
    Participation,
    ParticipationStatus,
    Product,
    ProductPhoto,
    ProductStatus,
    Vendor,
    VendorChange,
    VendorMember,
    VendorPrivate,
    VendorStatus,
    VerificationCase,
)
from eorder_platform.errors import NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.reference.models import Category, RegionRow
from eorder_platform.secrecy import Purpose, decrypt, masked
from eorder_platform.tenancy.models import TenantRow
from eorder_platform.trying_out import is_test


async def payee_facts(session: AsyncSession, vendor_id: UUID) -> dict[str, Any]:
    """What a region needs to buy from a vendor, secret numbers masked; shape: VendorParticipation.payee."""
    vendor = await session.get_one(Vendor, vendor_id)
    private = await session.get_one(VendorPrivate, vendor_id)
    region = await session.get_one(RegionRow, vendor.region_code)
    until = private.final_tax_certificate_until
    secrets = await payee_secrets(session, vendor_id)
    account = select(FactVersion.id).where(
        FactVersion.vendor_id == vendor_id, FactVersion.kind == FactKind.BANK_ACCOUNT
    )
    account_id = await session.scalar(account.order_by(FactVersion.valid_from.desc()).limit(1))
    changing = select(ChangeRequest.confirmed_at).where(
        ChangeRequest.vendor_id == vendor_id,
        ChangeRequest.kind == FactKind.BANK_ACCOUNT,
        ChangeRequest.outcome.is_(None),
        ChangeRequest.confirmed_at.is_not(None),
    )
    changing_since = await session.scalar(changing)
    members = select(VendorMember.account_id).where(VendorMember.vendor_id == vendor_id)
    return {
        "owner_name": private.owner_name,
        "tax_id": masked(secrets["tax_id"]) if secrets["tax_id"] else None,
        "bank_name": BANKS[private.bank_code],
        "bank_account": masked(secrets["bank_account"] or ""),
        "bank_account_id": str(account_id or vendor_id),
        "bank_account_holder": private.bank_account_holder,
        "bank_account_changing_since": changing_since.isoformat() if changing_since else None,
        "address": f"{private.street_address}, {region.name} {private.postcode}",
        "phone": private.phone,
        "email": private.email,
        "legal_form": vendor.legal_form,
        "vat_registered": vendor.vat_registered,
        "final_tax_certificate_until": until.isoformat() if until else None,
        "turnover_statement_year": private.turnover_statement_year,
        "turnover_outside_rupiah": private.turnover_outside_rupiah,
        "earlier": await earlier_tax_facts(session, vendor, private),
        "member_account_ids": [
            str(account) for account in await session.scalars(members.order_by("account_id"))
        ],
    }


async def trade_name_of(session: AsyncSession, vendor_id: UUID) -> str:
    """The name under which buyers know a vendor."""
    return (await session.get_one(Vendor, vendor_id)).trade_name


async def payee_secrets(session: AsyncSession, vendor_id: UUID) -> dict[str, str | None]:
    """The numbers in full, which a region gets sealed while an order of the vendor runs there."""
    private = await session.get_one(VendorPrivate, vendor_id)
    tax_id = private.tax_id_encrypted
    return {
        "tax_id": decrypt(tax_id, Purpose.TAX_ID, vendor_id) if tax_id else None,
        "bank_account": decrypt(private.bank_account_encrypted, Purpose.BANK_ACCOUNT, vendor_id),
    }


async def payee_version(session: AsyncSession, vendor_id: UUID) -> int:
    """The version of those facts; read it before them, so that a change in between is never missed."""
    return (await session.get_one(VendorPrivate, vendor_id)).version


@dataclass(frozen=True)
class ProductCard:
    """A product with everything a region's offer shows; `photos` are ids in their order (photographing.photo_key)."""

    product: Product
    published: bool
    category_group: str
    photos: tuple[UUID, ...]
    vendor: Vendor
    vendor_city: str


async def product_card(session: AsyncSession, product_id: UUID) -> ProductCard:
    """One product as it now is, whatever its status; NotVisible where there is none."""
    product = await session.get(Product, product_id, populate_existing=True)
    if product is None:
        raise NotVisible("Produk ini tidak ditemukan.")
    vendor = await session.get_one(Vendor, product.vendor_id, populate_existing=True)
    category = await session.get_one(Category, product.category_code)
    return ProductCard(
        product=product,
        published=product.status == ProductStatus.PUBLISHED and vendor.status == VendorStatus.VERIFIED,
        category_group=category.parent_code or category.code,
        photos=tuple(photo.id for photo in await photos_of(session, product.id)),
        vendor=vendor,
        vendor_city=(await session.get_one(RegionRow, vendor.region_code)).name,
    )


async def products_of(session: AsyncSession, vendor_id: UUID) -> list[Product]:
    """All products of a vendor, drafts and withdrawn ones too, the newest first."""
    wanted = (
        select(Product)
        .where(Product.vendor_id == vendor_id)
        .order_by(Product.created_at.desc(), Product.id.desc())
    )
    return list(await session.scalars(wanted))


async def photos_of(session: AsyncSession, product_id: UUID) -> list[ProductPhoto]:
    """The photos of a product in their order; the first one stands on its card."""
    wanted = select(ProductPhoto).where(ProductPhoto.product_id == product_id)
    return list(await session.scalars(wanted.order_by(ProductPhoto.position, ProductPhoto.id)))


async def regions_standing(
    session: AsyncSession, vendor_id: UUID
) -> list[tuple[TenantRow, Participation | None]]:
    """Every region of the vendor's world in the order of its code, each with the vendor's standing there."""
    wanted = and_(Participation.tenant_id == TenantRow.id, Participation.vendor_id == vendor_id)
    found = select(TenantRow, Participation).outerjoin(Participation, wanted)
    found = found.where(TenantRow.sandbox == is_test(vendor_id)).order_by(TenantRow.region_code)
    return [(tenant, standing) for tenant, standing in await session.execute(found)]


async def regions_serving(session: AsyncSession, vendor_id: UUID) -> list[TenantRow]:
    """The regions in which the vendor takes part."""
    active = ParticipationStatus.ACTIVE
    return [
        one
        for one, standing in await regions_standing(session, vendor_id)
        if standing and standing.status == active
    ]


async def first_photos(session: AsyncSession, product_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Product → its first photo, for lists."""
    found = (
        select(ProductPhoto.product_id, ProductPhoto.id)
        .where(ProductPhoto.product_id.in_(product_ids))
        .ext(distinct_on(ProductPhoto.product_id))
        .order_by(ProductPhoto.product_id, ProductPhoto.position, ProductPhoto.id)
    )
    return {row.product_id: row.id for row in await session.execute(found)}


async def private_facts(session: AsyncSession, member: Member) -> VendorPrivate:
    """The member's own business's private row, its secrets still sealed; NotVisible where there is none."""
    private = await session.get(VendorPrivate, member.vendor_id)
    if private is None:
        raise NotVisible(NO_PRIVATE_FACTS)
    return private


async def last_case(session: AsyncSession, vendor_id: UUID) -> VerificationCase | None:
    """The latest round of verification."""
    wanted = select(VerificationCase).where(VerificationCase.vendor_id == vendor_id)
    return await session.scalar(wanted.order_by(VerificationCase.submitted_at.desc()).limit(1))


async def changes_of(
    session: AsyncSession, vendor_id: UUID, limit: int = 20
) -> list[tuple[VendorChange, str]]:
    """The latest recorded changes of a vendor's facts, each with the name of who made it."""
    found = (
        select(VendorChange, Account.name)
        .join(Account, Account.id == VendorChange.account_id)
        .where(VendorChange.vendor_id == vendor_id)
        .order_by(VendorChange.changed_at.desc())
        .limit(limit)
    )
    return [(change, name) for change, name in await session.execute(found)]
