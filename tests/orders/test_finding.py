"""Whose orders a person finds, and what waits for whom."""

from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible
from eorder_platform.listing import page_of
from eorder_tenants.orders.contracting.answering import ACCEPT
from eorder_tenants.orders.contracting.approving import return_order
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.reading.context import beside_of
from eorder_tenants.orders.reading.queries import Wanted, order_for, orders_visible_to
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from tests.orders.factories import MONDAY, a_cast, an_order, go_on

WAITS_FOR = {
    Status.DRAFT: {"officer"},
    Status.AWAITING_APPROVAL: {"approver"},
    Status.ISSUED: {"owner"},
    Status.ACCEPTED: {"owner", "staff"},
    Status.CANCELLATION_ASKED: {"approver"},
    Status.PARTLY_DELIVERED: {"owner", "staff"},
    Status.ANNOUNCED: {"owner", "staff"},
    Status.IN_DELIVERY: {"owner", "staff"},
    Status.DELIVERED: {"receiver"},
    Status.INSPECTED: {"owner"},
    Status.HANDOVER_PENDING: {"approver"},
    Status.HANDED_OVER: {"owner"},
    Status.INVOICED: {"treasurer"},
    Status.PAYMENT_REQUESTED: {"budget_user"},
    Status.PAYMENT_APPROVED: {"treasurer"},
    Status.PAID: {"approver"},
}


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.parametrize("status", list(Status))
async def test_an_order_stands_in_the_task_list_of_whom_it_waits_for(
    dki_session: AsyncSession, status: Status
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    for name, actor in cast.everybody.items():
        tasks = [task.order_id for task in await tasks_of(dki_session, actor)]
        assert (order.id in tasks) == (name in WAITS_FOR.get(status, set())), name


async def test_a_task_says_since_when_and_until_when(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    (task,) = await tasks_of(dki_session, cast.owner)
    assert (task.step, task.since, task.until) == (ACCEPT, MONDAY, order.due_at)


async def test_the_nearest_deadline_comes_first(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=1_000, pkp=False)
    late = await an_order(dki_session, cast, Status.ACCEPTED)
    soon = await an_order(dki_session, cast, Status.ISSUED)
    assert [task.order_id for task in await tasks_of(dki_session, cast.owner)] == [soon.id, late.id]


async def test_an_order_is_no_task_of_the_one_whom_duties_keep_from_it(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    both = Actor(
        cast.officer.id,
        cast.officer.name,
        cast.officer.appointments | {(Role.COMMITMENT_OFFICER, cast.unit.id)},
    )
    assert [task.order_id for task in await tasks_of(dki_session, both)] == []
    assert (await order_for(dki_session, both, order.id)).id == order.id


async def test_strangers_do_not_find_an_order(
    dki_session: AsyncSession, gorontalo_session: AsyncSession
) -> None:
    """A31: also not with its id in hand, and in another region not even the one who made it."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    for actor in (cast.stranger, cast.other_vendor, Actor(None, "Siapa pun")):
        with pytest.raises(NotVisible):
            await order_for(dki_session, actor, order.id)
    with pytest.raises(NotVisible):
        await order_for(gorontalo_session, cast.officer, order.id)


async def test_a_vendor_finds_his_orders_from_the_moment_they_are_issued(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    with pytest.raises(NotVisible):
        await order_for(dki_session, cast.owner, order.id)
    assert (await page_of(dki_session, orders_visible_to(cast.owner, Wanted()))).total == 0
    await go_on(dki_session, cast, order, Status.ISSUED)
    assert (await order_for(dki_session, cast.staff, order.id)).id == order.id
    assert (await page_of(dki_session, orders_visible_to(cast.owner, Wanted()))).total == 1


async def test_an_auditor_finds_everything_in_the_region(dki_session: AsyncSession) -> None:
    casts = [await a_cast(dki_session) for _ in range(2)]
    orders = [await an_order(dki_session, cast, Status.PAID) for cast in casts]
    for order in orders:
        assert (await order_for(dki_session, casts[0].auditor, order.id)).id == order.id


async def test_a_list_is_searched_filtered_and_paged(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=1_000, pkp=False)
    orders = [await an_order(dki_session, cast, Status.AWAITING_APPROVAL) for _ in range(3)]
    await go_on(dki_session, cast, orders[0], Status.ISSUED)
    page = await page_of(dki_session, orders_visible_to(cast.approver, Wanted(search="kertas cahaya")))
    assert (page.total, page.pages, len(page.rows)) == (3, 1, 3)
    assert (await page_of(dki_session, orders_visible_to(cast.approver, Wanted(search="toner")))).total == 0
    assert (await page_of(dki_session, orders_visible_to(cast.approver, Wanted(search="100%_")))).total == 0
    issued = await page_of(dki_session, orders_visible_to(cast.approver, Wanted(statuses={Status.ISSUED})))
    assert [row.id for row in issued.rows] == [orders[0].id]
    found = await page_of(dki_session, orders_visible_to(cast.approver, Wanted(search=str(orders[1].number))))
    assert [row.id for row in found.rows] == [orders[1].id]


async def test_a_vendor_reads_the_journal_from_the_day_the_order_was_issued(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    await return_order(dki_session, cast.approver, order.id, order.version, "Urusan dalam kantor")
    await go_on(dki_session, cast, order, Status.ACCEPTED)
    seen = await beside_of(dki_session, cast.owner, order)
    assert [entry.to_status for entry in seen.entries] == ["issued", "accepted"]
    assert len((await beside_of(dki_session, cast.auditor, order)).entries) == 5
