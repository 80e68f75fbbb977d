"""The search of the national home: products, vendors and orders of all regions, by the same words."""

from uuid import UUID

from litestar import Response, get

from eorder_platform import tenancy
from eorder_platform.directory.finding_products import COUNTED_AT_MOST, FoundProduct, find_products
from eorder_platform.directory.finding_vendors import VendorSearch, find_vendors
from eorder_platform.projections.queries import OrderSearch, search_orders
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.forms import TICKED
from eorder_web.edge.queries import Literally, Words, words_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.transparency.presenting import status_tags
from eorder_web.transparency.regions import JoinedRegion, joined_regions

PRODUCTS_SHOWN = 8
VENDORS_SHOWN = 6
ORDERS_SHOWN = 6


@get("/cari", opt=PUBLIC, name="transparency.find")
async def find(request: Request, words: Words = "", literally: Literally = "") -> Response[str]:
    """What is sold, who sells and what was ordered under these words; without words the field alone."""
    text = words_in(words)
    if not text:
        return page(request, "transparency/finding.html", active="find", q="", found=False)
    async with tenancy.searching_national() as connection:
        found = await find_products(connection, text, PRODUCTS_SHOWN, literally=literally == TICKED)
        orders = await search_orders(connection, OrderSearch(text=text), size=ORDERS_SHOWN)
    async with tenancy.national() as session:
        vendors, vendor_count = await find_vendors(session, VendorSearch(text))
    by_id = {region.tenant.id: region for region in await joined_regions({})}
    return page(
        request,
        "transparency/finding.html",
        active="find",
        q=text,
        found=bool(found.count or vendor_count or orders.count),
        understood=found,
        literal=address("transparency.find", words=text, literally=TICKED),
        products=[(product, _shown_in(product, by_id)) for product in found.products],
        product_count=found.count,
        products_counted_at_most=COUNTED_AT_MOST,
        vendors=vendors[:VENDORS_SHOWN],
        vendor_count=vendor_count,
        orders=orders,
        by_id=by_id,
        tags=status_tags(),
    )


def _shown_in(product: FoundProduct, by_id: dict[UUID, JoinedRegion]) -> list[tuple[JoinedRegion, str]]:
    """The regions whose catalogue has it, each with the address of its page there."""
    known = [by_id[tenant_id] for tenant_id in product.tenant_ids if tenant_id in by_id]
    return [(region, region.address("catalogue.show", offer_id=product.id)) for region in known]


NATION = [find]
