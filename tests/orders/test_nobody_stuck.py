"""Whoever falls silent, the order comes to an end: by the clock, and by what it opens to the others."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import VendorRole
from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.orders.clock.closing import close_year, orders_to_close
from eorder_tenants.orders.clock.expiring import let_pass, overdue_orders
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import cases_of, load_parts
from eorder_tenants.orders.core.steps import Subject, declared
from eorder_tenants.orders.fulfilling.delivering import NewDelivery, announce_delivery
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, hand_over
from eorder_tenants.orders.fulfilling.inspecting import (
    INSPECT,
    SEND_BACK,
    Finding,
    InspectionForm,
    inspect_order,
)
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.orders.paying.invoicing import INVOICE
from eorder_tenants.orders.reading.choices import choices_for, step_of_the_clock
from eorder_tenants.orders.reading.holders import if_idle
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Role, RuleOverride
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, left_alone, next_year_of, take
from tests.organisation.factories import an_official

BEGUN = [status for status in Status if not status.is_final and status is not Status.DRAFT]
SIDES: dict[str, tuple[tuple[str, ...], Role | None]] = {
    "vendor": (("owner", "staff"), None),
    "commitment officer": (("approver",), Role.COMMITMENT_OFFICER),
    "receiver": (("receiver",), Role.RECEIVER),
    "treasurer": (("treasurer",), Role.TREASURER),
    "budget user": (("budget_user",), Role.BUDGET_USER),
}
APPOINTED = ("receiver", "treasurer", "budget user")
"""For these nobody else may act: once the clock has called, the administrator appoints a second."""
DECEMBER = datetime(2026, 12, 7, 2, tzinfo=UTC)
SHORTLY_BEFORE_THE_END = datetime(2026, 12, 30, 2, tzinfo=UTC)
LONGEST = 60
"""Steps and passes of the clock together: no way is longer."""


def turns() -> Iterator[tuple[Status, str]]:
    """Every status with each side whose turn it is there, by the declarations."""
    for status in BEGUN:
        for side, (_, role) in SIDES.items():
            asked = {party for step in steps_from(status) if step.awaited for party in step.by}
            if role in asked or (role is None and asked & set(VendorRole)):
                yield status, side


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.parametrize(("status", "silent"), list(turns()))
async def test_an_order_ends_whoever_falls_silent(
    dki_session: AsyncSession, status: Status, silent: str
) -> None:
    cast = await a_cast(dki_session, price=1_000_000)
    order = await an_order(dki_session, cast, status, quantity=2)
    await walk_to_the_end(dki_session, cast, order, all_but(cast, silent), silent)
    await assert_ended(dki_session, cast, order)


async def test_an_order_in_parts_ends_although_its_vendor_brings_the_rest_no_more(
    dki_session: AsyncSession,
) -> None:
    """Four of ten were handed over, three more announced, three not even that."""
    cast = await a_cast(dki_session, price=1_000_000)
    order = await an_order(dki_session, cast, Status.ACCEPTED, quantity=10)
    [line] = order.lines
    for quantity in (4, 3):
        new = NewDelivery(order.id, order.version, {line.id: Decimal(quantity)})
        delivery = await announce_delivery(dki_session, cast.staff, new)
        await dki_session.flush()
        for actor, name in PARTS_WAY if quantity == 4 else ():
            step = declared[name]
            if name == "hand_over":
                signature = Signature(order.id, order.version, Rest.DELIVERED, delivery.id)
                await hand_over(dki_session, cast.approver, signature)
            elif name == "inspect":
                all_of_it = {line.id: Finding(Decimal(4), Decimal(0))}
                form = InspectionForm(order.id, order.version, all_of_it, part_id=delivery.id)
                await inspect_order(dki_session, cast.receiver, form)
            else:
                await take(dki_session, cast.everybody[actor], step, order, cast, part_id=delivery.id)
    await walk_to_the_end(dki_session, cast, order, all_but(cast, "vendor"), "vendor")
    await assert_ended(dki_session, cast, order)
    assert order.status == Status.COMPLETED and order.lines[0].closed_quantity == 6


PARTS_WAY = (
    ("staff", "deliver"),
    ("receiver", "inspect"),
    ("owner", "agree_inspection"),
    ("approver", "hand_over"),
)


@pytest.mark.parametrize(("status", "silent"), list(turns()))
async def test_an_order_ends_over_the_turn_of_the_year_whoever_falls_silent(
    dki_session: AsyncSession, status: Status, silent: str
) -> None:
    """Ordered in the first days of December, left lying for weeks: what the year cannot pay the next one does."""
    with clock.travelling_to(DECEMBER):
        cast = await a_cast(dki_session, price=1_000_000)
        later = await next_year_of(dki_session, cast)
        order = await an_order(dki_session, cast, status, quantity=2)
    begin = SHORTLY_BEFORE_THE_END if status.is_in_fulfilment else DECEMBER
    await walk_to_the_end(dki_session, cast, order, all_but(cast, silent), silent, begin=begin)
    await assert_ended(dki_session, cast, order)
    await dki_session.refresh(later)
    await dki_session.refresh(cast.balance)
    paid = sum(one.payment.gross_rupiah for one in order.invoices if one.payment)
    assert (later.held, later.committed) == (0, 0)
    assert later.realised + cast.balance.realised == paid == order.realised_rupiah
    assert not {later.id, cast.balance.id} & {one.balance_id for one in await differences(dki_session)}


@pytest.mark.parametrize("status", [one for one in BEGUN if one.place <= Status.HANDOVER_PENDING.place])
async def test_before_its_handover_a_vendor_comes_out_of_an_order_that_the_whole_office_forgot(
    dki_session: AsyncSession, status: Status
) -> None:
    cast = await a_cast(dki_session, price=1_000_000)
    order = await an_order(dki_session, cast, status)
    await walk_to_the_end(dki_session, cast, order, [cast.owner], "vendor", prefers=leaving)
    assert Status(order.status).is_dead


def all_but(cast: Cast, silent: str) -> list[Actor]:
    left_out = (*SIDES[silent][0], "stranger", "other_vendor")
    return [one for name, one in cast.everybody.items() if name not in left_out]


async def assert_ended(session: AsyncSession, cast: Cast, order: Order) -> None:
    await session.flush()
    assert Status(order.status).is_final
    assert await journal.verify(session, order.id)
    balance = await session.get_one(BudgetBalance, cast.balance.id, populate_existing=True)
    assert (balance.held, balance.committed) == (0, 0)


async def walk_to_the_end(
    session: AsyncSession,
    cast: Cast,
    order: Order,
    people: list[Actor],
    silent: str,
    prefers: Callable[[list[Choice]], Choice | None] | None = None,
    begin: datetime = MONDAY,
) -> None:
    """Those who are left do what waits for them; otherwise the next deadline passes, and the year closes."""
    prefers, now, role = prefers or diligent, begin, SIDES[silent][1] if silent in APPOINTED else None
    for _ in range(LONGEST):
        if Status(order.status).is_final:
            return
        with clock.travelling_to(now):
            await session.flush()
            if order.id in [one.id for one in await orders_to_close(session)]:
                await close_year(session, order.id)
                await session.flush()
            if order.status != Status.DRAFT and await somebody_acts(session, cast, order, people, prefers):
                continue
            if role and any(one.calls for subject in Subject for one in cases_of(order, subject)):
                people.append(await an_official(session, role, unit=cast.unit))
                role = None
                continue
        await session.flush()
        now = max(now, order.due_at or now + timedelta(days=30)) + timedelta(seconds=1)
        with clock.travelling_to(now):
            listed = order.id in [one.id for one in await overdue_orders(session)]
            assert listed and await let_pass(session, order.id), f"stuck at {order.status}"
    raise AssertionError(f"no end within {LONGEST} steps: {order.status}")


async def somebody_acts(
    session: AsyncSession,
    cast: Cast,
    order: Order,
    people: list[Actor],
    prefers: Callable[[list[Choice]], Choice | None],
) -> bool:
    await load_parts(session, order)
    for actor in people:
        choice = prefers([one for one in choices_for(actor, order) if one.allowed and one.step.noun])
        if choice:
            part = choice.case.part
            await take(session, actor, choice.step, order, cast, part_id=part.id if part else None)
            await session.flush()
            return True
    return False


def diligent(choices: list[Choice]) -> Choice | None:
    """What waits for them; where nothing does, what ends that which the other side let lie.

    Before all, what a year that is over cannot pay is carried on.
    """
    carried = next((one for one in choices if one.step.name in ("carry_over", "fund_payable")), None)
    if carried:
        return carried
    at_last = ("close_short", "terminate", "call_off_delivery", "withdraw")
    awaited = [one for one in choices if one.step.awaited]
    return next(iter(awaited), None) or next(
        (one for one in choices if one.step.name in at_last and one.case.calls), None
    )


def leaving(choices: list[Choice]) -> Choice | None:
    """A vendor who wants out."""
    ways = ("decline", "take_back", "withdraw_delivery", "ask_cancellation", "agree_inspection")
    return next((one for name in ways for one in choices if one.step.name == name), None)


def test_every_status_that_waits_has_a_step_of_the_clock_with_its_rule() -> None:
    for status in BEGUN:
        assert [step for step in steps() if step.is_of_system and status in step.sources], status
    for step in steps():
        assert (bool(step.rule) + bool(step.follows) == 1) == step.is_of_system, step.name
        assert not (step.rule and step.follows), step.name


async def test_each_act_of_the_clock_stands_in_the_journal_as_the_systems_with_its_rule(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.HANDED_OVER)
    await passes(dki_session, order)
    [*_, entry] = await journal.history(dki_session, order.id)
    assert (entry.action, entry.actor_name, entry.role) == ("bill", "Sistem", "system")
    assert entry.details["rule"] == "invoice_days"
    assert declared[entry.action].done == "Tagihan dibuat otomatis karena penyedia tidak mengirimnya"


async def test_a_request_to_cancel_is_granted_by_silence_on_its_seventh_day(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.CANCELLATION_ASKED)
    with clock.travelling_to(MONDAY + timedelta(days=7, hours=14)):
        assert await let_pass(dki_session, order.id) is None
    await passes(dki_session, order)
    assert order.status == Status.CANCELLED
    await dki_session.refresh(cast.balance)
    assert cast.balance.available == 20_000_000


async def test_a_vendor_who_never_delivers_is_warned_and_given_time_before_the_order_is_ended(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    assert "terminate" not in offered(cast.approver, order)
    await passes(dki_session, order)
    assert (order.status, order.warnings) == (Status.IN_DELIVERY, 1)
    assert "terminate" not in offered(cast.approver, order)
    [delivery] = order.deliveries
    assert order.warned_until == order.due_at == delivery.due_at
    await passes(dki_session, order)
    assert {"terminate", "call_off_delivery"} <= set(offered(cast.approver, order))
    assert "terminate" in offered(cast.budget_user, order)
    await take(dki_session, cast.approver, declared["terminate"], order, cast)
    assert (order.status, delivery.status) == (Status.TERMINATED, Status.CANCELLED)


async def test_what_arrived_and_was_not_inspected_is_never_taken_as_accepted(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    for _ in range(5):
        await passes(dki_session, order)
    assert (order.status, order.lines[0].accepted_quantity) == (Status.DELIVERED, None)
    assert "take_back" in offered(cast.owner, order)
    await take(dki_session, cast.receiver, INSPECT, order, cast)
    assert order.deliveries[0].calls == 0


async def test_goods_sent_back_begin_without_the_calls_of_before(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    await left_alone(dki_session, order)
    await take(dki_session, cast.receiver, SEND_BACK, order, cast)
    assert (order.deliveries[0].calls, offered(cast.approver, order)) == (0, [])


async def test_the_budget_user_signs_a_handover_that_the_commitment_officer_let_lie(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.HANDOVER_PENDING)
    assert await tasks_of(dki_session, cast.budget_user) == []
    await passes(dki_session, order)
    assert [task.step.name for task in await tasks_of(dki_session, cast.budget_user)] == ["hand_over"]
    assert [task.step.name for task in await tasks_of(dki_session, cast.approver)] == ["hand_over"]
    await take(dki_session, cast.budget_user, declared["hand_over"], order, cast)
    assert order.status == Status.HANDED_OVER


async def test_an_invoice_without_its_tax_invoice_goes_back_instead_of_on(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.HANDED_OVER)
    await passes(dki_session, order)
    assert (order.status, order.invoices[0].submitted_by) == (Status.INVOICED, None)
    await passes(dki_session, order)
    assert order.status == Status.HANDED_OVER
    await take(dki_session, cast.owner, INVOICE, order, cast)
    await passes(dki_session, order)
    assert (order.status, order.invoices[0].requested_by) == (Status.PAYMENT_REQUESTED, None)


@pytest.mark.parametrize(("hour", "ends"), [(None, (16, 59)), (15, (8, 0))])
async def test_a_deadline_ends_with_the_offices_day_or_at_the_hour_of_the_region(
    dki_session: AsyncSession, hour: int | None, ends: tuple[int, int]
) -> None:
    cast = await a_cast(dki_session)
    if hour:
        days = {"valid_from": MONDAY.date(), "legal_basis": "Pergub 1/2026"}
        dki_session.add(RuleOverride(key="deadline_hour", value=hour, **days))
        await dki_session.flush()
    order = await an_order(dki_session, cast, Status.ISSUED)
    assert order.due_at and (order.due_at.hour, order.due_at.minute) == ends


@pytest.mark.parametrize("status", BEGUN)
async def test_a_page_says_what_follows_where_nobody_acts(dki_session: AsyncSession, status: Status) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    await load_parts(dki_session, order)
    rules = await rulebook(dki_session)
    waiting = [one for subject in Subject for one in cases_of(order, subject) if step_of_the_clock(one)]
    assert waiting and all(if_idle(one, rules) for one in waiting if one.due_at)


def offered(actor: Actor, order: Order) -> list[str]:
    return [one.step.name for one in choices_for(actor, order) if one.allowed]


async def passes(session: AsyncSession, order: Order) -> datetime:
    """The deadline of the order passes, and the clock acts."""
    await session.flush()
    assert order.due_at
    after = order.due_at + timedelta(seconds=1)
    with clock.travelling_to(after):
        assert await let_pass(session, order.id)
        assert await let_pass(session, order.id) is None, "once for each deadline"
    await session.flush()
    await load_parts(session, order)
    return after
