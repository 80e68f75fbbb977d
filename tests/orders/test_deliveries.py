"""An order that comes in several deliveries: each inspected, handed over, billed and paid, or closed short."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.documents.facts import DocumentKind, InspectionReportFacts, facts_from_json
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.clock.reminding import orders_to_remind_of, remind
from eorder_tenants.orders.contracting.answering import accept_order
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Delivery, Inspection, Order, Payment, Status
from eorder_tenants.orders.core.parts import load_parts, remaining_of
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
    send_back,
)
from eorder_tenants.orders.paying.invoicing import NewInvoice, return_invoice, send_invoice
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment, request_payment
from eorder_tenants.orders.reading.choices import awaiting
from eorder_tenants.orders.reading.holders import hands_of
from eorder_tenants.orders.reading.queries import order_for
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.orders.requesting.drafting import add_to_draft, change_draft
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Role
from eorder_web.orders.presenting import stages
from tests.orders.factories import MONDAY, Cast, a_cast, a_tax_invoice_number, an_order, completed


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


def july(day: int, hour: int = 10) -> datetime:
    """An hour of an office in Jakarta."""
    return datetime(2026, 7, day, hour - 7, tzinfo=UTC)


async def an_accepted_order(
    session: AsyncSession, cast: Cast, quantity: int, due: date = date(2026, 7, 20)
) -> Order:
    order = await add_to_draft(session, cast.officer, cast.offer.id, Decimal(quantity), cast.unit.id)
    order = await change_draft(session, cast.officer, completed(order, cast, delivery_due_on=due))
    await submit_order(session, cast.officer, order.id, order.version)
    await approve_order(session, cast.approver, order.id, order.version)
    await accept_order(session, cast.owner, order.id, order.version)
    return order


async def bring(session: AsyncSession, cast: Cast, order: Order, quantity: int | None) -> Delivery:
    """So many of the only line set out and arrive at once."""
    [line] = order.lines
    quantities = {line.id: Decimal(quantity)} if quantity else {}
    new = NewDelivery(order.id, order.version, quantities)
    delivery = await start_delivery(session, cast.staff, new)
    await deliver_order(session, cast.staff, Arrival(order.id, order.version, part_id=delivery.id))
    return delivery


async def take_over(
    session: AsyncSession,
    cast: Cast,
    order: Order,
    delivery: Delivery,
    *,
    rejected: int = 0,
    cause: Cause = Cause.DAMAGED,
    rest: Rest | None = None,
) -> None:
    """Inspected, agreed, handed over."""
    [line] = order.lines
    finding = Finding(rejected=Decimal(rejected), cause=cause if rejected else None)
    form = InspectionForm(order.id, order.version, {line.id: finding}, part_id=delivery.id)
    await inspect_order(session, cast.receiver, form)
    await agree_inspection(session, cast.owner, order.id, order.version, delivery.id)
    await hand_over(session, cast.approver, Signature(order.id, order.version, rest, delivery.id))


async def bill_and_pay(session: AsyncSession, cast: Cast, order: Order) -> Payment:
    number = a_tax_invoice_number() if order.vat_rupiah else ""
    invoice = await send_invoice(
        session, cast.owner, NewInvoice(order.id, order.version, tax_invoice_number=number)
    )
    await request_payment(session, cast.treasurer, order.id, order.version, invoice.id)
    await approve_payment(session, cast.budget_user, PaymentApproval(order.id, order.version, invoice.id))
    made = MadePayment(
        order.id, order.version, PaymentMethod.IMPREST, f"TRX-{invoice.id.hex}", part_id=invoice.id
    )
    return await record_payment(session, cast.treasurer, made)


async def test_a_vendor_who_has_still_to_bring_the_rest_reads_their_own_day_and_not_the_treasurers(
    dki_session: AsyncSession,
) -> None:
    """The order's row keeps the nearest deadline of all its parts; the page showed it with the vendor's penalty."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10, due=date(2026, 7, 24))
    delivery = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, delivery, rest=Rest.DELIVERED)
    bill = NewInvoice(order.id, order.version, tax_invoice_number=a_tax_invoice_number())
    invoice = await send_invoice(dki_session, cast.owner, bill)
    promised = datetime(2026, 7, 24, 16, 59, tzinfo=UTC)
    assert order.due_at == invoice.due_at
    assert invoice.due_at and invoice.due_at < promised
    hands = await hands_of(dki_session, order, await rulebook(dki_session))
    assert {one.step.name: one.until for one in hands.turns}["start_delivery"] == promised
    assert [one.when for one in stages(order, "Asia/Jakarta") if one.state == "now"] == [
        "Batas 24\xa0Jul\xa02026, 23.59\xa0WIB"
    ]


async def test_only_what_was_late_costs_a_penalty(dki_session: AsyncSession) -> None:
    """Rp 12,500,000 due on 10 July; Rp 6,000,000 of it in time, the rest on the 14th: floor(6,500,000 × 4/1000)."""
    cast = await a_cast(dki_session, price=500_000, pkp=False)
    order = await an_accepted_order(dki_session, cast, 25, due=date(2026, 7, 10))
    with clock.travelling_to(july(9)):
        first = await bring(dki_session, cast, order, 12)
        await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    assert (order.status, order.penalty_rupiah) == (Status.PARTLY_DELIVERED, 0)
    with clock.travelling_to(july(14)):
        second = await bring(dki_session, cast, order, None)
        await take_over(dki_session, cast, order, second)
    assert first.handover and second.handover
    assert (first.handover.base_rupiah, first.handover.penalty_rupiah) == (6_000_000, 0)
    assert (second.handover.base_rupiah, second.handover.penalty_rupiah) == (6_500_000, 26_000)
    assert (order.penalty_rupiah, order.base_rupiah) == (26_000, 12_500_000)


async def test_each_delivery_is_billed_and_paid_by_itself(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 100)
    gross = order.gross_rupiah
    first = await bring(dki_session, cast, order, 60)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    paid = await bill_and_pay(dki_session, cast, order)
    await dki_session.refresh(cast.balance)
    assert (paid.gross_rupiah, cast.balance.realised) == (6_660_000, 6_660_000)
    assert cast.balance.committed == gross - 6_660_000
    assert order.status == Status.PARTLY_DELIVERED
    second = await bring(dki_session, cast, order, None)
    await take_over(dki_session, cast, order, second)
    await bill_and_pay(dki_session, cast, order)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.committed, cast.balance.realised) == (0, gross)
    assert order.status == Status.PAID
    assert await journal.verify(dki_session, order.id)
    assert await differences(dki_session) == []


async def test_one_invoice_bills_all_that_was_handed_over(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 100)
    for quantity, rest in ((30, Rest.DELIVERED), (70, None)):
        delivery = await bring(dki_session, cast, order, quantity)
        await take_over(dki_session, cast, order, delivery, rest=rest)
    payment = await bill_and_pay(dki_session, cast, order)
    assert (payment.gross_rupiah, order.status) == (order.gross_rupiah, Status.PAID)
    assert len(order.invoices) == 1


async def test_parts_pass_the_tax_thresholds_together(dki_session: AsyncSession) -> None:
    """Two deliveries of Rp 1,500,000 each are one order of Rp 3,000,000: both withheld, as if it had come at once."""
    cast = await a_cast(dki_session, price=1_500_000)
    order = await an_accepted_order(dki_session, cast, 2)
    at_once = order.withheld_rupiah
    for quantity, rest in ((1, Rest.DELIVERED), (1, None)):
        delivery = await bring(dki_session, cast, order, quantity)
        await take_over(dki_session, cast, order, delivery, rest=rest)
    assert [one.handover.withheld_rupiah for one in order.deliveries if one.handover] == [187_500, 187_500]
    assert order.withheld_rupiah == at_once == 375_000


async def test_the_parts_add_up_to_the_order_to_the_rupiah(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=33_333, unit_name="kg", pkp=False, shipping=10_001)
    order = await an_accepted_order(dki_session, cast, 10)
    [line] = order.lines
    whole = order.base_rupiah
    for share in ("3.333", "3.333", "3.334"):
        new = NewDelivery(order.id, order.version, {line.id: Decimal(share)})
        delivery = await start_delivery(dki_session, cast.staff, new)
        await deliver_order(dki_session, cast.staff, Arrival(order.id, order.version, part_id=delivery.id))
        await take_over(dki_session, cast, order, delivery, rest=None if share == "3.334" else Rest.DELIVERED)
    handovers = [one.handover for one in order.deliveries if one.handover]
    assert sum(one.base_rupiah for one in handovers) == whole == order.base_rupiah
    assert sum(one.shipping_rupiah for one in handovers) == 10_001


async def test_what_was_rejected_comes_again_or_is_closed_short(dki_session: AsyncSession) -> None:
    """A19: 100 boxes of Rp 45,000, twenty rejected; closed short, Rp 900,000 return to the line."""
    cast = await a_cast(dki_session, price=45_000, tax_class=TaxClass.CATERING, pkp=False)
    order = await an_accepted_order(dki_session, cast, 100)
    delivery = await bring(dki_session, cast, order, None)
    with pytest.raises(Refused, match="dikirim lagi atau ditutup"):
        async with dki_session.begin_nested():
            await take_over(dki_session, cast, order, delivery, rejected=20)
    await dki_session.refresh(order)
    again = await order_for(dki_session, cast.approver, order.id)
    waiting = again.deliveries[0]
    await take_over(dki_session, cast, again, waiting, rejected=20, rest=Rest.DELIVERED)
    assert again.status == Status.PARTLY_DELIVERED
    assert list(remaining_of(again).values()) == [Decimal(20)]
    await close_short(dki_session, cast.approver, again.id, again.version, "Acara sudah selesai")
    await dki_session.refresh(cast.balance)
    assert (again.status, again.gross_rupiah, cast.balance.committed) == (
        Status.HANDED_OVER,
        3_600_000,
        3_600_000,
    )
    await bill_and_pay(dki_session, cast, again)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.committed, cast.balance.realised, again.withheld_rupiah) == (0, 3_600_000, 72_000)


async def test_the_inspection_report_says_what_really_came(dki_session: AsyncSession) -> None:
    """Ten announced, two of them missing: eight delivered are never claimed as ten."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 20)
    first = await bring(dki_session, cast, order, 10)
    await take_over(dki_session, cast, order, first, rejected=2, cause=Cause.MISSING, rest=Rest.DELIVERED)
    reports = [
        facts_from_json(one.kind, one.facts)
        for one in await documents_of(dki_session, order.id)
        if one.kind == DocumentKind.INSPECTION_REPORT
    ]
    [report] = reports
    assert isinstance(report, InspectionReportFacts)
    [line] = report.lines
    assert [int(n) for n in (line.ordered, line.delivered, line.accepted, line.rejected)] == [20, 8, 8, 0]
    assert not report.quantity_fits


async def test_every_delivery_has_its_own_papers(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    for quantity, rest in ((4, Rest.DELIVERED), (6, None)):
        delivery = await bring(dki_session, cast, order, quantity)
        await take_over(dki_session, cast, order, delivery, rest=rest)
    papers = await documents_of(dki_session, order.id)
    for kind in (DocumentKind.INSPECTION_REPORT, DocumentKind.HANDOVER_REPORT):
        about = [one.part_id for one in papers if one.kind == kind]
        assert about == [one.id for one in order.deliveries]


async def test_a_delivery_says_what_comes_when_with_whom(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    [line] = order.lines
    new = NewDelivery(
        order.id,
        order.version,
        {line.id: Decimal(4)},
        date(2026, 7, 8),
        time(9, 30),
        "Mobil boks",
        "Pak Darto",
    )
    delivery = await announce_delivery(dki_session, cast.owner, new)
    assert (delivery.status, order.status) == (Status.ANNOUNCED, Status.PARTLY_DELIVERED)
    assert (delivery.expected_on, delivery.expected_at, delivery.driver) == (
        date(2026, 7, 8),
        time(9, 30),
        "Pak Darto",
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"quantity": "11"}, "quantities", "Sisa yang belum dikirim 10"),
        ({"quantity": "-1"}, "quantities", "tidak dapat dikirim"),
        ({"quantity": "0.0001"}, "quantities", "tidak dapat dikirim"),
        ({"quantity": "0"}, None, "Isi jumlah"),
        ({"expected_on": date(2026, 7, 5)}, "expected_on", "sudah lewat"),
        ({"expected_on": date(2126, 7, 5)}, "expected_on", "terlalu jauh"),
        ({"driver": "x" * 121}, "driver", "Paling panjang"),
    ],
)
async def test_what_cannot_be_delivered_is_refused_beside_its_field(
    dki_session: AsyncSession, changes: dict[str, object], field: str | None, sentence: str
) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    quantities = {order.lines[0].id: Decimal(str(changes.pop("quantity", "1")))}
    with pytest.raises(Refused, match=sentence) as refused:
        await announce_delivery(
            dki_session,
            cast.owner,
            NewDelivery(order.id, order.version, quantities, **changes),  # type: ignore[arg-type]
        )
    [(name, _)] = refused.value.problems
    assert (name or "").split("_0")[0].startswith(field or "")


async def test_more_than_was_ordered_never_comes(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    await bring(dki_session, cast, order, 7)
    with pytest.raises(Refused, match="Sisa yang belum dikirim 3"):
        await bring(dki_session, cast, order, 4)
    await bring(dki_session, cast, order, 3)
    with pytest.raises(Conflict):
        await bring(dki_session, cast, order, None)


async def test_a_withdrawn_delivery_is_to_be_delivered_otherwise(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    delivery = await announce_delivery(dki_session, cast.owner, NewDelivery(order.id, order.version))
    await withdraw_delivery(
        dki_session, cast.owner, order.id, order.version, "Mobil mogok di jalan", delivery.id
    )
    assert order.status == Status.ACCEPTED
    assert list(remaining_of(order).values()) == [Decimal(10)]


async def test_which_of_several_deliveries_must_be_said(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, 4)
    second = await bring(dki_session, cast, order, 6)
    with pytest.raises(Refused, match="Pilih pengiriman"):
        await send_back(dki_session, cast.receiver, order.id, order.version, "Semua rusak")
    await send_back(dki_session, cast.receiver, order.id, order.version, "Semua rusak", second.id)
    assert (first.status, second.status) == (Status.DELIVERED, Status.IN_DELIVERY)


async def test_each_delivery_is_a_task_of_its_own(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    await bring(dki_session, cast, order, 4)
    await bring(dki_session, cast, order, 6)
    tasks = await tasks_of(dki_session, cast.receiver)
    assert [(task.step.name, task.delivery) for task in tasks] == [("inspect", 1), ("inspect", 2)]


async def test_the_task_list_says_what_the_orders_page_offers(dki_session: AsyncSession) -> None:
    """It asks with a statement of its own; the rules, the parts and the deadlines are the page's."""
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 100)
    first = await bring(dki_session, cast, order, 40)
    await _tasks_are_what_is_offered(dki_session, cast, order, {"inspect", "start_delivery"})
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    second = await bring(dki_session, cast, order, 20)
    await _tasks_are_what_is_offered(dki_session, cast, order, {"invoice", "inspect", "start_delivery"})
    tax_invoice_number = a_tax_invoice_number()
    new = NewInvoice(order.id, order.version, tax_invoice_number=tax_invoice_number)
    invoice = await send_invoice(dki_session, cast.owner, new)
    await _tasks_are_what_is_offered(
        dki_session, cast, order, {"request_payment", "inspect", "start_delivery"}
    )
    await return_invoice(dki_session, cast.treasurer, order.id, order.version, "Faktur keliru", invoice.id)
    await take_over(dki_session, cast, order, second, rest=Rest.DELIVERED)
    await _tasks_are_what_is_offered(dki_session, cast, order, {"invoice", "start_delivery"})
    await bring(dki_session, cast, order, None)
    again = await send_invoice(dki_session, cast.owner, replace(new, version=order.version))
    await request_payment(dki_session, cast.treasurer, order.id, order.version, again.id)
    await _tasks_are_what_is_offered(dki_session, cast, order, {"approve_payment", "inspect"})
    await approve_payment(dki_session, cast.budget_user, PaymentApproval(order.id, order.version, again.id))
    await _tasks_are_what_is_offered(dki_session, cast, order, {"record_payment", "inspect"})


async def _tasks_are_what_is_offered(
    session: AsyncSession, cast: Cast, order: Order, awaited: set[str]
) -> None:
    """For everybody, and for every official as if all roles were theirs: then only duties keep steps from them."""
    apart = {Role.AUDITOR, Role.TENANT_ADMIN}
    people = list(cast.everybody.values())
    roles = {one for actor in people for one in actor.appointments if one[0] not in apart}
    officials = [one for one in people if one.appointments and not any(map(one.holds, apart))]
    found = set()
    for actor in [*people, *(replace(one, appointments=frozenset(roles)) for one in officials)]:
        tasks = [(one.step.name, one.status, one.until) for one in await tasks_of(session, actor)]
        try:
            offered = awaiting(actor, await order_for(session, actor, order.id))
        except NotVisible:
            offered = []
        assert sorted(tasks) == sorted((one.step.name, one.case.status, one.case.due_at) for one in offered)
        found |= {name for name, *_ in tasks}
    assert found == awaited


async def test_nothing_can_be_cancelled_once_something_was_sent(dki_session: AsyncSession) -> None:
    from eorder_tenants.orders.contracting.cancelling import ask_cancellation

    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    delivery = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, delivery, rest=Rest.DELIVERED)
    with pytest.raises(Conflict):
        await ask_cancellation(dki_session, cast.owner, order.id, order.version, "Stok habis")


async def test_an_invoice_sent_back_is_billed_with_what_came_since(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    invoice = await send_invoice(
        dki_session,
        cast.owner,
        NewInvoice(order.id, order.version, tax_invoice_number=a_tax_invoice_number()),
    )
    second = await bring(dki_session, cast, order, 6)
    await take_over(dki_session, cast, order, second)
    await return_invoice(
        dki_session, cast.treasurer, order.id, order.version, "Nomor faktur keliru", invoice.id
    )
    again = await send_invoice(
        dki_session,
        cast.owner,
        NewInvoice(order.id, order.version, tax_invoice_number=a_tax_invoice_number()),
    )
    assert (again.id, again.number) == (invoice.id, invoice.number)
    assert again.gross_rupiah == order.gross_rupiah == 1_110_000


async def test_the_database_itself_keeps_the_drafter_from_inspecting(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.INSPECTED)
    real = (await dki_session.scalars(select(Inspection).where(Inspection.order_id == order.id))).one()
    values = {column.name: getattr(real, column.name) for column in Inspection.__table__.columns}
    dki_session.add(Inspection(**(values | {"id": new_id(), "inspected_by": order.drafted_by})))
    with pytest.raises(IntegrityError, match="receiver_is_not_drafter"):
        await dki_session.flush()


async def test_the_database_itself_keeps_the_receiver_from_paying(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAID)
    paid = (await dki_session.scalars(select(Payment).where(Payment.order_id == order.id))).one()
    assert cast.receiver.id in paid.kept_out and cast.treasurer.id not in paid.kept_out
    values = {column.name: getattr(paid, column.name) for column in Payment.__table__.columns}
    forged = Payment(**(values | {"id": order.id, "reference": "X-1234", "paid_by": cast.receiver.id}))
    dki_session.add(forged)
    with pytest.raises(IntegrityError, match="treasurer_is_alone"):
        await dki_session.flush()


async def test_who_may_not_inspect_may_not_inspect_the_second_delivery_either(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=100_000)
    order = await an_accepted_order(dki_session, cast, 100)
    first = await bring(dki_session, cast, order, 40)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    second = await bring(dki_session, cast, order, 60)
    everything = {order.lines[0].id: Finding(result=Result.ALL)}
    form = InspectionForm(order.id, order.version, everything, part_id=second.id)
    with pytest.raises(NotAllowed):
        await inspect_order(dki_session, cast.officer, form)
    await load_parts(dki_session, order)
    assert second.status == Status.DELIVERED


async def test_an_invoice_is_reminded_of_though_the_rest_is_still_to_come(dki_session: AsyncSession) -> None:
    """Asked for on Monday, due on Thursday; the order itself waits for its second delivery."""
    cast = await a_cast(dki_session, price=100_000, pkp=False)
    order = await an_accepted_order(dki_session, cast, 10)
    first = await bring(dki_session, cast, order, 4)
    await take_over(dki_session, cast, order, first, rest=Rest.DELIVERED)
    invoice = await send_invoice(dki_session, cast.owner, NewInvoice(order.id, order.version))
    await request_payment(dki_session, cast.treasurer, order.id, order.version, invoice.id)
    assert order.status == Status.PARTLY_DELIVERED
    with clock.travelling_to(july(8, 9)):
        assert order.id in [due.id for due in await orders_to_remind_of(dki_session)]
        assert await remind(dki_session, order.id)
        assert not await remind(dki_session, order.id)
