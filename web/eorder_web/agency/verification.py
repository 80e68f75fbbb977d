"""The verifier's work: the queue of submitted businesses, the file of one, and the decision."""

from typing import Any, Final
from uuid import UUID

import structlog
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.models import Vendor, VendorPrivate, VerificationCase
from eorder_platform.directory.sections import Section, answers_of
from eorder_platform.directory.verification_queue import cases_waiting, count_waiting, rounds_of
from eorder_platform.directory.verifying import (
    Verifier,
    accept_vendor,
    is_linked,
    return_vendor,
    verifier_for,
    warnings_of,
)
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.reference.places import region_names
from eorder_web.edge.access import AGENCY
from eorder_web.edge.handling import once_nationally, page
from eorder_web.edge.visiting import Request

QUEUE: Final = "/verifikasi"
log = structlog.get_logger()


@get(QUEUE, opt=AGENCY, name="agency.queue")
async def queue(request: Request) -> Response[str]:
    """The businesses that wait, the longest wait first."""
    async with tenancy.national() as session:
        await verifier_for(session, request.account_id)
        return page(
            request,
            "agency/queue.html",
            active="verification",
            cases=await cases_waiting(session),
            total=await count_waiting(session),
            now=clock.now(),
        )


@get(f"{QUEUE}/{{case_id:uuid}}", opt=AGENCY, name="agency.case")
async def show(request: Request, case_id: FromPath[UUID]) -> Response[str]:
    """One business with all its facts; that somebody has read them is logged."""
    async with tenancy.national() as session:
        verifier = await verifier_for(session, request.account_id)
        return await _case_page(request, session, verifier, case_id)


@post(f"{QUEUE}/{{case_id:uuid}}/penerimaan", opt=AGENCY, name="agency.accept")
async def accept(request: Request, case_id: FromPath[UUID]) -> Response[None]:
    """The business is verified."""

    async def work(session: AsyncSession) -> str:
        await accept_vendor(session, await verifier_for(session, request.account_id), case_id)
        return QUEUE

    return await once_nationally(request, work, "Usaha diverifikasi. Pemiliknya diberi tahu.")


@post(f"{QUEUE}/{{case_id:uuid}}/pengembalian", opt=AGENCY, name="agency.return")
async def send_back(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """The business goes back to its owner with a reason."""
    reason = str((await request.fields()).get("reason", ""))

    async def work(session: AsyncSession) -> str:
        await return_vendor(session, await verifier_for(session, request.account_id), case_id, reason)
        return QUEUE

    try:
        return await once_nationally(
            request, work, "Dikembalikan dengan alasan Anda. Pemiliknya diberi tahu."
        )
    except Refused as refusal:
        async with tenancy.national() as session:
            verifier = await verifier_for(session, request.account_id)
            return await _case_page(
                request, session, verifier, case_id, reason=reason, problems=refusal.problems, status=422
            )


async def _case_page(
    request: Request,
    session: AsyncSession,
    verifier: Verifier,
    case_id: UUID,
    *,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    case = await session.get(VerificationCase, case_id)
    if case is None:
        raise NotVisible("Berkas verifikasi ini tidak ditemukan.")
    vendor = await session.get_one(Vendor, case.vendor_id)
    private = await session.get_one(VendorPrivate, case.vendor_id)
    facts = answers_of(vendor, private)
    log.info("private facts read", vendor=str(vendor.id), verifier=str(verifier.account_id))
    context.setdefault("reason", "")
    return page(
        request,
        "agency/case.html",
        status=status,
        active="verification",
        case=case,
        vendor=vendor,
        facts=facts,
        sections=[section.value for section in Section],
        region_name=(await region_names(session, [vendor.region_code]))[vendor.region_code],
        bank_name=BANKS[private.bank_code],
        warnings=await warnings_of(session, vendor, private),
        linked=await is_linked(session, verifier, case),
        rounds=await rounds_of(session, vendor.id),
        **context,
    )


NATION = [queue, show, accept, send_back]
