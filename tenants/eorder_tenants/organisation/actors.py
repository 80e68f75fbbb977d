"""Who acts: an official with appointments, a vendor's member, or the system. Use cases take an Actor and ask it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.errors import NotAllowed
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role

VENDOR = "vendor"
SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """A person in this region (or the system), with what the database says today of their appointments.

    `appointments` pairs a role with the work unit it holds for, or None for the whole region.
    """

    id: UUID | None
    name: str
    appointments: frozenset[tuple[Role, UUID | None]] = frozenset()
    vendor_id: UUID | None = None
    vendor_role: str | None = None

    def holds(self, role: Role, work_unit_id: UUID | None = None) -> bool:
        """Do they hold that role, for that unit or for the whole region? Without a unit: anywhere at all."""
        return any(
            held is role and (work_unit_id is None or unit is None or unit == work_unit_id)
            for held, unit in self.appointments
        )

    def units(self, role: Role) -> frozenset[UUID] | None:
        """The units for which they hold a role; None stands for all of them."""
        held = {unit for one, unit in self.appointments if one is role}
        return None if None in held else frozenset(unit for unit in held if unit is not None)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, _ in self.appointments)

    @property
    def official_id(self) -> UUID:
        """His id as an official; refused for anybody else."""
        if self.id is None or self.vendor_id is not None or not self.appointments:
            raise NotAllowed("Tindakan ini hanya untuk pejabat yang memiliki penugasan di daerah ini.")
        return self.id


def vendor_actor(account_id: UUID, name: str, vendor_id: UUID, vendor_role: str) -> Actor:
    """A vendor's member, whose membership the national schema has confirmed."""
    return Actor(account_id, name, vendor_id=vendor_id, vendor_role=vendor_role)


SYSTEM_ACTOR = Actor(None, "Sistem")


async def actor_for(session: AsyncSession, account_id: UUID) -> Actor:
    """The official behind an account, with the appointments valid on today's date in the region's zone."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    found = await straight.rows(session, _APPOINTMENTS, account_id, today)
    name = found[0][0] if found else ""
    return Actor(account_id, name, frozenset((Role(role), unit) for _, role, unit in found))


_APPOINTMENTS: Final = """
select o.name, a.role, a.work_unit_id
from official o join role_assignment a on a.official_id = o.id
where o.id = $1 and o.active and a.valid_from <= $2 and (a.valid_to is null or a.valid_to >= $2)
"""
