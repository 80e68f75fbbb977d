"""The budget user (PA/KPA) issues a letter that an official of the unit asked for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.letters.asking import may_issue
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.models import Delegation, Official, Role
from eorder_tenants.organisation.proving import signing_as


async def issue_letter(session: AsyncSession, actor: Actor, letter_id: UUID) -> Delegation:
    """From now on, or from its first day, the letter holds.

    ProofNeeded: without fresh proof of the person. NotAllowed: whoever is not a budget user of the unit by an
    appointment of their own, and the one who shall stand in.
    Conflict: a letter that was ended, issued or is over, or that rests on nothing any more.
    """
    letter = await locked_letter(session, letter_id)
    if not actor.holds(Role.BUDGET_USER, letter.work_unit_id):
        raise NotAllowed("Surat ini diterbitkan Pengguna Anggaran unitnya.")
    if not may_issue(actor, letter.work_unit_id, letter.delegate_id):
        raise NotAllowed("Anda sendiri yang ditunjuk, jadi pejabat lain yang menerbitkan surat ini.")
    await signing_as(session, actor)
    tenant: Tenant = session.info["tenant"]
    if letter.ended_at is not None:
        raise Conflict("Surat ini sudah ditarik.")
    if letter.issued_at is not None:
        raise Conflict("Surat ini sudah terbit.")
    if letter.last_day < clock.today(tenant.zone):
        raise Conflict("Masa surat ini sudah lewat. Minta surat baru.")
    delegate = await session.get(Official, letter.delegate_id)
    if delegate is None or not delegate.active or not await _serves(session, letter.delegate_id):
        raise Conflict("Pejabat yang ditunjuk tidak lagi bertugas. Minta surat untuk pejabat lain.")
    if letter.delegator_id and not await _serves(
        session, letter.delegator_id, Role(letter.role), letter.work_unit_id
    ):
        raise Conflict("Yang diwakili tidak lagi memegang tugas itu. Minta surat Plt.")
    letter.issued_by, letter.issued_at = actor.official_id, clock.now()
    await session.flush()
    outbox.write(session, "orders.tell_letter", letter_id=letter.id, what="issued")
    return letter


async def locked_letter(session: AsyncSession, letter_id: UUID) -> Delegation:
    """The letter as it stands, locked until the transaction ends."""
    letter = await session.get(Delegation, letter_id, with_for_update=True, populate_existing=True)
    if letter is None:
        raise NotVisible("Surat ini tidak ditemukan.")
    return letter


async def _serves(
    session: AsyncSession, official_id: UUID, role: Role | None = None, work_unit_id: UUID | None = None
) -> bool:
    found = await actor_for(session, official_id)
    return bool(found.appointments) if role is None else found.holds(role, work_unit_id)
