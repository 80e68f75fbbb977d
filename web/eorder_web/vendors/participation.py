"""The regions: where the vendor stands in each, and the buttons to ask and to leave."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.participating import request_participation, withdraw_participation
from eorder_platform.directory.queries import last_case, regions_standing
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import page
from eorder_web.edge.forms import Form
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.vendors.member import AS_MEMBER


@get("/usaha/wilayah", opt=VENDOR, name="vendors.participation")
async def show(request: Request) -> Response[str]:
    """All regions, those that already know the vendor first."""
    async with AS_MEMBER.enter(request) as (session, member):
        vendor = await own_vendor(session, member)
        standings = await regions_standing(session, vendor.id)
        return page(
            request,
            "vendors/participation.html",
            active="participation",
            member=member,
            vendor=vendor,
            case=await last_case(session, vendor.id),
            standings=sorted(standings, key=lambda pair: pair[1] is None),
        )


@post("/usaha/wilayah/{tenant_id:uuid}/permintaan", opt=VENDOR, name="vendors.request_participation")
async def ask(request: Request, tenant_id: FromPath[UUID]) -> Response[Any]:
    """Ask a region to take the vendor in."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await request_participation(session, member, tenant_id)
        return address("vendors.participation")

    return await write(
        request, AS_MEMBER, work, "Permintaan dikirim. Putusan wilayah dikabarkan lewat e-mail."
    )


@post("/usaha/wilayah/{tenant_id:uuid}/pengunduran", opt=VENDOR, name="vendors.withdraw_participation")
async def leave(request: Request, tenant_id: FromPath[UUID]) -> Response[Any]:
    """Leave a region, or take the request back."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await withdraw_participation(session, member, tenant_id)
        return address("vendors.participation")

    return await write(
        request, AS_MEMBER, work, "Anda tidak lagi melayani wilayah itu. Pesanan berjalan dilanjutkan."
    )


NATION = [show, ask, leave]
