"""The vendor's side, on the national host: one inbox over all regions, and each order in its region's own words.

Two transactions, one a zone: the national role says whose vendor the person is, then the region's role shows or
changes the order, for that vendor.
"""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import member_for
from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.projections.inbox import count_by_status, inbox_of
from eorder_platform.sentences import Sentence, term
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.core.models import DEAD, FINAL, Order, Status
from eorder_tenants.orders.fulfilling.handing_over import expected_at_handover
from eorder_tenants.orders.lifecycle import LIFECYCLE, Action, actions_for
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.reading.context import journal_of
from eorder_tenants.organisation.actors import Actor, vendor_actor
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import page
from eorder_web.edge.forms import Form
from eorder_web.edge.places import in_region
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.orders.forms import texts, version_in
from eorder_web.orders.pages import deadline_text, document_file, waiting_text
from eorder_web.orders.presenting import NOUNS, amounts, awaited, happenings, last_word, status_tag, steps
from eorder_web.orders.steps import vendor_step

PER_PAGE = 20
WAITING = frozenset(
    {
        Status.ISSUED,
        Status.ACCEPTED,
        Status.CANCELLATION_ASKED,
        Status.IN_DELIVERY,
        Status.INSPECTED,
        Status.HANDED_OVER,
    }
)
STEPS_OF_VENDORS = {
    one.source: one.action for one in LIFECYCLE if one.awaited and one.by[0] == VendorRole.OWNER
}
"""What an order in that status waits for, where that is the vendor's alone to do."""
FINISHED = FINAL | DEAD | {Status.PAID}
SHOWN = {
    "menunggu": WAITING,
    "berjalan": frozenset(Status) - WAITING - FINISHED - {Status.DRAFT, Status.AWAITING_APPROVAL},
    "selesai": FINISHED,
}


@get("/usaha/pesanan", opt=VENDOR, name="inbox.list")
async def inbox(
    request: Request,
    tampil: Annotated[str, QueryParameter()] = "menunggu",
    hal: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
) -> Response[str]:
    """Every order of this vendor, whatever region it came from."""
    shown = tampil if tampil in SHOWN else "menunggu"
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
        found = await inbox_of(session, member.vendor_id, SHOWN[shown], hal, PER_PAGE)
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
        current=hal,
        last=max(1, -(-totals[shown] // PER_PAGE)),
    )


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}", opt=VENDOR, name="inbox.show")
async def show(request: Request, slug: FromPath[str], order_id: FromPath[UUID]) -> Response[str]:
    """One order, with what the vendor receives before he accepts."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        order = await queries.order_for(session, actor, order_id)
        return await _workspace(request, tenant, session, actor, order)


@post("/usaha/pesanan/{slug:str}/{order_id:uuid}/{noun:str}", opt=VENDOR, name="inbox.step")
async def step(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[str] | Response[None]:
    """A step of the vendor: acceptance, delivery, invoice … (steps.py)."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    action = next((action for action, known in NOUNS.items() if known == noun), None)
    form = texts(await request.fields())

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        act = vendor_step(action, order_id, version_in(form), form) if action else None
        if act is None:
            raise NotVisible
        await act(session, actor)
        return f"/usaha/pesanan/{slug}/{order_id}"

    try:
        said = Sentence("%(done)s.", done=term(action.done)) if action else ""
        return await write(request, in_region(tenant, actor), work, said)
    except Refused as refusal:
        async with tenancy.inside(tenant) as session:
            order = await queries.order_for(session, actor, order_id)
            return await _workspace(request, tenant, session, actor, order, refusal.problems, action, form)


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


async def _workspace(
    request: Request,
    tenant: Tenant,
    session: AsyncSession,
    actor: Actor,
    order: Order,
    problems: list[tuple[str | None, str]] | None = None,
    failed: Action | None = None,
    values: Mapping[str, str] | None = None,
) -> Response[str]:
    choices = actions_for(actor, order)
    expected = await expected_at_handover(session, order)
    events = await journal_of(session, actor, order)
    status = Status(order.status)
    return page(
        request,
        "vendors/order.html",
        status=422 if problems else 200,
        active="inbox",
        problems=problems or [],
        failed=failed,
        values={"tax_invoice_number": "", "reason": ""} | dict(values or {}),
        tenant=tenant,
        base=f"/usaha/pesanan/{tenant.slug}/{order.id}",
        order=order,
        status_text=status_tag(order.status),
        steps=steps(order, tenant.zone),
        amounts=amounts(order, expected),
        may_be_paid=not status.is_dead and status is not Status.CANCELLATION_ASKED,
        gross=expected.assessment.gross if expected else order.gross_rupiah,
        withheld=expected.assessment.withheld if expected else order.withheld_rupiah,
        penalty=expected.penalty if expected else order.penalty_rupiah,
        documents=await documents_of(session, order.id),
        happenings=happenings(events),
        notice=last_word(events),
        payee={"vat_registered": False} | dict(order.participation.payee),
        choices=choices,
        next=awaited(choices),
        nouns=NOUNS,
        deadline=deadline_text(order, tenant.zone),
        waiting_for=waiting_text(order),
    )


async def _vendor(request: Request) -> Actor:
    async with tenancy.national() as session:
        member = await member_for(session, request.account_id)
    return vendor_actor(member.account_id, member.name, member.vendor_id, member.role)


async def _tenant(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    if tenant is None:
        raise NotVisible
    return tenant


NATION = [inbox, show, step, document]
