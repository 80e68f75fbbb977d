"""The regions that joined, and the search over the orders of all regions."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from litestar.response import Stream

from eorder_platform import clock, tenancy
from eorder_platform.projections.exporting import MOST_ROWS, orders_to_export
from eorder_platform.projections.queries import (
    COUNTED_AT_MOST,
    PAGE_SIZE,
    OrderSearch,
    search_orders,
    years_with_orders,
)
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page
from eorder_web.edge.csv_answering import ForWhom, csv_answer
from eorder_web.edge.queries import ALL_YEARS, Page, Status, Words, Year, id_in, page_in, year_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.transparency import finding
from eorder_web.transparency.counting import figures_of
from eorder_web.transparency.exporting import NATIONAL
from eorder_web.transparency.pages import LAST_PAGE, LONGEST_WORDS
from eorder_web.transparency.presenting import stage_named, stage_options, status_tags, year_options
from eorder_web.transparency.regions import joined_regions

FIRST_YEAR = 2025
Region = Annotated[str, QueryParameter(name="wilayah")]


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
    region: Region = "",
    status: Status = "",
    chosen_year: Year = "",
    number: Page = "",
) -> Response[str]:
    """Issued orders of all regions by text, region, stage and year."""
    current, search = page_in(number, LAST_PAGE), _search(words, region, status, chosen_year)
    this_year = clock.today(NATIONAL_ZONE).year
    async with tenancy.searching_national() as connection:
        found = await search_orders(connection, search, page=current)
        filled = await years_with_orders(connection) if search.year and not found.count else []
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
        stage=stage_named(status),
        stages_offered=stage_options(),
        year=search.year,
        years_offered=year_options(range(FIRST_YEAR, this_year + 1), search.year),
        years_with_orders=filled,
        regions_offered=[(one.tenant.id, one.tenant.short_name) for one in by_name],
        by_id={one.tenant.id: one for one in joined},
        tags=status_tags(),
        csv_url=address(
            "transparency.national_export", words=words, region=region, status=status, chosen_year=chosen_year
        ),
        most_rows=MOST_ROWS,
        current=current,
        last=-(-min(found.count, COUNTED_AT_MOST) // PAGE_SIZE),
    )


@get("/belanja.csv", opt=PUBLIC, name="transparency.national_export")
async def export(
    request: Request,
    words: Words = "",
    region: Region = "",
    status: Status = "",
    chosen_year: Year = "",
    for_whom: ForWhom = "",
) -> Stream:
    """The same orders as CSV."""
    search = _search(words, region, status, chosen_year)
    return csv_answer(
        NATIONAL,
        orders_to_export(search),
        name=f"belanja-nasional-{search.year or ALL_YEARS}",
        zone=NATIONAL_ZONE,
        for_whom=for_whom,
    )


def _search(words: str, region: str, status: str, year: str) -> OrderSearch:
    stage = stage_named(status)
    return OrderSearch(
        text=words[:LONGEST_WORDS],
        tenant_id=id_in(region),
        statuses=stage.statuses if stage else None,
        year=year_in(year, clock.today(NATIONAL_ZONE).year),
    )


NATION = [regions, spending, export, *finding.NATION]
