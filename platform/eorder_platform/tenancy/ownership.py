"""The owner's connection and the statements that make roles and grants; only the command line comes here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import URL, MetaData, Table, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from eorder_platform.database import home, password_of, placements
from eorder_platform.errors import Refused
from eorder_platform.settings import settings
from eorder_platform.tables import NUSANTARA, PUSAT
from eorder_platform.tenancy.connecting import NATIONAL_ROLE

READER_ROLE = "eorder_region"
"""Holds SELECT on `nusantara`; every tenant's role inherits it and cannot become it."""


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
    engine = create_async_engine(owner_address(placement or home()), poolclass=NullPool)
    try:
        yield engine
    finally:
        await engine.dispose()


async def run_script(connection: AsyncConnection, script: str) -> None:
    """Run many statements in one round trip, in the connection's transaction. Never with text from a user."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    await connection.exec_driver_sql("select 1")
    await raw.execute(script)


def login_role(role: str, generation: int) -> str:
    """SQL that makes a login role that owns nothing and may make nothing, or renews its password."""
    secret = password_of(role, generation)
    rights = "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit"
    return (
        f"do $do$ begin if not exists (select from pg_roles where rolname = '{role}') then"
        f" create role {role} {rights}; end if; end $do$;\n"
        f"alter role {role} {rights} password '{secret}';\n"
    )


def national_foundation(database: str) -> str:
    """SQL of what must stand before the first migration: schemas, the national roles, and what PUBLIC may not."""
    return (
        f"do $do$ begin if not exists (select from pg_roles where rolname = '{READER_ROLE}') then"
        f" create role {READER_ROLE} nologin; end if; end $do$;\n"
        + login_role(NATIONAL_ROLE, 1)
        + f"alter role {NATIONAL_ROLE} set search_path = {PUSAT}, {NUSANTARA};\n"
        f"create schema if not exists {NUSANTARA};\ncreate schema if not exists {PUSAT};\n"
        f"revoke all on schema public from public;\n"
        f'revoke all on database "{database}" from public;\n'
        f'grant connect on database "{database}" to {NATIONAL_ROLE};\n'
    )


def national_grants(metadata: MetaData) -> str:
    """SQL of the grants on the shared schemas: pusat writes, regions read `nusantara` and never see `pusat`."""
    statements = [
        f"grant usage on schema {NUSANTARA} to {NATIONAL_ROLE}, {READER_ROLE}",
        f"grant usage on schema {PUSAT} to {NATIONAL_ROLE}",
    ]
    for table in metadata.sorted_tables:
        if table.schema == NUSANTARA:
            statements.append(f"grant select, insert, update on {table.fullname} to {NATIONAL_ROLE}")
            statements.append(f"grant select on {table.fullname} to {READER_ROLE}")
        elif table.schema == PUSAT:
            statements.append(f"grant {_rights(table)} on {table.fullname} to {NATIONAL_ROLE}")
    return ";\n".join(statements) + ";\n"


def tenant_role(role: str, generation: int, schema: str, database: str) -> str:
    """SQL of a tenant's login role: its search path, its membership in the readers, its right to connect."""
    return (
        login_role(role, generation) + f"alter role {role} set search_path = {schema}, {NUSANTARA};\n"
        f"grant {READER_ROLE} to {role} with inherit true, set false;\n"
        f'grant connect on database "{database}" to {role};\n'
    )


def tenant_grants(metadata: MetaData, schema: str, role: str, *, read_only: bool = False) -> str:
    """SQL of the grants in a tenant's schema; `read_only` takes every write back (a suspended region)."""
    statements = [f"grant usage on schema {schema} to {role}"]
    for table in tenant_tables(metadata):
        name = f"{schema}.{table.name}"
        statements.append(f"revoke all on {name} from {role}")
        statements.append(f"grant {'select' if read_only else _rights(table)} on {name} to {role}")
    return ";\n".join(statements) + ";\n"


def tenant_tables(metadata: MetaData) -> list[Table]:
    """The tables that live in every tenant's schema, parents first."""
    return [table for table in metadata.sorted_tables if table.schema is None]


def _rights(table: Table) -> str:
    return "select, insert" if table.info.get("append_only") else "select, insert, update, delete"
