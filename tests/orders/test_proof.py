"""Shipping and arrival say when and by what proof; for how long they may be undone is the region's rule."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.fulfilling.delivering import (
    Arrival,
    Departure,
    NewDelivery,
    announce_delivery,
    deliver_order,
    depart,
    start_delivery,
)
from eorder_tenants.orders.fulfilling.undoing import undo_arrival, undo_start
from eorder_tenants.organisation.overriding import Deviation, set_rule
from tests.directory.factories import a_photo
from tests.orders.factories import DELIVER, MONDAY, Cast, a_cast, an_order
from tests.orders.test_conversation import a_pdf
from tests.orders.test_delivery_pages import ClientFor, an_accepted_order, as_it_is, the_vendor
from tests.organisation.visiting import let_in

LATER = timedelta(days=2)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_both_are_said_with_day_hour_and_proof_on_the_vendors_page(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    page = f"/usaha/pesanan/dki/{order.id}"
    with clock.travelling_to(MONDAY + LATER):
        async with the_vendor(client_for, order.vendor_id) as vendor:
            await vendor.opens(page)
            sent = {"departed_on": "2026-07-07", "departed_at": "08:15"}
            note = {"proof": ("surat jalan.pdf", a_pdf(), "application/pdf")}
            assert (await vendor.sends(f"{page}/pengiriman", sent, note)).status_code == 200
            came = {"arrived_on": "2026-07-08", "arrived_at": "08:40"}
            photo = {"proof": ("di gudang.jpg", a_photo(), "image/jpeg")}
            assert (await vendor.sends(f"{page}/kedatangan", came, photo)).status_code == 200
            assert vendor.sees("Bukti kirim") and vendor.sees("Bukti tiba")
            [delivery] = (await as_it_is(dki, cast, order)).deliveries
            paper = await vendor.client.get(f"{page}/foto/{delivery.id}")
            assert (paper.headers["content-type"], paper.content) == ("application/pdf", a_pdf())
            assert paper.headers["content-disposition"].startswith("attachment")
    assert delivery.departed_at and delivery.delivered_at
    assert [at.isoformat() for at in (delivery.departed_at, delivery.delivered_at)] == [
        "2026-07-07T01:15:00+00:00",
        "2026-07-08T01:40:00+00:00",
    ]
    here = f"/pesanan/{order.id}/bukti-tiba/{delivery.id}"
    async with client_for("dki.localhost") as browser:
        for actor, status in ((cast.receiver, 200), (cast.stranger, 404)):
            await let_in(browser, dki, actor)
            assert (await browser.get(here)).status_code == status
    async with tenancy.inside(dki) as session:
        entries = {one.action: one.details for one in await journal.history(session, order.id)}
    written = datetime.fromisoformat(entries["start_delivery"]["departed_at"])
    assert written == delivery.departed_at
    assert len(entries["start_delivery"]["proof"]) == len(entries["deliver"]["proof"]) == 64


@pytest.mark.parametrize(
    ("day", "hour", "field", "sentence"),
    [
        (date(2026, 7, 9), None, "departed_on", "belum tiba"),
        (date(2026, 7, 5), None, "departed_on", "Paling awal 6 Juli 2026"),
        (date(2026, 7, 6), time(8, 59), "departed_at", "sebelum langkah sebelumnya"),
        (None, time(23, 0), "departed_at", "belum tiba"),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
async def test_nothing_set_out_tomorrow_or_before_the_order_was_accepted(
    dki_session: AsyncSession, announced: bool, day: date | None, hour: time | None, field: str, sentence: str
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ACCEPTED)
    with clock.travelling_to(MONDAY + LATER), pytest.raises(Refused) as refusal:
        if announced:
            await announce_delivery(dki_session, cast.staff, NewDelivery(order.id, order.version))
            await depart(dki_session, cast.staff, Departure(order.id, order.version, day, hour))
        else:
            new = NewDelivery(order.id, order.version, departed_on=day, departed_at=hour)
            await start_delivery(dki_session, cast.staff, new)
    [(beside, text)] = refusal.value.problems
    assert (beside, sentence in str(text).replace("\N{NO-BREAK SPACE}", " ")) == (field, True)


async def test_a_region_says_for_how_long_it_may_be_undone(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    tomorrow = MONDAY.date() + timedelta(days=1)
    await set_rule(
        dki_session, cast.admin, Deviation("undo_minutes", 30, tomorrow, None, "Pergub 12/2026 ps. 4")
    )
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    with clock.travelling_to(MONDAY + timedelta(minutes=10)), pytest.raises(NotAllowed):
        await undo_start(dki_session, cast.owner, order.id, order.version)
    with clock.travelling_to(MONDAY + timedelta(days=1)):
        await DELIVER(dki_session, cast, order)
    with clock.travelling_to(MONDAY + timedelta(days=1, minutes=29)):
        await undo_arrival(dki_session, cast.owner, order.id, order.version)
    assert order.status == Status.IN_DELIVERY


async def test_an_arrival_that_was_undone_leaves_its_proof_behind(client_for: ClientFor, dki: Tenant) -> None:
    _, order = await an_accepted_order(dki)
    page = f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        await vendor.sends(f"{page}/pengiriman")
        photo = {"proof": ("di gudang.jpg", a_photo(), "image/jpeg")}
        await vendor.sends(f"{page}/kedatangan", {}, photo)
        assert vendor.sees("Bukti tiba") and vendor.sees("selama belum ada yang menindaklanjuti")
        await vendor.sends(f"{page}/pengurungan-kedatangan")
        assert not vendor.sees(">Bukti tiba<")
    async with tenancy.inside(dki) as session:
        delivery = (await session.scalars(select(Delivery).where(Delivery.order_id == order.id))).one()
        assert (delivery.delivered_at, delivery.arrival_proof_key) == (None, None)
        entries = await journal.history(session, order.id)
    assert "proof" in json.dumps([one.details for one in entries])


async def test_the_treasurer_reads_each_reason_once(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.treasurer)
        html = (await browser.get(f"/pesanan/{order.id}")).text
        form = html.partition("pembayaran")[2]
        reasons = [
            one.partition("</li>")[0] for one in form.partition('<ul class="checks')[2].split("<li>")[1:]
        ]
        assert reasons
        first = reasons[0]
        assert html.count(first) == 1
        await let_in(browser, dki, cast.approver)
        assert first in (await browser.get(f"/pesanan/{order.id}")).text


async def of_worth(session: AsyncSession, price: int, status: Status) -> tuple[Cast, Order]:
    cast = await a_cast(session, price=price, ceiling=50_000_000, pkp=False)
    return cast, await an_order(session, cast, status)


@pytest.mark.parametrize(
    ("price", "why", "refused"),
    [
        (25_000_000, "", False),
        (25_000_001, "", True),
        (25_000_001, " HP ", True),
        (25_000_001, "Ponsel pengantar rusak", False),
        (25_000_000, "Ponsel pengantar rusak", False),
    ],
)
async def test_a_dear_order_asks_for_proof_or_the_reason_why_there_is_none(
    dki_session: AsyncSession, price: int, why: str, refused: bool
) -> None:
    cast, order = await of_worth(dki_session, price, Status.ACCEPTED)
    part = await announce_delivery(dki_session, cast.staff, NewDelivery(order.id, order.version))
    for step in ("depart", "deliver"):
        if refused:
            with pytest.raises(Refused, match=r"di atas Rp\s25\.000\.000") as refusal:
                await says(dki_session, cast, order, step, part, why)
            assert refusal.value.problems[0][0] == "proof"
        await says(dki_session, cast, order, step, part, why if not refused else "Tidak sempat memotret")
        entry = (await journal.history(dki_session, order.id))[-1]
        given = why.strip() if not refused else "Tidak sempat memotret"
        assert entry.reason == (f"Tanpa bukti: {given}" if given else None)


async def says(session: AsyncSession, cast: Cast, order: Order, step: str, part: Delivery, why: str) -> None:
    if step == "depart":
        await depart(session, cast.staff, Departure(order.id, order.version, without_proof=why))
    else:
        arrival = Arrival(order.id, order.version, part_id=part.id, without_proof=why)
        await deliver_order(session, cast.staff, arrival)
    await session.flush()


async def test_a_region_may_ask_for_it_always_and_a_reason_is_not_endless(dki_session: AsyncSession) -> None:
    cast, order = await of_worth(dki_session, 10_000, Status.ACCEPTED)
    tomorrow = MONDAY.date() + timedelta(days=1)
    always = Deviation("proof_required_above", 0, tomorrow, None, "Pergub 12/2026 ps. 4")
    await set_rule(dki_session, cast.admin, always)
    with clock.travelling_to(MONDAY + timedelta(days=1)):
        with pytest.raises(Refused) as refusal:
            await start_delivery(dki_session, cast.staff, NewDelivery(order.id, order.version))
        assert refusal.value.problems[0][0] == "proof"
        endless = NewDelivery(order.id, order.version, without_proof="x" * 5_000)
        with pytest.raises(Refused) as refusal:
            await start_delivery(dki_session, cast.staff, endless)
        assert refusal.value.problems[0][0] == "without_proof"


async def test_the_page_asks_only_where_it_is_asked_and_both_sides_read_the_reason(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        _, small = await of_worth(session, 10_000, Status.ACCEPTED)
        cast, dear = await of_worth(session, 30_000_000, Status.ACCEPTED)
    async with the_vendor(client_for, small.vendor_id) as vendor:
        await vendor.opens(f"/usaha/pesanan/dki/{small.id}")
        assert not vendor.sees("without_proof")
    page = f"/usaha/pesanan/dki/{dear.id}"
    async with the_vendor(client_for, dear.vendor_id) as vendor:
        await vendor.opens(f"{page}?bahasa=en")
        assert vendor.sees("If there is no proof, why")
        await vendor.opens(f"{page}?bahasa=id")
        assert (await vendor.sends(f"{page}/pengiriman")).status_code == 422
        assert vendor.sees("atau tulis mengapa tidak ada")
        await vendor.sends(f"{page}/pengiriman", {"without_proof": "Ponsel pengantar rusak"})
        assert vendor.sees("Tanpa bukti: Ponsel pengantar rusak")
        photo = {"proof": ("di gudang.jpg", a_photo(), "image/jpeg")}
        await vendor.sends(f"{page}/kedatangan", {}, photo)
        assert vendor.sees("Bukti tiba")
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        assert "Tanpa bukti: Ponsel pengantar rusak" in (await browser.get(f"/pesanan/{dear.id}")).text
