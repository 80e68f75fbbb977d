"""What is counted, and what is not."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor
from eorder_platform.ids import new_id
from eorder_platform.projections.models import OrderProjection
from eorder_platform.projections.queries import (
    OrderSearch,
    YearFigures,
    region_figures,
    search_orders,
    vendor_figures,
)
from eorder_platform.projections.writing import project
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import DEAD, Order, Status
from eorder_tenants.transparency.choosing import Choice
from eorder_tenants.transparency.spending import Spending, listed_orders, spending
from eorder_tenants.transparency.stages import Stage, stage_of
from tests.transparency.factories import Written, a_vendor, an_order, taking_part


async def counted(tenant: Tenant, written: Written, **asked: object) -> Spending:
    choice = Choice(zone=tenant.zone, text=written.number, **asked)  # type: ignore[arg-type]
    async with tenancy.reading(tenant) as connection:
        return await spending(connection, choice)


async def test_a_paid_order_is_counted_in_its_month_unit_category_and_receiver(dki: Tenant) -> None:
    written = await an_order(dki, await a_vendor(form="cooperative"), gross=11_100_000, days_until_paid=5)
    found = await counted(dki, written, year=2026)
    assert (found.total.orders, found.total.spent_rupiah, found.vendors) == (1, 11_100_000, 1)
    assert found.total.settled_rupiah == 11_100_000
    assert found.total.days_until_paid == Decimal(5)
    assert [(month.key, month.spent_rupiah) for month in found.months] == [("2026-06", 11_100_000)]
    assert [unit.name for unit in found.units] == ["Suku Dinas Kesehatan Jakarta Timur"]
    assert found.receivers == {"cooperative": 11_100_000}
    assert [(part.key, part.spent_rupiah) for part in found.categories] == [("FNB-MEET", 9_900_000)]


async def test_what_did_not_come_is_in_no_figure(dki: Tenant) -> None:
    """A tenth of 4,500,000 was accepted and paid, the rest closed short."""
    line = {"quantity": 10, "unit_price_rupiah": 450_000, "closed_quantity": 9, "accepted_quantity": 1}
    written = await an_order(dki, gross=4_995_000 + 111_000, line=line)
    async with tenancy.inside(dki) as session:
        order = await session.get_one(Order, written.order.id)
        order.gross_rupiah = order.budget_rupiah = order.realised_rupiah = 610_500
        order.base_rupiah, order.vat_rupiah, order.withheld_rupiah, order.net_rupiah = (
            550_000,
            60_500,
            0,
            610_500,
        )
    found = await counted(dki, written, year=2026)
    assert (found.total.spent_rupiah, found.total.settled_rupiah) == (610_500, 610_500)
    assert [part.spent_rupiah for part in found.categories] == [450_000]


async def test_a_vendor_that_grew_was_small_when_the_order_was_signed(dki: Tenant, gorontalo: Tenant) -> None:
    vendor = await a_vendor(scale="small")
    written = await an_order(dki, vendor, gross=11_100_000, issued_at=datetime(2021, 6, 3, 5, tzinfo=UTC))
    before = await the_year(dki, 2021)
    async with tenancy.national() as session:
        (await session.get_one(Vendor, vendor.id)).business_scale = "medium"
    found = await counted(dki, written, year=2021)
    assert (found.receivers, found.total.small_rupiah) == ({"small": 11_100_000}, 11_100_000)
    assert (await the_year(dki, 2021)).small_rupiah == before.small_rupiah == 11_100_000


async def test_nation_and_region_count_alike(dki: Tenant) -> None:
    year = 2022
    for number, status in enumerate((Status.PAID, Status.ACCEPTED, Status.HANDED_OVER, Status.CANCELLED)):
        issued_at = datetime(year, 3, 1 + number, 5, tzinfo=UTC)
        await an_order(dki, status=status, gross=1_110_000 * (number + 1), issued_at=issued_at)
    nation = await the_year(dki, year)
    async with tenancy.reading(dki) as connection:
        region = (await spending(connection, Choice(zone=dki.zone, year=year))).total
    assert nation.spent_rupiah == region.spent_rupiah == 6 * 1_110_000
    assert nation.paid_rupiah == region.settled_rupiah == 1_110_000
    assert (nation.paid_orders, nation.small_rupiah) == (region.paid_orders, region.small_rupiah)


async def the_year(tenant: Tenant, year: int) -> YearFigures:
    async with tenancy.reading_national() as connection:
        return (await region_figures(connection, year, DEAD))[tenant.id]


async def test_what_came_to_nothing_is_listed_but_no_spending(dki: Tenant) -> None:
    written = await an_order(dki, status=Status.EXPIRED)
    found = await counted(dki, written, year=2026)
    assert (found.total.orders, found.total.spent_rupiah, found.ended_orders) == (1, 0, 1)
    assert found.categories == []


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_APPROVAL])
async def test_what_nobody_approved_is_nobodys_to_see(dki: Tenant, status: Status) -> None:
    title = f"Belum disetujui {new_id()}"
    await an_order(dki, status=status, title=title, projected=False)
    async with tenancy.reading(dki) as connection:
        assert await listed_orders(connection, Choice(zone=dki.zone, text=title)) == []


async def test_the_year_begins_at_the_regions_own_midnight(dki: Tenant, gorontalo: Tenant) -> None:
    eight_hours_before_utc = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    for tenant, orders in ((dki, 0), (gorontalo, 1)):  # 23.30 WIB, 00.30 WITA
        written = await an_order(tenant, issued_at=eight_hours_before_utc)
        assert (await counted(tenant, written, year=2026)).total.orders == orders


async def test_a_search_takes_signs_as_they_are(dki: Tenant) -> None:
    written = await an_order(dki, title="Diskon 50% untuk map_plastik")
    assert (await counted(dki, written)).total.orders == 1
    async with tenancy.reading(dki) as connection:
        listed = await listed_orders(connection, Choice(zone=dki.zone, text=f"50% map_ {written.number}"))
        assert [order.number for order in listed] == [written.number]
        assert await listed_orders(connection, Choice(zone=dki.zone, text=f"50_ {written.number}")) == []


async def test_orders_are_chosen_by_unit_stage_and_category(dki: Tenant) -> None:
    written = await an_order(dki, status=Status.INVOICED, category="ATK")
    unit_id = written.unit.id
    assert (
        await counted(dki, written, unit_id=unit_id, stage=Stage.UNPAID, category="ATK")
    ).total.orders == 1
    for other in ({"stage": Stage.PAID}, {"category": "PRINT"}, {"unit_id": written.order.id}):
        assert (await counted(dki, written, **other)).total.orders == 0


def test_every_status_after_issue_has_exactly_one_stage() -> None:
    hidden = {Status.DRAFT, Status.AWAITING_APPROVAL}
    assert sorted(status for stage in Stage for status in stage.statuses) == sorted(set(Status) - hidden)
    with pytest.raises(ValueError, match="not public"):
        stage_of(Status.DRAFT)


async def test_the_nation_adds_up_every_region_apart(dki: Tenant, gorontalo: Tenant) -> None:
    before = await _national(2027)
    at = datetime(2027, 3, 1, tzinfo=UTC)
    large = await a_vendor(scale="medium", form="company")
    await an_order(dki, large, gross=40_000_000, issued_at=at, days_until_paid=2)
    await an_order(dki, gross=10_000_000, issued_at=at, days_until_paid=6)
    await an_order(dki, gross=9_000_000, issued_at=at, status=Status.CANCELLED)
    after = await _national(2027)
    assert after[gorontalo.id] == before[gorontalo.id]
    old, new = before[dki.id], after[dki.id]
    assert new.orders - old.orders == 3  # as the region counts: one that came to nothing was issued too
    assert new.spent_rupiah - old.spent_rupiah == 50_000_000
    assert new.small_rupiah - old.small_rupiah == 10_000_000
    assert (new.paid_orders - old.paid_orders, new.days_until_paid - old.days_until_paid) == (2, 8)


async def test_a_vendor_of_two_regions_is_counted_once(dki: Tenant, gorontalo: Tenant) -> None:
    async with tenancy.reading_national() as connection:
        before = await vendor_figures(connection)
    await taking_part(await a_vendor(), dki, gorontalo)
    await taking_part(await a_vendor(), dki)
    await a_vendor(verified=False)
    async with tenancy.reading_national() as connection:
        after = await vendor_figures(connection)
    assert after.verified - before.verified == 2
    assert after.in_several_regions - before.in_several_regions == 1


async def test_the_nation_finds_an_order_by_any_beginning_of_a_word(dki: Tenant, gorontalo: Tenant) -> None:
    written = await an_order(gorontalo, title="Selendang karawo untuk cendera mata")
    tail = written.number.rpartition("-")[2]
    async with tenancy.searching_national() as connection:
        for text in (f"selen KARA {tail}", f"dapur suku {tail}", written.number):
            found = await search_orders(connection, OrderSearch(text=text))
            assert [order.number for order in found.orders] == [written.number]
        elsewhere = await search_orders(connection, OrderSearch(text=tail, tenant_id=dki.id))
        other_stage = await search_orders(connection, OrderSearch(text=tail, statuses=DEAD))
        other_year = await search_orders(connection, OrderSearch(text=tail, year=2025))
        assert elsewhere.count == other_stage.count == other_year.count == 0
        assert (await search_orders(connection, OrderSearch(text="&|!:*()<->'"))).count > 0


async def test_a_late_message_never_turns_time_back(dki: Tenant) -> None:
    written = await an_order(dki, status=Status.PAID)
    tail = written.number.rpartition("-")[2]
    async with tenancy.national() as session:
        known = await session.get_one(OrderProjection, (dki.id, written.order.id))
        session.expunge(known)
        known.version, known.status = known.version - 1, Status.ISSUED
        await project(session, known)
    async with tenancy.searching_national() as connection:
        assert (await search_orders(connection, OrderSearch(text=tail))).orders[0].status == Status.PAID


async def _national(year: int) -> dict:  # type: ignore[type-arg]
    async with tenancy.reading_national() as connection:
        return await region_figures(connection, year, DEAD)
