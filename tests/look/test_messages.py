"""A page that only says no has one sentence and a way on that leads somewhere."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from eorder_platform import tenancy
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from tests.catalogue.factories import a_seller, an_administrator, signs_in

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_every_link_of_an_address_that_nobody_uses_leads_to_the_nation(client_for: ClientFor) -> None:
    async with client_for("tidak-ada.localhost") as browser:
        page = (await browser.get("/katalog")).text
    links = [link for link in re.findall(r'<a [^>]*href="([^"#]+)"', page) if "bahasa=" not in link]
    links = [link for link in links if "tema=" not in link]
    assert links
    astray = [link for link in links if urlsplit(link).hostname != settings().national_host]
    assert not astray


async def test_a_conflict_offers_the_page_that_it_came_from_again(client_for: ClientFor, dki: Tenant) -> None:
    seller = await a_seller(dki)
    address = f"http://dki.localhost/penyedia/{seller.vendor_id}"
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
    async with client_for("dki.localhost") as browser:
        await signs_in(browser, dki, administrator)
        token = re.search(r'name="_csrf" value="([^"]+)"', (await browser.get(address)).text)
        assert token
        sent = {"data": {"_csrf": token[1]}, "headers": {"referer": f"{address}?hal=2"}}
        answer = await browser.post(f"{address}/penerimaan", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert f'href="/penyedia/{seller.vendor_id}?hal=2">Muat ulang halaman' in answer.text


async def test_a_form_that_is_no_longer_valid_leads_back_to_its_page(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        sent = {"data": {"_csrf": "basi"}, "headers": {"referer": "http://localhost/lupa-sandi"}}
        answer = await browser.post("/lupa-sandi", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert "Formulir ini tidak berlaku lagi" in answer.text
    assert 'href="/lupa-sandi">Kembali' in answer.text
