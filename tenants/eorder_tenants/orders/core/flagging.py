"""What a forbidden attempt leaves behind: red flag RF15, written after the attempt itself was undone."""

from functools import partial

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.ids import new_id
from eorder_platform.sentences import as_json
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.models import FlagCode, RedFlag
from eorder_tenants.orders.core.checking import ForbiddenByDuty
from eorder_tenants.organisation.actors import Actor


def flag_once_undone(session: AsyncSession, actor: Actor, step: str, refusal: ForbiddenByDuty) -> None:
    """Whoever asked for a step that separation of duties forbids them stays on record, by page, API, job or script.

    The refusal undoes its transaction, so the flag is written in one of its own, once that is over (A7, RF15).
    """
    tenant: Tenant = session.info["tenant"]
    tenancy.after_rollback(session, partial(_write, tenant, actor, step, refusal))


async def _write(tenant: Tenant, actor: Actor, step: str, refusal: ForbiddenByDuty) -> None:
    async with tenancy.inside(tenant) as session:
        await session.execute(
            insert(RedFlag)
            .values(
                id=new_id(),
                code=FlagCode.SELF_APPROVAL,
                order_id=refusal.order_id,
                step=step,
                actor_id=actor.id,
                actor_name=actor.name,
                delegation_id=refusal.letter.id if refusal.letter else None,
                why=as_json(refusal.message),
                on_day=clock.today(tenant.zone),
            )
            .on_conflict_do_nothing()
        )
