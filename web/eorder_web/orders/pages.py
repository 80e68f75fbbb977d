"""An order's workspace in its region: tasks, the order itself, and every step as a noun to POST."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.attachments import SUFFIXES, Attachment
from eorder_platform.errors import NotVisible
from eorder_platform.files import file_store
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.conversation.queries import attachment_of
from eorder_tenants.orders.core.fiscal_year import all_that_is_near
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.letters.queries import letters_to_issue
from eorder_tenants.orders.lifecycle import step_named
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.reading.overdue import overdue_payments
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Role
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.bell import read_about
from eorder_web.edge.papers import attachment_response
from eorder_web.edge.places import HERE, acting, looking
from eorder_web.edge.queries import id_in
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.orders.conversation import (
    TAKES_ATTACHMENTS,
    Earlier,
    send_comment,
)
from eorder_web.orders.delivery_list import REGION as DELIVERY_LIST
from eorder_web.orders.drafts import REGION as DRAFTS
from eorder_web.orders.drafts import draft_page
from eorder_web.orders.letters import REGION as LETTERS
from eorder_web.orders.linking import Links
from eorder_web.orders.order_list import REGION as ORDER_LIST
from eorder_web.orders.payable_list import REGION as PAYABLE_LIST
from eorder_web.orders.presenting import people
from eorder_web.orders.standing_in import capacity
from eorder_web.orders.taking import Attempt, is_gone, take_step
from eorder_web.orders.watching import REGION as WATCHING
from eorder_web.orders.workspace import workspace_of

LAST_QUARTER: Final = 10
MONEY_ROLES = (Role.TREASURER, Role.BUDGET_USER, Role.AUDITOR)


@get("/tugas", opt=OFFICIAL, name="orders.tasks")
async def tasks(request: Request) -> Response[str]:
    """What waits for this person: since when, until when, the most urgent first (kotak tugas)."""
    async with looking(request) as (session, actor):
        waiting = await tasks_of(session, actor)
        overdue = await overdue_payments(session, actor)
        to_issue = await letters_to_issue(session, actor)
        year_end = await _year_end(session)
    return page(
        request,
        "orders/tasks.html",
        active="tasks",
        tasks=[one for one in waiting if one.letter is None],
        by_letter=[
            (letter, capacity(letter), [one for one in waiting if one.letter == letter])
            for letter in actor.letters
        ],
        overdue=overdue,
        to_issue=to_issue,
        now=clock.now(),
        may_order=actor.holds(Role.PROCUREMENT_OFFICER),
        year_end=year_end,
    )


async def _year_end(session: straight.Reads) -> Sentence | None:
    """The last days of the fiscal year while they are near; before the last quarter nothing is asked."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    return all_that_is_near(await rulebook(session), today) if today.month >= LAST_QUARTER else None


@get("/pesanan/{order_id:uuid}", opt=OFFICIAL, name="orders.show")
async def show(request: Request, order_id: FromPath[UUID], earlier: Earlier = "") -> Response[str]:
    """One order; its officer sees the draft as a form."""
    await read_about(request.visit, order_id=order_id)
    return await _order_page(request, order_id, Attempt(earlier=id_in(earlier)))


@post("/pesanan/{order_id:uuid}/percakapan", opt=OFFICIAL | TAKES_ATTACHMENTS, name="orders.comment")
async def comment(request: Request, order_id: FromPath[UUID]) -> Response[Any]:
    """Say something to the vendor."""
    show = partial(_order_page, request, order_id)
    return await send_comment(request, HERE, order_id, Links.for_officials(order_id), show)


@get("/pesanan/{order_id:uuid}/percakapan", opt=OFFICIAL, name="orders.comments")
async def comments(request: Request, order_id: FromPath[UUID]) -> Response[None]:
    """Where a comment was refused, for those who load it again: the conversation on the order's page."""
    return see_other(request, Links.for_officials(order_id).comments())


@get("/pesanan/{order_id:uuid}/lampiran/{file_id:uuid}", opt=OFFICIAL, name="orders.attachment")
async def attachment(request: Request, order_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """What was attached to a comment."""
    async with acting(request) as (session, actor):
        await queries.order_for(session, actor, order_id)
        return attachment_response(await attachment_of(session, order_id, file_id))


@post("/pesanan/{order_id:uuid}/{noun:str}", opt=OFFICIAL | takes_files(4, 32), name="orders.step")
async def step(request: Request, order_id: FromPath[UUID], noun: FromPath[str]) -> Response[Any]:
    """Any step of an official: approval, inspection, handover, payment … (lifecycle.py)."""

    def leads_to(step: Step, result: Any) -> str:
        if is_gone(step, result):
            return address("orders.tasks" if step.target is Status.DRAFT else "orders.list")
        return address("orders.show", order_id=order_id)

    async def again(attempt: Attempt) -> Response[str]:
        return await _order_page(request, order_id, attempt)

    return await take_step(request, HERE, order_id, noun, leads_to=leads_to, again=again)


@get("/pesanan/{order_id:uuid}/{noun:str}", opt=OFFICIAL, name="orders.step_form")
async def step_form(request: Request, order_id: FromPath[UUID], noun: FromPath[str]) -> Response[str]:
    """A step's address after it was taken or refused, for those who reload it: the order. No step's: NotVisible."""
    if step_named(noun) is None:
        raise NotVisible
    return await _order_page(request, order_id, Attempt())


@get("/pesanan/{order_id:uuid}/dokumen/{document_id:uuid}", opt=OFFICIAL, name="orders.document")
async def document(
    request: Request, order_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Response[bytes]:
    """A signed document as PDF, for those who may see the order."""
    async with acting(request) as (session, actor):
        await queries.order_for(session, actor, order_id)
        return await document_file(session, request.tenant.slug, order_id, document_id)


@get("/pesanan/{order_id:uuid}/foto/{delivery_id:uuid}", opt=OFFICIAL, name="orders.photo")
async def photo(request: Request, order_id: FromPath[UUID], delivery_id: FromPath[UUID]) -> Response[bytes]:
    """What the vendor showed when a delivery set out."""
    async with acting(request) as (session, actor):
        order = await queries.order_for(session, actor, order_id)
        return await proof_file(request.tenant.slug, order, delivery_id, "photo_key")


@get("/pesanan/{order_id:uuid}/bukti-tiba/{delivery_id:uuid}", opt=OFFICIAL, name="orders.arrival_proof")
async def arrival_proof(
    request: Request, order_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """What the vendor showed when it arrived."""
    async with acting(request) as (session, actor):
        order = await queries.order_for(session, actor, order_id)
        return await proof_file(request.tenant.slug, order, delivery_id, "arrival_proof_key")


async def document_file(
    session: AsyncSession, slug: str, order_id: UUID, document_id: UUID
) -> Response[bytes]:
    """The PDF of a document of that order, or NotVisible."""
    found = next((one for one in await documents_of(session, order_id) if one.id == document_id), None)
    if found is None or found.file_key is None:
        raise NotVisible("Dokumen ini belum selesai dibuat. Coba lagi sebentar lagi.")
    name = "".join(letter if letter.isalnum() else "-" for letter in found.number)
    return await _private_file(slug, found.file_key, "application/pdf", f"{name}.pdf")


async def proof_file(slug: str, order: Order, delivery_id: UUID, kept_in: str) -> Response[bytes]:
    """A proof of a delivery of that order, or NotVisible; `kept_in`: the delivery's column with its key."""
    key = next((getattr(one, kept_in) for one in order.deliveries if one.id == delivery_id), None)
    if key is None:
        raise NotVisible("Bukti ini tidak ditemukan.")
    suffix = key.rpartition(".")[2]
    media_type = next(kind for kind, ending in SUFFIXES.items() if ending == suffix)
    content = await file_store().inside(slug).get(key)
    return attachment_response(Attachment(f"bukti.{suffix}", media_type, content))


async def _private_file(slug: str, key: str, media_type: str, name: str) -> Response[bytes]:
    return Response(
        await file_store().inside(slug).get(key),
        media_type=media_type,
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


async def _order_page(request: Request, order_id: UUID, attempt: Attempt) -> Response[str]:
    async with looking(request) as (reader, actor):
        order = await queries.order_for(reader, actor, order_id)
        if not _is_own_draft(order, actor):
            zone = request.tenant.zone
            common = await workspace_of(reader, actor, order, zone, Links.for_officials(order.id), attempt)
    if _is_own_draft(order, actor):
        async with acting(request) as (session, actor):
            order = await queries.order_for(session, actor, order_id)
            return await draft_page(request, session, actor, order, attempt.problems, attempt.values)
    return page(
        request,
        "orders/show.html",
        active="orders",
        duties=people(order, common["names"], actor.id),
        payee=payee_seen_by(actor, order),
        public_path=address("transparency.order", number=order.number) if order.issued_at else "",
        **common,
    )


def _is_own_draft(order: Order, actor: Actor) -> bool:
    return order.status == Status.DRAFT and order.drafted_by == actor.id


def payee_seen_by(actor: Actor, order: Order) -> dict[str, Any]:
    """The vendor's address for everybody on the order; the bank account only for those who handle its payment."""
    payee = dict(order.participation.payee)
    if not any(actor.serves(role, order.work_unit_id) for role in MONEY_ROLES):
        payee |= {"bank_name": "", "bank_account": "", "bank_account_holder": ""}
    return {"address": "", "phone": "", "vat_registered": False} | payee


REGION = [
    *(tasks, *ORDER_LIST, *DELIVERY_LIST, *PAYABLE_LIST, show, document, photo, arrival_proof),
    *LETTERS,
    *WATCHING,
    *(comment, comments, attachment, step, step_form, *DRAFTS),
]
