"""The scheduler: `python -m eorder_web.scheduler` sweeps outboxes, lets deadlines pass and forgets what is old.

One is enough; two do no harm.
"""

import asyncio
import contextlib
import signal
from datetime import timedelta
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import delete

from eorder_platform import clock, outbox, tenancy
from eorder_platform.identity.models import NationalIdempotencyKey
from eorder_platform.logs import configure_logs
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.catalogue.lapsing import accept_unanswered, left_unanswered
from eorder_tenants.orders.expiring import expire_unanswered, return_unapproved
from eorder_tenants.organisation.models import IdempotencyKey
from eorder_web import jobs

__all__ = ["jobs"]

RELAY_EVERY_SECONDS: Final = 10
DEADLINES_EVERY_SECONDS: Final = 30
FORGET_EVERY_SECONDS: Final = 3_600
FORM_KEYS_KEPT: Final = timedelta(days=7)

log = structlog.get_logger()


async def sweep_outboxes() -> None:
    """Send again what was lost, in the nation and in every region that may write."""
    for slug in [
        outbox.NATION,
        *(tenant.slug for tenant in await registry.all_tenants() if not tenant.is_suspended),
    ]:
        try:
            await outbox.relay(slug)
        except Exception as error:  # one region's trouble must not stop the others' turn
            log.error("relay failed", tenant=slug or "national", error=str(error))


async def pass_deadlines() -> None:
    """End what vendors, commitment officers and regions left unanswered, in every region that may write."""
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            continue
        try:
            async with tenancy.inside(tenant) as session:
                expired = await expire_unanswered(session, clock.now())
            async with tenancy.inside(tenant) as session:
                returned = await return_unapproved(session, clock.now())
            taken_in = await _take_in_unanswered(tenant)
        except Exception as error:  # as above
            log.error("deadlines failed", tenant=tenant.slug, error=str(error))
        else:
            if expired or returned or taken_in:
                log.info(
                    "deadlines passed",
                    tenant=tenant.slug,
                    expired=len(expired),
                    returned=len(returned),
                    taken_in=taken_in,
                )


async def _take_in_unanswered(tenant: Tenant) -> int:
    """Each vendor in a transaction of its own; returns how many the region has now."""
    taken_in = 0
    async with tenancy.inside(tenant) as session:
        waiting = await left_unanswered(session, clock.now())
    for vendor_id in waiting:
        try:
            async with tenancy.inside(tenant) as session:
                taken_in += await accept_unanswered(session, vendor_id, clock.now())
        except Exception as error:  # one vendor's trouble must not stop the others' turn
            log.error("taking in failed", tenant=tenant.slug, vendor=str(vendor_id), error=str(error))
    return taken_in


async def forget_the_old() -> None:
    """Effects done long ago, and the keys of forms that nobody will send a second time."""
    before = clock.now() - FORM_KEYS_KEPT
    await outbox.forget_done(outbox.NATION)
    async with tenancy.national() as session:
        await session.execute(
            delete(NationalIdempotencyKey).where(NationalIdempotencyKey.created_at < before)
        )
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            continue
        try:
            await outbox.forget_done(tenant.slug)
            async with tenancy.inside(tenant) as session:
                await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
        except Exception as error:  # as above
            log.error("forgetting failed", tenant=tenant.slug, error=str(error))


async def main() -> None:
    """Run until told to stop."""
    configure_logs()
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(sweep_outboxes, "interval", seconds=RELAY_EVERY_SECONDS)
    scheduler.add_job(pass_deadlines, "interval", seconds=DEADLINES_EVERY_SECONDS)
    scheduler.add_job(forget_the_old, "interval", seconds=FORGET_EVERY_SECONDS)
    scheduler.start()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
