"""Lists of a region as pages and as CSV: the same rows, found through the person who asks."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import httpx
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, listing, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.fulfilling.delivering import NewDelivery, announce_delivery
from eorder_web.look.formatting import datetime_short
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.organisation.visiting import let_in

ClientFor = Callable[[str], httpx.AsyncClient]


def number(order: Order) -> str:
    assert order.number
    return order.number


async def orders_of_a_unit(tenant: Tenant, *statuses: Status) -> tuple[Cast, list[Order]]:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session, price=12_500, ceiling=20_000_000)
            return cast, [await an_order(session, cast, status) for status in statuses]


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def rows_in_excel(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_the_orders_of_the_page_are_those_of_its_csv(client_for: ClientFor, dki: Tenant) -> None:
    cast, (waiting, issued) = await orders_of_a_unit(dki, Status.AWAITING_APPROVAL, Status.ISSUED)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page = await browser.get("/pesanan", params={"status": "issued"})
        assert number(issued) in page.text and number(waiting) not in page.text
        assert 'href="/pesanan.csv?status=issued"' in page.text
        assert 'href="/pesanan.csv?status=issued&amp;untuk=excel"' in page.text
        file = await browser.get("/pesanan.csv", params={"status": "issued"})
        (row,) = rows_of(file)
        assert file.headers["content-disposition"] == 'attachment; filename="pesanan-dki.csv"'
        assert file.headers["cache-control"] == "private, no-store"
        assert (row["nomor"], row["status"]) == (issued.number, "Menunggu jawaban penyedia")
        assert row["nilai_rupiah"] == str(issued.gross_rupiah)
        assert row["diubah"] == "2026-07-06T09:00+07:00"
        (opened,) = rows_in_excel(
            await browser.get("/pesanan.csv", params={"status": "issued", "untuk": "excel"})
        )
        assert opened["Status"] == "Menunggu jawaban penyedia"
        assert (opened["Nilai"], opened["Diubah"]) == (str(issued.gross_rupiah), "2026-07-06 09:00")
        english = rows_in_excel(await browser.get("/pesanan.csv", params={"bahasa": "en", "untuk": "excel"}))
        assert english[0]["Status"] == "Waiting for the vendor"
        assert {one["Value"] for one in english} == {str(issued.gross_rupiah)}


async def test_a_stranger_s_csv_holds_nothing(client_for: ClientFor, dki: Tenant) -> None:
    cast, _ = await orders_of_a_unit(dki, Status.ISSUED)
    async with client_for("dki.localhost") as browser:
        assert (await browser.get("/pesanan.csv")).headers["location"].startswith("/masuk")
        await let_in(browser, dki, cast.stranger)
        assert rows_of(await browser.get("/pesanan.csv")) == []


async def test_a_title_that_would_run_as_a_formula_is_text_in_the_csv(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, (order,) = await orders_of_a_unit(dki, Status.ISSUED)
    async with tenancy.inside(dki) as session:
        (await session.get_one(Order, order.id)).title = '=HYPERLINK("https://jahat.example","klik")'
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        (row,) = rows_of(await browser.get("/pesanan.csv"))
    assert row["pesanan"] == '\'=HYPERLINK("https://jahat.example","klik")'


async def test_a_csv_is_read_in_steps_and_has_every_order_once(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, orders = await orders_of_a_unit(dki, *[Status.AWAITING_APPROVAL] * 5)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        for step, most in ((2, 100), (5, 100), (2, 3)):
            monkeypatch.setattr(listing, "STEP", step)
            monkeypatch.setattr("eorder_web.edge.listing.MOST_ROWS", most)
            found = [row["nomor"] for row in rows_of(await browser.get("/pesanan.csv"))]
            assert found == [one.number for one in reversed(orders)][:most]


async def test_a_list_is_paged_and_an_address_beyond_it_shows_its_beginning(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    cast, (first, second, third) = await orders_of_a_unit(dki, *[Status.AWAITING_APPROVAL] * 3)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        for page_number, shown in (("1", {second, third}), ("2", {first}), ("99", {second, third})):
            page = (await browser.get("/pesanan", params={"hal": page_number})).text
            assert {one for one in (first, second, third) if number(one) in page} == shown
            assert "3 pesanan" in page


async def test_an_empty_list_says_why_it_is_empty(client_for: ClientFor, dki: Tenant) -> None:
    cast, _ = await orders_of_a_unit(dki)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        assert "Belum ada pesanan" in (nothing := (await browser.get("/pesanan")).text)
        assert nothing.count("Cari di katalog") == 2
        page = await browser.get("/pesanan", params={"q": "tidak ada 100%", "status": "bukan status"})
        assert "Tidak ada yang cocok" in page.text
        assert "untuk=excel" not in page.text


async def test_deliveries_stand_with_their_order_and_what_makes_them_late(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, _ = await orders_of_a_unit(dki)
    async with tenancy.inside(dki) as session:
        await _a_delivery(session, cast, date(2026, 7, 20), time(9, 30), "Kurir Cepat", "Pak Jaka")
        late = await _a_delivery(session, cast, date(2026, 7, 21), None, "", "")
        late.delivered_at = datetime(2026, 7, 21, 18, 0, tzinfo=UTC)  # the 22nd in Jakarta
        late.status = Status.DELIVERED
    async with client_for("dki.localhost") as browser:
        with clock.travelling_to(datetime(2026, 7, 20, 5, 0, tzinfo=UTC)):
            await let_in(browser, dki, cast.receiver)
            page = (await browser.get("/pengiriman")).text
            first, second = rows_of(await browser.get("/pengiriman.csv"))
            (found,) = rows_of(await browser.get("/pengiriman.csv", params={"q": "jaka kertas"}))
            (arrived,) = rows_of(await browser.get("/pengiriman.csv", params={"status": "delivered"}))
        with clock.travelling_to(datetime(2026, 7, 24, 5, 0, tzinfo=UTC)):
            await let_in(browser, dki, cast.receiver)
            still_away = rows_of(await browser.get("/pengiriman.csv"))[1]
        await let_in(browser, dki, cast.stranger)
        assert rows_of(await browser.get("/pengiriman.csv")) == []
        assert "Belum ada pengiriman" in (await browser.get("/pengiriman")).text
    assert f'href="/pesanan/{late.order_id}#kirim-1"' in page
    assert "terlambat 2 hari" in page
    assert datetime_short(datetime(2026, 7, 21, 18, 0, tzinfo=UTC), dki.zone) in page
    assert "2 pengiriman" in page
    assert (first["tiba"], first["hari_terlambat"], first["jam"]) == ("2026-07-22T01:00+07:00", "2", "")
    assert (second["dijadwalkan_tiba"], second["jam"], second["hari_terlambat"]) == (
        "2026-07-20",
        "09:30",
        "0",
    )
    assert (second["pengirim"], second["pengantar"], second["tiba"]) == ("Kurir Cepat", "Pak Jaka", "")
    assert (found, arrived) == (second, first)
    assert still_away["hari_terlambat"] == "4"


async def test_the_page_of_deliveries_asks_for_them_once(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, _ = await orders_of_a_unit(dki)
    async with tenancy.inside(dki) as session:
        for _ in range(3):
            await _a_delivery(session, cast, date(2026, 7, 20), None, "", "")
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.auditor)
        with every_statement() as statements:
            page = await browser.get("/pengiriman")
    assert page.text.count("#kirim-1") >= 3
    about_deliveries = [one for one in statements if "delivery" in one]
    assert len(about_deliveries) == 1


async def _a_delivery(
    session: AsyncSession, cast: Cast, on: date, at: time | None, carrier: str, driver: str
) -> Delivery:
    """A delivery of a new order that is due on 20 July."""
    with clock.travelling_to(MONDAY):
        order = await an_order(session, cast, Status.ACCEPTED)
        new = NewDelivery(
            order.id, order.version, expected_on=on, expected_at=at, carrier=carrier, driver=driver
        )
        return await announce_delivery(session, cast.owner, new)


@contextmanager
def every_statement() -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
