"""A vendor's own business: its facts, its people, its products, and the regions that it serves."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.asking import withdraw_request
from eorder_platform.directory.change_queue import requests_of
from eorder_platform.directory.changing_profile import SECRETS, change_section
from eorder_platform.directory.evidence import check_evidence
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.models import Product, TaxClass
from eorder_platform.directory.participating import request_participation, withdraw_participation
from eorder_platform.directory.photographing import add_photo, remove_photo
from eorder_platform.directory.products import SEPARATOR, own_product
from eorder_platform.directory.publishing_products import publish_product, withdraw_product
from eorder_platform.directory.queries import photos_of, private_facts, products_of, regions_standing
from eorder_platform.directory.sections import FIELDS, Section, answers_of
from eorder_platform.directory.staffing import add_staff, remove_staff, team_of
from eorder_platform.directory.tax_classes import ask_for_tax_class
from eorder_platform.directory.verifying import submit_for_verification
from eorder_platform.directory.writing_products import change_product, write_product
from eorder_platform.errors import Refused
from eorder_platform.money import typed_quantity
from eorder_platform.pictures import drawn
from eorder_platform.secrecy import masked
from eorder_web.api.calls import Call
from eorder_web.api.operations import NATION, File, Operation, Page, reads, writes
from eorder_web.api.places import AS_MEMBER
from eorder_web.look.components.drawing import drawing_of

BUSINESS: Final = "business"
READ, WRITE = "business:read", "business:write"
PRODUCTS_WRITE, PARTICIPATION_WRITE = "products:write", "participation:write"
TICKED: Final = "ya"
PHOTO_BYTES: Final = 48 * 1024 * 1024


class TeamMemberView(msgspec.Struct, frozen=True):
    """Somebody who works for the business."""

    account_id: UUID
    name: str
    email: str
    role: str


class ChangeRequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits for the verifier, or one of the latest that ended."""

    id: UUID
    kind: str
    requested_at: datetime
    decidable_from: datetime | None
    outcome: str | None
    reason: str | None


class BusinessView(msgspec.Struct, frozen=True, kw_only=True):
    """The business as its own people see it; `facts` by section, secret numbers by their last digits."""

    id: UUID
    trade_name: str
    legal_name: str
    legal_form: str
    business_scale: str
    business_id_number: str
    status: str
    verified_at: datetime | None
    facts: dict[str, dict[str, str]]
    team: list[TeamMemberView]
    requests: list[ChangeRequestView]


class SectionBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The answers of one group of facts as the profile's form takes them; what a verifier weighs may bring a paper."""

    answers: dict[str, str]
    note: str = ""
    evidence: File | None = None


class StaffBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who is invited by mail to work for the business."""

    name: str
    email: str


class ProductBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A product as its vendor writes it, once for all regions. `coverage`: codes of the regions it is delivered to."""

    name: str
    category_code: str
    description: str = ""
    price_rupiah: Annotated[int, msgspec.Meta(ge=1)]
    unit: str
    minimum_order: Decimal = Decimal(1)
    lead_days: Annotated[int, msgspec.Meta(ge=0, le=999)] = 1
    shipping_rupiah: Annotated[int, msgspec.Meta(ge=0)] = 0
    domestic: bool = True
    charges_local_tax: bool = False
    coverage: list[str]


class OwnProductView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the business's products; `photos` are ids in their order."""

    id: UUID
    name: str
    category_code: str
    description: str
    price_rupiah: int
    unit: str
    minimum_order: Decimal
    lead_days: int
    shipping_rupiah: int
    domestic: bool
    charges_local_tax: bool
    tax_class: str
    coverage: list[str]
    status: str
    published_at: datetime | None
    photos: list[UUID]


class PhotoBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One photo, at most 8 MB; it is drawn anew."""

    photo: File


class TaxClassBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Another tax class than the category's, and why."""

    tax_class: Literal[tuple(str(one) for one in TaxClass)]  # type: ignore[valid-type]
    note: str = ""
    evidence: File | None = None


class StandingView(msgspec.Struct, frozen=True, kw_only=True):
    """A region, and where the business stands in it; no status where it never asked."""

    tenant_id: UUID
    slug: str
    name: str
    status: str | None
    reason: str | None
    requested_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None


@reads("/business", on=NATION, tag=BUSINESS, scope=READ, says="Usaha Anda: data, tim, dan permintaan.")
async def business(call: Call) -> BusinessView:
    """The business of the person of the token."""
    async with AS_MEMBER.enter(call) as (session, member):
        vendor = await own_vendor(session, member)
        facts = answers_of(vendor, await private_facts(session, member))
        shown = {name: masked(text) if name in SECRETS else text for name, text in facts.items()}
        own = {
            name: getattr(vendor, name) for name in BusinessView.__struct_fields__ if hasattr(vendor, name)
        }
        return BusinessView(
            **{
                **own,
                "facts": {
                    str(section): {name: shown[name] for name in names if name in shown}
                    for section, names in FIELDS.items()
                },
                "team": [TeamMemberView(*one) for one in await team_of(session, vendor.id)],
                "requests": [
                    ChangeRequestView(
                        **{name: getattr(one, name) for name in ChangeRequestView.__struct_fields__}
                    )
                    for one in await requests_of(session, member)
                ],
            }
        )


@writes(
    "/business/submission",
    on=NATION,
    tag=BUSINESS,
    scope=WRITE,
    place=AS_MEMBER,
    twins=("vendors.submit",),
    shows="business.business",
    says="Mengajukan usaha untuk diverifikasi.",
)
async def submission(session: AsyncSession, member: Member) -> str:
    """Hand the business over for verification."""
    await submit_for_verification(session, member)
    return "/business"


def _section_of(section: Section) -> Operation:
    async def change(session: AsyncSession, member: Member, body: SectionBody) -> str:
        """Change one group of facts; what a verifier weighs waits for them."""
        known = FIELDS[section]
        if unknown := [(name, "Bagian ini tidak dikenal.") for name in body.answers if name not in known]:
            raise Refused.several(unknown)
        await change_section(session, member, section, body.answers, body.note, _evidence(body))
        return "/business"

    return writes(
        f"/business/sections/{section}",
        method="PUT",
        on=NATION,
        tag=BUSINESS,
        scope=WRITE,
        place=AS_MEMBER,
        name=f"business.change_{section}",
        shows="business.business",
        most_bytes=PHOTO_BYTES,
        twins=("vendors.change_section",),
        says="Mengubah satu kelompok data usaha.",
    )(change)


@writes(
    "/business/requests/{request_id}/withdrawal",
    on=NATION,
    tag=BUSINESS,
    scope=WRITE,
    place=AS_MEMBER,
    twins=("vendors.withdraw_request",),
    shows="business.business",
    says="Menarik permintaan perubahan data.",
)
async def withdrawal(session: AsyncSession, member: Member, request_id: UUID) -> str:
    """The owner takes back a change that waits for the verifier."""
    await withdraw_request(session, member, request_id)
    return "/business"


@writes(
    "/business/staff",
    on=NATION,
    tag=BUSINESS,
    scope=WRITE,
    place=AS_MEMBER,
    made=True,
    twins=("vendors.add_staff",),
    shows="business.business",
    says="Mengundang staf usaha.",
)
async def hire(session: AsyncSession, member: Member, body: StaffBody) -> str:
    """Somebody is invited by mail and works for the business from now on."""
    await add_staff(session, member, {"name": body.name, "email": body.email})
    return "/business"


@writes(
    "/business/staff/{account_id}",
    method="DELETE",
    on=NATION,
    tag=BUSINESS,
    scope=WRITE,
    place=AS_MEMBER,
    twins=("vendors.remove_staff",),
    shows="business.business",
    says="Memberhentikan staf usaha.",
)
async def dismiss(session: AsyncSession, member: Member, account_id: UUID) -> str:
    """Somebody no longer works for the business; their sessions end."""
    await remove_staff(session, member, account_id)
    return "/business"


@reads("/business/products", on=NATION, tag=BUSINESS, scope=READ, says="Semua produk usaha Anda.")
async def products(call: Call) -> Page[OwnProductView]:
    """All products of the business, drafts and withdrawn ones too, the newest first; without their photos."""
    async with AS_MEMBER.enter(call) as (session, member):
        return Page([_product(one, []) for one in await products_of(session, member.vendor_id)])


@reads("/business/products/{product_id}", on=NATION, tag=BUSINESS, scope=READ, says="Satu produk usaha Anda.")
async def product(call: Call, product_id: UUID) -> OwnProductView:
    """One product with its photos."""
    async with AS_MEMBER.enter(call) as (session, member):
        found = await own_product(session, member, product_id)
        return _product(found, [photo.id for photo in await photos_of(session, found.id)])


@writes(
    "/business/products",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    made=True,
    twins=("vendors.write_product",),
    shows="business.product",
    says="Menulis produk baru sebagai draf.",
)
async def write(session: AsyncSession, member: Member, body: ProductBody) -> str:
    """A new product as a draft, which no region sees."""
    made = await write_product(session, member, _answers(body), drawing_of(body.category_code))
    return f"/business/products/{made.id}"


@writes(
    "/business/products/{product_id}",
    method="PUT",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    twins=("vendors.change_product",),
    shows="business.product",
    says="Mengubah produk.",
)
async def change(session: AsyncSession, member: Member, product_id: UUID, body: ProductBody) -> str:
    """Other facts; a published product changes in the regions too."""
    await change_product(session, member, product_id, _answers(body))
    return f"/business/products/{product_id}"


@writes(
    "/business/products/{product_id}/publication",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    twins=("vendors.publish_product",),
    shows="business.product",
    says="Menayangkan produk di wilayah yang dilayani.",
)
async def publish(session: AsyncSession, member: Member, product_id: UUID) -> str:
    """From now on the regions show it."""
    await publish_product(session, member, product_id)
    return f"/business/products/{product_id}"


@writes(
    "/business/products/{product_id}/publication",
    method="DELETE",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    twins=("vendors.withdraw_product",),
    shows="business.product",
    says="Menurunkan produk dari katalog.",
)
async def withdraw(session: AsyncSession, member: Member, product_id: UUID) -> str:
    """No region shows it any more; running orders keep what they ordered."""
    await withdraw_product(session, member, product_id)
    return f"/business/products/{product_id}"


async def _draw(body: PhotoBody) -> Any:
    return await drawn(body.photo.content, field="photo")


@writes(
    "/business/products/{product_id}/photos",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    made=True,
    prepares=_draw,
    most_bytes=PHOTO_BYTES,
    twins=("vendors.add_photo",),
    shows="business.product",
    says="Menambah foto produk.",
)
async def photograph(session: AsyncSession, member: Member, product_id: UUID, body: PhotoBody) -> str:
    """Add a photo; it is drawn anew from its pixels."""
    pictures: Any = body
    await add_photo(session, member, product_id, pictures)
    return f"/business/products/{product_id}"


@writes(
    "/business/products/{product_id}/photos/{photo_id}",
    method="DELETE",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    twins=("vendors.remove_photo",),
    shows="business.product",
    says="Menghapus foto produk.",
)
async def take_photo_away(session: AsyncSession, member: Member, product_id: UUID, photo_id: UUID) -> str:
    """Remove one photo."""
    await remove_photo(session, member, product_id, photo_id)
    return f"/business/products/{product_id}"


@writes(
    "/business/products/{product_id}/tax-class-requests",
    on=NATION,
    tag=BUSINESS,
    scope=PRODUCTS_WRITE,
    place=AS_MEMBER,
    most_bytes=PHOTO_BYTES,
    twins=("vendors.ask_for_tax_class",),
    shows="business.business",
    says="Meminta golongan pajak lain untuk produk.",
)
async def tax_class(session: AsyncSession, member: Member, product_id: UUID, body: TaxClassBody) -> str:
    """Ask the agency for another tax class; the old one holds until the verifier accepts."""
    asked = {"tax_class": body.tax_class, "note": body.note}
    await ask_for_tax_class(session, member, product_id, asked, _evidence(body))
    return "/business"


@reads(
    "/business/participation", on=NATION, tag=BUSINESS, scope=READ, says="Wilayah yang dilayani usaha Anda."
)
async def participation(call: Call) -> Page[StandingView]:
    """Every region with the standing of the business in it."""
    async with AS_MEMBER.enter(call) as (session, member):
        return Page(
            [
                StandingView(
                    tenant_id=tenant.id,
                    slug=tenant.slug,
                    name=tenant.name,
                    status=standing.status if standing else None,
                    reason=standing.reason if standing else None,
                    requested_at=standing.requested_at if standing else None,
                    due_at=standing.due_at if standing else None,
                    decided_at=standing.decided_at if standing else None,
                )
                for tenant, standing in await regions_standing(session, member.vendor_id)
            ]
        )


@writes(
    "/business/participation/{tenant_id}",
    method="PUT",
    on=NATION,
    tag=BUSINESS,
    scope=PARTICIPATION_WRITE,
    place=AS_MEMBER,
    twins=("vendors.request_participation",),
    shows="business.participation",
    says="Meminta diterima di satu wilayah.",
)
async def ask_in(session: AsyncSession, member: Member, tenant_id: UUID) -> str:
    """Ask a region to take the business in."""
    await request_participation(session, member, tenant_id)
    return "/business/participation"


@writes(
    "/business/participation/{tenant_id}",
    method="DELETE",
    on=NATION,
    tag=BUSINESS,
    scope=PARTICIPATION_WRITE,
    place=AS_MEMBER,
    twins=("vendors.withdraw_participation",),
    shows="business.participation",
    says="Berhenti melayani satu wilayah.",
)
async def leave(session: AsyncSession, member: Member, tenant_id: UUID) -> str:
    """Leave a region, or take the request back; running orders go on."""
    await withdraw_participation(session, member, tenant_id)
    return "/business/participation"


def _answers(body: ProductBody) -> dict[str, str]:
    """As the product's form takes them, figures in the Indonesian convention."""
    return {
        "name": body.name,
        "category_code": body.category_code,
        "description": body.description,
        "price": str(body.price_rupiah),
        "unit": body.unit,
        "minimum_order": typed_quantity(body.minimum_order),
        "lead_days": str(body.lead_days),
        "shipping": str(body.shipping_rupiah),
        "coverage": SEPARATOR.join(body.coverage),
        **({"domestic": TICKED} if body.domestic else {}),
        **({"charges_local_tax": TICKED} if body.charges_local_tax else {}),
    }


def _evidence(body: SectionBody | TaxClassBody) -> Any:
    return check_evidence(body.evidence.content) if body.evidence else None


def _product(one: Product, photos: list[UUID]) -> OwnProductView:
    own = {name: getattr(one, name) for name in OwnProductView.__struct_fields__ if name != "photos"}
    return OwnProductView(**own, photos=photos)


OPERATIONS: Final[list[Operation]] = [
    *(business, submission),
    *(_section_of(section) for section in Section if section is not Section.BANK),
    *(withdrawal, hire, dismiss),
    *(products, product, write, change, publish, withdraw, photograph, take_photo_away, tax_class),
    *(participation, ask_in, leave),
]
