"""Signing in as a browser does it, without JavaScript: from whichever host to the nation's page, and back."""

from html import unescape
from typing import Final

import httpx

from eorder_platform.tenancy import Tenant
from eorder_web.edge.visiting import SESSION_COOKIE, Visit

REDIRECT = 303
MOST_HOPS = 10


async def sign_in(
    browser: httpx.AsyncClient, email: str, password: str, *, wanted: str = "", another: bool = False
) -> httpx.Response:
    """The last answer: the form again (422), a page that says no, or the redirect that ends the way (303).

    Who is signed in with the nation already meets no form, unless they come as `another`.
    """
    asked = {"lanjut": wanted, "akun": "lain" if another else ""}
    form = await led(browser, await browser.get("/masuk", params={k: v for k, v in asked.items() if v}))
    if form.status_code == REDIRECT or 'name="password"' not in form.text:
        return form
    sent = {name: hidden(form, name) for name in ("_csrf", "lanjut")} | {"email": email, "password": password}
    return await led(browser, await browser.post(form.url.copy_with(query=None), data=sent))


SECOND_STEP: Final = "/masuk/langkah-kedua"


def sign_in_by_number(browser: httpx.Client, email: str, password: str, code: str = "") -> httpx.Response:
    """The same where every host is reached at one address and named by its header (processes of a test).

    `code`: of the person's app, where the second step asks for it.
    """
    form = led_by_number(browser, browser.get("/masuk"))
    sent = {name: hidden(form, name) for name in ("_csrf", "lanjut")} | {"email": email, "password": password}
    host = {"host": form.request.headers["host"]}
    answer = led_by_number(browser, browser.post(form.url.path, data=sent, headers=host))
    if code and answer.is_redirect and answer.headers["location"].startswith(SECOND_STEP):
        step = browser.get(answer.headers["location"], headers=host)
        sent = {name: hidden(step, name) for name in ("_csrf", "lanjut")} | {"kode": code}
        answer = led_by_number(browser, browser.post(SECOND_STEP, data=sent, headers=host))
    return answer


def led_by_number(browser: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Follow from host to host; stop as :func:`led` does."""
    while answer.status_code == REDIRECT and _is_on_the_way(answer.headers["location"]):
        target = httpx.URL(answer.headers["location"])
        host = target.netloc.decode() or answer.request.headers["host"]
        answer = browser.get(target.raw_path.decode(), headers={"host": host})
    return answer


def hidden(form: httpx.Response, name: str) -> str:
    """What a page's form carries unseen."""
    return unescape(form.text.partition(f'name="{name}" value="')[2].partition('"')[0])


def session_at(browser: httpx.AsyncClient, host: str) -> str:
    """The token of this browser's session at that host."""
    jar = browser.cookies.jar
    return next(one.value or "" for one in jar if one.name == SESSION_COOKIE and one.domain.startswith(host))


async def led(browser: httpx.AsyncClient, answer: httpx.Response) -> httpx.Response:
    """Follow what leads on the way between two hosts; stop where it has ended: at a page, or led to one of its own."""
    for _ in range(MOST_HOPS):
        target = answer.headers.get("location", "")
        if answer.status_code != REDIRECT or not _is_on_the_way(target):
            return answer
        answer = await browser.get(answer.url.join(target))
    raise AssertionError(f"led in a circle: {answer.url}")


def _is_on_the_way(target: str) -> bool:
    return target.startswith(("http", "/openid/", "/masuk?lanjut=/openid/"))


def form_token(tenant: Tenant | None, visitor: str) -> str:
    """The CSRF token of a visitor who is signed in nowhere; a region shows them no form that has one."""
    return Visit(tenant, "", visitor=visitor).csrf_token()
