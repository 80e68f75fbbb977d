"""The national home, the regions that joined, and the search over the orders of all regions."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from eorder_platform import clock, tenancy
from eorder_platform.projections.queries import (
    COUNTED_AT_MOST,
    PAGE_SIZE,
    newest_orders,
    search_orders,
    vendor_figures,
)
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.visiting import Request
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.transparency import finding
from eorder_web.transparency.asking import id_of, page_of, stage_named, year_of
from eorder_web.transparency.counting import figures_of
from eorder_web.transparency.drawing import band_limits
from eorder_web.transparency.presenting import stage_options, status_tags, year_options
from eorder_web.transparency.regions import NOTHING_YET, joined_regions, map_tiles

CARDS = 9
NEWEST = 5
FIRST_YEAR = 2026


@get("/", opt=PUBLIC, name="transparency.home")
async def home(request: Request) -> Response[str]:
    """The national home: map, figures of the year, regions, newest orders."""
    year = clock.today(NATIONAL_ZONE).year
    figures = await figures_of(year)
    async with tenancy.reading_national() as connection:
        vendors = await vendor_figures(connection)
        newest = await newest_orders(connection, NEWEST)
    regions = await joined_regions(figures)
    limits = band_limits(regions[0].figures.spent_rupiah if regions else 0)
    return page(
        request,
        "transparency/home.html",
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


@get("/wilayah", opt=PUBLIC, name="transparency.regions")
async def regions(request: Request) -> Response[str]:
    """Every region that joined, with its year."""
    year = clock.today(NATIONAL_ZONE).year
    joined = await joined_regions(await figures_of(year))
    return page(request, "transparency/regions.html", active="regions", year=year, regions=joined)


@get("/belanja", opt=PUBLIC, name="transparency.national_spending")
async def spending(
    request: Request,
    q: Annotated[str, QueryParameter()] = "",
    wilayah: Annotated[str, QueryParameter()] = "",
    status: Annotated[str, QueryParameter()] = "",
    tahun: Annotated[str, QueryParameter()] = "",
    hal: Annotated[str, QueryParameter()] = "",
) -> Response[str]:
    """Issued orders of all regions by text, region, stage and year."""
    current = clock.today(NATIONAL_ZONE).year
    year, stage, number = year_of(tahun, current), stage_named(status), page_of(hal)
    async with tenancy.searching_national() as connection:
        found = await search_orders(
            connection,
            text=q[:200],
            tenant_id=id_of(wilayah),
            statuses=stage.statuses if stage else None,
            year=year,
            page=number,
        )
    joined = await joined_regions({})
    by_name = sorted(joined, key=lambda region: region.tenant.short_name)
    return page(
        request,
        "transparency/national_spending.html",
        active="spending",
        found=found,
        counted_at_most=COUNTED_AT_MOST,
        q=q,
        wilayah=wilayah,
        stage=stage,
        stages_offered=stage_options(),
        year=year,
        years_offered=year_options(range(current, FIRST_YEAR - 1, -1)),
        regions_offered=[(region.tenant.id, region.tenant.short_name) for region in by_name],
        by_id={region.tenant.id: region for region in joined},
        tags=status_tags(),
        current=number,
        last=-(-min(found.count, COUNTED_AT_MOST) // PAGE_SIZE),
    )


NATION = [home, regions, spending, *finding.NATION]
