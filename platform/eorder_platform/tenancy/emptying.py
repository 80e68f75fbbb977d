"""What only the owner of the schemas can do to a sandbox: keep others out, and take every row of the region's away.

A real region is refused before anything is touched: its id says what it is, whatever else says otherwise.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError

from eorder_platform.errors import Refused
from eorder_platform.tenancy import migrating
from eorder_platform.tenancy.ownership import owning, tenant_tables
from eorder_platform.tenancy.tenant import Tenant

ONLY_SANDBOXES: Final = (
    "%(region)s wilayah sungguhan: tidak dapat diatur ulang. Ini hanya untuk wilayah uji coba."
)
BEHIND: Final = "%(region)s belum pada revisi terbaru. Jalankan dahulu: eorder migrate"
ONE_AT_A_TIME: Final = text("select 1 from nusantara.tenant where id = :id for no key update nowait")
"""Held while everything is emptied and filled; it leaves rows that refer to the region alone."""


def refuse_unless_sandbox(tenant: Tenant) -> None:
    """Refused for a real region, and for a sandbox whose tables are not those that the code knows."""
    if not tenant.is_sandbox:
        raise Refused(ONLY_SANDBOXES, "slug", region=tenant.name)
    if tenant.revision != migrating.newest("tenant"):
        raise Refused(BEHIND, "slug", region=tenant.name)


@asynccontextmanager
async def alone(tenant: Tenant) -> AsyncIterator[None]:
    """Nobody else empties or fills this sandbox meanwhile; whoever comes second is refused."""
    refuse_unless_sandbox(tenant)
    async with owning() as engine, engine.begin() as connection:
        try:
            await connection.execute(ONE_AT_A_TIME, {"id": tenant.id})
        except DBAPIError as error:
            raise Refused("%(region)s sedang diatur ulang.", "slug", region=tenant.name) from error
        yield


async def truncate(tenant: Tenant, metadata: MetaData) -> None:
    """No row is left in any table of the sandbox's schema; tables, role and grants stay."""
    refuse_unless_sandbox(tenant)
    names = ", ".join(f"{tenant.schema}.{table.name}" for table in tenant_tables(metadata))
    async with owning(tenant.placement) as engine, engine.begin() as connection:
        await connection.execute(text("set local lock_timeout = '10s'"))
        await connection.execute(text(f"truncate {names}"))
