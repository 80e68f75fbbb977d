"""What a person is paid in a year, by every region, decides from when on they bear the final tax (PP 55/2022)."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Conflict
from eorder_platform.ids import new_id
from eorder_platform.projections.turnover import book_turnover, turnover_before
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Payment, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.paying.recording import payable_on
from eorder_tenants.taxes.reasons import reasons_of
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, pay

COOK = {"legal_form": "individual", "turnover_statement_year": 2026}
PRICE = 49_000_000


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def a_cook(tenant: Tenant) -> Cast:
    """A person who cooks, with their statement for the year, in a region that has money for twelve orders."""
    async with tenancy.inside(tenant) as session:
        return await a_cast(
            session, price=PRICE, tax_class=TaxClass.CATERING, pkp=False, ceiling=13 * PRICE, payee=COOK
        )


async def test_what_their_statement_says_they_sold_elsewhere_counts_too(dki: Tenant) -> None:
    elsewhere = COOK | {"turnover_outside_rupiah": 450_000_000}
    async with tenancy.inside(dki) as session:
        cast = await a_cast(
            session, price=PRICE, tax_class=TaxClass.CATERING, pkp=False, ceiling=4 * PRICE, payee=elsewhere
        )
    assert [await paid(dki, cast) for _ in range(3)] == [0, 240_000, 245_000]
    async with tenancy.inside(dki) as session:
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
        today = await payable_on(session, Case(order, order.invoices[0]), clock.today("Asia/Jakarta"))
    assert any(
        "450.000.000 di luar itu menurut pernyataan penyedia" in reason for reason in reasons_of(today)
    )


async def paid(tenant: Tenant, cast: Cast) -> int:
    """What is withheld from one more payment to them."""
    async with tenancy.inside(tenant) as session:
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
        await pay(session, cast, order)
    return order.withheld_rupiah


async def test_the_eleventh_payment_of_forty_nine_million_is_taxed_above_five_hundred(dki: Tenant) -> None:
    cast = await a_cook(dki)
    withheld = [await paid(dki, cast) for _ in range(12)]
    assert withheld == [0] * 10 + [195_000, 245_000]
    async with tenancy.inside(dki) as session:
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
        today = await payable_on(session, Case(order, order.invoices[0]), clock.today("Asia/Jakarta"))
    assert any(
        "omzet setahun dari semua daerah" in reason and "PP 55/2022" in reason for reason in reasons_of(today)
    )
    assert (today.turnover, today.income_tax) == (12 * PRICE, 245_000)


async def test_every_region_counts_and_a_new_year_begins_anew(dki: Tenant, gorontalo: Tenant) -> None:
    cast = await a_cook(dki)
    vendor = cast.offer.vendor_id
    await book_turnover(vendor, 2026, gorontalo.id, new_id(), 490_000_000)
    assert await paid(dki, cast) == 195_000
    assert await turnover_before(vendor, 2026, gorontalo.id, new_id()) == 539_000_000
    assert await turnover_before(vendor, 2027, gorontalo.id, new_id()) == 0


async def test_a_payment_booked_again_keeps_its_place(dki: Tenant, gorontalo: Tenant) -> None:
    """The region's own transaction failed after the nation's: the second try is not a second payment."""
    vendor = (await a_cook(dki)).offer.vendor_id
    first, second = new_id(), new_id()
    assert await book_turnover(vendor, 2026, dki.id, first, 300) == 0
    assert await book_turnover(vendor, 2026, gorontalo.id, second, 500) == 300
    assert await book_turnover(vendor, 2026, dki.id, first, 300) == 0
    assert await turnover_before(vendor, 2026, dki.id, new_invoice := new_id()) == 800
    assert await book_turnover(vendor, 2027, dki.id, first, 300) == 0
    assert await turnover_before(vendor, 2026, dki.id, new_invoice) == 500


async def test_two_regions_that_pay_at_once_get_two_places(dki: Tenant, gorontalo: Tenant) -> None:
    vendor = (await a_cook(dki)).offer.vendor_id
    booked = await asyncio.gather(
        *(
            book_turnover(vendor, 2026, tenant.id, new_id(), 100)
            for tenant in (dki, gorontalo)
            for _ in range(5)
        )
    )
    assert sorted(booked) == [100 * place for place in range(10)]


async def test_a_payment_that_another_region_overtook_is_looked_at_again(
    dki: Tenant, gorontalo: Tenant
) -> None:
    """Between the look and the booking the other region pays: nothing is recorded with the tax of before."""
    cast = await a_cook(dki)
    vendor = cast.offer.vendor_id
    await book_turnover(vendor, 2026, gorontalo.id, new_id(), 490_000_000 - 1)
    async with tenancy.inside(dki) as session:
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)

    async def pays() -> Payment:
        async with tenancy.inside(dki) as session:
            return await pay(session, cast, order)

    async with tenancy.national() as nation:
        await nation.execute(text(f"select 1 from pusat.person_year where vendor_id = '{vendor}' for update"))
        overtaken = asyncio.create_task(pays())
        await _waits_for_its_place(nation)
        more = text("update pusat.person_payment set turnover_rupiah = 490000000 where vendor_id = :vendor")
        await nation.execute(more, {"vendor": vendor})
    with pytest.raises(Conflict, match="baru saja dibayar daerah lain"):
        await overtaken
    assert (await pays()).withheld_rupiah == 195_000


async def _waits_for_its_place(nation: AsyncSession) -> None:
    """Until the other connection of the national role stands at the row that is locked here.

    A transaction keeps the list of connections that it saw first, and with it nothing of those made since.
    """
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and usename = current_user"
        " and datname = current_database()"
    )
    async with asyncio.timeout(20):
        while not await nation.scalar(waiting):
            await asyncio.sleep(0.02)
            await nation.execute(text("select pg_stat_clear_snapshot()"))


async def test_a_firm_is_not_a_person(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=PRICE, pkp=False, ceiling=13 * PRICE)
    await paid(dki, cast)
    assert await turnover_before(cast.offer.vendor_id, 2026, dki.id, new_id()) == 0
