"""A list of the region as a page and as CSV, from one declaration: search, filters, paging, what an empty one says.

A page of a list is its query in tenants (a `Listed`), one `Listing`, and two routes::

    @get("/pengiriman", opt=OFFICIAL, name="orders.deliveries")
    async def deliveries(request: Request, words: Words = "", number: Page = "") -> Response[str]:
        return await shown(request, DELIVERIES, Asked(words, page_in(number)))

    @get("/pengiriman.csv", opt=OFFICIAL, name="orders.deliveries_csv")
    async def deliveries_csv(request: Request, words: Words = "", for_whom: ForWhom = "") -> Stream:
        return await exported(request, DELIVERIES, Asked(words), for_whom)

The route of the CSV is called like that of the page, with `_csv` behind it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Generic, TypeVar

from litestar import Response
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.listing import Listed, all_of, page_of
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_web.edge.answering import page
from eorder_web.edge.csv_answering import PRIVATE, csv_answer
from eorder_web.edge.places import acting
from eorder_web.edge.queries import words_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address, routes
from eorder_web.look.tables import TableColumn, cells, headings

Row = TypeVar("Row")
Options = list[tuple[str, str]]

MOST_ROWS: Final = 20_000
"""A CSV has at most so many rows; whoever needs others searches for them."""


@dataclass(frozen=True)
class Filter:
    """One thing to choose. `name` is what the route's handler calls it; `everything` stands for no choice."""

    name: str
    label: str
    everything: str
    options: Callable[[], Options]


@dataclass(frozen=True)
class Asked:
    """What an address asks for: words to find, a choice for each filter by its name, a page."""

    words: str = ""
    page: int = 1
    chosen: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """The button of a list, which an empty one shows too."""

    text: str
    href: str
    icon: str


def no_action(_actor: Actor) -> None:
    """A list that is only read."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Row]):
    """A list, declared once.

    `route` is the name of its page, `active` its entry in the menu. `counted` says how many there are; `empty` is the
    title and the sentence of a list in which there is nothing at all. `find` says whose rows they are: what this person
    may see of what was asked for.
    """

    route: str
    active: str
    title: str
    lede: str
    search: str
    counted: Callable[[int], str]
    empty: tuple[str, str]
    columns: Sequence[TableColumn[Row]]
    find: Callable[[Tenant, Actor, Asked], Listed[Row]]
    filters: Sequence[Filter] = ()
    action: Callable[[Actor], Action | None] = no_action

    def query_name(self, one: Filter) -> str:
        """What the address calls a filter."""
        return routes[self.route].query[one.name]


async def shown(request: Request, listing: Listing[Row], asked: Asked) -> Response[str]:
    """One page of the list."""
    asked = _sensible(listing, asked)
    async with acting(request) as (session, actor):
        found = await page_of(session, listing.find(request.tenant, actor, asked), asked.page)
    return page(
        request,
        "layout/list.html",
        active=listing.active,
        listing=listing,
        found=found,
        asked=asked,
        action=listing.action(actor),
        headings=headings(listing.columns),
        cells=partial(cells, listing.columns, zone=request.tenant.zone),
        csv_url=address(f"{listing.route}_csv", words=asked.words, **asked.chosen),
        most_rows=MOST_ROWS,
    )


async def exported(request: Request, listing: Listing[Row], asked: Asked, for_whom: str) -> Stream:
    """The same rows as CSV, page or no page."""
    asked = _sensible(listing, asked)
    async with acting(request) as (_, actor):
        listed = listing.find(request.tenant, actor, asked)

    @asynccontextmanager
    async def enter() -> AsyncIterator[AsyncSession]:
        async with acting(request) as (session, _):
            yield session

    return csv_answer(
        listing.columns,
        all_of(enter, listed, MOST_ROWS),
        name=f"{routes[listing.route].path.strip('/').replace('/', '-')}-{request.tenant.slug}",
        zone=request.tenant.zone,
        for_whom=for_whom,
        headers=PRIVATE,
    )


def _sensible(listing: Listing[Row], asked: Asked) -> Asked:
    """Words as they are searched for, and of the choices only those that are offered."""
    chosen = {
        one.name: choice
        for one in listing.filters
        if (choice := asked.chosen.get(one.name, "")) in dict(one.options())
    }
    return Asked(words_in(asked.words), asked.page, chosen)
