"""The region's own holidays beside the national ones: a list, one more day, and a day taken back."""

from datetime import date
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.closing import close_on, closed_days_to_come, open_on
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.handling import acting, once, page
from eorder_web.edge.visiting import Request
from eorder_web.organisation.forms import date_in, texts

ADDRESS: Final = "/organisasi/libur"


@get(ADDRESS, opt=OFFICIAL, name="organisation.holidays")
async def holidays(request: Request) -> Response[str]:
    """The days to come on which the offices are closed."""
    return await _holidays_page(request)


@post(ADDRESS, opt=OFFICIAL, name="organisation.close_on")
async def closing(request: Request) -> Response[str] | Response[None]:
    """One day more."""
    form = texts(await request.fields())

    async def work(session: AsyncSession, actor: Actor) -> str:
        await close_on(session, actor, date_in(form, "day"), form.get("name", ""))
        return ADDRESS

    try:
        return await once(request, work, "Hari libur daerah tersimpan.")
    except Refused as refusal:
        return await _holidays_page(request, refusal.problems, form)


@post(f"{ADDRESS}/{{day:date}}/pencabutan", opt=OFFICIAL, name="organisation.open_on")
async def opening(request: Request, day: FromPath[date]) -> Response[None]:
    """A day taken back."""

    async def work(session: AsyncSession, actor: Actor) -> str:
        await open_on(session, actor, day)
        return ADDRESS

    return await once(request, work, "Hari itu kembali menjadi hari kerja.")


async def _holidays_page(
    request: Request,
    problems: list[tuple[str | None, str]] | None = None,
    values: dict[str, str] | None = None,
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await closed_days_to_come(session, actor)
    return page(
        request,
        "organisation/holidays.html",
        status=422 if problems else 200,
        active="organisation",
        problems=problems or [],
        days=found,
        values={"day": "", "name": ""} | (values or {}),
        today=clock.today(request.tenant.zone),
    )


REGION = [holidays, closing, opening]
