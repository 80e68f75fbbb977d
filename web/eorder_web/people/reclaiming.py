"""A lost account comes back (identity/reclaiming.py): asked for half-way in, stopped or finished from the mailbox."""

from contextlib import suppress
from datetime import UTC
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, Refused
from eorder_platform.identity import halfway
from eorder_platform.identity.reclaiming import (
    FINISH,
    STOP,
    ask_for_account,
    reclaim,
    recovery_behind,
    stop_by_owner,
    was_used,
)
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.proving import where_of
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import HOME, address
from eorder_web.people.second_step import TOO_LATE, second_step_page

ASKED = (
    "Permintaan dikirim. Dua admin nasional memeriksanya, lalu satu hari menunggu;"
    " setiap tahap dikabarkan ke e-mail Anda."
)


@post("/masuk/pemulihan", opt=PUBLIC, name="people.ask_recovery")
async def ask(request: Request) -> Response[Any]:
    """Whoever knew the password in this browser lost phone and paper."""
    known = await halfway.find(request.visit.place, request.visit.halfway)
    if known is None:
        return see_other(request, address("people.sign_in_form"), TOO_LATE, "warn")
    form = await request.fields()
    try:
        form.refuse_what_is_no_text()
        async with tenancy.national() as session:
            await ask_for_account(session, known.account_id, form.text("reason"), where_of(request))
    except Refused as refusal:
        return await second_step_page(request, known, HOME, refusal.problems, reason=form.text("reason"))
    return see_other(request, address("people.sign_in_form"), ASKED)


@get("/pemulihan/{token:str}", opt=PUBLIC, name="people.recovery")
async def recovery(request: Request, token: FromPath[str]) -> Response[str]:
    """A button, because programs that look at mail open its links too."""
    async with tenancy.national() as session:
        wanted, account = await recovery_behind(session, token, STOP)
    return page(request, "people/recovery.html", token=token, email=account.email, asked_at=wanted.asked_at)


@post("/pemulihan/{token:str}", opt=PUBLIC, name="people.stop_recovery")
async def stop(request: Request, token: FromPath[str]) -> Response[None]:
    """Nothing changes; every session ends, and a new password is proposed."""
    with suppress(Conflict):  # stopped by the first click, or over
        async with tenancy.national() as session:
            await stop_by_owner(session, token)
    told = "Pemulihan dihentikan. Seseorang mengetahui kata sandi Anda: ganti sekarang."
    return see_other(request, address("people.forgotten_form"), told, "warn")


@get("/akun-kembali/{token:str}", opt=PUBLIC, name="people.reclaim_form")
async def reclaim_form(request: Request, token: FromPath[str]) -> Response[str]:
    """The new password, once the day has passed; before, until when it lasts."""
    return await _page(request, token)


@post("/akun-kembali/{token:str}", opt=PUBLIC, name="people.reclaim")
async def take_back(request: Request, token: FromPath[str]) -> Response[Any]:
    """The account is its person's again: new password, no factor, no session."""
    password = (await request.fields()).get("password", "")
    try:
        async with tenancy.national() as session:
            await reclaim(session, token, password, where_of(request))
    except Refused as refusal:
        return await _page(request, token, refusal.problems)
    except Conflict:
        if not await _was_taken_back(token):
            raise
    return see_other(
        request,
        address("people.sign_in_form"),
        "Akun Anda kembali. Masuk, lalu pasang kode aplikasi yang baru.",
    )


async def _was_taken_back(token: str) -> bool:
    """By the first click of the same form."""
    async with tenancy.national() as session:
        return await was_used(session, token)


async def _page(request: Request, token: str, problems: Problems = ()) -> Response[str]:
    async with tenancy.national() as session:
        wanted, account = await recovery_behind(session, token, FINISH)
    return page(
        request,
        "people/reclaim.html",
        status=422 if problems else 200,
        token=token,
        email=account.email,
        opens_at=wanted.opens_at.astimezone(UTC) if wanted.opens_at else None,
        is_open=wanted.opens_at is not None and wanted.opens_at <= clock.now(),
        problems=problems,
    )


NATION = [ask, recovery, stop, reclaim_form, take_back]
