"""Appointing officials to roles, by letter and for a period (surat keputusan, domain.md 1.2 SOD6 and SOD10)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.holding import holds_within
from eorder_tenants.organisation.models import Official, Role, RoleAssignment, WorkUnit
from eorder_tenants.organisation.proving import signing_as

KEPT_APART: Final = (Role.TENANT_ADMIN, Role.AUDITOR)
"""Roles that nobody holds beside another: the administrator grants roles (SOD6), the auditor watches them."""


@dataclass(frozen=True)
class Appointment:
    """Who becomes what, where (None: the whole region), from when until when, by which letter."""

    official_id: UUID
    role: Role
    work_unit_id: UUID | None
    valid_from: date
    valid_to: date
    letter_number: str


async def appoint(session: AsyncSession, actor: Actor, wanted: Appointment) -> RoleAssignment:
    """Grant a role; `granted_by` keeps who did.

    Four eyes (SOD6): the administrator who grants is never the one who receives. A second administrator's consent
    to every grant is not asked for: a region may have only one.

    Refused: without fresh proof of the person; oneself; an administrator or auditor beside any other role; a period
    that is over or runs backwards; the same role in the same unit for days already granted; no letter number.
    """
    require_administrator(actor)
    await signing_as(session, actor)
    official = await session.get(Official, wanted.official_id, with_for_update=True)
    if official is None or not official.active:
        raise NotVisible("Pejabat ini tidak ditemukan.")
    await _check(session, actor, wanted)
    row = RoleAssignment(
        id=new_id(),
        official_id=official.id,
        role=wanted.role,
        work_unit_id=_unit_of(wanted),
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        letter_number=wanted.letter_number.strip(),
        granted_by=actor.id,
    )
    session.add(row)
    await session.flush()
    return row


def require_administrator(actor: Actor) -> None:
    """Units, roles, rules and imported files of a region are its administrator's work, and nobody else's (SOD6)."""
    if not actor.holds(Role.TENANT_ADMIN):
        raise NotAllowed("Hanya admin daerah yang dapat melakukan ini.")


def _unit_of(wanted: Appointment) -> UUID | None:
    return None if wanted.role in KEPT_APART else wanted.work_unit_id


async def _check(session: AsyncSession, actor: Actor, wanted: Appointment) -> None:
    tenant: Tenant = session.info["tenant"]
    problems: list[tuple[str | None, str]] = []
    if wanted.official_id == actor.id:
        problems.append(
            ("official_id", "Anda tidak dapat memberi peran kepada diri sendiri. Minta admin lain.")
        )
    if wanted.valid_to < wanted.valid_from:
        problems.append(("valid_to", "Hari terakhir mendahului hari pertama."))
    elif wanted.valid_to < clock.today(tenant.zone):
        problems.append(("valid_to", "Masa penugasan ini sudah lewat."))
    if len(wanted.letter_number.strip()) < 3:
        problems.append(("letter_number", "Tulis nomor surat keputusan."))
    elif sentence := too_long(wanted.letter_number, "letter_number"):
        problems.append(("letter_number", sentence))
    if wanted.work_unit_id is not None and await session.get(WorkUnit, wanted.work_unit_id) is None:
        problems.append(("work_unit_id", "Unit kerja ini tidak ditemukan."))
    problems += await _conflicts(session, wanted)
    if problems:
        raise Refused.several(problems)


async def _conflicts(session: AsyncSession, wanted: Appointment) -> list[tuple[str | None, str]]:
    """Appointments of the same person in the same days that do not go with the one wanted."""
    overlapping = await session.scalars(
        select(RoleAssignment).where(
            RoleAssignment.official_id == wanted.official_id,
            holds_within(wanted.valid_from, wanted.valid_to),
        )
    )
    problems: list[tuple[str | None, str]] = []
    for other in overlapping:
        if other.role == wanted.role and other.work_unit_id == _unit_of(wanted):
            problems.append(("role", "Pejabat ini sudah memegang peran itu pada masa tersebut."))
        elif other.role != wanted.role and {Role(other.role), wanted.role} & set(KEPT_APART):
            problems.append(
                ("role", "Admin daerah dan auditor tidak boleh memegang peran lain pada masa yang sama.")
            )
    return problems[:1]
