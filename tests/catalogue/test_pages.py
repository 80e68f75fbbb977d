"""The catalogue's pages as people meet them: citizens, procurement officers, and who takes vendors in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest_asyncio

from eorder_platform import clock, tenancy
from eorder_platform.directory.photographing import add_photo
from eorder_platform.directory.writing_products import change_product
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.catalogue import jobs
from eorder_tenants.catalogue.lapsing import accept_unanswered
from eorder_tenants.organisation.models import Role
from tests.catalogue.factories import Seller, a_seller, an_administrator, asks, sells, signs_in
from tests.directory.factories import a_drawn_photo, some_product
from tests.organisation.factories import a_work_unit, an_official
from tests.organisation.visiting import send

Browsers = Callable[[str], httpx.AsyncClient]
DKI, GORONTALO = "dki.localhost", "gorontalo.localhost"


@pytest_asyncio.fixture(scope="module")
async def shop() -> Seller:
    """A vendor of DKI with rice boxes and cakes."""
    dki = await registry.by_slug("dki")
    assert dki is not None
    seller = await a_seller(dki)
    await sells(seller)
    return seller


def text_of(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_the_front_page_leads_to_the_catalogue_by_category(shop: Seller, client_for: Browsers) -> None:
    front = await client_for(DKI).get("/")
    assert front.status_code == 200
    assert 'href="/katalog?kategori=FNB-MEET"' in front.text


async def test_the_catalogue_of_an_empty_region_says_so(client_for: Browsers) -> None:
    answer = await client_for(GORONTALO).get(f"/katalog?q={new_id().hex}&pdn=ya")
    assert "Belum ada tawaran" in text_of(answer)
    assert "Hapus saringan" in text_of(answer)


async def test_a_search_that_finds_nothing_leads_on(shop: Seller, client_for: Browsers) -> None:
    """What the region lacks and another has is told, and a word of a category leads to that category."""
    answer = await client_for(GORONTALO).get(f"/katalog?q=nasi {shop.word} kotakk")
    assert "Ditawarkan di wilayah lain" in text_of(answer) or "/katalog/" in answer.text
    lost = await client_for(GORONTALO).get(f"/katalog?q={shop.word}")
    assert "Ditawarkan di wilayah lain" in text_of(lost)
    assert shop.product.name in text_of(lost)


async def test_suggestions_are_links_to_searches(shop: Seller, client_for: Browsers) -> None:
    answer = await client_for(DKI).get(f"/_/saran?q={shop.word[:-2]}")
    assert answer.status_code == 200
    assert answer.text.count("<li>") >= 2
    assert f"/katalog?q=Nasi+kotak+{shop.word}" in answer.text
    assert "<html" not in answer.text
    for odd in ("", "k", "':*", "%00", "a" * 300):
        assert (await client_for(DKI).get("/_/saran", params={"q": odd})).status_code == 200


async def test_an_offer_of_one_region_is_not_found_in_another(shop: Seller, client_for: Browsers) -> None:
    for path in (f"/katalog/{shop.product.id}", f"/penyedia/{shop.vendor_id}"):
        assert (await client_for(DKI).get(path)).status_code == 200
        assert (await client_for(GORONTALO).get(path)).status_code == 404
    assert (await client_for(DKI).get("/katalog/bukan-nomor")).status_code == 404


async def test_a_product_page_tells_price_vendor_and_where_it_is_delivered(
    shop: Seller, client_for: Browsers
) -> None:
    told = text_of(await client_for(DKI).get(f"/katalog/{shop.product.id}"))
    for fact in ("Rp 35.000 per kotak", "DKI Jakarta, Gorontalo", "Nasi kotak", "Masuk untuk memesan"):
        assert fact in told


async def test_no_private_fact_of_the_vendor_is_on_a_public_page(shop: Seller, client_for: Browsers) -> None:
    for path in (f"/katalog/{shop.product.id}", f"/penyedia/{shop.vendor_id}", "/penyedia", "/"):
        page = (await client_for(DKI).get(path)).text
        for private in ("Rahma Pakaya", "Nani Wartabone", "0812", "012345678901234", "rahma@contoh.id"):
            assert private not in page


async def test_an_amount_that_is_none_is_told_beside_its_field(client_for: Browsers) -> None:
    answer = await client_for(DKI).get("/katalog?harga_dari=murah")
    assert "“murah” bukan jumlah rupiah" in text_of(answer)
    assert 'aria-describedby="harga_dari-galat"' in answer.text


async def test_chips_drop_one_filter_and_keep_the_rest(shop: Seller, client_for: Browsers) -> None:
    answer = await client_for(DKI).get(f"/katalog?q={shop.word}&kategori=FNB-MEET&pdn=ya&urut=termurah")
    chips = re.findall(r'<a href="([^"]+)">([^<]+?) <svg', answer.text)
    assert {(unescape(href), text) for href, text in chips} >= {
        (f"/katalog?q={shop.word}&pdn=ya&urut=termurah", "Makan minum rapat"),
        (f"/katalog?q={shop.word}&kategori=FNB-MEET&urut=termurah", "Produk dalam negeri (PDN)"),
    }


async def test_odd_addresses_still_show_a_catalogue(client_for: Browsers) -> None:
    for query in (
        "hal=0",
        "hal=-3",
        "hal=99999",
        "kategori=%27;drop",
        "urut=acak",
        "wilayah=31",
        "q=%00",
        "%ff=%ff",
    ):
        assert (await client_for(DKI).get(f"/katalog?{query}")).status_code == 200


async def test_a_kept_page_tells_a_new_price_at_once(client_for: Browsers, dki: Tenant) -> None:
    seller = await a_seller(dki)
    browser = client_for(DKI)
    for price in ("35.000", "41.500"):
        async with tenancy.national() as session:
            answers = some_product(name=f"Nasi kotak {seller.word}", coverage="31,75", price=price)
            await change_product(session, seller.member, seller.product.id, answers)
        await jobs.spread_product(product_id=str(seller.product.id))
        for path in (f"/katalog?q={seller.word}", f"/katalog/{seller.product.id}"):
            for _ in range(2):
                assert price in (await browser.get(path)).text


async def test_a_kept_page_is_never_the_other_regions_nor_the_other_languages(client_for: Browsers) -> None:
    path = f"/katalog?q={new_id().hex}"
    dki, gorontalo = client_for(DKI), client_for(GORONTALO)
    for _ in range(2):
        assert "Katalog DKI Jakarta" in (await dki.get(path)).text
        assert "Katalog Gorontalo" in (await gorontalo.get(path)).text
    await gorontalo.get(f"{path}&bahasa=en")
    assert "Catalogue" in (await gorontalo.get(path)).text
    assert "Katalog DKI Jakarta" in (await dki.get(path)).text


async def test_a_reader_gets_no_cookie(shop: Seller, client_for: Browsers) -> None:
    browser = client_for(DKI)
    for path in ("/", "/katalog", f"/katalog/{shop.product.id}", "/penyedia"):
        assert "set-cookie" not in (await browser.get(path)).headers


async def test_a_procurement_officer_can_add_from_the_list_and_from_the_product(
    shop: Seller, client_for: Browsers, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        officer = await an_official(session, Role.PROCUREMENT_OFFICER, unit=await a_work_unit(session))
    browser = client_for(DKI)
    await signs_in(browser, dki, officer)
    for path in (f"/katalog?q={shop.word}", f"/katalog/{shop.product.id}"):
        page = (await browser.get(path)).text
        assert 'action="/pesanan/draf"' in page
        assert str(shop.product.id) in page


async def test_one_press_on_a_card_orders_the_least_in_either_language(
    shop: Seller, client_for: Browsers, dki: Tenant
) -> None:
    """The card once sent "20,000", which its own form refused: twenty, or twenty thousand?"""
    for language in ("id", "en"):
        async with tenancy.inside(dki) as session:
            officer = await an_official(session, Role.PROCUREMENT_OFFICER, unit=await a_work_unit(session))
        browser = client_for(DKI)
        await signs_in(browser, dki, officer)
        cards = f"/katalog?q=nasi+{shop.word}&bahasa={language}"
        assert 'name="quantity" value="20"' in (await browser.get(cards)).text
        answer = await send(browser, cards, "/pesanan/draf", {"offer_id": str(shop.product.id)})
        assert answer.status_code == 303, text_of(answer)
        draft = (await browser.get(answer.headers["location"])).text
        assert re.search(r'name="quantity_[^"]+"[^>]* value="20"', draft)


async def test_other_officials_are_not_offered_to_order(
    shop: Seller, client_for: Browsers, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        treasurer = await an_official(session, Role.TREASURER, unit=await a_work_unit(session))
    browser = client_for(DKI)
    await signs_in(browser, dki, treasurer)
    assert "/pesanan/draf" not in (await browser.get(f"/katalog/{shop.product.id}")).text


async def test_an_officer_is_warned_where_the_vendor_does_not_deliver(
    client_for: Browsers, gorontalo: Tenant
) -> None:
    seller = await a_seller(gorontalo, coverage="75.01")
    async with tenancy.inside(gorontalo) as session:
        unit = await a_work_unit(session, "Dinas Pariwisata")
        unit.region_code = "75.71"
        officer = await an_official(session, Role.PROCUREMENT_OFFICER, unit=unit)
    browser = client_for(GORONTALO)
    await signs_in(browser, gorontalo, officer)
    assert "tidak mengirim ke wilayah Pariwisata" in text_of(
        await browser.get(f"/katalog/{seller.product.id}")
    )


async def test_the_administrator_finds_a_request_and_takes_the_vendor_in(
    client_for: Browsers, dki: Tenant
) -> None:
    seller = await a_seller()
    await asks(seller, dki)
    browser = await administrators_browser(client_for, dki)
    assert f"/penyedia/{seller.vendor_id}" in (await browser.get("/penyedia")).text
    page = (await browser.get(f"/penyedia/{seller.vendor_id}")).text
    form = dict(re.findall(r'name="(_csrf|_kunci)" value="([^"]+)"', page.split("/penerimaan")[1])[:2])
    for _ in range(2):
        answer = await browser.post(f"/penyedia/{seller.vendor_id}/penerimaan", data=form)
        assert answer.status_code == 303
    assert (await client_for(DKI).get(f"/penyedia/{seller.vendor_id}")).status_code == 200


async def test_the_administrator_reads_until_when_to_decide_and_officials_what_happened(
    client_for: Browsers, dki: Tenant
) -> None:
    seller = await a_seller()
    with clock.travelling_to(datetime(2026, 6, 8, 3, tzinfo=UTC)):
        await asks(seller, dki)
    browser = await administrators_browser(client_for, dki)
    assert "15 Jun 2026, 23.59 WIB" in text_of(await browser.get("/penyedia"))
    page = text_of(await browser.get(f"/penyedia/{seller.vendor_id}"))
    assert "Batas putusan 15 Jun 2026, 23.59 WIB" in page
    async with tenancy.inside(dki) as session:
        assert await accept_unanswered(session, seller.vendor_id)
    page = text_of(await browser.get(f"/penyedia/{seller.vendor_id}"))
    assert "Diterima otomatis: tidak diputuskan sampai batas waktunya" in page
    assert "Sistem (participation_answer_days)" in page
    assert "Diterima otomatis" not in text_of(await client_for(DKI).get(f"/penyedia/{seller.vendor_id}"))


async def test_a_decline_without_a_reason_keeps_what_was_written(client_for: Browsers, dki: Tenant) -> None:
    seller = await a_seller()
    await asks(seller, dki)
    browser = await administrators_browser(client_for, dki)
    page = (await browser.get(f"/penyedia/{seller.vendor_id}")).text
    form = dict(re.findall(r'name="(_csrf|_kunci)" value="([^"]+)"', page.split("/penolakan")[1])[:2])
    answer = await browser.post(
        f"/penyedia/{seller.vendor_id}/penolakan", data={**form, "note": "Belum perlu."}
    )
    assert answer.status_code == 422
    assert "Pilih alasan penolakan." in text_of(answer)
    assert "Belum perlu." in answer.text


async def test_who_only_asked_is_unknown_to_the_public(client_for: Browsers, dki: Tenant) -> None:
    seller = await a_seller()
    await asks(seller, dki)
    assert (await client_for(DKI).get(f"/penyedia/{seller.vendor_id}")).status_code == 404
    assert seller.word.title() not in (await client_for(DKI).get(f"/penyedia?q={seller.word}")).text


async def test_photos_are_kept_by_browsers_for_good(client_for: Browsers, dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        photo = await add_photo(session, seller.member, seller.product.id, a_drawn_photo())
    await jobs.spread_product(product_id=str(seller.product.id))
    page = (await client_for(DKI).get(f"/katalog/{seller.product.id}")).text
    address = f"/foto/{seller.product.id}/{photo.id}-960.webp"
    assert address in page
    for host in (DKI, "localhost"):
        answer = await client_for(host).get(address)
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content[8:12] == b"WEBP"
    for wrong in (
        address.replace("-960", "-961"),
        address.replace(str(photo.id), "../rahasia"),
        f"{address}.png",
    ):
        assert (await client_for(DKI).get(wrong)).status_code == 404


async def administrators_browser(client_for: Browsers, tenant: Tenant) -> httpx.AsyncClient:
    async with tenancy.inside(tenant) as session:
        administrator = await an_administrator(session)
    browser = client_for(f"{tenant.slug}.localhost")
    await signs_in(browser, tenant, administrator)
    return browser


async def test_one_day_is_a_day_in_english(shop: Seller, client_for: Browsers) -> None:
    cards = text_of(await client_for(DKI).get(f"/katalog?q={shop.product.name}&bahasa=en"))
    assert "ready in 1 day" in cards
    assert "1 days" not in cards
