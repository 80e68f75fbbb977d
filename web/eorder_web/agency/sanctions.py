"""The agency's desk of sanctions: what waits, a proposal with its evidence, the case, the decision, its lifting."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.attachments import ACCEPTED, LARGEST_MEGABYTES, Attachment
from eorder_platform.directory.sanctions.advising import Opinion, record_opinion
from eorder_platform.directory.sanctions.deciding import (
    Decider,
    Decision,
    Lifting,
    decide,
    decider_for,
    lift,
)
from eorder_platform.directory.sanctions.files import files_of, read_file
from eorder_platform.directory.sanctions.journal import turns_of
from eorder_platform.directory.sanctions.models import Ground, Level
from eorder_platform.directory.sanctions.proposing import (
    Proposal,
    ends_at,
    lengths,
    propose_sanction,
    withdraw_proposal,
)
from eorder_platform.directory.sanctions.queries import case_file, cases_filed, count_open, is_running
from eorder_platform.directory.verifying import Verifier
from eorder_platform.identity.models import NationalRoleName
from eorder_platform.identity.signing_in import national_roles
from eorder_platform.projections.queries import running_orders
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.rules import RulesOfDay
from eorder_platform.tenancy import registry
from eorder_tenants.orders.closing_account import OVER_FOR_VENDORS
from eorder_web.agency.verification import AS_VERIFIER
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.papers import TAKES_PAPERS, attachment_response, look_into
from eorder_web.edge.places import nationally_as
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.formatting import date_long
from eorder_web.look.sanction_words import GROUND_WORDS, LEVEL_WORDS
from eorder_web.look.translating import _, ngettext

AS_DECIDER: Final = nationally_as(decider_for)
NOTHING: Final = "none"
FIELDS: Final = ("business_id_number", "ground", "penalty", "facts")
log = structlog.get_logger()


@get("/verifikasi/sanksi", opt=AGENCY, name="agency.sanctions")
async def desk(request: Request) -> Response[str]:
    """The cases that wait, by their deadline, and the latest that ended."""
    async with AS_VERIFIER.enter(request) as (session, _who):
        return page(
            request,
            "agency/sanctions.html",
            active="sanctions",
            waiting=await cases_filed(session, is_open=True),
            ended=await cases_filed(session, is_open=False, limit=20),
            total=await count_open(session),
            now=clock.now(),
        )


@get("/verifikasi/sanksi/baru", opt=AGENCY, name="agency.new_sanction")
async def new(request: Request) -> Response[str]:
    """What a proposal needs."""
    return await _form_page(request)


@post("/verifikasi/sanksi", opt=AGENCY | TAKES_PAPERS, name="agency.propose_sanction")
async def propose(request: Request) -> Response[Any]:
    """Propose it; the vendor is told."""
    files: list[Attachment] = []

    async def work(session: AsyncSession, proposer: Verifier, form: Form) -> str:
        level, months = _penalty(form.text("penalty"))
        proposal = Proposal(
            form.text("business_id_number"),
            level,
            form.text("ground"),
            months,
            form.text("facts"),
            tuple(files),
        )
        case = await propose_sanction(session, proposer, proposal)
        return address("agency.sanction", case_id=case.id)

    return await write(
        request,
        AS_VERIFIER,
        work,
        "Usul tercatat. Penyedia diberi tahu dan dapat mengajukan keberatan.",
        partial(_form_page, request),
        beforehand=partial(look_into, files),
    )


@get("/verifikasi/sanksi/{case_id:uuid}", opt=AGENCY, name="agency.sanction")
async def show(request: Request, case_id: FromPath[UUID]) -> Response[str]:
    """One case with everything that is said on both sides; that somebody has read it is logged."""
    return await _case_page(request, case_id)


@get("/verifikasi/sanksi/{case_id:uuid}/berkas/{file_id:uuid}", opt=AGENCY, name="agency.sanction_file")
async def paper(request: Request, case_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """One paper of the case."""
    async with AS_VERIFIER.enter(request) as (session, verifier):
        file, content = await read_file(session, case_id, file_id)
        log.info("sanction paper read", case=str(case_id), verifier=str(verifier.account_id))
    return attachment_response(Attachment(file.name, file.media_type, content))


@post("/verifikasi/sanksi/{case_id:uuid}/pendapat", opt=AGENCY | TAKES_PAPERS, name="agency.record_opinion")
async def opinion(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """What the inspectorate says of it."""
    files: list[Attachment] = []

    async def work(session: AsyncSession, clerk: Verifier, form: Form) -> str:
        given = Opinion(case_id, form.text("giver"), form.text("text"), tuple(files))
        await record_opinion(session, clerk, given)
        return address("agency.sanction", case_id=case_id)

    return await write(
        request,
        AS_VERIFIER,
        work,
        "Pendapat APIP tercatat.",
        partial(_case_page, request, case_id),
        beforehand=partial(look_into, files),
    )


@post("/verifikasi/sanksi/{case_id:uuid}/putusan", opt=AGENCY, name="agency.decide_sanction")
async def decision(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """A second person decides; it holds everywhere from now on."""

    async def work(session: AsyncSession, decider: Decider, form: Form) -> str:
        level, months = _penalty(form.text("penalty"))
        wanted = Decision(case_id, level, months, form.text("reasons"), form.ticked("heard"))
        await decide(session, decider, wanted)
        return address("agency.sanction", case_id=case_id)

    again = partial(_case_page, request, case_id)
    return await write(request, AS_DECIDER, work, "Putusan tercatat, diumumkan, dan berlaku.", again)


@post("/verifikasi/sanksi/{case_id:uuid}/penarikan", opt=AGENCY, name="agency.withdraw_sanction")
async def withdraw(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """Who proposed takes it back."""

    async def work(session: AsyncSession, proposer: Verifier, form: Form) -> str:
        await withdraw_proposal(session, proposer, case_id, form.text("reason"))
        return address("agency.sanction", case_id=case_id)

    again = partial(_case_page, request, case_id)
    return await write(request, AS_VERIFIER, work, "Usul ditarik. Penyedia diberi tahu.", again)


@post("/verifikasi/sanksi/{case_id:uuid}/pencabutan", opt=AGENCY, name="agency.lift_sanction")
async def lifting(request: Request, case_id: FromPath[UUID]) -> Response[Any]:
    """Another administrator ends it before its day, or annuls it."""

    async def work(session: AsyncSession, lifter: Decider, form: Form) -> str:
        await lift(session, lifter, Lifting(case_id, form.ticked("annul"), form.text("reason")))
        return address("agency.sanction", case_id=case_id)

    again = partial(_case_page, request, case_id)
    return await write(request, AS_DECIDER, work, "Sanksi berakhir. Penyedia diberi tahu.", again)


def _penalty(chosen: str) -> tuple[str, int | None]:
    """`suspension-6` as level and months; NOTHING as no level, what was not chosen as one that does not exist."""
    if chosen == NOTHING:
        return "", None
    level, _dash, months = chosen.partition("-")
    return level or "?", int(months) if months.isascii() and months.isdigit() else None


def _penalties(law: RulesOfDay, grounds: tuple[str, ...]) -> list[tuple[str, str]]:
    """Everything that may be imposed on these grounds."""
    offered: dict[str, str] = {Level.WARNING: _(LEVEL_WORDS[Level.WARNING])}
    for level in (Level.SUSPENSION, Level.BLACKLIST):
        for ground in grounds:
            for months in lengths(law, level, ground):
                length = ngettext("%(n)s bulan", "%(n)s bulan", months)
                offered[f"{level}-{months}"] = f"{_(LEVEL_WORDS[level])}, {length}"
    return list(offered.items())


def _as_shown(problems: Problems) -> list[tuple[str | None, str]]:
    """Level and length are one choice on the page."""
    return [("penalty" if field in ("level", "months") else field, sentence) for field, sentence in problems]


async def _form_page(
    request: Request, problems: Problems = (), form: Form | Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with AS_VERIFIER.enter(request) as (session, _who):
        law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
    asked = {"business_id_number": request.query_params.get("usaha", "")[:20]}
    return page(
        request,
        "agency/new_sanction.html",
        active="sanctions",
        problems=_as_shown(problems),
        form={name: form.get(name, asked.get(name, "")) for name in FIELDS},
        grounds=[(ground, _(words)) for ground, words in GROUND_WORDS.items()],
        penalties=_penalties(law, tuple(Ground)),
        accepted=ACCEPTED,
        largest_mb=LARGEST_MEGABYTES,
    )


async def _case_page(
    request: Request,
    case_id: UUID,
    problems: Problems = (),
    values: Form | Mapping[str, str] = NOTHING_TYPED,
) -> Response[str]:
    tenants = {one.id: one for one in await registry.all_tenants()}
    async with AS_VERIFIER.enter(request) as (session, verifier):
        file = await case_file(session, case_id)
        log.info("sanction case read", case=str(case_id), verifier=str(verifier.account_id))
        law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
        case, reached = file.case, [file.vendor.id, *(one.id for one in file.alike)]
        impact = await running_orders(session, reached, OVER_FOR_VENDORS)
        is_admin = NationalRoleName.AGENCY_ADMIN in await national_roles(session, verifier.account_id)
        return page(
            request,
            "agency/sanction.html",
            active="sanctions",
            problems=_as_shown(problems),
            values=values,
            file=file,
            case=case,
            running=file.sanction is not None and is_running(file.sanction),
            papers_filed=await files_of(session, case_id),
            paper=partial(_paper_address, case_id),
            turns=await turns_of(session, case_id),
            impact=[(tenants[one.tenant_id], one) for one in impact if one.tenant_id in tenants],
            offered=[
                *_with_last_days(_penalties(law, (case.ground,))),
                (NOTHING, _("Usul ditolak"), _("tidak diumumkan")),
            ],
            proposed=f"{case.level}-{case.months}" if case.months else case.level,
            me=verifier.account_id,
            is_admin=is_admin,
            heard=case.objected_at is not None or clock.now() > case.objection_due_at,
            accepted=ACCEPTED,
            largest_mb=LARGEST_MEGABYTES,
        )


def _with_last_days(offered: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Each with the day on which it would end, were it decided now."""
    found = []
    for value, text in offered:
        _level, months = _penalty(value)
        last = date_long(ends_at(clock.now(), months), NATIONAL_ZONE) if months else ""
        found.append((value, text, _("sampai %(when)s", when=last) if last else _("tanpa larangan")))
    return found


def _paper_address(case_id: UUID, file_id: UUID) -> str:
    return address("agency.sanction_file", case_id=case_id, file_id=file_id)


NATION = [desk, new, propose, show, paper, opinion, decision, withdraw, lifting]
