"""What a vendor bills and what a region pays him, once (domain.md 12)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Conflict, Refused
from eorder_platform.ids import new_id
from eorder_platform.projections.invoice_numbers import (
    claim_numbers,
    claim_of_own,
    claim_of_tax_invoice,
)
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.queries import document_of, documents_of
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.paying.invoicing import NewInvoice, return_invoice, send_invoice
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, payable_on, record_payment
from eorder_tenants.orders.paying.requesting import refuse_payment
from tests.orders.factories import (
    MONDAY,
    a_cast,
    a_tax_invoice_number,
    an_order,
    go_on,
    invoice_of,
    pay,
    payment_of,
)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_food_is_taxed_by_the_certificate_that_holds_on_the_day_of_payment(
    dki_session: AsyncSession,
) -> None:
    """A15: catering of Rp 4.5 million by a CV."""
    for until, withheld in ((None, 90_000), ("2026-07-06", 22_500), ("2026-07-05", 90_000)):
        cast = await a_cast(
            dki_session,
            price=45_000,
            tax_class=TaxClass.CATERING,
            pkp=False,
            payee={"final_tax_certificate_until": until},
        )
        order = await an_order(dki_session, cast, Status.PAID, quantity=100)
        assert order.withheld_rupiah == withheld
        assert order.net_rupiah == 4_500_000 - withheld


async def test_the_certificate_may_end_between_handover_and_payment(dki_session: AsyncSession) -> None:
    cast = await a_cast(
        dki_session,
        price=45_000,
        tax_class=TaxClass.CATERING,
        pkp=False,
        payee={"final_tax_certificate_until": "2026-07-06"},
    )
    order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED, quantity=100)
    assert order.withheld_rupiah == 22_500
    with clock.travelling_to(datetime(2026, 7, 7, 2, tzinfo=UTC)):
        payment = await pay(dki_session, cast, order)
    assert (payment.withheld_rupiah, payment.net_rupiah) == (90_000, 4_410_000)


async def test_a_vendor_who_becomes_pkp_after_the_handover_charges_no_vat_for_it(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, pkp=False)
    order = await an_order(dki_session, cast, Status.HANDED_OVER)
    cast.participation.payee = cast.participation.payee | {"vat_registered": True}
    await dki_session.flush()
    await go_on(dki_session, cast, order, Status.PAID)
    assert (order.vat_rupiah, order.gross_rupiah, order.budget_rupiah) == (0, 10_000_000, 10_000_000)


async def test_payment_waits_while_the_bank_account_is_another_than_billed(dki_session: AsyncSession) -> None:
    """A24 as far as a region sees it: the invoice goes back and is billed anew with the account that counts."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED)
    cast.participation.payee = cast.participation.payee | {"bank_account_id": "yang lain"}
    await dki_session.flush()
    with pytest.raises(Refused, match="Rekening penyedia berubah"):
        await pay(dki_session, cast, order)
    await return_invoice(dki_session, cast.treasurer, order.id, order.version, "Rekening berubah")
    await go_on(dki_session, cast, order, Status.PAID)
    payment = await payment_of(dki_session, order.id)
    assert payment and payment.payee["bank_account"] == "•••• 2233"


@pytest.mark.parametrize("stage", [Status.INVOICED, Status.PAYMENT_APPROVED])
async def test_nothing_is_asked_for_or_paid_while_the_account_is_being_changed(
    dki_session: AsyncSession, stage: Status
) -> None:
    """A24: held from the owner's confirmation until the nation has decided, then the old account is paid."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, stage)
    known = cast.participation.payee
    cast.participation.payee = known | {"bank_account_changing_since": "2026-11-29T02:00:00+00:00"}
    await dki_session.flush()
    with pytest.raises(Refused, match="sedang mengganti rekening"):
        await go_on(dki_session, cast, order, Status.PAID)
    cast.participation.payee = known
    await dki_session.flush()
    await go_on(dki_session, cast, order, Status.PAID)


async def test_pressing_pay_twice_pays_once(dki_session: AsyncSession) -> None:
    """A23."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED)
    made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, "SP2D-0001")
    first = await record_payment(dki_session, cast.treasurer, made)
    second = await record_payment(dki_session, cast.treasurer, made)
    assert first.id == second.id
    receipts = [
        d for d in await documents_of(dki_session, order.id) if d.kind == DocumentKind.PAYMENT_RECEIPT
    ]
    assert len(receipts) == 1
    with pytest.raises(Conflict):
        await record_payment(dki_session, cast.treasurer, replace(made, reference="SP2D-0002"))


async def test_a_reference_belongs_to_one_payment(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, ceiling=50_000_000)
    for number in range(2):
        order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED)
        made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, "SP2D-7777")
        if number:
            with pytest.raises(Refused, match="sudah dipakai"):
                await record_payment(dki_session, cast.treasurer, made)
        else:
            await record_payment(dki_session, cast.treasurer, made)


async def test_a_pkp_bills_with_a_tax_invoice_and_nobody_else_does(dki_session: AsyncSession) -> None:
    pkp = await a_cast(dki_session)
    order = await an_order(dki_session, pkp, Status.HANDED_OVER)
    with pytest.raises(Refused, match="faktur pajak"):
        await send_invoice(dki_session, pkp.owner, NewInvoice(order.id, order.version))
    plain = await a_cast(dki_session, pkp=False)
    order = await an_order(dki_session, plain, Status.HANDED_OVER)
    with pytest.raises(Refused, match="tidak dikenai PPN"):
        await send_invoice(
            dki_session, plain.owner, NewInvoice(order.id, order.version, tax_invoice_number="1" * 17)
        )
    invoice = await send_invoice(dki_session, plain.owner, NewInvoice(order.id, order.version))
    assert invoice.number == f"000.3/0001/INV/{plain.unit.code}/VII/2026"


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        ("0200260000000001", "17 angka"),
        ("04002600000000012", "kode transaksi 02"),
        ("0200260000000001x", "17 angka"),
        ("02.00.2600000000012", None),
    ],
)
async def test_a_tax_invoice_has_seventeen_digits_and_says_who_collects(
    dki_session: AsyncSession, number: str, refused: str | None
) -> None:
    """PER-11/PJ/2025 art. 37; of Rp 10,000,000 the treasurer collects the VAT."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.HANDED_OVER)
    new = NewInvoice(order.id, order.version, tax_invoice_number=number)
    if refused:
        with pytest.raises(Refused, match=refused) as refusal:
            await send_invoice(dki_session, cast.owner, new)
        assert refusal.value.problems[0][0] == "tax_invoice_number"
    else:
        invoice = await send_invoice(dki_session, cast.owner, new)
        assert invoice.tax_invoice_number == "02002600000000012"


async def test_what_the_vendor_remits_bears_the_code_of_an_ordinary_buyer(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=1_000_000)
    order = await an_order(dki_session, cast, Status.HANDED_OVER)
    new = NewInvoice(order.id, order.version, tax_invoice_number="04002600000000013")
    assert (await send_invoice(dki_session, cast.owner, new)).withheld_rupiah == 0


@pytest.mark.parametrize("field", ["tax_invoice_number", "number"])
async def test_a_number_serves_one_invoice_in_the_whole_nation(
    dki_session: AsyncSession, gorontalo_session: AsyncSession, field: str
) -> None:
    """The vendor's own, however it is spelt, and the serial of their tax invoice, whatever stands before it."""
    first_try, second_try = {
        "tax_invoice_number": ("02000000000000077", "04010000000000077"),
        "number": ("INV/77", "  inv/77"),
    }[field]
    cast = await a_cast(dki_session, ceiling=90_000_000, price=1_000_000)

    def numbers(typed: str) -> dict[str, str]:
        return {"tax_invoice_number": a_tax_invoice_number(), field: typed}

    first, second = [await an_order(dki_session, cast, Status.HANDED_OVER) for _ in range(2)]
    await send_invoice(dki_session, cast.owner, NewInvoice(first.id, first.version, **numbers(first_try)))
    with pytest.raises(Refused, match="sudah Anda pakai") as refusal:
        await send_invoice(
            dki_session, cast.owner, NewInvoice(second.id, second.version, **numbers(second_try))
        )
    assert [name for name, _ in refusal.value.problems] == [field]
    dki, gorontalo = dki_session.info["tenant"], gorontalo_session.info["tenant"]
    make = claim_of_own if field == "number" else claim_of_tax_invoice
    vendor, claim = cast.offer.vendor_id, make(second_try)
    assert await claim_numbers(vendor, gorontalo.id, other := new_id(), [claim], []) == [claim.kind]
    assert await claim_numbers(vendor, dki.id, first.id, [claim], []) == []  # the same order, after a failure
    assert await claim_numbers(vendor, dki.id, first.id, [], [claim]) == []  # it was corrected
    assert await claim_numbers(vendor, gorontalo.id, other, [claim], []) == []


async def test_nobody_is_paid_for_what_the_budget_user_sent_back(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAYMENT_REQUESTED)
    await refuse_payment(dki_session, cast.budget_user, order.id, order.version, "Kuitansi belum lengkap")
    with pytest.raises(Conflict):
        await pay(dki_session, cast, order)
    await go_on(dki_session, cast, order, Status.COMPLETED)


async def test_an_invoice_sent_back_keeps_its_number(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.INVOICED)
    before = await invoice_of(dki_session, order.id)
    assert before
    number = before.number
    await return_invoice(dki_session, cast.treasurer, order.id, order.version, "Faktur pajak salah")
    await go_on(dki_session, cast, order, Status.INVOICED)
    after = await invoice_of(dki_session, order.id)
    assert after and after.number == number


async def test_the_days_until_payment_run_from_the_checked_invoice(dki_session: AsyncSession) -> None:
    """Three business days (Ingub DKI 29/2021), and the approval does not begin them anew."""
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAYMENT_REQUESTED)
    due = order.due_at
    assert due == datetime(2026, 7, 9, 16, 59, tzinfo=UTC)
    with clock.travelling_to(datetime(2026, 7, 8, 2, tzinfo=UTC)):
        await go_on(dki_session, cast, order, Status.PAYMENT_APPROVED)
    assert order.due_at == due


async def test_a_receipt_above_five_million_owes_stamp_duty(dki_session: AsyncSession) -> None:
    for price, duty in ((5_000_000, None), (5_000_001, 10_000)):
        cast = await a_cast(dki_session, price=price, pkp=False)
        order = await an_order(dki_session, cast, Status.PAID)
        receipt = await document_of(dki_session, order.id, DocumentKind.PAYMENT_RECEIPT)
        assert receipt and receipt.facts["stamp_duty"] == duty


async def test_what_was_transferred_by_the_taxes_of_yesterday_is_not_recorded_by_those_of_today(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(
        dki_session,
        price=45_000,
        tax_class=TaxClass.CATERING,
        pkp=False,
        payee={"final_tax_certificate_until": "2026-07-06"},
    )
    order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED, quantity=100)
    case = Case(order, order.invoices[0])
    shown = await payable_on(dki_session, case, MONDAY.date())
    assert (shown.net_to_vendor, shown.withheld) == (4_477_500, 22_500)
    made = MadePayment(order.id, order.version, PaymentMethod.IMPREST, f"TRX-{order.id.hex}", 4_477_500)
    with clock.travelling_to(MONDAY + timedelta(days=1)):
        next_day = await payable_on(dki_session, case, MONDAY.date() + timedelta(days=1))
        assert (next_day.net_to_vendor, next_day.withheld) == (4_410_000, 90_000)
        with pytest.raises(Refused, match=r"4\.410\.000"):
            await record_payment(dki_session, cast.treasurer, made)
