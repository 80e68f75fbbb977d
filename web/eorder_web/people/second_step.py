"""The second step of signing in: a code of the app or the paper, or a passkey; and signing in by passkey alone."""

from typing import Final

from litestar import Response, get, post

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import guessing, halfway, passkeys, sessions
from eorder_platform.identity.authenticator import Used
from eorder_platform.identity.challenges import Use
from eorder_platform.identity.factors import Factors, factors_of, take_code
from eorder_platform.identity.models import Account
from eorder_platform.identity.proving import CODE_FIELD, Factor
from eorder_platform.identity.sessions import PASSWORD
from eorder_platform.identity.signing_in import SignedIn
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.proving import KEY_FIELD, ProofShown, demo_codes, holder_of, origin_of, where_of
from eorder_web.edge.returning import name_behind
from eorder_web.edge.visiting import HALFWAY_COOKIE, SESSION_COOKIE, Request
from eorder_web.look.addresses import HOME, address
from eorder_web.people.beginning import begin_session
from eorder_web.people.landing import Wanted, landing, own_path

TOO_LATE: Final = "Sudah terlalu lama sejak kata sandi Anda. Masuk lagi dari awal."


async def is_needed(known: SignedIn) -> bool:
    """Whether the password alone is not enough for this account."""
    async with tenancy.national() as session:
        return (await factors_of(session, known.account_id)).any


async def ask(request: Request, known: SignedIn, wanted: str) -> Response[None]:
    """Lead whoever knew the password to the second step."""
    token = await halfway.begin(request.visit.place, known)
    request.visit.cookies.append((HALFWAY_COOKIE, token, halfway.LASTS_SECONDS))
    return see_other(request, address("people.second_step", wanted=wanted if wanted != HOME else ""))


@get("/masuk/langkah-kedua", opt=PUBLIC, name="people.second_step")
async def second_step(request: Request, wanted: Wanted = HOME) -> Response[str] | Response[None]:
    """The field for the code, and the button for a passkey."""
    known = await halfway.find(request.visit.place, request.visit.halfway)
    if known is None:
        return see_other(request, address("people.sign_in_form"), TOO_LATE, "warn")
    return await second_step_page(request, known, own_path(wanted))


@post("/masuk/langkah-kedua", opt=PUBLIC, name="people.take_second_step")
async def take(request: Request) -> Response[str] | Response[None]:
    """The code or passkey was right: a session begins here."""
    visit, form = request.visit, await request.fields()
    wanted = own_path(form.get("lanjut", HOME))
    known = await halfway.find(visit.place, visit.halfway)
    if known is None:
        return await _second_click(request, wanted) or see_other(
            request, address("people.sign_in_form"), TOO_LATE, "warn"
        )
    try:
        if answer := form.text(KEY_FIELD):
            factor = (await _by_passkey(request, answer, known))[1]
        else:
            browser = guessing.own_browser(known.email, visit.browser)
            factor = await take_code(
                known.account_id, form.text(CODE_FIELD), where_of(request), browser=browser
            )
        roles = await begin_session(request, known, (PASSWORD, factor))
    except Used as used:
        return await _second_click(request, wanted) or await second_step_page(
            request, known, wanted, used.problems
        )
    except Refused as refusal:
        return await second_step_page(
            request, known, wanted, [(CODE_FIELD, one) for _, one in refusal.problems]
        )
    token = next(value for name, value, _ in reversed(visit.cookies) if name == SESSION_COOKIE)
    await halfway.finish(visit.place, visit.halfway, token)
    return see_other(request, wanted if wanted != HOME else landing(visit.tenant, roles))


async def _second_click(request: Request, wanted: str) -> Response[None] | None:
    """To the session into which the first click of the same form has just led; None where there was none."""
    visit = request.visit
    token = await halfway.finished(visit.place, visit.halfway)
    session = await sessions.find(visit.place, token) if token else None
    if token is None or session is None:
        return None
    visit.cookies.append((SESSION_COOKIE, token, None))
    return see_other(request, wanted if wanted != HOME else landing(visit.tenant, session.roles))


@post("/masuk/kunci-sandi", opt=PUBLIC, name="people.sign_in_by_passkey")
async def by_passkey(request: Request) -> Response[str] | Response[None]:
    """A passkey alone: it is something that the person has, opened by finger, face or PIN."""
    form = await request.fields()
    wanted = own_path(form.get("lanjut", HOME))
    limits = [guessing.Limit(f"passkeys of:{request.visit.address}", guessing.ATTEMPTS_OF_AN_ADDRESS)]
    try:
        await guessing.count_attempt(limits)
        known, factor = await _by_passkey(request, form.text(KEY_FIELD))
        roles = await begin_session(request, known, (factor,))
    except Refused as refusal:
        sentences = [(None, one) for _, one in refusal.problems]
        return page(
            request,
            "people/sign_in.html",
            status=422,
            email="",
            lanjut=wanted,
            towards=name_behind(wanted),
            problems=sentences,
            passkey=passkeys.may_be_asked_at(request.visit.host),
        )
    await guessing.forgive(limits)
    return see_other(request, wanted if wanted != HOME else landing(request.visit.tenant, roles))


async def _by_passkey(
    request: Request, answer: str, known: SignedIn | None = None
) -> tuple[SignedIn, Factor]:
    """Whose passkey it is; of somebody who is known already only their own."""
    visit = request.visit
    async with tenancy.national() as session:
        account, factor = await passkeys.show(
            session,
            Use.SIGN_IN,
            answer,
            holder_of(visit),
            origin_of(visit),
            known.account_id if known else None,
        )
        if known is None:
            account.last_signed_in_at = clock.now()
            known = _signed_in(account)
    return known, factor


def _signed_in(account: Account) -> SignedIn:
    return SignedIn(account.id, account.name, account.email, account.language)


async def second_step_page(
    request: Request, known: SignedIn, wanted: str, problems: Problems = (), *, reason: str = ""
) -> Response[str]:
    """The page of the second step; `reason`: what was written to ask for the account's recovery."""
    async with tenancy.national() as session:
        factors: Factors = await factors_of(session, known.account_id)
    at_this_host = passkeys.may_be_asked_at(request.visit.host)
    return page(
        request,
        "people/second_step.html",
        status=422 if problems else 200,
        email=known.email,
        lanjut=wanted,
        proof=ProofShown(
            True, factors.has_app, bool(factors.passkeys) and at_this_host, demo_codes(known.email)
        ),
        codes_left=factors.codes_left or 0,
        reason=reason,
        problems=problems,
    )


NATION = [second_step, take, by_passkey]
