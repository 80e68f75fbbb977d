"""A vendor's standing in this region as the vendor makes it: it asks, it withdraws, its payee's facts change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import ParticipationStatus
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.offering import hide_offers


async def receive_standing(
    session: AsyncSession,
    vendor_id: UUID,
    status: ParticipationStatus,
    requested_at: datetime,
    payee: dict[str, Any],
    payee_version: int,
) -> None:
    """Bring the region's row up to what the vendor last said nationally; only asking and withdrawing are his to say.

    The same request is received once, however often it is told: what the region has decided about it stays.
    """
    row = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if status == ParticipationStatus.WITHDRAWN:
        if row is not None and row.status != ParticipationStatus.WITHDRAWN:
            row.status = ParticipationStatus.WITHDRAWN
            await hide_offers(session, vendor_id)
        return
    if status != ParticipationStatus.REQUESTED or (row is not None and row.requested_at >= requested_at):
        return
    if row is None:
        row = VendorParticipation(vendor_id=vendor_id)
        session.add(row)
    elif row.status == ParticipationStatus.ACTIVE:
        await hide_offers(session, vendor_id)
    row.status, row.requested_at = ParticipationStatus.REQUESTED, requested_at
    row.payee, row.payee_version = payee, payee_version
    row.decided_at = row.decided_by = row.reason = row.note = None


async def receive_payee(
    session: AsyncSession, vendor_id: UUID, payee: dict[str, Any], payee_version: int
) -> None:
    """Newer facts of whom an order pays; older ones, and those of a vendor who never asked, are ignored."""
    row = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if row is not None and row.payee_version < payee_version:
        row.payee, row.payee_version = payee, payee_version
