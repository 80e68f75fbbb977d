"""The host decides whose pages these are; unknown hosts get a page of their own."""

import re
from collections.abc import Callable

import httpx
import pytest

from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_web.edge.visiting import FLASH_COOKIE, VISITOR_COOKIE
from tests.identity.arriving import form_token

ClientFor = Callable[[str], httpx.AsyncClient]
TOKEN = re.compile(r'name="_csrf" value="([\w.-]+)"')


async def test_an_unknown_host_is_told_so(client_for: ClientFor) -> None:
    async with client_for("atlantis.localhost") as browser:
        answer = await browser.get("/katalog")
    assert answer.status_code == 404
    assert "Tidak ada pemerintah daerah di alamat ini" in answer.text
    assert 'href="http://localhost:8000/"' in answer.text
    assert 'href="/katalog"' not in answer.text


async def test_the_page_of_an_unknown_host_finds_its_own_styles(client_for: ClientFor) -> None:
    async with client_for("atlantis.localhost") as browser:
        answer = await browser.get("/")
        for address in re.findall(r'(?:href|src)="(/static/[^"#]+)', answer.text):
            assert (await browser.get(address)).status_code == 200, address


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_whatever_is_asked_of_an_unknown_host_gets_the_same_page(
    client_for: ClientFor, method: str
) -> None:
    async with client_for("atlantis.localhost") as browser:
        answer = await browser.request(method, "/masuk", data={"email": "a@b.id"})
    assert answer.status_code == 404
    assert "Tidak ada pemerintah daerah di alamat ini" in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "dki.localhost..",
        "dki.localhost.:80.",
        ".dki.localhost",
        "[dki.localhost]",
        "[::1].localhost",
        "dki.localhost:80:81",
        "dki.localhost:x",
        "x@dki.localhost",
        "dki.localhost,gorontalo.localhost",
        "dki.localhost gorontalo.localhost",
        "xn--dk-tqa.localhost",
        "d\u212ai.localhost",
        "dki",
        "",
    ],
)
async def test_a_host_that_is_almost_a_regions_is_nobodys(client_for: ClientFor, host: str) -> None:
    async with client_for("dki.localhost") as browser:
        answer = await browser.get("/katalog", headers={b"host": host.encode()})
    assert answer.status_code in (400, 404)
    assert "DKI Jakarta" not in answer.text


async def test_two_host_headers_name_nobody(client_for: ClientFor) -> None:
    for pair in (("dki", "gorontalo"), ("gorontalo", "dki"), ("dki", "dki")):
        headers = [("host", f"{slug}.localhost") for slug in pair]
        async with client_for("dki.localhost") as browser:
            answer = await browser.get("/katalog", headers=headers)
        assert answer.status_code == 404, pair
        assert "DKI Jakarta" not in answer.text and "Gorontalo" not in answer.text


async def test_a_host_is_found_whatever_the_size_of_its_letters_and_its_port(client_for: ClientFor) -> None:
    for host in ("DKI.localhost", "dki.LOCALHOST:1234", "dki.localhost.", "dki.localhost.:8000"):
        async with client_for("dki.localhost") as browser:
            answer = await browser.get("/", headers={"host": host})
        assert "DKI Jakarta" in answer.text, host


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "[::1]", "localhost.:8000"])
async def test_this_machine_by_number_shows_the_national_pages(client_for: ClientFor, host: str) -> None:
    async with client_for("localhost") as browser:
        named, numbered = await browser.get("/masuk"), await browser.get("/masuk", headers={"host": host})
        found = TOKEN.search(numbered.text)
        assert found is not None
        form = {"_csrf": found[1], "email": "a@b.id", "password": "x"}
        written = await browser.post("/masuk", data=form, headers={"host": host, "origin": f"http://{host}"})
    assert numbered.status_code == 200
    assert _title(numbered) == _title(named)
    assert written.status_code == 422


async def test_who_asks_for_the_head_of_a_page_is_answered(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as browser:
        assert (await browser.head("/katalog")).status_code == 200


async def test_each_region_is_served_at_its_own_host(client_for: ClientFor) -> None:
    for host, name in (("dki.localhost", "DKI Jakarta"), ("gorontalo.localhost:8000", "Gorontalo")):
        async with client_for(host) as browser:
            answer = await browser.get("/")
        assert answer.status_code == 200
        assert name in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_write_without_the_visitors_token_is_refused(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as browser:
        browser.cookies.set(VISITOR_COOKIE, "somebody")
        answer = await browser.post("/keluar", data={"email": "a@b.c"})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["http://gorontalo.localhost", "http://dki.localhost.jahat.id"])
async def test_a_write_from_another_site_is_refused_whatever_token_it_has(
    client_for: ClientFor, dki: Tenant, origin: str
) -> None:
    async with client_for("dki.localhost") as browser:
        browser.cookies.set(VISITOR_COOKIE, "somebody")
        form = {"_csrf": form_token(dki, "somebody")}
        answer = await browser.post("/keluar", data=form, headers={"origin": origin})
        assert (answer.status_code, "dari situs lain" in answer.text) == (403, True)
        own = await browser.post("/keluar", data=form, headers={"origin": "http://dki.localhost"})
    assert own.status_code == 303


async def test_a_sentence_left_in_one_region_is_not_read_in_another(
    client_for: ClientFor, dki: Tenant
) -> None:
    said = "Anda sudah keluar."
    async with client_for("dki.localhost") as browser:
        browser.cookies.set(VISITOR_COOKIE, "somebody")
        await browser.post("/keluar", data={"_csrf": form_token(dki, "somebody")})
        left = {"cookie": f"{FLASH_COOKIE}={browser.cookies[FLASH_COOKIE]}"}
        assert said in (await browser.get("/")).text
    for host in ("gorontalo.localhost", "localhost"):
        async with client_for(host) as browser:
            assert said not in (await browser.get("/", headers=left)).text


async def test_over_https_a_neighbour_under_the_same_domain_can_set_no_cookie(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EORDER_PUBLIC_SCHEME", "https")
    settings.cache_clear()
    try:
        async with client_for("localhost") as browser:
            answer = await browser.get(
                "/masuk", headers={"cookie": "eorder_tamu=his; __Host-eorder_bahasa=en"}
            )
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert '<html lang="en"' in answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-eorder_tamu=")
    assert "Secure" in cookie and "Path=/" in cookie and "Domain" not in cookie


def _title(answer: httpx.Response) -> str:
    found = re.search("<title>(.*?)</title>", answer.text, re.DOTALL)
    assert found is not None
    return found[1]
