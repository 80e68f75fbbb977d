"""What a region is called and under which hosts it is found, changed while it runs.

Every process trusts its copy of the registry for a few seconds (`registry_seconds`), and then knows. Papers already
signed carry the region's first host in their QR code: a host that was printed should be kept beside a new one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection

from eorder_platform.database import home, placements
from eorder_platform.errors import Refused
from eorder_platform.tenancy import registry
from eorder_platform.tenancy.ownership import owning
from eorder_platform.tenancy.provisioning import SUBSCRIBES, host_problem, names_of, share_directory
from eorder_platform.tenancy.tenant import Tenant

LOCK = text("select 1 from nusantara.tenant where id = :id for update")
HOSTS = text("select host from nusantara.tenant_host where tenant_id = :id")
OWNER_OF = text(
    "select t.slug from nusantara.tenant_host h join nusantara.tenant t on t.id = h.tenant_id where h.host = :host"
)
ADD = text("insert into nusantara.tenant_host (host, tenant_id) values (:host, :id)")
REMOVE = text("delete from nusantara.tenant_host where host = :host")
RENAME = text("update nusantara.tenant set name = :name, short_name = :short_name where id = :id")


async def rename(tenant: Tenant, metadata: MetaData, name: str, short_name: str = "") -> None:
    """Give a region another full name, and another short one for mastheads (the full name by default)."""
    if not name.strip():
        raise Refused("Nama pemerintah daerah wajib diisi.", "name")
    names = names_of(name, short_name, sandbox=tenant.is_sandbox)
    async with _changing(tenant, metadata) as (connection, _):
        await connection.execute(RENAME, {"id": tenant.id, **names})


async def add_host(tenant: Tenant, metadata: MetaData, host: str) -> None:
    """Serve a region under one more host; refuses one that is malformed, the nation's, or taken."""
    async with _changing(tenant, metadata) as (connection, _):
        await _take(connection, tenant, host)


async def change_host(tenant: Tenant, metadata: MetaData, old: str, new: str) -> None:
    """Serve a region under another host instead of one it has; both or neither."""
    async with _changing(tenant, metadata) as (connection, hosts):
        _refuse_foreign(tenant, old, hosts)
        await _take(connection, tenant, new)
        await connection.execute(REMOVE, {"host": old})
    await _remove_elsewhere(old)


async def remove_host(tenant: Tenant, metadata: MetaData, host: str) -> None:
    """Stop serving a region under a host; refuses the last one, without which nobody would find it."""
    async with _changing(tenant, metadata) as (connection, hosts):
        _refuse_foreign(tenant, host, hosts)
        if len(hosts) == 1:
            raise Refused(
                "%(host)s adalah satu-satunya host %(region)s. Tambahkan host lain dahulu, atau gantilah.",
                "host",
                host=host,
                region=tenant.slug,
            )
        await connection.execute(REMOVE, {"host": host})
    await _remove_elsewhere(host)


@asynccontextmanager
async def _changing(tenant: Tenant, metadata: MetaData) -> AsyncIterator[tuple[AsyncConnection, set[str]]]:
    """A transaction at home in which nobody else changes this region, with its hosts; shared out afterwards."""
    async with owning(home()) as engine, engine.begin() as connection:
        await connection.execute(LOCK, {"id": tenant.id})
        yield connection, set(await connection.scalars(HOSTS, {"id": tenant.id}))
    await share_directory(metadata)
    registry.forget()


async def _take(connection: AsyncConnection, tenant: Tenant, host: str) -> None:
    if problem := host_problem(host):
        raise Refused(problem, "host")
    if owner := await connection.scalar(OWNER_OF, {"host": host}):
        raise Refused("Nama host %(host)s sudah dipakai oleh %(owner)s.", "host", host=host, owner=str(owner))
    await connection.execute(ADD, {"host": host, "id": tenant.id})


def _refuse_foreign(tenant: Tenant, host: str, hosts: set[str]) -> None:
    if host not in hosts:
        raise Refused(
            "%(host)s bukan host %(region)s, yang dilayani di %(hosts)s.",
            "host",
            host=host,
            region=tenant.slug,
            hosts=", ".join(sorted(hosts)),
        )


async def _remove_elsewhere(host: str) -> None:
    """Sharing the directory adds and changes rows; one that went must go on the other placements as well."""
    for placement in list(placements())[1:]:
        async with owning(placement) as engine, engine.begin() as connection:
            if not await connection.scalar(SUBSCRIBES):
                await connection.execute(REMOVE, {"host": host})
