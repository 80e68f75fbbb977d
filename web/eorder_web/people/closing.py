"""Closing one's own account: what it means, what keeps it open, and the password once more. On the national host."""

from litestar import Response, get, post

from eorder_platform.errors import Refused
from eorder_tenants.orders.closing_account import close_own_account, what_keeps
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.visiting import SESSION_COOKIE, Request
from eorder_web.look.addresses import address


@get("/akun/penutupan", opt=SIGNED_IN, name="people.closing")
async def closing(request: Request) -> Response[str]:
    """What closing means, and why it may not be now."""
    return await _page(request)


@post("/akun/penutupan", opt=SIGNED_IN, name="people.close_account")
async def close(request: Request) -> Response[str] | Response[None]:
    """The account is closed and every session of it over."""
    password = (await request.fields()).get("password", "")
    try:
        await close_own_account(request.account_id, password)
    except Refused as refusal:
        return await _page(request, refusal.problems)
    request.visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(
        request,
        address("people.sign_in_form"),
        "Akun Anda sudah ditutup, dan Anda keluar dari semua perangkat.",
    )


async def _page(request: Request, problems: Problems = ()) -> Response[str]:
    return page(
        request,
        "people/closing.html",
        status=422 if problems else 200,
        reasons=await what_keeps(request.account_id),
        owns="vendor_owner" in request.signed_in.roles,
        email=request.signed_in.email,
        problems=problems,
    )


NATION = [closing, close]
