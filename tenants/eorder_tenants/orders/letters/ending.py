"""Ending a letter before its time: by either person in it, by who asked for it, or by the unit's budget user."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.errors import Conflict, NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.letters.issuing import locked_letter
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Delegation, Role


async def end_letter(session: AsyncSession, actor: Actor, letter_id: UUID) -> Delegation:
    """From this second on the letter gives nothing more; what was done by it stays.

    One that was only asked for is withdrawn. Whom it does not concern: NotVisible. Ended or over already: Conflict.
    """
    letter = await locked_letter(session, letter_id)
    if not may_end(actor, letter):
        raise NotVisible("Surat ini tidak ditemukan.")
    tenant: Tenant = session.info["tenant"]
    if letter.ended_at is not None or letter.last_day < clock.today(tenant.zone):
        raise Conflict("Surat ini sudah berakhir.")
    letter.ended_by, letter.ended_at = actor.official_id, clock.now()
    await session.flush()
    outbox.write(session, "orders.tell_letter", letter_id=letter.id, what="ended")
    return letter


def may_end(actor: Actor, letter: Delegation) -> bool:
    """Is it theirs to end?"""
    concerned = {letter.delegator_id, letter.delegate_id, letter.asked_by}
    return actor.id in concerned or actor.holds(Role.BUDGET_USER, letter.work_unit_id)
