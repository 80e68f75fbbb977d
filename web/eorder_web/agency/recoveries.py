"""Lost accounts on their way back: two different administrators agree, or one refuses."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.identity.reclaiming import agree, recoveries_waiting, refuse
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import Form
from eorder_web.edge.places import NATIONALLY
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address

AGREED: Final = "Persetujuan Anda tercatat, dan pemilik akun dikabari."


@get("/pemulihan-akun", opt=AGENCY, name="agency.recoveries")
async def queue(request: Request) -> Response[str]:
    """Those that run, the oldest first."""
    return await _page(request)


@post("/pemulihan-akun/{recovery_id:uuid}/persetujuan", opt=AGENCY, name="agency.agree_recovery")
async def agreement(request: Request, recovery_id: FromPath[UUID]) -> Response[Any]:
    """One of the two that are needed."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        await agree(session, account_id, recovery_id)
        return address("agency.recoveries")

    async def again(problems: Problems, _form: Form) -> Response[str]:
        return await _page(request, problems, recovery_id)

    return await write(request, NATIONALLY, work, AGREED, again)


@post("/pemulihan-akun/{recovery_id:uuid}/penolakan", opt=AGENCY, name="agency.refuse_recovery")
async def refusal(request: Request, recovery_id: FromPath[UUID]) -> Response[Any]:
    """One no is enough."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        await refuse(session, account_id, recovery_id)
        return address("agency.recoveries")

    return await write(request, NATIONALLY, work, "Pemulihan ditolak, dan pemilik akun dikabari.")


async def _page(request: Request, problems: Problems = (), tried: UUID | None = None) -> Response[str]:
    async with NATIONALLY.enter(request) as (session, account_id):
        waiting = await recoveries_waiting(session, account_id)
    return page(
        request,
        "agency/recoveries.html",
        active="recoveries",
        waiting=waiting,
        you=account_id,
        problems=problems,
        tried=tried,
    )


NATION = [queue, agreement, refusal]
