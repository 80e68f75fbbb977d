"""A region that already has orders learns of deliveries: nothing is lost, no figure changes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, text

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant, migrating, provisioning
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.orders.core.models import Status
from eorder_tenants.tables import metadata
from tests.orders.factories import MONDAY, WAY, a_cast, an_order, go_on
from tests.orders.test_deliveries import an_accepted_order, bring
from tests.tenancy.deployments import Fleet

BEFORE = "t0040_package_and_price_indexes"
SINGLE = [
    one
    for one in WAY
    if one not in (Status.DRAFT, Status.ANNOUNCED, Status.PARTLY_DELIVERED, Status.TERMINATED)
]
KEPT = {
    "orders": "id, status, due_at, budget_rupiah, realised_rupiah, closed_short_at is null, paid_at",
    "order_line": "id, accepted_quantity, rejected_quantity, closed_quantity",
    "delivery": "order_id, sequence, status, delivered_at",
    "delivery_line": "order_line_id, quantity, delivered_quantity, accepted_quantity, rejected_quantity",
    "inspection": "order_id, drafted_by, inspected_by, inspected_at, time_fits, agreed_at",
    "handover": "order_id, handed_over_by, handed_over_at, late_days, shipping_rupiah, base_rupiah, vat_rupiah,"
    " gross_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah",
    "invoice": "order_id, number, status, case when status <> 'paid' then due_at end, requested_by, requested_at,"
    " approved_by, approved_at",  # what was paid waits for nothing
    "payment": "order_id, invoice_id, paid_by, array(select distinct unnest(kept_out) order by 1)",
}


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_orders_in_every_state_go_back_and_forth_between_the_revisions(fleet: Fleet) -> None:
    tenant = fleet.tenants[0]
    async with tenancy.inside(tenant) as session:
        for status in SINGLE:
            cast = await a_cast(session, price=100_000, shipping=10_000)
            await an_order(session, cast, status, quantity=10)
        # On the morning of the 21st in the office it is still the 20th in Greenwich: one day late all the same.
        cast = await a_cast(session, price=100_000, shipping=10_000)
        late = await an_accepted_order(session, cast, 10, due=date(2026, 7, 20))
        with clock.travelling_to(datetime(2026, 7, 20, 18, tzinfo=UTC)):
            await bring(session, cast, late, None)
            await go_on(session, cast, late, Status.PAID)
    before = await _rows(tenant)
    await _move(tenant, BEFORE, down=True)
    await _move(tenant, "head", down=False)
    await provisioning.renew_rights(tenant, metadata)
    after = await _rows(tenant)
    changed = {
        table: [(was, now) for was, now in zip(before[table], after[table], strict=True) if was != now]
        for table in KEPT
        if after[table] != before[table]
    }
    assert changed == {}
    async with tenancy.inside(tenant) as session:
        assert await differences(session) == []


async def _rows(tenant: Tenant) -> dict[str, list[Any]]:
    async with tenancy.inside(tenant) as session:
        return {
            table: sorted(map(tuple, await session.execute(text(f"select {columns} from {table}"))), key=str)
            for table, columns in KEPT.items()
        }


async def _move(tenant: Tenant, revision: str, *, down: bool) -> None:
    async with owning(tenant.placement) as engine, engine.begin() as connection:
        await connection.execute(text(f"set local search_path = {tenant.schema}, nusantara"))
        await connection.run_sync(_run, tenant.schema, revision, down)


def _run(connection: Connection, schema: str, to: str, down: bool) -> None:
    script = migrating.history("tenant")

    def steps(revision: Any, _: Any) -> Any:
        return script._downgrade_revs(to, revision) if down else script._upgrade_revs(to, revision)

    environment = EnvironmentContext(Config(), script, fn=steps)
    environment.configure(connection=connection, version_table_schema=schema, transactional_ddl=False)
    environment.run_migrations()
