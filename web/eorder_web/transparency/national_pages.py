"""The regions that joined, and the search over the orders of all regions."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from eorder_platform import clock, tenancy
from eorder_platform.projections.queries import (
    COUNTED_AT_MOST,
    PAGE_SIZE,
    search_orders,
)
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.queries import Page, Status, Words, Year, id_in, page_in, year_in
from eorder_web.edge.visiting import Request
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.transparency import finding
from eorder_web.transparency.counting import figures_of
from eorder_web.transparency.pages import LAST_PAGE, LONGEST_WORDS
from eorder_web.transparency.presenting import stage_named, stage_options, status_tags, year_options
from eorder_web.transparency.regions import joined_regions

FIRST_YEAR = 2026


@get("/wilayah", opt=PUBLIC, name="transparency.regions")
async def regions(request: Request) -> Response[str]:
    """Every region that joined, with its year."""
    year = clock.today(NATIONAL_ZONE).year
    joined = await joined_regions(await figures_of(year))
    return page(request, "transparency/regions.html", active="regions", year=year, regions=joined)


@get("/belanja", opt=PUBLIC, name="transparency.national_spending")
async def spending(
    request: Request,
    words: Words = "",
    region: Annotated[str, QueryParameter(name="wilayah")] = "",
    status: Status = "",
    chosen_year: Year = "",
    number: Page = "",
) -> Response[str]:
    """Issued orders of all regions by text, region, stage and year."""
    this_year = clock.today(NATIONAL_ZONE).year
    year, stage, current = year_in(chosen_year, this_year), stage_named(status), page_in(number, LAST_PAGE)
    async with tenancy.searching_national() as connection:
        found = await search_orders(
            connection,
            text=words[:LONGEST_WORDS],
            tenant_id=id_in(region),
            statuses=stage.statuses if stage else None,
            year=year,
            page=current,
        )
    joined = await joined_regions({})
    by_name = sorted(joined, key=lambda one: one.tenant.short_name)
    return page(
        request,
        "transparency/national_spending.html",
        active="spending",
        found=found,
        counted_at_most=COUNTED_AT_MOST,
        q=words,
        wilayah=region,
        stage=stage,
        stages_offered=stage_options(),
        year=year,
        years_offered=year_options(range(this_year, FIRST_YEAR - 1, -1)),
        regions_offered=[(one.tenant.id, one.tenant.short_name) for one in by_name],
        by_id={one.tenant.id: one for one in joined},
        tags=status_tags(),
        current=current,
        last=-(-min(found.count, COUNTED_AT_MOST) // PAGE_SIZE),
    )


NATION = [regions, spending, *finding.NATION]
