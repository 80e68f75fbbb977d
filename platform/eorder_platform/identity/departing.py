"""Who is gone has no session left: it ends when the transaction that ends their standing commits, and again by a job.

The job is for the moment in which Valkey is away: its sessions come back with it, and must not.
"""

from contextlib import suppress
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox, tenancy
from eorder_platform.errors import Unavailable
from eorder_platform.identity import sessions
from eorder_platform.identity.openid.signing_out import sign_out_everywhere
from eorder_platform.tenancy import Tenant

EVERYWHERE = ""


def end_sessions(session: AsyncSession, account_id: UUID, place: str = EVERYWHERE) -> None:
    """At that place, or at every one, the account's sessions are over with this transaction; open pages find none."""
    tenant: Tenant | None = session.info.get("tenant")
    job = "identity.end_sessions_here" if tenant else "identity.end_sessions"
    outbox.write(session, job, account_id=account_id, place=place)

    async def at_once() -> None:
        with suppress(Unavailable):
            await _end(account_id, place)

    tenancy.after_commit(session, at_once)


@outbox.national_job("identity.end_sessions")
async def end_of_the_nation(*, account_id: str, place: str) -> None:
    """What an act of the nation ended."""
    await _end(UUID(account_id), place)


@outbox.tenant_job("identity.end_sessions_here")
async def end_of_a_region(_tenant: Tenant, *, account_id: str, place: str) -> None:
    """What an act of a region ended."""
    await _end(UUID(account_id), place)


async def _end(account_id: UUID, place: str) -> None:
    if place == EVERYWHERE:
        await sign_out_everywhere(account_id)
    else:
        await sessions.end_at(place, account_id)
