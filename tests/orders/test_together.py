"""Orders of one day from one package to one vendor bear the taxes of one order, in however many payments."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import TaxClass
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, Payment, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.paying.recording import payable_on
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.reasons import reasons_of
from eorder_tenants.taxes.withholding import CaughtUp
from tests.orders.factories import MONDAY, a_cast, an_offer, an_order, go_on, pay
from tests.orders.test_delivery_pages import ClientFor, the_vendor
from tests.organisation.visiting import let_in

HALF = 1_500_000


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def withheld(session: AsyncSession, *orders: Order) -> tuple[int, int]:
    """VAT and income tax that was kept back from the payments of these orders."""
    ids = [order.id for order in orders]
    found = await session.scalars(select(Payment).where(Payment.order_id.in_(ids)))
    payments = [Assessment.from_facts(one.assessment) for one in found]
    late = [one for payment in payments for one in payment.caught_up]
    vat = sum(one.vat_withheld for one in payments) + sum(o.amount for o in late if o.tax == CaughtUp.VAT)
    return vat, sum(one.withheld for one in payments) - vat


async def test_two_orders_of_one_day_pass_the_thresholds_together(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=HALF)
    orders = [await an_order(dki_session, cast, Status.ISSUED) for _ in range(2)]
    for order in orders:
        await go_on(dki_session, cast, order, Status.PAID)
    assert await withheld(dki_session, *orders) == (330_000, 45_000)
    assert [order.net_rupiah for order in orders] == [1_477_500, 1_477_500]


async def test_what_was_paid_before_the_second_order_is_caught_up_with_a_reason(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=HALF)
    first = await an_order(dki_session, cast, Status.PAID)
    assert await withheld(dki_session, first) == (0, 0)
    second = await an_order(dki_session, cast, Status.PAYMENT_APPROVED)
    today = await payable_on(dki_session, Case(second, second.invoices[0]), MONDAY.date())
    await pay(dki_session, cast, second)
    assert await withheld(dki_session, first, second) == (330_000, 45_000)
    assert (first.net_rupiah, second.net_rupiah) == (1_665_000, 1_290_000)
    assert second.net_rupiah == today.net_to_vendor
    assert sum("sudah dibayar baru dipungut sekarang" in reason for reason in reasons_of(today)) == 2


async def test_orders_of_two_days_stand_alone(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=HALF)
    first = await an_order(dki_session, cast, Status.PAID)
    with clock.travelling_to(MONDAY.replace(day=7)):
        second = await an_order(dki_session, cast, Status.PAID)
    assert await withheld(dki_session, first, second) == (0, 0)


async def test_food_and_goods_are_taxed_as_one_order_of_both(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=HALF, tax_class=TaxClass.CATERING, pkp=False)
    food = await an_order(dki_session, cast, Status.PAID)
    paper = await an_offer(dki_session, cast.participation, price=600_000)
    goods = await an_order(dki_session, replace(cast, offer=paper), Status.PAID)
    assert await withheld(dki_session, food, goods) == (0, 30_000)


async def test_an_order_that_came_to_nothing_lifts_no_other_over_the_threshold(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=HALF)
    await an_order(dki_session, cast, Status.CANCELLED)
    order = await an_order(dki_session, cast, Status.PAID)
    assert await withheld(dki_session, order) == (0, 0)


async def test_two_payments_at_once_catch_up_once(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=HALF)
        first = await an_order(session, cast, Status.PAID)
        later = [await an_order(session, cast, Status.PAYMENT_APPROVED) for _ in range(2)]

    async def paid(order: Order) -> None:
        async with tenancy.inside(dki) as session:
            await pay(session, cast, order)

    await asyncio.gather(*(paid(order) for order in later))
    async with tenancy.inside(dki) as session:
        assert await withheld(session, first, *later) == (495_000, 67_500)


async def test_vendor_and_officials_read_each_sum_with_its_reason(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=HALF)
        await an_order(session, cast, Status.PAID)
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
    reason = "yang sudah dibayar baru dipungut sekarang"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(f"/usaha/pesanan/dki/{order.id}")
        assert vendor.sees(reason)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.treasurer)
        page = (await browser.get(f"/pesanan/{order.id}")).text
    assert page.count(reason) == 2  # VAT and income tax, each once: beside the form, not in the panel again
