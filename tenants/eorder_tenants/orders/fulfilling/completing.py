"""The commitment officer closes a paid order; where they do not, the clock does."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import not_the_drafter
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import OWNER, PPK, Step
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor

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
COMPLETE_ALONE = Step(
    name="complete_alone",
    label="Tutup otomatis",
    done="Pesanan ditutup otomatis",
    sources=(Status.PAID,),
    target=Status.COMPLETED,
    by=(SYSTEM,),
    stamp="closed_at",
    rule="completion_days",
    warning="Setelah itu pesanan ditutup otomatis.",
    tells=(PPK, OWNER),
)


@COMPLETE.use_case
async def complete_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Delivered, paid, done: nothing more follows."""
    case = await stepping.begin(session, actor, COMPLETE, order_id, version)
    return await stepping.finish(session, actor, case, COMPLETE)


@COMPLETE_ALONE.use_case
async def complete_alone(session: AsyncSession, case: Case) -> Order:
    """Everything is paid and nobody has anything left to do."""
    return await stepping.finish(session, SYSTEM_ACTOR, case, COMPLETE_ALONE)
