"""A new tenant: one generated script in one transaction gives schema, role, tables and grants, or nothing."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

import asyncpg
from sqlalchemy import MetaData, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from eorder_platform.database import OneDialect, home, placements
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.tables import NUSANTARA
from eorder_platform.tenancy import registry
from eorder_platform.tenancy.models import RESERVED_SLUGS, SANDBOX_NAME, Accent, TenantStatus, WovenMotif
from eorder_platform.tenancy.ownership import owning, run_script, tenant_grants, tenant_role, tenant_tables
from eorder_platform.tenancy.tenant import Tenant
from eorder_platform.trying_out import new_test_id

SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")

SUBSCRIBES = text(
    "select exists (select from pg_subscription s join pg_database d on d.oid = s.subdbid"
    " where d.datname = current_database())"
)

Furnishing = Callable[[Tenant, AsyncSession, AsyncSession], Awaitable[None]]
"""Writes a new region's first rows: the tenant, a national session and a session in its schema, both the owner's."""


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
    accent: str = Accent.NILA
    motif: str = WovenMotif.NUSANTARA
    placement: str = ""
    sandbox: bool = False


async def add_tenant(
    new: NewTenant, metadata: MetaData, revision: str | None, furnish: Furnishing | None = None
) -> Tenant:
    """Make a usable tenant; refuses a bad or taken slug, region, zone or host and then leaves nothing behind.

    `furnish` writes what the region begins with (its first administrator) in the same transaction, as the owner.
    On another placement that placement commits first and home last; should home fail then, it is undone there.
    """
    _check(new)
    tenant = _tenant_of(new, revision)
    async with owning(home()) as engine, engine.begin() as connection:
        await _refuse_what_is_taken(connection, new)
        await _register(connection, tenant)
        if tenant.placement == home():
            await _create(connection, tenant, metadata)
            await _furnish(furnish, tenant, connection, connection)
        else:
            async with owning(tenant.placement) as there, there.begin() as beside:
                await _create(beside, tenant, metadata)
                await _furnish(furnish, tenant, connection, beside)
            await _commit_or_undo(connection, tenant)
    await share_directory(metadata)
    registry.forget()
    return tenant


def names_of(name: str, short_name: str, *, sandbox: bool) -> dict[str, str]:
    """Full and short name of a region as they are kept; a sandbox's say what it is, however they are given."""
    mark = SANDBOX_NAME if sandbox else ""
    name = mark + name.strip().removeprefix(mark)
    return {"name": name, "short_name": mark + (short_name.strip() or name).removeprefix(mark)}


async def set_suspended(tenant: Tenant, metadata: MetaData, reason: str | None) -> None:
    """Suspend a region (with a reason) or take it back (None): the database itself refuses its writes meanwhile."""
    if reason is not None and not reason.strip():
        raise Refused("Alasan wajib diisi; halaman wilayah itu menunjukkannya.", "reason")
    status = TenantStatus.ACTIVE if reason is None else TenantStatus.SUSPENDED
    grants = tenant_grants(metadata, tenant.schema, tenant.role, read_only=reason is not None)
    async with owning(home()) as engine, engine.begin() as connection:
        await connection.execute(
            text(
                "update nusantara.tenant set status = :status, suspension_reason = :reason,"
                " suspended_at = case when :status = 'suspended' then now() end where id = :id"
            ),
            {"status": str(status), "reason": reason, "id": tenant.id},
        )
        if tenant.placement == home():
            await run_script(connection, grants)
        else:
            async with owning(tenant.placement) as there, there.begin() as beside:
                await run_script(beside, grants)
    await share_directory(metadata)
    registry.forget()


async def rotate_password(tenant: Tenant, metadata: MetaData) -> Tenant:
    """Give a region's role the next generation of its password; open connections live on.

    A process that still trusts its copy of the registry cannot open *new* connections for the region until it
    reads it again (`registry_seconds`): its visitors are asked to try again.
    """
    following = replace(tenant, generation=tenant.generation + 1)
    async with owning(home()) as engine, engine.begin() as connection:
        await connection.execute(
            text("update nusantara.tenant set role_generation = :generation where id = :id"),
            {"generation": following.generation, "id": tenant.id},
        )
        async with owning(tenant.placement) as there, there.begin() as beside:
            await run_script(beside, _role_of(following))
    await share_directory(metadata)
    registry.forget()
    return following


async def renew_rights(tenant: Tenant, metadata: MetaData) -> None:
    """Make a region's role, its password and its grants as they should be (after a restore, or a new master key)."""
    async with owning(tenant.placement) as engine, engine.begin() as connection:
        await run_script(connection, rights_of(tenant, metadata))


def rights_of(tenant: Tenant, metadata: MetaData) -> str:
    """SQL of a region's role as on its first day, and of its grants as its status says."""
    return _role_of(tenant) + tenant_grants(
        metadata, tenant.schema, tenant.role, read_only=tenant.is_suspended
    )


async def share_directory(metadata: MetaData) -> None:
    """Make `nusantara` on the other placements equal to home's.

    A placement that subscribes to home's `nusantara` (logical replication, in production) is left to that.
    """
    for placement in list(placements())[1:]:
        async with owning(home()) as source, owning(placement) as target:
            async with source.connect() as reading, target.begin() as writing:
                if not await writing.scalar(SUBSCRIBES):
                    await _copy_shared(reading, writing, metadata)


def host_problem(host: str) -> str | None:
    """Why no region can be served under this host name; None when one can."""
    if host == settings().national_host:
        return f"Nama host {host!r} adalah milik halaman nasional."
    if not HOST.fullmatch(host):
        return f"Nama host {host!r} tidak sah: huruf kecil, angka, tanda hubung dan titik."
    return None


def creation_script(metadata: MetaData, schema: str, revision: str | None) -> str:
    """SQL that makes every tenant table in `schema`, in an order in which each finds its parents."""
    ending = "" if revision is None else f"insert into alembic_version values ('{revision}');\n"
    return f"create schema {schema};\nset local search_path = {schema}, {NUSANTARA};\n{_tables(metadata)}{ending}"


@lru_cache(maxsize=1)
def _tables(metadata: MetaData) -> str:
    """The same for every region: the search path says where."""
    dialect, statements = OneDialect(), list[str]()
    for table in tenant_tables(metadata):
        statements.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        statements += [
            str(CreateIndex(index).compile(dialect=dialect)).strip()
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    for table in tenant_tables(metadata):
        late = (one for one in table.foreign_key_constraints if one.use_alter)
        statements += [str(AddConstraint(one).compile(dialect=dialect)).strip() for one in late]
        statements += [guard.trigger(table.name) for guard in table.info.get("guards", ())]
    statements.append(
        "create table alembic_version (version_num varchar(32) constraint alembic_version_pkc primary key)"
    )
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
    if new.slug in RESERVED_SLUGS:
        problems.append(("slug", f"Nama pendek {new.slug!r} dipakai sistem sendiri. Pilih nama lain."))
    problems += [("host", problem) for host in new.hosts if (problem := host_problem(host))]
    if new.accent not in set(Accent):
        problems.append(("accent", f"Warna {new.accent!r} harus salah satu dari {', '.join(Accent)}."))
    if new.motif not in set(WovenMotif):
        problems.append(("motif", f"Motif {new.motif!r} harus salah satu dari {', '.join(WovenMotif)}."))
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
    if not re.fullmatch(
        "[A-Z]{2}", new.code
    ):  # by default its province's, so an unknown region is told first
        raise Refused(f"Kode {new.code!r} harus dua huruf besar.", "code")
    taken = (
        await connection.execute(
            text(
                "select slug, case when not sandbox then region_code end,"
                " (select string_agg(host, ', ') from nusantara.tenant_host h"
                " where h.tenant_id = t.id and h.host = any(:hosts)) from nusantara.tenant t"
            ),
            {"hosts": list(new.hosts)},
        )
    ).all()
    for slug, region_code, hosts in taken:
        if slug == new.slug:
            raise Refused(f"Wilayah {new.slug} sudah ada; tidak ada yang diubah.", "slug")
        if region_code == new.region_code and not new.sandbox:
            raise Refused(f"Kode wilayah {new.region_code} sudah dipakai oleh {slug}.", "region")
        if hosts:
            raise Refused(f"Nama host {hosts} sudah dipakai oleh {slug}.", "host")


def _tenant_of(new: NewTenant, revision: str | None) -> Tenant:
    return Tenant(
        id=new_test_id() if new.sandbox else new_id(),
        slug=new.slug,
        **names_of(new.name, new.short_name, sandbox=new.sandbox),
        region_code=new.region_code,
        zone=new.zone,
        status=str(TenantStatus.ACTIVE),
        placement=new.placement or home(),
        schema=f"t_{new.slug}",
        role=f"eorder_t_{new.slug}",
        generation=1,
        revision=revision,
        code=new.code,
        accent=new.accent,
        motif=new.motif,
        hosts=tuple(sorted(set(new.hosts))),
    )


async def _register(connection: AsyncConnection, tenant: Tenant) -> None:
    try:
        await connection.execute(
            text(
                "insert into nusantara.tenant (id, slug, name, short_name, region_code, zone, status, placement,"
                " schema_name, role_name, role_generation, revision, code, accent, motif, created_at)"
                " values (:id, :slug, :name, :short_name, :region_code, :zone, :status, :placement,"
                " :schema, :role, :generation, :revision, :code, :accent, :motif, now())"
            ),
            asdict(tenant),
        )
        await connection.execute(
            text("insert into nusantara.tenant_host (host, tenant_id) values (:host, :id)"),
            [{"host": host, "id": tenant.id} for host in tenant.hosts],
        )
    except IntegrityError as error:
        raise Refused(
            "Nama pendek, kode wilayah, atau host baru saja dipakai wilayah lain.", "slug"
        ) from error


def _role_of(tenant: Tenant) -> str:
    database = str(placements()[tenant.placement].database)
    return tenant_role(tenant.role, tenant.generation, tenant.schema, database)


async def _create(connection: AsyncConnection, tenant: Tenant, metadata: MetaData) -> None:
    creation = creation_script(metadata, tenant.schema, tenant.revision)
    try:
        await run_script(
            connection, _role_of(tenant) + creation + tenant_grants(metadata, tenant.schema, tenant.role)
        )
    except asyncpg.DuplicateSchemaError as error:
        raise Refused(
            f"Skema {tenant.schema} sudah ada di penempatan {tenant.placement}, tetapi tidak terdaftar: milik pihak"
            " lain, atau sisa penambahan yang terputus. Periksa dahulu; tidak ada yang diubah.",
            "slug",
        ) from error


async def _furnish(
    furnish: Furnishing | None, tenant: Tenant, national: AsyncConnection, region: AsyncConnection
) -> None:
    if furnish is None:
        return
    async with AsyncSession(national) as nation, AsyncSession(region) as inside:
        inside.info["tenant"] = tenant
        await furnish(tenant, nation, inside)
        await nation.flush()
        await inside.flush()


async def _commit_or_undo(connection: AsyncConnection, tenant: Tenant) -> None:
    try:
        await connection.commit()
    except Exception:
        async with owning(tenant.placement) as there, there.begin() as beside:
            await run_script(
                beside,
                f"drop schema {tenant.schema} cascade;\ndrop owned by {tenant.role};\ndrop role {tenant.role};\n",
            )
        raise


async def _copy_shared(source: AsyncConnection, target: AsyncConnection, metadata: MetaData) -> None:
    for table in (table for table in metadata.sorted_tables if table.schema == NUSANTARA):
        columns = [column.name for column in table.columns if column.computed is None]
        names = ", ".join(columns)
        rows = await source.scalar(
            text(f"select coalesce(jsonb_agg(to_jsonb(r)), '[]')::text from (select {names} from {table}) r")
        )
        # one statement for all rows, so that a parent may stand behind its child
        await target.execute(
            text(
                f"insert into {table} ({names}) select {names}"
                f" from jsonb_populate_recordset(null::{table}, cast(:rows as jsonb))"
                f" on conflict ({', '.join(column.name for column in table.primary_key)})"
                f" do update set {', '.join(f'{name} = excluded.{name}' for name in columns)}"
            ),
            {"rows": rows},
        )
