"""Signing in and out, and one's own account; the same pages on a region's host and on the national one."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Refused, Unavailable
from eorder_platform.identity import passkeys
from eorder_platform.identity.events import newest
from eorder_platform.identity.factors import factors_of
from eorder_platform.identity.openid import signing_out
from eorder_platform.identity.signing_in import change_password, check_password
from eorder_platform.valkey import AWAY
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.phoning import change_own_phone, own_phone
from eorder_web.edge.access import OFFICIAL, OUTSIDE_THE_REGION, PUBLIC, SIGNED_IN
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.proving import where_of
from eorder_web.edge.returning import name_behind
from eorder_web.edge.visiting import SESSION_COOKIE, Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import HOME, address
from eorder_web.people import (
    closing,
    consent,
    devices,
    factors_pages,
    leaving,
    programs,
    provider,
    reclaiming,
    recovering,
    regions,
    relying,
    second_step,
    staff_sign_in,
)
from eorder_web.people.beginning import begin_session
from eorder_web.people.devices import devices_of
from eorder_web.people.landing import ASKED_AT_SIGN_IN, Wanted, landing, own_path
from eorder_web.people.letters import EVENT_WORDS


@get("/masuk", opt=PUBLIC | ASKED_AT_SIGN_IN, name="people.sign_in_form")
async def sign_in_form(
    request: Request, wanted: Wanted = HOME, hint: Annotated[str, QueryParameter(name="untuk")] = ""
) -> Response[str]:
    """The nation's sign-in form, the only one; `wanted` is where the person wanted to go, `hint` their e-mail."""
    return _sign_in_page(request, hint, own_path(wanted))


@post("/masuk", opt=PUBLIC, name="people.sign_in")
async def sign_in(request: Request) -> Response[str] | Response[None]:
    """Check the password and begin a session here, with a fresh token."""
    form = await request.fields()
    email, wanted = form.text("email"), own_path(form.get("lanjut", HOME))
    try:
        if not email:
            raise Refused("E-mail wajib diisi.", "email")
        visit = request.visit
        known = await check_password(email, form.get("password", ""), visit.address, visit.browser)
        if await second_step.is_needed(known):
            return await second_step.ask(request, known, wanted)
        roles = await begin_session(request, known)
    except Refused as refusal:
        return _sign_in_page(request, email, wanted, refusal.problems)
    return see_other(request, wanted if wanted != HOME else landing(request.visit.tenant, roles))


def _sign_in_page(request: Request, email: str, wanted: str, problems: Problems = ()) -> Response[str]:
    return page(
        request,
        "people/sign_in.html",
        status=422 if problems else 200,
        email=email,
        lanjut=wanted,
        towards=name_behind(wanted),
        problems=problems,
        passkey=passkeys.may_be_asked_at(request.visit.host),
    )


@post("/keluar", opt=PUBLIC | OUTSIDE_THE_REGION, name="people.sign_out")
async def sign_out(request: Request) -> Response[None]:
    """End this sign-in, at every host; not a word of having left while it cannot be ended."""
    if request.visit.sign_in_unavailable:
        raise Unavailable(AWAY)
    if request.visit.session:
        await signing_out.sign_out(request.visit.place, request.visit.session_token, request.visit.session)
    request.visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(request, HOME, "Anda sudah keluar.")


@get("/akun", opt=SIGNED_IN, name="people.account")
async def account(request: Request) -> Response[str]:
    """One's own account: what one may do here, password, and signing out everywhere."""
    return await _account_page(request)


@post("/akun/telepon", opt=OFFICIAL, name="people.change_phone")
async def phone(request: Request) -> Response[Any]:
    """Under which number an official is reached at the office."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await change_own_phone(session, actor, form.text("phone"))
        return address("people.account")

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await _account_page(request, problems, form.text("phone"))

    return await write(request, HERE, work, "Nomor tersimpan.", again)


@post("/akun/kata-sandi", opt=SIGNED_IN | OUTSIDE_THE_REGION, name="people.change_password")
async def new_password(request: Request) -> Response[Any]:
    """Change the password; other sessions end."""
    form = await request.fields()
    try:
        old, new = form.get("old_password", ""), form.get("new_password", "")
        await change_password(request.account_id, old, new, where_of(request))
    except Refused as refusal:
        answer = await _account_page(request, refusal.problems)
        answer.status_code = 422
        return answer
    await signing_out.sign_out_everywhere(request.account_id)
    return see_other(
        request, address("people.sign_in_form"), "Kata sandi diganti. Masuk lagi dengan kata sandi baru."
    )


async def _account_page(request: Request, problems: Problems = (), typed: str | None = None) -> Response[str]:
    """The place of a person: each section is a template of its own (people/account/)."""
    number = None
    if request.visit.tenant and request.signed_in.roles:
        async with acting(request) as (session, actor):
            number = await own_phone(session, actor) if actor.appointments else None
    async with tenancy.national() as session:
        factors = await factors_of(session, request.account_id)
        happened = await newest(session, request.account_id)
    return page(
        request,
        "people/account.html",
        active="account",
        session=request.signed_in,
        problems=problems,
        phone=number if typed is None else typed,
        factors=factors,
        events=happened,
        event_words=EVENT_WORDS,
        devices=await devices_of(request),
    )


EVERYWHERE = [sign_out, account, *factors_pages.EVERYWHERE, *devices.EVERYWHERE]
NATION = [
    *EVERYWHERE,
    *(sign_in_form, sign_in, new_password),
    *second_step.NATION,
    *reclaiming.NATION,
    *closing.NATION,
    *recovering.NATION,
    *provider.NATION,
    *consent.NATION,
    *leaving.NATION,
    *programs.NATION,
    *regions.NATION,
]
REGION = [*EVERYWHERE, *relying.REGION, *staff_sign_in.REGION, phone]
