"""Two regions on two database clusters (here: two databases) under one application."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Refused, Suspended
from eorder_platform.tenancy import Tenant, migrating, provisioning, registry
from eorder_tenants.tables import metadata
from tests.tenancy import role_checks, web_checks
from tests.tenancy.deployments import REGIONS, Fleet, a_fleet, a_region


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two_places() -> AsyncIterator[Fleet]:
    """One region at home and one on another placement."""
    async with a_fleet(2, ("main", "east")) as made:
        yield made


async def test_both_regions_work_and_neither_sees_the_other(two_places: Fleet) -> None:
    home, east = two_places.tenants
    assert (home.placement, east.placement) == ("main", "east")
    await role_checks.every_way_in_leads_to_the_own_schema(two_places)
    await role_checks.a_row_is_seen_by_its_own_region_only(two_places)
    await web_checks.the_host_alone_decides(two_places)
    await web_checks.a_session_ends_at_its_host(two_places)
    await web_checks.foreign_ids_are_not_found(two_places)


async def test_each_region_lies_on_its_placement_only(two_places: Fleet) -> None:
    home, east = two_places.tenants
    for placement, here, absent in (("main", home, east), ("east", east, home)):
        assert await _has_schema(two_places, placement, here)
        assert not await _has_schema(two_places, placement, absent)
        lost = replace(absent, placement=placement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):  # no right to connect there
            async with tenancy.reading(lost):
                pass


async def test_the_shared_directory_is_equal_in_both(two_places: Fleet) -> None:
    await a_region(5, "main")
    assert await _directory(two_places, "main") == await _directory(two_places, "east")


async def test_a_region_elsewhere_is_suspended_and_taken_back_there(two_places: Fleet) -> None:
    east = two_places.tenants[1]
    await provisioning.set_suspended(east, metadata, "Uji")
    try:
        await role_checks.a_suspended_region_cannot_write(two_places)
        assert await _directory(two_places, "main") == await _directory(two_places, "east")
        with pytest.raises(Suspended):
            async with tenancy.inside(east) as session:
                await session.execute(text("delete from regional_holiday"))
    finally:
        await provisioning.set_suspended(east, metadata, None)
    async with tenancy.inside(east) as session:
        await session.execute(text("delete from regional_holiday"))


async def test_a_region_elsewhere_is_migrated_there(two_places: Fleet) -> None:
    east = two_places.tenants[1]
    await two_places.owner.execute("update nusantara.tenant set revision = null where id = $1", east.id)
    registry.forget()
    behind = await migrating.tenants_behind()
    assert [one.tenant.slug for one in behind] == [east.slug]
    assert await migrating.upgrade_tenants(behind, metadata) == []
    assert await migrating.tenants_behind() == []


async def test_what_fails_leaves_nothing_on_either_placement(
    two_places: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = _new(two_places, "gagal", region="31")
    with pytest.raises(Refused, match="sudah dipakai oleh dki"):
        await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    await _nothing_is_left(two_places, new.slug)

    async def broken(tenant: Tenant, national: AsyncSession, region: AsyncSession) -> None:
        raise RuntimeError("no administrator")

    new = _new(two_places, "gagal", region=REGIONS[6])
    with pytest.raises(RuntimeError, match="no administrator"):
        await provisioning.add_tenant(new, metadata, migrating.newest("tenant"), broken)
    await _nothing_is_left(two_places, new.slug)


async def test_a_failure_of_home_at_the_last_moment_is_undone_elsewhere(
    two_places: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(connection: Any) -> None:
        raise ConnectionError("home is gone")

    new = _new(two_places, "putus", region=REGIONS[7])
    with monkeypatch.context() as broken:
        broken.setattr("sqlalchemy.ext.asyncio.AsyncConnection.commit", cut_off)
        with pytest.raises(ConnectionError, match="home is gone"):
            await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    await _nothing_is_left(two_places, new.slug)
    made = await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    assert await _has_schema(two_places, "east", made)


def _new(fleet: Fleet, word: str, region: str) -> provisioning.NewTenant:
    slug = f"{fleet.tenants[0].slug}{word}"
    return provisioning.NewTenant(
        slug, slug, region, "Asia/Jakarta", (f"{slug}.localhost",), "UJ", placement="east"
    )


async def _nothing_is_left(fleet: Fleet, slug: str) -> None:
    for address in fleet.addresses.values():
        connection = await asyncpg.connect(address)
        assert await connection.fetchval("select to_regnamespace($1)", f"t_{slug}") is None
        assert not await connection.fetch("select from pg_roles where rolname = $1", f"eorder_t_{slug}")
        assert not await connection.fetch("select from nusantara.tenant where slug = $1", slug)
        await connection.close()


async def _has_schema(fleet: Fleet, placement: str, tenant: Tenant) -> bool:
    connection = await asyncpg.connect(fleet.addresses[placement])
    found = await connection.fetchval("select to_regnamespace($1)::text", tenant.schema)
    await connection.close()
    return found is not None


async def _directory(fleet: Fleet, placement: str) -> dict[str, list[str]]:
    """Every row of nusantara on a placement, by table."""
    connection = await asyncpg.connect(fleet.addresses[placement])
    rows = {}
    for table in (table for table in metadata.sorted_tables if table.schema == "nusantara"):
        found = await connection.fetch(f"select to_jsonb(t)::text from {table.fullname} t")
        rows[table.name] = sorted(row for (row,) in found)
    await connection.close()
    return rows
