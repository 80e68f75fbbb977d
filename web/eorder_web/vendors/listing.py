"""The public directory: verified vendors by their public facts. Never NIK, phone, bank, street or e-mail."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from eorder_platform import tenancy
from eorder_platform.directory.finding_vendors import (
    VENDORS_A_PAGE,
    VendorSearch,
    find_vendors,
    public_vendor,
    published_products,
)
from eorder_platform.directory.models import VendorStatus
from eorder_platform.directory.queries import first_photos, regions_serving
from eorder_platform.directory.sanctions.queries import is_running, sanctions_of
from eorder_platform.reference.places import provinces
from eorder_platform.tenancy import registry
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.queries import Page, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address_in
from eorder_web.vendors.covering import regions_showing


@get("/penyedia", opt=PUBLIC, name="vendors.listing")
async def find(
    request: Request,
    words: Words = "",
    province: Annotated[str, QueryParameter(name="provinsi")] = "",
    scale: Annotated[str, QueryParameter(name="skala")] = "",
    number: Page = "",
) -> Response[str]:
    """Verified vendors by name or NIB, province and scale."""
    search = VendorSearch(words.strip(), province, scale, page_in(number))
    async with tenancy.national() as session:
        vendors, total = await find_vendors(session, search)
        return page(
            request,
            "vendors/listing.html",
            active="vendors",
            vendors=vendors,
            total=total,
            search=search,
            provinces=await provinces(session),
            last_page=-(-total // VENDORS_A_PAGE),
        )


@get("/penyedia/{vendor_id:uuid}", opt=PUBLIC, name="vendors.show")
async def show(request: Request, vendor_id: FromPath[UUID]) -> Response[str]:
    """One verified vendor, its regions and its published products."""
    async with tenancy.national() as session:
        vendor, city = await public_vendor(session, vendor_id)
        selling = vendor.status == VendorStatus.VERIFIED
        products = await published_products(session, vendor.id) if selling else []
        sanctions = await sanctions_of(session, vendor.id)
        regions = await regions_serving(session, vendor.id)
        photos = await first_photos(session, [product.id for product in products])
    reachable = {tenant.id: tenant for tenant in await registry.real_tenants() if tenant.hosts}
    regions = [region for region in regions if region.id in reachable]
    return page(
        request,
        "vendors/vendor.html",
        active="vendors",
        vendor=vendor,
        city=city.name,
        sanctions=[(one, is_running(one)) for one in sanctions],
        products=products,
        photos=photos,
        regions=[(region, address_in(reachable[region.id], "catalogue.list")) for region in regions],
        offers={
            product.id: [
                address_in(reachable[region.id], "catalogue.show", offer_id=product.id)
                for region in regions_showing(product.coverage, regions)
            ]
            for product in products
        },
    )


NATION = [find, show]
