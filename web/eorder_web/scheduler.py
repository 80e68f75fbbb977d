"""The scheduler: `python -m eorder_web.scheduler` sweeps outboxes and lets deadlines pass.

One is enough; two do no harm.
"""

import asyncio
import contextlib
import signal
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from eorder_platform import outbox
from eorder_platform.tenancy import registry
from eorder_web import jobs

__all__ = ["jobs"]

RELAY_EVERY_SECONDS: Final = 10
DEADLINES_EVERY_SECONDS: Final = 30

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


async def main() -> None:
    """Run until told to stop."""
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(sweep_outboxes, "interval", seconds=RELAY_EVERY_SECONDS)
    scheduler.start()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
