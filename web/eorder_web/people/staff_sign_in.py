"""Signing in at a region by its own staff directory. It opens that region alone: its word counts nowhere else."""

import secrets
from typing import Annotated, Any, Final

from itsdangerous import BadData
from litestar import Response, get
from litestar.params import QueryParameter

from eorder_platform import tenancy
from eorder_platform.errors import Expected, NotVisible, Refused
from eorder_platform.identity.openid import foreign
from eorder_platform.identity.signing_in import known_account
from eorder_platform.settings import settings
from eorder_platform.signed_values import timed_serializer
from eorder_tenants.organisation.staff import keeping
from eorder_tenants.organisation.staff.linking import NOBODY, official_behind, person_in
from eorder_web.edge.access import PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.naming import QUERY
from eorder_web.edge.visiting import STAFF_COOKIE, Request
from eorder_web.look.addresses import HOME, address
from eorder_web.people.beginning import begin_session
from eorder_web.people.landing import Wanted, landing, own_path

AWAY_SECONDS: Final = 15 * 60
FEDERATED: Final = "fed"
"""How a session was proved whose proof is another's word."""


@get(
    "/masuk/pegawai", opt=PUBLIC | {QUERY: {"wanted": "lanjut", "trial": "coba"}}, name="people.staff_sign_in"
)
async def leave(
    request: Request, wanted: Wanted = HOME, trial: Annotated[str, QueryParameter(name="coba")] = ""
) -> Response[Any]:
    """Leave for the directory; `trial` opens no session and shows what it says."""
    issuer, _claim = await _asked(request, trial=bool(trial))
    try:
        metadata = await foreign.discover(issuer.issuer)
    except Expected as error:
        return _says_no(request, error.message)
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (12, 12, 32))
    left = _serializer(request).dumps([state, nonce, verifier, own_path(wanted), bool(trial)])
    request.visit.cookies.append((STAFF_COOKIE, left, AWAY_SECONDS))
    where = foreign.authorization_address(metadata, issuer, _return_address(request), state, nonce, verifier)
    return see_other(request, where)


@get("/masuk/pegawai/kembali", opt=PUBLIC, name="people.returned_from_staff")
async def returned(
    request: Request,
    left_with: Annotated[str, QueryParameter(name="state")] = "",
    code: Annotated[str, QueryParameter(name="code")] = "",
    issued_by: Annotated[str, QueryParameter(name="iss")] = "",
) -> Response[Any]:
    """Back from the directory: its word is judged, and the official found whom it means."""
    try:
        state, nonce, verifier, wanted, trial = _serializer(request).loads(
            request.visit.staff, max_age=AWAY_SECONDS
        )
    except BadData:
        return _says_no(request, BEGIN_AGAIN)
    request.visit.cookies.append((STAFF_COOKIE, "", 0))
    if not secrets.compare_digest(str(state), left_with) or not code:
        return _says_no(request, BEGIN_AGAIN)
    issuer, claim = await _asked(request, trial=trial)
    try:
        metadata = await foreign.discover(issuer.issuer)
        if (issued_by or metadata.names_itself) and issued_by != issuer.issuer:
            return _says_no(request, BEGIN_AGAIN)
        claims = await foreign.exchange(issuer, code, _return_address(request), verifier, nonce)
        person = person_in(claims, claim)
        async with tenancy.inside(request.tenant) as session:
            official = await official_behind(session, person)
    except Expected as error:
        return _says_no(request, error.message)
    if trial:
        return page(
            request,
            "organisation/directory_trial.html",
            active="organisation",
            person=person,
            official=official,
        )
    known = await known_account(official.id) if official is not None else None
    if known is None:
        return _says_no(request, NOBODY)
    try:
        roles = await begin_session(request, known, (FEDERATED,))
    except Refused as refusal:
        return page(
            request, "people/no_appointment.html", status=422, sentence=refusal.message, wanted=wanted
        )
    return see_other(request, wanted if wanted != HOME else landing(request.visit.tenant, roles))


BEGIN_AGAIN = "Halaman masuk tidak dimulai di peramban ini, atau sudah terlalu lama terbuka. Mulailah lagi."


async def _asked(request: Request, *, trial: bool) -> tuple[foreign.Issuer, str]:
    """The region's directory, if officials may sign in by it; for a trial also before they may."""
    async with tenancy.inside(request.tenant) as session:
        directory = await keeping.directory_of(session)
    if directory is None or not (directory.active or (trial and _administers(request))):
        raise NotVisible
    return keeping.issuer_of(directory), directory.civil_servant_claim


def _administers(request: Request) -> bool:
    session = request.visit.session
    return session is not None and "tenant_admin" in session.roles


def _return_address(request: Request) -> str:
    return settings().public_url(request.visit.host, address("people.returned_from_staff"))


def _says_no(request: Request, sentence: str) -> Response[str]:
    return page(
        request,
        "layout/message.html",
        status=400,
        code=400,
        title="Masuk belum selesai",
        sentence=sentence,
        action=("Masuk lagi", address("people.sign_in_form")),
    )


def _serializer(request: Request) -> Any:
    return timed_serializer(f"leaving for the directory:{request.visit.place}")


REGION = [leave, returned]
