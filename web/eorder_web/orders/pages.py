"""An order's workspace in its region: tasks, the list, the order itself, and every step as a noun to POST."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.files import file_store
from eorder_platform.money import parse_quantity
from eorder_platform.sentences import Sentence, term
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling import inspecting
from eorder_tenants.orders.fulfilling.handing_over import expected_at_handover
from eorder_tenants.orders.fulfilling.inspecting import Finding, Inspection
from eorder_tenants.orders.lifecycle import Action, actions_for, check
from eorder_tenants.orders.paying.paying import PaymentMethod, payable_today
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.reading.context import balance_of, journal_of, names_of
from eorder_tenants.orders.reading.queries import Wanted
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import page
from eorder_web.edge.forms import Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.formatting import datetime_short
from eorder_web.look.translating import _, spoken
from eorder_web.orders.drafts import REGION as DRAFTS
from eorder_web.orders.drafts import draft_page
from eorder_web.orders.forms import texts, version_in
from eorder_web.orders.presenting import (
    NOUNS,
    amounts,
    awaited,
    hands,
    happenings,
    last_word,
    status_tag,
    steps,
)
from eorder_web.orders.steps import official_step

LONGEST_SEARCH = 200


@get("/tugas", opt=OFFICIAL, name="orders.tasks")
async def tasks(request: Request) -> Response[str]:
    """What waits for this person: since when, until when, the most urgent first (kotak tugas)."""
    async with acting(request) as (session, actor):
        waiting = await queries.tasks_of(session, actor)
    may_order = actor.holds(Role.PROCUREMENT_OFFICER)
    return page(
        request, "orders/tasks.html", active="tasks", tasks=waiting, now=clock.now(), may_order=may_order
    )


@get("/pesanan", opt=OFFICIAL, name="orders.list")
async def order_list(
    request: Request,
    q: Annotated[str, QueryParameter()] = "",
    status: Annotated[str, QueryParameter()] = "",
    hal: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
) -> Response[str]:
    """Every order this person may see, with search and paging."""
    wanted = Status(status) if status in set(Status) else None
    async with acting(request) as (session, actor):
        found = await queries.orders_of(
            session, actor, Wanted(q[:LONGEST_SEARCH], [wanted] if wanted else [], page=hal)
        )
    return page(
        request,
        "orders/list.html",
        active="orders",
        found=found,
        query=q,
        chosen_status=status,
        statuses=[(str(one), _(one.label)) for one in Status],
        tags={one: status_tag(one) for one in Status},
        may_order=actor.holds(Role.PROCUREMENT_OFFICER),
    )


@get("/pesanan/{order_id:uuid}", opt=OFFICIAL, name="orders.show")
async def show(request: Request, order_id: FromPath[UUID]) -> Response[str]:
    """One order; its officer sees the draft as a form."""
    async with acting(request) as (session, actor):
        order = await queries.order_for(session, actor, order_id)
        if order.status == Status.DRAFT and order.drafted_by == actor.id:
            return await draft_page(request, session, actor, order)
        return await workspace(request, session, actor, order)


@get("/pesanan/{order_id:uuid}/pemeriksaan", opt=OFFICIAL, name="orders.inspection_form")
async def inspection_form(request: Request, order_id: FromPath[UUID]) -> Response[str]:
    """The receiver's form: what arrived, line by line."""
    async with acting(request) as (session, actor):
        order = await queries.order_for(session, actor, order_id)
        check(actor, order, Action.INSPECT)
        return _inspection_page(request, session, order)


@post("/pesanan/{order_id:uuid}/pemeriksaan", opt=OFFICIAL, name="orders.inspection")
async def inspection(request: Request, order_id: FromPath[UUID]) -> Response[str] | Response[None]:
    """Record what was accepted and what was not."""
    form = texts(await request.fields())
    try:

        async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
            order = await queries.order_for(session, actor, order_id)
            await inspecting.inspect_order(session, actor, _inspection(order, form))
            return f"/pesanan/{order_id}"

        return await write(request, HERE, work, "Berita acara pemeriksaan ditandatangani.")
    except Refused as refusal:
        async with acting(request) as (session, actor):
            order = await queries.order_for(session, actor, order_id)
            return _inspection_page(request, session, order, form, refusal.problems)


@post("/pesanan/{order_id:uuid}/{noun:str}", opt=OFFICIAL, name="orders.step")
async def step(
    request: Request, order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[str] | Response[None]:
    """Any other step of an official: approval, handover, payment … (steps.py)."""
    action = next((action for action, known in NOUNS.items() if known == noun), None)
    form = texts(await request.fields())

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        act = official_step(action, order_id, version_in(form), form) if action else None
        if act is None:
            raise NotVisible
        await act(session, actor)
        # a draft is its officer's alone: whoever returned it does not see it any more
        return "/tugas" if action is Action.RETURN_TO_DRAFT else f"/pesanan/{order_id}"

    try:
        return await write(
            request, HERE, work, Sentence("%(done)s.", done=term(action.done)) if action else ""
        )
    except Refused as refusal:
        async with acting(request) as (session, actor):
            order = await queries.order_for(session, actor, order_id)
            return await workspace(request, session, actor, order, refusal.problems, action, form)


@get("/pesanan/{order_id:uuid}/dokumen/{document_id:uuid}", opt=OFFICIAL, name="orders.document")
async def document(
    request: Request, order_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Response[bytes]:
    """A signed document as PDF, for those who may see the order."""
    async with acting(request) as (session, actor):
        await queries.order_for(session, actor, order_id)
        return await document_file(session, request.tenant.slug, order_id, document_id)


async def document_file(
    session: AsyncSession, slug: str, order_id: UUID, document_id: UUID
) -> Response[bytes]:
    """The PDF of a document of that order, or NotVisible."""
    found = next((one for one in await documents_of(session, order_id) if one.id == document_id), None)
    if found is None or found.file_key is None:
        raise NotVisible("Dokumen ini belum selesai dibuat. Coba lagi sebentar lagi.")
    content = await file_store().inside(slug).get(found.file_key)
    name = "".join(letter if letter.isalnum() else "-" for letter in found.number)
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


async def workspace(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    order: Order,
    problems: list[tuple[str | None, str]] | None = None,
    failed: Action | None = None,
    values: Mapping[str, str] | None = None,
) -> Response[str]:
    """The order's page with what this person may do now."""
    zone = request.tenant.zone
    choices = actions_for(actor, order)
    expected = await expected_at_handover(session, order)
    pays = any(choice.action is Action.RECORD_PAYMENT for choice in choices)
    events = await journal_of(session, actor, order)
    return page(
        request,
        "orders/show.html",
        status=422 if problems else 200,
        active="orders",
        problems=problems or [],
        failed=failed,
        values={"method": PaymentMethod.IMPREST, "reference": "", "reason": ""} | dict(values or {}),
        methods=[(str(one), one.label) for one in PaymentMethod],
        order=order,
        status_text=status_tag(order.status),
        steps=steps(order, zone),
        amounts=amounts(order, expected),
        expected=expected,
        documents=await documents_of(session, order.id),
        happenings=happenings(events),
        notice=last_word(events),
        hands=hands(order, await names_of(session, order), actor.id),
        balance=await balance_of(session, order),
        payee=payee_seen_by(actor, order),
        payable=await payable_today(session, order) if pays else None,
        choices=choices,
        next=awaited(choices),
        nouns=NOUNS,
        deadline=deadline_text(order, zone),
        waiting_for=waiting_text(order),
        public_path=f"/belanja/{order.number}" if order.issued_at else "",
    )


def payee_seen_by(actor: Actor, order: Order) -> dict[str, Any]:
    """The vendor's address for everybody on the order; the bank account only for those who handle its payment."""
    payee = dict(order.participation.payee)
    money = (Role.TREASURER, Role.BUDGET_USER, Role.AUDITOR)
    if not any(actor.holds(role, order.work_unit_id) for role in money):
        payee |= {"bank_name": "", "bank_account": "", "bank_account_holder": ""}
    return {"address": "", "phone": "", "vat_registered": False} | payee


def deadline_text(order: Order, zone: str) -> str:
    """Until when the next step is due, in the region's zone."""
    if order.due_at is None:
        return ""
    return f"{_('Batas')} {datetime_short(order.due_at, zone)}"


def waiting_text(order: Order) -> str:
    """For those who may do nothing now: whose turn it is."""
    if Status(order.status).is_final:
        return _("Pesanan ini sudah berakhir; tidak ada lagi yang perlu dilakukan.")
    return _("Saat ini tidak ada yang menunggu Anda pada pesanan ini.") + f" {_(Status(order.status).label)}."


def _inspection_page(
    request: Request,
    session: AsyncSession,
    order: Order,
    values: Mapping[str, str] | None = None,
    problems: list[tuple[str | None, str]] | None = None,
) -> Response[str]:
    return page(
        request,
        "orders/inspection.html",
        status=422 if problems else 200,
        active="orders",
        order=order,
        late=inspecting.is_late(session, order),
        values=values or {},
        problems=problems or [],
    )


def _inspection(order: Order, form: Mapping[str, str]) -> Inspection:
    """What the receiver typed; a line that was left out counts as accepted in full only if he said so."""
    findings = {}
    for line in order.lines:
        field = f"accepted_{line.id}"
        accepted = parse_quantity(form.get(field, ""), field=field, locale=spoken())
        findings[line.id] = Finding(
            accepted, line.quantity - accepted, form.get(f"note_{line.id}", "").strip()
        )
    return Inspection(
        order_id=order.id,
        version=version_in(form),
        findings=findings,
        function_fits=form.get("function_fits") == "ya",
        time_fits=form.get("time_fits") == "ya",
        note=form.get("note", ""),
    )


REGION = [tasks, order_list, show, inspection_form, inspection, step, document, *DRAFTS]
