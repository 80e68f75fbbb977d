"""The verifier's second queue: what verified businesses ask to change, old beside new, and the decision."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.asking import pairs_of
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.change_queue import count_requests, request_file, requests_waiting
from eorder_platform.directory.deciding_changes import accept_change, refuse_change
from eorder_platform.directory.evidence import SUFFIXES, read_evidence
from eorder_platform.directory.verification_queue import count_waiting
from eorder_platform.directory.verifying import Verifier, is_linked, is_of_the_business
from eorder_platform.errors import NotVisible
from eorder_web.agency.verification import AS_VERIFIER
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address

log = structlog.get_logger()


@get("/verifikasi/perubahan", opt=AGENCY, name="agency.changes")
async def queue(request: Request) -> Response[str]:
    """The requests that wait, the longest wait first."""
    async with AS_VERIFIER.enter(request) as (session, _):
        return page(
            request,
            "agency/changes.html",
            active="verification",
            requests=await requests_waiting(session),
            total=await count_requests(session),
            cases=await count_waiting(session),
            now=clock.now(),
        )


@get("/verifikasi/perubahan/{request_id:uuid}", opt=AGENCY, name="agency.change")
async def show(request: Request, request_id: FromPath[UUID]) -> Response[str]:
    """One request with what holds beside what is asked for; that somebody has read it is logged."""
    return await _change_page(request, request_id)


@get("/verifikasi/perubahan/{request_id:uuid}/bukti", opt=AGENCY, name="agency.evidence")
async def evidence(request: Request, request_id: FromPath[UUID]) -> Response[bytes]:
    """The paper that came along, to be kept by the reader's own programs: nothing of it is opened in our pages."""
    async with AS_VERIFIER.enter(request) as (session, verifier):
        wanted = (await request_file(session, request_id)).request
        if wanted.evidence is None:
            raise NotVisible("Permintaan ini tidak membawa bukti.")
        log.info("evidence read", request=str(request_id), verifier=str(verifier.account_id))
    return Response(
        await read_evidence(request_id),
        media_type=wanted.evidence,
        headers={
            "Content-Disposition": f'attachment; filename="bukti-{request_id}.{SUFFIXES[wanted.evidence]}"',
            "Cache-Control": "no-store",
        },
    )


@post("/verifikasi/perubahan/{request_id:uuid}/penerimaan", opt=AGENCY, name="agency.accept_change")
async def accept(request: Request, request_id: FromPath[UUID]) -> Response[Any]:
    """What was asked for holds from now on."""

    async def work(session: AsyncSession, verifier: Verifier, _form: Form) -> str:
        await accept_change(session, verifier, request_id)
        return address("agency.changes")

    again = partial(_change_page, request, request_id)
    return await write(request, AS_VERIFIER, work, "Perubahan berlaku. Pemilik usaha diberi tahu.", again)


@post("/verifikasi/perubahan/{request_id:uuid}/penolakan", opt=AGENCY, name="agency.refuse_change")
async def refuse(request: Request, request_id: FromPath[UUID]) -> Response[Any]:
    """What holds goes on to hold; the vendor reads why."""

    async def work(session: AsyncSession, verifier: Verifier, form: Form) -> str:
        await refuse_change(session, verifier, request_id, form.get("reason", ""))
        return address("agency.changes")

    again = partial(_change_page, request, request_id)
    return await write(
        request, AS_VERIFIER, work, "Ditolak dengan alasan Anda. Pemilik usaha diberi tahu.", again
    )


async def _change_page(
    request: Request, request_id: UUID, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with AS_VERIFIER.enter(request) as (session, verifier):
        file = await request_file(session, request_id)
        log.info("private facts read", vendor=str(file.vendor.id), verifier=str(verifier.account_id))
        wanted, pairs = file.request, pairs_of(file.request)
        holder = pairs.get("bank_account_holder")
        return page(
            request,
            "agency/change.html",
            active="verification",
            problems=problems,
            reason=values.get("reason", ""),
            request=wanted,
            vendor=file.vendor,
            private=file.private,
            asked_by=file.asked_by,
            decided_by=file.decided_by,
            pairs=pairs,
            product=file.product,
            banks=BANKS,
            linked=await is_linked(session, verifier, wanted.vendor_id, wanted.requested_by),
            holder_fits=holder is None or is_of_the_business(holder[1], file.vendor, file.private),
            decidable=wanted.decidable_from is not None and wanted.decidable_from <= clock.now(),
        )


NATION = [queue, show, evidence, accept, refuse]
