"""A step that the product does not have: the PPK gives praise. It is one declaration with its use case."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import not_the_drafter
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.steps import PPK, Step
from eorder_tenants.organisation.actors import Actor

PRAISE = Step(
    name="praise",
    noun="pujian",
    label="Puji penyedia",
    done="Penyedia dipuji",
    sources=(Status.PAID,),
    target=Status.PAID,
    by=(PPK,),
    duties=(not_the_drafter,),
    reason=True,
)


@PRAISE.use_case
async def praise(session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str) -> Order:
    """Say in public what went well."""
    case = await stepping.begin(session, actor, PRAISE, order_id, version)
    return await stepping.finish(session, actor, case, PRAISE, reason=reason)
