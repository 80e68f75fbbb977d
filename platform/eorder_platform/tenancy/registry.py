"""The registry of tenants, read in one query and trusted for a few seconds by each process.

When the database does not answer, the last copy serves on, so that a short outage does not unname every host.
"""

import asyncio
import time
from dataclasses import dataclass, field

import asyncpg

from eorder_platform.settings import settings
from eorder_platform.tenancy.connecting import is_national_held, reading_national
from eorder_platform.tenancy.tenant import Tenant

_READ = """
select t.id, t.slug, t.name, t.short_name, t.region_code, t.zone, t.status, t.placement, t.schema_name as schema,
       t.role_name as role, t.role_generation as generation, t.revision, t.code, t.accent, t.motif, t.suspension_reason,
       array(select h.host from nusantara.tenant_host h where h.tenant_id = t.id order by h.host) as hosts
from nusantara.tenant t order by t.region_code
"""


@dataclass
class _Copy:
    read_at: float = float("-inf")
    by_slug: dict[str, Tenant] = field(default_factory=dict)
    by_host: dict[str, Tenant] = field(default_factory=dict)


_copy = _Copy()
_reading = asyncio.Lock()


async def all_tenants() -> list[Tenant]:
    """Every region, in the order of the Kemendagri codes."""
    await _refresh()
    return list(_copy.by_slug.values())


async def real_tenants() -> list[Tenant]:
    """Those that public pages and figures of the nation speak of: every region but the sandboxes."""
    return [tenant for tenant in await all_tenants() if not tenant.is_sandbox]


async def by_host(host: str) -> Tenant | None:
    """The tenant served under this host name (without port, lower case), or None."""
    await _refresh()
    return _copy.by_host.get(host)


async def by_slug(slug: str) -> Tenant | None:
    """The tenant of that slug, or None."""
    await _refresh()
    return _copy.by_slug.get(slug)


async def by_id(tenant_id: object) -> Tenant | None:
    """The tenant of that id, or None."""
    await _refresh()
    return next((tenant for tenant in _copy.by_slug.values() if tenant.id == tenant_id), None)


def forget() -> None:
    """Read anew at the next question (a tenant was just added, a test starts)."""
    global _copy, _reading
    _copy, _reading = _Copy(), asyncio.Lock()


async def _refresh() -> None:
    if time.monotonic() - _copy.read_at < settings().registry_seconds:
        return
    if _copy.by_slug and (_reading.locked() or is_national_held()):
        return
    async with _reading:
        if time.monotonic() - _copy.read_at < settings().registry_seconds:
            return
        try:
            async with reading_national() as connection:
                rows = await connection.fetch(_READ)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            if not _copy.by_slug:
                raise
            _copy.read_at = time.monotonic()
            return
        tenants = [Tenant(**{**row, "hosts": tuple(row["hosts"])}) for row in rows]
        _copy.by_slug = {tenant.slug: tenant for tenant in tenants}
        _copy.by_host = {host: tenant for tenant in tenants for host in tenant.hosts}
        _copy.read_at = time.monotonic()
