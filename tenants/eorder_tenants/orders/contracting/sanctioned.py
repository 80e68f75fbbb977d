"""What a sanction does to orders that its vendor has not accepted (domain.md 3.9): submitted ones go back to their

officer, issued ones end, and their money is free again. What was accepted goes on and is paid. The moment is the
order's own lock: an acceptance that has it first stands, one that comes later finds the order ended.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.sanctions.models import Level, Sanction, SanctionedVendor
from eorder_platform.directory.sanctions.queries import running_sanction
from eorder_platform.sentences import Sentence
from eorder_tenants.orders.contracting.approving import back_to_draft
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.budget import release_commitment
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case, load_parts
from eorder_tenants.orders.core.steps import OWNER, PP, PPK, STAFF, Step
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due

A_SANCTION: Final = "sanction"
RETURN = Step(
    name="return_sanctioned",
    label="Kembalikan karena sanksi",
    done="Kembali menjadi draf karena penyedianya kena sanksi",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.DRAFT,
    by=(SYSTEM,),
    follows=A_SANCTION,
    tells=(PPK,),
)
CANCEL = Step(
    name="cancel_sanctioned",
    label="Batalkan karena sanksi",
    done="Dibatalkan karena penyedianya kena sanksi",
    sources=(Status.ISSUED,),
    target=Status.CANCELLED,
    by=(SYSTEM,),
    follows=A_SANCTION,
    stamp="closed_at",
    tells=(PP, PPK, OWNER, STAFF),
)
_BY_STATUS: Final = {Status.AWAITING_APPROVAL: RETURN, Status.ISSUED: CANCEL}


@RETURN.use_case
async def return_sanctioned(session: AsyncSession, case: Case) -> Order:
    """Nobody may sign it: a draft again, its hold released."""
    return await back_to_draft(session, SYSTEM_ACTOR, case, RETURN, await _why(session, case))


@CANCEL.use_case
async def cancel_sanctioned(session: AsyncSession, case: Case) -> Order:
    """The vendor has not accepted and may not any more: cancelled, its commitment released."""
    await release_commitment(session, SYSTEM_ACTOR, case.order, CANCEL)
    return await stepping.finish(session, SYSTEM_ACTOR, case, CANCEL, reason=await _why(session, case))


async def orders_to_stop(session: AsyncSession, vendor_id: UUID | None = None) -> list[Due]:
    """Orders of this region that their vendor has not accepted while a sanction holds on it."""
    kept_out = (
        select(SanctionedVendor.vendor_id)
        .join(Sanction, Sanction.id == SanctionedVendor.sanction_id)
        .where(Sanction.level != Level.WARNING, Sanction.ended_at.is_(None))
    )
    found = select(Order.id, Order.number).where(Order.status.in_(_BY_STATUS), Order.vendor_id.in_(kept_out))
    if vendor_id is not None:
        found = found.where(Order.vendor_id == vendor_id)
    return [Due(order_id, number or str(order_id)) for order_id, number in await session.execute(found)]


async def stop_order(session: AsyncSession, order_id: UUID) -> Step | None:
    """Take the step that a sanction asks for; None where the order has moved on, or the vendor may sell again."""
    order = (
        await session.scalars(
            select(Order)
            .where(Order.id == order_id)
            .options(*stepping.WHOLE)
            .with_for_update(of=Order)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    step = _BY_STATUS.get(Status(order.status)) if order is not None else None
    if order is None or step is None:
        return None
    status = await session.scalar(select(Vendor.status).where(Vendor.id == order.vendor_id))
    if status != VendorStatus.SUSPENDED:
        return None
    await load_parts(session, order)
    await step.act(session, case_for(SYSTEM_ACTOR, order, step))
    return step


async def _why(session: AsyncSession, case: Case) -> str:
    sanction = await running_sanction(session, case.order.vendor_id)
    if sanction is None:
        return "Penyedia kena sanksi nasional."
    return Sentence("Putusan sanksi %(decision)s.", decision=sanction.number)
