"""The verifier's work: the queue of submitted businesses, the file of one, and the decision."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.adapters.systems import NAMES, System
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.change_queue import count_requests
from eorder_platform.directory.inquiring import inquire_again, standings_of
from eorder_platform.directory.sections import Section, answers_of
from eorder_platform.directory.verification_queue import case_file, cases_waiting, count_waiting, rounds_of
from eorder_platform.directory.verifying import (
    Verifier,
    accept_vendor,
    is_linked,
    return_vendor,
    verifier_for,
    warnings_of,
)
from eorder_platform.reference.places import region_names
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import nationally_as
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address

AS_VERIFIER: Final = nationally_as(verifier_for)
INQUIRY_TITLES: Final = {
    System.OSS: "NIB di OSS",
    System.DUKCAPIL: "NIK di Dukcapil",
    System.CORETAX: "NPWP dan PKP di Coretax",
    System.BANK: "Nama rekening di bank",
}
log = structlog.get_logger()


@get("/verifikasi", opt=AGENCY, name="agency.queue")
async def queue(request: Request) -> Response[str]:
    """The businesses that wait, the longest wait first."""
    async with AS_VERIFIER.enter(request) as (session, _):
        return page(
            request,
            "agency/queue.html",
            active="verification",
            cases=await cases_waiting(session),
            total=await count_waiting(session),
            changes=await count_requests(session),
            now=clock.now(),
        )


@get("/verifikasi/{case_id:uuid}", opt=AGENCY, name="agency.case")
async def show(request: Request, case_id: FromPath[UUID]) -> Response[str]:
    """One business with all its facts; that somebody has read them is logged."""
    return await _case_page(request, case_id)


@post("/verifikasi/{case_id:uuid}/penerimaan", opt=AGENCY, name="agency.accept")
async def accept(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """The business is verified."""

    async def work(session: AsyncSession, verifier: Verifier, _form: Form) -> str:
        await accept_vendor(session, verifier, case_id)
        return address("agency.queue")

    return await write(request, AS_VERIFIER, work, "Usaha diverifikasi. Pemiliknya diberi tahu.")


@post("/verifikasi/{case_id:uuid}/pengembalian", opt=AGENCY, name="agency.return")
async def send_back(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """The business goes back to its owner with a reason."""

    async def work(session: AsyncSession, verifier: Verifier, form: Form) -> str:
        await return_vendor(session, verifier, case_id, form.get("reason", ""))
        return address("agency.queue")

    again = partial(_case_page, request, case_id)
    return await write(
        request, AS_VERIFIER, work, "Dikembalikan dengan alasan Anda. Pemiliknya diberi tahu.", again
    )


@post("/verifikasi/{case_id:uuid}/pertanyaan", opt=AGENCY, name="agency.inquire")
async def inquire(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """Other authorities are asked once more about a business that waits."""

    async def work(session: AsyncSession, verifier: Verifier, _form: Form) -> str:
        await inquire_again(session, verifier, case_id)
        return address("agency.case", case_id=case_id)

    return await write(request, AS_VERIFIER, work, "Lembaga lain ditanyai lagi. Muat ulang sebentar lagi.")


async def _case_page(
    request: Request, case_id: UUID, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with AS_VERIFIER.enter(request) as (session, verifier):
        case, vendor, private = await case_file(session, case_id)
        log.info("private facts read", vendor=str(vendor.id), verifier=str(verifier.account_id))
        return page(
            request,
            "agency/case.html",
            active="verification",
            problems=problems,
            reason=values.get("reason", ""),
            case=case,
            vendor=vendor,
            facts=answers_of(vendor, private),
            sections=[section.value for section in Section],
            region_name=(await region_names(session, [vendor.region_code]))[vendor.region_code],
            bank_name=BANKS[private.bank_code],
            warnings=await warnings_of(session, vendor, private),
            linked=await is_linked(session, verifier, vendor.id, case.submitted_by),
            rounds=await rounds_of(session, vendor.id),
            standings=await standings_of(session, vendor, private),
            titles=INQUIRY_TITLES,
            names=NAMES,
        )


NATION = [queue, show, accept, send_back, inquire]
