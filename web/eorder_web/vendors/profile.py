"""The vendor's own facts: where the business stands, its facts by group, their correction, and what changed when."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.changing_profile import SECRETS, change_section, fixed_facts, masked
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.members import member_for, own_vendor
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.queries import changes_of, last_case, private_facts
from eorder_platform.directory.registering import check_section
from eorder_platform.directory.sections import FIELDS, Section, answers_of
from eorder_platform.directory.staffing import add_staff, remove_staff, team_of
from eorder_platform.directory.verifying import submit_for_verification
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.reference.places import region_names
from eorder_web.edge.access import VENDOR
from eorder_web.edge.handling import once_nationally, page
from eorder_web.edge.visiting import Request
from eorder_web.vendors.asking import asked, typed
from eorder_web.vendors.registering import SLUGS, section_of

PROFILE: Final = "/usaha/profil"


@get(PROFILE, opt=VENDOR, name="vendors.profile")
async def show(request: Request) -> Response[str]:
    """The business as its own people see it; secret numbers by their last digits."""
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        vendor = await own_vendor(session, member)
        facts = answers_of(vendor, await private_facts(session, member))
        return page(
            request,
            "vendors/profile.html",
            active="profile",
            member=member,
            vendor=vendor,
            case=await last_case(session, vendor.id),
            slugs={section.value: slug for section, slug in SLUGS.items()},
            shown={name: masked(text) if name in SECRETS else text for name, text in facts.items()},
            region_name=(await region_names(session, [vendor.region_code]))[vendor.region_code],
            bank_name=BANKS[facts["bank_code"]],
            may_change=member.is_owner and vendor.status != VendorStatus.UNDER_VERIFICATION,
            team=await team_of(session, vendor.id),
            changes=await changes_of(session, vendor.id),
        )


@post("/usaha/profil/pengajuan", opt=VENDOR, name="vendors.submit")
async def submit(request: Request) -> Response[None]:
    """Hand the business over for verification."""

    async def hand_over(session: AsyncSession) -> str:
        await submit_for_verification(session, await member_for(session, request.account_id))
        return PROFILE

    return await once_nationally(request, hand_over, "Diajukan. Anda mendapat e-mail begitu ada putusan.")


@get(f"{PROFILE}/tim", opt=VENDOR, name="vendors.new_staff")
async def invite_form(request: Request) -> Response[str]:
    """Whom the owner wants to take in."""
    return page(request, "vendors/staff.html", active="profile", answers={})


@post(f"{PROFILE}/tim", opt=VENDOR, name="vendors.add_staff")
async def invite(request: Request) -> Response[Any]:
    """Take somebody into the business; he is invited by mail."""
    answers = typed(await request.fields(), ("name", "email"))

    async def work(session: AsyncSession) -> str:
        await add_staff(session, await member_for(session, request.account_id), answers)
        return PROFILE

    try:
        return await once_nationally(request, work, "Undangan dikirim lewat e-mail.")
    except Refused as refusal:
        again = {"answers": answers, "problems": refusal.problems}
        return page(request, "vendors/staff.html", status=422, active="profile", **again)


@post(f"{PROFILE}/tim/{{account_id:uuid}}/pemberhentian", opt=VENDOR, name="vendors.remove_staff")
async def dismiss(request: Request, account_id: FromPath[UUID]) -> Response[None]:
    """Somebody no longer works for the business; his sessions end."""

    async def work(session: AsyncSession) -> str:
        await remove_staff(session, await member_for(session, request.account_id), account_id)
        return PROFILE

    answer = await once_nationally(request, work, "Orang itu tidak lagi bekerja untuk usaha Anda.")
    await sessions.end_everywhere(account_id)
    return answer


@get("/usaha/profil/{bagian:str}", opt=VENDOR, name="vendors.profile_section")
async def edit(request: Request, bagian: FromPath[str]) -> Response[str]:
    """One group of facts to be corrected."""
    section = section_of(bagian)
    async with tenancy.national() as session:
        vendor, answers = await _all_facts(session, request)
        return await _section_page(request, session, vendor, section, answers)


@post("/usaha/profil/{bagian:str}", opt=VENDOR, name="vendors.change_section")
async def change(request: Request, bagian: FromPath[str]) -> Response[Any]:
    """Change one group of facts."""
    section, form = section_of(bagian), await request.fields()
    answers = typed(form, FIELDS[section])

    async def write(session: AsyncSession) -> str:
        await change_section(session, await member_for(session, request.account_id), section, answers)
        return PROFILE

    if "tampilkan" not in form:
        try:
            return await once_nationally(request, write, "Perubahan disimpan.")
        except Refused as refusal:
            return await _again(request, section, answers, refusal.problems, status=422)
    return await _again(request, section, answers, [])


@post("/usaha/profil/{bagian:str}/periksa", opt=VENDOR, name="vendors.check_change")
async def check(request: Request, bagian: FromPath[str]) -> Response[str]:
    """The page with what is wrong in the one field that was just left; nothing is kept."""
    section = section_of(bagian)
    answers = typed(await request.fields(), FIELDS[section])
    field = request.htmx_source.partition("#")[2]
    problems: list[tuple[str | None, str]] = []
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        try:
            await check_section(session, section, answers, member.vendor_id)
        except Refused as refusal:
            problems = [problem for problem in refusal.problems if problem[0] == field]
    return await _again(request, section, answers, problems)


async def _again(
    request: Request,
    section: Section,
    answers: Answers,
    problems: list[tuple[str | None, str]],
    *,
    status: int = 200,
) -> Response[str]:
    async with tenancy.national() as session:
        vendor, kept = await _all_facts(session, request)
        fixed = {name: text for name, text in kept.items() if name in fixed_facts(vendor)}
        return await _section_page(
            request, session, vendor, section, {**answers, **fixed}, problems, status=status
        )


async def _all_facts(session: AsyncSession, request: Request) -> tuple[Vendor, dict[str, str]]:
    """The business with its secret numbers in full, which its owner alone may read."""
    member = await member_for(session, request.account_id)
    member.must_own()
    vendor = await own_vendor(session, member)
    return vendor, answers_of(vendor, await private_facts(session, member))


async def _section_page(
    request: Request,
    session: AsyncSession,
    vendor: Vendor,
    section: Section,
    answers: Answers,
    problems: list[tuple[str | None, str]] | None = None,
    *,
    status: int = 200,
) -> Response[str]:
    action = f"{PROFILE}/{SLUGS[section]}"
    fixed = frozenset(name for name in FIELDS[section] if name in fixed_facts(vendor) and name in answers)
    return page(
        request,
        "vendors/profile_section.html",
        status=status,
        active="profile",
        vendor=vendor,
        section=section.value,
        action=action,
        answers=answers,
        shown={name: masked(text) if name in SECRETS else text for name, text in answers.items()},
        problems=problems or [],
        at=await asked(session, section, answers, problems or [], f"{action}/periksa", fixed),
    )


NATION = [show, submit, invite_form, invite, dismiss, edit, change, check]
