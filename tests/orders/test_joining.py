"""Into which draft a product goes: said before it is put there, with what each would come to."""

import re
from collections.abc import Callable
from decimal import Decimal

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.requesting.drafting import add_to_draft
from eorder_tenants.orders.requesting.joining import where_to
from tests.orders.factories import Cast, a_cast, a_draft, an_offer
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]


async def _paper_beside_computers(tenant: Tenant) -> tuple[Cast, Order, Offer]:
    """A draft with one thing in it, and another product of the same vendor, both over the tax of a PKP."""
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=1_000_000, shipping=50_000)
        draft = await a_draft(session, cast, 2)
        return cast, draft, await an_offer(session, cast.participation, price=60_000, name="Kertas HVS F4")


async def _drafts_of(tenant: Tenant, cast: Cast) -> list[Order]:
    async with tenancy.inside(tenant) as session:
        found = select(Order).where(Order.drafted_by == cast.officer.official_id).order_by(Order.id)
        return list(await session.scalars(found))


async def test_the_first_product_begins_a_draft_and_nothing_is_asked(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
    product = f"/katalog/{cast.offer.id}"
    basket = {"offer_id": str(cast.offer.id), "quantity": "3"}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, product, "/pesanan/draf", basket)
        shown = await browser.get(answer.headers["location"])
    (draft,) = await _drafts_of(dki, cast)
    assert answer.headers["location"] == f"/pesanan/{draft.id}"
    assert "Draf baru dimulai dengan produk ini." in shown.text


async def test_an_open_draft_is_asked_about_and_one_press_joins_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, draft, paper = await _paper_beside_computers(dki)
    basket = {"offer_id": str(paper.id), "quantity": "20"}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, f"/katalog/{paper.id}", "/pesanan/draf", basket)
        question = answer.headers["location"]
        page = (await browser.get(question)).text
        assert [one.base_rupiah for one in await _drafts_of(dki, cast)] == [2_050_000]
        joined = await send(browser, question, "/pesanan/draf", {"draft": str(draft.id)})
        assert joined.headers["location"] == f"/pesanan/{draft.id}"
    (after,) = await _drafts_of(dki, cast)
    answers = r'name="draft" value="([^"]+)".*?<span class="end num">Rp\s(\S+)</span>'
    buttons = dict(re.findall(answers, page, re.DOTALL))
    assert buttons == {"baru": "1.332.000", str(draft.id): "3.607.500"}
    assert after.gross_rupiah == 3_607_500


async def test_a_new_draft_is_begun_beside_the_open_one(client_for: ClientFor, dki: Tenant) -> None:
    cast, draft, paper = await _paper_beside_computers(dki)
    basket = {"offer_id": str(paper.id), "quantity": "20"}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, f"/katalog/{paper.id}", "/pesanan/draf", basket)
        await send(browser, answer.headers["location"], "/pesanan/draf", {"draft": "baru"})
    first, second = await _drafts_of(dki, cast)
    assert (first.id, first.version, second.gross_rupiah) == (draft.id, draft.version, 1_332_000)


async def test_a_draft_that_would_pass_the_cap_is_not_offered(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=20_000_000, ceiling=50_000_000)
    await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(2), cast.unit.id)
    cheap = await an_offer(dki_session, cast.participation, price=10_000, name="Pulpen")
    asked = await where_to(dki_session, cast.officer, cheap.id, Decimal(1), cast.unit.id)
    assert asked is not None and [one.gross_rupiah for one in asked.destinations] == [11_100, 44_411_100]
    assert await where_to(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id) is None


async def test_nobody_is_asked_about_the_drafts_of_another_officer(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    await a_draft(dki_session, cast)
    assert await where_to(dki_session, cast.stranger, cast.offer.id, Decimal(1), cast.unit.id) is None
