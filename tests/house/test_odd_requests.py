"""Requests that no page of ours sends, from scanners, other programs or old bookmarks: each gets an answer."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import structlog
from litestar.datastructures import FormMultiDict
from litestar.handlers import HTTPRouteHandler

from eorder_platform.settings import settings
from eorder_platform.tenancy import connecting
from eorder_web.edge import dispatching
from eorder_web.edge.dispatching import Dispatcher
from eorder_web.edge.forms import Form
from eorder_web.edge.visiting import FLASH_COOKIE, VISITOR_COOKIE, read_cookies

ClientFor = Callable[[str], httpx.AsyncClient]
ASKED_OF_PAGES = (
    "q hal tahun status wilayah kategori unit satker provinsi skala untuk lanjut kode jenis kelompok warna motif"
    " urut produk jumlah perbaiki harga_dari harga_sampai"
).split()


def read_by_get(application: Any) -> set[str]:
    """The address of every page, with its parameters in braces."""
    return {
        route.path
        for route in application.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }


@pytest.mark.parametrize(
    "cookie",
    [
        "a/b[c]=1; eorder_bahasa=en",
        'eorder_bahasa=en; {"not": "a cookie"}',
        "=; ;;eorder_bahasa=en",
        f'{FLASH_COOKIE}="a.\u00e9"; eorder_bahasa=en',
        f"{FLASH_COOKIE}=e30=.0; eorder_bahasa=en",
    ],
)
async def test_other_cookies_of_the_same_domain_take_nothing_away(client_for: ClientFor, cookie: str) -> None:
    async with client_for("localhost") as browser:
        answer = await browser.get("/masuk", headers=httpx.Headers([(b"cookie", cookie.encode("latin-1"))]))
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


def test_the_first_of_two_cookies_counts() -> None:
    assert read_cookies(b"a=1; b=x=y; a=2") == {"a": "1", "b": "x=y"}


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200f", "\u202e", "\u2066", "\ufeff", "\u00a0", "\x07", " \u2060\t"]
)
def test_what_cannot_be_seen_around_a_text_is_no_part_of_it(unseen: str) -> None:
    typed = {"email": f"{unseen}rina@uji.id{unseen}", "name": unseen, "old_password": f"{unseen}tujuh gajah "}
    form = Form(FormMultiDict(list(typed.items())))
    assert (form.text("email"), form["email"], form.text("name")) == ("rina@uji.id", "rina@uji.id", "")
    assert form["old_password"] == f"{unseen}tujuh gajah "


def test_what_cannot_be_seen_inside_a_text_stays_for_its_reader() -> None:
    form = Form(FormMultiDict([("name", "Budi\u202eitnaS")]))
    assert form.text("name") == "Budi\u202eitnaS"


async def test_a_token_in_other_letters_is_refused_like_any_wrong_one(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        browser.cookies.set(VISITOR_COOKIE, "x")
        answer = await browser.post(
            "/masuk", data={"email": "a@b.id", "password": "x", "_csrf": "salah\u00e9"}
        )
    assert answer.status_code == 403


@pytest.mark.parametrize("header", ["origin", "referer"])
async def test_an_address_without_an_end_in_a_header_is_a_strangers(
    client_for: ClientFor, header: str
) -> None:
    async with client_for("dki.localhost") as browser:
        answer = await browser.post(
            "/keluar", data={"email": "a@b.id"}, headers={header: "http://[dki.localhost"}
        )
    assert answer.status_code == 403


@pytest.mark.parametrize("odd", ["\0", "a\0b"])
async def test_no_address_with_a_nul_reaches_a_statement(
    application: Dispatcher, client_for: ClientFor, odd: str
) -> None:
    """Every page's, with the NUL where the path takes something, which is refused, or in whatever may be asked."""
    asked = "&".join(f"{name}={quote(odd)}" for name in ASKED_OF_PAGES)
    with structlog.testing.capture_logs() as logged:
        for host, side in (("dki.localhost", application.region), ("localhost", application.nation)):
            async with client_for(host) as browser:
                for path in (path for path in read_by_get(side) if not path.startswith("/_/")):
                    taken = re.sub(r"\{\w+:\w+\}", quote(odd), path)
                    answer = await browser.get(taken if "{" in path else f"{path}?{asked}")
                    assert answer.status_code != 500, answer.url
                    assert "{" not in path or answer.status_code == 404, answer.url
    assert [one for one in logged if one["event"] in ("unreadable input", "unexpected error")] == []


@pytest.mark.parametrize(
    "path", ["/static/" + "x" * 300, "/belanja/" + "x" * 3_000, "/static/build/" + "é" * 130]
)
async def test_no_file_and_no_page_has_a_name_that_long(client_for: ClientFor, path: str) -> None:
    async with client_for("dki.localhost") as browser:
        answer = await browser.get(path)
    assert answer.status_code == 414


async def test_a_page_that_is_asked_for_in_the_impossible_shows_the_usual(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        for path in ("/galeri?motif=tidak-ada", "/penyedia?hal=99999999999999999999999&provinsi=x"):
            assert (await browser.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("path", "field"),
    [("/masuk", "email"), ("/masuk", "lanjut"), ("/lupa-sandi", "email"), ("/daftar", "name")],
)
async def test_a_form_with_text_that_is_none_is_refused_before_anything_is_asked(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, path: str, field: str
) -> None:
    async with client_for("localhost") as browser:
        form = (await browser.get(path)).text
        token = form.partition('name="_csrf" value="')[2].partition('"')[0]
        monkeypatch.setattr(connecting, "_transaction", None)
        answer = await browser.post(path, data={"password": "x", "_csrf": token, field: "a\0@b.id"})
    assert answer.status_code == 400


async def test_raw_bytes_in_an_address_are_read_as_if_they_were_encoded(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as browser:
        request = browser.build_request("GET", "/belanja")
        request.url = _WithRawQuery(str(request.url))
        answer = await browser.send(request)
    assert answer.status_code == 200


class _WithRawQuery(httpx.URL):
    """An address as only a program writes it."""

    @property
    def query(self) -> bytes:
        return b"q=\xff\xfe"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
async def test_only_a_proxy_of_ours_says_where_a_visitor_is(
    monkeypatch: pytest.MonkeyPatch, peer: str, forwarded: str, address: str
) -> None:
    trusting = settings().model_copy(update={"trusted_proxies": "10.0.0.1 10.0.0.2"})
    monkeypatch.setattr(dispatching, "settings", lambda: trusting)
    assert dispatching.address_in((peer, 4711), {b"x-forwarded-for": forwarded.encode()}) == address
