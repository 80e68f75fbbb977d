"""What everybody may read of a region and of the nation: the catalogue, vendors, spending, orders, papers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Raw

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotVisible
from eorder_platform.tenancy import registry
from eorder_tenants.catalogue import browsing
from eorder_tenants.catalogue.browsing import Maker, Sort, Wanted
from eorder_tenants.catalogue.queries import offer_page, vendor_page, vendors_behind
from eorder_tenants.transparency.choosing import Choice
from eorder_tenants.transparency.exporting import ExportedOrder, Keys, orders_behind
from eorder_tenants.transparency.publishing import published_order
from eorder_tenants.transparency.spending import Spending
from eorder_tenants.transparency.stages import Stage
from eorder_tenants.transparency.verifying import document_under
from eorder_web.api.calls import Call
from eorder_web.api.operations import EVERYWHERE, Listing, Operation, Page, reads
from eorder_web.api.paging import paged, position
from eorder_web.look.translating import spoken
from eorder_web.transparency.counting import figures_of, spending_of

CATALOGUE: Final = "catalogue"
OPENNESS: Final = "openness"
PLACES: Final = "places"

Text = Annotated[str, msgspec.Meta(max_length=100)]
AnyYear = Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class ProductQuery(Listing, kw_only=True, frozen=True):
    """What the catalogue is asked for. `category`: main categories (ATK) or their parts (ATK.PAPER), by commas."""

    q: Text = ""
    category: list[str] = []
    vendor_region: list[str] = []
    price_from: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None
    price_to: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None = None
    maker: list[Literal["micro", "small", "medium", "cooperative"]] = []
    domestic: bool = False
    sort: Literal["newest", "cheapest", "dearest"] = "newest"


class ProductView(msgspec.Struct, frozen=True):
    """An offer of the region's catalogue. Prices are whole rupiah before tax, for one `unit`."""

    id: UUID
    name: str
    price_rupiah: int
    unit: str
    minimum_order: Decimal
    lead_days: int
    category_code: str
    domestic: bool
    vendor_id: UUID
    vendor_name: str
    vendor_city: str
    vendor_form: str
    vendor_scale: str
    published_at: datetime


class ProductDetails(msgspec.Struct, frozen=True, kw_only=True):
    """One offer with everything that its page shows. `coverage`: codes of the regions it is delivered to."""

    id: UUID
    name: str
    description: str
    price_rupiah: int
    shipping_rupiah: int
    unit: str
    minimum_order: Decimal
    lead_days: int
    category_code: str
    category_name: str
    domestic: bool
    tax_class: str
    vat_registered: bool
    charges_local_tax: bool
    vendor_id: UUID
    vendor_name: str
    vendor_legal_name: str
    vendor_city: str
    vendor_form: str
    vendor_scale: str
    coverage: list[str]
    photos: list[str]


class VendorQuery(Listing, kw_only=True, frozen=True):
    """`q`: part of a name or of a place."""

    q: Text = ""


class VendorView(msgspec.Struct, frozen=True):
    """A vendor that takes part in this region; `offers` counts what the catalogue shows of it."""

    id: UUID
    trade_name: str
    legal_name: str
    legal_form: str
    business_scale: str
    vat_registered: bool
    city: str
    offers: int


class VendorDetails(msgspec.Struct, frozen=True):
    """A vendor's public facts."""

    id: UUID
    trade_name: str
    legal_name: str
    legal_form: str
    business_scale: str
    business_id_number: str
    vat_registered: bool
    verified_at: datetime | None
    city: str
    offers: int


class SpendingQuery(msgspec.Struct, kw_only=True, frozen=True):
    """Which issued orders. `year` is that of the purchase order in the region's zone; all years without one."""

    q: Text = ""
    year: AnyYear | None = None
    unit: UUID | None = None
    category: Annotated[str, msgspec.Meta(max_length=64)] = ""
    stage: Literal["running", "unpaid", "paid", "ended"] | None = None


class PublicOrderQuery(SpendingQuery, kw_only=True, frozen=True):
    """The same, in steps."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 25
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""


class PublicOrderLine(msgspec.Struct, frozen=True):
    """What was bought, at which price before tax; `accepted_quantity` once it was handed over."""

    name: str
    unit: str
    quantity: Decimal
    unit_price_rupiah: int
    accepted_quantity: Decimal | None


class PublicPaper(msgspec.Struct, frozen=True):
    """A signed document; whether it is genuine is told at /documents/{code}."""

    kind: str
    number: str
    signed_at: datetime
    verification_code: str


class PublicOrderDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is public about an order. Amounts are whole rupiah."""

    number: str
    title: str
    status: str
    stage: str
    unit_name: str
    vendor_id: UUID
    vendor_name: str
    vendor_scale: str
    vendor_form: str
    vendor_place: str
    delivery_place: str
    rup_code: str
    package_name: str
    account_code: str
    account_name: str
    base_rupiah: int
    shipping_rupiah: int
    vat_rupiah: int
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    delivery_due_on: date | None
    issued_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    handed_over_at: datetime | None
    invoiced_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    lines: list[PublicOrderLine]
    documents: list[PublicPaper]


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """What a document's code tells everybody. `content_hash`: SHA-256 of its PDF, none until it is printed."""

    kind: str
    number: str
    signed_at: datetime
    unit_name: str
    vendor_name: str
    order_number: str
    order_title: str
    value_rupiah: int | None
    intact: bool
    still_counts: bool
    content_hash: str | None


class RegionView(msgspec.Struct, frozen=True, kw_only=True):
    """A region of the nation and where its own API stands; its year so far, amounts in whole rupiah."""

    slug: str
    name: str
    region_code: str
    zone: str
    status: str
    host: str
    orders: int
    spent_rupiah: int
    paid_rupiah: int
    small_rupiah: int


class YearQuery(msgspec.Struct, kw_only=True, frozen=True):
    """`year`: the current one without any."""

    year: AnyYear | None = None


_MAKERS: Final = {
    "micro": Maker.MICRO,
    "small": Maker.SMALL,
    "medium": Maker.MEDIUM,
    "cooperative": Maker.COOPERATIVE,
}
_SORTS: Final = {"newest": Sort.NEWEST, "cheapest": Sort.CHEAPEST, "dearest": Sort.DEAREST}
_STAGES: Final = {stage.name.lower(): stage for stage in Stage}


@reads("/products", tag=CATALOGUE, says="Produk yang ditawarkan di daerah ini.")
async def products(call: Call, query: ProductQuery) -> Page[ProductView]:
    """The catalogue of this region, the newest first unless sorted otherwise."""
    sort = _SORTS[query.sort]
    wanted = Wanted(
        words=query.q,
        categories=tuple(query.category),
        regions=tuple(query.vendor_region),
        lowest_rupiah=query.price_from,
        highest_rupiah=query.price_to,
        makers=tuple(_MAKERS[one] for one in query.maker),
        domestic=query.domestic,
        sort=sort,
    )
    newest = sort is Sort.NEWEST
    after = position(query, tuple[datetime, UUID] if newest else tuple[int, UUID])
    rows = await browsing.offers_behind(call.region, wanted, after, query.limit + 1)
    key = "published_at" if newest else "price_rupiah"
    return paged(call, query, rows, lambda at: (rows[at][key], rows[at]["id"]), _product)


@reads("/products/{offer_id}", tag=CATALOGUE, says="Satu produk dengan rinciannya.")
async def product(call: Call, offer_id: UUID) -> ProductDetails:
    """One offer of this region."""
    page = await offer_page(call.region, offer_id, spoken())
    row = page.offer
    same = ProductDetails.__struct_fields__
    facts = {name: row[name] for name in same if name in row}
    return ProductDetails(
        **{
            **facts,
            "vendor_legal_name": row["legal_name"],
            "coverage": list(page.coverage),
            "photos": [f"/foto/{one}" for one in page.photos],
        }
    )


@reads("/vendors", tag=CATALOGUE, says="Penyedia yang melayani daerah ini.")
async def vendors(call: Call, query: VendorQuery) -> Page[VendorView]:
    """Vendors that take part in this region, by name."""
    after = position(query, tuple[str, UUID])
    rows = await vendors_behind(call.region, query.q, after, query.limit + 1)
    return paged(call, query, rows, lambda at: (rows[at]["sorted_by"], rows[at]["id"]), _vendor)


@reads("/vendors/{vendor_id}", tag=CATALOGUE, says="Satu penyedia dengan data publiknya.")
async def vendor(call: Call, vendor_id: UUID) -> VendorDetails:
    """One vendor as this region knows it."""
    row = (await vendor_page(call.region, vendor_id, spoken())).vendor
    return VendorDetails(**{name: row[name] for name in VendorDetails.__struct_fields__})


@reads("/spending", tag=OPENNESS, says="Belanja daerah ini menurut bulan, unit, kategori, dan penerima.")
async def spending(call: Call, query: SpendingQuery) -> Spending:
    """What the issued orders of a choice add up to; whole rupiah, taxes included."""
    return await spending_of(call.region, _choice(call, query))


@reads("/public-orders", tag=OPENNESS, says="Pesanan yang sudah terbit, seperti di halaman belanja.")
async def public_orders(call: Call, query: PublicOrderQuery) -> Page[ExportedOrder]:
    """Issued orders with what is public of them, the newest first."""
    after = position(query, Keys)  # type: ignore[arg-type]
    orders, keys = await orders_behind(call.region, _choice(call, query), after, query.limit + 1)
    return paged(call, query, orders, lambda at: keys[at], lambda one: one)  # type: ignore[arg-type]


@reads("/public-orders/{number}", tag=OPENNESS, says="Satu pesanan terbit dengan semua yang publik.")
async def public_order(call: Call, number: str) -> PublicOrderDetails:
    """One issued order as everybody may see it."""
    async with tenancy.reading(call.region) as connection:
        order = await published_order(connection, number, call.region.zone)
    if order is None:
        raise NotVisible("Tidak ada pesanan terbit dengan nomor itu di wilayah ini.")
    own = {
        name: getattr(order, name) for name in PublicOrderDetails.__struct_fields__ if hasattr(order, name)
    }
    return PublicOrderDetails(
        **{
            **own,
            "stage": order.stage.name.lower(),
            "lines": [
                PublicOrderLine(
                    one.name, one.unit, one.quantity, one.unit_price_rupiah, one.accepted_quantity
                )
                for one in order.lines
            ],
            "documents": [
                PublicPaper(one.kind, one.number, one.signed_at, one.verification_code)
                for one in order.documents
            ],
        }
    )


@reads("/documents/{code}", tag=OPENNESS, says="Apakah dokumen dengan kode ini asli.")
async def document(call: Call, code: str) -> DocumentView:
    """Is the document under this code genuine? Compare the SHA-256 of your file with `content_hash`."""
    async with tenancy.reading(call.region) as connection:
        found = await document_under(connection, code)
    if found is None:
        raise NotVisible("Tidak ada dokumen dengan kode itu di wilayah ini.")
    return DocumentView(**{name: getattr(found, name) for name in DocumentView.__struct_fields__})


@reads("/regions", on=EVERYWHERE, tag=PLACES, says="Semua daerah, alamat API-nya, dan belanjanya tahun ini.")
async def regions(call: Call, query: YearQuery) -> Page[RegionView]:
    """Every region with the host of its own API."""
    year = query.year or clock.today("Asia/Jakarta").year
    figures = await figures_of(year)
    return Page(
        [
            RegionView(
                slug=one.slug,
                name=one.name,
                region_code=one.region_code,
                zone=one.zone,
                status=one.status,
                host=one.hosts[0],
                orders=figures[one.id].orders,
                spent_rupiah=figures[one.id].spent_rupiah,
                paid_rupiah=figures[one.id].paid_rupiah,
                small_rupiah=figures[one.id].small_rupiah,
            )
            for one in await registry.real_tenants()
            if one.hosts and one.id in figures
        ]
    )


def _product(row: Any) -> ProductView:
    return ProductView(
        row["id"],
        row["name"],
        row["price_rupiah"],
        row["unit"],
        row["minimum_order"],
        row["lead_days"],
        row["category_code"],
        row["domestic"],
        row["vendor_id"],
        row["vendor_name"],
        row["vendor_city"],
        row["vendor_form"],
        row["vendor_scale"],
        row["published_at"],
    )


def _vendor(row: Any) -> VendorView:
    return VendorView(*(row[name] for name in VendorView.__struct_fields__))


def _choice(call: Call, query: SpendingQuery | PublicOrderQuery) -> Choice:
    return Choice(
        zone=call.region.zone,
        year=query.year,
        unit_id=query.unit,
        stage=_STAGES[query.stage] if query.stage else None,
        category=query.category or None,
        text=query.q,
    )


@reads("/openapi.json", on=EVERYWHERE, tag="document", says="Dokumen OpenAPI 3.1 dari API ini.", answers=dict)
async def openapi(call: Call) -> Raw:
    """This document: every operation of this host, made from the declarations that answer it."""
    from eorder_web.api import routes

    return Raw(routes.document(call))


PUBLIC: Final[list[Operation]] = [
    openapi,
    products,
    product,
    vendors,
    vendor,
    spending,
    public_orders,
    public_order,
    document,
    regions,
]
