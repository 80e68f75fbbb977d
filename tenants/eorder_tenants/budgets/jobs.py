"""What follows from confirmed files and from ceilings."""

from uuid import UUID

from eorder_platform import outbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.alarming import tell_of_overcommitment
from eorder_tenants.budgets.importing.linking import link_accounts


@outbox.tenant_job("organisation.link_accounts")
async def link(tenant: Tenant, *, batch_id: str) -> None:
    """Link the officials of a confirmed file to their accounts."""
    await link_accounts(tenant, UUID(batch_id))


@outbox.tenant_job("budgets.tell_of_overcommitment")
async def alarm(tenant: Tenant, *, balance_id: str) -> None:
    """Tell budget users and auditors of a balance that a lower ceiling left overcommitted."""
    await tell_of_overcommitment(tenant, UUID(balance_id))
