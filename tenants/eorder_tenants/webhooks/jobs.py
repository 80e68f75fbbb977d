"""What tells programs of an order's steps, outside the transaction of the step."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.webhooks.sending import announce, send_message


@outbox.tenant_job("webhooks.announce")
async def announce_step(tenant: Tenant, *, order_id: str, sequence: int) -> None:
    """Make the messages of a step."""
    async with tenancy.inside(tenant) as session:
        await announce(session, UUID(order_id), sequence)


@outbox.tenant_job("webhooks.send")
async def send(tenant: Tenant, *, message_id: str) -> None:
    """One attempt at a message; what fails is tried again by the scheduler."""
    await send_message(tenant, UUID(message_id))
