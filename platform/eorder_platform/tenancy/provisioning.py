"""A new tenant: one generated script in one transaction gives schema, role, tables and grants, or nothing."""

import re
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy import MetaData, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateIndex, CreateTable

from eorder_platform.database import OneDialect, home, placements
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.tables import NUSANTARA
from eorder_platform.tenancy import registry
from eorder_platform.tenancy.models import TenantStatus
from eorder_platform.tenancy.ownership import owning, run_script, tenant_grants, tenant_role, tenant_tables
from eorder_platform.tenancy.tenant import Tenant

SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


@dataclass(frozen=True)
class NewTenant:
    """What the agency decides when it takes a region in."""

    slug: str
    name: str
    region_code: str
    zone: str
    hosts: tuple[str, ...]
    code: str
    short_name: str = ""
    accent: str = "nila"
    motif: str = "nusantara"
    placement: str = ""


async def add_tenant(new: NewTenant, metadata: MetaData, revision: str | None) -> Tenant:
    """Make a usable tenant; refuses a bad or taken slug, region, zone or host and then leaves nothing behind."""
    _check(new)
    placement = new.placement or home()
    schema, role, tenant_id = f"t_{new.slug}", f"eorder_t_{new.slug}", new_id()
    if placement != home():
        await _create_schema(placement, schema, role, metadata, revision)
    async with owning(home()) as engine, engine.begin() as connection:
        await _refuse_what_is_taken(connection, new)
        if placement == home():
            await _script(connection, placement, schema, role, metadata, revision)
        await _register(connection, new, tenant_id, placement, schema, role, revision)
    if placement != home():
        await copy_shared_directory(placement, metadata)
    registry.forget()
    tenant = await registry.by_slug(new.slug)
    assert tenant is not None
    return tenant


async def set_suspended(tenant: Tenant, metadata: MetaData, reason: str | None) -> None:
    """Suspend a region (with a reason) or take it back (None): the database itself refuses its writes meanwhile."""
    status = TenantStatus.ACTIVE if reason is None else TenantStatus.SUSPENDED
    async with owning(tenant.placement) as engine, engine.begin() as connection:
        await run_script(
            connection, tenant_grants(metadata, tenant.schema, tenant.role, read_only=reason is not None)
        )
    async with owning(home()) as engine, engine.begin() as connection:
        await connection.execute(
            text(
                "update nusantara.tenant set status = :status, suspension_reason = :reason,"
                " suspended_at = case when :status = 'suspended' then now() end where id = :id"
            ),
            {"status": str(status), "reason": reason, "id": tenant.id},
        )
    registry.forget()


async def copy_shared_directory(placement: str, metadata: MetaData) -> None:
    """Make `nusantara` on another placement equal to home's (production: logical replication does this)."""
    shared = [table for table in metadata.sorted_tables if table.schema == NUSANTARA]
    async with owning(home()) as source, owning(placement) as target:
        async with source.connect() as reading, target.begin() as writing:
            for table in shared:
                columns = [column.name for column in table.columns]
                rows = (await reading.execute(table.select())).mappings().all()
                keys = ", ".join(column.name for column in table.primary_key)
                changes = ", ".join(f"{name} = excluded.{name}" for name in columns)
                if rows:
                    await writing.execute(
                        text(
                            f"insert into {table.fullname} ({', '.join(columns)})"
                            f" values ({', '.join(':' + name for name in columns)})"
                            f" on conflict ({keys}) do update set {changes}"
                        ),
                        [dict(row) for row in rows],
                    )


def creation_script(metadata: MetaData, schema: str, revision: str | None) -> str:
    """SQL that makes every tenant table in `schema`, in an order in which each finds its parents."""
    dialect = OneDialect()
    statements = [f"create schema {schema}", f"set local search_path = {schema}, {NUSANTARA}"]
    for table in tenant_tables(metadata):
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    statements.append(
        "create table alembic_version (version_num varchar(32) constraint alembic_version_pkc primary key)"
    )
    if revision is not None:
        statements.append(f"insert into alembic_version values ('{revision}')")
    return ";\n".join(statements) + ";\n"


def _check(new: NewTenant) -> None:
    problems: list[tuple[str | None, str]] = []
    if not SLUG.fullmatch(new.slug):
        problems.append(
            (
                "slug",
                f"Nama pendek {new.slug!r} harus 2–31 huruf kecil, angka, atau garis bawah, diawali huruf.",
            )
        )
    if not new.name.strip():
        problems.append(("name", "Nama pemerintah daerah wajib diisi."))
    if new.zone not in ZONES:
        problems.append(("zone", f"Zona waktu {new.zone!r} harus salah satu dari {', '.join(ZONES)}."))
    if not new.hosts:
        problems.append(("host", "Paling sedikit satu nama host wajib diisi."))
    for host in new.hosts:
        if not HOST.fullmatch(host):
            problems.append(
                ("host", f"Nama host {host!r} tidak sah: huruf kecil, angka, tanda hubung dan titik.")
            )
    if not re.fullmatch("[A-Z]{2}", new.code):
        problems.append(("code", f"Kode {new.code!r} harus dua huruf besar."))
    if new.placement and new.placement not in placements():
        problems.append(("placement", f"Penempatan {new.placement!r} tidak dikenal."))
    if problems:
        raise Refused.several(problems)


async def _refuse_what_is_taken(connection: AsyncConnection, new: NewTenant) -> None:
    found = await connection.scalar(
        text("select name from nusantara.region where code = :c"), {"c": new.region_code}
    )
    if found is None:
        raise Refused(f"Kode wilayah {new.region_code} tidak ada dalam daftar Kemendagri.", "region")
    taken = (
        await connection.execute(
            text(
                "select slug, region_code, (select string_agg(host, ', ') from nusantara.tenant_host h"
                " where h.tenant_id = t.id and h.host = any(:hosts)) from nusantara.tenant t"
            ),
            {"hosts": list(new.hosts)},
        )
    ).all()
    for slug, region_code, hosts in taken:
        if slug == new.slug:
            raise Refused(f"Wilayah {new.slug} sudah ada; tidak ada yang diubah.", "slug")
        if region_code == new.region_code:
            raise Refused(f"Kode wilayah {new.region_code} sudah dipakai oleh {slug}.", "region")
        if hosts:
            raise Refused(f"Nama host {hosts} sudah dipakai oleh {slug}.", "host")


async def _create_schema(
    placement: str, schema: str, role: str, metadata: MetaData, revision: str | None
) -> None:
    async with owning(placement) as engine, engine.begin() as connection:
        await _script(connection, placement, schema, role, metadata, revision)


async def _script(
    connection: AsyncConnection,
    placement: str,
    schema: str,
    role: str,
    metadata: MetaData,
    revision: str | None,
) -> None:
    database = str(placements()[placement].database)
    script = creation_script(metadata, schema, revision)
    try:
        await run_script(
            connection,
            tenant_role(role, 1, schema, database) + script + tenant_grants(metadata, schema, role),
        )
    except asyncpg.DuplicateSchemaError as error:
        raise Refused(f"Skema {schema} sudah ada di basis data; tidak ada yang diubah.", "slug") from error


async def _register(
    connection: AsyncConnection,
    new: NewTenant,
    tenant_id: UUID,
    placement: str,
    schema: str,
    role: str,
    revision: str | None,
) -> None:
    try:
        await connection.execute(
            text(
                "insert into nusantara.tenant (id, slug, name, short_name, region_code, zone, status, placement,"
                " schema_name, role_name, role_generation, revision, code, accent, motif, created_at)"
                " values (:id, :slug, :name, :short, :region, :zone, 'active', :placement,"
                " :schema, :role, 1, :revision, :code, :accent, :motif, now())"
            ),
            {
                "id": tenant_id,
                "slug": new.slug,
                "name": new.name.strip(),
                "short": new.short_name.strip() or new.name.strip(),
                "region": new.region_code,
                "zone": new.zone,
                "placement": placement,
                "schema": schema,
                "role": role,
                "revision": revision,
                "code": new.code,
                "accent": new.accent,
                "motif": new.motif,
            },
        )
        await connection.execute(
            text("insert into nusantara.tenant_host (host, tenant_id) values (:host, :id)"),
            [{"host": host, "id": tenant_id} for host in new.hosts],
        )
    except IntegrityError as error:
        raise Refused(
            "Nama pendek, kode wilayah, atau host baru saja dipakai wilayah lain.", "slug"
        ) from error
