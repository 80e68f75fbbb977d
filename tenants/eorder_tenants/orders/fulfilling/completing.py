"""The commitment officer closes a paid order."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import not_the_drafter
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.steps import PPK, Step
from eorder_tenants.organisation.actors import Actor

COMPLETE = Step(
    name="complete",
    noun="penutupan",
    label="Tutup pesanan",
    done="Pesanan ditutup",
    sources=(Status.PAID,),
    target=Status.COMPLETED,
    by=(PPK,),
    duties=(not_the_drafter,),
    stamp="closed_at",
    awaited=True,
)


@COMPLETE.use_case
async def complete_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Delivered, paid, done: nothing more follows."""
    case = await stepping.begin(session, actor, COMPLETE, order_id, version)
    return await stepping.finish(session, actor, case, COMPLETE)
