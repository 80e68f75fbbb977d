"""Many clients on one budget line at the same instant; the long version is infra/benchmarks/budget_race.py."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.approving import return_order
from eorder_tenants.orders.core.models import Order, Status
from infra.benchmarks.racing import race
from tests.orders.factories import MONDAY, a_cast, an_order, go_on


async def test_32_clients_on_one_line_overspend_nothing_and_are_refused_only_for_want_of_money(
    dki: Tenant,
) -> None:
    outcome = await race(dki, rounds=5, clients=32)
    assert outcome.faults == []
    assert outcome.counts["refused"] and outcome.counts["held"]


@pytest.fixture
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.usefixtures("_in_july")
async def test_money_that_is_given_back_in_the_same_instant_is_not_refused(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=600_000, pkp=False, ceiling=1_000_000)
        held = await an_order(session, cast, Status.AWAITING_APPROVAL)
        draft = await an_order(session, cast, Status.DRAFT)

    async def submit() -> Order:
        async with tenancy.inside(dki) as session:
            order = await session.get_one(Order, draft.id)
            return await go_on(session, cast, order, Status.AWAITING_APPROVAL)

    async with tenancy.inside(dki) as session:
        await return_order(session, cast.approver, held.id, held.version, "Salah satuan")
        submission = asyncio.create_task(submit())
        await _waits_for_its_place(session)
    assert (await submission).budget_rupiah == 600_000


async def _waits_for_its_place(session: AsyncSession) -> None:
    """Until the other connection of the region stands at the row that is locked here.

    A transaction keeps the list of connections that it saw first, and with it nothing of those made since.
    """
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = current_user"
        " and datname = current_database()"
    )
    async with asyncio.timeout(20):
        while not await session.scalar(waiting):
            await asyncio.sleep(0.02)
            await session.execute(text("select pg_stat_clear_snapshot()"))
