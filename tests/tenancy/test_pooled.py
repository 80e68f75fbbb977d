"""The application behind Debian 12's own PgBouncer in transaction mode: pages answer, and no row is foreign.

Where PgBouncer is not installed (`apt-get install pgbouncer`) these two say so and are left out.
"""

import tempfile
from pathlib import Path

import pytest

from eorder_platform import tenancy
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
