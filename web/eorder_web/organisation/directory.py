"""A region's own staff directory: its administrator writes it down, tries it, and lets officials sign in by it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from litestar import Response, get, post
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Expected
from eorder_platform.identity.openid import foreign, shown_once
from eorder_platform.settings import settings
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.staff import keeping
from eorder_tenants.organisation.staff.keeping import Entered
from eorder_tenants.organisation.staff.models import StaffDirectory
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, TICKED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address, address_in

FIELDS = ("name", "issuer", "client_id", "civil_servant_claim")


@get("/organisasi/direktori", opt=OFFICIAL, name="organisation.directory")
async def show(request: Request) -> Response[str]:
    """The directory as it is known, and the form for it."""
    return await _directory_page(request)


@post("/organisasi/direktori", opt=OFFICIAL, name="organisation.enter_directory")
async def enter(request: Request) -> Response[Any]:
    """Write it down."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        entered = Entered(
            name=form.text("name"),
            issuer=form.text("issuer"),
            client_id=form.text("client_id"),
            secret=form.text("secret"),
            civil_servant_claim=form.text("civil_servant_claim"),
            active=form.ticked("active"),
        )
        await keeping.enter(session, actor, entered)
        return address("organisation.directory")

    return await write(request, HERE, work, "Direktori tersimpan.", partial(_directory_page, request))


@post("/organisasi/direktori/percobaan", opt=OFFICIAL, name="organisation.try_directory")
async def try_out(request: Request) -> Response[Any]:
    """Ask it what it says: its discovery, its keys, and which facts of a person it offers."""
    async with acting(request) as (session, actor):
        directory = await keeping.directory_for(session, actor)
        issuer = keeping.issuer_of(directory) if directory is not None else None
    if issuer is None:
        return await _directory_page(request)
    foreign.forget()
    try:
        metadata = await foreign.discover(issuer.issuer)
        keys = await foreign.keys_of(metadata, anew=True)
        said = {
            "metadata": metadata,
            "keys": [f"{one.key_type} {one.kid or ''}".strip() for one in keys.keys],
        }
    except Expected as error:
        said = {"error": error.message}
    return await _directory_page(request, said=said)


@post("/organisasi/direktori/token", opt=OFFICIAL, name="organisation.renew_directory_token")
async def new_token(request: Request) -> Response[Any]:
    """A new token for SCIM; the one before is over."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        token = await keeping.new_scim_token(session, actor)
        await shown_once.keep(request.account_id, request.tenant.id, token)
        return address("organisation.directory")

    return await write(request, HERE, work, "Token baru berlaku; yang lama berakhir.")


async def _directory_page(
    request: Request,
    problems: Problems = (),
    form: Form | Mapping[str, str] = NOTHING_TYPED,
    *,
    said: dict[str, Any] | None = None,
) -> Response[str]:
    async with acting(request) as (session, actor):
        directory = await keeping.directory_for(session, actor)
    host = request.visit.host
    return page(
        request,
        "organisation/directory.html",
        active="organisation",
        problems=problems,
        directory=directory,
        value=_typed(form) if isinstance(form, Form) else _known(directory),
        said=said,
        token=await shown_once.take(request.account_id, request.tenant.id),
        returned=settings().public_url(host, address("people.returned_from_staff")),
        scim=settings().public_url(host, address("organisation.scim")),
        trial=address_in(request.tenant, "people.staff_sign_in", trial="ya"),
    )


def _typed(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in (*FIELDS, "active")}


def _known(directory: StaffDirectory | None) -> dict[str, str]:
    if directory is None:
        return {**dict.fromkeys((*FIELDS, "active"), ""), "civil_servant_claim": keeping.DEFAULT_CLAIM}
    known = {name: str(getattr(directory, name)) for name in FIELDS}
    return known | {"active": TICKED if directory.active else ""}


REGION = [show, enter, try_out, new_token]
