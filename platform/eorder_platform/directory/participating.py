"""A verified vendor asks regions to take it in, and leaves them; the region decides in its own schema."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.members import Member, in_turn, own_vendor
from eorder_platform.directory.models import Participation, ParticipationStatus, VendorStatus
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.tenancy.models import TenantRow, TenantStatus
from eorder_platform.trying_out import is_test

WAITING_OR_IN = frozenset({ParticipationStatus.REQUESTED, ParticipationStatus.ACTIVE})


async def request_participation(session: AsyncSession, member: Member, tenant_id: UUID) -> Participation:
    """The region is asked (outbox `catalogue.receive_request`). Refused before verification and for a suspended region.

    A sandbox is for test vendors, and nothing else is for them.

    Asking again after a refusal or a withdrawal is allowed; asking while it waits or takes part changes nothing.
    """
    member.must_own()
    await in_turn(session, member)  # the region's row is not there yet, and cannot be locked itself
    tenant = await session.get(TenantRow, tenant_id)
    if tenant is None or tenant.sandbox != is_test(member.vendor_id):
        raise NotVisible("Wilayah ini tidak ditemukan.")
    if tenant.status == TenantStatus.SUSPENDED:
        raise Refused(
            "%(region)s sedang ditangguhkan, jadi belum menerima penyedia baru.", region=tenant.name
        )
    if (await own_vendor(session, member)).status != VendorStatus.VERIFIED:
        raise Refused("Wilayah dapat dipilih setelah usaha Anda terverifikasi.")
    standing = await _standing(session, member.vendor_id, tenant_id)
    if standing is None:
        standing = Participation(vendor_id=member.vendor_id, tenant_id=tenant_id)
        session.add(standing)
    elif standing.status in WAITING_OR_IN:
        return standing
    standing.status, standing.reason = ParticipationStatus.REQUESTED, None
    standing.requested_at, standing.due_at, standing.decided_at = clock.now(), None, None
    outbox.write(session, "catalogue.receive_request", vendor_id=member.vendor_id, tenant_id=tenant_id)
    return standing


async def withdraw_participation(session: AsyncSession, member: Member, tenant_id: UUID) -> Participation:
    """The vendor leaves the region or takes its request back; running orders go on to their end."""
    member.must_own()
    standing = await _standing(session, member.vendor_id, tenant_id)
    if standing is None or standing.status == ParticipationStatus.DECLINED:
        raise Conflict("Usaha Anda tidak sedang melayani wilayah ini.")
    if standing.status != ParticipationStatus.WITHDRAWN:
        standing.status, standing.decided_at = ParticipationStatus.WITHDRAWN, clock.now()
        outbox.write(session, "catalogue.receive_withdrawal", vendor_id=member.vendor_id, tenant_id=tenant_id)
    return standing


async def record_decision(
    session: AsyncSession,
    vendor_id: UUID,
    tenant_id: UUID,
    status: ParticipationStatus,
    reason: str | None = None,
) -> None:
    """What the region decided, told by its job; twice changes nothing, and a vendor who has left stays away."""
    standing = await _standing(session, vendor_id, tenant_id)
    if standing is None or standing.status in (status, ParticipationStatus.WITHDRAWN):
        return
    standing.status, standing.reason, standing.decided_at = status, reason, clock.now()
    outbox.write(session, "directory.tell_vendor_of_region", vendor_id=vendor_id, tenant_id=tenant_id)


async def _standing(session: AsyncSession, vendor_id: UUID, tenant_id: UUID) -> Participation | None:
    return await session.get(
        Participation, (vendor_id, tenant_id), with_for_update=True, populate_existing=True
    )
