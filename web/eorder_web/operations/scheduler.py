"""The scheduler (`python -m eorder_web.operations.scheduler`): outboxes, deadlines, reminders, digests, forgetting.

One is enough; two do no harm.
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.inquiring import due_inquiries
from eorder_platform.directory.proving_mailbox import forget_pending
from eorder_platform.directory.sanctions.deciding import (
    cases_overdue,
    end_by_the_clock,
    lapse_by_the_clock,
    sanctions_over,
)
from eorder_platform.directory.sanctions.recognising import fill_fingerprints
from eorder_platform.identity.models import NATIONAL_FORM_KEYS
from eorder_platform.identity.openid.access_tokens import forget_tokens
from eorder_platform.identity.openid.permissions import end_unused
from eorder_platform.logs import configure_logs
from eorder_platform.notices.forgetting import forget_notices
from eorder_platform.repetition import forget_locations
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.catalogue.lapsing import accept_unanswered, left_unanswered
from eorder_tenants.catalogue.rewording import reword_nation, reword_region
from eorder_tenants.orders.clock.closing import close_year, orders_to_close
from eorder_tenants.orders.clock.expiring import let_pass, overdue_orders
from eorder_tenants.orders.clock.reminding import orders_to_remind_of, remind
from eorder_tenants.orders.contracting.sanctioned import orders_to_stop, stop_order
from eorder_tenants.orders.telling.letters import letters_to_tell_of, tell_by_the_clock
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.models import FORM_KEYS
from eorder_tenants.webhooks.sending import due_messages, forget_messages
from eorder_web.notices.digesting import send_digests
from eorder_web.operations import jobs

__all__ = ["jobs"]

RELAY_EVERY_SECONDS: Final = 10
DIGESTS_EVERY_SECONDS: Final = 600
DEADLINES_EVERY_SECONDS: Final = 30
WEBHOOKS_EVERY_SECONDS: Final = 5
INQUIRIES_EVERY_SECONDS: Final = 20
REMINDERS_EVERY_SECONDS: Final = 600
FORGET_EVERY_SECONDS: Final = 3_600
REWORD_EVERY_SECONDS: Final = 3_600
FORM_KEYS_KEPT: Final = timedelta(days=7)
TOKENS_KEPT: Final = timedelta(days=2)
"""After a token is over; far longer than a refresh token that is shown a second time comes late."""

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
    """Close the year and end what people left unanswered, in the nation and in every region that may write."""
    await _pass_of_the_nation("sanction", sanctions_over, end_by_the_clock)
    await _pass_of_the_nation("proposed sanction", cases_overdue, lapse_by_the_clock)
    for tenant in await registry.all_tenants():
        if not tenant.is_suspended:
            await _each_by_itself(tenant, "year end", orders_to_close, close_year)
            await _each_by_itself(tenant, "deadline", overdue_orders, let_pass)
            await _each_by_itself(tenant, "answer", left_unanswered, accept_unanswered)
            await _each_by_itself(tenant, "sanctioned order", orders_to_stop, stop_order)
            await _each_by_itself(tenant, "letter", letters_to_tell_of, tell_by_the_clock)


async def remind_people() -> None:
    """Write to those for whom an order waits, while there is still time."""
    for tenant in await registry.all_tenants():
        if not tenant.is_suspended:
            await _each_by_itself(tenant, "reminder", orders_to_remind_of, remind)


async def resend_webhooks() -> None:
    """Try again what programs did not take, when its time has come."""
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            continue
        try:
            async with tenancy.inside(tenant) as session:
                await due_messages(session)
        except Exception as error:  # as above
            log.error("webhooks failed", tenant=tenant.slug, error=str(error))


async def ask_again() -> None:
    """Ask other authorities again what they did not answer, when its time has come."""
    async with tenancy.national() as session:
        await due_inquiries(session)


async def _pass_of_the_nation(
    what: str,
    find: Callable[[AsyncSession], Awaitable[Sequence[UUID]]],
    act: Callable[[AsyncSession, UUID], Awaitable[object]],
) -> None:
    """As :func:`_each_by_itself`, for what the nation keeps."""
    async with tenancy.national() as session:
        due = await find(session)
    for one in due:
        try:
            async with tenancy.national() as session:
                done = await act(session, one)
        except Exception as error:  # one's trouble must not stop the others' turn
            log.error(f"{what} failed", tenant="national", about=str(one), error=str(error))
        else:
            if done:
                log.info(f"{what} passed", tenant="national", about=str(one))


async def _each_by_itself(
    tenant: Tenant,
    what: str,
    find: Callable[[AsyncSession], Awaitable[Sequence[Due]]],
    act: Callable[[AsyncSession, UUID], Awaitable[object]],
) -> None:
    """Each in a transaction of its own: one in trouble is tried again next time, after the others' turn."""
    try:
        async with tenancy.inside(tenant) as session:
            due = await find(session)
    except Exception as error:  # as above
        log.error(f"{what} failed", tenant=tenant.slug, error=str(error))
        return
    for one in due:
        try:
            async with tenancy.inside(tenant) as session:
                done = await act(session, one.id)
        except Exception as error:  # as above, one order's or vendor's trouble
            log.error(f"{what} failed", tenant=tenant.slug, about=one.name, error=str(error))
        else:
            if done:
                log.info(f"{what} passed", tenant=tenant.slug, about=one.name)


async def forget_the_old() -> None:
    """Effects done long ago, keys of forms that nobody sends again, unconfirmed accounts, and notices of long ago.

    Tax numbers that were written before sanctions get their fingerprints on the way.
    """
    before = clock.now() - FORM_KEYS_KEPT
    await outbox.forget_done(outbox.NATION)
    async with tenancy.national() as session:
        await forget_locations(session, NATIONAL_FORM_KEYS, before)
        await forget_pending(session)
        await forget_tokens(session, clock.now() - TOKENS_KEPT)
        await end_unused(session)
        await forget_notices(session)
        await fill_fingerprints(session)
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            continue
        try:
            await outbox.forget_done(tenant.slug)
            async with tenancy.inside(tenant) as session:
                await forget_locations(session, FORM_KEYS, before)
                await forget_notices(session)
                await forget_messages(session)
        except Exception as error:  # as above
            log.error("forgetting failed", tenant=tenant.slug, error=str(error))


async def reword() -> None:
    """What is sold is found by the words that this version cuts; after the first time there is nothing to do."""
    try:
        await reword_nation()
    except Exception as error:  # as above
        log.error("rewording failed", tenant="national", error=str(error))
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            continue
        try:
            await reword_region(tenant)
        except Exception as error:  # as above
            log.error("rewording failed", tenant=tenant.slug, error=str(error))


async def main() -> None:
    """Run until told to stop."""
    configure_logs()
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(sweep_outboxes, "interval", seconds=RELAY_EVERY_SECONDS)
    scheduler.add_job(pass_deadlines, "interval", seconds=DEADLINES_EVERY_SECONDS)
    scheduler.add_job(resend_webhooks, "interval", seconds=WEBHOOKS_EVERY_SECONDS)
    scheduler.add_job(ask_again, "interval", seconds=INQUIRIES_EVERY_SECONDS)
    scheduler.add_job(remind_people, "interval", seconds=REMINDERS_EVERY_SECONDS)
    scheduler.add_job(send_digests, "interval", seconds=DIGESTS_EVERY_SECONDS)
    scheduler.add_job(forget_the_old, "interval", seconds=FORGET_EVERY_SECONDS)
    scheduler.add_job(reword, "interval", seconds=REWORD_EVERY_SECONDS, next_run_time=clock.now())
    scheduler.start()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
