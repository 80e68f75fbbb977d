"""The browser's files are sent compressed and kept for ever; a new content has a new name."""

import re
from collections.abc import Callable

import httpx

from eorder_web.look.rendering import asset

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_a_built_file_is_sent_compressed_and_kept_for_ever(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as client:
        answer = await client.get(asset("app.css"), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_browser_without_brotli_gets_the_same_file_plain(client_for: ClientFor) -> None:
    async with client_for("localhost") as client:
        answer = await client.get(asset("app.js"), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "htmx" in answer.text


async def test_a_name_that_was_not_built_is_not_found(client_for: ClientFor) -> None:
    async with client_for("localhost") as client:
        for name in ("app.0000000000.css", "manifest.json", "built-from", "..%2Ficons.txt"):
            assert (await client.get(f"/static/build/{name}")).status_code == 404


async def test_a_page_at_an_address_that_nobody_uses_has_its_styles(
    client_for: ClientFor,
) -> None:
    async with client_for("tidak-ada.localhost") as browser:
        page = await browser.get("/")
        assert page.status_code == 404
        linked = re.findall(r'(?:rel="stylesheet" href|script src)="([^"]+)"', page.text)
        assert linked
        for address in linked:
            answer = await browser.get(address)
            assert answer.status_code == 200, address
            assert answer.headers["content-type"].startswith(("text/css", "text/javascript")), address
