"""The scheduler's passes: what nobody answered ends, what nobody touched goes, each order by itself and once."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, LedgerEntry
from eorder_tenants.orders.clock.expiring import let_pass, overdue_orders
from eorder_tenants.orders.contracting.answering import EXPIRE
from eorder_tenants.orders.contracting.approving import LAPSE, approve_order, return_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderEvent, OrderLine, Status
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.requesting.drafting import FORGET, change_draft
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_web.operations import scheduler
from eorder_web.operations.scheduler import pass_deadlines
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_order, completed

LATER = MONDAY + timedelta(days=5)
"""Past the three business days of a vendor, before the five of a commitment officer have been forgotten."""


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def committed(tenant: Tenant, *statuses: Status) -> tuple[Cast, list[Order]]:
    """Orders that every connection sees, all from one budget."""
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=1_000_000, pkp=False)
        return cast, [await an_order(session, cast, status) for status in statuses]


async def status_of(tenant: Tenant, order: Order) -> str | None:
    async with tenancy.inside(tenant) as session:
        return await session.scalar(select(Order.status).where(Order.id == order.id))


async def assert_released_once(tenant: Tenant, cast: Cast, *orders: Order) -> None:
    ids = [order.id for order in orders]
    async with tenancy.inside(tenant) as session:
        balance = await session.get_one(BudgetBalance, cast.balance.id)
        assert (balance.held, balance.committed, balance.available) == (0, 0, 20_000_000)
        events = select(func.count()).where(OrderEvent.order_id.in_(ids), OrderEvent.action == "expire")
        assert await session.scalar(events) == len(ids)
        released = select(func.count()).where(LedgerEntry.order_id.in_(ids), LedgerEntry.debit == "available")
        assert await session.scalar(released) == len(ids)
        assert all([await journal.verify(session, order_id) for order_id in ids])


async def test_what_the_vendor_left_unanswered_expires_and_frees_its_money(dki: Tenant) -> None:
    cast, [order] = await committed(dki, Status.ISSUED)
    with clock.travelling_to(LATER):
        await pass_deadlines()
    assert await status_of(dki, order) == Status.EXPIRED
    await assert_released_once(dki, cast, order)


@pytest.mark.parametrize(
    ("delivery", "signed_at", "until"),
    [
        (date(2026, 7, 20), (6, 10), (9, 23, 59)),
        (date(2026, 7, 9), (6, 10), (8, 23, 59)),
        (date(2026, 7, 7), (6, 10), (6, 23, 59)),
        (date(2026, 7, 6), (6, 22), (6, 23, 59)),
    ],
    ids=["three business days", "the delivery is on the third", "on the next day", "on the same day"],
)
async def test_a_vendor_answers_before_the_last_day_of_the_delivery(
    dki_session: AsyncSession, delivery: date, signed_at: tuple[int, int], until: tuple[int, int, int]
) -> None:
    """It could be accepted at the end of the day on which it had to be there."""
    jakarta = ZoneInfo("Asia/Jakarta")
    with clock.travelling_to(datetime(2026, 7, *signed_at, tzinfo=jakarta)):
        cast = await a_cast(dki_session, price=1_000_000, pkp=False)
        order = await a_draft(dki_session, cast)
        order = await change_draft(
            dki_session, cast.officer, completed(order, cast, delivery_due_on=delivery)
        )
        await submit_order(dki_session, cast.officer, order.id, order.version)
        await approve_order(dki_session, cast.approver, order.id, order.version)
    assert order.due_at == datetime(2026, 7, *until, tzinfo=jakarta)


async def test_what_the_commitment_officer_left_unanswered_is_a_draft_again(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    assert order.due_at
    with clock.travelling_to(order.due_at):
        assert await let_pass(dki_session, order.id) is None
    with clock.travelling_to(order.due_at + timedelta(seconds=1)):
        assert await let_pass(dki_session, order.id) is LAPSE
    await dki_session.refresh(cast.balance)
    assert (order.status, cast.balance.held) == (Status.DRAFT, 0)
    assert order.due_at is None


async def test_one_order_in_trouble_holds_up_no_other(dki: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of three ends, and then something breaks: it stands as before, until a later pass."""
    cast, [broken, *others] = await committed(dki, *[Status.ISSUED] * 3)
    async with tenancy.inside(dki) as session:
        first = Order.due_at - timedelta(days=1)
        await session.execute(update(Order).where(Order.id == broken.id).values(due_at=first))

    async def breaking(session: AsyncSession, order_id: UUID) -> Step | None:
        step = await let_pass(session, order_id)
        if order_id == broken.id:
            raise ValueError("it broke after everything else was done")
        return step

    with clock.travelling_to(LATER), capture_logs() as logs:
        with monkeypatch.context() as trouble:
            trouble.setattr(scheduler, "let_pass", breaking)
            await pass_deadlines()
        assert [await status_of(dki, order) for order in others] == [Status.EXPIRED] * 2
        assert await status_of(dki, broken) == Status.ISSUED
        [failure] = [entry for entry in logs if entry.get("about") == broken.number]
        assert (failure["event"], failure["tenant"]) == ("deadline failed", "dki")
        await pass_deadlines()
    await assert_released_once(dki, cast, broken, *others)


async def test_four_schedulers_expire_every_order_once(gorontalo: Tenant) -> None:
    cast, orders = await committed(gorontalo, *[Status.ISSUED] * 12)
    with clock.travelling_to(LATER):
        await asyncio.gather(*(pass_deadlines() for _ in range(4)))
        await pass_deadlines()
    await assert_released_once(gorontalo, cast, *orders)


async def test_a_scheduler_killed_in_the_middle_leaves_the_rest_to_the_other(dki: Tenant) -> None:
    cast, [order] = await committed(dki, Status.ISSUED)
    done, may_die = asyncio.Event(), asyncio.Event()

    async def dying() -> None:
        with clock.travelling_to(LATER):
            async with tenancy.inside(dki) as session:
                assert await let_pass(session, order.id) is EXPIRE
                await session.flush()
                done.set()
                await may_die.wait()
                await session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    killed = asyncio.create_task(dying())
    await done.wait()
    with clock.travelling_to(LATER):
        await pass_deadlines()  # the order is locked: skipped, not waited for
        assert await status_of(dki, order) == Status.ISSUED
        may_die.set()
        with pytest.raises(DBAPIError):
            await killed
        await pass_deadlines()
    await assert_released_once(dki, cast, order)


async def test_a_draft_that_nobody_touched_for_a_month_is_thrown_away(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    draft = await a_draft(dki_session, cast)
    assert await forgotten_after(dki_session, draft.id, days=30) is None
    assert await forgotten_after(dki_session, draft.id, days=30, seconds=1) is FORGET
    await dki_session.flush()
    assert await dki_session.scalar(select(OrderLine.id).where(OrderLine.order_id == draft.id)) is None


async def test_a_returned_draft_that_nobody_touched_keeps_its_journal(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    await return_order(dki_session, cast.approver, order.id, order.version, "Alamat kurang jelas")
    assert await forgotten_after(dki_session, order.id, days=30, seconds=1) is FORGET
    await dki_session.flush()
    assert (order.status, await journal.verify(dki_session, order.id)) == (Status.CANCELLED, True)
    assert (await journal.history(dki_session, order.id))[-1].actor_name == "Sistem"


async def forgotten_after(session: AsyncSession, order_id: UUID, **since: int) -> Step | None:
    """What the scheduler does to a draft that long after its last change; found among the overdue or not."""
    with clock.travelling_to(MONDAY + timedelta(**since)):
        listed = order_id in [one.id for one in await overdue_orders(session)]
        done = await let_pass(session, order_id)
    assert listed == (done is not None)
    return done
