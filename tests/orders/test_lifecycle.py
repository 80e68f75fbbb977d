"""The whole way of an order, and the scenarios of the field (domain.md 12)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.outbox import Outbox
from eorder_tenants.documents.facts import facts_from_json
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders import journal
from eorder_tenants.orders.models import Status
from eorder_tenants.orders.submitting import submit_order
from eorder_tenants.payments.queries import payment_of
from tests.orders.factories import MONDAY, a_cast, a_draft, an_order, completed


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
    assert (payment.gross_rupiah, payment.withheld_rupiah, payment.net_rupiah) == (11_100_000, 1_250_000, 9_850_000)
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
