"""Sanctions as the public reads them, with CSV and JSON-LD, and as the business itself does."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.attachments import ACCEPTED, LARGEST_MEGABYTES, Attachment
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.sanctions.files import files_of, read_file
from eorder_platform.directory.sanctions.journal import turns_of
from eorder_platform.directory.sanctions.models import Ending, Ground, Level
from eorder_platform.directory.sanctions.objecting import Objection, object_to
from eorder_platform.directory.sanctions.queries import (
    A_PAGE,
    Published,
    decision_numbered,
    every_decision,
    is_running,
    own_case,
    published,
)
from eorder_platform.sentences import counted
from eorder_web.edge.access import PUBLIC, VENDOR
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.csv_answering import ForWhom, csv_answer
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.papers import TAKES_PAPERS, attachment_response, look_into
from eorder_web.edge.queries import Page, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.rendering import NATIONAL_ZONE, Chrome
from eorder_web.look.sanction_words import ENDING_WORDS, GROUND_WORDS, LEVEL_WORDS
from eorder_web.look.tables import TableColumn
from eorder_web.vendors.member import AS_MEMBER

Which = Annotated[str, QueryParameter(name="yang")]
RUNNING: Final = "berlaku"
COLUMNS: Final[list[TableColumn[Published]]] = [
    TableColumn("Nomor", lambda row: row.sanction.number),
    TableColumn(counted("Penyedia", 1), lambda row: row.vendor.legal_name),
    TableColumn("NIB", lambda row: row.vendor.business_id_number),
    TableColumn("Jenis sanksi", lambda row: LEVEL_WORDS[Level(row.sanction.level)]),
    TableColumn("Dasar", lambda row: GROUND_WORDS[Ground(row.sanction.ground)]),
    TableColumn("Ditetapkan", lambda row: row.sanction.decided_at),
    TableColumn("Berlaku sampai", lambda row: row.sanction.valid_until),
    TableColumn("Berakhir", lambda row: row.sanction.ended_at),
    TableColumn(
        "Cara berakhir",
        lambda row: ENDING_WORDS[Ending(row.sanction.ended_how)] if row.sanction.ended_how else None,
    ),
    TableColumn("Pertimbangan", lambda row: row.sanction.reasons),
]


@get("/sanksi", opt=PUBLIC, name="sanctions.list")
async def decisions(
    request: Request, words: Words = "", which: Which = "", number: Page = ""
) -> Response[str]:
    """Every decision, the newest first: those that hold, or all there ever were."""
    current = page_in(number)
    async with tenancy.national() as session:
        found, total = await published(
            session, words.strip(), running=which == RUNNING, offset=(current - 1) * A_PAGE
        )
    return page(
        request,
        "vendors/sanctions.html",
        active="sanctions",
        found=[(one.sanction, one.vendor, is_running(one.sanction)) for one in found],
        total=total,
        words=words.strip(),
        running=which == RUNNING,
        current=current,
        last=max(1, -(-total // A_PAGE)),
    )


@get("/sanksi.csv", opt=PUBLIC, name="sanctions.list_csv")
async def decisions_csv(request: Request, for_whom: ForWhom = "") -> Stream:
    """All of them, for programs and for people."""

    async def steps() -> AsyncIterator[list[Published]]:
        async with tenancy.national() as session:
            async for some in every_decision(session):
                yield some

    today = clock.today(NATIONAL_ZONE).isoformat()
    return csv_answer(COLUMNS, steps(), name=f"sanksi-{today}", zone=NATIONAL_ZONE, for_whom=for_whom)


@get("/sanksi/{decision:str}", opt=PUBLIC, name="sanctions.show")
async def show_decision(request: Request, decision: FromPath[str]) -> Response[str]:
    """One decision: on whom, why, from when, until when, and whom else it reaches. Nothing private."""
    async with tenancy.national() as session:
        one, others = await decision_numbered(session, decision.upper())
    return page(
        request,
        "vendors/decision.html",
        active="sanctions",
        sanction=one.sanction,
        vendor=one.vendor,
        others=others,
        running=is_running(one.sanction),
        decision_facts=decision_facts,
    )


def decision_facts(page: Chrome, one: Published) -> dict[str, Any]:
    """The decision as search engines and programs read it (schema.org, JSON-LD)."""
    sanction, vendor = one
    ends = sanction.ended_at or sanction.valid_until
    return {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "name": f"{LEVEL_WORDS[Level(sanction.level)]}: {vendor.legal_name}",
        "legislationIdentifier": sanction.number,
        "legislationDate": sanction.decided_at.date().isoformat(),
        "legislationLegalForce": "InForce" if is_running(sanction) else "NotInForce",
        "abstract": sanction.reasons,
        "url": page.public_url(page.locale),
        "temporalCoverage": f"{sanction.decided_at.date()}/{ends.date() if ends else '..'}",
        "about": {
            "@type": "Organization",
            "name": vendor.legal_name,
            "identifier": vendor.business_id_number,
        },
    }


@get("/usaha/sanksi/{case_id:uuid}", opt=VENDOR, name="vendors.sanction")
async def own(request: Request, case_id: FromPath[UUID]) -> Response[str]:
    """The case against one's own business: what is said, until when to object, what was decided."""
    return await _own_page(request, case_id)


@post("/usaha/sanksi/{case_id:uuid}/keberatan", opt=VENDOR | TAKES_PAPERS, name="vendors.object")
async def objection(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """The owner objects, with papers."""
    files: list[Attachment] = []

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        await object_to(session, member, Objection(case_id, form.text("text"), tuple(files)))
        return address("vendors.sanction", case_id=case_id)

    return await write(
        request,
        AS_MEMBER,
        work,
        "Keberatan Anda diterima dan dibaca sebelum diputuskan.",
        partial(_own_page, request, case_id),
        beforehand=partial(look_into, files),
    )


@get("/usaha/sanksi/{case_id:uuid}/berkas/{file_id:uuid}", opt=VENDOR, name="vendors.sanction_file")
async def paper(request: Request, case_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """One paper of the case against one's own business."""
    async with AS_MEMBER.enter(request) as (session, member):
        await own_case(session, member, case_id)
        file, content = await read_file(session, case_id, file_id)
    return attachment_response(Attachment(file.name, file.media_type, content))


async def _own_page(
    request: Request,
    case_id: UUID,
    problems: Problems = (),
    values: Form | Mapping[str, str] = NOTHING_TYPED,
) -> Response[str]:
    async with AS_MEMBER.enter(request) as (session, member):
        case, sanction = await own_case(session, member, case_id)
        return page(
            request,
            "vendors/sanction_case.html",
            active="profile",
            case=case,
            sanction=sanction,
            running=sanction is not None and is_running(sanction),
            vendor=await own_vendor(session, member),
            member=member,
            files=await files_of(session, case_id),
            turns=await turns_of(session, case_id),
            may_object=case.outcome is None
            and case.objected_at is None
            and clock.now() <= case.objection_due_at,
            text=values.get("text", ""),
            problems=problems,
            accepted=ACCEPTED,
            largest_mb=LARGEST_MEGABYTES,
            paper=partial(_paper_address, case_id),
        )


def _paper_address(case_id: UUID, file_id: UUID) -> str:
    return address("vendors.sanction_file", case_id=case_id, file_id=file_id)


NATION = [decisions, decisions_csv, show_decision, own, objection, paper]
