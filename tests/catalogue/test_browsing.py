"""Browsing and searching: what is found, in which order, how much is told, and with a single statement."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from eorder_platform import clock, tenancy
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.catalogue import questions
from eorder_tenants.catalogue.browsing import Maker, Sort, Wanted, browse, read_choices
from eorder_tenants.catalogue.queries import offer_page
from eorder_tenants.orders.requesting.choosing import ordering_units
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import Role, RoleAssignment
from tests.catalogue.factories import Seller, a_seller, sells, signs_in
from tests.organisation.factories import a_work_unit, an_official


@pytest_asyncio.fixture(scope="module")
async def shop() -> Seller:
    """One vendor with three products in DKI: rice boxes at 35.000, cakes at 12.000 and paper at 60.000."""
    dki = await registry.by_slug("dki")
    assert dki is not None
    seller = await a_seller(dki)
    await sells(seller, name=f"Kue lapis {seller.word}", category_code="FNB-MEET.SNACK", price="12.000")
    await sells(
        seller,
        name=f"Kertas {seller.word}",
        category_code="ATK.PAPER",
        unit="rim",
        price="60.000",
        domestic=None,
    )
    return seller


async def names(tenant: Tenant, wanted: Wanted) -> list[str]:
    return [offer["name"].split()[0] for offer in (await browse(tenant, wanted)).offers]


async def test_the_last_word_may_be_only_begun(shop: Seller, dki: Tenant) -> None:
    assert set(await names(dki, Wanted(words=shop.word[:-2]))) == {"Nasi", "Kue", "Kertas"}
    assert await names(dki, Wanted(words=f"{shop.word} lap")) == ["Kue"]
    shelf = await browse(dki, Wanted(words=f"{shop.word[:-2]} lapis"))
    assert shelf.instead == f"{shop.word} lapis" or shelf.loosely, (
        "a word in the middle is not begun but mistyped"
    )
    assert await names(dki, Wanted(words=f"{shop.word[:-2]} lapis", literally=True)) == []


async def test_a_minus_and_quotes_work_as_in_any_search(shop: Seller, dki: Tenant) -> None:
    assert set(await names(dki, Wanted(words=f"{shop.word} -kue"))) == {"Nasi", "Kertas"}
    assert await names(dki, Wanted(words=f'"kue lapis" {shop.word}')) == ["Kue"]


@pytest.mark.parametrize("words", ["!!!", '"', "':*&|", "-", "a:* & b", "\\", "%", "<->"])
async def test_no_words_break_the_search(dki: Tenant, words: str) -> None:
    assert isinstance((await browse(dki, Wanted(words=words))).found, int)


async def test_prices_order_the_offers_both_ways(shop: Seller, dki: Tenant) -> None:
    assert await names(dki, Wanted(words=shop.word, sort=Sort.CHEAPEST)) == ["Kue", "Nasi", "Kertas"]
    assert await names(dki, Wanted(words=shop.word, sort=Sort.DEAREST)) == ["Kertas", "Nasi", "Kue"]
    assert await names(dki, Wanted(words=shop.word, sort=Sort.NEWEST)) == ["Kertas", "Kue", "Nasi"]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"categories": ("ATK",)}, {"Kertas"}),
        ({"categories": ("FNB-MEET.BOX", "ATK")}, {"Nasi", "Kertas"}),
        ({"regions": ("75.71",)}, {"Nasi", "Kue", "Kertas"}),
        ({"regions": ("31.71",)}, set()),
        ({"lowest_rupiah": 35_000}, {"Nasi", "Kertas"}),
        ({"lowest_rupiah": 12_000, "highest_rupiah": 35_000}, {"Nasi", "Kue"}),
        ({"makers": (Maker.COOPERATIVE,)}, set()),
        ({"makers": (Maker.MICRO, Maker.SMALL, Maker.MEDIUM)}, {"Nasi", "Kue", "Kertas"}),
        ({"domestic": True}, {"Nasi", "Kue"}),
    ],
)
async def test_each_filter_leaves_what_fits(
    shop: Seller, dki: Tenant, filters: dict[str, Any], left: set[str]
) -> None:
    assert set(await names(dki, Wanted(words=shop.word, **filters))) == left


async def test_above_the_limit_only_more_than_is_told(
    shop: Seller, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "COUNTED_AT_MOST", 2)
    for sort in (Sort.NEWEST, Sort.RELEVANCE):
        shelf = await browse(dki, Wanted(words=shop.word, sort=sort))
        assert (shelf.found, shelf.more_than_counted, shelf.last_page) == (2, True, 1)


async def test_everything_and_one_category_are_counted_exactly(shop: Seller, dki: Tenant) -> None:
    everything = await browse(dki, Wanted())
    groups = read_choices(everything.choices, Wanted()).groups
    assert everything.found == sum(choice.offers or 0 for choice in groups)
    paper = await browse(dki, Wanted(categories=("ATK",)))
    assert paper.found == {choice.code: choice.offers for choice in groups}["ATK"]
    assert not paper.more_than_counted


async def test_categories_speak_the_readers_language(shop: Seller, dki: Tenant) -> None:
    shelf = await browse(dki, Wanted(), "en")
    assert "Stationery and paper" in {choice.name for choice in read_choices(shelf.choices, Wanted()).groups}


async def test_a_chosen_part_of_a_category_can_be_seen_and_dropped(shop: Seller, dki: Tenant) -> None:
    wanted = Wanted(categories=("ATK.PAPER",))
    choices = read_choices((await browse(dki, wanted)).choices, wanted)
    assert choices.names == {"ATK.PAPER": "Kertas"}
    assert ("ATK.PAPER", "Kertas", None) in choices.groups


async def test_nothing_of_dki_is_found_in_gorontalo(shop: Seller, gorontalo: Tenant) -> None:
    assert (await browse(gorontalo, Wanted(words=shop.word))).found == 0


async def test_a_reading_connection_cannot_write(dki: Tenant) -> None:
    for connect in (tenancy.reading, tenancy.searching):
        async with connect(dki) as connection:
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await connection.execute("delete from offer_count")


@pytest_asyncio.fixture
async def statements(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Every statement that connections made from now on send; asyncpg tells it on the loop's next turn."""
    sent: list[str] = []
    connect = asyncpg.connect

    async def noting(*arguments: Any, **options: Any) -> asyncpg.Connection:
        connection = await connect(*arguments, **options)
        connection.add_query_logger(lambda query: sent.append(query.query))
        return connection

    await tenancy.close_connections()
    monkeypatch.setattr(asyncpg, "connect", noting)
    yield sent
    await tenancy.close_connections()


@pytest.mark.parametrize(
    "query", ["", "?q={word}", "?q={word}&kategori=FNB-MEET&harga_dari=1000&urut=termurah&hal=2"]
)
async def test_a_page_of_the_catalogue_is_one_statement(
    shop: Seller, client_for: Callable[[str], httpx.AsyncClient], statements: list[str], query: str
) -> None:
    await one_statement(client_for("dki.localhost"), statements, "/katalog" + query.format(word=shop.word))


async def test_a_product_page_is_one_statement(
    shop: Seller, client_for: Callable[[str], httpx.AsyncClient], statements: list[str]
) -> None:
    await one_statement(client_for("dki.localhost"), statements, f"/katalog/{shop.product.id}")


async def test_a_procurement_officers_pages_are_one_statement_too(
    shop: Seller, dki: Tenant, client_for: Callable[[str], httpx.AsyncClient], statements: list[str]
) -> None:
    async with tenancy.inside(dki) as session:
        unit = await a_work_unit(session)
        officer = await an_official(session, Role.PROCUREMENT_OFFICER, unit=unit)
    browser = client_for("dki.localhost")
    await signs_in(browser, dki, officer)
    await one_statement(browser, statements, f"/katalog?q={shop.word}")
    await one_statement(browser, statements, f"/katalog/{shop.product.id}")
    assert "Tambah ke pesanan" in (await browser.get(f"/katalog/{shop.product.id}")).text


async def test_the_catalogue_knows_for_whom_an_officer_may_order(shop: Seller, dki: Tenant) -> None:
    """Its one statement says what the use case says: by unit, for the whole region, ended, begun, and not at all."""
    today = clock.today(dki.zone)
    async with tenancy.inside(dki) as session:
        here, there = (
            await a_work_unit(session, "Dinas Sosial"),
            await a_work_unit(session, "Dinas Kesehatan"),
        )
        closed = await a_work_unit(session, "Dinas yang ditutup")
        closed.active = False
        officers = [
            await an_official(session, Role.PROCUREMENT_OFFICER, unit=here),
            await an_official(session, Role.PROCUREMENT_OFFICER),
            await an_official(session, Role.PROCUREMENT_OFFICER, unit=closed),
            await an_official(session, Role.TREASURER, unit=here),
        ]
        ended = await an_official(session, Role.TREASURER, unit=there)
        for valid_from, valid_to, unit in (
            (today - timedelta(days=9), today - timedelta(days=1), here),
            (today + timedelta(days=1), None, here),
            (today, today, there),
        ):
            session.add(
                RoleAssignment(
                    id=new_id(),
                    official_id=ended.official_id,
                    role=Role.PROCUREMENT_OFFICER,
                    work_unit_id=unit.id,
                    valid_from=valid_from,
                    valid_to=valid_to,
                    letter_number="SK 13/2026",
                )
            )
    for officer in [*officers, ended]:
        async with tenancy.inside(dki) as session:
            actor = await actor_for(session, officer.official_id)
            expected = [(unit.id, unit.name) for unit in await ordering_units(session, actor)]
        shelf = await browse(dki, Wanted(), officer_id=officer.official_id)
        assert [(unit.id, unit.name) for unit in shelf.units] == expected
        found = await offer_page(dki, shop.product.id, officer_id=officer.official_id)
        assert found.units == shelf.units
    assert {unit.id for unit in shelf.units} == {there.id}


async def one_statement(browser: httpx.AsyncClient, statements: list[str], path: str) -> None:
    assert (await browser.get(path)).status_code == 200
    await asyncio.sleep(0)
    statements.clear()
    assert (await browser.get(path)).status_code == 200
    await asyncio.sleep(0)
    # behind a pooler nothing can be set on a connection: there a read that cannot write is a transaction
    around = ("BEGIN READ ONLY;", "COMMIT;") if settings().pooled else ()
    asked = [one for one in statements if "nusantara.tenant_host" not in one and one not in around]
    assert len(asked) == 1, asked
