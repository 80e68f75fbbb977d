"""In which regions an account is an official: the nation knows where to look, each region what holds there."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.identity.models import RegionalOfficial
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.organisation.holding import holds_from, holds_on
from eorder_tenants.organisation.models import Official, Role, RoleAssignment


@dataclass(frozen=True)
class Belonging:
    """A person in a region: the roles they hold today, whether any holds today or later, and whether the region would
    be without an administrator if they left.
    """

    tenant: Tenant
    roles: tuple[Role, ...]
    is_appointed: bool
    is_last_administrator: bool


async def remember_official(session: AsyncSession, account_id: UUID, tenant: Tenant) -> None:
    """In a national transaction: that region has an official with this account."""
    known = insert(RegionalOfficial).values(account_id=account_id, tenant_id=tenant.id)
    await session.execute(known.on_conflict_do_nothing())


async def regions_of(account_id: UUID) -> list[Belonging]:
    """Every region whose official the account is or was, in the order of the codes; one transaction in each."""
    async with tenancy.national() as session:
        known = select(RegionalOfficial.tenant_id).where(RegionalOfficial.account_id == account_id)
        ids = set(await session.scalars(known))
    if not ids:
        return []
    return [
        await _in_region(tenant, account_id) for tenant in await registry.all_tenants() if tenant.id in ids
    ]


async def _in_region(tenant: Tenant, account_id: UUID) -> Belonging:
    today = clock.today(tenant.zone)
    held = (
        select(RoleAssignment)
        .join(Official, Official.id == RoleAssignment.official_id)
        .where(Official.id == account_id, Official.active, holds_from(today))
    )
    others = select(func.count()).where(
        RoleAssignment.role == Role.TENANT_ADMIN, RoleAssignment.official_id != account_id, holds_on(today)
    )
    async with tenancy.inside(tenant) as session:
        appointments = list(await session.scalars(held))
        administrates = any(one.role == Role.TENANT_ADMIN for one in appointments)
        last = administrates and await session.scalar(others) == 0
    now = {Role(one.role) for one in appointments if one.valid_from <= today}
    return Belonging(tenant, tuple(sorted(now)), bool(appointments), last)
