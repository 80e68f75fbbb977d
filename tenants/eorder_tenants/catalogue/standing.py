"""A vendor's standing in this region as the vendor makes it: it asks, it withdraws, its payee's facts change."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import ParticipationStatus
from eorder_tenants.catalogue import journal
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.offering import hide_offers
from eorder_tenants.organisation.actors import VENDOR
from eorder_tenants.organisation.law import deadline, rulebook

ANSWER_RULE: Final = "participation_answer_days"
"""How long a region may think about a request (domain.md 3.6); what the clock does then is in lapsing.py."""


async def receive_standing(
    session: AsyncSession,
    vendor_id: UUID,
    status: ParticipationStatus,
    requested_at: datetime,
    payee: dict[str, Any],
    payee_version: int,
) -> datetime | None:
    """Bring the region's row up to what the vendor last said nationally; only asking and withdrawing are up to it.

    The same request is received once, however often it is told: what the region has decided about it stays.
    Returns until when the region has to answer, by its own calendar.
    """
    row = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if status == ParticipationStatus.WITHDRAWN:
        if row is not None and row.status != ParticipationStatus.WITHDRAWN:
            row.status = ParticipationStatus.WITHDRAWN
            await hide_offers(session, vendor_id)
            await _tell_journal(session, row)
        return row.due_at if row else None
    if status != ParticipationStatus.REQUESTED or (row is not None and row.requested_at >= requested_at):
        return row.due_at if row else None
    if row is None:
        row = VendorParticipation(vendor_id=vendor_id)
        session.add(row)
    elif row.status == ParticipationStatus.ACTIVE:
        await hide_offers(session, vendor_id)
    row.status, row.requested_at = ParticipationStatus.REQUESTED, requested_at
    row.payee, row.payee_version = payee, payee_version
    row.due_at = await _answer_due(session, requested_at)
    row.decided_at = row.decided_by = row.reason = row.note = None
    await session.flush()  # no relation tells the session that the journal needs the row first
    await _tell_journal(session, row)
    return row.due_at


async def receive_payee(
    session: AsyncSession, vendor_id: UUID, payee: dict[str, Any], payee_version: int
) -> None:
    """Newer facts of whom an order pays; older ones, and those of a vendor who never asked, are ignored."""
    row = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if row is not None and row.payee_version < payee_version:
        row.payee, row.payee_version = payee, payee_version


async def _answer_due(session: AsyncSession, requested_at: datetime) -> datetime:
    return await deadline(session, await rulebook(session), ANSWER_RULE, requested_at)


async def _tell_journal(session: AsyncSession, row: VendorParticipation) -> None:
    journal.append(session, await journal.the_vendor(session, row), row, role=VENDOR)
