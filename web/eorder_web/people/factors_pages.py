"""Setting up what is stronger than a password: the app's codes, passkeys, the codes on paper. On every host.

Whoever changes a factor proves themselves with one they have; before the first, with the password, unless it was
typed just now.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.identity import authenticator, passkeys, recovery_codes, sessions
from eorder_platform.identity.challenges import Use
from eorder_platform.identity.events import Kind, record
from eorder_platform.identity.factors import Factors, changed, factors_of
from eorder_platform.identity.proving import Factor, require_proof
from eorder_platform.identity.signing_in import check_own_password
from eorder_platform.texts import fitting
from eorder_web.edge.access import OUTSIDE_THE_REGION, PUBLIC, SIGNED_IN, WITHOUT_FACTOR
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.proving import (
    USUAL_MINUTES,
    holder_of,
    origin_of,
    proof_of,
    show_factor,
    where_of,
)
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import HOME, address
from eorder_web.look.drawing_codes import qr_code
from eorder_web.people.landing import Wanted, own_path

SETTING_UP: Final = SIGNED_IN | OUTSIDE_THE_REGION | WITHOUT_FACTOR
"""Open also to those who may do nothing else before they have a second factor."""
NEW_CODE: Final = "kode_baru"
SECRET: Final = "rahasia"
"""The hidden field in which a form carries the secret, sealed, whose code it asks for."""
NEW_KEY: Final = "kunci_baru"
"""The hidden field in which a script sends the passkey that a device made."""
WRONG_PASSWORD: Final = "Kata sandi tidak cocok."


@get("/akun/aplikasi-kode", opt=SETTING_UP, name="people.app")
async def app(request: Request, wanted: Wanted = HOME) -> Response[str]:
    """The QR code for the app, and the field for its first code."""
    return await _app_page(request, own_path(wanted))


@post("/akun/aplikasi-kode", opt=SETTING_UP, name="people.set_app")
async def set_app(request: Request) -> Response[Any]:
    """The app makes the right code: it counts from now on, and this session has shown it."""
    form = await request.fields()
    wanted = own_path(form.get("lanjut", HOME))
    try:
        await _prove_oneself(request, form)
        async with tenancy.national() as session:
            try:
                await authenticator.confirm_app(
                    session, request.account_id, form.text(SECRET), form.text(NEW_CODE)
                )
            except Refused as refusal:
                raise Refused.several([(NEW_CODE, refusal.message)]) from refusal
            await record(session, request.account_id, Kind.APP_SET, where_of(request))
            made = await _first_paper(session, request)
            await changed(session, request.account_id)
    except Refused as refusal:
        async with tenancy.national() as session:
            just_set = await authenticator.was_just_set_with(session, request.account_id, form.text(NEW_CODE))
        if not just_set:
            return await _app_page(request, wanted, refusal.problems, form.text(SECRET))
        made = True
    await _has_proved(request, Factor.APP)
    if made:
        return see_other(request, address("people.paper", wanted=wanted if wanted != HOME else ""))
    return see_other(
        request, wanted if wanted != HOME else address("people.account"), "Kode aplikasi terpasang."
    )


@post("/akun/aplikasi-kode/penghapusan", opt=SIGNED_IN | OUTSIDE_THE_REGION, name="people.remove_app")
async def remove_app(request: Request) -> Response[Any]:
    """The app's codes count no more."""
    form = await request.fields()
    if not (await _factors(request)).has_app:
        return see_other(request, address("people.account"), "Kode aplikasi dihapus.")
    try:
        await _prove_oneself(request, form)
    except Refused as refusal:
        return await _app_page(request, HOME, refusal.problems)
    async with tenancy.national() as session:
        if await authenticator.remove_app(session, request.account_id):
            await record(session, request.account_id, Kind.APP_REMOVED, where_of(request))
            await changed(session, request.account_id)
    return see_other(request, address("people.account"), "Kode aplikasi dihapus.")


@get("/akun/kode-pemulihan", opt=SETTING_UP, name="people.paper")
async def paper(request: Request, wanted: Wanted = HOME) -> Response[str]:
    """The codes just after they were made, once; else how many are left."""
    return await _paper_page(request, own_path(wanted))


@post("/akun/kode-pemulihan", opt=SIGNED_IN | OUTSIDE_THE_REGION, name="people.make_paper")
async def make_paper(request: Request) -> Response[Any]:
    """Ten new codes; those before count no more."""
    form = await request.fields()
    try:
        await _prove_oneself(request, form)
    except Refused as refusal:
        return await _paper_page(request, HOME, refusal.problems)
    async with tenancy.national() as session:
        codes = await recovery_codes.make_codes(session, request.account_id)
        await record(session, request.account_id, Kind.PAPER_MADE, where_of(request))
        # before anybody else may make some: those that are shown are those that count
        await recovery_codes.show_once(request.account_id, request.visit.session_token, codes)
    return see_other(request, address("people.paper"))


@post(
    "/kunci-sandi/pertanyaan",
    opt=PUBLIC | OUTSIDE_THE_REGION,
    name="people.passkey_question",
    media_type=MediaType.JSON,
)
async def question(request: Request) -> Response[str]:
    """What this browser's device is asked to sign: to sign in, to prove oneself, or to make a passkey."""
    visit, use = request.visit, (await request.fields()).text("untuk")
    if use not in set(Use) or not passkeys.may_be_asked_at(visit.host):
        raise NotAllowed("Kunci sandi tidak dapat dipakai di alamat ini. Pakai kode aplikasi.")
    async with tenancy.national() as session:
        if use == Use.SIGN_IN or visit.session is None:
            asked = await passkeys.question(session, Use.SIGN_IN, holder_of(visit))
        elif use == Use.PROVE:
            asked = await passkeys.question(session, Use.PROVE, holder_of(visit), request.account_id)
        else:
            asked = await passkeys.registration(session, request.account_id, holder_of(visit))
    return Response(asked, media_type=MediaType.JSON)


@get("/akun/kunci-sandi", opt=SETTING_UP, name="people.passkey")
async def passkey(request: Request) -> Response[str]:
    """What a passkey is, and the button that makes one."""
    return await _passkey_page(request)


@post("/akun/kunci-sandi", opt=SETTING_UP, name="people.add_passkey")
async def add_passkey(request: Request) -> Response[Any]:
    """Keep the passkey that this browser's device made."""
    form, visit, where = await request.fields(), request.visit, where_of(request)
    try:
        await _prove_oneself(request, form)
        name = fitting(form.text("name"), "name") or where.browser or "Kunci sandi"
        if not form.text(NEW_KEY):
            return see_other(request, address("people.passkey"))
        async with tenancy.national() as session:
            key = await passkeys.register(
                session, request.account_id, form.text(NEW_KEY), name, holder_of(visit), origin_of(visit)
            )
            await record(session, request.account_id, Kind.PASSKEY_ADDED, where, name=name)
            made = await _first_paper(session, request)
            await changed(session, request.account_id)
    except Refused as refusal:
        return await _passkey_page(request, refusal.problems)
    await _has_proved(request, Factor.SYNCED if key.synced else Factor.DEVICE)
    return see_other(
        request, address("people.paper") if made else address("people.account"), "Kunci sandi terpasang."
    )


@post(
    "/akun/kunci-sandi/{passkey_id:uuid}/penghapusan",
    opt=SIGNED_IN | OUTSIDE_THE_REGION,
    name="people.remove_passkey",
)
async def remove_passkey(request: Request, passkey_id: FromPath[UUID]) -> Response[Any]:
    """It opens nothing any more."""
    form = await request.fields()
    if passkey_id not in {one.id for one in (await _factors(request)).passkeys}:
        return see_other(request, address("people.account"), "Kunci sandi dihapus.")
    try:
        await _prove_oneself(request, form)
    except Refused as refusal:
        return await _passkey_page(request, refusal.problems)
    async with tenancy.national() as session:
        if name := await passkeys.remove(session, request.account_id, passkey_id):
            await record(session, request.account_id, Kind.PASSKEY_REMOVED, where_of(request), name=name)
            await changed(session, request.account_id)
    return see_other(request, address("people.account"), "Kunci sandi dihapus.")


async def _prove_oneself(request: Request, form: Form) -> None:
    """With a factor where there is one; else with the password, unless it was typed just now."""
    await show_factor(request, form)
    if (await _factors(request)).any:
        require_proof(proof_of(request), USUAL_MINUTES)
    elif _asks_password(request):
        await check_own_password(request.account_id, form.get("password", ""), "password", WRONG_PASSWORD)


def _asks_password(request: Request) -> bool:
    return clock.now() - request.signed_in.started_at > timedelta(minutes=USUAL_MINUTES)


async def _factors(request: Request) -> Factors:
    async with tenancy.national() as session:
        return await factors_of(session, request.account_id)


async def _has_proved(request: Request, factor: Factor) -> None:
    await sessions.prove(request.visit.place, request.visit.session_token, factor)


async def _first_paper(session: AsyncSession, request: Request) -> bool:
    """With the first factor come the codes on paper; whether they were made."""
    if await recovery_codes.codes_left(session, request.account_id) is not None:
        return False
    codes = await recovery_codes.make_codes(session, request.account_id)
    await recovery_codes.show_once(request.account_id, request.visit.session_token, codes)
    return True


async def _app_page(
    request: Request, wanted: str, problems: Problems = (), sealed: str = ""
) -> Response[str]:
    """The same secret again after a slip; else a fresh one, which only this form knows."""
    factors = await _factors(request)
    try:
        secret = authenticator.begun_secret(request.account_id, sealed)
    except Refused:
        secret = authenticator.new_secret()
        sealed = authenticator.begun(request.account_id, secret)
    return page(
        request,
        "people/app.html",
        status=422 if problems else 200,
        qr=qr_code(authenticator.provisioning_uri(secret, request.signed_in.email)),
        sealed=sealed,
        link=authenticator.provisioning_uri(secret, request.signed_in.email),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        **_asked(request, factors, wanted, problems),
    )


async def _paper_page(request: Request, wanted: str, problems: Problems = ()) -> Response[str]:
    factors = await _factors(request)
    codes = await recovery_codes.shown_once(request.account_id, request.visit.session_token)
    return page(
        request,
        "people/paper.html",
        status=422 if problems else 200,
        codes=codes,
        **_asked(request, factors, wanted, problems),
    )


async def _passkey_page(request: Request, problems: Problems = ()) -> Response[str]:
    return page(
        request,
        "people/passkey.html",
        status=422 if problems else 200,
        here=passkeys.may_be_asked_at(request.visit.host),
        name=where_of(request).browser,
        **_asked(request, await _factors(request), HOME, problems),
    )


def _asked(request: Request, factors: Factors, wanted: str, problems: Problems) -> dict[str, Any]:
    return {
        "factors": factors,
        "email": request.signed_in.email,
        "needed": request.signed_in.needs_factor,
        "lanjut": wanted,
        "password_asked": not factors.any and _asks_password(request),
        "problems": problems,
    }


EVERYWHERE = [app, set_app, remove_app, paper, make_paper, question, passkey, add_passkey, remove_passkey]
