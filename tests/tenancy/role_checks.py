"""What each role can really do, tried as that role over its own login: one plain function for each promise.

As in catalogue_checks.py: clean in test_roles.py, under a mistake in test_seeded_mistakes.py.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy import text

from eorder_platform import tenancy
from eorder_platform.database import Login, address_of, home
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.tables import metadata
from tests.tenancy.catalogue_checks import APPEND_ONLY, REGISTRY
from tests.tenancy.deployments import Fleet

DENIED = (asyncpg.InsufficientPrivilegeError,)


@asynccontextmanager
async def connected_as(login: Login) -> AsyncIterator[asyncpg.Connection]:
    """A connection over the role's own login, outside every pool."""
    url = address_of(login).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        yield connection
    finally:
        await connection.close()


async def every_way_in_leads_to_the_own_schema(fleet: Fleet) -> None:
    """inside, reading and searching connect as the tenant's role, in its schema, on its placement, in any order."""
    for tenant in (*fleet.tenants, *reversed(fleet.tenants)):
        expected = (tenant.role, tenant.role, tenant.schema)
        question = "select session_user::text, current_user::text, current_schema()::text"
        async with tenancy.inside(tenant) as session:
            assert tuple((await session.execute(text(question))).one()) == expected
        for way in (tenancy.reading, tenancy.searching):
            async with way(tenant) as connection:
                assert tuple(await connection.fetchrow(question)) == expected


async def a_row_is_seen_by_its_own_region_only(fleet: Fleet) -> None:
    """Each region writes a row that bears its name and reads the table by every way: only its own is there."""
    for tenant in fleet.tenants:
        async with tenancy.inside(tenant) as session:
            await session.execute(text("delete from regional_holiday"))
            await session.execute(
                text("insert into regional_holiday (day, name) values ('2026-05-05', :name)"),
                {"name": tenant.slug},
            )
    for tenant in fleet.tenants:
        question = "select name from regional_holiday"
        async with tenancy.inside(tenant) as session:
            assert list(await session.scalars(text(question))) == [tenant.slug]
        async with tenancy.reading(tenant) as connection:
            assert [name for (name,) in await connection.fetch(question)] == [tenant.slug]


async def no_role_touches_a_foreign_table(fleet: Fleet) -> None:
    """Every table of every other region and of pusat refuses every statement, as each region and as the nation."""
    everyone = await registry.all_tenants()
    national = [table.fullname for table in metadata.sorted_tables if table.schema == "pusat"]
    for tenant in fleet.tenants:
        async with connected_as(tenant.login) as connection:
            for other in everyone:
                if other != tenant:
                    await _is_denied_all(connection, _tables_of(other))
            await _is_denied_all(connection, national)
    async with connected_as(Login(home(), "eorder_pusat")) as connection:
        for other in everyone:
            await _is_denied_all(connection, _tables_of(other))


async def the_shared_directory_is_read_only(fleet: Fleet) -> None:
    """Regions read nusantara; the nation writes it but cannot delete there, nor touch the registry."""
    shared = [table for table in metadata.sorted_tables if table.schema == "nusantara"]
    for tenant in fleet.tenants:
        async with connected_as(tenant.login) as connection:
            for table in shared:
                await connection.fetch(f"select 1 from {table.fullname} limit 1")
                await _is_denied(connection, _writes(table.fullname))
    async with connected_as(Login(home(), "eorder_pusat")) as connection:
        for table in shared:
            writes = _writes(table.fullname)
            await _is_denied(connection, writes if table.name in REGISTRY else writes[2:])


async def what_is_written_for_good_stays(fleet: Fleet) -> None:
    """Append-only tables refuse UPDATE, DELETE and TRUNCATE to the role whose own they are."""
    for table in (table for table in metadata.sorted_tables if table.name in APPEND_ONLY):
        logins = [Login(home(), "eorder_pusat")] if table.schema else [one.login for one in fleet.tenants]
        for login in logins:
            async with connected_as(login) as connection:
                await _is_denied(connection, _writes(table.fullname)[1:])


async def a_suspended_region_cannot_write(fleet: Fleet) -> None:
    """Whatever the registry calls suspended, the database keeps read-only, table by table."""
    for tenant in await registry.all_tenants():
        if tenant.is_suspended:
            async with connected_as(tenant.login) as connection:
                for name in _tables_of(tenant):
                    await connection.fetch(f"select 1 from {name} limit 1")
                    read_on = name.rpartition(".")[2] in KEPT_OF_READING
                    await _is_denied(connection, _writes(name)[1:] if read_on else _writes(name))


KEPT_OF_READING = {"audit_read"}
"""Rows are added even while a region is suspended: it is read, and what auditors read is kept."""


def _tables_of(tenant: Tenant) -> list[str]:
    return [f"{tenant.schema}.{table.name}" for table in metadata.sorted_tables if table.schema is None]


def _writes(table: str) -> list[str]:
    column = table.rpartition(".")[2]
    first = next(one for one in metadata.sorted_tables if one.name == column).columns.keys()[0]
    return [
        f"insert into {table} default values",
        f"update {table} set {first} = {first}",
        f"delete from {table}",
        f"truncate {table}",
        f"alter table {table} add column mine int",
        f"create trigger mine after insert on {table} execute function suppress_redundant_updates_trigger()",
        f"drop table {table}",
    ]


async def _is_denied_all(connection: asyncpg.Connection, tables: list[str]) -> None:
    for table in tables:
        reads = [
            f"select from {table}",
            f"table {table}",
            f"copy {table} to stdout",
            f"lock table {table} in access share mode",
            f"grant select on {table} to public",
        ]
        await _is_denied(connection, reads + _writes(table))


async def _is_denied(connection: asyncpg.Connection, statements: list[str]) -> None:
    for statement in statements:
        try:
            await connection.execute(f"begin; {statement}; rollback")
        except DENIED:
            await connection.execute("rollback")
        except asyncpg.PostgresError as error:
            # anything else (a missing value, a syntax error) means that it was not the rights that refused
            raise AssertionError(f"not denied but broken: {statement}: {error!r}") from error
        else:
            raise AssertionError(f"{await connection.fetchval('select current_user')} may: {statement}")


ROLE_CHECKS = (
    every_way_in_leads_to_the_own_schema,
    a_row_is_seen_by_its_own_region_only,
    no_role_touches_a_foreign_table,
    the_shared_directory_is_read_only,
    what_is_written_for_good_stays,
    a_suspended_region_cannot_write,
)
