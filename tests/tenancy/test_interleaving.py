"""Twenty sessions hopping between ten regions, with room for all connections and with room for few."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from eorder_platform import tenancy
from eorder_platform.database import pools
from eorder_platform.settings import settings
from infra.benchmarks.isolation import interleave
from tests.tenancy.deployments import Fleet, a_fleet


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ten_regions() -> AsyncIterator[Fleet]:
    """Ten fresh regions in a database of their own."""
    async with a_fleet(10) as made:
        yield made


async def test_ten_thousand_operations_meet_no_foreign_row(ten_regions: Fleet) -> None:
    outcome = await interleave(ten_regions.tenants, 10_000)
    assert outcome.foreign == []
    assert outcome.counts.total() == 10_000
    assert outcome.rows_seen > 50_000


async def test_no_foreign_row_while_pools_are_opened_and_closed_all_the_time(
    ten_regions: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "EORDER_POOLS_CEILING", "3")
    settings.cache_clear()
    try:
        outcome = await interleave(ten_regions.tenants, 400, seed=2)
        await tenancy.close_connections()
        assert outcome.foreign == []
        assert not pools._pools
        left = await ten_regions.owner.fetchval(
            "select count(*) from pg_stat_activity where usename like 'eorder_t_%' and datname = current_database()"
        )
        assert left <= 5, f"{left} connections were left behind"
    finally:
        monkeypatch.undo()
        settings.cache_clear()
