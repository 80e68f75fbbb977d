"""A program asks that somebody sign out here too (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from itsdangerous import BadData
from litestar import Response, get, post

from eorder_platform import tenancy
from eorder_platform.identity.openid import signing_out, telling
from eorder_platform.identity.openid.programs import program_of
from eorder_platform.signed_values import serializer
from eorder_web.edge.access import OF_PROGRAMS, PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.visiting import SESSION_COOKIE, Request
from eorder_web.look.addresses import HOME, address

MOST_PARAMETERS = 40


@get("/openid/keluar", opt=PUBLIC, name="openid.sign_out")
async def sign_out(request: Request) -> Response[Any]:
    """At once where the program names this very sign-in; else the person is asked."""
    query = request.scope["query_string"].decode("latin-1")
    return await _sign_out(request, dict(parse_qsl(query, max_num_fields=200)))


@post("/openid/keluar", opt=OF_PROGRAMS, name="openid.sign_out_by_form")
async def sign_out_by_form(request: Request) -> Response[Any]:
    """The same by POST: led to the address that a browser brings its cookies to."""
    form = await request.form()
    named = {name: str(form.get(name)) for name in sorted({*form})[:MOST_PARAMETERS]}
    return see_other(request, f"{address('openid.sign_out')}?{urlencode(named)}")


@post("/openid/keluar/ya", opt=PUBLIC, name="openid.sign_out_now")
async def sign_out_now(request: Request) -> Response[Any]:
    """The person said yes."""
    try:
        following = serializer("after signing out").loads((await request.fields()).text("lanjutan"))
    except BadData:
        following = HOME
    return await _end(request, str(following))


async def _sign_out(request: Request, named: dict[str, str]) -> Response[Any]:
    claims = await telling.own_id_token(named.get("id_token_hint", "")) or {}
    client_id = claims.get("aud") or named.get("client_id", "")
    wanted, following = named.get("post_logout_redirect_uri", ""), HOME
    if named.get("client_id", client_id) == client_id and wanted:
        async with tenancy.national() as session:
            program = await program_of(session, str(client_id))
        if program is not None and wanted in program.sign_out_addresses:
            mark = "&" if "?" in wanted else "?"
            following = wanted + (
                f"{mark}{urlencode({'state': named['state']})}" if named.get("state") else ""
            )
    here = request.visit.session
    if here is None or (claims and claims.get("sid") == here.sid):
        return await _end(request, following)
    request.visit.leads_to = "" if following == HOME else "/".join(following.split("/")[:3])
    carried = serializer("after signing out").dumps(following)
    return page(request, "people/sign_out.html", carried=carried)


async def _end(request: Request, following: str) -> Response[Any]:
    visit = request.visit
    if visit.session is not None:
        await signing_out.sign_out(visit.place, visit.session_token, visit.session)
        visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(request, following, "Anda sudah keluar." if following == HOME else "")


NATION = [sign_out, sign_out_by_form, sign_out_now]
