"""A forgotten password: the person asks for a link, and sets a new password behind it. On the national host."""

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.guessing import known_browser
from eorder_platform.identity.links import Expired, Purpose, Used, account_behind
from eorder_platform.identity.recovering import ask_for_new_password, set_new_password
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.proving import where_of
from eorder_web.edge.visiting import BROWSER_COOKIE, ONE_YEAR_SECONDS, Request
from eorder_web.look.addresses import address


@get("/lupa-sandi", opt=PUBLIC, name="people.forgotten_form")
async def forgotten_form(request: Request) -> Response[str]:
    """Which account?"""
    return page(request, "people/forgotten.html", email="")


@post("/lupa-sandi", opt=PUBLIC, name="people.forgotten")
async def forgotten(request: Request) -> Response[str] | Response[None]:
    """Mail a link; the answer is the same whether or not there is such an account."""
    email = str((await request.fields()).get("email", ""))
    try:
        async with tenancy.national() as session:
            await ask_for_new_password(session, email, request.visit.address)
    except Refused as refusal:
        return page(request, "people/forgotten.html", status=422, email=email, problems=refusal.problems)
    return see_other(
        request,
        address("people.sign_in_form"),
        "Bila alamat itu memiliki akun, kami mengirim ke sana tautan untuk menentukan kata sandi baru."
        " Tautan berlaku satu hari.",
    )


@get("/sandi-baru/{token:str}", opt=PUBLIC, name="people.new_password_form")
async def new_password_form(request: Request, token: FromPath[str]) -> Response[str]:
    """A field for the new password of whoever got this link."""
    return await _new_password_page(request, token)


@post("/sandi-baru/{token:str}", opt=PUBLIC, name="people.set_new_password")
async def new_password(request: Request, token: FromPath[str]) -> Response[str] | Response[None]:
    """Set it; the link is used up and every session of the person ends."""
    password = str((await request.fields()).get("password", ""))
    try:
        async with tenancy.national() as session:
            account = await set_new_password(session, token, password, where_of(request))
    except Refused as refusal:
        return await _new_password_page(request, token, refusal.problems)
    except (Used, Expired) as over:
        return _over(request, over)
    request.visit.cookies.append((BROWSER_COOKIE, known_browser(account.email), ONE_YEAR_SECONDS))
    return see_other(
        request,
        address("people.sign_in_form"),
        "Kata sandi tersimpan. Masuk dengan e-mail dan kata sandi Anda.",
    )


async def _new_password_page(
    request: Request, token: str, problems: list[tuple[str | None, str]] | None = None
) -> Response[str]:
    try:
        async with tenancy.national() as session:
            email = (await account_behind(session, token, Purpose.NEW_PASSWORD)).email
    except (Used, Expired) as over:
        return _over(request, over)
    return page(
        request,
        "people/new_password.html",
        status=422 if problems else 200,
        email=email,
        token=token,
        problems=problems or [],
    )


def _over(request: Request, over: Used | Expired) -> Response[str]:
    return page(request, "people/new_password_over.html", status=410, sentence=over.message)


NATION = [forgotten_form, forgotten, new_password_form, new_password]
