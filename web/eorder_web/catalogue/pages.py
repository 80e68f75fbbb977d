"""A region's catalogue: browsing and searching, one product, and photos on both kinds of host."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from eorder_platform import tenancy
from eorder_platform.directory.finding_products import find_products
from eorder_platform.directory.photographing import read_photo
from eorder_platform.errors import NotVisible
from eorder_platform.wording.missing import note_missed
from eorder_tenants.catalogue.browsing import LONGEST_WORDS, Shelf, Wanted, browse, read_choices
from eorder_tenants.catalogue.offering import is_delivered
from eorder_tenants.catalogue.queries import offer_page
from eorder_tenants.catalogue.suggesting import suggestions
from eorder_tenants.organisation.models import Role
from eorder_web.catalogue import vendors
from eorder_web.catalogue.describing import product_facts
from eorder_web.catalogue.limits import offers_in_all, order_cap
from eorder_web.catalogue.wanted import QUERY_NAMES, Asked, catalogue_address, chips, read_query
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import Html, page, page_of_facts
from eorder_web.edge.naming import QUERY
from eorder_web.edge.queries import Words, words_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.rendering import render_part
from eorder_web.look.translating import kept_by_language, spoken

FILTERS_KEPT = 256
SHOWN_OF_OTHERS = 5
PHOTO = "foto"
FOREVER = "public, max-age=31536000, immutable"


@get("/katalog", opt=PUBLIC | {QUERY: QUERY_NAMES}, name="catalogue.list")
async def catalogue(request: Request) -> Response[str]:
    """Browse and search. The same page for htmx, which takes its results out of it."""
    asked = read_query(request.scope["query_string"])
    shelf = await browse(request.tenant, asked.wanted, spoken(), officer_id=_officer_in(request))
    elsewhere = None
    if asked.wanted.words and not shelf.unfiltered and not shelf.found:
        session = request.visit.session
        await note_missed(
            request.tenant,
            asked.wanted.words,
            str(session.account_id) if session else request.visit.address,
        )
        async with tenancy.searching_national() as connection:
            elsewhere = await find_products(connection, asked.wanted.words, SHOWN_OF_OTHERS)
    return page_of_facts(
        request,
        "catalogue/list.html",
        active="catalogue",
        asked=asked.wanted,
        problems=asked.problems,
        shelf=shelf,
        elsewhere=elsewhere,
        offers_in_all=offers_in_all(shelf.choices),
        order_cap=await order_cap(request.tenant),
        filters=_filters(shelf.choices, asked.wanted.filters_alone, asked.problems),
        chips=_chips(request, asked, shelf),
        without_filters=catalogue_address(asked.wanted.without_filters()),
        literal=catalogue_address(replace(asked.wanted, literally=True)),
        understood=catalogue_address(replace(asked.wanted, literally=False)),
        add_url=address("orders.add_to_draft") if len(shelf.units) == 1 else None,
    )


@get("/_/saran", opt=PUBLIC, name="catalogue.suggestions")
async def suggest(request: Request, words: Words = "") -> Response[str]:
    """What the search that is being typed may become, as htmx puts it below the box."""
    typed = words_in(words, LONGEST_WORDS)
    found = await suggestions(request.tenant, typed, spoken())
    return Html(str(render_part("catalogue/_suggestions.html", found=found, words=typed)))


@get("/katalog/{offer_id:uuid}", opt=PUBLIC | {QUERY: {"photo": PHOTO}}, name="catalogue.show")
async def show(request: Request, offer_id: FromPath[UUID]) -> Response[str]:
    """One product: what it is, what it costs, who sells it, where it is delivered; officers add it to an order."""
    return await product_page(request, offer_id)


async def product_page(
    request: Request,
    offer_id: UUID,
    problems: Sequence[tuple[str | None, str]] = (),
    quantity: str = "",
    unit_id: UUID | None = None,
) -> Response[str]:
    """The product's page; after a refused attempt to order it with what was typed and why it cannot be."""
    say = partial(page, status=422) if problems else page_of_facts
    officer_id = _officer_in(request)
    found = await offer_page(request.tenant, offer_id, spoken(), officer_id=officer_id)
    units = found.units
    return say(
        request,
        "catalogue/show.html",
        active="catalogue",
        problems=tuple(problems),
        quantity=quantity,
        unit_id=unit_id,
        found=found,
        offer=found.offer,
        product_facts=product_facts,
        photo=_chosen_photo(request, len(found.photos)),
        units=units,
        unit_options=tuple((unit.id, unit.name) for unit in units),
        unserved=tuple(unit for unit in units if not is_delivered(found.coverage, unit.region_code)),
    )


@get("/foto/{product_id:uuid}/{name:str}", opt=PUBLIC, name="catalogue.photo")
async def photo(product_id: FromPath[UUID], name: FromPath[str]) -> Response[bytes]:
    """A product's photo in one of its sizes; a changed photo has another id, so browsers may keep it for good."""
    photo_id, _, width = name.removesuffix(".webp").rpartition("-")
    try:
        content = await read_photo(product_id, UUID(photo_id), int(width))
    except ValueError:
        raise NotVisible("Foto ini tidak ditemukan.") from None
    return Response(content, media_type="image/webp", headers={"Cache-Control": FOREVER})


def _officer_in(request: Request) -> UUID | None:
    """Who looks, where they may hold the procurement officer's role here and the region can be ordered in."""
    session = request.visit.session
    if session is None or Role.PROCUREMENT_OFFICER not in session.roles or request.tenant.is_suspended:
        return None
    return session.account_id


@kept_by_language(FILTERS_KEPT)
def _filters(choices: str, wanted: Wanted, problems: tuple[tuple[str | None, str], ...]) -> Markup:
    """The filter form, kept: it is half of the page's HTML and changes only when offers come and go."""
    read = read_choices(choices, wanted)
    return render_part("catalogue/_filters.html", choices=read, asked=wanted, problems=problems)


def _chips(request: Request, asked: Asked, shelf: Shelf) -> tuple[tuple[str, str], ...]:
    if not asked.wanted.filters:
        return ()
    names = read_choices(shelf.choices, asked.wanted).names
    return tuple(chips(asked.wanted, names))


def _chosen_photo(request: Request, photos: int) -> int:
    chosen = request.query_params.get(PHOTO, "1") if request.scope["query_string"] else "1"
    return (
        min(int(chosen), photos) - 1
        if chosen.isdecimal() and len(chosen) < 3 and int(chosen) and photos
        else 0
    )


REGION = [catalogue, suggest, show, photo, *vendors.REGION]
NATION = [photo]
