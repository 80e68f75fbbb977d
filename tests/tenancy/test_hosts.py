"""The host decides whose pages these are; unknown hosts get a page of their own."""

from collections.abc import Callable

import httpx

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_an_unknown_host_is_told_so(client_for: ClientFor) -> None:
    async with client_for("atlantis.localhost") as browser:
        answer = await browser.get("/katalog")
    assert answer.status_code == 404
    assert "Tidak ada pemerintah daerah di alamat ini" in answer.text


async def test_each_region_is_served_at_its_own_host(client_for: ClientFor) -> None:
    for host, name in (("dki.localhost", "DKI Jakarta"), ("gorontalo.localhost:8000", "Gorontalo")):
        async with client_for(host) as browser:
            answer = await browser.get("/masuk")
        assert answer.status_code == 200
        assert name in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_write_without_the_visitors_token_is_refused(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as browser:
        await browser.get("/masuk")
        answer = await browser.post("/masuk", data={"email": "a@b.c", "password": "x"})
    assert answer.status_code == 403
