"""A request as this application sees it: at which place, by whom, in which language, with which htmx headers."""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from itsdangerous import BadData, base64_decode, base64_encode
from litestar.connection import ASGIConnection
from litestar.connection.base import empty_receive, empty_send
from litestar.datastructures import Cookie, FormMultiDict
from litestar.exceptions import ClientException
from litestar.plugins.htmx import HTMXRequest
from litestar.types import Empty, Receive, Scope, Send

from eorder_platform.errors import NotAllowed, StaleForm, Unavailable
from eorder_platform.identity.sessions import NATIONAL_PLACE, Session
from eorder_platform.settings import settings
from eorder_platform.signed_values import serializer, signer
from eorder_platform.tenancy import Tenant
from eorder_platform.trying_out import is_test
from eorder_platform.valkey import AWAY
from eorder_web.edge.forms import Form
from eorder_web.edge.receiving import CSRF_FIELD, receive
from eorder_web.look.rendering import Bell, Flash

SESSION_COOKIE: Final = "eorder_masuk"
VISITOR_COOKIE: Final = "eorder_tamu"
BROWSER_COOKIE: Final = "eorder_peramban"
PENDING_COOKIE: Final = "eorder_daftar"
LEAVING_COOKIE: Final = "eorder_pergi"
STAFF_COOKIE: Final = "eorder_pegawai"
HALFWAY_COOKIE: Final = "eorder_langkah"
LANGUAGE_COOKIE: Final = "eorder_bahasa"
THEME_COOKIE: Final = "eorder_tema"
FLASH_COOKIE: Final = "eorder_pesan"
ONE_YEAR_SECONDS: Final = 31_536_000
TOKENS_KEPT: Final = 1024
NEEDS_NO_QUOTES: Final = re.compile(r"[\w.~-]+", re.ASCII)
"""Values that stand in a header as they are."""


@dataclass
class Visit:
    """What is known about a request before its handler runs; the dispatcher makes it."""

    tenant: Tenant | None
    request_id: str
    host: str = ""
    address: str = ""
    theme: str = "light"
    session: Session | None = None
    session_token: str = ""
    sign_in_unavailable: bool = False
    bell: Bell | None = None
    bell_asked: bool = False
    visitor: str = ""
    browser: str = ""
    """What this browser kept from an earlier sign-in (identity/guessing.py)."""

    pending: str = ""
    """What this browser keeps while an account that was asked for here waits for its code (vendors/account.py)."""

    leaving: str = ""
    """What this browser keeps while it is away to sign in with the nation (people/relying.py)."""

    staff: str = ""
    """The same while it is away at the region's staff directory (people/staff_sign_in.py)."""

    leads_to: str = ""
    """The origin, besides our own, to which a form on this page may lead: of whoever asked for a sign-in."""
    halfway: str = ""
    """What this browser keeps between the password and the second step (people/second_step.py)."""

    flashes: list[Flash] = field(default_factory=list)
    cookies: list[tuple[str, str, int | None]] = field(default_factory=list)
    """Cookies to be set with the response: name, value, age in seconds (0 deletes, None until the browser closes)."""

    @property
    def place(self) -> str:
        return self.tenant.slug if self.tenant is not None else NATIONAL_PLACE

    @property
    def in_sandbox(self) -> bool:
        """At a sandbox, or anywhere as one of its test people: nothing on this page counts."""
        at_one = self.tenant is not None and self.tenant.is_sandbox
        return at_one or (self.session is not None and is_test(self.session.account_id))

    def csrf_token(self) -> str:
        """The token of this visitor at this place; it changes with the session and fits nowhere else.

        Masked anew each time: its text is another on every page, so that no compressed size tells of it.
        """
        if not self.visitor:
            self.visitor = secrets.token_urlsafe(16)
            self.cookies.append((VISITOR_COOKIE, self.visitor, None))
        token = self._token()
        mask = secrets.token_bytes(len(token))
        return base64_encode(mask + _xor(mask, token)).decode()

    def is_token(self, sent: str) -> bool:
        """Whether that is a token of this visitor, under whatever mask."""
        try:
            both = base64_decode(sent)
        except BadData:
            return False
        token = self._token()
        mask, masked = both[: len(token)], both[len(token) :]
        return len(masked) == len(mask) and hmac.compare_digest(_xor(mask, masked), token)

    def _token(self) -> bytes:
        return _token_of(f"{self.place}:{self.visitor}:{self.session_token}")

    def flash(self, kind: str, text: str) -> None:
        """Say one sentence on the next page after a redirect."""
        self.cookies.append((FLASH_COOKIE, _signed_flash(self.place, kind, text), 60))


@lru_cache(maxsize=256)
def _signed_flash(place: str, kind: str, text: str) -> str:
    """The same sentence at the same place is the same cookie."""
    signed: str = serializer(f"flash:{place}").dumps([kind, text])
    return signed


class Request(HTMXRequest):
    """Litestar's request with the visit, and the headers that htmx 4 renamed."""

    __slots__ = ()

    def __init__(self, scope: Scope, receive: Receive = empty_receive, send: Send = empty_send) -> None:
        super().__init__(scope=scope, receive=receive, send=send)

    @property
    def visit(self) -> Visit:
        visit: Visit = self.scope["visit"]  # type: ignore[typeddict-item]
        return visit

    @property
    def tenant(self) -> Tenant:
        """The region of this host; only the region's routes exist there, so it is always known to them."""
        assert self.visit.tenant is not None
        return self.visit.tenant

    @property
    def signed_in(self) -> Session:
        """The session of a guarded route."""
        assert self.visit.session is not None
        return self.visit.session

    @property
    def account_id(self) -> UUID:
        return self.signed_in.account_id

    @property
    def wants_fragment(self) -> bool:
        """htmx asks for part of the page (HX-Request-Type: partial), not for a whole one by boosting or history."""
        return self.headers.get("HX-Request-Type") == "partial"

    @property
    def htmx_source(self) -> str:
        """Which element asked, like `button#save` (htmx 4: HX-Source)."""
        return self.headers.get("HX-Source", "")

    @property
    def htmx_target(self) -> str:
        """Which element will be changed, like `div#hasil` (htmx 4)."""
        return self.headers.get("HX-Target", "")

    async def form(self) -> FormMultiDict:
        """What was sent, within the limits of its route (receiving.py)."""
        if self._form is Empty:
            self._form = await receive(self, lambda token: check_token(self.visit, token))
        return self._form

    async def fields(self) -> Form:
        """The submitted form; every write has passed the CSRF check by then. 400 for a text that no column takes."""
        form = Form(await self.form())
        if form.holds_nul():
            raise ClientException
        return form


async def refuse_forgery(request: Any) -> None:
    """Litestar before_request: a write must carry this visitor's token and must not come from another origin.

    Who was never here has no token, and nothing that they send is read.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    visit: Visit = request.scope["visit"]
    origin = request.headers.get("origin")
    if origin and origin != "null" and origin.partition("://")[2] != request.headers.get("host"):
        raise NotAllowed("Formulir ini dikirim dari situs lain, jadi tidak diproses.")
    header = request.headers.get("x-csrf-token") if visit.visitor else ""
    check_token(visit, header if header is not None else (await request.form()).get(CSRF_FIELD, ""))


def check_token(visit: Visit, sent: Any) -> None:
    """Refuse what is not this visitor's token."""
    if not visit.visitor or not isinstance(sent, str) or not visit.is_token(sent):
        if visit.sign_in_unavailable:  # the token may belong to a session that cannot be looked up now
            raise Unavailable(AWAY)
        raise StaleForm(
            "Halaman ini sudah terlalu lama terbuka, atau Anda keluar di tab lain."
            " Kembali, muat ulang halaman, lalu kirim lagi."
        )


def cookie_prefix() -> str:
    """What our cookies' names begin with where they are sent over https only.

    By this prefix a browser knows that no other host may set them: a neighbour under the same domain could otherwise
    hand a visitor a session of their own.
    """
    return "__Host-" if settings().public_scheme == "https" else ""


def read_cookies(header: bytes) -> dict[str, str]:
    """Cookies by name, the first where a name comes twice, as browsers order them.

    Another program under the same domain may have set any: the standard library's parser refuses them all for one
    odd name. Ours are named without their prefix; what lacks it is not ours.
    """
    if not header:
        return {}
    prefix = cookie_prefix()
    pairs = (part.strip().partition("=") for part in header.decode("latin-1").split(";"))
    ours = [(name, value) for name, _, value in pairs if name.startswith(prefix)]
    return {name.removeprefix(prefix).strip(): value.strip() for name, value in reversed(ours)}


def cookie_header(name: str, value: str, age: int | None) -> tuple[bytes, bytes]:
    """The header that sets one of our cookies; see :attr:`Visit.cookies`."""
    before, after = _around_value(name, age, settings().public_scheme == "https")
    if value and NEEDS_NO_QUOTES.fullmatch(value):
        return b"set-cookie", before + value.encode() + after
    return _cookie(name, value, age).to_encoded_header()


@lru_cache(maxsize=64)
def _around_value(name: str, age: int | None, _secure: bool) -> tuple[bytes, bytes]:
    """What stands before and behind the value in the header of one of our cookies."""
    before, _, after = _cookie(name, "value", age).to_encoded_header()[1].partition(b"value")
    return before, after


def _cookie(name: str, value: str, age: int | None) -> Cookie:
    secure = settings().public_scheme == "https"
    return Cookie(cookie_prefix() + name, value=value, max_age=age, secure=secure, httponly=True)


def read_flash(cookie: str, place: str) -> list[Flash]:
    """The sentence that the page before left at this place, if it was ours."""
    try:
        kind, sentence = serializer(f"flash:{place}").loads(cookie)
    except BadData:
        return []
    return [Flash(kind, sentence)]


@lru_cache(maxsize=TOKENS_KEPT)
def _token_of(whose: str) -> bytes:
    return base64_decode(signer("csrf").get_signature(whose))


def _xor(one: bytes, other: bytes) -> bytes:
    both = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return both.to_bytes(len(one), "big")


def address_of_page(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where the page at hand can be asked for again; of a form that was sent, the page it stood on."""
    if connection.scope.get("method") in ("GET", "HEAD"):
        query = connection.scope.get("query_string", b"").decode()
        path: str = connection.scope["path"]
        return f"{path}?{query}" if query else path
    host, _, before = connection.headers.get("referer", "").partition("://")[2].partition("/")
    return f"/{before}" if host == connection.headers.get("host") else "/"
