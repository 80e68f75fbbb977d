"""The journal of a vendor's standing in this region: append-only, written by whoever changes the standing."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import Vendor
from eorder_tenants.catalogue.models import ParticipationEvent, VendorParticipation
from eorder_tenants.organisation.actors import Actor


def append(
    session: AsyncSession,
    actor: Actor,
    participation: VendorParticipation,
    *,
    role: str,
    rule: str | None = None,
    note: str | None = None,
) -> None:
    """Write where the vendor stands now and who brought it there."""
    session.add(
        ParticipationEvent(
            vendor_id=participation.vendor_id,
            status=participation.status,
            actor_id=actor.id,
            actor_name=actor.name,
            role=role,
            rule=rule,
            note=note,
        )
    )


async def the_vendor(session: AsyncSession, participation: VendorParticipation) -> Actor:
    """The vendor as one who acts: under its trade name, because a region does not know its people."""
    vendor = await session.get_one(Vendor, participation.vendor_id)
    return Actor(None, vendor.trade_name, vendor_id=vendor.id)


async def history(session: AsyncSession, actor: Actor, vendor_id: UUID) -> list[ParticipationEvent]:
    """Every turn of a vendor's standing here, the newest first; for officials, nobody else."""
    if not actor.appointments:
        return []
    turns = select(ParticipationEvent).where(ParticipationEvent.vendor_id == vendor_id)
    return list(
        await session.scalars(turns.order_by(ParticipationEvent.at.desc(), ParticipationEvent.id.desc()))
    )
