"""A region's host as a relying party: signing in leads to the nation and back, and no password is typed here.

What binds the two halves together stays in the browser that left: a state, a nonce and a verifier (PKCE), signed, in a
cookie of this host. The code is exchanged within the house, by the same function that serves the token endpoint.
"""

import secrets
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import BadData
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.openid import codes
from eorder_platform.identity.openid.codes import CodeRefused
from eorder_platform.identity.openid.regional import client_id_of, issuer, return_address
from eorder_platform.identity.signing_in import known_account
from eorder_platform.signed_values import timed_serializer
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.staff.keeping import directory_of
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.visiting import LEAVING_COOKIE, Request
from eorder_web.look.addresses import HOME, address, national_address
from eorder_web.people.beginning import begin_session
from eorder_web.people.landing import ASKED_AT_SIGN_IN, Wanted, landing, own_path

AWAY_SECONDS: Final = 60 * 60
MOST_TABS: Final = 4
"""So many tabs of a browser may be away to sign in at the same time."""


@get("/masuk", opt=PUBLIC | ASKED_AT_SIGN_IN, name="people.sign_in_form")
async def sign_in(
    request: Request,
    wanted: Wanted = HOME,
    account: Annotated[str, QueryParameter(name="akun")] = "",
) -> Response[Any]:
    """Leave for the nation; `wanted` is where the person goes afterwards, `account` "lain" asks for another one.

    A region whose officials may sign in by its own staff directory asks first which way; `account` answers.
    """
    if not account and (name := await _directory_name(request.tenant)):
        return page(request, "people/two_ways.html", wanted=own_path(wanted), directory=name)
    return see_other(request, leave_for_the_nation(request, own_path(wanted), another=account == "lain"))


async def _directory_name(tenant: Tenant) -> str:
    """What the region's directory is called on the button; empty where nobody signs in by one."""
    async with tenancy.inside(tenant) as session:
        directory = await directory_of(session)
    return directory.name if directory is not None and directory.active else ""


def leave_for_the_nation(request: Request, wanted: str, *, another: bool = False) -> str:
    """The address at the nation; this browser remembers with what it left."""
    visit = request.visit
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (12, 12, 32))
    away = [*_away(request), [state, nonce, verifier, wanted]][-MOST_TABS:]
    visit.cookies.append((LEAVING_COOKIE, _serializer(request).dumps(away), AWAY_SECONDS))
    asked = {
        "response_type": "code",
        "client_id": client_id_of(request.tenant),
        "redirect_uri": return_address(visit.host),
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": codes.challenge_of(verifier),
        "code_challenge_method": "S256",
    } | ({"prompt": "login"} if another else {})
    return f"{national_address('openid.authorize')}?{urlencode(asked)}"


@get("/masuk/kembali", opt=PUBLIC, name="people.returned")
async def returned(
    request: Request,
    left_with: Annotated[str, QueryParameter(name="state")] = "",
    code: Annotated[str, QueryParameter(name="code")] = "",
    issued_by: Annotated[str, QueryParameter(name="iss")] = "",
    error: Annotated[str, QueryParameter(name="error")] = "",
) -> Response[Any]:
    """Back from the nation, with a code for this browser or with a reason why not."""
    left = next((one for one in _away(request) if secrets.compare_digest(one[0], left_with)), None)
    if left is None or issued_by != issuer():
        return _not_finished(request)
    _, nonce, verifier, wanted = left
    _forget(request, left_with)
    if error or not code:
        return _not_finished(request, wanted)
    try:
        came = await codes.redeem(
            code, client_id_of(request.tenant), return_address(request.visit.host), verifier
        )
        if not secrets.compare_digest(came.nonce, nonce):
            return _not_finished(request, wanted)
        known = await known_account(UUID(came.account_id))
        if known is None:
            return _not_finished(request, wanted)
        proved_at = datetime.fromisoformat(came.proved_at) if came.proved_at else None
        roles = await begin_session(request, known, came.methods, proved_at=proved_at, sid=came.sid)
    except CodeRefused:
        return _not_finished(request, wanted)
    except Refused as refusal:
        return page(
            request, "people/no_appointment.html", status=422, sentence=refusal.message, wanted=wanted
        )
    return see_other(request, wanted if wanted != HOME else landing(request.visit.tenant, roles))


def _not_finished(request: Request, wanted: str = HOME) -> Response[str]:
    return page(
        request,
        "layout/message.html",
        status=400,
        code=400,
        title="Masuk belum selesai",
        sentence="Halaman masuk tidak dimulai di peramban ini, atau sudah terlalu lama terbuka. Mulailah lagi.",
        action=("Masuk lagi", address("people.sign_in_form", wanted=wanted)),
    )


def _away(request: Request) -> list[list[str]]:
    try:
        found = _serializer(request).loads(request.visit.leaving, max_age=AWAY_SECONDS)
    except BadData:
        return []
    return [list(map(str, one)) for one in found]


def _forget(request: Request, state: str) -> None:
    """What one tab left with serves it once."""
    others = [one for one in _away(request) if one[0] != state]
    kept = _serializer(request).dumps(others) if others else ""
    request.visit.leaving = kept
    request.visit.cookies.append((LEAVING_COOKIE, kept, AWAY_SECONDS if others else 0))


def _serializer(request: Request) -> Any:
    return timed_serializer(f"leaving:{request.visit.place}")


@get("/lupa-sandi", opt=PUBLIC, name="people.forgotten_form")
async def forgotten(request: Request) -> Response[Any]:
    """At the nation."""
    return see_other(request, national_address("people.forgotten_form"))


@get("/sandi-baru/{token:str}", opt=PUBLIC, name="people.new_password_form")
async def new_password(request: Request, token: FromPath[str]) -> Response[Any]:
    """A link that was mailed when passwords were still set here."""
    return see_other(request, national_address("people.new_password_form", token=token))


@get("/undangan/{token:str}", opt=PUBLIC, name="organisation.invitation")
async def invitation(request: Request, token: FromPath[str]) -> Response[Any]:
    """The same."""
    return see_other(request, national_address("organisation.invitation", token=token))


REGION = [sign_in, returned, forgotten, new_password, invitation]
