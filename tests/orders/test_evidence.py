"""What the database refuses a region's own role, whatever statement comes over its login."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.orders.core.models import Status
from tests.orders.factories import MONDAY, Cast, a_cast, an_order

NOT_ITS_RIGHT = [
    "delete from order_document",
    "delete from invoice",
    "delete from payment",
    "delete from handover",
    "delete from inspection",
    "delete from delivery",
    "delete from role_assignment",
    "delete from official",
    "update role_assignment set valid_from = valid_from - 400",
    "update role_assignment set official_id = official_id",
    "update role_assignment set letter_number = 'SK/lain'",
    "update order_document set signed_by = signed_by",
    "update order_document set signed_at = signed_at - interval '1 year'",
    "update order_document set number = number",
    "update orders set drafted_by = drafted_by",
    "update orders set vendor_id = vendor_id",
    "update invoice set order_id = order_id",
    "update handover set handed_over_by = handed_over_by",
    "update inspection set inspected_by = inspected_by",
    "update inspection set findings = findings",
    "update payment set paid_by = paid_by",
    "update ledger_entry set amount = amount",
]
REFUSED_BY = [
    ("update orders set status = 'completed'", "journalled"),
    ("update orders set status = 'completed', event_sequence = event_sequence + 1", "fk_orders_event"),
    ("update orders set status = 'issued', event_sequence = 2", "journalled"),
    ("update orders set status = 'draft', event_sequence = null", "journalled"),
    ("update delivery set status = 'cancelled'", "journalled"),
    ("update delivery set status = 'cancelled', event_sequence = 1000", "fk_delivery_event"),
    ("update invoice set status = 'handed_over'", "journalled"),
    ("update invoice set number = 'lain'", "sent_stays"),
    ("update invoice set gross_rupiah = gross_rupiah + 1, net_rupiah = net_rupiah + 1", "sent_stays"),
    ("update handover set invoice_id = null", "billed_once"),
    ("update inspection set agreed_at = null", "judged_once"),
    ("update order_document set facts = facts || '{\"gross\": 1}'", "signed_stays"),
    ("update order_document set facts = facts || '{\"signatories\": []}'", "signed_stays"),
    ("update role_assignment set valid_to = null", "only_shortened"),
    ("update role_assignment set valid_to = valid_to + 1", "only_shortened"),
    ("delete from orders", "fk_"),
]
ANOTHER_PAYMENT = """
insert into payment select (jsonb_populate_record(p, {changes}
    || jsonb_build_object('id', gen_random_uuid(), 'reference', 'BUKTI-LAIN'))).* from payment p
"""


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def a_paid_order(session: AsyncSession) -> Cast:
    cast = await a_cast(session)
    await an_order(session, cast, Status.PAID)
    await session.flush()
    await session.execute(text("set constraints all immediate"))
    return cast


async def test_what_no_use_case_does_is_not_granted(dki_session: AsyncSession) -> None:
    await a_paid_order(dki_session)
    for statement in NOT_ITS_RIGHT:
        with pytest.raises(DBAPIError, match="permission denied"):
            await _try(dki_session, statement)


async def test_what_is_granted_keeps_to_its_journal_and_its_papers(dki_session: AsyncSession) -> None:
    await a_paid_order(dki_session)
    for statement, refused_by in REFUSED_BY:
        with pytest.raises(IntegrityError, match=refused_by):
            await _try(dki_session, statement)


@pytest.mark.parametrize(
    ("changes", "refused_by"),
    [
        ("jsonb_build_object()", "uq_payment_invoice"),
        ("jsonb_build_object('event_sequence', 1000)", "uq_payment_invoice|fk_payment_event"),
        ("jsonb_build_object('paid_by', drafted_by, 'kept_out', '{}')", "payer_did_not_order"),
        ("jsonb_build_object('paid_by', approved_by, 'kept_out', '{}')", "payer_did_not_order"),
        (
            "jsonb_build_object('paid_by', drafted_by, 'drafted_by', paid_by, 'kept_out', '{}')",
            "uq_payment_invoice|fk_payment_approver",
        ),
    ],
)
async def test_a_payment_needs_its_invoice_its_entry_and_a_payer_who_did_not_order(
    dki_session: AsyncSession, changes: str, refused_by: str
) -> None:
    await a_paid_order(dki_session)
    with pytest.raises(IntegrityError, match=refused_by):
        await _try(dki_session, ANOTHER_PAYMENT.format(changes=changes))


async def _try(session: AsyncSession, statement: str) -> None:
    async with session.begin_nested():
        await session.execute(text(statement))
