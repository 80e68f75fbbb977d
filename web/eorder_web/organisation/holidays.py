"""The region's own holidays beside the national ones: a list, one more day, and a day taken back."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.closing import close_on, closed_days_to_come, open_on
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address


@get("/organisasi/libur", opt=OFFICIAL, name="organisation.holidays")
async def holidays(request: Request) -> Response[str]:
    """The days to come on which the offices are closed."""
    return await _holidays_page(request)


@post("/organisasi/libur", opt=OFFICIAL, name="organisation.close_on")
async def closing(request: Request) -> Response[Any]:
    """One day more."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await close_on(session, actor, form.day("day"), form.text("name"))
        return address("organisation.holidays")

    again = partial(_holidays_page, request)
    return await write(request, HERE, work, "Hari libur daerah tersimpan.", again)


@post("/organisasi/libur/{day:date}/pencabutan", opt=OFFICIAL, name="organisation.open_on")
async def opening(request: Request, day: FromPath[date]) -> Response[Any]:
    """A day taken back."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await open_on(session, actor, day)
        return address("organisation.holidays")

    return await write(request, HERE, work, "Hari itu kembali menjadi hari kerja.")


async def _holidays_page(
    request: Request, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await closed_days_to_come(session, actor)
    return page(
        request,
        "organisation/holidays.html",
        active="organisation",
        problems=problems,
        days=found,
        values={"day": "", "name": "", **values},
        today=clock.today(request.tenant.zone),
    )


REGION = [holidays, closing, opening]
