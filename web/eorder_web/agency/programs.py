"""Programs outside: the agency registers them, changes a secret that may be known, and stops one."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.identity.models import NationalRoleName
from eorder_platform.identity.openid import programs, shown_once
from eorder_platform.identity.openid.models import ProgramKind
from eorder_platform.identity.openid.programs import NewProgram
from eorder_platform.identity.openid.scopes import SCOPE_WORDS, Scope
from eorder_platform.identity.signing_in import national_roles
from eorder_platform.tenancy import registry
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import NATIONALLY
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import Work, write
from eorder_web.look.addresses import address
from eorder_web.look.translating import _

KIND_WORDS = {
    ProgramKind.REGIONAL_APP: "Aplikasi daerah",
    ProgramKind.PLANNING: "Perencanaan dan anggaran",
    ProgramKind.FINANCE: "Keuangan daerah",
    ProgramKind.BANK: "Bank",
    ProgramKind.BROKER: "Perantara untuk usaha",
    ProgramKind.STAFF_TOOL: "Alat kerja pegawai",
}
FIELDS = (
    *("name", "operator", "homepage", "kind", "redirect_addresses", "sign_out_addresses"),
    *("back_channel_address", "regions", "public_keys", "acts_for_itself", "proves_possession"),
)
ONLY_ADMINISTRATORS = "Program didaftarkan dan diubah oleh admin badan nasional."


@get("/program", opt=AGENCY, name="agency.programs")
async def listing(request: Request) -> Response[str]:
    """Every program that was ever registered."""
    async with tenancy.national() as session:
        found = await programs.every_program(session)
        roles = await national_roles(session, request.account_id)
    return page(
        request,
        "agency/programs.html",
        active="programs",
        programs=found,
        kinds=KIND_WORDS,
        may_register=NationalRoleName.AGENCY_ADMIN in roles,
    )


@get("/program/baru", opt=AGENCY, name="agency.new_program")
async def new(request: Request) -> Response[str]:
    """What is written down of a program."""
    async with tenancy.national() as session:
        await _only_administrators(session, request.account_id)
    return await _form_page(request)


@post("/program", opt=AGENCY, name="agency.register_program")
async def register(request: Request) -> Response[Any]:
    """Register it; its secret is shown once on the page that follows."""

    async def work(session: AsyncSession, account_id: UUID, form: Form) -> str:
        await _only_administrators(session, account_id)
        done = await programs.register(session, account_id, _read(form))
        await shown_once.keep(account_id, done.program.id, done.secret)
        return address("agency.program", program_id=done.program.id)

    again = partial(_form_page, request)
    return await write(
        request, NATIONALLY, work, "Program terdaftar.", again, beforehand=_refuse_unknown_regions
    )


@get("/program/{program_id:uuid}", opt=AGENCY, name="agency.program")
async def show(request: Request, program_id: FromPath[UUID]) -> Response[str]:
    """One program, and its new secret for who has just made it."""
    async with tenancy.national() as session:
        program = await programs.registered(session, program_id)
        roles = await national_roles(session, request.account_id)
    return page(
        request,
        "agency/program.html",
        active="programs",
        program=program,
        kind=KIND_WORDS[ProgramKind(program.kind)],
        scopes=[SCOPE_WORDS[Scope(one)] for one in program.scopes],
        secret=await shown_once.take(request.account_id, program_id),
        may_change=NationalRoleName.AGENCY_ADMIN in roles,
    )


@post("/program/{program_id:uuid}/rahasia", opt=AGENCY, name="agency.rotate_secret")
async def rotate(request: Request, program_id: FromPath[UUID]) -> Response[Any]:
    """A new secret; the old one and all tokens are over."""

    async def change(session: AsyncSession, account_id: UUID) -> None:
        await shown_once.keep(account_id, program_id, await programs.rotate_secret(session, program_id))

    return await write(
        request,
        NATIONALLY,
        _change(program_id, change),
        "Rahasia baru berlaku; yang lama dan semua tokennya berakhir.",
    )


@post("/program/{program_id:uuid}/penghentian", opt=AGENCY, name="agency.stop_program")
async def stop(request: Request, program_id: FromPath[UUID]) -> Response[Any]:
    """It may nothing more, at once."""

    async def change(session: AsyncSession, _account_id: UUID) -> None:
        await programs.deactivate(session, program_id)

    return await write(
        request, NATIONALLY, _change(program_id, change), "Program dihentikan; semua tokennya berakhir."
    )


@post("/program/{program_id:uuid}/pembukaan", opt=AGENCY, name="agency.resume_program")
async def resume(request: Request, program_id: FromPath[UUID]) -> Response[Any]:
    """It may ask again."""

    async def change(session: AsyncSession, _account_id: UUID) -> None:
        await programs.reactivate(session, program_id)

    return await write(request, NATIONALLY, _change(program_id, change), "Program boleh meminta lagi.")


def _change(program_id: UUID, change: Callable[[AsyncSession, UUID], Awaitable[None]]) -> Work[UUID]:
    """What only an administrator may do with a program; it leads back to its page."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        await _only_administrators(session, account_id)
        await change(session, account_id)
        return address("agency.program", program_id=program_id)

    return work


async def _only_administrators(session: AsyncSession, account_id: UUID) -> None:
    if NationalRoleName.AGENCY_ADMIN not in await national_roles(session, account_id):
        raise NotAllowed(ONLY_ADMINISTRATORS)


async def _refuse_unknown_regions(form: Form) -> None:
    if unknown := set(form.text("regions").split()) - {one.slug for one in await registry.all_tenants()}:
        raise Refused("Tidak ada wilayah %(slug)s.", "regions", slug=sorted(unknown)[0])


def _read(form: Form) -> NewProgram:
    scopes = form.every("scopes")
    return NewProgram(
        name=form.text("name"),
        operator=form.text("operator"),
        homepage=form.text("homepage"),
        kind=_kind(form.text("kind")),
        scopes=frozenset(scope for scope in Scope if scope in scopes),
        redirect_addresses=tuple(form.text("redirect_addresses").split()),
        sign_out_addresses=tuple(form.text("sign_out_addresses").split()),
        back_channel_address=form.text("back_channel_address"),
        regions=frozenset(form.text("regions").split()),
        public_keys=_keys(form.text("public_keys")),
        acts_for_people=form.ticked("acts_for_people"),
        acts_for_itself=form.ticked("acts_for_itself"),
        proves_possession=form.ticked("proves_possession"),
    )


def _kind(text: str) -> ProgramKind:
    try:
        return ProgramKind(text)
    except ValueError as error:
        raise Refused("Pilih jenis program.", "kind") from error


def _keys(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    return read if isinstance(read, dict) else {}


async def _form_page(
    request: Request, problems: Problems = (), form: Form | Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    return page(
        request,
        "agency/new_program.html",
        active="programs",
        problems=problems,
        form={name: form.get(name, "") for name in FIELDS},
        kinds=[(kind, _(words)) for kind, words in KIND_WORDS.items()],
        scopes=[(scope, _(words.label), None) for scope, words in SCOPE_WORDS.items()],
        chosen=form.every("scopes") if isinstance(form, Form) else [Scope.OPENID, Scope.PROFILE],
        for_people=form.ticked("acts_for_people") if isinstance(form, Form) else True,
    )


NATION = [listing, new, register, show, rotate, stop, resume]
