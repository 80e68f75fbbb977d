"""The procurement officer takes a submission back while the commitment officer (PPK) has not decided about it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import only_their_own
from eorder_tenants.orders.contracting.approving import back_to_draft
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.steps import PP, PPK, Step
from eorder_tenants.organisation.actors import Actor

RECALL = Step(
    name="recall",
    noun="penarikan-pengajuan",
    label="Tarik kembali",
    done="Pengajuan ditarik kembali",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.DRAFT,
    by=(PP,),
    duties=(only_their_own,),
    tells=(PPK,),
)


@RECALL.use_case
async def recall_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """A draft again, with everything that is in it; what was held is available again.

    Decided meanwhile: Conflict, saying by whom, when and how.
    """
    case = await stepping.begin(session, actor, RECALL, order_id, version)
    return await back_to_draft(session, actor, case, RECALL, None)
