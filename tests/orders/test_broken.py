"""Faults of orders with deliveries, each with the value that is right."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotAllowed, Refused
from eorder_tenants.orders.clock.reminding import orders_to_remind_of, remind
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.core.parts import remaining_of
from eorder_tenants.orders.fulfilling.delivering import (
    Arrival,
    NewDelivery,
    announce_delivery,
    deliver_order,
    start_delivery,
    withdraw_delivery,
)
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, close_short, hand_over
from eorder_tenants.orders.fulfilling.inspecting import (
    Cause,
    Finding,
    InspectionForm,
    Result,
    agree_inspection,
    inspect_order,
)
from eorder_tenants.orders.paying.invoicing import NewInvoice, send_invoice
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment, request_payment
from eorder_tenants.organisation.models import Role
from tests.orders.factories import MONDAY, Cast, a_cast, a_tax_invoice_number
from tests.orders.test_deliveries import an_accepted_order, bill_and_pay, bring, july, take_over
from tests.organisation.factories import an_official


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def bring_part(session: AsyncSession, cast: Cast, order: Order, quantity: str) -> Delivery:
    [line] = order.lines
    new = NewDelivery(order.id, order.version, {line.id: Decimal(quantity)})
    delivery = await start_delivery(session, cast.staff, new)
    await deliver_order(session, cast.staff, Arrival(order.id, order.version, part_id=delivery.id))
    return delivery


async def inspected(session: AsyncSession, cast: Cast, order: Order, delivery: Delivery) -> None:
    findings = {line.order_line_id: Finding(result=Result.ALL) for line in delivery.lines}
    form = InspectionForm(order.id, order.version, findings, part_id=delivery.id)
    await inspect_order(session, cast.receiver, form)
    await agree_inspection(session, cast.owner, order.id, order.version, delivery.id)


async def test_what_was_handed_over_keeps_its_price_whichever_came_first(dki_session: AsyncSession) -> None:
    """Half a kilo at Rp 1,001 twice, the second delivery handed over before the first."""
    cast = await a_cast(dki_session, price=1_001, unit_name="kg", pkp=False)
    order = await an_accepted_order(dki_session, cast, 1)
    whole = order.base_rupiah
    first = await bring_part(dki_session, cast, order, "0.5")
    second = await bring_part(dki_session, cast, order, "0.5")
    for hour, delivery in ((11, second), (12, first)):
        with clock.travelling_to(july(6, hour)):
            await inspected(dki_session, cast, order, delivery)
            await hand_over(dki_session, cast.approver, Signature(order.id, order.version, None, delivery.id))
    assert first.handover and second.handover
    signed = second.handover.base_rupiah
    # Parts are differences of rounded sums: 500 and 501, together the 1,001 of the order; each stays as it was signed.
    assert first.handover.base_rupiah + second.handover.base_rupiah == order.base_rupiah == whole
    await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
    assert second.handover.base_rupiah == signed


async def test_a_reference_of_another_payment_of_the_same_order_is_refused(dki_session: AsyncSession) -> None:
    """The treasurer types the number of the first transfer again: refused, as for any other order."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    order = await an_accepted_order(dki_session, cast, 10)
    invoices = []
    for quantity, rest in ((4, Rest.DELIVERED), (6, None)):
        delivery = await bring(dki_session, cast, order, quantity)
        await take_over(dki_session, cast, order, delivery, rest=rest)
        invoice = await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
        await request_payment(dki_session, cast.treasurer, order.id, order.version, invoice.id)
        await approve_payment(
            dki_session, cast.budget_user, PaymentApproval(order.id, order.version, invoice.id)
        )
        invoices.append(invoice)
    for invoice in invoices[:1]:
        made = MadePayment(order.id, order.version, PaymentMethod.IMPREST, "TRX-0001", part_id=invoice.id)
        await record_payment(dki_session, cast.treasurer, made)
    again = MadePayment(order.id, order.version, PaymentMethod.IMPREST, "TRX-0001", part_id=invoices[1].id)
    with pytest.raises(Refused, match="sudah dipakai"):
        await record_payment(dki_session, cast.treasurer, again)


async def test_what_is_closed_with_the_handover_counts_for_no_threshold(dki_session: AsyncSession) -> None:
    """Of Rp 3,000,000 only Rp 1,500,000 comes: below Rp 2,000,000 nothing is withheld, neither signed nor billed."""
    cast = await a_cast(dki_session, price=1_500_000)
    order = await an_accepted_order(dki_session, cast, 2)
    delivery = await bring(dki_session, cast, order, 1)
    await take_over(dki_session, cast, order, delivery, rest=Rest.CLOSED)
    assert delivery.handover
    signed = (delivery.handover.withheld_rupiah, order.withheld_rupiah)
    invoice = await send_invoice(
        dki_session,
        cast.owner,
        NewInvoice(order.id, order.version, tax_invoice_number=a_tax_invoice_number()),
    )
    assert signed == (invoice.withheld_rupiah, order.withheld_rupiah) == (0, 0)


async def test_who_received_a_part_of_an_order_pays_none_of_it(dki_session: AsyncSession) -> None:
    """SOD2: treasurer not in {officer, commitment officer, receiver} of that order, whichever delivery it was."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    both = await an_official(dki_session, Role.RECEIVER, Role.TREASURER, unit=cast.unit)
    order = await an_accepted_order(dki_session, cast, 10)
    receiver, cast.receiver = cast.receiver, both
    first = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
    cast.receiver = receiver
    second = await bring(dki_session, cast, order, 6)
    await take_over(dki_session, cast, order, second)
    invoice = await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
    with pytest.raises(NotAllowed):
        await request_payment(dki_session, both, order.id, order.version, invoice.id)


async def test_who_paid_a_part_of_an_order_receives_none_of_it(dki_session: AsyncSession) -> None:
    """SOD2 the other way round: the treasurer of the first invoice does not inspect the second delivery."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    both = await an_official(dki_session, Role.RECEIVER, Role.TREASURER, unit=cast.unit)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    cast.treasurer = both
    await bill_and_pay(dki_session, cast, order)
    second = await bring(dki_session, cast, order, 6)
    findings = {order.lines[0].id: Finding(result=Result.ALL)}
    with pytest.raises(NotAllowed):
        await inspect_order(
            dki_session, both, InspectionForm(order.id, order.version, findings, part_id=second.id)
        )


async def test_after_closing_short_a_withdrawn_delivery_is_not_waited_for(dki_session: AsyncSession) -> None:
    """`closed_short_at`: from then on no further delivery is expected. A withdrawn one is closed too."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    second = await announce_delivery(
        dki_session, cast.owner, NewDelivery(order.id, order.version, {order.lines[0].id: Decimal(3)})
    )
    await close_short(dki_session, cast.approver, order.id, order.version, "Acara sudah selesai")
    await withdraw_delivery(
        dki_session, cast.owner, order.id, order.version, "Mobil mogok di jalan", second.id
    )
    assert not any(remaining_of(order).values())
    assert (order.status, order.gross_rupiah, order.budget_rupiah) == (Status.HANDED_OVER, 400_000, 400_000)
    await dki_session.refresh(cast.balance)
    assert cast.balance.committed == 400_000


async def test_a_cause_chosen_before_everything_was_accepted_says_nothing(dki_session: AsyncSession) -> None:
    """The form keeps its hidden fields when “Diterima semua” is chosen at last: then nothing was damaged."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    delivery = await bring(dki_session, cast, order, None)
    finding = Finding(result=Result.ALL, cause=Cause.DAMAGED, rejected=Decimal(2))
    form = InspectionForm(order.id, order.version, {order.lines[0].id: finding}, part_id=delivery.id)
    await inspect_order(dki_session, cast.receiver, form)
    assert delivery.inspection
    assert delivery.inspection.function_fits
    assert (delivery.lines[0].cause, delivery.lines[0].note, order.lines[0].inspection_note) == (None,) * 3


@pytest.mark.parametrize("quantity", ["1e27", "999999999999", "1e-30", "NaN", "Infinity", "-9e15", "sNaN"])
async def test_no_quantity_breaks_the_announcement(dki_session: AsyncSession, quantity: str) -> None:
    """Refused beside its field, whatever it is."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    quantities = {order.lines[0].id: Decimal(quantity)}
    with pytest.raises(Refused):
        await announce_delivery(dki_session, cast.owner, NewDelivery(order.id, order.version, quantities))


@pytest.mark.parametrize("quantity", ["1e27", "999999999999", "1e-30", "NaN", "Infinity", "-9e15"])
@pytest.mark.parametrize("field", ["accepted", "rejected"])
async def test_no_quantity_breaks_the_inspection(
    dki_session: AsyncSession, quantity: str, field: str
) -> None:
    """Refused beside its field, whatever it is."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    delivery = await bring(dki_session, cast, order, None)
    finding = Finding(**{field: Decimal(quantity)}, note="Alasan yang cukup")  # type: ignore[arg-type]
    form = InspectionForm(order.id, order.version, {order.lines[0].id: finding}, part_id=delivery.id)
    with pytest.raises(Refused):
        await inspect_order(dki_session, cast.receiver, form)


async def test_what_was_missing_brings_its_share_of_the_shipping_when_it_comes(
    dki_session: AsyncSession,
) -> None:
    """Ten announced, one of them came: a tenth of the shipping; the nine missing bring the rest when they come."""
    cast = await a_cast(dki_session, price=100_000, pkp=False, shipping=10_000)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, None)
    await take_over(dki_session, cast, order, first, rejected=9, cause=Cause.MISSING, rest=Rest.DELIVERED)
    second = await bring(dki_session, cast, order, None)
    await take_over(dki_session, cast, order, second)
    assert first.handover and second.handover
    assert (first.handover.shipping_rupiah, second.handover.shipping_rupiah) == (1_000, 9_000)


async def test_what_is_left_after_closing_short_is_worth_something(dki_session: AsyncSession) -> None:
    """A gram of something at Rp 100 a kilo is announced, the rest closed: refused in words, nothing would be bought."""
    cast = await a_cast(dki_session, price=100, unit_name="kg", pkp=False)
    order = await an_accepted_order(dki_session, cast, 100)
    await announce_delivery(
        dki_session, cast.owner, NewDelivery(order.id, order.version, {order.lines[0].id: Decimal("0.001")})
    )
    with pytest.raises(Refused):
        await close_short(dki_session, cast.approver, order.id, order.version, "Acara sudah selesai")


async def test_an_invoice_is_reminded_of_the_day_before_its_own_deadline(dki_session: AsyncSession) -> None:
    """One letter is due for the first invoice; the second, whose deadline lies later, has its own day."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    order = await an_accepted_order(dki_session, cast, 10)
    invoices = []
    for day, quantity, rest in ((6, 4, Rest.DELIVERED), (8, 6, None)):
        with clock.travelling_to(july(day)):
            delivery = await bring(dki_session, cast, order, quantity)
            await take_over(dki_session, cast, order, delivery, rest=rest)
            invoice = await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
            await request_payment(dki_session, cast.treasurer, order.id, order.version, invoice.id)
            invoices.append(invoice)
    first, second = invoices
    assert first.due_at and second.due_at and first.due_at < second.due_at
    await dki_session.flush()
    with clock.travelling_to(first.due_at - timedelta(hours=3)):
        assert await remind(dki_session, order.id)
    with clock.travelling_to(second.due_at - timedelta(hours=3)):
        assert order.id in [due.id for due in await orders_to_remind_of(dki_session)]
        assert await remind(dki_session, order.id)


async def test_a_budget_used_to_the_rupiah_does_for_an_order_in_parts(dki_session: AsyncSession) -> None:
    """VAT of the parts, each rounded, is a rupiah more than of the whole: no handover is stuck over it."""
    price = next(p for p in range(1_000, 9_999) if _vat(p) * 2 > _vat(p * 2))
    cast = await a_cast(dki_session, price=price, ceiling=2 * price + _vat(2 * price))
    order = await an_accepted_order(dki_session, cast, 2)
    assert order.gross_rupiah == 2 * price + _vat(2 * price)
    for quantity, rest in ((1, Rest.DELIVERED), (1, None)):
        delivery = await bring(dki_session, cast, order, quantity)
        await take_over(dki_session, cast, order, delivery, rest=rest)
    await bill_and_pay(dki_session, cast, order)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.committed, cast.balance.realised) == (0, order.gross_rupiah)


async def test_what_is_committed_follows_the_estimate_of_the_rest(dki_session: AsyncSession) -> None:
    """A vendor who is PKP no more bills the first delivery: order, commitment and ledger say the same at every moment.

    Rp 444,000 with VAT are billed, Rp 600,000 without are to come (or, until the next handover, Rp 666,000 still are).
    """
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    delivery = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, delivery, rest=Rest.DELIVERED)
    cast.participation.payee = cast.participation.payee | {"vat_registered": False}
    await dki_session.flush()
    await bill_and_pay(dki_session, cast, order)
    await dki_session.refresh(cast.balance)
    assert order.gross_rupiah == order.budget_rupiah == cast.balance.committed + cast.balance.realised


def _vat(base: int) -> int:
    taxable = (2 * base * 11 + 12) // 24
    return (2 * taxable * 12 + 100) // 200
