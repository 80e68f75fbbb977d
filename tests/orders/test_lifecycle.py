"""The whole way of an order, and the scenarios of the field (domain.md 12)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.outbox import Outbox
from eorder_tenants.documents.facts import DocumentKind, facts_from_json
from eorder_tenants.documents.queries import document_of, documents_of
from eorder_tenants.orders.contracting.approving import return_order
from eorder_tenants.orders.contracting.cancelling import agree_cancellation, refuse_cancellation
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, hand_over
from eorder_tenants.orders.fulfilling.inspecting import (
    Finding,
    InspectionForm,
    agree_inspection,
    contest_inspection,
    inspect_order,
    send_back,
)
from eorder_tenants.orders.paying.funding import Funding, fund_payable
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.models import RegionalHoliday, RuleOverride
from tests.orders.factories import (
    MONDAY,
    a_cast,
    a_draft,
    accepting,
    an_order,
    go_on,
    next_year_of,
    payment_of,
)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_an_order_goes_from_the_catalogue_to_completion(dki_session: AsyncSession) -> None:
    """A1: stationery of Rp 10 million from a PKP, paid to the rupiah."""
    cast = await a_cast(dki_session, price=10_000_000, ceiling=20_000_000)
    order = await an_order(dki_session, cast, Status.COMPLETED)
    payment = await payment_of(dki_session, order.id)
    assert payment
    assert (payment.gross_rupiah, payment.withheld_rupiah, payment.net_rupiah) == (
        11_100_000,
        1_250_000,
        9_850_000,
    )
    await dki_session.refresh(cast.balance)
    assert (cast.balance.held, cast.balance.committed, cast.balance.realised) == (0, 0, 11_100_000)
    assert cast.balance.available == 8_900_000
    events = await journal.history(dki_session, order.id)
    assert [event.to_status for event in events] == [
        "awaiting_approval",
        "issued",
        "accepted",
        "in_delivery",
        "delivered",
        "inspected",
        "handover_pending",
        "handed_over",
        "invoiced",
        "payment_requested",
        "payment_approved",
        "paid",
        "completed",
    ]
    assert await journal.verify(dki_session, order.id)


async def test_its_four_documents_can_be_printed(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAID)
    documents = await documents_of(dki_session, order.id)
    assert [document.kind for document in documents] == [
        "purchase_order",
        "inspection_report",
        "handover_report",
        "payment_receipt",
    ]
    for document in documents:
        facts = facts_from_json(document.kind, document.facts)
        assert facts.order_number == order.number
        assert all(signatory.signed_at for signatory in facts.signatories)
    for kind in (DocumentKind.PURCHASE_ORDER, DocumentKind.HANDOVER_REPORT):
        signed = await document_of(dki_session, order.id, kind)
        assert signed and signed.facts["buyer"]["appointment"].startswith("SK ")


async def test_what_was_rejected_is_not_paid_and_returns_to_the_budget(dki_session: AsyncSession) -> None:
    """A19: 100 boxes, 20 rejected, closed short."""
    cast = await a_cast(dki_session, price=45_000, tax_class=TaxClass.CATERING, pkp=False, ceiling=5_000_000)
    order = await an_order(dki_session, cast, Status.DELIVERED, quantity=100)
    findings = accepting(order, rejected=20)
    await inspect_order(dki_session, cast.receiver, InspectionForm(order.id, order.version, findings))
    await agree_inspection(dki_session, cast.owner, order.id, order.version)
    assert order.gross_rupiah == 4_500_000
    await hand_over(dki_session, cast.approver, Signature(order.id, order.version, Rest.CLOSED))
    assert (order.gross_rupiah, order.withheld_rupiah) == (3_600_000, 72_000)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.committed, cast.balance.available) == (3_600_000, 1_400_000)
    report = await document_of(dki_session, order.id, DocumentKind.HANDOVER_REPORT)
    assert report and report.facts["gross"] == 3_600_000
    await go_on(dki_session, cast, order, Status.PAID)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.committed, cast.balance.realised, cast.balance.available) == (
        0,
        3_600_000,
        1_400_000,
    )


async def test_the_local_tax_on_food_is_paid_to_the_vendor_and_never_withheld(
    dki_session: AsyncSession,
) -> None:
    """T7: a hundred lunches of a CV that charges PBJT of 10% on top."""
    cast = await a_cast(
        dki_session,
        price=45_000,
        tax_class=TaxClass.CATERING,
        pkp=False,
        ceiling=4_950_000,
        charges_local_tax=True,
    )
    order = await an_order(dki_session, cast, Status.PAID, quantity=100)
    assert (order.base_rupiah, order.vat_rupiah, order.gross_rupiah) == (4_500_000, 0, 4_950_000)
    assert (order.withheld_rupiah, order.net_rupiah) == (90_000, 4_860_000)
    await dki_session.refresh(cast.balance)
    assert (cast.balance.realised, cast.balance.available) == (4_950_000, 0)
    for kind in (DocumentKind.PURCHASE_ORDER, DocumentKind.HANDOVER_REPORT):
        document = await document_of(dki_session, order.id, kind)
        assert document
        assert document.facts["added_taxes"] == [
            {"label": "Pajak daerah (PBJT) 10%", "amount": 450_000, "base": 4_500_000}
        ]


async def test_a_region_that_lowers_its_local_tax_pays_less_from_that_day(dki_session: AsyncSession) -> None:
    cast = await a_cast(
        dki_session, price=45_000, tax_class=TaxClass.CATERING, pkp=False, charges_local_tax=True
    )
    order = await an_order(dki_session, cast, Status.HANDOVER_PENDING, quantity=100)
    dki_session.add(
        RuleOverride(
            key="local_tax_permil", value=80, valid_from=date(2026, 7, 1), legal_basis="Perda 1/2024"
        )
    )
    await dki_session.flush()
    await hand_over(dki_session, cast.approver, Signature(order.id, order.version, Rest.CLOSED))
    await dki_session.refresh(cast.balance)
    assert (order.gross_rupiah, cast.balance.committed) == (4_860_000, 4_860_000)


async def test_a_late_delivery_costs_a_permil_a_day(dki_session: AsyncSession) -> None:
    """T12: goods of Rp 12.5 million, four days late."""
    cast = await a_cast(dki_session, price=12_500_000)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    with clock.travelling_to(datetime(2026, 7, 24, 2, tzinfo=UTC)):
        await go_on(dki_session, cast, order, Status.PAID)
    assert (order.penalty_rupiah, order.net_rupiah) == (50_000, 12_262_500)
    receipt = await document_of(dki_session, order.id, DocumentKind.PAYMENT_RECEIPT)
    assert receipt and receipt.facts["deductions"][-1]["amount"] == 50_000


@pytest.mark.parametrize(("day", "in_time"), [(20, True), (21, False)])
async def test_what_came_after_its_date_is_never_reported_as_in_time(
    dki_session: AsyncSession, day: int, in_time: bool
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    assert order.delivery_due_on == date(2026, 7, 20)
    with clock.travelling_to(datetime(2026, 7, day, 2, tzinfo=UTC)):
        await go_on(dki_session, cast, order, Status.INSPECTED)
    report = await document_of(dki_session, order.id, DocumentKind.INSPECTION_REPORT)
    assert report is not None
    assert report.facts["time_fits"] is in_time


async def test_the_highest_order_is_fifty_million_with_everything(dki_session: AsyncSession) -> None:
    """A4: Rp 45,045,045 before tax fits, one rupiah more does not."""
    fits = await a_cast(dki_session, price=45_045_045, ceiling=60_000_000)
    order = await an_order(dki_session, fits)
    assert order.gross_rupiah == 50_000_000
    too_dear = await a_cast(dki_session, price=45_045_046, ceiling=60_000_000)
    draft = await a_draft(dki_session, too_dear)
    with pytest.raises(Refused, match=r"50\.000\.001"):
        await submit_order(dki_session, too_dear.officer, draft.id, draft.version)


async def test_shipping_counts_towards_the_cap(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=45_045_045, ceiling=60_000_000, shipping=1)
    draft = await a_draft(dki_session, cast)
    with pytest.raises(Refused, match="ongkos kirim"):
        await submit_order(dki_session, cast.officer, draft.id, draft.version)


async def test_a_cap_holds_from_its_first_day_in_the_office(dki_session: AsyncSession) -> None:
    """A4: raised to Rp 200 million from 1 July; on 30 June 23.59 in Jakarta the old cap holds."""
    cast = await a_cast(dki_session, price=100_000_000, ceiling=200_000_000)
    dki_session.add(
        RuleOverride(
            key="order_cap", value=200_000_000, valid_from=date(2026, 7, 1), legal_basis="Pergub 1/2026"
        )
    )
    await dki_session.flush()
    with clock.travelling_to(datetime(2026, 6, 30, 16, 59, tzinfo=UTC)):
        draft = await a_draft(dki_session, cast)
        with pytest.raises(Refused, match="melebihi batas"):
            await submit_order(dki_session, cast.officer, draft.id, draft.version)
    with clock.travelling_to(datetime(2026, 6, 30, 17, 0, tzinfo=UTC)):
        await submit_order(dki_session, cast.officer, draft.id, draft.version)
    assert draft.status == Status.AWAITING_APPROVAL


async def test_no_order_worth_nothing_can_be_kept(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    worthless = (
        update(Order).where(Order.id == order.id).values(gross_rupiah=0, net_rupiah=0, withheld_rupiah=0)
    )
    with pytest.raises(IntegrityError, match="ck_orders_worth_something"):
        await dki_session.execute(worthless)


async def test_a_second_click_on_submit_changes_nothing(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    draft = await a_draft(dki_session, cast)
    seen = draft.version
    await submit_order(dki_session, cast.officer, draft.id, seen)
    with pytest.raises(Conflict, match="Dewi Lestari"):
        await submit_order(dki_session, cast.officer, draft.id, seen)
    await dki_session.refresh(cast.balance)
    assert cast.balance.held == 11_100_000


async def test_a_returned_order_frees_its_money_and_may_be_submitted_again(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, ceiling=12_000_000)
    order = await an_order(dki_session, cast)
    number = order.number
    await return_order(dki_session, cast.approver, order.id, order.version, "Alamat kurang jelas")
    await dki_session.refresh(cast.balance)
    assert (order.status, cast.balance.held) == (Status.DRAFT, 0)
    await go_on(dki_session, cast, order, Status.ISSUED)
    await dki_session.refresh(cast.balance)
    assert (order.number, cast.balance.committed) == (number, 11_100_000)
    assert await journal.verify(dki_session, order.id)


@pytest.mark.parametrize("end", [Status.REJECTED, Status.CANCELLED, Status.EXPIRED])
async def test_an_order_that_ends_without_a_purchase_gives_its_money_back(
    dki_session: AsyncSession, end: Status
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, end)
    await dki_session.refresh(cast.balance)
    assert (order.status, cast.balance.available) == (end, 20_000_000)


async def test_both_sides_may_cancel_what_was_accepted(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.CANCELLATION_ASKED)
    with pytest.raises(NotAllowed, match="pihak lain"):
        await agree_cancellation(dki_session, cast.owner, order.id, order.version)
    await agree_cancellation(dki_session, cast.approver, order.id, order.version)
    await dki_session.refresh(cast.balance)
    assert (order.status, cast.balance.available) == (Status.CANCELLED, 20_000_000)


async def test_a_refused_cancellation_lets_the_order_go_on(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.CANCELLATION_ASKED)
    await refuse_cancellation(dki_session, cast.approver, order.id, order.version)
    await go_on(dki_session, cast, order, Status.COMPLETED)


async def test_a_contested_inspection_is_repeated_with_a_report_of_its_own(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.INSPECTED)
    await contest_inspection(dki_session, cast.owner, order.id, order.version, "Hitungannya keliru")
    await go_on(dki_session, cast, order, Status.COMPLETED)
    kinds = [document.kind for document in await documents_of(dki_session, order.id)]
    assert kinds.count("inspection_report") == 2
    assert await journal.verify(dki_session, order.id)


async def test_goods_sent_back_are_delivered_again(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    nothing = {line.id: Finding(Decimal(0), line.quantity, "Salah warna") for line in order.lines}
    with pytest.raises(Refused, match="Minta kirim ulang"):
        await inspect_order(dki_session, cast.receiver, InspectionForm(order.id, order.version, nothing))
    await send_back(dki_session, cast.receiver, order.id, order.version, "Semua salah warna")
    await go_on(dki_session, cast, order, Status.COMPLETED)


@pytest.mark.parametrize(
    ("accepted", "sentence"), [("0.009", "satu rupiah"), ("0.0101", "tiga angka"), ("0", "Minta kirim ulang")]
)
async def test_an_inspection_that_accepts_next_to_nothing_is_refused(
    dki_session: AsyncSession, accepted: str, sentence: str
) -> None:
    cast = await a_cast(dki_session, price=100, unit_name="gram")
    order = await an_order(dki_session, cast, Status.DELIVERED, quantity=5)
    [line] = order.lines
    finding = Finding(Decimal(accepted), line.quantity - Decimal(accepted), "Hampir semuanya tumpah")
    with pytest.raises(Refused, match=sentence):
        await inspect_order(
            dki_session, cast.receiver, InspectionForm(order.id, order.version, {line.id: finding})
        )


async def test_the_deadline_of_the_vendor_counts_business_days_in_his_region(
    dki_session: AsyncSession, gorontalo_session: AsyncSession
) -> None:
    """Signed on a Friday; Monday, Tuesday, Wednesday at 23.59 of the office's own time."""
    for session, expected in (
        (dki_session, datetime(2026, 7, 15, 16, 59, tzinfo=UTC)),
        (gorontalo_session, datetime(2026, 7, 15, 15, 59, tzinfo=UTC)),
    ):
        with clock.travelling_to(datetime(2026, 7, 10, 3, tzinfo=UTC)):
            order = await an_order(session, await a_cast(session), Status.ISSUED)
        assert order.due_at == expected


async def test_a_regional_holiday_moves_the_deadline(dki_session: AsyncSession) -> None:
    dki_session.add(RegionalHoliday(day=date(2026, 7, 8), name="Hari jadi daerah"))
    await dki_session.flush()
    order = await an_order(dki_session, await a_cast(dki_session), Status.ISSUED)
    assert order.due_at == datetime(2026, 7, 10, 16, 59, tzinfo=UTC)


async def test_orders_of_one_day_and_package_pass_the_tax_threshold_together(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, price=1_500_000, pkp=False)
    first = await an_order(dki_session, cast)
    second = await an_order(dki_session, cast)
    assert (first.withheld_rupiah, second.withheld_rupiah) == (0, 22_500)


async def test_every_step_tells_the_nation(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.COMPLETED)
    jobs = [
        row.job
        for row in await dki_session.scalars(select(Outbox))
        if str(order.id) in row.arguments.values()
    ]
    assert jobs.count("orders.project") == len(await journal.history(dki_session, order.id))


@pytest.mark.parametrize(
    ("price", "vat_before", "vat_after"), [(1_000_059, 110_006, 110_006), (1_000_041, 110_005, 110_004)]
)
async def test_the_tax_of_the_handover_counts_and_the_commitment_follows_to_the_rupiah(
    dki_session: AsyncSession, price: int, vat_before: int, vat_after: int
) -> None:
    """A12: ordered in 2024, handed over and paid in 2025. The first would cost a rupiah more than was signed."""
    with clock.travelling_to(datetime(2024, 12, 9, 3, tzinfo=UTC)):
        cast = await a_cast(dki_session, price=price, year=2024)
        order = await an_order(dki_session, cast, Status.HANDOVER_PENDING)
    assert order.vat_rupiah == vat_before
    with clock.travelling_to(datetime(2025, 1, 2, 3, tzinfo=UTC)):
        later = await next_year_of(dki_session, cast, year=2025)
        await go_on(dki_session, cast, order, Status.INVOICED)
        await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, cast.later))
        await go_on(dki_session, cast, order, Status.PAID)
    assert order.vat_rupiah == vat_after
    await dki_session.refresh(cast.balance)
    await dki_session.refresh(later)
    assert (cast.balance.committed, cast.balance.realised) == (0, 0)
    assert (later.committed, later.realised) == (0, price + vat_after)
