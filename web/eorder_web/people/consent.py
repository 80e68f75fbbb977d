"""On the way to a program: which account, and what it may do. What may be unticked, and what no program may."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity.openid import authorizing, permissions
from eorder_platform.identity.openid.authorizing import Answered, Next, Wanted, WrongRequest
from eorder_platform.identity.openid.permissions import LENGTHS_DAYS, Given
from eorder_platform.identity.openid.scopes import NEVER, SCOPE_WORDS, Scope
from eorder_platform.tenancy import registry
from eorder_web.edge.access import PUBLIC, SIGNED_IN
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.returning import on_the_way
from eorder_web.edge.visiting import Request
from eorder_web.look.formatting import date_short
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.translating import _, ngettext
from eorder_web.people.provider import leave, sign_in_for, wrong_request

ALWAYS = (Scope.OPENID,)
"""Asked for by every program that signs people in; there is nothing to untick about it."""


@get("/openid/lanjut/{carried:str}", opt=PUBLIC, name="openid.go_on")
async def go_on(request: Request, carried: FromPath[str]) -> Response[Any]:
    """Take the request up again: after the sign-in, or for what is still to be asked."""
    return await _at_the_step(request, carried)


@post("/openid/lanjut/{carried:str}/akun", opt=SIGNED_IN, name="openid.choose_account")
async def choose_account(request: Request, carried: FromPath[str]) -> Response[Any]:
    """Go on as who is signed in, or sign in as somebody else."""
    try:
        async with tenancy.national() as session:
            wanted = await authorizing.taken_up(session, carried)
    except WrongRequest as wrong:
        return wrong_request(request, wrong)
    if (await request.fields()).text("akun") == "lain":
        return see_other(
            request, sign_in_for(on_the_way(authorizing.carried(authorizing.with_new_sign_in(wanted))))
        )
    return see_other(request, on_the_way(authorizing.carried(authorizing.without_choice(wanted))))


@post("/openid/lanjut/{carried:str}/izin", opt=SIGNED_IN, name="openid.allow")
async def allow(request: Request, carried: FromPath[str]) -> Response[Any]:
    """What is ticked is allowed, or nothing is; both lead back to the program."""
    form = await request.fields()
    try:
        async with tenancy.national() as session:
            wanted = await authorizing.taken_up(session, carried)
            if form.text("jawaban") != "izinkan":
                return leave(request, authorizing.denied(wanted))
            program = await authorizing.program_asking(session, wanted)
            asked = [Scope(one) for one in wanted.scopes]
            await permissions.give(session, request.account_id, program, asked, _given(form, asked))
            location = await authorizing.allowed(session, wanted, request.signed_in)
        return leave(request, location)
    except WrongRequest as wrong:
        return wrong_request(request, wrong)
    except Refused as refusal:
        return await _at_the_step(request, carried, refusal.problems, form)


def _given(form: Form, asked: list[Scope]) -> Given:
    ticked = {*form.every("scopes"), *(one for one in ALWAYS if one in asked)}
    known = frozenset(scope for scope in Scope if scope in ticked)
    return Given(known, frozenset(form.every("regions")), form.number("days") or 0)


async def _at_the_step(
    request: Request, carried: str, problems: Problems = (), form: Form | None = None
) -> Response[Any]:
    try:
        async with tenancy.national() as session:
            wanted = await authorizing.taken_up(session, carried)
            following = (
                Next.CONSENT
                if problems
                else await authorizing.next_of(session, wanted, request.visit.session)
            )
            if following is Next.NOTHING:
                return leave(request, await authorizing.allowed(session, wanted, request.signed_in))
            program = None if wanted.is_of_a_region else await authorizing.program_asking(session, wanted)
    except Answered as answered:
        return leave(request, answered.location)
    except WrongRequest as wrong:
        return wrong_request(request, wrong)
    if following is Next.SIGN_IN:
        return see_other(request, sign_in_for(on_the_way(carried), wanted.hint))
    facts: dict[str, Any] = {
        "carried": carried,
        "wanted": wanted,
        "program": program,
        "lanjut": on_the_way(carried),
    }
    if following is Next.CHOOSE_ACCOUNT:
        return page(request, "people/choose_account.html", **facts)
    return await _consent_page(request, wanted, facts, problems, form)


async def _consent_page(
    request: Request, wanted: Wanted, facts: dict[str, Any], problems: Problems, form: Form | None
) -> Response[str]:
    slugs = set(facts["program"].regions)
    regions = [(one.slug, one.name, None) for one in await registry.all_tenants() if one.slug in slugs]
    asked = [Scope(one) for one in wanted.scopes]
    return page(
        request,
        "people/consent.html",
        status=422 if problems else 200,
        problems=problems,
        may=[(one, _in_words(one), None) for one in asked if one not in ALWAYS],
        always=[one for one in asked if one in ALWAYS],
        never=NEVER,
        ticked=form.every("scopes") if form is not None else [*wanted.scopes],
        regions=regions,
        in_regions=form.every("regions") if form is not None else [slug for slug, _, _ in regions],
        lengths=[(days, _until(days)) for days in LENGTHS_DAYS],
        days=(form.number("days") if form is not None else None) or LENGTHS_DAYS[0],
        **facts,
    )


def _in_words(scope: Scope) -> str:
    words = SCOPE_WORDS[scope]
    return f"{_(words.label)} ({_(words.hint)})"


def _until(days: int) -> str:
    last = clock.today(NATIONAL_ZONE) + timedelta(days=days)
    return ngettext(
        "%(n)s hari, sampai %(until)s", "%(n)s hari, sampai %(until)s", days, until=date_short(last)
    )


NATION = [go_on, choose_account, allow]
