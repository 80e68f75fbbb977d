"""Fleet migrations: the shared history once a placement, the tenant history once a tenant that is behind.

Each tenant is one transaction with its own timeouts, a few run in parallel, and the registry's revision is
written in the same transaction: a killed run goes on where it stopped, and nothing to do is one query.

Alembic writes a tenant revision as SQL once, and that text is run for every tenant. Running the revisions themselves
side by side would mix regions: Alembic's `op` is one variable of the process, so that a statement of one tenant's
upgrade went to the connection of whichever had begun last.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Final

import asyncpg
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from eorder_platform.database import home, placements
from eorder_platform.tables import NUSANTARA
from eorder_platform.tenancy import registry
from eorder_platform.tenancy.ownership import (
    connect_as_owner,
    grants_on_new_tables,
    national_foundation,
    national_grants,
    owning,
    run_script,
)
from eorder_platform.tenancy.provisioning import rights_of, share_directory
from eorder_platform.tenancy.tenant import Tenant

PACKAGE: Final = Path(__file__).resolve().parents[1]
MIGRATIONS: Final = next(
    place / "migrations" for place in (PACKAGE, PACKAGE.parents[1]) if (place / "migrations").exists()
)
"""Inside an installed package, where the wheel puts them; in a checkout, at its top."""
IN_PARALLEL: Final = 3
TIMEOUTS: Final = "set local lock_timeout = '5s'; set local statement_timeout = '120s'"
TAKE_TURNS: Final = "select version_num from alembic_version for update"
"""Of two runs at once the second waits here, then reads the new revision and finds nothing left to do."""
MAKES_SOMETHING: Final = re.compile(r"\b(create table|add column)\b", re.IGNORECASE)
RENEWS_RIGHTS: Final = "RENEWS_RIGHTS"
"""A revision that says so changes what the role may do with what stands: its rights are given anew."""
ALONE: Final = "ALONE"
"""A revision that says so cannot stand beside the version before it, whose writes it would refuse."""
Seed = Callable[[AsyncConnection], Awaitable[None]]
"""Writes the rows with which a deployment begins, and those that a newer version knows (seeds/seeding.py)."""


@dataclass(frozen=True)
class Behind:
    """A tenant that has not the newest revision."""

    tenant: Tenant
    target: str


def history(name: str) -> ScriptDirectory:
    """The Alembic history `nusantara` or `tenant`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / name))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def newest(name: str) -> str:
    """The head revision of a history."""
    head = history(name).get_current_head()
    assert head is not None
    return head


async def upgrade_shared(metadata: MetaData, seed: Seed, *, renew: bool = False) -> None:
    """Bring `nusantara` and `pusat` to the newest revision on every placement, with roles and grants.

    Home gets from `seed` the rows that it has not, the other placements are made equal to it. Where the newest revision
    stands already nothing else happens, unless `renew` asks for the roles and grants to be made anew.
    """
    script = history(NUSANTARA)
    for placement in placements():
        async with owning(placement) as engine, engine.begin() as connection:
            if renew or await _shared_revision(connection) != script.get_current_head():
                await run_script(connection, national_foundation(str(placements()[placement].database)))
                await connection.execute(text(TIMEOUTS.split("; ")[0]))
                await connection.run_sync(_upgrade, script, NUSANTARA)
                await run_script(connection, national_grants(metadata))
            if placement == home():
                await seed(connection)
    await share_directory(metadata)
    registry.forget()


async def placements_behind() -> list[str]:
    """The placements whose shared schemas have not the newest revision."""
    target, behind = newest(NUSANTARA), []
    for placement in placements():
        async with owning(placement) as engine, engine.connect() as connection:
            if await _shared_revision(connection) != target:
                behind.append(placement)
    return behind


async def tenants_behind() -> list[Behind]:
    """The tenants whose revision in the registry is not the newest: one query."""
    target = newest("tenant")
    return [Behind(tenant, target) for tenant in await registry.all_tenants() if tenant.revision != target]


def leads_over(since: str | None, revision: str) -> bool:
    """Whether an upgrade of a region from `since` to the newest runs this revision."""
    steps = history("tenant").iterate_revisions("head", since or "base")
    return revision in (step.revision for step in steps)


async def in_use(behind: Sequence[Behind]) -> list[Tenant]:
    """Of those behind, the regions that somebody is connected to while a revision must run alone (:data:`ALONE`)."""
    used, alone = [], _that_must_run_alone()
    for one in behind:
        steps = history("tenant").iterate_revisions("head", one.tenant.revision or "base")
        if alone & {step.revision for step in steps}:
            async with owning(one.tenant.placement) as engine, engine.connect() as connection:
                connected = text("select count(*) from pg_stat_activity where usename = :role")
                if await connection.scalar(connected, {"role": one.tenant.role}):
                    used.append(one.tenant)
    return used


def _that_must_run_alone() -> set[str]:
    return {
        step.revision for step in history("tenant").walk_revisions() if getattr(step.module, ALONE, False)
    }


class _Steps:
    """What leads from a revision to the newest, as SQL for a tenant's search path; written once for each start."""

    def __init__(self, script: ScriptDirectory) -> None:
        self._script = script
        self._written: dict[str, tuple[str, bool]] = {}

    def since(self, revision: str) -> tuple[str, bool]:
        """The SQL, and whether the role's rights are to be given anew."""
        if revision not in self._written:
            self._written[revision] = self._write(revision)
        return self._written[revision]

    def _write(self, revision: str) -> tuple[str, bool]:
        found: Any = self._script._upgrade_revs("head", revision)
        renews = any(getattr(step.revision.module, RENEWS_RIGHTS, False) for step in found)

        def steps(*_: Any) -> Any:
            return found

        written = StringIO()
        environment = EnvironmentContext(Config(), self._script, fn=steps, as_sql=True, starting_rev=revision)
        environment.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            output_buffer=written,
            transactional_ddl=False,
        )
        environment.run_migrations()
        return written.getvalue().strip(), renews


class _Owners:
    """One worker's connections as the owner, one for each placement, opened when a tenant first needs it."""

    def __init__(self) -> None:
        self._open: dict[str, asyncpg.Connection] = {}

    async def at(self, placement: str) -> asyncpg.Connection:
        if placement not in self._open or self._open[placement].is_closed():
            self._open[placement] = await connect_as_owner(placement)
        return self._open[placement]

    async def close(self) -> None:
        for connection in self._open.values():
            await connection.close()


async def upgrade_tenants(
    behind: Sequence[Behind], metadata: MetaData, done: Callable[[Tenant], None] = lambda _: None
) -> list[tuple[Tenant, Exception]]:
    """Upgrade these tenants, a few at a time; returns those that failed, each left exactly as it was."""
    steps, failed = _Steps(history("tenant")), list[tuple[Tenant, Exception]]()
    waiting = iter(behind)

    async def work() -> None:
        owners = _Owners()
        for one in waiting:
            try:
                await _upgrade_tenant(one, steps, metadata, owners)
            except Exception as error:  # reported to the operator for this tenant; the others go on
                failed.append((one.tenant, error))
            done(one.tenant)
        await owners.close()

    await asyncio.gather(*(work() for _ in range(min(IN_PARALLEL, len(behind)))))
    registry.forget()
    return failed


async def _upgrade_tenant(one: Behind, steps: _Steps, metadata: MetaData, owners: _Owners) -> None:
    tenant, connection = one.tenant, await owners.at(one.tenant.placement)
    registration = f"update nusantara.tenant set revision = '{one.target}' where id = '{tenant.id}';\n"
    async with connection.transaction():
        await connection.execute(f"{TIMEOUTS}; set local search_path = {tenant.schema}, {NUSANTARA}")
        revision = str(await connection.fetchval(TAKE_TURNS))
        script, renews = steps.since(revision)
        if renews:
            script += rights_of(tenant, metadata)
        elif MAKES_SOMETHING.search(script):
            script += grants_on_new_tables(
                metadata, tenant.schema, tenant.role, read_only=tenant.is_suspended
            )
        if tenant.placement == home():
            script += registration
        if script:
            await connection.execute(script)
    if tenant.placement != home():
        await (await owners.at(home())).execute(registration)


async def _shared_revision(connection: AsyncConnection) -> str | None:
    if await connection.scalar(text(f"select to_regclass('{NUSANTARA}.alembic_version')")) is None:
        return None
    found = await connection.scalar(text(f"select version_num from {NUSANTARA}.alembic_version"))
    return None if found is None else str(found)


def _upgrade(connection: Connection, script: ScriptDirectory, version_schema: str) -> None:
    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs("head", revision)

    environment = EnvironmentContext(Config(), script, fn=steps)
    environment.configure(connection=connection, version_table_schema=version_schema, transactional_ddl=False)
    environment.run_migrations()
