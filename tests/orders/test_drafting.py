"""The officer's draft, and everything that keeps it from being submitted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import TaxClass, Vendor
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.money import LARGEST_RUPIAH
from eorder_tenants.orders.contracting.answering import accept_order
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core.models import Order, OrderLine, Status
from eorder_tenants.orders.requesting.drafting import (
    add_to_draft,
    change_draft,
    discard_draft,
    refresh_prices,
    remove_line,
)
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.models import Role
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_offer, an_order, completed, go_on


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_the_same_product_twice_is_one_line_with_the_sum(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=45_000, unit_name="kg")
    order = await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(10), cast.unit.id)
    order = await add_to_draft(
        dki_session, cast.officer, cast.offer.id, Decimal("2.5"), cast.unit.id, order.id
    )
    assert [(line.quantity, line.total_rupiah) for line in order.lines] == [(Decimal("12.5"), 562_500)]
    assert (order.base_rupiah, order.vat_rupiah) == (562_500, 61_875)


async def test_products_of_one_vendor_share_a_draft_and_one_delivery(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=10_000, shipping=15_000)
    other = await an_offer(dki_session, cast.participation, price=5_000, name="Pulpen", shipping=20_000)
    order = await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(3), cast.unit.id)
    order = await add_to_draft(dki_session, cast.officer, other.id, Decimal(2), cast.unit.id, order.id)
    assert order.title == "Kertas HVS A4 dan 1 produk lain"
    assert (order.shipping_rupiah, order.base_rupiah) == (20_000, 60_000)
    first = order.lines[0]
    order = await remove_line(dki_session, cast.officer, order.id, order.version, first.id)
    assert [(line.name, line.position) for line in order.lines] == [("Pulpen", 1)]
    assert (order.title, order.base_rupiah) == ("Pulpen", 30_000)


async def test_a_discarded_draft_is_gone(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    await discard_draft(dki_session, cast.officer, order.id, order.version)
    await dki_session.flush()
    assert await dki_session.scalar(select(Order.id).where(Order.id == order.id)) is None
    assert await dki_session.scalar(select(OrderLine.id).where(OrderLine.order_id == order.id)) is None


async def test_a_draft_is_its_officer_s_own(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    for other in (cast.approver, cast.owner, cast.stranger):
        with pytest.raises(NotVisible):
            await submit_order(dki_session, other, order.id, order.version)


async def test_an_official_of_the_vendor_cannot_begin_an_order_with_it(dki_session: AsyncSession) -> None:
    """A39."""
    cast = await a_cast(dki_session)
    cast.participation.payee = cast.participation.payee | {"member_account_ids": [str(cast.officer.id)]}
    await dki_session.flush()
    with pytest.raises(NotAllowed, match="terdaftar pada usaha penyedia"):
        await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.AUDITOR])
async def test_who_administers_or_audits_begins_no_order(dki_session: AsyncSession, role: Role) -> None:
    """SOD6, whatever else he was appointed to."""
    cast = await a_cast(dki_session)
    both = replace(cast.officer, appointments=cast.officer.appointments | {(role, None)})
    with pytest.raises(NotAllowed, match=r"tidak bertindak|tidak mengubah"):
        await add_to_draft(dki_session, both, cast.offer.id, Decimal(1), cast.unit.id)


async def test_the_link_may_appear_after_the_submission(dki_session: AsyncSession) -> None:
    """A39, second half."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    cast.participation.payee = cast.participation.payee | {"member_account_ids": [str(cast.approver.id)]}
    await dki_session.flush()
    with pytest.raises(NotAllowed, match="terdaftar pada usaha penyedia"):
        await approve_order(dki_session, cast.approver, order.id, order.version)


async def test_an_officer_orders_for_his_own_unit_only(dki_session: AsyncSession) -> None:
    cast, elsewhere = await a_cast(dki_session), await a_cast(dki_session)
    with pytest.raises(NotAllowed, match="bukan pejabat pengadaan"):
        await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), elsewhere.unit.id)


async def test_nothing_is_ordered_for_a_unit_that_was_closed(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    cast.unit.active = False
    with pytest.raises(Refused, match="tidak aktif") as refusal:
        await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)
    assert [field for field, _ in refusal.value.problems] == ["work_unit_id"]


@pytest.mark.parametrize(
    ("quantity", "sentence"),
    [
        ("0", "lebih dari nol"),
        ("-3", "lebih dari nol"),
        ("NaN", "lebih dari nol"),
        ("9", "paling sedikit 10 buah"),
        ("10.0001", "tiga angka"),
        ("1000000", "paling banyak 999.999,999"),
    ],
)
async def test_a_quantity_that_cannot_be_ordered_is_refused(
    dki_session: AsyncSession, quantity: str, sentence: str
) -> None:
    cast = await a_cast(dki_session, price=10)
    offer = await an_offer(dki_session, cast.participation, minimum=Decimal(10))
    with pytest.raises(Refused, match=sentence):
        await add_to_draft(dki_session, cast.officer, offer.id, Decimal(quantity), cast.unit.id)


async def test_a_line_worth_more_than_any_amount_can_be_is_refused_beside_its_quantity(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=LARGEST_RUPIAH)
    with pytest.raises(Refused, match="terlalu besar") as refusal:
        await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(10_000), cast.unit.id)
    assert [field for field, _ in refusal.value.problems] == ["quantity"]
    await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)


async def test_a_quantity_worth_less_than_a_rupiah_is_refused_wherever_it_is_given(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=10, unit_name="gram")
    cast.offer.minimum_order = Decimal("0.001")
    with pytest.raises(Refused, match="satu rupiah") as refusal:
        await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal("0.099"), cast.unit.id)
    assert refusal.value.problems[0][0] == "quantity"
    order = await a_draft(dki_session, cast, Decimal("0.1"))
    assert order.gross_rupiah == 1
    beside = f"quantity_{order.lines[0].id}"
    tiny = completed(order, cast, quantities={order.lines[0].id: Decimal("0.099")})
    with pytest.raises(Refused) as refusal:
        await change_draft(dki_session, cast.officer, tiny)
    assert dict(refusal.value.problems).keys() == {beside}
    cast.offer.price_rupiah = 9
    await refresh_prices(dki_session, cast.officer, order.id, order.version)
    assert "satu rupiah" in (await refused(dki_session, cast, order))[beside]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delivery_region_code": "75.71"}, "delivery_region_code"),
        ({"delivery_due_on": date(2026, 7, 5)}, "delivery_due_on"),
        ({"note": "x" * 2000}, "note"),
        ({"delivery_address": "x" * 2000}, "delivery_address"),
    ],
)
async def test_a_draft_takes_no_answer_that_cannot_be_right(
    dki_session: AsyncSession, change: dict[str, Any], field: str
) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    with pytest.raises(Refused) as refusal:
        await change_draft(dki_session, cast.officer, completed(order, cast, **change))
    assert field in dict(refusal.value.problems)


async def refused(session: AsyncSession, cast: Cast, order: Order) -> dict[str | None, str]:
    """Submit and tell what was wrong."""
    with pytest.raises(Refused) as refusal:
        await submit_order(session, cast.officer, order.id, order.version)
    return dict(refusal.value.problems)


async def test_an_incomplete_draft_is_told_everything_it_lacks(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)
    order = await change_draft(
        dki_session,
        cast.officer,
        completed(order, cast, package_id=None, delivery_address="", delivery_due_on=None),
    )
    assert set(await refused(dki_session, cast, order)) == {
        "package_id",
        "delivery_address",
        "delivery_due_on",
    }


@pytest.mark.parametrize(
    "fault", [{"announced": False}, {"active": False}, {"selection_until": date(2026, 7, 5)}]
)
async def test_a_package_must_be_announced_active_and_open(
    dki_session: AsyncSession, fault: dict[str, Any]
) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    for name, value in fault.items():
        setattr(cast.package, name, value)
    assert "package_id" in await refused(dki_session, cast, order)


async def test_the_last_day_of_a_package_is_a_day_in_the_office(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    cast.package.selection_until = date(2026, 7, 6)
    with clock.travelling_to(datetime(2026, 7, 6, 16, 59, tzinfo=UTC)):
        order = await an_order(dki_session, cast)
        assert order.status == Status.AWAITING_APPROVAL
    with clock.travelling_to(datetime(2026, 7, 6, 17, 0, tzinfo=UTC)):
        draft = await a_draft(dki_session, cast)
        assert "package_id" in await refused(dki_session, cast, draft)


async def test_a_vendor_who_left_the_region_gets_no_new_order(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    cast.participation.status = "withdrawn"
    assert None in await refused(dki_session, cast, order)


async def test_a_vendor_whom_the_nation_suspended_gets_no_new_order(dki_session: AsyncSession) -> None:
    """A10: neither a submission nor a signature passes."""
    cast = await a_cast(dki_session, ceiling=50_000_000)
    submitted = await an_order(dki_session, cast)
    draft = await a_draft(dki_session, cast)
    async with tenancy.national() as nation:
        await nation.execute(
            update(Vendor).where(Vendor.id == cast.participation.vendor_id).values(status="suspended")
        )
    assert "seluruh Indonesia" in str(await refused(dki_session, cast, draft))
    with pytest.raises(Refused, match="seluruh Indonesia"):
        await approve_order(dki_session, cast.approver, submitted.id, submitted.version)


async def test_a_suspended_vendor_accepts_nothing_new_but_finishes_what_he_accepted(
    dki_session: AsyncSession,
) -> None:
    """A10, second half."""
    cast = await a_cast(dki_session, ceiling=50_000_000)
    running = await an_order(dki_session, cast, Status.ACCEPTED)
    issued = await an_order(dki_session, cast, Status.ISSUED)
    async with tenancy.national() as nation:
        await nation.execute(
            update(Vendor).where(Vendor.id == cast.participation.vendor_id).values(status="suspended")
        )
    with pytest.raises(Refused, match="ditangguhkan"):
        await accept_order(dki_session, cast.owner, issued.id, issued.version)
    await go_on(dki_session, cast, running, Status.COMPLETED)


async def test_a_product_taken_down_or_not_delivered_there_is_named(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    cast.offer.coverage = ["31.74"]
    assert "tidak dikirim" in (await refused(dki_session, cast, order))["delivery_region_code"]
    cast.offer.visible = False
    (problem,) = (await refused(dki_session, cast, order)).values()
    assert problem == "Kertas HVS A4 sudah tidak ada di katalog. Keluarkan dari pesanan."


async def test_a_new_price_is_seen_before_it_is_submitted(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=10_000)
    order = await a_draft(dki_session, cast, 10)
    cast.offer.price_rupiah = 12_000
    problems = await refused(dki_session, cast, order)
    assert "sekarang Rp\N{NO-BREAK SPACE}12.000, tadinya Rp\N{NO-BREAK SPACE}10.000" in problems["prices"]
    order = await refresh_prices(dki_session, cast.officer, order.id, order.version)
    await submit_order(dki_session, cast.officer, order.id, order.version)
    assert order.base_rupiah == 120_000


async def test_a_tax_that_changed_with_the_product_is_seen_before_it_is_submitted(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=45_000, tax_class=TaxClass.CATERING, pkp=False)
    order = await a_draft(dki_session, cast, 10)
    cast.offer.charges_local_tax = True
    assert "Pajak Kertas HVS A4 berubah" in (await refused(dki_session, cast, order))["prices"]
    order = await refresh_prices(dki_session, cast.officer, order.id, order.version)
    await submit_order(dki_session, cast.officer, order.id, order.version)
    assert (order.base_rupiah, order.gross_rupiah) == (450_000, 495_000)


async def test_a_budget_that_does_not_suffice_says_what_is_left(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, ceiling=11_099_999)
    problems = await refused(dki_session, cast, await a_draft(dki_session, cast))
    assert problems["budget"].startswith("Saldo tidak cukup: tersedia Rp\N{NO-BREAK SPACE}11.099.999")
