"""Registering as a vendor, one group of questions a page: business, owner, address, bank, summary."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.members import find_member
from eorder_platform.directory.registering import (
    Registration,
    check_all,
    check_section,
    draft_of,
    register_vendor,
    save_draft,
)
from eorder_platform.directory.sections import FIELDS, Section
from eorder_platform.directory.verifying import submit_for_verification
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity.confirming import is_confirmed
from eorder_platform.identity.signing_in import SignedIn
from eorder_platform.reference.places import region_names
from eorder_web.edge.access import SIGNED_IN
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import Form
from eorder_web.edge.places import NATIONALLY
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import HOME, address
from eorder_web.look.translating import spoken
from eorder_web.people.beginning import REGIONAL_OFFICIAL, begin_session
from eorder_web.vendors.questions import asked, first_for, of_field_left

SLUGS: Final = {
    Section.BUSINESS: "usaha",
    Section.OWNER: "pemilik",
    Section.ADDRESS: "alamat",
    Section.BANK: "rekening",
}
SHOW_ONLY: Final = "tampilkan"
"""The button that shows the regencies of the chosen province, where no script does."""


ASKED_BEFORE: Final = {"phone"}
"""What the page of the account asked already, so that it says nothing about how far somebody came."""


def section_of(slug: str) -> Section:
    """The group of questions behind an address."""
    for section, known in SLUGS.items():
        if known == slug:
            return section
    raise NotVisible


async def go_on(request: Request) -> Response[Any]:
    """Where registering goes on for somebody who has an account."""
    if REGIONAL_OFFICIAL in request.signed_in.roles:
        return see_other(request, address("people.regions"))
    async with tenancy.national() as session:
        if await find_member(session, request.account_id) is not None:
            return see_other(request, address("vendors.profile"))
        draft = await draft_of(session, request.account_id)
    answered = draft.keys() - ASKED_BEFORE
    return see_other(
        request, _address_of(next((one for one in Section if not answered & {*FIELDS[one]}), None))
    )


@get("/daftar/{slug:str}", opt=SIGNED_IN, name="vendors.register_section")
async def ask(request: Request, slug: FromPath[str]) -> Response[str]:
    """One group of questions with what was typed before."""
    section = section_of(slug)
    async with tenancy.national() as session:
        draft = first_for(section, await draft_of(session, request.account_id), request.signed_in)
        return await _section_page(request, session, section, draft)


@post("/daftar/{slug:str}", opt=SIGNED_IN, name="vendors.answer_section")
async def answer(request: Request, slug: FromPath[str]) -> Response[Any]:
    """Keep the answers, right or wrong, and go on when they are right."""
    section, form = section_of(slug), await request.fields()
    async with tenancy.national() as session:
        answers = _with(await draft_of(session, request.account_id), section, form.only(FIELDS[section]))
        await save_draft(session, request.account_id, answers)
        if SHOW_ONLY in form:
            return await _section_page(request, session, section, answers)
        try:
            await check_section(session, section, answers, asker=request.account_id)
        except Refused as refusal:
            return await _section_page(request, session, section, answers, refusal.problems, status=422)
    following = list(SLUGS)[list(SLUGS).index(section) + 1 :]
    return see_other(request, _address_of(following[0] if following else None))


@post("/daftar/{slug:str}/periksa", opt=SIGNED_IN, name="vendors.check_answer")
async def check(request: Request, slug: FromPath[str]) -> Response[str]:
    """The page with what is wrong in the one field that was just left; nothing is kept."""
    section = section_of(slug)
    answers = (await request.fields()).only(FIELDS[section])
    problems: Problems = ()
    async with tenancy.national() as session:
        try:
            await check_section(session, section, answers)
        except Refused as refusal:
            problems = of_field_left(request, refusal)
        return await _section_page(request, session, section, answers, problems)


@get("/daftar/ringkasan", opt=SIGNED_IN, name="vendors.register_summary")
async def summary(request: Request) -> Response[str]:
    """Everything once more before it is sent."""
    async with tenancy.national() as session:
        answers = await draft_of(session, request.account_id)
        try:
            registration = await check_all(session, answers)
        except Refused as refusal:
            return _incomplete(request, refusal.problems)
        return await _summary_page(request, session, answers, registration)


@post("/daftar/ringkasan", opt=SIGNED_IN, name="vendors.send_registration")
async def send(request: Request) -> Response[Any]:
    """Register and submit for verification in one go; the session knows its new role."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        member = await register_vendor(session, account_id, await draft_of(session, account_id))
        await session.flush()  # the case refers to the vendor
        await submit_for_verification(session, member)
        return address("vendors.profile")

    try:
        answer = await write(request, NATIONALLY, work, "Usaha Anda terdaftar dan diajukan untuk diperiksa.")
    except Refused as refusal:
        return _incomplete(request, refusal.problems, status=422)
    person = request.signed_in
    await begin_session(request, SignedIn(person.account_id, person.name, person.email, spoken()))
    return answer


def _with(draft: Answers, section: Section, answers: Answers) -> dict[str, str]:
    others = {name: text for name, text in draft.items() if name not in FIELDS[section]}
    return {**others, **answers}


def _address_of(section: Section | None) -> str:
    """Where a group of questions is asked; after the last one, everything is shown once more."""
    if section is None:
        return address("vendors.register_summary")
    return address("vendors.register_section", slug=SLUGS[section])


async def _section_page(
    request: Request,
    session: AsyncSession,
    section: Section,
    answers: Answers,
    problems: Problems = (),
    *,
    status: int = 200,
) -> Response[str]:
    slug, place = SLUGS[section], list(SLUGS).index(section)
    return page(
        request,
        "vendors/register_section.html",
        status=status,
        active="register",
        section=section.value,
        action=address("vendors.answer_section", slug=slug),
        back=_address_of(list(SLUGS)[place - 1]) if place else HOME,
        answers=answers,
        problems=problems,
        at=await asked(session, section, answers, problems, address("vendors.check_answer", slug=slug)),
    )


async def _summary_page(
    request: Request, session: AsyncSession, answers: Answers, registration: Registration
) -> Response[str]:
    code = registration.address.region_code
    return page(
        request,
        "vendors/register_summary.html",
        active="register",
        slugs={section.value: slug for section, slug in SLUGS.items()},
        answers=answers,
        confirmed=await is_confirmed(session, request.account_id),
        email=request.signed_in.email,
        region_name=(await region_names(session, [code]))[code],
        bank_name=BANKS[registration.bank.bank_code],
        scale=registration.business.scale.value,
    )


def _incomplete(request: Request, problems: Problems, *, status: int = 200) -> Response[str]:
    section_by_field = {field: section.value for section, fields in FIELDS.items() for field in fields}
    listed = [(section_by_field[name], sentence) for name, sentence in problems if name in section_by_field]
    return page(
        request,
        "vendors/register_summary.html",
        status=status,
        active="register",
        slugs={section.value: slug for section, slug in SLUGS.items()},
        problems=problems,
        incomplete=listed,
    )


NATION = [ask, answer, check, summary, send]
