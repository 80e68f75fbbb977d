"""The administrator's pages: officials with their roles, work units, the region's own rules and holidays."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_tenants.organisation import queries
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.ending import end_appointment
from eorder_tenants.organisation.inviting import invite_again
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.phoning import change_phone, change_unit_phone
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.queries import Page, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.translating import _
from eorder_web.organisation import directory, holidays, invitations, rules, scim, webhooks


@get("/organisasi", opt=OFFICIAL, name="organisation.officials")
async def officials(
    request: Request,
    words: Words = "",
    number: Page = "",
) -> Response[str]:
    """The region's officials with the roles they hold."""
    current = page_in(number)
    async with acting(request) as (session, actor):
        found, count = await queries.officials(session, actor, words, current)
    return page(
        request,
        "organisation/officials.html",
        active="organisation",
        found=found,
        count=count,
        query=words,
        current=current,
        last=max(1, -(-count // queries.OFFICIALS_A_PAGE)),
        role_words=ROLE_WORDS,
    )


@get("/organisasi/unit", opt=OFFICIAL, name="organisation.units")
async def units(request: Request) -> Response[str]:
    """The region's work units."""
    return await _units_page(request)


@post("/organisasi/unit/{unit_id:uuid}/telepon", opt=OFFICIAL, name="organisation.change_unit_phone")
async def unit_phone(request: Request, unit_id: FromPath[UUID]) -> Response[Any]:
    """Under which number the unit's office is reached."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await change_unit_phone(session, actor, unit_id, form.text("phone"))
        return address("organisation.units")

    async def again(problems: Problems, form: Form) -> Response[str]:
        field = f"phone-{unit_id}"
        own = [(field if name else None, sentence) for name, sentence in problems]
        return await _units_page(request, own, {field: form.text("phone")})

    return await write(request, HERE, work, "Nomor tersimpan.", again)


@get("/organisasi/pejabat/{official_id:uuid}", opt=OFFICIAL, name="organisation.official")
async def official(request: Request, official_id: FromPath[UUID]) -> Response[str]:
    """One official: what they hold, ending it, and a new appointment."""
    return await _official_page(request, official_id)


@post("/organisasi/pejabat/{official_id:uuid}/penugasan", opt=OFFICIAL, name="organisation.appoint")
async def appointment(request: Request, official_id: FromPath[UUID]) -> Response[Any]:
    """Appoint them."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await appoint(session, actor, _wanted(official_id, form))
        return address("organisation.official", official_id=official_id)

    again = partial(_official_page, request, official_id)
    return await write(request, HERE, work, "Penugasan tersimpan.", again)


@post("/organisasi/pejabat/{official_id:uuid}/telepon", opt=OFFICIAL, name="organisation.change_phone")
async def phone(request: Request, official_id: FromPath[UUID]) -> Response[Any]:
    """Under which number they are reached at the office."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await change_phone(session, actor, official_id, form.text("phone"))
        return address("organisation.official", official_id=official_id)

    again = partial(_official_page, request, official_id)
    return await write(request, HERE, work, "Nomor tersimpan.", again)


@post("/organisasi/pejabat/{official_id:uuid}/undangan", opt=OFFICIAL, name="organisation.invite_again")
async def invitation(request: Request, official_id: FromPath[UUID]) -> Response[Any]:
    """Send them a new invitation."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await invite_again(session, actor, official_id)
        return address("organisation.official", official_id=official_id)

    message = "Undangan dikirim, kecuali bila akun ini sudah memiliki kata sandi."
    return await write(request, HERE, work, message)


@post("/organisasi/penugasan/{assignment_id:uuid}/pengakhiran", opt=OFFICIAL, name="organisation.end")
async def ending(request: Request, assignment_id: FromPath[UUID]) -> Response[Any]:
    """End an appointment on a day."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        row = await end_appointment(session, actor, assignment_id, form.day("last_day"))
        return address("organisation.official", official_id=row.official_id)

    async def again(problems: Problems, form: Form) -> Response[str]:
        async with acting(request) as (session, actor):
            official_id = await queries.official_of(session, actor, assignment_id)
        field = f"last_day-{assignment_id}"
        own = [(field if name else None, sentence) for name, sentence in problems]
        return await _official_page(request, official_id, own, {field: form.text("last_day")})

    return await write(request, HERE, work, "Penugasan diakhiri.", again)


async def _units_page(
    request: Request, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await queries.work_units(session, actor)
    return page(
        request,
        "organisation/units.html",
        active="organisation",
        units=found,
        problems=problems,
        values=values,
    )


async def _official_page(
    request: Request, official_id: UUID, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await queries.official_named(session, actor, official_id)
        if found is None:
            raise NotVisible("Pejabat ini tidak ditemukan.")
        work_units = await queries.work_units(session, actor)
    today = clock.today(request.tenant.zone)
    defaults = {"valid_from": today.isoformat(), "valid_to": date(today.year, 12, 31).isoformat()}
    return page(
        request,
        "organisation/official.html",
        active="organisation",
        problems=problems,
        official=found,
        is_self=found.id == actor.id,
        role_words=ROLE_WORDS,
        roles=[(str(role), _(ROLE_WORDS[role])) for role in Role],
        units=[(unit.id, unit.name) for unit in work_units if unit.active],
        values={
            **{"role": "", "work_unit_id": "", "letter_number": "", "phone": found.phone},
            **defaults,
            **values,
        },
        today=today,
    )


def _wanted(official_id: UUID, form: Form) -> Appointment:
    """The appointment in a form; refuses what is missing before the rules are asked."""
    problems: list[tuple[str | None, str]] = []
    if form.get("role") not in set(Role):
        problems.append(("role", "Pilih peran."))
    days: dict[str, date] = {}
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = form.day(name)
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused.several(problems)
    try:
        unit_id = UUID(form["work_unit_id"]) if form.get("work_unit_id") else None
    except ValueError as error:
        raise Refused("Pilih unit kerja dari daftar.", "work_unit_id") from error
    letter_number = form.text("letter_number")
    return Appointment(
        official_id, Role(form["role"]), unit_id, days["valid_from"], days["valid_to"], letter_number
    )


REGION = [
    *(officials, units, unit_phone, official, appointment, phone, invitation, ending),
    *rules.REGION,
    *holidays.REGION,
    *webhooks.REGION,
    *directory.REGION,
    *scim.REGION,
]
NATION = [*invitations.NATION]
