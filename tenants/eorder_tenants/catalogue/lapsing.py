"""What the clock does to vendors whom a region leaves without an answer: it takes them in (domain.md 3.6)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import ParticipationStatus, Vendor, VendorStatus
from eorder_tenants.catalogue import journal
from eorder_tenants.catalogue.deciding import take_in
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.standing import ANSWER_RULE
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due


async def left_unanswered(session: AsyncSession) -> list[Due]:
    """Vendors whose answer is overdue while the nation has nothing against them, the longest waiting first."""
    rows = await session.execute(
        select(VendorParticipation.vendor_id, Vendor.trade_name)
        .join(Vendor, Vendor.id == VendorParticipation.vendor_id)
        .where(
            VendorParticipation.status == ParticipationStatus.REQUESTED,
            VendorParticipation.due_at < clock.now(),
            Vendor.status == VendorStatus.VERIFIED,
        )
        .order_by(VendorParticipation.due_at)
    )
    return [Due(*row) for row in rows]


async def accept_unanswered(session: AsyncSession, vendor_id: UUID) -> bool:
    """Take in a vendor whose answer is overdue; False where somebody answered, or the vendor left, a moment ago."""
    participation = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    vendor = await session.get(Vendor, vendor_id)
    if participation is None or participation.status != ParticipationStatus.REQUESTED:
        return False
    if participation.due_at is None or participation.due_at >= clock.now():
        return False
    if vendor is None or vendor.status != VendorStatus.VERIFIED:
        return False
    take_in(session, participation, decided_by=None)
    journal.append(session, SYSTEM_ACTOR, participation, role=SYSTEM, rule=ANSWER_RULE)
    return True
