"""The search of the national home finds what is sold, who sells it and what was ordered, wherever in the country."""

from collections.abc import Callable

import httpx

from eorder_platform import tenancy
from eorder_platform.directory.publishing_products import withdraw_product
from eorder_platform.tenancy import Tenant
from tests.catalogue.factories import a_seller
from tests.transparency.factories import an_order

ClientFor = Callable[[str], httpx.AsyncClient]


async def found(client_for: ClientFor, words: str) -> str:
    async with client_for("localhost") as browser:
        answer = await browser.get("/cari", params={"q": words})
    assert answer.status_code == 200
    return answer.text


async def test_the_home_leads_to_it(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        assert 'action="/cari"' in (await browser.get("/")).text
        assert "Cari di semua wilayah" in (await browser.get("/cari")).text


async def test_a_product_is_found_with_the_regions_that_show_it_and_its_vendor_with_it(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_seller(dki, gorontalo, coverage="75")
    page = await found(client_for, f"nasi {seller.word[:-3]}")
    assert f"/katalog/{seller.product.id}" in page
    assert "gorontalo.localhost" in page.partition(f"/katalog/{seller.product.id}")[0].rpartition('href="')[2]
    assert f"dki.localhost/katalog/{seller.product.id}" not in page
    assert f"/penyedia/{seller.vendor_id}" in page
    assert f"/penyedia/{seller.vendor_id}" in await found(client_for, f"Dapur {seller.word}")


async def test_an_order_is_found_by_its_number(client_for: ClientFor, dki: Tenant) -> None:
    written = await an_order(dki)
    page = await found(client_for, written.number)
    assert f"/belanja/{written.number}" in page
    assert written.order.title in page


async def test_what_is_withdrawn_or_unknown_is_not_found(client_for: ClientFor, dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        await withdraw_product(session, seller.member, seller.product.id)
    assert f"/katalog/{seller.product.id}" not in await found(client_for, f"kotak {seller.word}")
    assert "Tidak ada yang cocok dengan" in await found(client_for, "tidakadasamasekali")
    for odd in ("&|!:*()<->'", "\0", "%", "a" * 2000):
        await found(client_for, odd)
