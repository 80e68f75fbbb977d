"""The vendor's side, on the national host: one inbox over all regions, and each order in its region's own words.

Two transactions, one a zone: the national role says whose vendor the person is, then the region's role shows or
changes the order, for that vendor.
"""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import acting_member, member_for
from eorder_platform.errors import NotVisible
from eorder_platform.projections.inbox import count_by_status, inbox_of
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.orders.conversation.queries import attachment_of
from eorder_tenants.orders.core.models import FINAL, Status
from eorder_tenants.orders.core.steps import OWNER, Step
from eorder_tenants.orders.lifecycle import step_named, steps
from eorder_tenants.orders.reading import queries
from eorder_tenants.organisation.actors import Actor, vendor_actor
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.bell import WAITING_FOR_VENDORS, read_about
from eorder_web.edge.places import in_region
from eorder_web.edge.queries import id_in
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.orders.conversation import (
    TAKES_ATTACHMENTS,
    Earlier,
    attachment_response,
    send_comment,
)
from eorder_web.orders.linking import Links
from eorder_web.orders.pages import document_file, proof_file
from eorder_web.orders.presenting import status_tag
from eorder_web.orders.taking import Attempt, take_step
from eorder_web.orders.workspace import workspace_of

PER_PAGE = 20
STEPS_OF_VENDORS = {
    source: step for step in steps() if step.awaited and step.by[0] == OWNER for source in step.sources
}
"""What an order in that status waits for, where that is the vendor's alone to do."""
FINISHED = FINAL | {Status.PAID}
SHOWN = {
    "menunggu": WAITING_FOR_VENDORS,
    "berjalan": frozenset(Status) - WAITING_FOR_VENDORS - FINISHED - {Status.DRAFT, Status.AWAITING_APPROVAL},
    "selesai": FINISHED,
}


@get("/usaha/pesanan", opt=VENDOR, name="inbox.list")
async def inbox(
    request: Request,
    group: Annotated[str, QueryParameter(name="tampil")] = "menunggu",
    number: Annotated[int, QueryParameter(name="hal", ge=1, le=10_000)] = 1,
) -> Response[str]:
    """Every order of this vendor, whatever region it came from."""
    shown = group if group in SHOWN else "menunggu"
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        found = await inbox_of(session, member.vendor_id, SHOWN[shown], number, PER_PAGE)
        counts = await count_by_status(session, member.vendor_id)
    totals = {name: sum(counts.get(status, 0) for status in group) for name, group in SHOWN.items()}
    return page(
        request,
        "vendors/inbox.html",
        active="inbox",
        orders=found,
        counts=totals,
        tags={status: status_tag(status) for status in Status},
        next_steps=STEPS_OF_VENDORS,
        now=clock.now(),
        shown=shown,
        current=number,
        last=max(1, -(-totals[shown] // PER_PAGE)),
    )


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}", opt=VENDOR, name="inbox.show")
async def show(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], earlier: Earlier = ""
) -> Response[str]:
    """One order, with what the vendor receives before they accept."""
    await read_about(request.visit, order_id=order_id)
    tenant, actor = await _tenant(slug), await _vendor(request)
    return await _order_page(request, tenant, actor, order_id, Attempt(earlier=id_in(earlier)))


@post(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/percakapan",
    opt=VENDOR | TAKES_ATTACHMENTS,
    name="inbox.comment",
)
async def comment(request: Request, slug: FromPath[str], order_id: FromPath[UUID]) -> Response[Any]:
    """Say something to the office."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    show = partial(_order_page, request, tenant, actor, order_id)
    links = Links.for_vendor(slug, order_id)
    return await send_comment(request, in_region(tenant, actor), order_id, links, show)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/percakapan", opt=VENDOR, name="inbox.comments")
async def comments(request: Request, slug: FromPath[str], order_id: FromPath[UUID]) -> Response[None]:
    """Where a comment was refused, for those who load it again: the conversation on the order's page."""
    return see_other(request, Links.for_vendor(slug, order_id).comments())


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/lampiran/{file_id:uuid}", opt=VENDOR, name="inbox.attachment")
async def attachment(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], file_id: FromPath[UUID]
) -> Response[bytes]:
    """What was attached to a comment."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        await queries.order_for(session, actor, order_id)
        return attachment_response(await attachment_of(session, order_id, file_id))


@post(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/{noun:str}",
    opt=VENDOR | takes_files(4, 32),
    name="inbox.step",
)
async def step(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[Any]:
    """A step of the vendor: acceptance, delivery, invoice … (lifecycle.py)."""
    tenant, actor = await _tenant(slug), await _vendor(request)

    def leads_to(_step: Step, _result: Any) -> str:
        return address("inbox.show", slug=slug, order_id=order_id)

    async def again(attempt: Attempt) -> Response[str]:
        return await _order_page(request, tenant, actor, order_id, attempt)

    place = in_region(tenant, actor)
    return await take_step(request, place, order_id, noun, leads_to=leads_to, again=again)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/{noun:str}", opt=VENDOR, name="inbox.step_form")
async def step_form(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[str]:
    """A step's address after it was taken or refused, for those who reload it: the order. No step's: NotVisible."""
    if step_named(noun) is None:
        raise NotVisible
    return await _order_page(request, await _tenant(slug), await _vendor(request), order_id, Attempt())


@get(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/dokumen/{document_id:uuid}", opt=VENDOR, name="inbox.document"
)
async def document(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Response[bytes]:
    """A signed document of one of the vendor's orders."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        await queries.order_for(session, actor, order_id)
        return await document_file(session, slug, order_id, document_id)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/foto/{delivery_id:uuid}", opt=VENDOR, name="inbox.photo")
async def photo(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """What was shown when a delivery set out."""
    return await _proof(request, slug, order_id, delivery_id, "photo_key")


@get(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/bukti-tiba/{delivery_id:uuid}",
    opt=VENDOR,
    name="inbox.arrival_proof",
)
async def arrival_proof(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """What was shown when it arrived."""
    return await _proof(request, slug, order_id, delivery_id, "arrival_proof_key")


async def _proof(
    request: Request, slug: str, order_id: UUID, delivery_id: UUID, kept_in: str
) -> Response[bytes]:
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        order = await queries.order_for(session, actor, order_id)
        return await proof_file(slug, order, delivery_id, kept_in)


async def _order_page(
    request: Request, tenant: Tenant, actor: Actor, order_id: UUID, attempt: Attempt
) -> Response[str]:
    async with tenancy.inside(tenant) as session:
        order = await queries.order_for(session, actor, order_id)
        links = Links.for_vendor(tenant.slug, order.id)
        common = await workspace_of(session, actor, order, tenant.zone, links, attempt)
    expected, status = common["expected"], Status(order.status)
    return page(
        request,
        "vendors/order.html",
        active="inbox",
        tenant=tenant,
        may_be_paid=not status.is_dead and status is not Status.CANCELLATION_ASKED,
        gross=expected.assessment.gross if expected else order.gross_rupiah,
        withheld=expected.assessment.withheld if expected else order.withheld_rupiah,
        penalty=expected.penalty if expected else order.penalty_rupiah,
        **common,
    )


async def _vendor(request: Request) -> Actor:
    member = await acting_member(request.account_id)
    return vendor_actor(member.account_id, member.name, member.vendor_id, member.role)


async def _tenant(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    if tenant is None:
        raise NotVisible
    return tenant


NATION = [inbox, show, document, photo, arrival_proof, comment, comments, attachment, step, step_form]
