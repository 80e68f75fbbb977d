"""The page of all one's notices, on the region's host and on the national one."""

from typing import Annotated

from litestar import Response, get, post
from litestar.params import QueryParameter

from eorder_platform import tenancy
from eorder_platform.notices.reading import how_many, newest
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.bell import place_of, read_about, rung
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.notices.choosing import UNSUBSCRIBING, WAYS_CHOSEN

PER_PAGE = 25


@get("/pemberitahuan", opt=SIGNED_IN, name="notices.list")
async def notices(
    request: Request, number: Annotated[int, QueryParameter(name="hal", ge=1, le=10_000)] = 1
) -> Response[str]:
    """What this person was told here, the newest first (pemberitahuan)."""
    tenant = request.visit.tenant
    async with tenancy.inside(tenant) if tenant else tenancy.national() as session:
        total = await how_many(session, request.account_id)
        found = await newest(session, request.account_id, number, PER_PAGE)
    return page(
        request,
        "notices/list.html",
        active="notices",
        notices=[rung(one, await place_of(one, tenant)) for one in found],
        current=number,
        last=max(1, -(-total // PER_PAGE)),
    )


@post("/pemberitahuan/terbaca", opt=SIGNED_IN, name="notices.read")
async def read(request: Request) -> Response[None]:
    """Everything counts as read."""
    await read_about(request.visit)
    return see_other(request, address("notices.list"), "Semua pemberitahuan sudah dibaca.")


EVERYWHERE = [notices, read, *WAYS_CHOSEN]
NATION = [*EVERYWHERE, *UNSUBSCRIBING]
