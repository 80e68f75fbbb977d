"""Signing in and out, and one's own account; the same pages on a region's host and on the national one."""

from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.params import FromQuery
from sqlalchemy import select

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor, VendorMember
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.signing_in import SignedIn, change_password, check_password, national_roles
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import WorkUnit
from eorder_web.access import PUBLIC, SIGNED_IN
from eorder_web.edge import page, see_other
from eorder_web.visiting import SESSION_COOKIE, Request


@get("/masuk", opt=PUBLIC, name="people.sign_in_form")
async def sign_in_form(request: Request, lanjut: FromQuery[str] = "/") -> Response[str]:
    """The sign-in form; `lanjut` is where the person wanted to go."""
    return page(request, "people/sign_in.html", email="", lanjut=_own_path(lanjut))


@post("/masuk", opt=PUBLIC, name="people.sign_in")
async def sign_in(request: Request) -> Response[str] | Response[None]:
    """Check the password and begin a session here, with a fresh token."""
    form = await request.fields()
    email, lanjut = str(form.get("email", "")).strip(), _own_path(str(form.get("lanjut", "/")))
    try:
        if not email:
            raise Refused("E-mail wajib diisi.", "email")
        address = request.client.host if request.client else ""
        known = await check_password(email, str(form.get("password", "")), address)
        roles, office = await _standing(request.visit.tenant, known)
    except Refused as refusal:
        return page(
            request, "people/sign_in.html", status=422, email=email, lanjut=lanjut, problems=refusal.problems
        )
    if request.visit.session_token:
        await sessions.end(request.visit.place, request.visit.session_token)
    token = await sessions.start(
        request.visit.place, known.account_id, known.name, known.email, roles, office
    )
    request.visit.cookies.append((SESSION_COOKIE, token, None))
    return see_other(request, lanjut if lanjut != "/" else _landing(request.visit.tenant, roles))


@post("/keluar", opt=PUBLIC, name="people.sign_out")
async def sign_out(request: Request) -> Response[None]:
    """End this session."""
    if request.visit.session_token:
        await sessions.end(request.visit.place, request.visit.session_token)
    request.visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(request, "/", "Anda sudah keluar.")


@get("/akun", opt=SIGNED_IN, name="people.account")
async def account(request: Request) -> Response[str]:
    """One's own account: what one may do here, password, and signing out everywhere."""
    return page(request, "people/account.html", session=request.signed_in)


@post("/akun/kata-sandi", opt=SIGNED_IN, name="people.change_password")
async def new_password(request: Request) -> Response[str] | Response[None]:
    """Change the password; other sessions end."""
    form = await request.fields()
    try:
        await change_password(
            request.account_id, str(form.get("old_password", "")), str(form.get("new_password", ""))
        )
    except Refused as refusal:
        return page(
            request, "people/account.html", status=422, session=request.signed_in, problems=refusal.problems
        )
    await sessions.end_everywhere(request.account_id)
    return see_other(request, "/masuk", "Kata sandi diganti. Masuk lagi dengan kata sandi baru.")


@post("/akun/sesi/pengakhiran", opt=SIGNED_IN, name="people.sign_out_everywhere")
async def sign_out_everywhere(request: Request) -> Response[None]:
    """End every session of this person, on every host."""
    await sessions.end_everywhere(request.account_id)
    request.visit.cookies.append((SESSION_COOKIE, "", 0))
    return see_other(request, "/masuk", "Anda sudah keluar dari semua perangkat dan wilayah.")


async def _standing(tenant: Tenant | None, known: SignedIn) -> tuple[tuple[str, ...], str]:
    """The roles that menus are made from, and the office to write under the name."""
    if tenant is not None:
        async with tenancy.inside(tenant) as session:
            actor = await actor_for(session, known.account_id)
            unit_ids = {unit for _, unit in actor.appointments if unit is not None}
            names = list(await session.scalars(select(WorkUnit.short_name).where(WorkUnit.id.in_(unit_ids))))
        if not actor.appointments:
            raise Refused(
                f"Akun ini tidak memiliki penugasan yang berlaku di {tenant.name}. Penyedia masuk di halaman nasional.",
                "email",
            )
        return tuple(sorted(actor.roles)), names[0] if len(names) == 1 else ""
    async with tenancy.national() as session:
        roles = set(await national_roles(session, known.account_id))
        memberships = await session.execute(
            select(VendorMember.role, Vendor.trade_name)
            .join(Vendor, Vendor.id == VendorMember.vendor_id)
            .where(VendorMember.account_id == known.account_id)
        )
        found = memberships.all()
    return tuple(sorted(roles | {role for role, _ in found})), found[0][1] if found else ""


def _landing(tenant: Tenant | None, roles: tuple[str, ...]) -> str:
    if tenant is not None:
        return "/pesanan" if set(roles) == {"internal_auditor"} else "/tugas"
    if {"agency_admin", "verifier"} & set(roles):
        return "/verifikasi"
    return "/usaha/pesanan" if roles else "/daftar"


def _own_path(wanted: str) -> str:
    """Only a path of this host: a crafted link must not lead a person away after signing in."""
    parts = urlsplit(wanted)
    safe = (
        not parts.scheme
        and not parts.netloc
        and wanted.startswith("/")
        and not wanted.startswith(("//", "/\\"))
    )
    return wanted if safe else "/"


REGION = [sign_in_form, sign_in, sign_out, account, new_password, sign_out_everywhere]
NATION = REGION
