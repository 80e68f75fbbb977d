"""The application behind Debian 12's own PgBouncer in transaction mode: pages answer, and no row is foreign.

Where PgBouncer is not installed (`apt-get install pgbouncer`) they say so and are left out.
"""

import tempfile
from pathlib import Path

import pytest

from eorder_platform import tenancy
from eorder_platform.database import home
from eorder_platform.tenancy import migrating, provisioning
from eorder_platform.tenancy.ownership import connect_as_owner
from eorder_platform.tenancy.watching import cut_off_who_overstays
from eorder_tenants.tables import metadata
from infra.benchmarks.isolation import interleave
from tests.tenancy.deployments import a_fleet
from tests.tenancy.pgbouncer import PROGRAM, behind_pgbouncer

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")
REGIONS, OPERATIONS = 10, 2_000


async def test_regions_are_read_written_and_kept_apart_behind_it() -> None:
    async with a_fleet(REGIONS) as fleet:
        with tempfile.TemporaryDirectory(prefix="eorder-pooled-") as folder:
            async with behind_pgbouncer(fleet, Path(folder)):
                outcome = await interleave(fleet.tenants, OPERATIONS)
                assert outcome.foreign == []
                assert outcome.counts.total() == OPERATIONS and outcome.counts["page"]
                async with tenancy.reading(fleet.tenants[0]) as connection:
                    with pytest.raises(Exception, match="read-only transaction"):
                        await connection.execute("delete from regional_holiday")


async def test_the_owners_commands_reach_the_database_through_it_as_well(tmp_path: Path) -> None:
    """Each is a connection of its own to the pooler, and most meet a server that another one used before."""
    async with a_fleet() as fleet, behind_pgbouncer(fleet, tmp_path):
        watching = [await connect_as_owner(home()) for _ in range(3)]
        for connection in watching:
            assert await migrating.placements_behind() == []
            assert await cut_off_who_overstays(connection) == []
        for tenant in fleet.tenants:
            await provisioning.renew_rights(tenant, metadata)
        behind = [migrating.Behind(tenant, migrating.newest("tenant")) for tenant in fleet.tenants]
        assert await migrating.upgrade_tenants(behind, metadata) == []
        for connection in watching:
            await connection.close()
