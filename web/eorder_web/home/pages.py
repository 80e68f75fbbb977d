"""The front pages of both kinds of host: a region's, with its catalogue and its spending, and the nation's."""

from litestar import Response, get

from eorder_platform import clock, tenancy
from eorder_platform.projections.queries import newest_orders, vendor_figures
from eorder_tenants.catalogue.queries import front_page
from eorder_tenants.transparency.choosing import Choice
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.translating import spoken
from eorder_web.transparency.counting import figures_of, spending_of
from eorder_web.transparency.drawing import band_limits
from eorder_web.transparency.presenting import status_tags
from eorder_web.transparency.regions import NOTHING_YET, joined_regions, map_tiles

CARDS = 9
NEWEST = 5


@get("/", opt=PUBLIC, name="home.region")
async def home_of_region(request: Request) -> Response[str]:
    """What the region offers, what it has bought this year, and where to look."""
    tenant = request.tenant
    year = clock.today(tenant.zone).year
    front = await front_page(tenant, spoken())
    spent = await spending_of(tenant, Choice(zone=tenant.zone, year=year))
    return page(request, "home/region.html", active="home", front=front, spending=spent, year=year)


@get("/", opt=PUBLIC, name="home.nation")
async def home_of_nation(request: Request) -> Response[str]:
    """Map, figures of the year, regions, newest orders."""
    year = clock.today(NATIONAL_ZONE).year
    figures = await figures_of(year)
    async with tenancy.reading_national() as connection:
        vendors = await vendor_figures(connection)
        newest = await newest_orders(connection, NEWEST)
    regions = await joined_regions(figures)
    limits = band_limits(regions[0].figures.spent_rupiah if regions else 0)
    return page(
        request,
        "home/nation.html",
        active="home",
        year=year,
        total=sum(figures.values(), start=NOTHING_YET),
        vendors=vendors,
        regions=regions,
        cards=regions[:CARDS],
        limits=limits,
        tiles=map_tiles(regions, limits),
        newest=newest,
        tags=status_tags(),
        by_id={region.tenant.id: region for region in regions},
    )


REGION = [home_of_region]
NATION = [home_of_nation]
