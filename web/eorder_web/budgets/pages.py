"""What one's units may spend: budget lines, a line with its packages, a package with every movement of its money."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from eorder_platform import clock
from eorder_tenants.budgets import queries
from eorder_tenants.budgets.models import LedgerAccount
from eorder_tenants.orders.reading.of_package import orders_of_package
from eorder_tenants.organisation.models import Role
from eorder_web.budgets import uploads
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import page
from eorder_web.edge.places import acting
from eorder_web.edge.queries import Page, Words, Year, page_in, year_in
from eorder_web.edge.visiting import Request
from eorder_web.orders.presenting import status_tag

ACCOUNT_WORDS = {
    LedgerAccount.OUTSIDE: "Pagu DPA",
    LedgerAccount.AVAILABLE: "Tersedia",
    LedgerAccount.HELD: "Dicadangkan",
    LedgerAccount.COMMITTED: "Terikat",
    LedgerAccount.REALISED: "Realisasi",
}


@get("/anggaran", opt=OFFICIAL, name="budgets.list")
async def budget_list(
    request: Request,
    words: Words = "",
    chosen_year: Year = "",
    unit: Annotated[str, QueryParameter(name="unit")] = "",
    number: Page = "",
) -> Response[str]:
    """The budget lines of the person's units, with what is held, committed and spent."""
    async with acting(request) as (session, actor):
        this_year, current = clock.today(request.tenant.zone).year, page_in(number)
        years = await queries.fiscal_years(session) or [this_year]
        units = await queries.units_with_budget(session, actor)
        chosen = next((unit_id for unit_id, _ in units if str(unit_id) == unit), None)
        usual = this_year if this_year in years else years[0]  # next year's are there before it begins
        year = wanted if (wanted := year_in(chosen_year, usual)) in years else usual
        search = queries.LineSearch(year, words, chosen, current)
        found = await queries.lines_visible_to(session, actor, search)
    return page(
        request,
        "budgets/list.html",
        active="budget",
        found=found,
        query=words,
        year=year,
        years=years,
        year_choices=[(one, one) for one in years],
        unit=unit if chosen else "",
        units=units,
        current=current,
        last=max(1, -(-found.count // queries.LINES_A_PAGE)),
        may_upload=actor.holds(Role.TENANT_ADMIN),
    )


@get("/anggaran/baris/{line_id:uuid}", opt=OFFICIAL, name="budgets.line")
async def budget_line(request: Request, line_id: FromPath[UUID]) -> Response[str]:
    """One budget line and the packages that draw on it."""
    async with acting(request) as (session, actor):
        line, unit = await queries.line_visible_to(session, actor, line_id)
        shares = await queries.shares_of_line(session, line_id)
    return page(request, "budgets/line.html", active="budget", line=line, unit=unit, shares=shares)


@get("/anggaran/paket/{package_id:uuid}", opt=OFFICIAL, name="budgets.package")
async def package(request: Request, package_id: FromPath[UUID]) -> Response[str]:
    """One package: what it may draw from which line, its orders, and its ledger."""
    async with acting(request) as (session, actor):
        found, unit = await queries.package_visible_to(session, actor, package_id)
        shares = await queries.shares_of_package(session, package_id)
        movements = await queries.movements_of(session, package_id)
        orders = await orders_of_package(session, actor, package_id)
    return page(
        request,
        "budgets/package.html",
        active="budget",
        package=found,
        unit=unit,
        shares=shares,
        movements=movements,
        orders=orders,
        numbers={order.id: order.number for order in orders},
        tags={order.id: status_tag(order.status) for order in orders},
        account_words=ACCOUNT_WORDS,
        today=clock.today(request.tenant.zone),
    )


REGION = [budget_list, budget_line, package, *uploads.REGION]
