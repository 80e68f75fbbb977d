"""What follows from a confirmed file."""

from uuid import UUID

from eorder_platform import outbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.linking import link_accounts


@outbox.tenant_job("organisation.link_accounts")
async def link(tenant: Tenant, *, batch_id: str) -> None:
    """Link the officials of a confirmed file to their accounts."""
    await link_accounts(tenant, UUID(batch_id))
