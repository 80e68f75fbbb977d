"""The first stage of registering: an account, and on the same page the code that shows the mailbox to be its person's.

What waits for the code is known by a cookie, so that the page can be closed to look at one's mail.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from itsdangerous import BadData
from litestar import Response, get, post
from litestar.params import QueryParameter

from eorder_platform import tenancy
from eorder_platform.directory.proving_mailbox import (
    FIELDS,
    KEPT,
    ask_for_account,
    open_account,
    send_another_code,
    who_asked,
)
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.signed_values import serializer
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import NOTHING_TYPED, TICKED
from eorder_web.edge.repeating import key_of
from eorder_web.edge.visiting import PENDING_COOKIE, Request
from eorder_web.look.addresses import address
from eorder_web.look.translating import spoken
from eorder_web.people.beginning import begin_session
from eorder_web.vendors.registering import go_on

SIGNED: Final = "pending account"


@get("/daftar", opt=PUBLIC, name="vendors.register")
async def begin(
    request: Request, correcting: Annotated[str, QueryParameter(name="perbaiki")] = ""
) -> Response[Any]:
    """The account's questions, then its code; whoever is signed in goes on where they stopped."""
    if request.visit.session is not None:
        return await go_on(request)
    return await _first_page(request, correcting=correcting == TICKED)


@post("/daftar", opt=PUBLIC, name="vendors.make_account")
async def make_account(request: Request) -> Response[Any]:
    """Have a code mailed. The answer is the same whether or not the address has an account."""
    if request.visit.session is not None:
        return see_other(request, address("vendors.register"))
    form = await request.fields()
    answers = {**form.only(FIELDS), "password": form.get("password", "")}
    try:
        form_key = await key_of(request)
        async with tenancy.national() as session:
            asked = await ask_for_account(session, answers, request.visit.address, form_key, spoken())
    except Refused as refusal:
        return _form(request, answers, refusal.problems)
    kept = serializer(SIGNED).dumps(asked.hex)
    request.visit.cookies.append((PENDING_COOKIE, kept, int(KEPT.total_seconds())))
    return see_other(request, address("vendors.register"))


@post("/daftar/kode", opt=PUBLIC, name="vendors.prove_mailbox")
async def prove(request: Request) -> Response[Any]:
    """The code was right: the account is there, signed in, and registering goes on."""
    form = await request.fields()
    if (asked := _asked(request)) is None:
        return see_other(request, address("vendors.register"))
    try:
        known = await open_account(asked, form.text("code"))
    except Refused as refusal:
        return await _first_page(request, refusal.problems)
    except NotVisible as over:
        request.visit.cookies.append((PENDING_COOKIE, "", 0))
        return see_other(request, address("vendors.register"), over.message, "warn")
    await begin_session(request, known)
    request.visit.cookies.append((PENDING_COOKIE, "", 0))
    return see_other(request, address("vendors.register"), "Alamat e-mail Anda sudah dikonfirmasi.")


@post("/daftar/surat", opt=PUBLIC, name="vendors.send_code")
async def another_letter(request: Request) -> Response[Any]:
    """Mail a new code."""
    back = address("vendors.register")
    if (asked := _asked(request)) is None:
        return see_other(request, back)
    try:
        async with tenancy.national() as session:
            await send_another_code(session, asked)
    except (Refused, NotVisible) as refusal:
        return see_other(request, back, refusal.message, "warn")
    return see_other(request, back, "Kode baru dikirim. Kode sebelumnya tidak berlaku lagi.")


async def _first_page(
    request: Request, problems: Problems = (), *, correcting: bool = False
) -> Response[str]:
    """What the browser's cookie says: the code's page, or the questions, with what was answered before."""
    person = None
    if (asked := _asked(request)) is not None:
        async with tenancy.national() as session:
            person = await who_asked(session, asked)
    if person is None:
        return _form(request)
    if correcting:
        return _form(request, vars(person))
    return page(
        request,
        "vendors/register_code.html",
        status=422 if problems else 200,
        active="register",
        email=person.email,
        problems=problems,
    )


def _form(
    request: Request, answers: Mapping[str, str] = NOTHING_TYPED, problems: Problems = ()
) -> Response[str]:
    return page(
        request,
        "vendors/register_account.html",
        status=422 if problems else 200,
        active="register",
        answers=answers,
        problems=problems,
    )


def _asked(request: Request) -> UUID | None:
    """Which account this browser asked for."""
    try:
        return UUID(serializer(SIGNED).loads(request.visit.pending))
    except (BadData, ValueError):
        return None


NATION = [begin, make_account, prove, another_letter]
