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
    "update handover set gross_rupiah = gross_rupiah",
    "update handover set penalty_rupiah = 0",
    "update package set work_unit_id = work_unit_id",
    "update role_assignment set recorded_at = recorded_at",
    "insert into role_assignment (id, official_id, role, valid_from, letter_number, recorded_at)"
    " select gen_random_uuid(), id, 'budget_user', '2020-01-01', 'SK/1', '2020-01-01' from official limit 1",
    "insert into rule_override (id, key, value, valid_from, legal_basis, recorded_at)"
    " values (gen_random_uuid(), 'order_cap', 900000000, '2020-01-01', 'Pergub', '2019-12-31')",
]
REFUSED_BY = [
    ("update orders set status = 'completed' where status = 'paid'", "journalled"),
    (
        "update orders set status = 'completed', event_sequence = event_sequence + 1 where status = 'paid'",
        "fk_orders_event",
    ),
    ("update orders set status = 'issued', event_sequence = 2 where status = 'paid'", "journalled"),
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
    ("update orders set agreed_rupiah = agreed_rupiah * 2", "ordered_stays"),
    ("update orders set delivery_due_on = delivery_due_on + 30", "ordered_stays"),
    ("update orders set number = 'lain' where issued_at is not null", "ordered_stays"),
    ("update orders set approved_by = null, event_sequence = event_sequence + 1", "ordered_stays"),
    ("update orders set budget_line_id = null", "ordered_stays"),
    ("update invoice set requested_at = requested_at - interval '1 day'", "decided_with_entry"),
    ("update invoice set approved_by = null", "decided_with_entry"),
    ("update delivery set delivered_at = delivered_at - interval '9 days'", "arrived_stays"),
    ("update order_counter set last_number = 0", "counts_up"),
    ("update document_counter set last_number = last_number - 1", "counts_up"),
]
ANOTHER_MOVEMENT = """
insert into ledger_entry (id, balance_id, order_id, event_sequence, action, round, credit, debit, amount, at, reason,
    realised_on, budget_line_id, fiscal_year)
select gen_random_uuid(), balance_id, {order}, {event}, {action}, 99, '{credit}', '{debit}', 1, at, reason,
    realised_on, budget_line_id, fiscal_year
from ledger_entry where action = '{of}' limit 1
"""
PAID = {"of": "record_payment", "credit": "committed", "debit": "realised"}
MOVEMENTS = [
    ({"order": "order_id", "event": "null", "action": "null"} | PAID, "caused"),
    ({"order": "null", "event": "null", "action": "null"} | PAID, "caused"),
    ({"order": "order_id", "event": "event_sequence", "action": "'accept'"} | PAID, "caused"),
    ({"order": "order_id", "event": "event_sequence", "action": "action"} | PAID, "uq_ledger_entry_event"),
    (
        {"order": "order_id", "event": "event_sequence + 1", "action": "action"} | PAID,
        "fk_ledger_entry_event",
    ),
    ({"order": "gen_random_uuid()", "event": "1", "action": "action"} | PAID, "fk_ledger_entry_event"),
    (
        {"order": "order_id", "event": "event_sequence", "action": "action", "of": "submit"}
        | {"credit": "committed", "debit": "available"},
        "caused",
    ),
]
ANOTHER_ROW = [
    ("handover", "'delivery_id', gen_random_uuid()", "fk_handover"),
    ("handover", "'delivery_id', delivery_id, 'event_sequence', null", "null value"),
    ("inspection", "'contested_at', now(), 'event_sequence', 1000", "fk_inspection_event"),
    ("inspection", "'contested_at', now(), 'event_sequence', null", "null value"),
    (
        "order_document",
        "'number', 'LAIN', 'sequence', 900, 'verification_code', 'lain', 'facts_hash', 'lain'",
        "fk_order_document_event",
    ),
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


@pytest.mark.parametrize(("movement", "refused_by"), MOVEMENTS)
async def test_money_moves_only_with_the_entry_that_caused_it_and_once(
    dki_session: AsyncSession, movement: dict[str, str], refused_by: str
) -> None:
    await a_paid_order(dki_session)
    with pytest.raises(IntegrityError, match=refused_by):
        await _try(dki_session, ANOTHER_MOVEMENT.format(**movement))


@pytest.mark.parametrize(("table", "changes", "refused_by"), ANOTHER_ROW)
async def test_a_report_or_a_paper_needs_its_entry_in_the_journal(
    dki_session: AsyncSession, table: str, changes: str, refused_by: str
) -> None:
    await a_paid_order(dki_session)
    row = f"to_jsonb(one) || jsonb_build_object('id', gen_random_uuid(), {changes})"
    with pytest.raises(IntegrityError, match=refused_by):
        await _try(
            dki_session,
            f"insert into {table} select (jsonb_populate_record(one, {row})).* from {table} one limit 1",
        )


async def test_an_appointment_entered_after_its_first_day_says_when_by_the_databases_own_clock(
    dki_session: AsyncSession,
) -> None:
    found = text(
        "insert into role_assignment (id, official_id, role, valid_from, letter_number)"
        " select gen_random_uuid(), id, 'budget_user', '2020-01-01', 'SK/1' from official limit 1"
        " returning recorded_at, now()"
    )
    await a_paid_order(dki_session)
    recorded_at, now = (await dki_session.execute(found)).one()
    assert recorded_at == now


async def _try(session: AsyncSession, statement: str) -> None:
    async with session.begin_nested():
        await session.execute(text(statement))
