"""Programs that may act for a person: what each may do, since when, when last used; and taking it back."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.identity.openid import permissions
from eorder_platform.identity.openid.permissions import ends_unused_on
from eorder_platform.identity.openid.scopes import NEVER, SCOPE_WORDS, Scope
from eorder_platform.tenancy import registry
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import page
from eorder_web.edge.forms import Form
from eorder_web.edge.places import NATIONALLY
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address


@get("/akun/program", opt=SIGNED_IN, name="people.programs")
async def listing(request: Request) -> Response[str]:
    """Every program that may act for this person today."""
    async with tenancy.national() as session:
        found = await permissions.allowed_by(session, request.account_id)
    names = {one.slug: one.short_name for one in await registry.all_tenants()}
    return page(
        request,
        "people/programs.html",
        active="account",
        allowed=[
            {
                "permission": permission,
                "program": program,
                "may": [SCOPE_WORDS[Scope(one)] for one in permission.scopes],
                "regions": [names.get(slug, slug) for slug in permission.regions],
                "ends_unused": ends_unused_on(permission),
            }
            for permission, program in found
        ],
        never=NEVER,
        now=clock.now(),
    )


@post("/akun/program/{permission_id:uuid}/pencabutan", opt=SIGNED_IN, name="people.take_back")
async def take_back(request: Request, permission_id: FromPath[UUID]) -> Response[Any]:
    """From now on it may nothing more."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        await permissions.take_back(session, account_id, permission_id)
        return address("people.programs")

    return await write(
        request, NATIONALLY, work, "Izin dicabut. Program itu tidak boleh apa-apa lagi untuk Anda."
    )


NATION = [listing, take_back]
