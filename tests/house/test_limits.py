"""What is asked before anything is read: how large, how many, whose. And what a browser is told about keeping it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import httpx
import pytest
from litestar.datastructures import FormMultiDict

from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from eorder_web.edge import dispatching, receiving
from eorder_web.edge.forms import Form
from eorder_web.edge.receiving import PLAIN, Limits
from eorder_web.edge.visiting import VISITOR_COOKIE
from tests.identity.arriving import form_token
from tests.organisation.visiting import committed, let_in

ClientFor = Callable[[str], httpx.AsyncClient]
SIGN_IN = "/masuk"
FILE = f"/dokumen/{'A' * 12}/pemeriksaan"


@dataclass
class Sent(httpx.AsyncByteStream):
    """A body that counts what of it was asked for."""

    pieces: list[bytes]
    taken: list[bytes] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.taken.append(piece)
            yield piece


class Stuck(httpx.AsyncByteStream):
    """A body of which the end never comes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"_csrf="
        await asyncio.Event().wait()


async def token_of(browser: httpx.AsyncClient) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', (await browser.get(SIGN_IN)).text)
    assert found
    return found[1]


async def test_a_million_fields_are_refused_unread(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        token = await token_of(browser)
        answer = await browser.post(SIGN_IN, content=f"_csrf={token}&" + "a=&" * 1_000_000, headers=A_FORM)
    assert answer.status_code == 413
    assert "melebihi batas" in answer.text


async def test_more_fields_than_any_form_has_are_refused_before_they_are_parsed(
    client_for: ClientFor,
) -> None:
    async with client_for("localhost") as browser:
        token = await token_of(browser)
        answer = await browser.post(SIGN_IN, content=f"_csrf={token}" + "&a=" * PLAIN.fields, headers=A_FORM)
    assert answer.status_code == 413


@pytest.mark.parametrize("announced", [True, False])
async def test_a_large_body_is_read_up_to_the_limit_and_no_further(
    client_for: ClientFor, announced: bool
) -> None:
    body = Sent([b"a" * 64 * 1024] * 100)
    length = {"content-length": str(100 * 64 * 1024)} if announced else {}
    async with client_for("localhost") as browser:
        await token_of(browser)
        answer = await browser.send(
            browser.build_request("POST", SIGN_IN, content=body, headers=A_FORM | length)
        )
    assert answer.status_code == 413
    assert len(body.taken) <= PLAIN.body_bytes // len(body.pieces[0]) + 1


async def test_who_was_never_here_is_refused_before_anything_is_read(client_for: ClientFor) -> None:
    body = Sent([b"_csrf=x&email=a@b.id"])
    async with client_for("localhost") as browser:
        answer = await browser.send(browser.build_request("POST", SIGN_IN, content=body, headers=A_FORM))
    assert answer.status_code == 403
    assert not body.taken


@pytest.mark.parametrize(("token", "status"), [(True, 404), (False, 403)])
async def test_a_file_is_taken_only_behind_the_visitors_token(
    client_for: ClientFor, dki: Tenant, token: bool, status: int
) -> None:
    async with client_for("dki.localhost") as browser:
        browser.cookies.set(VISITOR_COOKIE, "somebody")
        sent = form_token(dki, "somebody")
        answer = await browser.post(
            FILE, data={"_csrf": sent if token else "x"}, files={"berkas": ("a.pdf", b"%PDF")}
        )
    assert answer.status_code == status


async def test_a_file_where_none_is_asked_for_is_refused(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        answer = await browser.post(
            SIGN_IN, data={"_csrf": await token_of(browser)}, files={"email": ("a", b"a")}
        )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--b\r\n"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n\xff\r\n--a--',
        ),
        ("application/x-www-form-urlencoded", b"a=\xff"),
    ],
)
async def test_a_form_in_no_shape_is_the_senders_mistake(
    client_for: ClientFor, kind: str, body: bytes
) -> None:
    async with client_for("localhost") as browser:
        await token_of(browser)
        answer = await browser.post(SIGN_IN, content=body, headers={"content-type": kind})
    assert answer.status_code == 400


async def test_a_form_that_does_not_arrive_is_not_waited_for(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "PLAIN", Limits(seconds=0.1))
    async with client_for("localhost") as browser:
        await token_of(browser)
        answer = await browser.send(browser.build_request("POST", SIGN_IN, content=Stuck(), headers=A_FORM))
    assert answer.status_code == 408


@pytest.mark.parametrize("query", ["a=&" * 200, f"q={'x' * 5_000}"])
async def test_an_address_longer_than_any_of_ours_is_not_read(client_for: ClientFor, query: str) -> None:
    async with client_for("dki.localhost") as browser:
        assert (await browser.get(f"/katalog?{query}")).status_code == 414


def test_a_line_break_is_one_character_as_the_browser_measures_it() -> None:
    form = Form(FormMultiDict([("note", "satu\r\ndua\rtiga\nempat"), ("every", "a\r\nb"), ("every", "c ")]))
    assert form.text("note") == "satu\ndua\ntiga\nempat"
    assert form.every("every") == ["a\nb", "c"]


async def test_pages_of_the_signed_in_are_kept_nowhere(dki: Tenant, client_for: ClientFor) -> None:
    officer = await committed(dki, Role.PROCUREMENT_OFFICER)
    async with client_for("dki.localhost") as browser:
        assert (await browser.get("/katalog")).headers["cache-control"] == "private, no-cache"
        await let_in(browser, dki, officer)
        for path in ("/katalog", "/akun", f"/pesanan/{new_id()}"):
            assert (await browser.get(path)).headers["cache-control"] == "private, no-store", path


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_browser_that_came_over_https_stays_there(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    served = settings().model_copy(update={"public_scheme": scheme})
    monkeypatch.setattr(dispatching, "settings", lambda: served)
    async with client_for("localhost") as browser:
        answer = await browser.get("/masuk")
    assert ("strict-transport-security" in answer.headers) is (scheme == "https")


A_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_html_is_compressed_for_whoever_can_read_it_so(dki: Tenant, client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as browser:
        for path in ("/katalog", "/belanja"):
            plain = await browser.get(path, headers={"accept-encoding": "gzip;q=0, br"})
            small = await browser.get(path, headers={"accept-encoding": "gzip, br"})
            assert "content-encoding" not in plain.headers
            assert small.headers["content-encoding"] == "gzip"
            assert "Accept-Encoding" in small.headers["vary"]
            assert int(small.headers["content-length"]) < len(plain.content) / 2
            assert without_tokens(small.text) == without_tokens(plain.text)


async def test_no_two_pages_carry_the_same_token_and_each_is_the_visitors(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        first, second = [await token_of(browser) for _ in range(2)]
        assert first != second
        for token in (first, second):
            answer = await browser.post(SIGN_IN, data={"_csrf": token, "email": "", "password": ""})
            assert answer.status_code == 422
        for token in (first[:-4], f"{first}AAAA", first.swapcase(), "", "A" * len(first)):
            answer = await browser.post(SIGN_IN, data={"_csrf": token, "email": "", "password": ""})
            assert answer.status_code == 403


def without_tokens(html: str) -> str:
    return re.sub(r'name="_(csrf|kunci)" value="[^"]+"', "", html)
