"""The owner's connection and the statements that make roles and grants; only the command line comes here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, MetaData, Table, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from eorder_platform.database import home, password_of, placements, statement_keeping
from eorder_platform.errors import Refused
from eorder_platform.settings import settings
from eorder_platform.tables import NUSANTARA, PUSAT
from eorder_platform.tenancy.connecting import NATIONAL_ROLE
from eorder_platform.tenancy.tenant import Tenant

READER_ROLE: Final = "eorder_region"
"""Holds SELECT on `nusantara`; every tenant's role inherits it and cannot become it."""

MAINTENANCE_DATABASES: Final = ("postgres", "template1")
FOR_NOBODY: Final = "^(pg_(try_)?advisory_|lo_creat|lo_from_bytea)"
"""Functions that take a lock of the whole server's memory, or make objects that belong to no schema."""

MOST_CONNECTIONS: Final = 72
"""Of one region's role, in all processes together; the next one is refused, and only to that region.

A process keeps three times `pool_size` of them at most: for transactions, for reading and for searching. Two web
processes and a worker make 54.
"""
LIMITS: Final = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "transaction_timeout": "300s",
    "work_mem": "16MB",
    "temp_file_limit": "1GB",
}
"""What a region's role begins each connection with. It can raise all but the last: `eorder watch` looks after them."""


def owner_address(placement: str) -> URL:
    """The owner's address on a placement: the owner's login at that placement's host and database."""
    if settings().owner_url is None:
        raise Refused(
            "Perintah ini membutuhkan DATABASE_URL (atau EORDER_OWNER_URL) milik pemilik basis data."
        )
    owner, place = make_url(str(settings().owner_url)), placements()[placement]
    return place.set(username=owner.username, password=owner.password)


@asynccontextmanager
async def owning(placement: str | None = None) -> AsyncIterator[AsyncEngine]:
    """An engine of the owner role on a placement (home by default), closed at the end of the block."""
    engine = create_async_engine(
        owner_address(placement or home()), poolclass=NullPool, connect_args=statement_keeping()
    )
    try:
        yield engine
    finally:
        await engine.dispose()


async def connect_as_owner(placement: str) -> asyncpg.Connection:
    """A bare connection of the owner role on a placement; the caller closes it."""
    address = owner_address(placement).set(drivername="postgresql")
    return await asyncpg.connect(
        address.render_as_string(hide_password=False),
        statement_cache_size=statement_keeping()["statement_cache_size"],
    )


@asynccontextmanager
async def inside_as_owner(tenant: Tenant) -> AsyncIterator[AsyncSession]:
    """One transaction in a region's schema as the owner, for what no role of the application may do."""
    async with owning(tenant.placement) as engine, AsyncSession(engine) as session, session.begin():
        await session.execute(text(f"set local search_path = {tenant.schema}, {NUSANTARA}"))
        session.info["tenant"] = tenant
        yield session


async def run_script(connection: AsyncConnection, script: str) -> None:
    """Run many statements in one round trip, in the connection's transaction. Never with text from a user."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    await connection.exec_driver_sql("select 1")
    await raw.execute(script)


def national_foundation(database: str) -> str:
    """SQL of what must stand before the first migration: schemas, the national roles, and what PUBLIC may not."""
    return (
        f"do $do$ begin if not exists (select from pg_roles where rolname = '{READER_ROLE}') then"
        f" create role {READER_ROLE} nologin; end if; end $do$;\n"
        f"create schema if not exists {NUSANTARA};\ncreate schema if not exists {PUSAT};\n"
        + national_role(database)
        + _less_for_public(database)
    )


def national_role(database: str) -> str:
    """SQL of the national role as on its first day: its search path, its right to connect."""
    return _login_role(NATIONAL_ROLE, 1, f"{PUSAT}, {NUSANTARA}", database)


def national_grants(metadata: MetaData) -> str:
    """SQL of the grants on the shared schemas: pusat writes, regions read `nusantara` and never see `pusat`.

    The registry of tenants is read-only even to pusat: whoever could change it could lead one region's
    visitors into another's schema.
    """
    shared = [table for table in metadata.sorted_tables if table.schema == NUSANTARA]
    national = [table for table in metadata.sorted_tables if table.schema == PUSAT]
    return (
        f"grant usage on schema {NUSANTARA} to {NATIONAL_ROLE}, {READER_ROLE};\n"
        f"grant usage on schema {PUSAT} to {NATIONAL_ROLE};\n"
        f"revoke all on all tables in schema {NUSANTARA}, {PUSAT} from {NATIONAL_ROLE}, {READER_ROLE};\n"
        + _grants(shared + national, NATIONAL_ROLE)
        + f"grant select on {', '.join(table.fullname for table in shared)} to {READER_ROLE};\n"
    )


def tenant_role(role: str, generation: int, schema: str, database: str) -> str:
    """SQL of a tenant's login role as on its first day: its search path, the readers, its right to connect."""
    return (
        _login_role(role, generation, f"{schema}, {NUSANTARA}", database)
        + f"grant {READER_ROLE} to {role} with inherit true, set false;\n"
        + f"alter role {role} connection limit {MOST_CONNECTIONS};\n"
        + "".join(_limit(role, name, value) for name, value in LIMITS.items())
    )


def _limit(role: str, name: str, value: str) -> str:
    """SQL of one limit; an older server that does not know it, or an owner who may not set it, goes without."""
    setting = f"alter role {role} set {name} = '{value}'"
    return (
        f"do $do$ begin {setting}; exception when undefined_object or insufficient_privilege then"
        f" raise notice '{name} is not set for {role}'; end $do$;\n"
    )


def tenant_grants(metadata: MetaData, schema: str, role: str, *, read_only: bool = False) -> str:
    """SQL of the grants in a tenant's schema; `read_only` takes every write back (a suspended region)."""
    return (
        f"grant usage on schema {schema} to {role};\n"
        f"revoke all on all tables in schema {schema} from {role};\n"
        + _grants(tenant_tables(metadata), role, schema, read_only=read_only)
    )


def grants_on_new_tables(metadata: MetaData, schema: str, role: str, *, read_only: bool = False) -> str:
    """SQL that gives the role its rights on what a revision has just made: tables, and columns that may change.

    Granting all of them again would cost many times what a small revision costs; that is `eorder migrate --rights`.
    """
    tables = tenant_tables(metadata)
    rights = {table.name: _rights_in_suspension(table) if read_only else rights_on(table) for table in tables}
    meant = ", ".join(f"('{name}', '{', '.join(some)}')" for name, some in rights.items())
    script = _grant_each(
        schema,
        role,
        f"select name, rights from (values {meant}) v (name, rights)"
        f" join pg_class c on c.relname = v.name and c.relnamespace = '{schema}'::regnamespace"
        f" where not has_table_privilege('{role}', c.oid, 'select')",
    )
    if read_only:
        return script
    columns = ", ".join(
        f"('{table.name}', '{column}')" for table in tables for column in changing_columns(table)
    )
    return script + _grant_each(
        schema,
        role,
        f"select name, format('update (%I)', attname) as rights from (values {columns}) v (name, changing)"
        f" join pg_class c on c.relname = v.name and c.relnamespace = '{schema}'::regnamespace"
        f" join pg_attribute a on a.attrelid = c.oid and a.attname = v.changing and not a.attisdropped"
        f" where not has_column_privilege('{role}', c.oid, a.attnum, 'update')",
    )


def _grant_each(schema: str, role: str, rights_by_name: str) -> str:
    return (
        f"do $do$ declare one record; begin for one in {rights_by_name}"
        f" loop execute format('grant %s on {schema}.%I to {role}', one.rights, one.name); end loop; end $do$;\n"
    )


def tenant_tables(metadata: MetaData) -> list[Table]:
    """The tables that live in every tenant's schema, parents first."""
    return [table for table in metadata.sorted_tables if table.schema is None]


def _rights_in_suspension(table: Table) -> tuple[str, ...]:
    """A suspended region is read; what is kept of reading goes on being kept."""
    added = rights_on(table)[1:2] if table.info.get("while_suspended") else ()
    return ("select", *added)


def rights_on(table: Table) -> tuple[str, ...]:
    """What the role whose schema it is may do with a table; every other role may do less."""
    if table.info.get("owner_writes"):
        return ("select",)
    if table.info.get("append_only"):
        return ("select", "insert")
    if table.schema == NUSANTARA:  # rows are deactivated, never deleted: every region refers to them
        return ("select", "insert", "update")
    if table.schema is not None:
        return ("select", "insert", "update", "delete")
    changing = changing_columns(table)
    kept = table.info.get("set_by_database")
    given = ", ".join(column.name for column in table.columns if column.name not in kept) if kept else ""
    return (
        "select",
        f"insert ({given})" if given else "insert",
        *([f"update ({', '.join(changing)})"] if changing else []),
        *(["delete"] if table.info["deletes"] else []),
    )


def changing_columns(table: Table) -> list[str]:
    """The columns of a region's table that its role may change in a row that stands."""
    if "changes" not in table.info:
        if table.info.get("append_only"):
            return []
        raise LookupError(f"{table.name} does not say what may change in it: CONTRIBUTING.md, A table")
    kept = table.info["keeps"]
    chosen = table.info["changes"] or ({column.name for column in table.columns} - kept if kept else set())
    return [column.name for column in table.columns if column.name in chosen and column.computed is None]


def _login_role(role: str, generation: int, search_path: str, database: str) -> str:
    """SQL that makes a login role that owns nothing and may make nothing, or makes it so again.

    A role may change its own password and settings, so both are set anew here, whatever it did to them.
    """
    rights = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit"
    return (
        f"do $do$ begin if not exists (select from pg_roles where rolname = '{role}') then"
        f" create role {role} {rights}; end if; end $do$;\n"
        f"alter role {role} {rights} password '{password_of(role, generation)}';\n"
        f"alter role {role} reset all;\n"
        f'alter role {role} in database "{database}" reset all;\n'
        f"alter role {role} set search_path = {search_path};\n"
        f'grant connect on database "{database}" to {role};\n'
    )


def _less_for_public(database: str) -> str:
    """SQL that takes from PUBLIC what PostgreSQL gives to every role unasked.

    That is: connecting to this database and to the cluster's maintenance databases, temporary tables, blocks of
    procedural code (`DO`), advisory locks, and large objects, which belong to no schema. What the owner may not
    revoke (it is no superuser) stays and is told by the server's notice.
    """
    elsewhere = ", ".join(f"'{name}'" for name in MAINTENANCE_DATABASES)
    return (
        "revoke all on schema public from public;\n"
        f'revoke all on database "{database}" from public;\n'
        "do $do$ declare name text; begin for name in select datname from pg_database"
        f" where datname in ({elsewhere}) and pg_has_role(datdba, 'usage')"
        " and has_database_privilege('public', oid, 'connect') loop"
        " execute format('revoke all on database %I from public', name); end loop; end $do$;\n"
        "revoke usage on language plpgsql from public;\n"
        "do $do$ declare one regprocedure; begin for one in select oid from pg_proc"
        f" where pronamespace = 'pg_catalog'::regnamespace and proname ~ '{FOR_NOBODY}'"
        " loop execute format('revoke execute on function %s from public', one); end loop; end $do$;\n"
    )


def _grants(tables: list[Table], role: str, schema: str | None = None, *, read_only: bool = False) -> str:
    """One GRANT for each set of rights: with thirty tables a statement for each costs more than the tables."""
    by_rights: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        rights = _rights_in_suspension(table) if read_only else rights_on(table)
        by_rights.setdefault(rights, []).append(f"{schema or table.schema}.{table.name}")
    return "".join(
        f"grant {', '.join(rights)} on {', '.join(names)} to {role};\n" for rights, names in by_rights.items()
    )
