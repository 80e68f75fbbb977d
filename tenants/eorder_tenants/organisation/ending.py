"""Ending an appointment before its time: what was done under it stays, from the next day on nothing more is."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity.departing import end_sessions
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.holding import holds_on
from eorder_tenants.organisation.models import Role, RoleAssignment


async def end_appointment(
    session: AsyncSession, actor: Actor, assignment_id: UUID, last_day: date
) -> RoleAssignment:
    """Set the last day of an appointment; yesterday ends it at once.

    One that ends at once ends its holder's sessions in this region: with what they still hold they sign in again.
    An appointment that never began is taken back instead. Refused: a day before yesterday (what was done since would
    lose its ground), a longer period than was granted, and the region's last administrator.
    """
    require_administrator(actor)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    row = await session.get(RoleAssignment, assignment_id, with_for_update=True)
    if row is None or row.taken_back or (row.valid_to is not None and row.valid_to < today):
        raise NotVisible("Penugasan yang masih berlaku ini tidak ditemukan.")
    if last_day < today - timedelta(days=1):
        raise Refused(
            "Penugasan tidak dapat diakhiri surut. Pilih kemarin untuk mengakhirinya sekarang.", "last_day"
        )
    if row.valid_to is not None and last_day > row.valid_to:
        raise Refused(
            "Penugasan hanya dapat diperpendek. Buat penugasan baru untuk masa berikutnya.", "last_day"
        )
    if row.role == Role.TENANT_ADMIN and await _is_last_administrator(
        session, row, last_day + timedelta(days=1)
    ):
        raise Refused(
            "Daerah ini tidak boleh kehilangan admin terakhirnya. Tugaskan admin lain dahulu.", "last_day"
        )
    if last_day < row.valid_from:
        row.taken_back = True
        last_day = today - timedelta(days=1)
    row.valid_to = last_day
    await session.flush()
    if last_day < today:
        end_sessions(session, row.official_id, tenant.slug)
        outbox.write(session, "orders.tell_successors", assignment_id=row.id)
    return row


async def _is_last_administrator(session: AsyncSession, row: RoleAssignment, day: date) -> bool:
    others = await session.scalar(
        select(func.count())
        .select_from(RoleAssignment)
        .where(
            RoleAssignment.role == Role.TENANT_ADMIN,
            RoleAssignment.id != row.id,
            holds_on(day),
        )
    )
    return others == 0
