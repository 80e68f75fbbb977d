"""A bill made for a PKP lacks its tax invoice: vendor and treasurer read it, and the vendor adds the number."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.clock.expiring import let_pass
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.paying.invoicing import WITHOUT_TAX_INVOICE, NewInvoice, send_invoice
from eorder_tenants.orders.paying.tax_invoices import TaxInvoice, add_tax_invoice
from eorder_tenants.orders.telling.steps import tell_of_step
from tests.orders.factories import (
    APPROVE_PAYMENT,
    MONDAY,
    a_cast,
    a_tax_invoice_number,
    an_order,
    billed_by_the_clock,
    invoice_of,
    pay,
)
from tests.orders.test_delivery_pages import the_vendor
from tests.organisation.visiting import let_in

ClientFor = Callable[[str], httpx.AsyncClient]


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def let_the_clock(session: AsyncSession, order: Order) -> str:
    """The deadline passes; what the clock then did."""
    await session.flush()
    assert order.due_at
    with clock.travelling_to(order.due_at + timedelta(seconds=1)):
        step = await let_pass(session, order.id)
    assert step
    return step.name


async def test_with_its_number_the_bill_is_paid_and_does_not_go_back(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await billed_by_the_clock(dki_session, cast)
    entry = (await journal.history(dki_session, order.id))[-1]
    assert (entry.action, entry.reason) == ("bill", WITHOUT_TAX_INVOICE)
    due, number = order.due_at, a_tax_invoice_number()
    invoice = await add_tax_invoice(dki_session, cast.owner, TaxInvoice(order.id, order.version, number))
    assert (invoice.tax_invoice_number, order.status, order.due_at) == (number, Status.INVOICED, due)
    with pytest.raises(Conflict):
        await add_tax_invoice(dki_session, cast.owner, TaxInvoice(order.id, order.version - 1, number))
    assert await let_the_clock(dki_session, order) == "request_unchecked"
    await APPROVE_PAYMENT(dki_session, cast, order)
    assert (await pay(dki_session, cast, order)).net_rupiah == invoice.net_rupiah
    assert await journal.verify(dki_session, order.id)


async def test_without_it_the_bill_goes_round_and_says_each_time_what_it_lacks(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await billed_by_the_clock(dki_session, cast)
    assert await let_the_clock(dki_session, order) == "return_incomplete"
    assert await let_the_clock(dki_session, order) == "bill"
    entries = await journal.history(dki_session, order.id)
    assert [one.reason for one in entries[-2:]] == [
        "Faktur pajak belum ada; kirim lagi dengan nomornya.",
        WITHOUT_TAX_INVOICE,
    ]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "17 angka"),
        ("0" * 16, "17 angka"),
        ("04002600000000012", "kode transaksi 02"),
        ("taken", "sudah"),
    ],
)
async def test_what_would_be_refused_when_billing_is_refused_here(
    dki_session: AsyncSession, number: str, sentence: str
) -> None:
    cast = await a_cast(dki_session, ceiling=40_000_000)
    if number == "taken":
        other = await an_order(dki_session, cast, Status.HANDED_OVER)
        number = a_tax_invoice_number()
        await send_invoice(
            dki_session, cast.owner, NewInvoice(other.id, other.version, tax_invoice_number=number)
        )
    order = await billed_by_the_clock(dki_session, cast)
    with pytest.raises(Refused, match=sentence) as refusal:
        await add_tax_invoice(dki_session, cast.owner, TaxInvoice(order.id, order.version, number))
    assert refusal.value.problems[0][0] == "tax_invoice_number"


async def test_a_bill_that_lacks_nothing_takes_no_second_number(dki_session: AsyncSession) -> None:
    for pkp in (True, False):
        cast = await a_cast(dki_session, pkp=pkp)
        order = await an_order(dki_session, cast, Status.INVOICED)
        before = await invoice_of(dki_session, order.id)
        assert before
        typed = TaxInvoice(order.id, order.version, a_tax_invoice_number())
        with pytest.raises(NotAllowed, match="tidak kekurangan") as refusal:
            await add_tax_invoice(dki_session, cast.owner, typed)
        assert not getattr(refusal.value, "separates", False), "no red flag: it keeps no two acts apart"


async def test_the_vendor_reads_what_is_missing_and_adds_it_on_the_page(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await billed_by_the_clock(session, cast)
        sequence = order.event_sequence
    assert sequence
    await tell_of_step(dki, order.id, sequence, None)
    page = f"/usaha/pesanan/dki/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.treasurer)
        assert "Penyedia dapat melengkapinya" in (await browser.get(f"/pesanan/{order.id}")).text
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        assert vendor.sees("Buat fakturnya di Coretax")
        await vendor.sends(f"{page}/faktur-pajak", {"tax_invoice_number": "12"}, again=True)
        assert vendor.sees("17 angka")
        await vendor.sends(f"{page}/faktur-pajak", {"tax_invoice_number": a_tax_invoice_number()})
        assert not vendor.sees("Buat fakturnya di Coretax")
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.treasurer)
        page = (await browser.get(f"/pesanan/{order.id}")).text
        assert "Penyedia dapat melengkapinya" not in page
        assert page.count("Nomor faktur pajak belum ada, jadi") == 2, "in the notice and in the history"


async def test_a_returned_bill_says_in_its_form_what_it_lacked(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await billed_by_the_clock(session, cast)
        await let_the_clock(session, order)
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(f"/usaha/pesanan/dki/{order.id}")
        assert vendor.sees("tidak memuat nomor faktur pajak")
