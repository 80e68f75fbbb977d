"""The vendor's own facts: where the business stands, its facts by group, their correction, and what changed when."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.asking import pairs_of, withdraw_request
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.change_queue import requests_of
from eorder_platform.directory.changing_profile import (
    SECRETS,
    change_section,
    fixed_facts,
    masked_pairs,
    with_others,
)
from eorder_platform.directory.evidence import check_evidence
from eorder_platform.directory.fact_kinds import WEIGHED
from eorder_platform.directory.members import Member, own_vendor
from eorder_platform.directory.models import VendorStatus
from eorder_platform.directory.queries import changes_of, last_case, private_facts
from eorder_platform.directory.registering import check_section
from eorder_platform.directory.sanctions.queries import cases_of, running_sanction
from eorder_platform.directory.sections import FIELDS, Section, answers_of
from eorder_platform.directory.staffing import add_staff, remove_staff, team_of
from eorder_platform.directory.verifying import submit_for_verification
from eorder_platform.errors import Refused
from eorder_platform.reference.places import region_names
from eorder_platform.secrecy import masked
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.vendors.member import AS_MEMBER
from eorder_web.vendors.questions import asked, of_field_left
from eorder_web.vendors.registering import SHOW_ONLY, SLUGS, section_of

SAVED_OR_ASKED: Final = "Disimpan. Yang masih menunggu verifikator, bila ada, terlihat di halaman ini."


@get("/usaha/profil", opt=VENDOR, name="vendors.profile")
async def show(request: Request) -> Response[str]:
    """The business as its own people see it; secret numbers by their last digits."""
    async with AS_MEMBER.enter(request) as (session, member):
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
            banks=BANKS,
            sanction_cases=await cases_of(session, member),
            sanction=await running_sanction(session, vendor.id),
            now=clock.now(),
            may_change=member.is_owner and vendor.status != VendorStatus.UNDER_VERIFICATION,
            team=await team_of(session, vendor.id),
            changes=await changes_of(session, vendor.id),
            requests=[(one, masked_pairs(pairs_of(one))) for one in await requests_of(session, member)],
        )


@post("/usaha/profil/pengajuan", opt=VENDOR, name="vendors.submit")
async def submit(request: Request) -> Response[Any]:
    """Hand the business over for verification."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await submit_for_verification(session, member)
        return address("vendors.profile")

    return await write(request, AS_MEMBER, work, "Diajukan. Anda mendapat e-mail begitu ada putusan.")


@get("/usaha/profil/tim", opt=VENDOR, name="vendors.new_staff")
async def invite_form(request: Request) -> Response[str]:
    """Whom the owner wants to take in."""
    return await _staff_page(request)


@post("/usaha/profil/tim", opt=VENDOR, name="vendors.add_staff")
async def invite(request: Request) -> Response[Any]:
    """Take somebody into the business; they are invited by mail."""

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        await add_staff(session, member, form.only(("name", "email")))
        return address("vendors.profile")

    again = partial(_staff_page, request)
    return await write(request, AS_MEMBER, work, "Undangan dikirim lewat e-mail.", again)


@post("/usaha/profil/tim/{account_id:uuid}/pemberhentian", opt=VENDOR, name="vendors.remove_staff")
async def dismiss(request: Request, account_id: FromPath[UUID]) -> Response[Any]:
    """Somebody no longer works for the business; their sessions end."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await remove_staff(session, member, account_id)
        return address("vendors.profile")

    return await write(request, AS_MEMBER, work, "Orang itu tidak lagi bekerja untuk usaha Anda.")


@get("/usaha/profil/{slug:str}", opt=VENDOR | takes_files(1, 8), name="vendors.profile_section")
async def edit(request: Request, slug: FromPath[str]) -> Response[str]:
    """One group of facts to be corrected."""
    return await _section_page(request, section_of(slug))


@post("/usaha/profil/{slug:str}", opt=VENDOR | takes_files(1, 8), name="vendors.change_section")
async def change(request: Request, slug: FromPath[str]) -> Response[Any]:
    """Change one group of facts."""
    section, form = section_of(slug), await request.fields()

    async def work(session: AsyncSession, member: Member, form: Form) -> str:
        paper = form.file("evidence")
        evidence = check_evidence(await paper.read()) if paper else None
        answers = form.only(FIELDS[section])
        await change_section(session, member, section, answers, form.text("note"), evidence)
        return address("vendors.profile")

    again = partial(_section_page, request, section)
    if SHOW_ONLY in form:
        return await again((), form)
    message = SAVED_OR_ASKED if section in WEIGHED else "Perubahan disimpan."
    return await write(request, AS_MEMBER, work, message, again)


@post("/usaha/profil/permintaan/{request_id:uuid}/penarikan", opt=VENDOR, name="vendors.withdraw_request")
async def withdraw(request: Request, request_id: FromPath[UUID]) -> Response[Any]:
    """The owner takes back a change that waits for the verifier."""

    async def work(session: AsyncSession, member: Member, _form: Form) -> str:
        await withdraw_request(session, member, request_id)
        return address("vendors.profile")

    return await write(request, AS_MEMBER, work, "Permintaan ditarik. Data yang lama tetap berlaku.")


@post("/usaha/profil/{slug:str}/periksa", opt=VENDOR | takes_files(1, 8), name="vendors.check_change")
async def check(request: Request, slug: FromPath[str]) -> Response[str]:
    """The page with what is wrong in the one field that was just left; nothing is kept."""
    section, form = section_of(slug), await request.fields()
    problems: Problems = ()
    async with AS_MEMBER.enter(request) as (session, member):
        try:
            vendor = await own_vendor(session, member)
            kept = answers_of(vendor, await private_facts(session, member))
            answers = with_others(section, form.only(FIELDS[section]), kept, vendor)
            await check_section(session, section, answers, vendor.id, kept=kept)
        except Refused as refusal:
            problems = of_field_left(request, refusal)
    return await _section_page(request, section, problems, form)


async def _section_page(
    request: Request, section: Section, problems: Problems = (), form: Form | None = None
) -> Response[str]:
    """One group of facts, secret numbers in full, which the business's owner alone may read."""
    slug = SLUGS[section]
    async with AS_MEMBER.enter(request) as (session, member):
        member.must_own()
        vendor = await own_vendor(session, member)
        kept = answers_of(vendor, await private_facts(session, member))
        unchangeable = {name: text for name, text in kept.items() if name in fixed_facts(vendor)}
        answers = kept if form is None else {**form.only(FIELDS[section]), **unchangeable}
        fixed = frozenset(name for name in FIELDS[section] if name in unchangeable)
        return page(
            request,
            "vendors/profile_section.html",
            active="profile",
            vendor=vendor,
            section=section.value,
            action=address("vendors.change_section", slug=slug),
            answers=answers,
            shown={name: masked(text) if name in SECRETS else text for name, text in answers.items()},
            weighed=section in WEIGHED and vendor.verified_at is not None,
            note=form.text("note") if form is not None else "",
            problems=problems,
            at=await asked(
                session, section, answers, problems, address("vendors.check_change", slug=slug), fixed
            ),
        )


async def _staff_page(
    request: Request, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    return page(request, "vendors/staff.html", active="profile", problems=problems, answers=values)


NATION = [show, submit, invite_form, invite, dismiss, withdraw, edit, change, check]
