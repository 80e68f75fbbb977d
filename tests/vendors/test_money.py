"""One page of a vendor's money over all regions: what is owed, what arrives, what was kept, the year's limits."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorPrivate, VendorRole
from eorder_platform.directory.turnover_limits import turnover_towards_limits
from eorder_platform.ids import new_id
from eorder_platform.projections.models import BillProjection, OrderProjection
from eorder_platform.projections.money import Bill, Money, bills_of_year, money_of
from eorder_platform.projections.turnover import book_turnover
from eorder_platform.projections.writing import project
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_anew, project_order
from eorder_tenants.organisation.actors import Actor
from eorder_web.api.routes import OPERATIONS
from tests.api.factories import a_client
from tests.directory.factories import a_committed_vendor
from tests.notices.factories import accounts_for
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, billed_by_the_clock, go_on
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
GROSS, NET, BASE = 11_100_000, 9_850_000, 10_000_000


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def told(tenant: Tenant, *statuses: Status, cast: Cast | None = None) -> tuple[Cast, list[Order]]:
    """Orders of one vendor in a region, as the nation knows them."""
    async with tenancy.inside(tenant) as session:
        cast = cast or await a_cast(session, ceiling=200_000_000)
        orders = [await an_order(session, cast, status) for status in statuses]
    for order in orders:
        await project_order(tenant, order_id=str(order.id))
    return cast, orders


async def money(vendor_id: UUID, year: int = 2026) -> Money:
    async with tenancy.reading_national() as connection:
        return await money_of(connection, vendor_id, year)


async def moved_to(vendor_id: UUID, *orders: Order) -> None:
    """As if the same vendor had sold it: no test sells one vendor's goods in two regions."""
    async with tenancy.national() as session:
        for table in (OrderProjection, BillProjection):
            await session.execute(
                update(table)
                .where(table.order_id.in_([one.id for one in orders]))
                .values(vendor_id=vendor_id)
            )


async def test_what_is_owed_arrives_and_was_kept_is_counted_over_all_regions(
    dki: Tenant, gorontalo: Tenant
) -> None:
    cast, _ = await told(
        dki, Status.HANDED_OVER, Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAID, Status.DELIVERED
    )
    _, elsewhere = await told(gorontalo, Status.PAYMENT_APPROVED, Status.PAID)
    vendor_id = cast.offer.vendor_id
    await moved_to(vendor_id, *elsewhere)
    seen = await money(vendor_id)
    assert (seen.owed.bills, seen.owed.net_rupiah, seen.regions) == (4, 4 * NET, 2)
    assert (seen.unbilled.bills, seen.late.bills, seen.carried.bills) == (1, 0, 0)
    assert seen.paid.bills == 2 and seen.gross_paid_rupiah == 2 * GROSS
    assert seen.kept == {"vat": 2 * 1_100_000, "pph_22": 2 * 150_000}
    assert seen.paid.net_rupiah + seen.kept_rupiah == seen.gross_paid_rupiah
    assert [(one.slug, one.orders, one.base_rupiah) for one in seen.sold] == [
        ("dki", 4, 4 * BASE),
        ("gorontalo", 2, 2 * BASE),
    ]
    assert sum(seen.months) == seen.sold_rupiah == seen.months[6] == 6 * BASE
    assert {one.status for one in seen.receipts} == {"paid"} and all(one.receipt_id for one in seen.receipts)
    # asked for on Monday, checked in one business day, paid in three
    billed = {one.status: one for one in seen.owed_list}
    assert billed["payment_requested"].pay_by == billed["payment_requested"].expected_by
    local = {name: one.expected_by and one.expected_by + timedelta(hours=7) for name, one in billed.items()}
    assert local["payment_requested"].date().isoformat() == "2026-07-09"  # type: ignore[union-attr]
    assert (local["invoiced"].date().isoformat(), billed["invoiced"].pay_by) == ("2026-07-10", None)  # type: ignore[union-attr]
    assert billed["handed_over"].expected_by is None and billed["handed_over"].term_days == 3
    assert sum(share.bills for share in seen.weeks.values()) == 3
    assert (await money(vendor_id, 2025)).paid.bills == 0
    assert (await money(vendor_id, 2025)).owed == seen.owed
    assert (await money(new_id())).owed.bills == 0


async def test_a_day_that_has_passed_is_late_and_stays_so_until_it_is_paid(dki: Tenant) -> None:
    cast, _ = await told(dki, Status.PAYMENT_APPROVED)
    with clock.travelling_to(MONDAY + timedelta(days=10)):
        seen = await money(cast.offer.vendor_id)
        assert (seen.late.bills, seen.most_late_days, seen.weeks) == (1, 7, {})
        assert seen.owed_list[0].late_days == 7


async def test_every_bill_adds_up_and_a_late_job_never_turns_time_back(dki: Tenant) -> None:
    cast, [order] = await told(dki, Status.INVOICED)
    async with tenancy.national() as session:
        before = await session.get_one(OrderProjection, (dki.id, order.id))
        [old] = await session.scalars(select(BillProjection).where(BillProjection.order_id == order.id))
        facts = {column.name: getattr(old, column.name) for column in BillProjection.__table__.columns}
    async with tenancy.inside(dki) as session:
        again = await session.get_one(Order, order.id)
        await go_on(session, cast, again, Status.PAID)
    await project_order(dki, order_id=str(order.id))
    async with tenancy.national() as session:
        await project(session, before, [BillProjection(**facts)])
    for _ in range(2):
        await project_anew(dki, order_id=str(order.id))
    async with tenancy.national() as session:
        [bill] = await session.scalars(select(BillProjection).where(BillProjection.order_id == order.id))
    assert (bill.status, bill.id, bill.paid_at is not None) == ("paid", old.id, True)
    assert bill.base_rupiah + bill.vat_rupiah + bill.local_tax_rupiah == bill.gross_rupiah == GROSS
    assert sum(bill.kept.values()) == bill.withheld_rupiah


async def test_a_bill_that_lacks_its_tax_invoice_waits_for_the_vendor(dki: Tenant, visitor: Visitor) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, ceiling=60_000_000)
        order = await billed_by_the_clock(session, cast)
    await project_order(dki, order_id=str(order.id))
    await accounts_for(cast)
    await comes(visitor, cast.owner)
    await visitor.opens("/usaha/uang")
    assert visitor.sees("Satu tagihan menunggu faktur pajak Anda.") and visitor.sees("Lengkapi faktur pajak")
    assert visitor.sees("sesudah faktur pajaknya ada")
    seen = await money(cast.offer.vendor_id)
    assert (seen.unbilled.bills, seen.weeks, seen.owed_list[0].expected_by) == (1, {}, None)


async def comes(visitor: Visitor, actor: Actor) -> None:
    assert actor.id
    await visitor.signs_in(actor.id, actor.name, VendorRole.OWNER)


async def test_the_page_its_csv_its_paper_and_its_api_say_the_same_and_to_nobody_else(
    dki: Tenant, visitor: Visitor, other_visitor: Visitor, client_for: ClientFor
) -> None:
    cast, [owed, _paid] = await told(dki, Status.HANDED_OVER, Status.PAID)
    await accounts_for(cast)
    await comes(visitor, cast.owner)
    page = await visitor.opens("/usaha/uang")
    assert page.status_code == 200
    assert visitor.sees("Ada yang belum Anda tagih.") and visitor.sees("Kirim tagihan Rp 11.100.000")
    assert visitor.sees("4 hari kerja sesudah ditagih") and visitor.sees("PPh Pasal 22")
    assert f"/usaha/pesanan/dki/{owed.id}" in page.text
    receipt = re.search(r'href="(/usaha/pesanan/dki/[^"]*/dokumen/[^"]*)"', page.text)
    assert receipt
    assert (await visitor.opens("/usaha/uang?tahun=2025&bahasa=en")).status_code == 200
    assert visitor.sees("Who owes you") and visitor.sees("9,850,000")

    text = (await visitor.client.get("/usaha/uang.csv")).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["bersih_rupiah"]) for row in rows] == [NET, NET]
    assert {row["keadaan"] for row in rows} == {"Belum ditagih", "Dibayar"}
    paper = await visitor.client.get("/usaha/uang.pdf")
    assert paper.headers["content-type"] == "application/pdf" and paper.content.startswith(b"%PDF-")

    assert cast.owner.id
    api = await a_client(client_for, "localhost", cast.owner.id)
    found = (await api.get("/money")).json()
    assert (found["owed"], found["unbilled"]["bills"]) == ({"bills": 1, "net_rupiah": NET}, 1)
    assert found["kept"] == {"vat": 1_100_000, "pph_22": 150_000}
    one = (await api.get("/money/bills", params={"limit": 1})).json()
    rest = (await api.get(f"http://localhost{one['next']}")).json()
    assert {one["items"][0]["id"], rest["items"][0]["id"]} == {str(bill.id) for bill in await bills(cast)}
    assert "next" not in rest or rest["next"] is None

    stranger = await a_committed_vendor()
    await other_visitor.signs_in(stranger.account_id, stranger.name, stranger.role)
    await other_visitor.opens("/usaha/uang")
    assert other_visitor.sees("Belum ada yang berutang kepada Anda") and not other_visitor.sees("9.850.000")
    assert len((await other_visitor.client.get("/usaha/uang.csv")).content.decode().splitlines()) == 1
    assert (await other_visitor.client.get(receipt[1])).status_code == 404


async def bills(cast: Cast) -> list[Bill]:
    async with tenancy.reading_national() as connection:
        return await bills_of_year(connection, cast.offer.vendor_id, 2026, None, 10)


async def test_the_limits_are_those_of_the_law_on_that_day_for_this_kind_of_vendor(dki: Tenant) -> None:
    member = await a_committed_vendor(legal_form="individual")
    await book_turnover(member.vendor_id, 2026, dki.id, new_id(), 480_000_000)
    seen = await money(member.vendor_id)
    assert seen.person_rupiah == 480_000_000
    async with tenancy.national() as session:
        await session.execute(
            update(VendorPrivate)
            .where(VendorPrivate.vendor_id == member.vendor_id)
            .values(turnover_statement_year=2026, turnover_outside_rupiah=30_000_000)
        )
        now = await turnover_towards_limits(session, member.vendor_id, 2026, 490_000_000, seen.person_rupiah)
        then = await turnover_towards_limits(session, member.vendor_id, 2021, 0, 0)
    free, vat, scale = now.limits
    assert (free.rule.key, free.turnover_rupiah, free.is_passed, free.stated) == (
        "final_tax_free_turnover", 510_000_000, True, True)  # fmt: skip
    assert (vat.rule.key, vat.turnover_rupiah, vat.left_rupiah) == (
        "vat_registration_turnover", 520_000_000, 4_280_000_000)  # fmt: skip
    assert scale.rule.key.endswith("_sales_maximum") and scale.rule.legal_basis.startswith("PP 7/2021")
    assert "final_tax_free_turnover" not in {one.rule.key for one in then.limits}, (
        "it was nothing before 2022"
    )


def test_reading_money_is_a_right_of_its_own() -> None:
    assert {one.scope for one in OPERATIONS if one.path.startswith("/money")} == {"payments:read"}
