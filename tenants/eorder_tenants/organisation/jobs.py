"""What crosses from a region to the nation: who its officials are, and their invitations."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.belonging import remember_official


@outbox.tenant_job("organisation.invite")
async def invite(tenant: Tenant, *, official_id: str) -> None:
    """Ask the nation to invite the person behind an official."""
    async with tenancy.national() as session:
        outbox.write(session, "identity.invite", account_id=UUID(official_id), host=tenant.hosts[0])


@outbox.tenant_job("organisation.tell_nation")
async def tell_nation(tenant: Tenant, *, official_id: str) -> None:
    """The nation knows that the region has this official."""
    async with tenancy.national() as session:
        await remember_official(session, UUID(official_id), tenant)
