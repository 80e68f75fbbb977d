"""Several connections to a real database want the same order at the same moment: exactly one of them gets it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight, tenancy
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.clock.expiring import let_pass
from eorder_tenants.orders.contracting.answering import accept_order, decline_order
from eorder_tenants.orders.contracting.approving import approve_order, reject_order, return_order
from eorder_tenants.orders.contracting.cancelling import withdraw_order
from eorder_tenants.orders.contracting.recalling import recall_order
from eorder_tenants.orders.core import journal, stepping
from eorder_tenants.orders.core.models import Order, Payment, Status
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.requesting.drafting import add_to_draft
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook
from tests.orders.factories import MONDAY, WAY, Cast, a_cast, a_draft, an_order

Act = Callable[[AsyncSession, Cast, Order], Awaitable[Any]]
WHY = "Alasan yang cukup panjang"


async def a_committed(tenant: Tenant, status: Status, **cast_facts: Any) -> tuple[Cast, Order]:
    """An order that other connections can see."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session, **cast_facts)
            order = await (
                a_draft(session, cast) if status is Status.DRAFT else an_order(session, cast, status)
            )
    return cast, order


async def compete(tenant: Tenant, cast: Cast, order: Order, *acts: Act) -> int:
    """Everybody acts on what he saw, each over a connection of his own; how many were heard."""

    async def once(act: Act) -> bool:
        with clock.travelling_to(MONDAY):
            try:
                async with tenancy.inside(tenant) as session:
                    return bool(await act(session, cast, order))
            except (Conflict, NotVisible, Refused):
                return False

    return sum(await asyncio.gather(*(once(act) for act in acts)))


def by(use_case: Any, who: str, *more: Any) -> Act:
    def act(session: AsyncSession, cast: Cast, order: Order) -> Any:
        actor: Actor = cast.everybody[who]
        return use_case(session, actor, order.id, order.version, *more)

    return act


async def _expire(session: AsyncSession, cast: Cast, order: Order) -> bool:
    assert order.due_at
    with clock.travelling_to(order.due_at + timedelta(seconds=1)):
        return await let_pass(session, order.id) is not None


APPROVE, REJECT = by(approve_order, "approver"), by(reject_order, "approver", WHY)
RECALL = by(recall_order, "officer")
RETURN, WITHDRAW = by(return_order, "approver", WHY), by(withdraw_order, "approver", WHY)
ACCEPT, DECLINE = by(accept_order, "owner"), by(decline_order, "owner", WHY)


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (Status.AWAITING_APPROVAL, (APPROVE, APPROVE)),
        (Status.AWAITING_APPROVAL, (APPROVE, RETURN)),
        (Status.AWAITING_APPROVAL, (APPROVE, REJECT)),
        (Status.AWAITING_APPROVAL, (RECALL, APPROVE)),
        (Status.AWAITING_APPROVAL, (RECALL, RECALL, RETURN, REJECT, APPROVE)),
        (Status.ISSUED, (ACCEPT, ACCEPT)),
        (Status.ISSUED, (ACCEPT, DECLINE)),
        (Status.ISSUED, (ACCEPT, WITHDRAW)),
        (Status.ISSUED, (ACCEPT, _expire)),
        (Status.ISSUED, (WITHDRAW, _expire)),
        (Status.ISSUED, (ACCEPT, DECLINE, WITHDRAW, _expire)),
    ],
    ids=[
        "approve twice",
        "approve or return",
        "approve or reject",
        "recall or approve",
        "recall twice, return, reject or approve",
        "accept twice",
        "accept or decline",
        "accept or withdraw",
        "accept or expire",
        "withdraw or expire",
        "all at once",
    ],
)
async def test_exactly_one_wins(dki: Tenant, status: Status, acts: tuple[Act, ...]) -> None:
    cast, order = await a_committed(dki, status)
    assert await compete(dki, cast, order, *acts) == 1
    async with tenancy.inside(dki) as session:
        after = await session.get_one(Order, order.id)
        assert await journal.verify(session, order.id)
        assert len(await journal.history(session, order.id)) == (
            2 if status is Status.AWAITING_APPROVAL else 3
        )
        balance = await session.get_one(BudgetBalance, cast.balance.id)
        bound = 0 if after.status in {"rejected", "cancelled", "expired", "draft"} else order.gross_rupiah
        assert (balance.held + balance.committed, balance.realised) == (bound, 0)


async def test_a_double_click_on_submit_holds_the_money_once(dki: Tenant) -> None:
    cast, order = await a_committed(dki, Status.DRAFT, ceiling=50_000_000)
    assert await compete(dki, cast, order, *[by(submit_order, "officer")] * 5) == 1
    async with tenancy.inside(dki) as session:
        balance = await session.get_one(BudgetBalance, cast.balance.id)
        assert balance.held == 11_100_000


async def test_two_officers_race_for_the_last_rupiah(dki: Tenant) -> None:
    """A2: Rp 5 million left, 3 and 2.5 million wanted."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=500_000, pkp=False, ceiling=5_000_000)
            other = await a_cast(session, price=500_000, pkp=False)
            first = await a_draft(session, cast, 6)
            other.unit, other.package, other.budget_line = cast.unit, cast.package, cast.budget_line
            other.officer = Actor(cast.officer.id, cast.officer.name, cast.officer.appointments)
            second = await a_draft(session, other, 5)

    said: list[str] = []

    async def submit(order: Order) -> bool:
        with clock.travelling_to(MONDAY):
            try:
                async with tenancy.inside(dki) as session:
                    await submit_order(session, cast.officer, order.id, order.version)
                return True
            except Refused as refusal:
                said.append(refusal.message)
                return False

    assert sorted(await asyncio.gather(submit(first), submit(second))) == [False, True]
    assert "Saldo tidak cukup: tersedia Rp" in said[0]
    async with tenancy.inside(dki) as session:
        balance = await session.get_one(BudgetBalance, cast.balance.id)
        assert balance.held in (3_000_000, 2_500_000)


async def test_two_tabs_fill_one_draft(dki: Tenant) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session)
            begun = await add_to_draft(
                session, cast.officer, cast.offer.id, cast.offer.minimum_order, cast.unit.id
            )

    async def add() -> None:
        with clock.travelling_to(MONDAY):
            async with tenancy.inside(dki) as session:
                await add_to_draft(
                    session, cast.officer, cast.offer.id, cast.offer.minimum_order, cast.unit.id, begun.id
                )

    await asyncio.gather(*(add() for _ in range(4)))
    async with tenancy.inside(dki) as session:
        drafts = list(await session.scalars(select(Order).where(Order.drafted_by == cast.officer.id)))
        assert [draft.base_rupiah for draft in drafts] == [50_000_000]


async def test_a_payment_recorded_by_two_clicks_is_one_payment(dki: Tenant) -> None:
    """A23 with a bank that answers late: every click comes over its own connection."""
    cast, order = await a_committed(dki, Status.PAYMENT_APPROVED)
    made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, f"SP2D-{order.id.hex[-8:]}")

    async def record() -> Any:
        with clock.travelling_to(MONDAY):
            async with tenancy.inside(dki) as session:
                return (await record_payment(session, cast.treasurer, made)).id

    assert len(set(await asyncio.gather(*(record() for _ in range(4))))) == 1
    async with tenancy.inside(dki) as session:
        payments = await session.scalar(select(func.count()).where(Payment.order_id == order.id))
        receipts = await session.scalar(
            select(func.count()).where(
                OrderDocument.order_id == order.id, OrderDocument.kind == "payment_receipt"
            )
        )
        balance = await session.get_one(BudgetBalance, cast.balance.id)
    assert (payments, receipts, balance.realised) == (1, 1, 11_100_000)


async def test_a_crash_after_the_last_line_leaves_no_trace(dki: Tenant) -> None:
    cast, order = await a_committed(dki, Status.AWAITING_APPROVAL)
    with suppress(RuntimeError), clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            await approve_order(session, cast.approver, order.id, order.version)
            raise RuntimeError("the power fails")
    async with tenancy.inside(dki) as session:
        after = await session.get_one(Order, order.id)
        assert (after.status, after.version) == (order.status, order.version)
        assert await journal.verify(session, order.id)
        documents = await session.scalar(select(func.count()).where(OrderDocument.order_id == order.id))
        assert documents == 0


async def test_whoever_waited_for_an_order_reads_all_of_it_as_it_stands_then(dki: Tenant) -> None:
    """Lock, lines, journal and law are one statement, which saw the lines before it waited for the order's row."""
    cast, order = await a_committed(dki, Status.DRAFT)

    async def come_second() -> tuple[int, Decimal, int]:
        async with tenancy.inside(dki) as session:
            seen = await stepping.locked(session, cast.officer, order.id)
            return (
                seen.version,
                seen.lines[0].quantity,
                (await rulebook(session)).value("order_cap", on=MONDAY.date()),
            )

    async with tenancy.inside(dki) as session:
        first = await stepping.locked(session, cast.officer, order.id)
        waiting = asyncio.create_task(come_second())
        for _ in range(1_000):
            await straight.rows(session, "select pg_stat_clear_snapshot()")
            if await straight.value(session, _WAITING):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("the second never waited")
        first.lines[0].quantity += 5
        stepping.touch(first)
        expected = first.version, first.lines[0].quantity
    assert (await waiting)[:2] == expected


_WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


async def test_each_step_is_written_at_once_with_the_rows_that_belong_together(dki: Tenant) -> None:
    """A delivery and its lines, an invoice and the handovers that it bills: the ORM has nothing left to write."""
    cast, order = await a_committed(dki, Status.ACCEPTED)
    flushed: list[Status] = []
    for status in (Status.IN_DELIVERY, Status.DELIVERED, Status.INSPECTED, Status.HANDOVER_PENDING):
        await _go_on(dki, cast, order, status, flushed)
    for status in (Status.HANDED_OVER, Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED):
        await _go_on(dki, cast, order, status, flushed)
    await _go_on(dki, cast, order, Status.PAID, flushed)
    assert not flushed
    async with tenancy.inside(dki) as session:
        assert await journal.verify(session, order.id)


async def _go_on(tenant: Tenant, cast: Cast, order: Order, status: Status, flushed: list[Status]) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            standing = await stepping.locked(session, SYSTEM_ACTOR, order.id)
            event.listen(session.sync_session, "after_flush", lambda *_: flushed.append(status))
            with session.no_autoflush:
                await WAY[status][-1](session, cast, standing)
