"""The journal of an order: nobody may rewrite it, and who does so past the application is found out."""

import os
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.outbox import Outbox
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core import journal, sealing
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.journals import broken_journals, seal_journals
from tests.orders.factories import MONDAY, a_cast, an_order


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.fixture(autouse=True)
async def _nobody_is_told_of_what_was_damaged(dki: Tenant) -> AsyncIterator[None]:
    """Jobs that look for an entry which a test took away would fail among those of the tests that follow."""
    yield
    async with tenancy.inside(dki) as session:
        await session.execute(update(Outbox).where(Outbox.done_at.is_(None)).values(done_at=clock.now()))


async def test_an_entry_says_who_did_what_in_which_role_and_why(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.REJECTED)
    submitted, rejected = await journal.history(dki_session, order.id)
    assert (submitted.role, submitted.actor_name) == ("procurement_officer", "Dewi Lestari")
    assert (rejected.role, rejected.actor_name, rejected.reason) == (
        "commitment_officer",
        "Budi Santosa",
        "Tidak jadi dibeli",
    )
    assert (rejected.from_status, rejected.to_status) == ("awaiting_approval", "rejected")


async def test_a_signature_is_entered_with_the_hash_of_its_document(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast)
    await approve_order(dki_session, cast.approver, order.id, order.version)
    signed = await journal.latest(dki_session, order.id)
    assert signed and signed.document_hash and len(signed.document_hash) == 64
    assert signed.details["document"].startswith("000.3/0001/SP/")


@pytest.mark.parametrize(
    "rewriting",
    [
        "update {table} set {column} = {column}",
        "delete from {table}",
        "truncate {table}",
    ],
)
@pytest.mark.parametrize(
    ("table", "column"), [("order_event", "reason"), ("payment", "reference"), ("ledger_entry", "reason")]
)
async def test_a_region_s_role_cannot_rewrite_history(
    dki: Tenant, rewriting: str, table: str, column: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with tenancy.inside(dki) as session:
            await session.execute(text(rewriting.format(table=table, column=column)))


@pytest.mark.parametrize(
    "tampering",
    [
        "update t_dki.order_event set reason = 'lain' where order_id = $1 and sequence = 2",
        "update t_dki.order_event set actor_name = 'Orang lain' where order_id = $1 and sequence = 1",
        "update t_dki.order_event set at = at + interval '1 second' where order_id = $1 and sequence = 3",
        "update t_dki.order_event set details = '{\"gross_rupiah\": 1}' where order_id = $1 and sequence = 1",
        "delete from t_dki.order_event where order_id = $1 and sequence = 2",
        "delete from t_dki.order_event where order_id = $1 and sequence = 3",
        "delete from t_dki.order_event where order_id = $1",
        "update t_dki.orders set status = 'in_delivery' where id = $1",
        """with swapped as (select id, sequence from t_dki.order_event where order_id = $1 and sequence in (2, 3))
           update t_dki.order_event e set sequence = 5 - s.sequence + 100 from swapped s where e.id = s.id""",
    ],
)
async def test_a_change_past_the_application_shows(dki: Tenant, tampering: str) -> None:
    async with tenancy.inside(dki) as session:
        order = await an_order(session, await a_cast(session), Status.ACCEPTED)
    async with tenancy.inside(dki) as session:
        assert await journal.verify(session, order.id)
    await as_owner(tampering, order.id)
    async with tenancy.inside(dki) as session:
        assert not await journal.verify(session, order.id)


async def as_owner(statement: str, order_id: UUID) -> None:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("set session_replication_role = replica")  # past foreign keys and guards, too
    await connection.execute(statement, order_id)
    await connection.close()


async def test_an_entry_that_was_added_over_the_region_s_login_has_no_seal(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        order = await an_order(session, await a_cast(session), Status.ACCEPTED)
    async with tenancy.inside(dki) as session:
        last = await journal.latest(session, order.id)
        assert last
        await session.execute(
            text(
                "insert into order_event select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),"
                " 'sequence', e.sequence + 1, 'to_status', 'completed', 'document_hash', null, 'previous_hash', e.hash,"
                " 'hash', encode(sha256('guessed'), 'hex')))).* from order_event e where id = :id"
            ),
            {"id": last.id},
        )
        await session.execute(
            text(
                "update orders set status = 'completed', event_sequence = event_sequence + 1 where id = :id"
            ),
            {"id": order.id},
        )
    async with tenancy.inside(dki) as session:
        assert not await journal.verify(session, order.id)
        assert order.number in await broken_journals(session)


@pytest.mark.parametrize(
    "past_the_application",
    [
        "update t_dki.order_line set unit_price_rupiah = unit_price_rupiah + 1 where order_id = $1",
        "update t_dki.order_line set quantity = quantity + 1 where order_id = $1",
        "update t_dki.orders set budget_rupiah = budget_rupiah - 1 where id = $1",
        'update t_dki.order_document set facts = facts || \'{"place": "lain"}\' where order_id = $1',
    ],
)
async def test_lines_papers_and_money_that_were_changed_past_the_application_are_named(
    dki: Tenant, past_the_application: str
) -> None:
    async with tenancy.inside(dki) as session:
        order = await an_order(session, await a_cast(session), Status.PAYMENT_APPROVED)
    async with tenancy.inside(dki) as session:
        assert order.number not in await broken_journals(session)
    await as_owner(past_the_application, order.id)
    async with tenancy.inside(dki) as session:
        assert await journal.verify(session, order.id)
        assert order.number in await broken_journals(session)


async def test_a_journal_with_plain_hashes_is_sealed_anew_and_a_broken_one_is_not(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        whole = await an_order(session, await a_cast(session), Status.ACCEPTED)
        broken = await an_order(session, await a_cast(session), Status.ACCEPTED)
    for order in (whole, broken):
        await _with_plain_hashes(dki, order.id)
    await as_owner(
        "update t_dki.order_event set reason = 'lain' where order_id = $1 and sequence = 1", broken.id
    )
    async with inside_as_owner(dki) as session:
        assert broken.number in await seal_journals(session)
    async with tenancy.inside(dki) as session:
        assert await journal.verify(session, whole.id)
        assert not await journal.verify(session, broken.id)


async def _with_plain_hashes(dki: Tenant, order_id: UUID) -> None:
    """As it was sealed before the seal had a key."""
    async with inside_as_owner(dki) as session:
        before = sealing.BEGINNING
        for entry in await journal.history(session, order_id):
            entry.previous_hash = before
            entry.hash = before = sha256(sealing._written(entry)).hexdigest()
