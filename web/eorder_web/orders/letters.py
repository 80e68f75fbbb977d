"""Letters by which people stand in for others (Plh, Plt): asked for, issued, read, printed and ended."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.dates import parse_date
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.money import parse_rupiah
from eorder_platform.sentences import term
from eorder_tenants.documents.rendering import render_letter
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.letters.asking import WantedLetter, ask_letter, may_issue
from eorder_tenants.orders.letters.ending import end_letter, may_end
from eorder_tenants.orders.letters.forecasting import Forecast, forecast
from eorder_tenants.orders.letters.issuing import issue_letter
from eorder_tenants.orders.letters.paper import facts_of
from eorder_tenants.orders.letters.queries import (
    LetterState,
    Office,
    ShownLetter,
    candidates,
    letter_named,
    letters_of,
    offices_of,
)
from eorder_tenants.orders.letters.scope import scopes_of
from eorder_tenants.organisation.actors import Actor, Letter
from eorder_tenants.organisation.models import LetterKind, Role
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.formatting import date_long, datetime_short, rupiah
from eorder_web.look.translating import _, speaking
from eorder_web.orders.standing_in import KIND_WORDS, title

STATES: Final = {
    LetterState.ASKED: ("wait", term("Menunggu terbit")),
    LetterState.COMING: ("", term("Belum mulai")),
    LetterState.HOLDS: ("ok", term("Berlaku")),
    LetterState.ENDED: ("", term("Berakhir")),
}
USUAL_DAYS: Final = 7


@get("/pelimpahan", opt=OFFICIAL, name="letters.list")
async def letters(request: Request) -> Response[str]:
    """The letters that concern this person, and what they may ask for."""
    async with acting(request) as (session, actor):
        found = await letters_of(session, actor)
        offices = await offices_of(session, actor)
    return page(
        request,
        "orders/letters.html",
        active="letters",
        letters=found,
        states=STATES,
        may_ask=bool(offices),
        title_of=lambda one: title(one.kind, one.role),
    )


@get("/pelimpahan/baru", opt=OFFICIAL, name="letters.new")
async def new_letter(request: Request) -> Response[str]:
    """The form."""
    return await _form_page(request)


@post("/pelimpahan/pratinjau", opt=OFFICIAL, name="letters.preview")
async def preview(request: Request) -> Response[str]:
    """The form again, with what the letter would mean for today's orders and how it will read; nothing is kept."""
    form = await request.fields()
    return await _form_page(request, (), form, form.every("scopes"))


@get("/pelimpahan/pratinjau", opt=OFFICIAL, name="letters.preview_form")
async def preview_form(request: Request) -> Response[None]:
    """For those who load the preview again: the form."""
    return see_other(request, address("letters.new"))


@post("/pelimpahan", opt=OFFICIAL, name="letters.ask")
async def asking(request: Request) -> Response[Any]:
    """Ask for it; who may issue it does so at once."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        office = _chosen(await offices_of(session, actor), form.get("office", ""))
        made = await ask_letter(session, actor, _wanted(office, form))
        return address("letters.show", letter_id=made.id)

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await _form_page(request, problems, form, form.every("scopes"))

    return await write(request, HERE, work, "Surat tersimpan, dan semua yang bersangkutan dikabari.", again)


@get("/pelimpahan/{letter_id:uuid}", opt=OFFICIAL, name="letters.show")
async def letter(request: Request, letter_id: FromPath[UUID]) -> Response[str]:
    """The letter as a sheet, and what may be done with it."""
    return await _letter_page(request, letter_id)


@post("/pelimpahan/{letter_id:uuid}/penerbitan", opt=OFFICIAL, name="letters.issue")
async def issuing(request: Request, letter_id: FromPath[UUID]) -> Response[Any]:
    """From now on, or from its first day, it holds."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await issue_letter(session, actor, letter_id)
        return address("letters.show", letter_id=letter_id)

    async def again(problems: Problems, _form: Form) -> Response[str]:
        return await _letter_page(request, letter_id, problems)

    return await write(request, HERE, work, "Surat terbit. Yang diwakili dan yang mewakili dikabari.", again)


@post("/pelimpahan/{letter_id:uuid}/pengakhiran", opt=OFFICIAL, name="letters.end")
async def ending(request: Request, letter_id: FromPath[UUID]) -> Response[Any]:
    """From this second on it gives nothing more."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await end_letter(session, actor, letter_id)
        return address("letters.show", letter_id=letter_id)

    return await write(request, HERE, work, "Surat diakhiri. Tugasnya kembali saat ini juga.")


async def _letter_page(request: Request, letter_id: UUID, problems: Problems = ()) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await letter_named(session, actor, letter_id)
    over = found.state is LetterState.ENDED
    asked = found.state is LetterState.ASKED
    return page(
        request,
        "orders/letter.html",
        active="letters",
        letter=found,
        state=STATES[found.state],
        capacity=title(found.kind, found.role),
        sheet=_sheet(found, request.tenant.zone),
        may_issue=asked and may_issue(actor, found.unit.id, found.delegate.id),
        may_end=not over and may_end(actor, found.row),
        asked=asked,
        problems=problems,
    )


@dataclass(frozen=True)
class Sheet:
    """How the letter would read, in Indonesian for every reader; what is not typed yet is left open."""

    kind: str
    number: str
    unit_name: str
    name: str
    role: str
    absent: str
    first_day: str
    last_day: str
    scopes: list[str]
    maximum: str
    issued_at: str = ""
    ended_at: str = ""


def _written(show: Callable[[Any], str], value: date | int | None) -> str:
    """A day, a moment or an amount as the letter has it."""
    if value is None:
        return ""
    with speaking("id"):
        return show(value)


async def _form_page(
    request: Request,
    problems: Problems = (),
    values: Mapping[str, str] = NOTHING_TYPED,
    chosen: list[str] | None = None,
) -> Response[str]:
    async with acting(request) as (session, actor):
        offices = await offices_of(session, actor)
        office = _chosen(offices, values.get("office", "")) if offices else None
        if office is None:
            raise NotVisible("Tidak ada tugas Anda yang dapat dilimpahkan dengan surat.")
        people = await candidates(session, office)
        typed = _typed(office, values, clock.today(request.tenant.zone))
        scopes = scopes_of(office.role)
        ticked = [one.key for one in scopes if one.key in chosen] if chosen else [one.key for one in scopes]
        person = next((one for one in people if str(one.id) == typed["delegate_id"]), None)
        today = clock.today(request.tenant.zone)
        effect = await _effect(session, office, person.id, typed, ticked, today) if person else None
        issues = may_issue(actor, office.unit_id, person.id if person else None)
    return page(
        request,
        "orders/letter_form.html",
        active="letters",
        problems=problems,
        offices=[(_key(one), _office_name(one, actor)) for one in offices],
        office=office,
        office_key=_key(office),
        kinds=[
            (str(one), _KINDS[one]) for one in LetterKind if (one is LetterKind.VACANT) is _vacant(office)
        ],
        people=[(one.id, f"{one.name}, {one.position}") for one in people],
        person=person,
        scopes=[(one.key, f"{_(one.name)}: {_labels(one.steps)}", None) for one in scopes],
        ticked=ticked,
        effect=effect,
        issues=issues,
        typed=typed,
        role=_(ROLE_WORDS[office.role]),
        sheet=Sheet(
            kind=KIND_WORDS[LetterKind(typed["kind"])],
            number=typed["number"],
            unit_name=office.unit_name,
            name=person.name if person else "",
            role=ROLE_WORDS[office.role],
            absent=office.official_name,
            first_day=_written(date_long, _day(typed["first_day"])),
            last_day=_written(date_long, _day(typed["last_day"])),
            scopes=[_as_written(one.steps) for one in scopes if one.key in ticked],
            maximum=_written(rupiah, _amount(typed["maximum"])),
        ),
    )


_KINDS: Final = {
    LetterKind.ABSENT: term("Plh, pelaksana harian: pejabatnya berhalangan sementara"),
    LetterKind.VACANT: term("Plt, pelaksana tugas: jabatannya kosong"),
}


def _typed(office: Office, values: Mapping[str, str], today: date) -> dict[str, str]:
    """What was typed, with what is usual where nothing was."""
    usual = {
        "kind": str(LetterKind.VACANT if _vacant(office) else LetterKind.ABSENT),
        "delegate_id": "",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=USUAL_DAYS)).isoformat(),
        "number": "",
        "maximum": "",
    }
    given = {name: values[name] for name in usual if values.get(name)}
    return usual | given | {"kind": usual["kind"]}


def _vacant(office: Office) -> bool:
    return office.official_id is None


def _key(office: Office) -> str:
    return f"{office.role}.{office.unit_id}.{office.official_id or ''}"


def _chosen(offices: list[Office], key: str) -> Office:
    found = next((one for one in offices if _key(one) == key), None)
    if key and found is None:
        raise Refused("Pilih tugas dari daftar.", "office")
    if found is None and not offices:
        raise NotVisible("Tidak ada tugas Anda yang dapat dilimpahkan dengan surat.")
    return found or offices[0]


def _office_name(office: Office, actor: Actor) -> str:
    whose = _("Anda") if office.official_id == actor.id else office.official_name or _("kosong")
    return f"{_(ROLE_WORDS[office.role])} {office.unit_name} ({whose})"


def _labels(steps: tuple[Step, ...]) -> str:
    return "; ".join(_(one.label) for one in steps)


def _wanted(office: Office, form: Form) -> WantedLetter:
    """The letter in a form; refuses what is missing before the rules are asked."""
    problems: list[tuple[str | None, str]] = []
    days: dict[str, date] = {}
    for name in ("first_day", "last_day"):
        try:
            days[name] = form.day(name)
        except Refused as refusal:
            problems += refusal.problems
    delegate_id = form.id("delegate_id")
    if delegate_id is None:
        problems.append(("delegate_id", "Pilih pejabat pengganti."))
    maximum = None
    if form.text("maximum"):
        try:
            maximum = parse_rupiah(form.text("maximum"), field="maximum")
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused.several(problems)
    assert delegate_id
    return WantedLetter(
        kind=LetterKind.VACANT if _vacant(office) else LetterKind.ABSENT,
        role=office.role,
        work_unit_id=office.unit_id,
        delegate_id=delegate_id,
        delegator_id=office.official_id,
        first_day=days["first_day"],
        last_day=days["last_day"],
        number=form.text("number"),
        scopes=frozenset(form.every("scopes")),
        maximum_rupiah=maximum,
    )


async def _effect(
    session: AsyncSession,
    office: Office,
    delegate_id: UUID,
    typed: Mapping[str, str],
    ticked: list[str],
    today: date,
) -> Forecast:
    """What the letter would leave to that person of what waits for the office today."""
    would = Letter(
        id=new_id(),
        number=typed["number"],
        kind=LetterKind(typed["kind"]),
        role=Role(office.role),
        work_unit_id=office.unit_id,
        delegator_id=office.official_id,
        delegator_name=office.official_name,
        duties=frozenset(name for one in scopes_of(office.role) if one.key in ticked for name in one.duties),
        maximum_rupiah=_amount(typed["maximum"]),
        since=today,
        until=today,
    )
    return await forecast(session, delegate_id, would)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except Refused:
        return None


def _amount(text: str) -> int | None:
    try:
        return parse_rupiah(text) or None
    except Refused:
        return None


def _sheet(letter: ShownLetter, zone: str) -> Sheet:
    """A letter that was asked for, as it reads: on paper it is Indonesian."""

    def at(moment: datetime) -> str:
        return datetime_short(moment, zone)

    return Sheet(
        kind=KIND_WORDS[letter.kind],
        number=letter.row.number,
        unit_name=letter.unit.name,
        name=letter.delegate.name,
        role=ROLE_WORDS[letter.role],
        absent=letter.delegator.name if letter.delegator else "",
        first_day=_written(date_long, letter.row.first_day),
        last_day=_written(date_long, letter.row.last_day),
        scopes=[_as_written(one.steps) for one in letter.scopes],
        maximum=_written(rupiah, letter.row.maximum_rupiah),
        issued_at=_written(at, letter.row.issued_at),
        ended_at=_written(at, letter.row.ended_at),
    )


def _as_written(steps: tuple[Step, ...]) -> str:
    return "; ".join(one.label for one in steps)


@get("/pelimpahan/{letter_id:uuid}/lembar.pdf", opt=OFFICIAL, name="letters.paper")
async def paper(request: Request, letter_id: FromPath[UUID]) -> Response[bytes]:
    """The letter as PDF, once it was issued."""
    async with acting(request) as (session, actor):
        found = await letter_named(session, actor, letter_id)
    if found.row.issued_at is None:
        raise NotVisible("Surat ini belum terbit.")
    content = await asyncio.to_thread(
        render_letter, facts_of(found, request.tenant), sandbox=request.tenant.is_sandbox
    )
    name = "".join(mark if mark.isalnum() else "-" for mark in found.row.number)
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)


REGION = [letters, new_letter, preview, preview_form, asking, letter, issuing, ending, paper]
