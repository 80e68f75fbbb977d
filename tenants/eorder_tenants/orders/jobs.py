"""What follows an order's steps outside its transaction: the nation's copy, and letters to those who wait too long."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eorder_platform import outbox, straight, tenancy
from eorder_platform.directory.members import people_of
from eorder_platform.directory.models import Participation, VendorPrivate, VendorRole
from eorder_platform.directory.queries import payee_secrets, payee_version
from eorder_platform.notices import remembering
from eorder_platform.projections.models import OrderProjection
from eorder_platform.projections.writing import project
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.catalogue.secrets import forget_secrets, keep_secrets
from eorder_tenants.orders.clock.reminding import tell_who_waits
from eorder_tenants.orders.core.models import FULFILMENT, Order, Status
from eorder_tenants.orders.core.parts import Case, load_parts
from eorder_tenants.orders.reading.bills import bills_of
from eorder_tenants.orders.telling.comments import tell_of_comment
from eorder_tenants.orders.telling.letters import tell_of_end_of_appointment, tell_of_letter
from eorder_tenants.orders.telling.sanctions import stop_orders_in, stop_selling_in
from eorder_tenants.orders.telling.steps import tell_of_step

NEEDS_SECRETS = FULFILMENT | {Status.CANCELLATION_ASKED}
"""Accepted, and not ended: somebody will have to be paid."""
_PRODUCTS = "select string_agg(name, ' · ' order by position) from order_line where order_id = $1"


@outbox.tenant_job("orders.project")
async def project_order(tenant: Tenant, *, order_id: str) -> None:
    """Tell the nation how an order and its bills stand. What was never issued stays the region's own business.

    Runs as often as one likes: an older version never replaces a newer one.
    """
    async with tenancy.inside(tenant) as session:
        order = (
            await session.scalars(
                select(Order).where(Order.id == UUID(order_id)).options(joinedload(Order.work_unit))
            )
        ).one()
        if order.issued_at is None:
            return
        await load_parts(session, order)
        bills = await bills_of(session, order)
        products = await straight.value(session, _PRODUCTS, order.id)
    picture = OrderProjection(
        tenant_id=tenant.id,
        order_id=order.id,
        vendor_id=order.vendor_id,
        vendor_name=order.vendor_name,
        vendor_scale=order.vendor_scale,
        vendor_form=order.vendor_form,
        number=order.number,
        title=order.title,
        work_unit_name=order.work_unit.name,
        products=products or "",
        status=order.status,
        gross_rupiah=order.gross_rupiah,
        net_rupiah=order.net_rupiah,
        paid_rupiah=order.realised_rupiah,
        due_at=Case(order).due_at,
        issued_at=order.issued_at,
        handed_over_at=order.handed_over_at,
        invoiced_at=order.invoiced_at,
        paid_at=order.paid_at,
        changed_at=order.changed_at,
        version=order.version,
    )
    async with tenancy.national() as session:
        await project(session, picture, bills)
        members = await people_of(session, order.vendor_id, VendorRole)
        tenancy.after_commit(session, lambda: remembering.forget(remembering.NATION, *members))


@outbox.tenant_job("orders.project_anew")
async def project_anew(tenant: Tenant, *, order_id: str) -> None:
    """The same for orders from before the nation knew of their bills: a name that older workers leave alone."""
    await project_order(tenant, order_id=order_id)


@outbox.tenant_job("orders.settle_secrets")
async def settle_secrets(tenant: Tenant, *, vendor_id: str) -> None:
    """The region holds a vendor's numbers in full while an accepted order of theirs runs, and no longer."""
    vendor = UUID(vendor_id)
    running = select(Order.id).where(Order.vendor_id == vendor, Order.status.in_(NEEDS_SECRETS)).limit(1)
    async with tenancy.national() as national:
        await national.get(
            VendorPrivate, vendor, with_for_update=True
        )  # one after the other, as spread_payee does
        version, secrets = await payee_version(national, vendor), await payee_secrets(national, vendor)
        async with tenancy.inside(tenant) as session:
            if await session.scalar(running) is None:
                await forget_secrets(session, vendor)
            else:
                await keep_secrets(session, vendor, secrets, version)


@outbox.national_job("orders.follow_sanction")
async def follow_sanction(*, vendor_id: str) -> None:
    """A sanction holds: every region that the vendor ever asked stops its orders and tells its officials, at once.

    What one region could not do is done by the scheduler's next turn there (contracting/sanctioned.py).
    """
    vendor = UUID(vendor_id)
    everywhere = await registry.all_tenants()
    async with tenancy.national() as national:
        asked = set(
            await national.scalars(select(Participation.tenant_id).where(Participation.vendor_id == vendor))
        )
    tenants = [tenant for tenant in everywhere if tenant.id in asked and not tenant.is_suspended]
    for stop in (stop_selling_in, stop_orders_in):  # nobody orders anew while the orders are gone through
        await _in_several_at_once(tenants, partial(stop, vendor_id=vendor))


REGIONS_AT_ONCE: Final = 8


async def _in_several_at_once(tenants: Sequence[Tenant], work: Callable[[Tenant], Awaitable[None]]) -> None:
    """Each region by itself: one in trouble keeps no other waiting; then the job says what failed."""
    turn = asyncio.Semaphore(REGIONS_AT_ONCE)

    async def one(tenant: Tenant) -> None:
        async with turn:
            try:
                await work(tenant)
            except Exception as error:
                error.add_note(f"region: {tenant.slug}")
                raise

    done = await asyncio.gather(*(one(tenant) for tenant in tenants), return_exceptions=True)
    failures = [error for error in done if isinstance(error, Exception)]
    if failures:
        raise ExceptionGroup("not every region could follow", failures)


@outbox.tenant_job("orders.remind")
async def remind(
    tenant: Tenant, *, order_id: str, status: str, due_at: str = "", official_id: str | None = None
) -> None:
    """Remind whoever an order waits for; rows written before this named no deadline, or each by themselves."""
    await tell_who_waits(
        tenant, UUID(order_id), Status(status), datetime.fromisoformat(due_at) if due_at else None
    )


@outbox.tenant_job("orders.tell")
async def tell(tenant: Tenant, *, order_id: str, sequence: int, part_id: str | None) -> None:
    """Give their notice of a step to whoever the order now waits for, and to whom it concerns; then to programs."""
    await tell_of_step(tenant, UUID(order_id), sequence, UUID(part_id) if part_id else None)
    async with tenancy.inside(tenant) as session:
        outbox.write(session, "webhooks.announce", order_id=UUID(order_id), sequence=sequence)


@outbox.tenant_job("orders.tell_comment")
async def tell_comment(tenant: Tenant, *, comment_id: str) -> None:
    """Give their notice of a comment to the other side."""
    await tell_of_comment(tenant, UUID(comment_id))


@outbox.tenant_job("orders.tell_letter")
async def tell_letter(tenant: Tenant, *, letter_id: str, what: str) -> None:
    """Give their notice of a letter to who issues it, who stands in, and who is stood in for."""
    await tell_of_letter(tenant, UUID(letter_id), what)


@outbox.tenant_job("orders.tell_successors")
async def tell_successors(tenant: Tenant, *, assignment_id: str) -> None:
    """An appointment ended: what waited for its holder waits for others, who are told."""
    await tell_of_end_of_appointment(tenant, UUID(assignment_id))
