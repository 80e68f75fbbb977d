"""A process that upgrades every tenant that is behind, for the test that kills it. Argument: a folder of histories."""

import asyncio
import sys
from pathlib import Path

from eorder_platform import tenancy
from eorder_platform.tenancy import migrating
from eorder_tenants.tables import metadata


async def upgrade() -> None:
    try:
        behind = await migrating.tenants_behind()
        await migrating.upgrade_tenants(behind, metadata, lambda tenant: print(tenant.slug, flush=True))
    finally:
        await tenancy.close_connections()


if __name__ == "__main__":
    migrating.MIGRATIONS = Path(sys.argv[1])  # type: ignore[misc]
    asyncio.run(upgrade())
