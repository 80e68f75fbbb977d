"""What the database refuses a region's own role, whatever statement comes over its login."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.orders.core.models import Status
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_offer, an_order

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
    "update order_line set offer_id = offer_id",
    "update order_line set signed = false",
    "insert into order_line (id, order_id, signed, position, offer_id, name, unit, tax_class, quantity,"
    " unit_price_rupiah, total_rupiah) select gen_random_uuid(), order_id, true, 9, gen_random_uuid(), name, unit,"
    " tax_class, quantity, unit_price_rupiah, total_rupiah from order_line limit 1",
    "delete from rule_override",
    "delete from import_batch",
    "update ledger_entry set import_id = import_id",
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
    ("update invoice set tax_invoice_number = '02000000000000099'", "sent_stays"),
    ("update invoice set tax_invoice_number = null", "sent_stays"),
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
    ("update order_line set unit_price_rupiah = unit_price_rupiah * 2", "lines_stay"),
    ("update order_line set quantity = quantity + 1, total_rupiah = total_rupiah", "lines_stay"),
    ("update order_line set name = 'Kertas lain'", "lines_stay"),
    ("update order_line set tax_class = 'rice'", "lines_stay"),
    ("delete from order_line", "lines_do_not_go"),
    (
        "insert into order_line (id, order_id, position, offer_id, name, unit, tax_class, quantity,"
        " unit_price_rupiah, total_rupiah) select gen_random_uuid(), l.order_id, 9, o.id, 'Lain', l.unit, l.tax_class,"
        " 1, 1, 1 from order_line l, offer o where l.signed and o.id <> l.offer_id limit 1",
        "fk_order_line_order",
    ),
    ("update import_batch set status = 'previewed', confirmed_at = null", "decided_once"),
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
RAISED = {"order": "null", "event": "null", "action": "null", "of": "record_payment"} | {
    "credit": "outside",
    "debit": "available",
}
MOVEMENTS = [
    (RAISED, "caused"),
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
    await an_offer(session, cast.participation, name="Map")
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


async def test_a_ceiling_is_raised_by_an_upload_and_once_by_each(dki_session: AsyncSession) -> None:
    await a_paid_order(dki_session)
    again = """
    insert into ledger_entry (id, balance_id, round, credit, debit, amount, at, reason, import_id)
    select gen_random_uuid(), balance_id, 0, credit, debit, 1, at, reason, {upload}
    from ledger_entry where credit = 'outside' limit 1
    """
    for upload, refused_by in (
        ("null", "caused"),
        ("import_id", "uq_ledger_entry_import"),
        ("gen_random_uuid()", "fk_ledger_entry_import_id"),
    ):
        with pytest.raises(IntegrityError, match=refused_by):
            await _try(dki_session, again.format(upload=upload))


async def test_the_lines_of_a_draft_may_still_change_and_go(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    await dki_session.flush()
    await _try(dki_session, f"update order_line set quantity = quantity + 1 where order_id = '{order.id}'")
    await _try(dki_session, f"delete from orders where id = '{order.id}'")
    left = await dki_session.scalar(text(f"select count(*) from order_line where order_id = '{order.id}'"))
    assert left == 0


async def _try(session: AsyncSession, statement: str) -> None:
    async with session.begin_nested():
        await session.execute(text(statement))
