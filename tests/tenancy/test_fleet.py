"""Upgrading a fleet: only those behind, each whole or not at all, resumable after a kill, reversible."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from eorder_platform import tenancy
from eorder_platform.seeds.seeding import seed_reference
from eorder_platform.tenancy import Tenant, migrating, provisioning, registry
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.tables import metadata
from tests.tenancy.catalogue_checks import each_role_holds_exactly_its_own
from tests.tenancy.deployments import Fleet, a_fleet

FOLLOWING = '''"""A note beside each work unit; both statements or neither."""

from alembic import op

revision = "t9999_note"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table unit_note (id uuid primary key)")
    op.execute("select pg_sleep({pause})")
    op.execute("alter table work_unit add column note text")


def downgrade() -> None:
    op.execute("alter table work_unit drop column note")
    op.execute("drop table unit_note")
'''


@pytest_asyncio.fixture(loop_scope="session")
async def three_regions() -> AsyncIterator[Fleet]:
    """Three fresh regions, with the template's two beside them."""
    async with a_fleet(3) as made:
        yield made


@pytest.fixture
def following(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The histories with one more tenant revision than the code has."""
    return _one_revision_more(tmp_path, monkeypatch)


def _one_revision_more(folder: Path, monkeypatch: pytest.MonkeyPatch, pause: float = 0) -> Path:
    shutil.copytree(migrating.MIGRATIONS, folder / "histories", ignore=shutil.ignore_patterns("__pycache__"))
    before = migrating.newest("tenant")
    revision = folder / "histories" / "tenant" / "versions" / "t9999_note.py"
    revision.write_text(FOLLOWING.format(before=before, pause=pause))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder / "histories")
    return folder / "histories"


async def test_a_region_made_by_the_script_equals_one_made_by_its_migrations(fleet: Fleet) -> None:
    fresh, upgraded = fleet.tenants
    before = await _catalogue_of(fleet, upgraded)
    await _downgrade(upgraded)
    assert set(await _tables(fleet, upgraded)) == {"alembic_version"}
    await _move(upgraded, down=False)
    await fleet.owner.execute("update nusantara.tenant set revision = null where id = $1", upgraded.id)
    registry.forget()
    behind = await migrating.tenants_behind()
    assert [one.tenant.slug for one in behind] == [upgraded.slug]
    assert await migrating.upgrade_tenants(behind, metadata) == []
    assert await migrating.tenants_behind() == []
    await provisioning.renew_rights(upgraded, metadata)
    after = await _catalogue_of(fleet, upgraded)
    assert after == before == await _catalogue_of(fleet, fresh)


async def test_the_shared_schemas_of_the_history_equal_those_of_the_models(fleet: Fleet) -> None:
    superuser, name = os.environ["DATABASE_URL"], "eorder_models_alone"
    await fleet.owner.execute(f"create database {name} template template0")
    try:
        engine = create_async_engine(
            superuser.replace("postgresql://", "postgresql+asyncpg://").rpartition("/")[0] + f"/{name}",
            poolclass=NullPool,
        )
        async with engine.begin() as connection:
            await connection.execute(text("create schema nusantara"))
            await connection.execute(text("create schema pusat"))
            shared = [table for table in metadata.sorted_tables if table.schema]
            await connection.run_sync(metadata.create_all, tables=shared)
        models = await asyncpg.connect(superuser.rpartition("/")[0] + f"/{name}")
        for schema in ("nusantara", "pusat"):
            made, walked = await _catalogue(models, schema), await _catalogue(fleet.owner, schema)
            kinds = ("column", "constraint", "index")
            expected = {row for row in made if row[0] in kinds}
            found = {row for row in walked if row[0] in kinds and row[1] != "alembic_version"}
            assert found == expected
        await models.close()
    finally:
        await fleet.owner.execute(f"drop database {name} with (force)")


async def test_the_shared_history_goes_down_and_up_again(fleet: Fleet) -> None:
    for tenant in await registry.all_tenants():
        await _downgrade(tenant)
    async with owning() as engine, engine.begin() as connection:
        await connection.run_sync(_run, "nusantara", "nusantara", down=True)
    left = await fleet.owner.fetch(
        "select tablename from pg_tables where schemaname in ('nusantara', 'pusat') and tablename <> 'alembic_version'"
    )
    assert left == []
    await migrating.upgrade_shared(metadata, seed_reference)
    assert await fleet.owner.fetchval("select count(*) from nusantara.region") > 500


async def test_only_those_behind_are_upgraded_and_nothing_to_do_is_one_query(
    three_regions: Fleet, following: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind = await migrating.tenants_behind()
    assert len(behind) == 5
    done: list[str] = []
    assert (
        await migrating.upgrade_tenants(behind[:3], metadata, lambda tenant: done.append(tenant.slug)) == []
    )
    assert sorted(done) == sorted(one.tenant.slug for one in behind[:3])
    rest = await migrating.tenants_behind()
    assert [one.tenant.slug for one in rest] == [one.tenant.slug for one in behind[3:]]
    assert await migrating.upgrade_tenants(rest, metadata) == []
    queries = _counted(monkeypatch)
    registry.forget()
    assert await migrating.tenants_behind() == []
    assert len(queries) == 1


async def test_a_region_that_fails_stays_as_it_was_and_the_others_go_on(
    three_regions: Fleet, following: Path
) -> None:
    spoilt, *others = three_regions.tenants
    await three_regions.owner.execute(f"alter table {spoilt.schema}.work_unit add column note int")
    failed = await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata)
    assert [tenant.slug for tenant, _ in failed] == [spoilt.slug]
    assert "unit_note" not in await _tables(three_regions, spoilt)
    assert [one.tenant.slug for one in await migrating.tenants_behind()] == [spoilt.slug]
    for tenant in others:
        assert "unit_note" in await _tables(three_regions, tenant)
    await three_regions.owner.execute(f"alter table {spoilt.schema}.work_unit drop column note")
    assert await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata) == []


async def test_a_table_made_by_a_revision_is_granted_like_the_others(
    three_regions: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = _one_revision_more(tmp_path, monkeypatch)
    anew = "drop table regional_holiday; create table regional_holiday (day date primary key, name text not null)"
    revision = histories / "tenant" / "versions" / "t9999_note.py"
    revision.write_text(revision.read_text().replace("create table unit_note (id uuid primary key)", anew))
    assert await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata) == []
    await each_role_holds_exactly_its_own(three_regions)


async def test_a_revision_that_must_run_alone_waits_until_nobody_is_connected(
    three_regions: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = _one_revision_more(tmp_path, monkeypatch)
    used = three_regions.tenants[0]
    async with tenancy.inside(used) as session:
        await session.execute(text("select 1"))
        behind = await migrating.tenants_behind()
        assert await migrating.in_use(behind) == []
        revision = histories / "tenant" / "versions" / "t9999_note.py"
        revision.write_text(revision.read_text() + "\n\nALONE = True\n")
        assert used.slug in [tenant.slug for tenant in await migrating.in_use(behind)]
    for tenant in three_regions.tenants:
        await three_regions.owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", tenant.role
        )
    still = {tenant.slug for tenant in await migrating.in_use(behind)}
    assert not still & {tenant.slug for tenant in three_regions.tenants}


async def test_a_region_in_use_is_not_waited_for(
    three_regions: Fleet, following: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "TIMEOUTS", migrating.TIMEOUTS.replace("5s", "100ms"))
    busy = three_regions.tenants[0]
    async with three_regions.owner.transaction():
        await three_regions.owner.execute(f"lock table {busy.schema}.work_unit in access share mode")
        failed = await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata)
    assert [(tenant.slug, "lock timeout" in str(error)) for tenant, error in failed] == [(busy.slug, True)]
    assert await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata) == []


async def test_two_runs_at_once_do_the_work_once(three_regions: Fleet, following: Path) -> None:
    behind = await migrating.tenants_behind()
    both = await asyncio.gather(*(migrating.upgrade_tenants(behind, metadata) for _ in range(2)))
    assert both == [[], []]
    assert await migrating.tenants_behind() == []


async def test_a_killed_run_goes_on_where_it_stopped(
    three_regions: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories = _one_revision_more(tmp_path, monkeypatch, pause=0.4)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.tenancy.upgrading_process",
        str(histories),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    await process.wait()
    await _nobody_else_is_connected(three_regions)

    registry.forget()
    tenants = await registry.all_tenants()
    behind = {one.tenant.slug for one in await migrating.tenants_behind()}
    assert 0 < len(behind) < len(tenants)
    for tenant in tenants:
        tables, column = await _tables(three_regions, tenant), await _has_note(three_regions, tenant)
        assert ("unit_note" in tables, column) == ((tenant.slug not in behind,) * 2), tenant.slug

    assert await migrating.upgrade_tenants(await migrating.tenants_behind(), metadata) == []
    assert all([await _has_note(three_regions, tenant) for tenant in tenants])
    assert await migrating.tenants_behind() == []


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queries: list[str] = []
    fetch = asyncpg.Connection.fetch

    async def counting(connection: Any, query: str, *arguments: Any, **options: Any) -> Any:
        queries.append(query)
        return await fetch(connection, query, *arguments, **options)

    monkeypatch.setattr(asyncpg.Connection, "fetch", counting)
    return queries


async def _downgrade(tenant: Tenant) -> None:
    await _move(tenant, down=True)


async def _move(tenant: Tenant, *, down: bool) -> None:
    """By Alembic's own hand, one tenant alone."""
    async with owning(tenant.placement) as engine, engine.begin() as connection:
        await connection.execute(text(f"set local search_path = {tenant.schema}, nusantara"))
        await connection.run_sync(_run, "tenant", tenant.schema, down=down)


def _run(connection: Connection, name: str, version_schema: str, down: bool) -> None:
    script = migrating.history(name)

    def steps(revision: Any, _: Any) -> Any:
        return script._downgrade_revs("base", revision) if down else script._upgrade_revs("head", revision)

    environment = EnvironmentContext(Config(), script, fn=steps)
    environment.configure(connection=connection, version_table_schema=version_schema, transactional_ddl=False)
    environment.run_migrations()


async def _tables(fleet: Fleet, tenant: Tenant) -> list[str]:
    rows = await fleet.owner.fetch("select tablename from pg_tables where schemaname = $1", tenant.schema)
    return [name for (name,) in rows]


async def _has_note(fleet: Fleet, tenant: Tenant) -> bool:
    return bool(
        await fleet.owner.fetchval(
            "select exists (select from information_schema.columns where table_schema = $1"
            " and table_name = 'work_unit' and column_name = 'note')",
            tenant.schema,
        )
    )


async def _nobody_else_is_connected(fleet: Fleet) -> None:
    """The server needs a moment to notice that the killed process is gone and to roll its work back."""
    for _ in range(100):
        others = await fleet.owner.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database() and usename = current_user"
            " and pid <> pg_backend_pid()"
        )
        if not others:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the killed run is still at work")


async def _catalogue_of(fleet: Fleet, tenant: Tenant) -> set[tuple[str, ...]]:
    """The same of a region's schema, without its name and its role's."""
    return {
        tuple(part.replace(tenant.schema, "SCHEMA").replace(tenant.role, "ROLE") for part in row)
        for row in await _catalogue(fleet.owner, tenant.schema)
    }


async def _catalogue(connection: asyncpg.Connection, schema: str) -> set[tuple[str, ...]]:
    """Everything that the system catalogues say of a schema, without the order of things."""
    rows = await connection.fetch(
        """
        with mine as (select c.* from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r')
        select 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
               || case when a.attnotnull then ' not null' else '' end || ' ' || a.attgenerated::text
               || a.attidentity::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') from mine c
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        union all
        select 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid) from mine c
               join pg_constraint k on k.conrelid = c.oid
        union all
        select 'index', c.relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from mine c
               join pg_index i on i.indrelid = c.oid
        union all
        select 'grant', c.relname, a.privilege_type, a.grantee::regrole::text from mine c, aclexplode(c.relacl) a
        union all
        select 'grant', c.relname || '.' || b.attname, a.privilege_type, a.grantee::regrole::text from mine c
               join pg_attribute b on b.attrelid = c.oid, aclexplode(b.attacl) a
        union all
        select 'trigger', c.relname, t.tgname, pg_get_triggerdef(t.oid) from mine c
               join pg_trigger t on t.tgrelid = c.oid where not tgisinternal
        union all
        select 'owner', c.relname, '', c.relowner::regrole::text from mine c
        """,
        schema,
    )
    return {tuple(row) for row in rows}
