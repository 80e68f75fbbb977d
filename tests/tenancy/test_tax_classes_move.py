"""Products that say another tax class than their category are found when the rule comes into force."""

from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, text

from eorder_platform import tenancy
from eorder_platform.database import home
from eorder_platform.directory.models import Product
from eorder_platform.ids import new_id
from eorder_platform.tenancy import migrating, registry
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.catalogue.models import Offer
from tests.orders.factories import a_cast
from tests.tenancy.deployments import Fleet

MOVED = {"nusantara": "n0070_tax_classes", "tenant": "t0071_tax_classes"}


async def test_stationery_that_was_called_hospitality_becomes_goods(fleet: Fleet) -> None:
    tenant = fleet.tenants[0]
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
    product_id = new_id()
    async with tenancy.national() as nation:
        facts = {"minimum_order": 1, "coverage": ["31"], "category_code": "ATK.PAPER", "tax_class": "goods"}
        nation.add(
            Product(
                id=product_id,
                vendor_id=cast.offer.vendor_id,
                name="Kertas HVS A4",
                unit="rim",
                price_rupiah=50_000,
                **facts,
            )
        )
    everywhere = await registry.all_tenants()
    for one in everywhere:
        await _move("tenant", one.schema, down=True)
    await _move("nusantara", "nusantara", down=True)
    async with owning(home()) as engine, engine.begin() as connection:
        for table in ("pusat.product", f"{tenant.schema}.offer"):
            wrong = text(f"update {table} set tax_class = 'hospitality', charges_local_tax = true")
            await connection.execute(wrong)
    await _move("nusantara", "nusantara", down=False)
    for one in everywhere:
        await _move("tenant", one.schema, down=False)
    async with tenancy.national() as nation:
        product = await nation.get_one(Product, product_id)
    async with tenancy.inside(tenant) as session:
        offer = await session.get_one(Offer, cast.offer.id)
    assert [(one.tax_class, one.charges_local_tax) for one in (product, offer)] == [("goods", False)] * 2


async def _move(name: str, schema: str, *, down: bool) -> None:
    """To just before the revision, or back to the newest."""
    async with owning(home()) as engine, engine.begin() as connection:
        await connection.execute(text(f"set local search_path = {schema}, nusantara"))
        await connection.run_sync(_run, name, schema, down)


def _run(connection: Connection, name: str, schema: str, down: bool) -> None:
    script = migrating.history(name)
    revision = script.get_revision(MOVED[name])
    assert revision

    def steps(current: Any, _: Any) -> Any:
        if down:
            return script._downgrade_revs(str(revision.down_revision), current)
        return script._upgrade_revs("head", current)

    environment = EnvironmentContext(Config(), script, fn=steps)
    environment.configure(connection=connection, version_table_schema=schema, transactional_ddl=False)
    environment.run_migrations()
