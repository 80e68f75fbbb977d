"""The journal of an order: nobody may rewrite it, and who does so past the application is found out."""

import os
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Status
from tests.orders.factories import MONDAY, a_cast, an_order


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


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
    await _as_owner(tampering, order.id)
    async with tenancy.inside(dki) as session:
        assert not await journal.verify(session, order.id)


async def _as_owner(statement: str, order_id: UUID) -> None:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute(statement, order_id)
    await connection.close()
