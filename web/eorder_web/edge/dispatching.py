"""In front of all pages: the host of a request decides which region's (or the national) routes exist for it.

Two Litestar applications stand side by side, one with a region's routes and one with the national routes; what lies
below /api/v1 is an application of its own (api/application.py), which knows no cookies. The dispatcher in front of them
looks the host up in the registry, finds the session, and writes the visit into the scope; nothing else may choose the
tenant.
"""

import re
import string
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import parse_qs, quote

import structlog
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, ControllerRouterHandler, HTTPScope, Message, Receive, Scope, Send

from eorder_platform import tenancy
from eorder_platform.database import DATABASE_AWAY
from eorder_platform.errors import Unavailable
from eorder_platform.identity import sessions
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.tenancy import registry
from eorder_web.edge.access import PUBLIC, check_access
from eorder_web.edge.bell import ring
from eorder_web.edge.built_files import built_file
from eorder_web.edge.error_pages import (
    EXCEPTION_HANDLERS,
    address_no_text,
    address_too_long,
    unavailable,
    unknown_host,
)
from eorder_web.edge.receiving import ONE_MIB
from eorder_web.edge.visiting import (
    BROWSER_COOKIE,
    FLASH_COOKIE,
    HALFWAY_COOKIE,
    LANGUAGE_COOKIE,
    LEAVING_COOKIE,
    ONE_YEAR_SECONDS,
    PENDING_COOKIE,
    SESSION_COOKIE,
    STAFF_COOKIE,
    THEME_COOKIE,
    VISITOR_COOKIE,
    Request,
    Visit,
    cookie_header,
    read_cookies,
    read_flash,
    refuse_forgery,
)
from eorder_web.look.rendering import STATIC, THEMES
from eorder_web.look.translating import LOCALES, speaking

log = structlog.get_logger()

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
STRICT_TRANSPORT: Final = (b"strict-transport-security", b"max-age=31536000")
"""A browser that was here over https does not try http any more."""
SANDBOX_HEADERS: Final = [(b"sandbox", b"?1"), (b"x-robots-tag", b"noindex, nofollow")]
"""Said with every answer of a sandbox, also where no page can say it: to programs, and to search engines."""
FOR_NOBODY_ELSE: Final = b"private, no-store"
"""Of whoever is signed in no copy stays in a browser that others use after them."""
ASKED_AGAIN: Final = b"private, no-cache"
API: Final = "/api/v1/"
NUL: Final = re.compile(rb"\0|%00")
"""No column of a database takes it. What is asked for is asked without it, as whatever else makes no sense there."""
LONGEST_QUERY: Final = 4096
LONGEST_PATH: Final = 1024
LONGEST_NAME: Final = 255
"""What a file of ours may be called at most, where one is looked for."""
MOST_PARAMETERS: Final = 200
LONGEST_COOKIES: Final = 16 * 1024
PORT: Final = re.compile(r":\d*$")
LOOPBACK: Final = frozenset({"127.0.0.1", "[::1]"})


class Dispatcher:
    """ASGI application in front of the two Litestar applications; see the module."""

    def __init__(
        self,
        region: Sequence[ControllerRouterHandler],
        nation: Sequence[ControllerRouterHandler],
        api: Callable[[Any, Any, Any], Awaitable[None]],
    ) -> None:
        self.region = _litestar(region)
        self.nation = _litestar(nation)
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind == "lifespan":
            await self.nation(scope, receive, send)
        elif kind == "http":
            if cast(HTTPScope, scope)["path"].startswith(API):
                await self.api(scope, receive, send)
            else:
                await self._answer(cast(HTTPScope, scope), receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        cookies = read_cookies(_cookies(scope))
        # a browser percent-encodes an address; raw bytes from anything else must not puzzle whoever decodes it
        scope["query_string"] = NUL.sub(b"", scope["query_string"])
        if instead := _instead_of(scope["path"], scope["query_string"]):
            scope["method"], scope["path"], scope["query_string"] = "GET", instead, b""
        if scope["query_string"]:
            scope["query_string"] = quote(scope["query_string"], safe=string.punctuation).encode()
        if scope["method"] == "HEAD":  # the server leaves the body out
            scope["method"] = "GET"
        host = host_in(scope)
        visit = Visit(
            tenant=None, request_id=new_id().hex, host=host, address=address_in(scope["client"], headers)
        )
        scope["visit"] = visit  # type: ignore[typeddict-unknown-key]
        application: ASGIApp = self.nation
        if host != settings().national_host and not scope["path"].startswith(
            "/static/"
        ):  # the same everywhere
            try:
                visit.tenant = await registry.by_host(host)
            except DATABASE_AWAY as error:
                log.error("registry unreachable", error=str(error))
                _lead_to("/_/tidak-tersedia", scope)
            else:
                if visit.tenant is None:
                    _lead_to("/_/host-tidak-dikenal", scope)
                else:
                    application = self.region
        locale = await _recognise(visit, cookies, scope)
        bound = structlog.contextvars.bound_contextvars(tenant=visit.place, request=visit.request_id)
        with speaking(locale), bound:
            await application(scope, receive, _finishing(visit, send))


def _cookies(scope: Any) -> bytes:
    """What a browser sends of all cookies; what is far longer than ours together is not looked at."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return sent if len(sent) <= LONGEST_COOKIES else b""


def host_in(scope: Any) -> str:
    """The one host that the request names, without its port; of two (a proxy may have believed the other) none.

    A complete name may end in a dot, and this machine's own numbers are its name "localhost".
    """
    named = [value for name, value in scope["headers"] if name == b"host"]
    host = PORT.sub("", named[0].decode("latin-1").lower()).removesuffix(".") if len(named) == 1 else ""
    return "localhost" if host in LOOPBACK else host


def _instead_of(path: str, query: bytes) -> str:
    """The page that answers an address which no page of ours leads to, empty for all others."""
    if "\0" in path:
        return "/_/alamat-bukan-teks"
    longest = LONGEST_NAME if path.startswith("/static/") else LONGEST_PATH
    too_long = (
        len(query) > LONGEST_QUERY or query.count(b"&") >= MOST_PARAMETERS or len(path.encode()) > longest
    )
    return "/_/alamat-terlalu-panjang" if too_long else ""


def _lead_to(path: str, scope: Any) -> None:
    """Whatever is asked for is answered by that page, except what the page itself needs."""
    if not scope["path"].startswith("/static/"):
        scope["method"], scope["path"] = "GET", path


def address_in(peer: tuple[str, int] | None, headers: Mapping[bytes, bytes]) -> str:
    """Where the visitor is: who connected, or whom a proxy of ours says it speaks for (the last it names)."""
    address = peer[0] if peer else ""
    *_, named = headers.get(b"x-forwarded-for", b"").decode("latin-1").rpartition(",")
    return named.strip() or address if address in settings().trusted_proxies.split() else address


async def _recognise(visit: Visit, cookies: Mapping[str, str], scope: Any) -> str:
    """From the cookies: theme, visitor, the sentence left by the page before, the session. Returns the language."""
    asked = parse_qs(scope["query_string"].decode("latin-1")) if scope["query_string"] else {}
    locale = _chosen(visit, asked.get("bahasa"), cookies, LANGUAGE_COOKIE, LOCALES)
    visit.theme = _chosen(visit, asked.get("tema"), cookies, THEME_COOKIE, THEMES)
    visit.visitor = cookies.get(VISITOR_COOKIE, "")
    visit.browser = cookies.get(BROWSER_COOKIE, "")
    visit.pending = cookies.get(PENDING_COOKIE, "")
    visit.leaving = cookies.get(LEAVING_COOKIE, "")
    visit.staff = cookies.get(STAFF_COOKIE, "")
    visit.halfway = cookies.get(HALFWAY_COOKIE, "")
    if FLASH_COOKIE in cookies and scope["method"] == "GET" and not scope["path"].startswith("/static/"):
        visit.flashes = read_flash(cookies[FLASH_COOKIE], visit.place)
        visit.cookies.append((FLASH_COOKIE, "", 0))
    if SESSION_COOKIE in cookies and not scope["path"].startswith("/static/"):
        try:
            visit.session = await sessions.find(visit.place, cookies[SESSION_COOKIE])
        except Unavailable:
            visit.sign_in_unavailable = True
        else:
            visit.session_token = cookies[SESSION_COOKIE] if visit.session else ""
            if scope["method"] == "GET":  # what writes seldom ends in a page (answering.py)
                await ring(visit)
    return locale


def _chosen(
    visit: Visit, asked: list[str] | None, cookies: Mapping[str, str], name: str, choices: Sequence[str]
) -> str:
    """A visitor's choice: asked for in this address (and remembered), remembered from before, or the first one."""
    if asked and asked[0] in choices:
        visit.cookies.append((name, asked[0], ONE_YEAR_SECONDS))
        return asked[0]
    return cookies[name] if cookies.get(name) in choices else choices[0]


def _finishing(visit: Visit, send: Send) -> Send:
    """Adds the security headers and the visit's cookies to whatever answer goes out."""

    async def finish(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message["headers"])
            names = {name.lower() for name, _ in headers}
            headers += [pair for pair in SECURITY_HEADERS if pair[0] not in names]
            if visit.leads_to:
                headers = [(name, _leading_to(visit.leads_to, value, name)) for name, value in headers]
            if settings().public_scheme == "https":
                headers.append(STRICT_TRANSPORT)
            if b"cache-control" not in names:
                headers.append((b"cache-control", FOR_NOBODY_ELSE if visit.session else ASKED_AGAIN))
                headers.append((b"vary", b"HX-Request, HX-Request-Type, Cookie, Accept-Encoding"))
            if visit.in_sandbox:
                headers += SANDBOX_HEADERS
            headers.append((b"x-request-id", visit.request_id.encode()))
            headers += [cookie_header(*cookie) for cookie in visit.cookies]
            message["headers"] = headers
        await send(message)

    return finish


def _leading_to(origin: str, value: bytes, name: bytes) -> bytes:
    """A browser asks of every redirect that follows a form whether the form's page may lead there."""
    if name != b"content-security-policy":
        return value
    return value.replace(b"form-action 'self'", f"form-action 'self' {origin}".encode())


def _litestar(handlers: Sequence[ControllerRouterHandler]) -> Litestar:
    static = create_static_files_router(
        path="/static", directories=[STATIC], opt=PUBLIC, cache_control=None, html_mode=False
    )
    return Litestar(
        route_handlers=[
            *handlers,
            built_file,
            static,
            unknown_host,
            unavailable,
            address_no_text,
            address_too_long,
            alive,
        ],
        request_class=Request,
        before_request=_admit,
        exception_handlers=dict(EXCEPTION_HANDLERS),
        on_shutdown=[tenancy.close_connections],
        openapi_config=None,
        state=State({}),
        logging_config=None,
        request_max_body_size=32 * ONE_MIB,  # each route's own limits: receiving.py
    )


async def _admit(request: Any) -> None:
    """Before every handler. Not a guard of Litestar's, which copies the handler for each request."""
    check_access(request)
    options = request.route_handler.opt
    if not options.get("signed_address") and not options.get("of_programs"):
        await refuse_forgery(request)


@get("/_/hidup", opt=PUBLIC, media_type=MediaType.TEXT)
async def alive() -> str:
    """For a load balancer: the process answers."""
    return "hidup"
