"""What crosses from a region to the nation: invitations of its officials."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.tenancy import Tenant


@outbox.tenant_job("organisation.invite")
async def invite(tenant: Tenant, *, official_id: str) -> None:
    """Ask the nation to invite the person behind an official."""
    async with tenancy.national() as session:
        outbox.write(session, "identity.invite", account_id=UUID(official_id), host=tenant.hosts[0])
