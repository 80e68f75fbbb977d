"""When goods came, were handed over and paid is a fact that somebody types; the click's own time stands beside it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Refused
from eorder_tenants.budgets.models import LedgerAccount, LedgerEntry
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.queries import document_of
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import cases_of
from eorder_tenants.orders.core.steps import Subject
from eorder_tenants.orders.fulfilling.delivering import Arrival, deliver_order
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, hand_over
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment, what_is_paid
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, go_on, payment_of

NEW_YEARS_EVE = date(2026, 12, 31)
FOURTH_OF_JANUARY = datetime(2027, 1, 4, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def approved_in_december(session: AsyncSession) -> tuple[Cast, Order]:
    """A hundred lunches of a CV whose certificate ends with the year, approved for payment on its last day but one."""
    with clock.travelling_to(datetime(2026, 12, 1, 2, tzinfo=UTC)):
        cast = await a_cast(
            session,
            price=45_000,
            tax_class=TaxClass.CATERING,
            pkp=False,
            payee={"final_tax_certificate_until": "2026-12-31"},
        )
        order = await an_order(session, cast, Status.PAYMENT_REQUESTED, quantity=100)
    with clock.travelling_to(datetime(2026, 12, 30, 2, tzinfo=UTC)):
        await go_on(session, cast, order, Status.PAYMENT_APPROVED)
    return cast, order


async def test_a_transfer_of_new_years_eve_recorded_in_january_is_of_december(
    dki_session: AsyncSession,
) -> None:
    cast, order = await approved_in_december(dki_session)
    reference = f"TRX-{order.id.hex}"
    with clock.travelling_to(FOURTH_OF_JANUARY):
        late = MadePayment(order.id, order.version, PaymentMethod.DIRECT, reference, 4_477_500)
        with pytest.raises(Refused, match="tidak dapat membebani anggaran 2026"):
            await record_payment(dki_session, cast.treasurer, late)
        made = MadePayment(
            order.id, order.version, PaymentMethod.DIRECT, reference, 4_477_500, paid_on=NEW_YEARS_EVE
        )
        payment = await record_payment(dki_session, cast.treasurer, made)
        await dki_session.flush()
    assert (payment.net_rupiah, payment.withheld_rupiah) == (4_477_500, 22_500)
    assert (payment.paid_at, payment.created_at) == (
        datetime(2026, 12, 31, 9, tzinfo=UTC),
        FOURTH_OF_JANUARY,
    )
    assert order.paid_at == payment.paid_at
    entry = (await journal.history(dki_session, order.id))[-1]
    assert (entry.details["paid_on"], entry.at) == ("2026-12-31", FOURTH_OF_JANUARY)
    receipt = await document_of(dki_session, order.id, DocumentKind.PAYMENT_RECEIPT)
    assert receipt and receipt.facts["paid_on"] == "2026-12-31"
    realised = select(LedgerEntry.at).where(
        LedgerEntry.order_id == order.id, LedgerEntry.debit == LedgerAccount.REALISED
    )
    assert await dki_session.scalar(realised) == payment.paid_at
    stands = await payment_of(dki_session, order.id)
    assert stands is payment


EARLIER = {"legal_form": "limited_partnership", "tax_id": True, "vat_registered": False}
ACCEPTED_ON_THE_THIRD = "2027-01-03T03:00:00+00:00"


@pytest.mark.parametrize(
    ("then", "now", "net"),
    [
        ({"final_tax_certificate_until": "2026-12-31"}, {"final_tax_certificate_until": None}, 4_477_500),
        ({"final_tax_certificate_until": None}, {"final_tax_certificate_until": "2029-12-31"}, 4_410_000),
        (
            {"legal_form": "individual", "turnover_statement_year": 2026},
            {"legal_form": "individual", "turnover_statement_year": 2027},
            4_500_000,
        ),
        (
            {"legal_form": "individual", "turnover_statement_year": None},
            {"legal_form": "individual", "turnover_statement_year": 2026},
            4_387_500,
        ),
        ({"tax_id": False}, {}, 4_320_000),
    ],
)
async def test_who_the_vendor_is_to_the_tax_office_goes_by_the_value_date_too(
    dki_session: AsyncSession, then: dict[str, object], now: dict[str, object], net: int
) -> None:
    """A verifier accepts other facts on 3 January; a transfer of 31 December is taxed by those of December.

    4,500,000 of catering: 0.5 % with a certificate, article 23 without (2 %, doubled without a tax number), nothing of
    a person who stays below the free turnover, article 21 of one who states nothing (2.5 %).
    """
    cast, order = await approved_in_december(dki_session)
    plain = {"final_tax_certificate_until": None, "turnover_statement_year": None}
    cast.participation.payee = {
        **cast.participation.payee,
        **plain,
        **now,
        "earlier": [{**EARLIER, **plain, **then, "until": ACCEPTED_ON_THE_THIRD}],
    }
    with clock.travelling_to(FOURTH_OF_JANUARY):
        [case] = cases_of(order, Subject.INVOICE)
        shown = await what_is_paid(dki_session, case, {"paid_on": "2026-12-31"})
        assert (shown["net"], any("berlaku pada tanggal itu" in one for one in shown["reasons"])) == (
            net,
            True,
        )
        today = await what_is_paid(dki_session, case, {})
        assert not any("berlaku pada tanggal itu" in one for one in today["reasons"])
        made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, f"TRX-{order.id.hex}", net,
                           paid_on=NEW_YEARS_EVE)  # fmt: skip
        payment = await record_payment(dki_session, cast.treasurer, made)
    assert payment.net_rupiah == net
    assert "berlaku pada tanggal itu" in str(payment.assessment["notes"])


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2027, 1, 5), "belum tiba"),
        (date(2026, 12, 29), "Paling awal 30 Desember 2026"),
        (date(2026, 11, 1), "hari yang lalu"),
    ],
)
async def test_a_payment_was_neither_made_tomorrow_nor_before_its_approval(
    dki_session: AsyncSession, day: date, sentence: str
) -> None:
    cast, order = await approved_in_december(dki_session)
    made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, "TRX-0001", paid_on=day)
    with clock.travelling_to(FOURTH_OF_JANUARY), pytest.raises(Refused) as refusal:
        await record_payment(dki_session, cast.treasurer, made)
    [(field, text)] = refusal.value.problems
    assert (field, sentence in str(text).replace("\N{NO-BREAK SPACE}", " ")) == ("paid_on", True)


async def test_what_came_in_time_and_was_recorded_later_is_not_late(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    due = order.delivery_due_on
    assert due
    with clock.travelling_to(MONDAY + timedelta(days=18)):
        arrival = Arrival(order.id, order.version, due, time(15, 30))
        await deliver_order(dki_session, cast.staff, arrival)
        await dki_session.flush()
        entry = (await journal.history(dki_session, order.id))[-1]
        await go_on(dki_session, cast, order, Status.HANDED_OVER)
    [delivery] = order.deliveries
    assert delivery.delivered_at == datetime(2026, 7, 20, 8, 30, tzinfo=UTC)
    arrived_at = datetime.fromisoformat(entry.details["arrived_at"])
    assert (arrived_at, entry.at) == (delivery.delivered_at, MONDAY + timedelta(days=18))
    assert delivery.handover and (delivery.handover.late_days, order.penalty_rupiah) == (0, 0)


@pytest.mark.parametrize(
    ("day", "hour", "field", "sentence"),
    [
        (date(2026, 7, 8), None, "arrived_on", "belum tiba"),
        (date(2026, 7, 5), None, "arrived_on", "Paling awal 6 Juli 2026"),
        (None, time(23, 0), "arrived_at", "belum tiba"),
        (date(2026, 7, 6), time(7, 0), "arrived_at", "sebelum langkah sebelumnya"),
    ],
)
async def test_goods_neither_came_tomorrow_nor_before_they_set_out(
    dki_session: AsyncSession, day: date | None, hour: time | None, field: str, sentence: str
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY)
    with clock.travelling_to(MONDAY + timedelta(days=1)), pytest.raises(Refused) as refusal:
        await deliver_order(dki_session, cast.staff, Arrival(order.id, order.version, day, hour))
    [(beside, text)] = refusal.value.problems
    assert (beside, sentence in str(text).replace("\N{NO-BREAK SPACE}", " ")) == (field, True)


async def test_a_handover_counts_from_the_day_it_took_place(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.HANDOVER_PENDING)
    with clock.travelling_to(MONDAY + timedelta(days=3)):
        early = Signature(order.id, order.version, Rest.CLOSED, handed_over_on=date(2026, 7, 5))
        with pytest.raises(Refused, match="Paling awal"):
            await hand_over(dki_session, cast.approver, early)
        signature = Signature(order.id, order.version, Rest.CLOSED, handed_over_on=date(2026, 7, 7))
        await hand_over(dki_session, cast.approver, signature)
    [delivery] = order.deliveries
    assert delivery.handover and delivery.handover.handed_over_at == datetime(2026, 7, 7, 9, tzinfo=UTC)
    report = await document_of(dki_session, order.id, DocumentKind.HANDOVER_REPORT)
    assert report and report.facts["handed_over_on"] == "2026-07-07"
